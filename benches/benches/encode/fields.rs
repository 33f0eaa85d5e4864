//! Many small fields.

use crate::case::{BOUNDARY, Case, NoStream, To, poll_all, read_all};
use crate::harness;
use crate::receiver::Receiver;
use crate::taken_apart::parts;
use common_multipart_rfc7578::client::multipart as common;
use criterion::Criterion;
use form_net::MultipartWriter;
use mpart_async::client::MultipartRequest;
use multipart::client::lazy;
use std::io::{self, Write};
use tidegate_benches::input::BUFFER;
use tidegate_benches::{Answer, Engine};
use tidegate_core::{Boundary, Encoder, PartHead};
use tidegate_std_io::Form;
use ureq::unversioned::multipart as ureq;

type Fields = Vec<(String, String)>;

type FieldsEngine = Engine<Case<Fields>>;

pub(crate) fn race(criterion: &mut Criterion, receiver: Receiver) {
    for count in [1_000, 10_000, 100_000, 1_000_000] {
        let case = Case::new(fields(count), receiver);
        let engines = engines(count);
        check(&case, &engines);
        let all = Answer {
            pieces: count as u64,
            bytes: memory(&case).bytes,
            ..Answer::default()
        };
        let name = format!("encode/fields/{count}");
        harness::time(criterion, &name, case.to(To::Sink), engines.clone(), all);
        if count == 100_000 {
            let name = format!("encode/fields-socket/{count}");
            harness::time(criterion, &name, case.to(To::Socket), engines, all);
        }
    }
}

fn fields(count: usize) -> Fields {
    let name = |n: usize| format!("field{}", n % 1_000);
    let fields = (0..count).map(|n| (name(n), format!("value {}", n % 100)));
    fields.collect()
}

fn check(case: &Case<Fields>, engines: &[FieldsEngine]) {
    for engine in engines {
        (engine.run)(case.to(To::Memory));
        let body = case.kept();
        let written = parts(&body);
        assert_eq!(written.len(), case.content.len(), "{}", engine.name);
        for (written, (name, value)) in written.iter().zip(&case.content) {
            assert_eq!(
                *written,
                (name.as_bytes(), value.as_bytes()),
                "{}",
                engine.name
            );
        }
    }
}

fn engines(count: usize) -> Vec<FieldsEngine> {
    let mut engines: Vec<FieldsEngine> = vec![
        Engine::limit("extend", |case| {
            case.run_in_room(|fields, out| extend(fields, out))
        }),
        Engine::ours("Encoder", memory),
        Engine::ours("write_to", |case| {
            case.run(|fields, out| write_to(fields, out))
        }),
        Engine::ours("read", |case| case.run(|fields, out| read(fields, out))),
        Engine::peer("form-net", |case| {
            case.run_in_room(|fields, out| form_net(fields, out))
        }),
        // As a form of ours has it: pages that nobody touched before.
        Engine::peer("form-net/fresh", |case| {
            case.run(|fields, out| {
                let mut fresh = Vec::new();
                form_net(fields, &mut fresh);
                out.write_all(&fresh)
            })
        }),
        Engine::peer("nostd-multipart", |case| {
            case.run_in_room(|fields, out| nostd(fields, out))
        }),
        Engine::peer("mpart-async", |case| {
            case.run(|fields, out| mpart_async(fields, out))
        }),
        Engine::peer("multipart", |case| {
            case.run(|fields, out| multipart(fields, out))
        }),
        Engine::peer("common", |case| case.run(|fields, out| common(fields, out))),
        Engine::peer("ureq", |case| case.run(|fields, out| ureq(fields, out))),
    ];
    if count <= 10_000 {
        engines.push(Engine::peer("reqwest_blocking", |case| {
            case.run(|fields, out| reqwest_blocking(fields, out))
        }));
    }
    if count <= 1_000 {
        engines.push(Engine::peer("reqwest", |case| {
            case.run(|fields, out| reqwest(fields, out))
        }));
    }
    engines
}

/// All that there is, one behind the other, with nothing looked at.
fn extend(fields: &[(String, String)], out: &mut Vec<u8>) {
    let before = format!("\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"");
    let mut before = &before.as_bytes()[2..];
    let whole = [b"\r\n", before].concat();
    for (name, value) in fields {
        out.extend_from_slice(before);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\"\r\n\r\n");
        out.extend_from_slice(value.as_bytes());
        before = &whole;
    }
    out.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
}

fn memory(case: &Case<Fields>) -> Answer {
    case.run_in_room(|fields, out| {
        let mut encoder = Encoder::new(boundary());
        for (name, value) in fields {
            let start = encoder.part(PartHead::form_data(name));
            start
                .pieces()
                .for_each(|piece| out.extend_from_slice(piece));
            out.extend_from_slice(value.as_bytes());
        }
        let end = encoder.end();
        out.extend_from_slice(&end.pieces().concat());
    })
}

fn boundary() -> Boundary {
    Boundary::new(BOUNDARY).expect("it is one")
}

fn form(fields: &[(String, String)]) -> Form<'_> {
    let mut form = Form::new().expect("the system has randomness");
    for (name, value) in fields {
        form.text(name, value);
    }
    form
}

fn write_to(fields: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    form(fields).finish()?.write_to(out).map(|_| ())
}

fn read(fields: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    read_all(form(fields).finish()?, BUFFER, out)
}

/// Without the search for the boundary in the values, which it makes for one
/// that was given and not for one of its own.
fn form_net(fields: &[(String, String)], out: &mut Vec<u8>) {
    let mut form = MultipartWriter::with_boundary(out, form_net_boundary());
    form.verify_boundary(false);
    for (name, value) in fields {
        form.text(name, value).expect("memory does not fail");
    }
    form.finish().expect("memory does not fail");
}

pub(crate) fn form_net_boundary() -> form_net::Boundary {
    form_net::Boundary::new(BOUNDARY.as_bytes()).expect("it is one")
}

fn nostd(fields: &[(String, String)], out: &mut Vec<u8>) {
    let mut encoder = nostd_multipart::Encoder::new(BOUNDARY.as_bytes()).expect("it is one");
    for (name, value) in fields {
        let part = nostd_multipart::Part {
            name: name.as_bytes(),
            ..nostd_multipart::Part::default()
        };
        nostd_head(&mut encoder, &part, out).expect("memory does not fail");
        out.extend_from_slice(value.as_bytes());
    }
    nostd_close(&mut encoder, out).expect("memory does not fail");
}

pub(crate) fn nostd_head(
    encoder: &mut nostd_multipart::Encoder<'_>,
    part: &nostd_multipart::Part<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut head = [0; 256];
    let (len, whole) = encoder
        .write_part_header(part, &mut head)
        .expect("it is well formed");
    assert!(whole);
    out.write_all(&head[..len])
}

pub(crate) fn nostd_close(
    encoder: &mut nostd_multipart::Encoder<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut close = [0; 128];
    let (len, whole) = encoder.write_close(&mut close);
    assert!(whole);
    out.write_all(&close[..len])
}

fn mpart_async(fields: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let mut form = MultipartRequest::<NoStream>::new(BOUNDARY);
    for (name, value) in fields {
        form.add_field(name, value);
    }
    poll_all(form, out)
}

fn multipart(fields: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let mut form = lazy::Multipart::new();
    for (name, value) in fields {
        form.add_text(name.as_str(), value.as_str());
    }
    let body = form.prepare().map_err(|failed| failed.error)?;
    read_all(body, BUFFER, out)
}

fn common(fields: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let mut form = common::Form::default();
    for (name, value) in fields {
        form.add_text(name, value.as_str());
    }
    poll_all(common::Body::from(form), out)
}

fn ureq(fields: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let mut form = ureq::Form::new();
    for (name, value) in fields {
        form = form.text(name, value);
    }
    read_all(form, BUFFER, out)
}

fn reqwest(fields: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let mut form = ::reqwest::multipart::Form::new();
    for (name, value) in fields {
        form = form.text(name.clone(), value.clone());
    }
    poll_all(form.into_stream(), out)
}

fn reqwest_blocking(fields: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let mut form = ::reqwest::blocking::multipart::Form::new();
    for (name, value) in fields {
        form = form.text(name.clone(), value.clone());
    }
    read_all(form.into_reader(), BUFFER, out)
}

//! One large part.

use crate::case::{BOUNDARY, Case, To, poll_all, read_all};
use crate::fields::{form_net_boundary, nostd_close, nostd_head};
use crate::harness;
use crate::receiver::Receiver;
use crate::repeated::Repeated;
use crate::taken_apart::parts;
use bytes::Bytes;
use common_multipart_rfc7578::client::multipart as common;
use criterion::Criterion;
use form_net::MultipartWriter;
use futures_util::{StreamExt, stream};
use mpart_async::client::MultipartRequest;
use multipart::client::lazy;
use std::io::{self, Read, Write};
use tidegate_benches::input::{TOTAL, text};
use tidegate_benches::{Answer, Engine};
use tidegate_core::{Boundary, Encoder, PartHead};
use tidegate_std_io::{Form, PartBody};
use ureq::unversioned::multipart as ureq;

const LEN: usize = 256 << 20;

const NAME: &str = "file";
const FILENAME: &str = "a.bin";
const TYPE: &str = "application/octet-stream";

/// A part, and the size of the reads or chunks that it is brought out by.
#[derive(Debug)]
struct Part {
    source: Repeated,
    size: usize,
}

type PartEngine = Engine<Case<Part>>;

pub(crate) fn race(criterion: &mut Criterion, receiver: Receiver) {
    let bytes = Bytes::from(text(TOTAL));
    for size in [8 << 10, 64 << 10] {
        let case = |len| {
            let source = Repeated::new(bytes.clone(), len, size);
            Case::new(Part { source, size }, receiver)
        };
        // Some of it more than once, and a last chunk that is none.
        check(&case(TOTAL + TOTAL / 2 + 100), &readers());
        check(&case(TOTAL + TOTAL / 2 + 100), &streams());
        let case = case(LEN);
        let all = Answer {
            pieces: (LEN / size) as u64,
            bytes: LEN as u64,
            ..Answer::default()
        };
        let name = format!("encode/read/{size}");
        let limit = Engine::limit("memcpy", |case: &Case<Part>| case.run(memcpy));
        let engines = [vec![limit], readers()].concat();
        harness::time(criterion, &name, case.to(To::Sink), engines.clone(), all);
        if size == 64 << 10 {
            let name = format!("encode/read-socket/{size}");
            harness::time(criterion, &name, case.to(To::Socket), engines, all);
        }
        let name = format!("encode/pass/{size}");
        let limit = Engine::limit("pass", |case: &Case<Part>| case.run(pass));
        let engines = [vec![limit], streams()].concat();
        harness::time(criterion, &name, case.to(To::Sink), engines.clone(), all);
        if size == 64 << 10 {
            let name = format!("encode/pass-socket/{size}");
            harness::time(criterion, &name, case.to(To::Socket), engines, all);
        }
    }
}

fn check(case: &Case<Part>, engines: &[PartEngine]) {
    let mut content = Vec::new();
    let mut source = case.content.source.clone();
    source
        .read_to_end(&mut content)
        .expect("memory does not fail");
    for engine in engines {
        (engine.run)(case.to(To::Memory));
        let body = case.kept();
        let written = parts(&body);
        assert_eq!(written.len(), 1, "{}", engine.name);
        let (name, value) = written[0];
        assert_eq!(name, NAME.as_bytes(), "{}", engine.name);
        // Not assert_eq, which would print them.
        assert!(value == content, "{}", engine.name);
    }
}

/// The file is a reader, and copied once at least.
fn readers() -> Vec<PartEngine> {
    vec![
        Engine::ours("Encoder", |case| case.run(encoder)),
        Engine::ours("read", |case| case.run(read)),
        // In blocks of its own, of 64 KiB.
        Engine::ours("write_to", |case| case.run(write_to)),
        Engine::peer("form-net", |case| {
            case.run(|part, out| form_net(part, false, out))
        }),
        Engine::peer("form-net/verify", |case| {
            case.run(|part, out| form_net(part, true, out))
        }),
        Engine::peer("nostd-multipart", |case| case.run(nostd)),
        Engine::peer("multipart", |case| case.run(multipart)),
        Engine::peer("common", |case| case.run(common)),
        Engine::peer("ureq", |case| case.run(ureq)),
        Engine::peer("reqwest_blocking", |case| case.run(reqwest_blocking)),
    ]
}

/// The file is a stream of `Bytes`, and copied by nobody.
fn streams() -> Vec<PartEngine> {
    vec![
        Engine::ours("Encoder", |case| case.run(encoder_around_stream)),
        Engine::peer("mpart-async", |case| case.run(mpart_async)),
        Engine::peer("reqwest", |case| case.run(reqwest)),
    ]
}

fn memcpy(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    read_all(part.source.clone(), part.size, out)
}

fn pass(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    poll_all(part.source.clone(), out)
}

fn head() -> PartHead<'static> {
    let head = PartHead::form_data(NAME).filename(FILENAME);
    head.content_type(TYPE).expect("it is one")
}

fn started() -> (Encoder, Vec<u8>) {
    let mut encoder = Encoder::new(Boundary::new(BOUNDARY).expect("it is one"));
    let start = encoder.part(head()).pieces().collect::<Vec<_>>().concat();
    (encoder, start)
}

fn encoder(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let (encoder, start) = started();
    out.write_all(&start)?;
    read_all(part.source.clone(), part.size, out)?;
    out.write_all(&encoder.end().pieces().concat())
}

fn encoder_around_stream(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let (encoder, start) = started();
    let end = encoder.end().pieces().concat();
    let framing = |bytes| stream::iter([Ok(Bytes::from(bytes))]);
    let body = framing(start)
        .chain(part.source.clone())
        .chain(framing(end));
    poll_all(body, out)
}

fn form(part: &Part) -> Form<'static> {
    let len = part.source.len() as u64;
    let body = PartBody::reader(part.source.clone()).with_len(len);
    let mut form = Form::new().expect("the system has randomness");
    form.part(head(), body);
    form
}

fn read(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    read_all(form(part).finish()?, part.size, out)
}

fn write_to(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    form(part).finish()?.write_to(out).map(|_| ())
}

fn form_net(part: &Part, verify: bool, out: &mut dyn Write) -> io::Result<()> {
    let failed = |_| io::Error::from(io::ErrorKind::Other);
    let mut form = MultipartWriter::with_boundary(out, form_net_boundary());
    form.verify_boundary(verify);
    form.file_start(NAME, FILENAME, Some(TYPE))
        .map_err(failed)?;
    let mut source = part.source.clone();
    let mut buffer = vec![0; part.size];
    loop {
        match source.read(&mut buffer)? {
            0 => return form.finish().map(|_| ()).map_err(failed),
            read => form.file_data(&buffer[..read]).map_err(failed)?,
        }
    }
}

fn nostd(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let mut encoder = nostd_multipart::Encoder::new(BOUNDARY.as_bytes()).expect("it is one");
    let head = nostd_multipart::Part {
        name: NAME.as_bytes(),
        filename: Some(FILENAME.as_bytes()),
        content_type: Some(TYPE.as_bytes()),
    };
    nostd_head(&mut encoder, &head, out)?;
    read_all(part.source.clone(), part.size, out)?;
    nostd_close(&mut encoder, out)
}

fn multipart(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let mut form = lazy::Multipart::new();
    form.add_stream(NAME, part.source.clone(), Some(FILENAME), None);
    let body = form.prepare().map_err(|failed| failed.error)?;
    read_all(body, part.size, out)
}

fn common(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let mut form = common::Form::default();
    form.add_reader_file(NAME, part.source.clone(), FILENAME);
    poll_all(common::Body::from(form), out)
}

fn ureq(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let body = ureq::Part::owned_reader(part.source.clone()).file_name(FILENAME);
    read_all(ureq::Form::new().part(NAME, body), part.size, out)
}

fn mpart_async(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let mut form = MultipartRequest::new(BOUNDARY);
    form.add_stream(NAME, FILENAME, TYPE, part.source.clone());
    poll_all(form, out)
}

fn reqwest(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let body = ::reqwest::Body::wrap_stream(part.source.clone());
    let body = ::reqwest::multipart::Part::stream_with_length(body, part.source.len() as u64);
    let form = ::reqwest::multipart::Form::new().part(NAME, body.file_name(FILENAME));
    poll_all(form.into_stream(), out)
}

fn reqwest_blocking(part: &Part, out: &mut dyn Write) -> io::Result<()> {
    let len = part.source.len() as u64;
    let body = ::reqwest::blocking::multipart::Part::reader_with_length(part.source.clone(), len);
    let form = ::reqwest::blocking::multipart::Form::new().part(NAME, body.file_name(FILENAME));
    read_all(form.into_reader(), part.size, out)
}

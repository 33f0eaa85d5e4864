//! Forms, on their way out and in.

use crate::fault::Sink;
use crate::operation::{Bench, Operation, Step, Tokens, again, more, once};
use std::io::{self, BufRead, Read, Write};
use tidegate_std_io::{
    Boundary, Form, FormBody, FormData, FormOptions, FormSink, Multipart, Part, PartBody, Spill,
    StreamOptions, encode_multipart, stream_encode_multipart,
};

const DATA: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const TYPE: &[u8] = b"multipart/form-data; boundary=b0";
const BODY: &[u8] = b"--b0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--b\r\n\
    --b0\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\
    \r\n\r\n-- more\r\r\n--b0--\r\n";
const NESTED: &[u8] = b"--b0\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n\
    --c\r\n\r\none\r\n--c\r\n\r\ntwo\r\n--c--\r\n--b0\r\n\r\nthree\r\n--b0--";
const URLENCODED: &[u8] = b"a=1&b=two+words&c=%41%42&long=0123456789";
/// What stands behind a reader: it waits until that says its end.
const BEHIND: &[u8] =
    b"\r\n--b0\r\nContent-Disposition: form-data; name=\"z\"\r\n\r\nbehind\r\n--b0--\r\n";
/// The longest thing that may yet be no data: the delimiter with its line ends.
const DELIMITER: usize = b"\r\n--b0--\r\n".len();

pub(crate) fn operations() -> Vec<Operation> {
    let mut operations = out();
    operations.extend(parts());
    operations.extend(whole());
    operations
}

fn out() -> Vec<Operation> {
    vec![
        Operation::new("a form that is written", DATA, |bench| {
            let mut body = form(bench);
            let mut sink = bench.sink();
            Box::new(move |_| body.write_to(&mut sink).map(|_| false))
        })
        .holds_back(BEHIND.len()),
        Operation::new("a form that is read", DATA, |bench| {
            let mut body = form(bench);
            let mut buf = [0; 11];
            Box::new(move |tokens| {
                let read = body.read(&mut buf)?;
                more(tokens, &buf[..read]);
                Ok(read > 0)
            })
        })
        .holds_back(BEHIND.len()),
        Operation::new("a form of unknown length", DATA, |bench| {
            let mut form = empty();
            form.reader("r", bench.source()).text("z", "behind");
            let mut body = form.finish().unwrap();
            let mut sink = bench.sink();
            Box::new(move |_| body.write_to(&mut sink).map(|_| false))
        })
        .holds_back(BEHIND.len()),
        Operation::new("a form of a file", b"", |bench| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(DATA).unwrap();
            let mut form = empty();
            form.bytes("f", PartBody::file(file).unwrap());
            let mut body = form.finish().unwrap();
            let mut sink = bench.sink().taking_files();
            Box::new(move |_| body.send_to(&mut sink).map(|_| false))
        }),
        Operation::new("a form that is spooled", DATA, |bench| {
            let mut form = empty();
            form.text("a", "before").reader("r", bench.source());
            let mut sink = bench.sink();
            once(move |_| {
                form.spool(16)?;
                assert!(form.content_length().is_some());
                form.finish()?.write_to(&mut sink).map(drop)
            })
        })
        .loses_when_it_waits(),
        Operation::new("a form in memory", DATA, |bench| {
            let value = PartBody::reader(bench.source()).with_len(DATA.len() as u64);
            once(|tokens| {
                let (boundary, body) = encode_multipart([("r", value)])?;
                push_body(tokens, &body, boundary.as_str());
                Ok(())
            })
        })
        .loses_when_it_waits(),
        Operation::new("a form in a temporary file", DATA, |bench| {
            let value = PartBody::reader(bench.source());
            once(|tokens| {
                let options = StreamOptions::new().threshold(50);
                let (mut stream, len, boundary) = stream_encode_multipart([("r", value)], options)?;
                assert!(stream.is_on_disk());
                let mut body = Vec::new();
                assert_eq!(stream.read_to_end(&mut body)? as u64, len);
                push_body(tokens, &body, boundary.as_str());
                Ok(())
            })
        })
        .loses_when_it_waits(),
    ]
}

fn empty<'a>() -> Form<'a> {
    Form::with_boundary(Boundary::new("b0").unwrap())
}

/// Fields with a reader between them.
fn form(bench: &Bench) -> FormBody<'static> {
    let mut form = empty();
    form.text("a", "before")
        .reader_with_len("r", bench.source(), DATA.len() as u64)
        .text("z", "behind");
    form.finish().unwrap()
}

/// The boundary is another one every time.
fn push_body(tokens: &mut Tokens, body: &[u8], boundary: &str) {
    let body = String::from_utf8(body.to_vec()).unwrap();
    tokens.push(body.replace(boundary, "b0").into_bytes());
}

type Parts = Multipart<Box<dyn BufRead + Send>>;

fn multipart(bench: &Bench, content_type: &[u8]) -> Parts {
    Multipart::for_type(bench.reader(), content_type).unwrap()
}

fn parts() -> Vec<Operation> {
    vec![
        Operation::new("parts that are read", BODY, |bench| {
            each_part(multipart(bench, TYPE), |part, tokens| {
                tokens.push(Vec::new());
                let mut buf = [0; 4];
                loop {
                    let read = again(|| part.read(&mut buf))?;
                    more(tokens, &buf[..read]);
                    if read == 0 {
                        return Ok(());
                    }
                }
            })
        })
        .passes_over()
        .holds_back(DELIMITER),
        Operation::new("parts that are looked at", BODY, |bench| {
            each_part(multipart(bench, TYPE), |part, tokens| {
                tokens.push(Vec::new());
                loop {
                    let len = again(|| part.fill_buf().map(|seen| seen.len().min(3)))?;
                    again(|| part.fill_buf().map(|seen| more(tokens, &seen[..len])))?;
                    part.consume(len);
                    if len == 0 {
                        return Ok(());
                    }
                }
            })
        })
        .passes_over()
        .holds_back(DELIMITER),
        Operation::new("parts that are passed over", BODY, |bench| {
            each_part(multipart(bench, TYPE), |_, _| Ok(()))
        })
        .passes_over(),
        Operation::new("parts that are copied", BODY, |bench| {
            let mut sink = bench.sink();
            each_part(multipart(bench, TYPE), move |part, _| {
                again(|| part.copy_to(&mut sink).map(drop))
            })
        })
        .passes_over()
        .holds_back(DELIMITER),
        Operation::new("parts as bytes", BODY, |bench| {
            let mut parts = multipart(bench, TYPE);
            once(move |tokens| {
                while let Some(part) = parts.next_part()? {
                    tokens.push(part.bytes(100)?);
                }
                Ok(())
            })
        })
        .loses_when_it_waits(),
        Operation::new("lines of parts", BODY, |bench| {
            each_part(multipart(bench, TYPE), |part, tokens| {
                let mut lines = tidegate_std_io::make_line_iter(part);
                again(|| lines.for_each_line(|line| tokens.push(line.bytes().to_vec())))
            })
        })
        .passes_over(),
        Operation::new("parts within a part", NESTED, |bench| {
            let mut parts = multipart(bench, b"multipart/mixed; boundary=b0").max_depth(1);
            once(move |tokens| {
                while let Some(mut part) = parts.next_part()? {
                    if part.content_type().is_none() {
                        tokens.push(part.bytes(100)?);
                        continue;
                    }
                    let mut within = part.nested_dyn()?;
                    while let Some(part) = within.next_part()? {
                        tokens.push(part.bytes(100)?);
                    }
                }
                Ok(())
            })
        })
        .loses_when_it_waits(),
    ]
}

/// Each part by its name, and then what is made of it.
fn each_part(
    mut parts: Parts,
    mut each: impl FnMut(&mut Part<'_, Box<dyn BufRead + Send>>, &mut Tokens) -> io::Result<()>
    + 'static,
) -> Step {
    Box::new(move |tokens| {
        let Some(mut part) = parts.next_part()? else {
            return Ok(false);
        };
        tokens.push(part.name().unwrap().as_raw().to_vec());
        each(&mut part, tokens)?;
        Ok(true)
    })
}

fn whole() -> Vec<Operation> {
    vec![
        Operation::new("a whole form", BODY, |bench| {
            let reader = bench.reader();
            once(|tokens| keep(tokens, &FormData::read(reader, TYPE)?))
        })
        .loses_when_it_waits(),
        Operation::new("a whole form on disk", BODY, |bench| {
            let reader = bench.reader();
            once(|tokens| keep(tokens, &on_disk().read(reader, TYPE)?))
        })
        .loses_when_it_waits(),
        Operation::new("a urlencoded form", URLENCODED, |bench| {
            let reader = bench.reader();
            let content_type = b"application/x-www-form-urlencoded";
            once(|tokens| keep(tokens, &on_disk().read(reader, content_type)?))
        })
        .loses_when_it_waits(),
        Operation::new("a whole form into a writer", BODY, |bench| {
            sunk(bench, |sink| FormSink::Writer(Box::new(sink)))
        })
        .loses_when_it_waits(),
        Operation::new("a whole form by a writer", BODY, |bench| {
            sunk(bench, |sink| FormSink::Tee(Box::new(sink)))
        })
        .loses_when_it_waits(),
    ]
}

fn on_disk() -> FormOptions<'static> {
    FormOptions::new().spill(Spill::new().max_in_memory(4).memory(6))
}

fn keep(tokens: &mut Tokens, form: &FormData) -> io::Result<()> {
    for entry in form {
        tokens.push(entry.name().to_vec());
        let mut data = Vec::new();
        entry.reader().read_to_end(&mut data)?;
        tokens.push(data);
    }
    Ok(())
}

fn sunk(bench: &Bench, to: impl Fn(Sink) -> FormSink<'static> + 'static) -> Step {
    let (reader, sink) = (bench.reader(), bench.sink());
    once(move |_| {
        let options = on_disk().choose(move |_| to(sink.clone()));
        options.read(reader, TYPE).map(drop)
    })
}

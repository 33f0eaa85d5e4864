//! Bodies of responses: when they are made, and when they are closed.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use std::io::{self, BufRead, Cursor, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use tidegate_std_io::gateway::testing::{Client, RequestBuilder, run_app};
use tidegate_std_io::gateway::{Application, Failure, Input, Output, validator};
use tidegate_std_io::{Closed, FileWrapper, Outcome};

/// The ways to make a body of three times `abc`.
type Way = fn() -> Output;

const WAYS: &[(&str, Way)] = &[
    ("bytes", || Output::from("abcabcabc")),
    ("iter", || {
        Output::iter(["", "abc", "", "abcabc", ""].map(|block| Ok(Bytes::from(block))))
    }),
    ("reader", || Output::reader(&b"abcabcabc"[..])),
    ("writer", || {
        Output::writer(|to| (0..3).try_for_each(|_| to.write_all(b"abc")))
    }),
    ("length", || {
        Output::writer(|to| to.write_all(b"abcabcabc")).with_length(9)
    }),
    ("promised", || {
        Output::iter([Ok("abcabc".into()), Ok("abc".into())]).with_length(9)
    }),
    ("file", || {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"--abcabcabc--").unwrap();
        let range = tidegate_std_io::ByteRange::new(2, 9).unwrap();
        FileWrapper::new(file).range(range).unwrap().into()
    }),
];

type Log = Arc<Mutex<Vec<Closed>>>;

/// Answers with this, and says how it was closed.
fn app(way: Way) -> (impl Application, Log) {
    let log = Log::default();
    let entries = Arc::clone(&log);
    let app = move |_: Request<Input>| {
        let entries = Arc::clone(&entries);
        way().on_close(move |closed| entries.lock().unwrap().push(*closed))
    };
    (app, log)
}

fn get() -> Request<Input> {
    RequestBuilder::new("/").request().unwrap()
}

#[test]
fn every_body_is_read_to_its_end_and_closed_once() {
    for (name, way) in WAYS {
        for buffered in [true, false] {
            let (app, log) = app(*way);
            let (status, headers, mut body) = run_app(&app, get(), buffered).unwrap();
            assert_eq!(status, StatusCode::OK);
            // A function that writes may be through with what nobody has read.
            let is_written = ["writer", "length"].contains(name);
            let closed = log.lock().unwrap().len();
            assert!(closed == usize::from(buffered) || is_written, "{name}");
            let known = ["bytes", "file", "length", "promised"].contains(name);
            assert_eq!(headers.contains_key("content-length"), known, "{name}");
            assert!(!headers.contains_key("transfer-encoding"), "{name}");
            let mut text = String::new();
            body.read_to_string(&mut text).unwrap();
            assert_eq!(text, "abcabcabc", "{name}");
            assert_eq!(body.read(&mut [0]).unwrap(), 0);
            drop(body);
            let whole = Closed {
                outcome: Outcome::Finished,
                bytes: 9,
            };
            assert_eq!(*log.lock().unwrap(), [whole], "{name} {buffered}");
        }
    }
}

/// One byte at a time, and through the buffer.
#[test]
fn however_it_is_read() {
    for (name, way) in WAYS {
        let (app, _) = app(*way);
        let body = run_app(&app, get(), false).unwrap().2;
        let bytes: Vec<u8> = Read::bytes(body).map(Result::unwrap).collect();
        assert_eq!(bytes, b"abcabcabc", "{name}");
        let (mut body, mut all) = (run_app(&app, get(), false).unwrap().2, Vec::<u8>::new());
        while let block @ [_, ..] = body.fill_buf().unwrap() {
            let some = block.len().min(2);
            all.extend(&block[..some]);
            body.consume(some);
        }
        assert_eq!(all, b"abcabcabc", "{name}");
        let mut body = run_app(&app, get(), false).unwrap().2;
        body.read_exact(&mut [0; 4]).unwrap();
        assert_eq!(body.text().unwrap(), "bcabc", "{name}");
    }
}

/// Nobody wants the rest: it is closed all the same.
#[test]
fn bodies_that_are_dropped() {
    for (name, way) in WAYS {
        for explicit in [true, false] {
            let (app, log) = app(*way);
            let mut body = run_app(&app, get(), false).unwrap().2;
            body.read_exact(&mut [0; 2]).unwrap();
            match explicit {
                true => body.close(),
                false => drop(body),
            }
            // A function that writes is waited for by `close` alone.
            while !explicit && log.lock().unwrap().is_empty() {
                std::thread::yield_now();
            }
            let log = log.lock().unwrap();
            assert_eq!(log.len(), 1, "{name}");
            let all = Closed {
                outcome: Outcome::Finished,
                bytes: 9,
            };
            // It may have written all of it, which nobody has seen.
            assert!(
                log[0].outcome != Outcome::Finished || (*name == "length" && log[0] == all),
                "{name} {log:?}"
            );
        }
    }
    // Who has taken all that was promised need not ask for the end.
    for (name, way) in WAYS
        .iter()
        .filter(|(name, _)| ["bytes", "promised"].contains(name))
    {
        let (app, log) = app(*way);
        let mut body = run_app(&app, get(), false).unwrap().2;
        body.read_exact(&mut [0; 9]).unwrap();
        drop(body);
        let whole = Closed {
            outcome: Outcome::Finished,
            bytes: 9,
        };
        assert_eq!(*log.lock().unwrap(), [whole], "{name}");
    }
}

/// It is made when it is asked for: one block ahead of what was read, no more.
#[test]
fn unbuffered_it_is_made_while_it_is_read() {
    let made = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&made);
    let app = move |_: Request<Input>| {
        let counted = Arc::clone(&counted);
        Output::iter((0..100).map(move |_| {
            counted.fetch_add(1, Relaxed);
            Ok(Bytes::from_static(b"0123456789"))
        }))
    };
    let mut body = run_app(&app, get(), false).unwrap().2;
    assert_eq!(made.load(Relaxed), 1);
    body.read_exact(&mut [0; 10]).unwrap();
    assert_eq!(made.load(Relaxed), 1);
    body.read_exact(&mut [0; 11]).unwrap();
    assert_eq!(made.load(Relaxed), 3);
    drop(body);
    assert_eq!(made.load(Relaxed), 3);
    drop(run_app(&app, get(), true).unwrap());
    assert_eq!(made.load(Relaxed), 103);
}

/// To HEAD, and with 204 and 304, none is made, and what there is is closed.
#[test]
fn where_there_is_no_body() {
    for (name, way) in WAYS {
        for (method, status, length) in [
            ("HEAD", 200, true),
            ("GET", 204, false),
            ("GET", 304, false),
        ] {
            let (inner, log) = app(*way);
            let app = move |request: Request<Input>| -> Result<Response<Output>, Failure> {
                let mut response = inner.answer(request)?;
                *response.status_mut() = StatusCode::from_u16(status)?;
                Ok(response)
            };
            let request = RequestBuilder::new("/")
                .method(method.parse().unwrap())
                .request()
                .unwrap();
            let (_, headers, body) = run_app(&app, request, true).unwrap();
            let known = ["bytes", "file", "length", "promised"].contains(name);
            assert_eq!(
                headers.contains_key("content-length"),
                length && known,
                "{name} {status}"
            );
            assert_eq!(body.text().unwrap(), "", "{name}");
            assert_eq!(log.lock().unwrap().len(), 1, "{name}");
            assert_eq!(log.lock().unwrap()[0].bytes, 0, "{name}");
        }
    }
}

#[test]
fn an_empty_body_says_so() {
    for way in [
        || Output::empty(),
        || Output::iter([]),
        || Output::reader(io::empty()),
        || Output::writer(|_| Ok(())),
    ] as [Way; 4]
    {
        let (app, log) = app(way);
        let (_, headers, body) = run_app(&app, get(), false).unwrap();
        assert_eq!(headers["content-length"], "0");
        assert_eq!(body.text().unwrap(), "");
        assert_eq!(log.lock().unwrap()[0].outcome, Outcome::Finished);
    }
}

/// After the first error every read fails; none is a clean end.
#[test]
fn errors_stick() {
    let ways: [Way; 4] = [
        || {
            Output::iter([
                Ok("abc".into()),
                Err(io::Error::from(io::ErrorKind::Interrupted)),
            ])
        },
        || Output::reader(Cursor::new("abc").chain(Broken)),
        || Output::writer(|to| to.write_all(b"abc").and(Err(io::Error::other("broken")))),
        || Output::iter([Ok("abc".into())]).with_length(4),
    ];
    for way in ways {
        let (app, log) = app(way);
        let mut body = run_app(&app, get(), false).unwrap().2;
        body.read_exact(&mut [0; 3]).unwrap();
        for _ in 0..3 {
            body.fill_buf().unwrap_err();
        }
        assert!(body.bytes().is_err());
        assert_eq!(log.lock().unwrap()[0].outcome, Outcome::Failed);
        assert_eq!(log.lock().unwrap().len(), 1);
        // Buffered there is no response.
        assert!(run_app(&app, get(), true).is_err());
        let mut body = run_app(&app, get(), false).unwrap().2;
        let mut all = Vec::new();
        body.read_to_end(&mut all).unwrap_err();
        assert_eq!(all, b"abc");
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("broken"))
    }
}

/// Memory would grow for ever.
#[test]
fn endless_bodies_are_not_kept() {
    let endless: [Way; 3] = [
        || Output::reader(io::repeat(b'x')),
        || {
            Output::iter(std::iter::repeat_with(|| {
                Ok(Bytes::from_static(&[b'x'; 1 << 16]))
            }))
        },
        || {
            Output::writer(|to| {
                loop {
                    to.write_all(&[b'x'; 1 << 16])?;
                }
            })
        },
    ];
    for way in endless {
        let (app, log) = app(way);
        assert!(run_app(&app, get(), true).is_err());
        let body = run_app(&app, get(), false).unwrap().2;
        assert_eq!(
            body.bytes().unwrap_err().kind(),
            io::ErrorKind::FileTooLarge
        );
        let mut body = run_app(&app, get(), false).unwrap().2;
        io::copy(&mut (&mut body).take(100 << 20), &mut io::sink()).unwrap();
        body.close();
        assert!(!log.lock().unwrap().is_empty());
    }
}

/// A panic while the body is made is one of whoever reads it.
#[test]
fn panics_go_on() {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let ways: [Way; 2] = [
        || {
            Output::iter((0..2).map(|at| {
                if at == 0 {
                    Ok("a".into())
                } else {
                    panic!("in the middle")
                }
            }))
        },
        || Output::writer(|to| to.write_all(b"a").map(|()| panic!("in the middle"))),
    ];
    for way in ways {
        let (app, log) = app(way);
        let body = run_app(&app, get(), false).unwrap().2;
        let caught = catch_unwind(AssertUnwindSafe(|| body.text()));
        assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"in the middle"));
        assert_eq!(log.lock().unwrap().len(), 1);
        let mut client =
            Client::new(app).as_handler(tidegate_std_io::gateway::HandlerOptions::new());
        let body = client.get("/").send().unwrap();
        assert!(
            body.text()
                .unwrap_err()
                .to_string()
                .contains("in the middle")
        );
    }
}

/// Nobody broke a rule, least of all who reads.
#[test]
fn a_panic_under_a_validator() {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let told = Arc::new(Mutex::new(Vec::new()));
    let app = |_: Request<Input>| {
        let response = Response::builder().header("Content-Type", "text/plain");
        response
            .body(Output::writer(|to| {
                to.write_all(b"a").map(|()| panic!("in the middle"))
            }))
            .unwrap()
    };
    let log = Arc::clone(&told);
    let app = validator(app).report(move |violation| {
        log.lock().unwrap().push(violation.to_string());
    });
    let body = run_app(&app, get(), false).unwrap().2;
    let caught = catch_unwind(AssertUnwindSafe(|| body.text()));
    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"in the middle"));
    assert_eq!(*told.lock().unwrap(), [""; 0]);
}

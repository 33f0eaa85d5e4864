//! Readers and writers as bad as they come, at each call and at each byte.

use crate::common::readers::{Cut, Drip, Stutter};
use crate::run::{Shared, variables};
use http::{Request, Response};
use std::io::{self, BufReader, ErrorKind, IoSlice, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate_std_io::gateway::{ErrorStream, Input, Output, Sent, SimpleHandler};
use tidegate_std_io::{FileSink, Outcome};

/// Takes a few bytes a call, interrupts every other one, and fails for ever from
/// the n-th on.
struct Torn {
    taken: Vec<u8>,
    calls: usize,
    most: usize,
    fails_at: usize,
    kind: ErrorKind,
}

impl Write for Torn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.call()?;
        if self.calls.is_multiple_of(2) {
            return Err(ErrorKind::Interrupted.into());
        }
        let bytes = pieces.iter().flat_map(|piece| piece.iter()).take(self.most);
        let before = self.taken.len();
        self.taken.extend(bytes);
        Ok(self.taken.len() - before)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.call()
    }
}

impl Torn {
    fn call(&mut self) -> io::Result<()> {
        self.calls += 1;
        match self.calls > self.fails_at {
            true => Err(self.kind.into()),
            false => Ok(()),
        }
    }
}

impl FileSink for Torn {}

/// The date of two heads may differ.
fn app(output: fn() -> Output) -> impl Fn(Request<Input>) -> Result<Response<Output>, http::Error> {
    move |_| Response::builder().header("Date", "now").body(output())
}

const OUTPUTS: [fn() -> Output; 5] = [
    || "Hello World".into(),
    || Output::iter(["Hello ", "", "World"].map(|block| Ok(block.into()))),
    || {
        Output::writer(|to| {
            to.write_all(b"Hello ")
                .and_then(|()| to.write_all(b"World"))
        })
    },
    || Output::reader(&b"Hello World"[..]).with_length(11),
    Output::empty,
];

#[test]
fn a_writer_that_fails_at_any_call_gets_a_front_of_the_response() {
    for output in OUTPUTS {
        let whole = {
            let handler = SimpleHandler::new(
                io::empty(),
                Vec::new(),
                ErrorStream::stderr(),
                variables(&[]),
            );
            handler.run(&app(output)).writer
        };
        for most in [1, 7, 4096] {
            for kind in [
                ErrorKind::BrokenPipe,
                ErrorKind::WouldBlock,
                ErrorKind::Other,
            ] {
                let mut fails_at = 0;
                loop {
                    let torn = Torn {
                        taken: Vec::new(),
                        calls: 0,
                        most,
                        fails_at,
                        kind,
                    };
                    let log = Shared::default();
                    let closed = std::sync::Arc::new(AtomicUsize::new(0));
                    let errors = ErrorStream::new(log.clone());
                    let handler = SimpleHandler::new(io::empty(), torn, errors, variables(&[]));
                    let counted = std::sync::Arc::clone(&closed);
                    let app = app(output);
                    let app = move |request: Request<Input>| {
                        let counted = std::sync::Arc::clone(&counted);
                        app(request).map(|response| {
                            response.map(|output| {
                                output.on_close(move |closed| {
                                    assert_ne!(closed.outcome, Outcome::Dropped);
                                    counted.fetch_add(1, Ordering::Relaxed);
                                })
                            })
                        })
                    };
                    let finished = handler.run(&app);
                    let taken = &finished.writer.taken;
                    assert_eq!(closed.load(Ordering::Relaxed), 1);
                    assert!(whole.starts_with(taken), "{}", taken.escape_ascii());
                    assert_eq!(
                        log.text(),
                        "",
                        "a client that is gone is no failure of ours"
                    );
                    match finished.sent {
                        Sent::Whole => {
                            assert_eq!(*taken, whole);
                            break;
                        }
                        Sent::Disconnected(error) => assert_eq!(error.kind(), kind),
                        other => panic!("{other:?}"),
                    }
                    fails_at += 1;
                }
                // Calls until all was written: it did fail at each of them.
                assert!(fails_at > 0);
            }
        }
    }
}

/// What an application makes of a body that comes like this.
fn echo(
    reader: impl Read + Send + 'static,
    pairs: &[(&str, &str)],
    capacity: usize,
) -> (u16, String, Option<bool>) {
    let echo = |request: Request<Input>| -> io::Result<String> {
        let mut body = request.into_body();
        let mut text = String::new();
        loop {
            match body.read_to_string(&mut text) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                result => break result.map(|_| text),
            }
        }
    };
    let reader = BufReader::with_capacity(capacity, reader);
    let handler = SimpleHandler::new(
        reader,
        Vec::new(),
        ErrorStream::new(Vec::new()),
        variables(pairs),
    );
    let finished = handler.run(&echo);
    let end = finished
        .writer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let text = String::from_utf8(finished.writer[end + 4..].to_vec()).unwrap();
    let reusable = finished.input.map(|input| input.may_reuse_connection());
    (finished.status.as_u16(), text, reusable)
}

const CHUNKED: &str = "5\r\nHello\r\n6\r\n World\r\n0\r\nX: y\r\n\r\n";

#[test]
fn a_body_is_the_same_however_it_is_cut() {
    let bodies: [(&str, &[(&str, &str)]); 2] = [
        ("Hello World", &[("CONTENT_LENGTH", "11")]),
        (CHUNKED, &[("HTTP_TRANSFER_ENCODING", "chunked")]),
    ];
    for (body, pairs) in bodies {
        let expected = (200, "Hello World".to_owned(), Some(true));
        // The next request behind it is left alone.
        let sent = format!("{body}GET / HTTP/1.1\r\n").into_bytes();
        for cut in 0..=sent.len() {
            let (front, back) = sent.split_at(cut);
            let reader = io::Cursor::new(front.to_vec()).chain(io::Cursor::new(back.to_vec()));
            assert_eq!(echo(reader, pairs, 4096), expected, "cut at {cut}");
        }
        for capacity in [1, 2, 3, 4096] {
            assert_eq!(
                echo(Drip::new(io::Cursor::new(sent.clone())), pairs, capacity),
                expected
            );
            assert_eq!(
                echo(Stutter::new(io::Cursor::new(sent.clone())), pairs, capacity),
                expected
            );
        }
        // An end, or an error, within it is no clean end.
        for cut in 0..body.len() {
            let front = io::Cursor::new(body.as_bytes()[..cut].to_vec());
            let (status, text, reusable) = echo(front, pairs, 4096);
            assert_eq!((status, reusable), (400, Some(false)), "{cut} {text}");
            let reset = Cut::new(
                io::Cursor::new(sent.clone()),
                cut,
                ErrorKind::ConnectionReset,
            );
            let (status, _, reusable) = echo(Drip::new(reset), pairs, 1);
            assert_eq!((status, reusable), (500, Some(false)), "{cut}");
        }
    }
}

#[test]
fn a_body_that_nobody_reads_is_left_in_the_reader() {
    let ignore = |_: Request<Input>| "ignored";
    let reader = BufReader::new(&b"Hello World, and more"[..]);
    let handler = SimpleHandler::new(
        reader,
        Vec::new(),
        ErrorStream::stderr(),
        variables(&[("CONTENT_LENGTH", "11")]),
    );
    let mut input = handler.run(&ignore).input.unwrap();
    assert!(!input.may_reuse_connection());
    let mut text = String::new();
    input.read_to_string(&mut text).unwrap();
    assert_eq!(text, "Hello World");
    assert!(input.may_reuse_connection());
    assert_eq!(
        io::read_to_string(input.into_inner()).unwrap(),
        ", and more"
    );
}

/// Whoever keeps the body keeps the reader: nobody else may read on.
#[test]
fn a_body_that_is_kept_is_not_given_back() {
    let kept = std::sync::Mutex::new(None);
    let keep = |request: Request<Input>| {
        *kept.lock().unwrap() = Some(request.into_body());
        "kept"
    };
    let reader = BufReader::new(&b"Hello"[..]);
    let handler = SimpleHandler::new(
        reader,
        Vec::new(),
        ErrorStream::stderr(),
        variables(&[("CONTENT_LENGTH", "5")]),
    );
    assert!(handler.run(&keep).input.is_none());
    let body = kept.lock().unwrap().take().unwrap();
    assert_eq!(io::read_to_string(body).unwrap(), "Hello");
}

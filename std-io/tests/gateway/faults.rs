//! Readers and writers as bad as they come, at each call and at each byte.

use crate::common::readers::{AfterEof, Cut, Drip, Stutter};
use crate::run::{Shared, variables};
use http::{HeaderValue, Request, Response};
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, IoSlice, Read, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate_std_io::gateway::{
    Application, ErrorStream, Finished, HandlerOptions, Input, Output, Sent, SimpleHandler,
};
use tidegate_std_io::{FileSink, FileWrapper, Outcome};

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
        self.call()?;
        match self.calls.is_multiple_of(2) {
            true => Err(ErrorKind::Interrupted.into()),
            false => Ok(()),
        }
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

const OUTPUTS: [fn() -> Output; 8] = [
    || "Hello World".into(),
    || Output::iter(["Hello ", "", "World"].map(|block| Ok(block.into()))),
    || {
        Output::writer(|to| {
            to.write_all(b"Hello ")
                .and_then(|()| to.write_all(b"World"))
        })
    },
    || Output::reader(&b"Hello World"[..]).with_length(11),
    || Output::from(FileWrapper::new(file()).exact(11)),
    || Output::from(FileWrapper::new(file())),
    // An error page.
    || Output::iter([Err(io::Error::other("no"))]),
    Output::empty,
];

const KINDS: [ErrorKind; 5] = [
    ErrorKind::BrokenPipe,
    ErrorKind::WouldBlock,
    ErrorKind::UnexpectedEof,
    ErrorKind::WriteZero,
    ErrorKind::Other,
];

fn file() -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"Hello World").unwrap();
    file.rewind().unwrap();
    file
}

/// For a client of either version, and behind a server; with what is logged.
fn run_into<W: FileSink>(
    writer: W,
    version: Option<&str>,
    app: &impl Application,
) -> (Finished<io::Empty, W>, String) {
    let log = Shared::default();
    let errors = ErrorStream::new(log.clone());
    let date = [(http::header::DATE, HeaderValue::from_static("now"))];
    let options = HandlerOptions::new()
        .origin_server(version.is_some())
        .error_headers(date.into_iter().collect());
    let variables = variables(&[("SERVER_PROTOCOL", version.unwrap_or("HTTP/1.1"))]);
    let handler = SimpleHandler::new(io::empty(), writer, errors, variables);
    let finished = handler.options(options).run(app);
    (finished, log.text())
}

#[test]
fn a_writer_that_fails_at_any_call_gets_a_front_of_the_response() {
    for output in OUTPUTS {
        for version in [Some("HTTP/1.1"), Some("HTTP/1.0"), None] {
            let (whole, log) = run_into(Vec::new(), version, &app(output));
            let log = log.lines().next().unwrap_or_default().to_owned();
            for (most, kinds) in [(1, &KINDS[..1]), (7, &KINDS), (4096, &KINDS[..1])] {
                for &kind in kinds {
                    let torn = |fails_at| Torn {
                        taken: Vec::new(),
                        calls: 0,
                        most,
                        fails_at,
                        kind,
                    };
                    // Calls until all was written: it did fail at each of them.
                    let calls = (0..).find(|&fails_at| {
                        is_whole(torn(fails_at), version, output, &whole.writer, &log)
                    });
                    assert!(calls > Some(0));
                }
            }
        }
    }
}

/// One run into a writer which fails, or is there to the end.
fn is_whole(
    torn: Torn,
    version: Option<&str>,
    output: fn() -> Output,
    whole: &[u8],
    log: &str,
) -> bool {
    let kind = torn.kind;
    let closed = Arc::new(AtomicUsize::new(0));
    let app = app(output);
    let app = |request: Request<Input>| {
        let counted = Arc::clone(&closed);
        let closing = move |output: Output| {
            output.on_close(move |closed| {
                assert_ne!(closed.outcome, Outcome::Dropped);
                counted.fetch_add(1, Ordering::Relaxed);
            })
        };
        app(request).map(|response| response.map(closing))
    };
    let (finished, logged) = run_into(torn, version, &app);
    let taken = &finished.writer.taken;
    assert_eq!(closed.load(Ordering::Relaxed), 1);
    assert!(whole.starts_with(taken), "{}", taken.escape_ascii());
    // A client that is gone is no failure of ours.
    assert_eq!(logged.lines().next().unwrap_or_default(), log);
    match finished.sent {
        Sent::Whole | Sent::ErrorPage => {
            assert_eq!(*taken, whole);
            true
        }
        Sent::Disconnected(error) => {
            assert_eq!(error.kind(), kind);
            false
        }
        other => panic!("{other:?}"),
    }
}

/// It takes nothing, and says that this is no error.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Ok(0)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Full {}

/// All of it after the head.
struct Headed(Vec<u8>);

impl Write for Headed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.windows(4).any(|four| four == b"\r\n\r\n") {
            true => Ok(0),
            false => self.0.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Headed {}

#[test]
fn a_writer_that_takes_nothing_more_is_no_loop() {
    for output in OUTPUTS {
        let (finished, _) = run_into(Full, Some("HTTP/1.1"), &app(output));
        let Sent::Disconnected(error) = finished.sent else {
            panic!("{:?}", finished.sent)
        };
        assert_eq!(error.kind(), ErrorKind::WriteZero);
    }
    let long = |_: Request<Input>| vec![b'x'; 100_000];
    let (finished, log) = run_into(Headed(Vec::new()), Some("HTTP/1.1"), &long);
    assert!(matches!(finished.sent, Sent::Disconnected(_)), "{log}");
    assert_eq!(log, "");
}

/// Refuses one call for each byte, and takes it the next time: a socket with a
/// timeout.
struct Moody {
    taken: Vec<u8>,
    calls: usize,
    refuses: usize,
}

impl Write for Moody {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        match self.calls == self.refuses {
            true => Err(ErrorKind::WouldBlock.into()),
            false => self.taken.write(&bytes[..bytes.len().min(3)]),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Moody {}

/// What was lost is not followed by what was not.
#[test]
fn an_application_that_goes_on_after_an_error_sends_nothing_more() {
    let stubborn = || {
        Output::writer(|to| {
            for block in [b"Hello ", b"World,", b"again."] {
                if to.write_all(block).is_err() {
                    let _ = to.write_all(block);
                }
                let _ = to.flush();
            }
            Ok(())
        })
    };
    for length in [None, Some(18)] {
        for version in [Some("HTTP/1.1"), Some("HTTP/1.0"), None] {
            let app = |_: Request<Input>| {
                let output = match length {
                    Some(length) => stubborn().with_length(length),
                    None => stubborn(),
                };
                Response::builder().header("Date", "now").body(output)
            };
            let (whole, _) = run_into(Vec::new(), version, &app);
            for refuses in 1.. {
                let moody = Moody {
                    taken: Vec::new(),
                    calls: 0,
                    refuses,
                };
                let (finished, log) = run_into(moody, version, &app);
                assert!(whole.writer.starts_with(&finished.writer.taken));
                assert_eq!(log, "");
                match finished.sent {
                    Sent::Whole => {
                        assert_eq!(finished.writer.taken, whole.writer);
                        assert!(refuses > 10);
                        break;
                    }
                    Sent::Disconnected(error) => {
                        assert_eq!(error.kind(), ErrorKind::WouldBlock);
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
    // The same of a promise that it broke.
    for (promised, sent) in [(0, ""), (5, "Hello")] {
        let app = |_: Request<Input>| stubborn().with_length(promised);
        let (finished, log) = run_into(Vec::new(), Some("HTTP/1.1"), &app);
        assert!(
            log.contains(&format!("behind the {promised} bytes")),
            "{log}"
        );
        match finished.sent {
            Sent::ErrorPage => assert_eq!((promised, finished.status.as_u16()), (0, 500)),
            Sent::CutShort => assert!(finished.writer.ends_with(sent.as_bytes())),
            other => panic!("{other:?}"),
        }
    }
}

/// What an application makes of a body that comes like this.
fn echo(
    reader: impl Read + Send + 'static,
    (pairs, origin): (&[(&str, &str)], bool),
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
    let options = HandlerOptions::new().origin_server(origin);
    let finished = handler.options(options).run(&echo);
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
    let length = &[("CONTENT_LENGTH", "11")][..];
    let bodies = [
        ("Hello World", (length, true)),
        // The server in front undoes a coding.
        ("Hello World", (length, false)),
        (CHUNKED, (&[("HTTP_TRANSFER_ENCODING", "chunked")], true)),
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
        // Nobody asks for more than there is.
        let exact = AfterEof::new(io::Cursor::new(body.as_bytes().to_vec()));
        assert_eq!(echo(exact, pairs, 4096), expected);
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

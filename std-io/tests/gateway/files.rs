//! Files out, by the system where it can.

use crate::run::{Shared, run, run_with, variables};
use http::Request;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use tidegate_std_io::gateway::{ErrorStream, HandlerOptions, Input, Output, Sent, SimpleHandler};
use tidegate_std_io::{ByteRange, FileWrapper};

fn content() -> Vec<u8> {
    (0..300_000u32).flat_map(u32::to_le_bytes).collect()
}

fn file(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    io::Seek::rewind(&mut file).unwrap();
    file
}

/// Over a socket, with `sendfile` and without.
#[test]
fn a_file_goes_over_a_socket() {
    let content = content();
    for sendfile in [true, false] {
        for range in [None, ByteRange::new(1000, 1_000_000)] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (server, _) = listener.accept().unwrap();
            let all = content.clone();
            let handling = thread::spawn(move || {
                let app = |_: Request<Input>| -> io::Result<Output> {
                    let wrapper = FileWrapper::new(file(&all));
                    Ok(match range {
                        Some(range) => wrapper.range(range)?,
                        None => wrapper.exact(all.len() as u64),
                    }
                    .into())
                };
                let options = HandlerOptions::new().sendfile(sendfile);
                let handler =
                    SimpleHandler::new(io::empty(), server, ErrorStream::stderr(), variables(&[]));
                let finished = handler.options(options).run(&app);
                (matches!(finished.sent, Sent::Whole), finished.bytes)
            });
            let mut sent = Vec::new();
            client.read_to_end(&mut sent).unwrap();
            let expected = match range {
                Some(_) => &content[1000..1_001_000],
                None => &content[..],
            };
            assert!(sent.ends_with(expected));
            let head = String::from_utf8(sent[..sent.len() - expected.len()].to_vec()).unwrap();
            assert!(
                head.contains(&format!("Content-Length: {}\r\n", expected.len())),
                "{head}"
            );
            assert_eq!(handling.join().unwrap(), (true, expected.len() as u64));
        }
    }
}

/// What the file says is no word of the client, who is still there.
#[test]
#[cfg(unix)]
fn a_file_that_cannot_be_read_is_a_failure() {
    let directory = tempfile::tempdir().unwrap();
    for sendfile in [true, false] {
        let app = |_: Request<Input>| -> io::Result<Output> {
            let file = File::open(directory.path())?;
            Ok(FileWrapper::new(file).exact(5).into())
        };
        let options = HandlerOptions::new().sendfile(sendfile);
        let ran = run_with(&app, &[], io::empty(), options.clone());
        let (client, server) = std::os::unix::net::UnixStream::pair().unwrap();
        let errors = Shared::default();
        let log = ErrorStream::new(errors.clone());
        let handler = SimpleHandler::new(io::empty(), server, log, variables(&[]));
        let over_socket = handler.options(options.backtrace_limit(0)).run(&app);
        for (sent, log) in [
            (ran.finished.sent, ran.log),
            (over_socket.sent, errors.text()),
        ] {
            assert!(!matches!(sent, Sent::Whole | Sent::Disconnected(_)));
            assert!(log.starts_with("error: "), "{log}");
        }
        drop(client);
    }
}

#[test]
fn a_file_that_ends_early_is_no_whole_response() {
    let app = |_: Request<Input>| Output::from(FileWrapper::new(file(b"abc")).exact(5));
    let ran = run(&app, &[]);
    assert_eq!(
        (ran.text(), ran.values("content-length")),
        ("abc", vec!["5"])
    );
    assert!(
        matches!(ran.finished.sent, Sent::CutShort),
        "{:?}",
        ran.finished.sent
    );
    assert!(ran.log.starts_with("error: "));
    // In time for a page it is one of the server: the client did nothing wrong.
    let app = |_: Request<Input>| Output::from(FileWrapper::new(file(b"")).exact(5));
    let ran = run_with(
        &app,
        &[],
        io::empty(),
        HandlerOptions::new().sendfile(false),
    );
    assert_eq!(ran.finished.status, 500);
    assert!(matches!(ran.finished.sent, Sent::ErrorPage));
    // Of one of unknown length the end is the end.
    let app = |_: Request<Input>| Output::from(FileWrapper::new(file(b"abc")));
    assert_eq!(run(&app, &[]).text(), "3\r\nabc\r\n0\r\n\r\n");
    let app = |_: Request<Input>| Output::from(FileWrapper::new(file(b"")).exact(0));
    let ran = run(&app, &[]);
    assert_eq!((ran.text(), ran.values("content-length")), ("", vec!["0"]));
}

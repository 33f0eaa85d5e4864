//! What an application reads: `get_input_stream` through a handler.

use crate::common::vectors::{bytes, expectation, rows, string};
use crate::run::variables;
use http::Request;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate_std_io::gateway::{ErrorStream, HandlerOptions, Input, SimpleHandler};
use tidegate_std_io::{Budget, InputLimits};

/// Rows of which the transfer room's test says why they differ: a length that is
/// no number, codings, a maximum that Werkzeug does not hold.
const DIFFERENT: usize = 22;

#[test]
fn werkzeugs_get_input_stream() {
    let rows = rows(include_str!("../data/get_input_stream.json"));
    let (mut equal, mut different) = (0, 0);
    for row in &rows {
        let args = &row["args"];
        let environ = args["environ"].as_object().unwrap();
        let pairs: Vec<(&str, &str)> = environ
            .iter()
            .filter_map(|(name, value)| Some((&name[..], value.as_str()?)))
            .collect();
        let max = args["max_content_length"].as_u64();
        let limits = InputLimits::new()
            .max_length(max.unwrap_or(u64::MAX))
            .safe_fallback(args["safe_fallback"].as_bool().unwrap())
            .input_terminated(environ.contains_key("wsgi.input_terminated"));
        let read = |request: Request<Input>| {
            let mut content = Vec::new();
            request
                .into_body()
                .read_to_end(&mut content)
                .map(|_| content)
        };
        let reader = Cursor::new(bytes(&row["input"]));
        let handler = SimpleHandler::new(
            reader,
            Vec::new(),
            ErrorStream::new(io::sink()),
            variables(&pairs),
        );
        let finished = handler
            .options(HandlerOptions::new().input_limits(limits))
            .run(&read);
        let end = finished
            .writer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let ours = (finished.status.as_u16(), &finished.writer[end + 4..]);

        let merged = |key: &str| expectation(row).get(key).or(row["expect"].get(key));
        let error = row["expect"]
            .get("error")
            .or(merged("read_all").and_then(|read| read.get("err")));
        let is_equal = match error.and_then(|error| error.as_str()) {
            Some("RequestEntityTooLarge") => ours.0 == 413,
            Some("ClientDisconnected") => ours.0 == 400,
            _ => ours == (200, &bytes(&merged("read_all").unwrap()["ok"])[..]),
        };
        match is_equal {
            true => equal += 1,
            false => different += 1,
        }
        // Whatever it is, nothing is taken that is no body.
        assert!(
            matches!(ours.0, 200 | 400 | 413),
            "{}: {ours:?}",
            string(row, "id")
        );
    }
    assert_eq!((equal, different), (rows.len() - DIFFERENT, DIFFERENT));
}

#[test]
fn a_body_is_invited_once_and_only_if_it_is_read() {
    let invitations = Arc::new(AtomicUsize::new(0));
    let invited = || {
        let invitations = Arc::clone(&invitations);
        Input::from("abc").on_first_read(move || {
            invitations.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
    };
    drop(invited());
    assert_eq!(invitations.load(Ordering::Relaxed), 0);
    let mut input = invited();
    assert_eq!(input.read(&mut [0; 1]).unwrap(), 1);
    assert_eq!(io::read_to_string(&mut input).unwrap(), "bc");
    assert_eq!(invitations.load(Ordering::Relaxed), 1);
    assert!(input.may_reuse_connection());
    let mut refused = Input::from("abc").on_first_read(|| Err(io::Error::other("gone")));
    assert_eq!(refused.read(&mut [0; 1]).unwrap_err().to_string(), "gone");
}

#[test]
fn an_input_says_how_much_there_is() {
    let seen = Mutex::new(None);
    let look = |request: Request<Input>| -> io::Result<&'static str> {
        let mut body = request.into_body();
        body.read_exact(&mut [0; 2])?;
        *seen.lock().unwrap() = Some((body.position(), body.remaining(), body.limit()));
        body.drain(Budget {
            bytes: 100,
            time: std::time::Duration::from_secs(1),
        })?;
        assert!(body.may_reuse_connection() && body.trailers().is_empty());
        Ok("")
    };
    let reader = BufReader::new(&b"Hello"[..]);
    let handler = SimpleHandler::new(
        reader,
        Vec::new(),
        ErrorStream::stderr(),
        variables(&[("CONTENT_LENGTH", "5")]),
    );
    assert!(handler.run(&look).input.unwrap().may_reuse_connection());
    assert_eq!(*seen.lock().unwrap(), Some((2, 3, 5)));
}

#[test]
fn trailers_are_there_behind_a_chunked_body() {
    let read = |request: Request<Input>| -> io::Result<String> {
        let mut body = request.into_body();
        let text = io::read_to_string(&mut body)?;
        let trailers = body.trailers();
        Ok(format!(
            "{text} {:?}",
            trailers
                .iter()
                .map(|(name, value)| {
                    (
                        String::from_utf8_lossy(name).into_owned(),
                        String::from_utf8_lossy(value).into_owned(),
                    )
                })
                .collect::<Vec<_>>()
        ))
    };
    let reader = BufReader::new(&b"2\r\nHi\r\n0\r\nX: y\r\n\r\n"[..]);
    let chunked = [("HTTP_TRANSFER_ENCODING", "chunked")];
    let handler = SimpleHandler::new(
        reader,
        Vec::new(),
        ErrorStream::stderr(),
        variables(&chunked),
    );
    let sent = handler.run(&read).writer;
    assert!(
        sent.ends_with(b"Hi [(\"X\", \"y\")]"),
        "{}",
        sent.escape_ascii()
    );
}

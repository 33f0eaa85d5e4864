//! Bodies that fail, panic, or are not what was promised; and that each is closed
//! exactly once.

use crate::run::{Ran, Shared, run, run_with};
use http::{Request, Response, StatusCode};
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use tidegate_std_io::gateway::{Failure, HandlerOptions, Input, Output, Sent};
use tidegate_std_io::{Closed, Outcome};

const PAGE: &str = "A server error occurred.  Please contact the administrator.";

/// Where a body goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fails {
    Never,
    /// After so many blocks of two bytes.
    After(usize),
    Panics(usize),
}

fn broken() -> io::Error {
    io::Error::other("the disk is on fire")
}

/// Two bytes at a time, up to six; without a word on the standard error.
fn blocks(fails: Fails) -> impl Iterator<Item = io::Result<bytes::Bytes>> {
    (0..3).map(move |i| match fails {
        Fails::After(at) if at == i => Err(broken()),
        Fails::Panics(at) if at == i => resume_unwind(Box::new("out of ink")),
        _ => Ok("ab".into()),
    })
}

/// The same content in each of its forms.
fn forms(fails: Fails) -> Vec<(&'static str, Output)> {
    struct Reading<I>(I);
    impl<I: Iterator<Item = io::Result<bytes::Bytes>>> io::Read for Reading<I> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let block = self.0.next().transpose()?.unwrap_or_default();
            buf[..block.len()].copy_from_slice(&block);
            Ok(block.len())
        }
    }
    vec![
        ("iterator", Output::iter(blocks(fails))),
        ("reader", Output::reader(Reading(blocks(fails)))),
        (
            "writer",
            Output::writer(move |to| blocks(fails).try_for_each(|block| to.write_all(&block?))),
        ),
    ]
}

/// What the close was told, if there was one, and only one.
#[derive(Clone, Default)]
struct Closes(Arc<Mutex<Vec<Closed>>>);

impl Closes {
    fn of(&self, output: Output) -> Output {
        let closes = self.clone();
        output.on_close(move |closed| closes.0.lock().unwrap().push(*closed))
    }

    fn once(&self) -> Closed {
        let closes = self.0.lock().unwrap();
        assert_eq!(closes.len(), 1);
        closes[0]
    }
}

fn run_output(output: Output, pairs: &[(&str, &str)]) -> Ran {
    let output = Mutex::new(Some(output));
    run(
        &|_: Request<Input>| output.lock().unwrap().take().unwrap(),
        pairs,
    )
}

#[test]
fn a_failure_is_an_error_page_until_the_head_went_out() {
    for (fails, sent) in [
        (Fails::Never, 6),
        (Fails::After(0), 0),
        (Fails::After(1), 2),
        (Fails::After(2), 4),
        (Fails::Panics(0), 0),
        (Fails::Panics(1), 2),
    ] {
        for (form, output) in forms(fails) {
            for length in [None, Some(6)] {
                let output = match form {
                    "iterator" => Output::iter(blocks(fails)),
                    _ if length.is_some() => continue,
                    _ => forms(fails).into_iter().find(|it| it.0 == form).unwrap().1,
                };
                let closes = Closes::default();
                let output = closes.of(match length {
                    Some(length) => output.with_length(length),
                    None => output,
                });
                let ran = run_output(output, &[]);
                let what = format!("{form} {fails:?} {length:?}: {}", ran.log);
                let closed = closes.once();
                match (fails, &ran.finished.sent) {
                    (Fails::Never, Sent::Whole) => {
                        assert_eq!(
                            closed,
                            Closed {
                                outcome: Outcome::Finished,
                                bytes: 6
                            },
                            "{what}"
                        );
                        assert_eq!(ran.log, "");
                    }
                    (_, Sent::ErrorPage) => {
                        assert_eq!(
                            (sent, closed.bytes, closed.outcome),
                            (0, 0, Outcome::Failed),
                            "{what}"
                        );
                        assert_eq!((ran.finished.status.as_u16(), ran.text()), (500, PAGE));
                    }
                    (_, Sent::CutShort) => {
                        assert!(sent > 0, "{what}");
                        assert_eq!(
                            closed,
                            Closed {
                                outcome: Outcome::Failed,
                                bytes: sent
                            },
                            "{what}"
                        );
                        // The client sees that it is not all: no last chunk.
                        assert!(!ran.text().ends_with("0\r\n\r\n"), "{what}");
                        assert_eq!(ran.finished.bytes, sent);
                    }
                    (_, other) => panic!("{what} {other:?}"),
                }
                if fails != Fails::Never {
                    let reason = if matches!(fails, Fails::Panics(_)) {
                        "panicked: out of ink"
                    } else {
                        "the disk is on fire"
                    };
                    assert!(ran.log.contains(reason), "{what}");
                }
            }
            drop(output);
        }
    }
}

#[test]
fn what_was_promised_is_what_is_sent() {
    let long = || Output::iter(blocks(Fails::Never)).with_length(5);
    let ran = run_output(long(), &[]);
    assert_eq!((ran.text(), ran.finished.bytes), ("ababa", 5));
    assert!(matches!(ran.finished.sent, Sent::CutShort));
    assert!(
        ran.log.contains("goes on behind the 5 bytes"),
        "{}",
        ran.log
    );
    let ran = run_output(Output::iter(blocks(Fails::Never)).with_length(7), &[]);
    assert_eq!(
        (ran.text(), ran.values("content-length")),
        ("ababab", vec!["7"])
    );
    assert!(matches!(ran.finished.sent, Sent::CutShort));
    assert!(ran.log.contains("after 6 of 7 bytes"), "{}", ran.log);
    // Where nothing went out yet there is time for an error page.
    for broken in [Output::iter([]).with_length(1), long().with_length(0)] {
        let ran = run_output(broken, &[]);
        assert!(matches!(ran.finished.sent, Sent::ErrorPage));
        assert_eq!(ran.text(), PAGE);
    }
}

#[test]
fn a_body_is_closed_wherever_it_ends() {
    // Nobody wants it.
    let closes = Closes::default();
    drop(closes.of("abc".into()));
    assert_eq!(
        closes.once(),
        Closed {
            outcome: Outcome::Dropped,
            bytes: 0
        }
    );
    // To HEAD it is not made, and is closed.
    let closes = Closes::default();
    run_output(
        closes.of(Output::writer(|_| panic!("made"))),
        &[("REQUEST_METHOD", "HEAD")],
    );
    assert_eq!(
        closes.once(),
        Closed {
            outcome: Outcome::Finished,
            bytes: 0
        }
    );
    // Its head is refused.
    let closes = Closes::default();
    let output = Mutex::new(Some(closes.of("abc".into())));
    let app = |_: Request<Input>| {
        let output = output.lock().unwrap().take().unwrap();
        Response::builder()
            .header("Connection", "close")
            .body(output)
    };
    assert_eq!(run(&app, &[]).finished.status, 500);
    assert_eq!(
        closes.once(),
        Closed {
            outcome: Outcome::Failed,
            bytes: 0
        }
    );
}

#[test]
fn callbacks_run_in_order_and_a_panic_of_one_is_logged() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let note = |i| {
        let order = Arc::clone(&order);
        move |_: &Closed| {
            order.lock().unwrap().push(i);
            if i == 2 {
                resume_unwind(Box::new("close panicked"));
            }
        }
    };
    let ran = run_output(
        Output::from("x")
            .on_close(note(1))
            .on_close(note(2))
            .on_close(note(3)),
        &[],
    );
    assert_eq!(*order.lock().unwrap(), [1, 2, 3]);
    assert_eq!(ran.text(), "x");
    assert!(matches!(ran.finished.sent, Sent::Whole));
    assert!(ran.log.contains("close panicked"), "{}", ran.log);
}

#[test]
fn an_application_that_fails_or_panics_is_answered_for() {
    let failing = |_: Request<Input>| Err::<&str, _>(broken());
    let panicking =
        |_: Request<Input>| -> &'static str { resume_unwind(Box::new("oh".to_owned())) };
    let ran = [run(&failing, &[]), run(&panicking, &[])];
    for (ran, reason) in ran
        .iter()
        .zip(["the disk is on fire", "the application panicked: oh"])
    {
        assert!(
            ran.head
                .starts_with("HTTP/1.1 500 Internal Server Error\r\n"),
            "{}",
            ran.head
        );
        assert_eq!(
            (ran.values("content-type"), ran.text()),
            (vec!["text/plain"], PAGE)
        );
        assert_eq!(ran.log, format!("error: {reason}\n"));
    }
    // Of a body that breaks a rule the client is told.
    let reading = |request: Request<Input>| io::read_to_string(request.into_body());
    let ran = run_with(
        &reading,
        &[("CONTENT_LENGTH", "5")],
        &b"abc"[..],
        HandlerOptions::new(),
    );
    assert_eq!(ran.finished.status, 400);
    assert_eq!(
        ran.text(),
        "expected 5 bytes of body, received 3: the stream ended after 3 of 5 bytes, at byte 3\n"
    );
}

#[test]
fn the_error_page_is_what_it_is_set_to_be() {
    let failing = |_: Request<Input>| Err::<&str, _>(broken());
    let mut headers = http::HeaderMap::new();
    headers.insert("x-error", "1".parse().unwrap());
    let options = HandlerOptions::new()
        .error_status(StatusCode::SERVICE_UNAVAILABLE)
        .error_headers(headers)
        .error_body("later");
    let ran = run_with(&failing, &[], io::empty(), options.clone());
    assert_eq!((ran.finished.status.as_u16(), ran.text()), (503, "later"));
    assert_eq!(
        (ran.values("x-error"), ran.values("content-type").len()),
        (vec!["1"], 0)
    );
    let page = |failure: &Failure| {
        Response::builder()
            .status(502)
            .body(failure.to_string().into())
            .unwrap()
    };
    let ran = run_with(
        &failing,
        &[],
        io::empty(),
        options.clone().error_output(page),
    );
    assert_eq!(
        (ran.finished.status.as_u16(), ran.text()),
        (502, "the disk is on fire")
    );
    // A page that fails itself is replaced by the plain one.
    for page in [
        (|_| resume_unwind(Box::new("page"))) as fn(&Failure) -> Response<Output>,
        |_| Response::new(Output::iter([Err(broken())])),
    ] {
        let ran = run_with(
            &failing,
            &[],
            io::empty(),
            options.clone().error_output(page),
        );
        assert_eq!((ran.finished.status.as_u16(), ran.text()), (503, "later"));
        assert_eq!(ran.log.lines().count(), 2, "{}", ran.log);
    }
}

#[test]
fn the_log_is_what_it_is_set_to_be() {
    let failing = |_: Request<Input>| Err::<&str, _>(io::Error::other(io::Error::other("below")));
    let own = Shared::default();
    let to = own.clone();
    let log = move |failure: &Failure, errors: &mut tidegate_std_io::gateway::ErrorStream| {
        write!(to.clone(), "[{failure}]").unwrap();
        errors.write_all(b"told").unwrap();
    };
    let ran = run_with(
        &failing,
        &[],
        io::empty(),
        HandlerOptions::new().log_error(log),
    );
    assert_eq!((&own.text()[..], &ran.log[..]), ("[below]", "told"));
    // One that panics keeps no client from its page.
    let panicking = |_: &Failure, _: &mut _| resume_unwind(Box::new("log"));
    let ran = run_with(
        &failing,
        &[],
        io::empty(),
        HandlerOptions::new().log_error(panicking),
    );
    assert_eq!(ran.text(), PAGE);
}

#[test]
fn an_option_that_panics_is_answered_for() {
    let options = HandlerOptions::new().setup_environ(|_| resume_unwind(Box::new("setup")));
    let ran = run_with(&|_: Request<Input>| "x", &[], io::empty(), options);
    assert_eq!((ran.finished.status.as_u16(), ran.text()), (500, PAGE));
    assert!(ran.log.contains("panicked: setup"), "{}", ran.log);
}

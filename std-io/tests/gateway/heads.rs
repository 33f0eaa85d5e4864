//! What goes out in front of a body.

use crate::run::{run, run_with};
use http::{HeaderValue, Request, Response, StatusCode};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tidegate_std_io::Outcome;
use tidegate_std_io::gateway::{
    Application, HandlerOptions, HeaderFault, Headers, Input, IntoResponse, Output, Sent,
};

type Made = fn() -> Output;

fn some() -> Output {
    "Hello".into()
}

fn streamed() -> Output {
    Output::iter(["He", "", "llo"].map(|block| Ok(block.into())))
}

fn nothing() -> Output {
    Output::iter(["", ""].map(|block| Ok(block.into())))
}

fn written() -> Output {
    Output::writer(|to| to.write_all(b"Hello"))
}

fn read() -> Output {
    Output::reader(&b"Hello"[..])
}

fn panic_if_made() -> Output {
    Output::writer(|_| panic!("nobody wants it"))
}

const CHUNKS: &str = "2\r\nHe\r\n3\r\nllo\r\n0\r\n\r\n";
const CHUNK: &str = "5\r\nHello\r\n0\r\n\r\n";

/// How a body is delimited, by what is known of it and who asks.
#[test]
#[rustfmt::skip]
fn a_body_is_delimited_like_this() {
    /// Method, version, body; then Content-Length, Transfer-Encoding, what is sent.
    type Case = (&'static str, &'static str, Made, Option<&'static str>, Option<&'static str>, &'static str);
    let cases: &[Case] = &[
        ("GET", "HTTP/1.1", some, Some("5"), None, "Hello"),
        ("GET", "HTTP/1.0", some, Some("5"), None, "Hello"),
        ("GET", "HTTP/1.1", streamed, None, Some("chunked"), CHUNKS),
        ("GET", "HTTP/1.0", streamed, None, None, "Hello"),
        ("GET", "HTTP/0.9", streamed, None, None, "Hello"),
        ("GET", "HTTP/1.1", nothing, Some("0"), None, ""),
        ("GET", "HTTP/1.0", nothing, Some("0"), None, ""),
        ("GET", "HTTP/1.1", Output::empty, Some("0"), None, ""),
        ("GET", "HTTP/1.1", written, None, Some("chunked"), CHUNK),
        ("GET", "HTTP/1.1", read, None, Some("chunked"), CHUNK),
        ("GET", "HTTP/1.1", || read().with_length(5), Some("5"), None, "Hello"),
        ("GET", "HTTP/1.1", || streamed().with_length(5), Some("5"), None, "Hello"),
        ("HEAD", "HTTP/1.1", some, Some("5"), None, ""),
        ("HEAD", "HTTP/1.1", streamed, None, None, ""),
        ("HEAD", "HTTP/1.1", panic_if_made, None, None, ""),
        ("POST", "HTTP/1.1", some, Some("5"), None, "Hello"),
    ];
    for &(method, version, made, length, coding, body) in cases {
        let app = move |_: Request<Input>| made();
        let ran = run(&app, &[("REQUEST_METHOD", method), ("SERVER_PROTOCOL", version)]);
        assert!(ran.head.starts_with("HTTP/1.1 200 OK\r\n"), "{}", ran.head);
        assert_eq!(ran.values("content-length"), Vec::from_iter(length), "{method} {version}");
        assert_eq!(ran.values("transfer-encoding"), Vec::from_iter(coding), "{method} {version}");
        assert_eq!(ran.text(), body, "{method} {version}");
        assert!(matches!(ran.finished.sent, Sent::Whole), "{:?} {}", ran.finished.sent, ran.log);
        let content = if body.is_empty() { 0 } else { 5 };
        assert_eq!((ran.finished.bytes, &ran.log[..]), (content, ""));
    }
}

#[test]
fn a_status_without_a_body_has_none() {
    for (status, length) in [(204, None), (205, Some("0")), (304, None)] {
        let status = StatusCode::from_u16(status).unwrap();
        for method in ["GET", "HEAD"] {
            for made in [some, nothing, Output::empty, panic_if_made] {
                let app = move |_: Request<Input>| (status, made());
                let ran = run(&app, &[("REQUEST_METHOD", method)]);
                assert_eq!(ran.values("content-length"), Vec::from_iter(length));
                assert!(ran.values("transfer-encoding").is_empty());
                assert_eq!(
                    (ran.text(), ran.finished.status, ran.finished.bytes),
                    ("", status, 0)
                );
                assert!(matches!(ran.finished.sent, Sent::Whole), "{}", ran.log);
            }
        }
        let app = move |_: Request<Input>| {
            let response = Response::builder().status(status);
            response.header("Content-Length", "5").body("Hello")
        };
        // Only of 304 it may be said.
        let length = length.or(Some("5").filter(|_| status == 304));
        assert_eq!(
            run(&app, &[]).values("content-length"),
            Vec::from_iter(length)
        );
    }
    // Of 304 the length is that of 200, which the application may say.
    let app = |_: Request<Input>| {
        Response::builder()
            .status(304)
            .header("Content-Length", "9")
            .body("")
    };
    assert_eq!(run(&app, &[]).values("content-length"), ["9"]);
}

#[test]
fn what_an_origin_server_adds() {
    let app = |_: Request<Input>| "x";
    let named = || HandlerOptions::new().server_software(HeaderValue::from_static("tidegate/1"));
    let ran = run_with(&app, &[], io::empty(), named());
    assert_eq!(ran.values("server"), ["tidegate/1"]);
    assert_eq!(ran.values("connection"), ["close"]);
    let date = httpdate::parse_http_date(ran.values("date")[0]).unwrap();
    assert!(date.elapsed().unwrap().as_secs() < 60);

    let kept = run_with(&app, &[], io::empty(), named().keep_alive(true));
    assert!(kept.values("connection").is_empty());
    assert!(kept.finished.keeps_connection());
    let old = [("SERVER_PROTOCOL", "HTTP/1.0")];
    let kept = run_with(&app, &old, io::empty(), named().keep_alive(true));
    assert_eq!(kept.values("connection"), ["keep-alive"]);
    let unknown = |_: Request<Input>| written();
    let closed = run_with(&unknown, &old, io::empty(), named().keep_alive(true));
    assert_eq!(closed.values("connection"), ["close"]);
    assert!(!closed.finished.keeps_connection());

    let own = |_: Request<Input>| {
        Response::builder()
            .header("Server", "own")
            .header("Date", "now")
            .body("")
    };
    let ran = run_with(&own, &[], io::empty(), named());
    assert_eq!(
        (ran.values("server"), ran.values("date")),
        (vec!["own"], vec!["now"])
    );
}

#[test]
fn an_older_server_sends_no_chunks() {
    let options = HandlerOptions::new().http_version(http::Version::HTTP_10);
    let ran = run_with(&|_: Request<Input>| streamed(), &[], io::empty(), options);
    assert!(ran.head.starts_with("HTTP/1.0 200 OK\r\n"), "{}", ran.head);
    assert_eq!(
        (ran.text(), ran.values("connection")),
        ("Hello", vec!["close"])
    );
}

#[test]
fn what_an_application_may_not_say_is_a_failure_by_name() {
    let with = |name: &'static str, value: &'static str| {
        move |_: Request<Input>| Response::builder().header(name, value).body("Hello")
    };
    for (name, value, expected) in [
        ("Connection", "close", "connection"),
        ("Transfer-Encoding", "chunked", "transfer-encoding"),
        ("Keep-Alive", "x", "keep-alive"),
        ("Upgrade", "x", "upgrade"),
        ("Content-Length", "6", "promises 6 bytes, and has 5"),
        ("Content-Length", "x", "Content-Length"),
        ("Content-Length", "5, 5", "Content-Length"),
    ] {
        let ran = run(&with(name, value), &[]);
        assert_eq!(ran.finished.status, 500, "{name}");
        assert!(matches!(ran.finished.sent, Sent::ErrorPage));
        assert!(ran.log.contains(expected), "{}", ran.log);
        assert!(!ran.head.contains("Hello") && ran.values("content-length").len() == 1);
    }
    let twice = |_: Request<Input>| {
        Response::builder()
            .header("Content-Length", "5")
            .header("Content-Length", "5")
            .body("Hello")
    };
    assert_eq!(run(&twice, &[]).finished.status, 500);
}

/// Behind one of 1xx the client waits for another answer, or, behind 101, takes
/// what follows for another protocol.
#[test]
fn a_status_that_is_not_final_is_no_answer() {
    for status in [100, 101, 102, 103, 199] {
        let closes = Arc::new(AtomicUsize::new(0));
        let app = |_: Request<Input>| {
            let closes = Arc::clone(&closes);
            let output = streamed().on_close(move |closed| {
                assert_eq!((closed.outcome, closed.bytes), (Outcome::Failed, 0));
                closes.fetch_add(1, Ordering::Relaxed);
            });
            let response = Response::builder().status(status);
            response.header("X-Early", "1").body(output)
        };
        for origin in [true, false] {
            for method in ["GET", "HEAD"] {
                let options = HandlerOptions::new().origin_server(origin).keep_alive(true);
                let ran = run_with(&app, &[("REQUEST_METHOD", method)], io::empty(), options);
                let first = ran.head.lines().next().unwrap();
                assert!(first.ends_with(" 500 Internal Server Error"), "{first}");
                assert!(ran.values("x-early").is_empty() && !ran.text().contains("Hello"));
                assert_eq!(
                    ran.log,
                    "error: the status of the response is not a final one\n"
                );
                assert!(matches!(ran.finished.sent, Sent::ErrorPage));
                assert!(!ran.finished.keeps_connection());
            }
        }
        assert_eq!(closes.load(Ordering::Relaxed), 4);
        // Nor is it an error page.
        let failing = |_: Request<Input>| Err::<&str, _>(io::Error::other("no"));
        let page = move |_: &_| {
            let response = Response::builder().status(status);
            response.body("page".into()).unwrap()
        };
        let set = StatusCode::from_u16(status).unwrap();
        for options in [
            HandlerOptions::new().error_output(page),
            HandlerOptions::new().error_status(set),
            HandlerOptions::new().error_output(page).error_status(set),
        ] {
            let ran = run_with(&failing, &[], io::empty(), options);
            assert!(ran.head.starts_with("HTTP/1.1 500 "), "{}", ran.head);
            assert!(ran.text().starts_with("A server error occurred."));
            assert!(matches!(ran.finished.sent, Sent::ErrorPage));
        }
    }
}

/// A server in front takes it for the status; a client takes it for nothing.
#[test]
fn a_field_of_the_name_status_is_refused_behind_a_server() {
    let app = |_: Request<Input>| Response::builder().header("Status", "204").body("Hello");
    let behind = HandlerOptions::new().origin_server(false);
    let ran = run_with(&app, &[], io::empty(), behind);
    assert!(ran.head.starts_with("Status: 500 "), "{}", ran.head);
    assert_eq!(ran.values("status").len(), 0);
    assert!(ran.log.contains("the field status"), "{}", ran.log);
    assert_eq!(run(&app, &[]).finished.status, 200);
}

/// What ends a line in a field of an application ends nothing that is sent.
#[test]
fn a_field_with_a_line_break_is_a_failure_before_anything_is_sent() {
    for evil in ["a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\0b"] {
        let named = |_: Request<Input>| -> Result<(Headers, &str), HeaderFault> {
            let mut headers = Headers::new();
            headers.set("X-Good", "1")?;
            headers.set("X-Evil", evil)?;
            Ok((headers, "Hello"))
        };
        let built = |_: Request<Input>| Response::builder().header("X-Evil", evil).body("Hello");
        for (ran, said) in [
            (run(&named, &[]), "\"X-Evil\""),
            (run(&built, &[]), "header"),
        ] {
            assert_eq!(ran.finished.status, 500);
            assert!(ran.values("set-cookie").is_empty() && ran.values("x-good").is_empty());
            assert!(!ran.text().contains("Hello"));
            assert!(
                ran.log.starts_with("error: ") && ran.log.contains(said),
                "{}",
                ran.log
            );
            assert_eq!(ran.log.lines().count(), 1);
        }
    }
}

/// What is set of an error page may be what is wrong with it.
#[test]
fn a_client_gets_an_error_page_whatever_is_set_of_it() {
    let failing = |_: Request<Input>| Err::<&str, _>(io::Error::other("no"));
    for (name, value) in [
        ("connection", "close"),
        ("content-length", "5"),
        ("te", "x"),
    ] {
        let headers = [(name.parse().unwrap(), HeaderValue::from_static(value))];
        let options = HandlerOptions::new().error_headers(headers.into_iter().collect());
        let ran = run_with(&failing, &[], io::empty(), options);
        assert!(ran.head.starts_with("HTTP/1.1 500 "), "{name} {}", ran.head);
        assert!(ran.text().starts_with("A server error occurred."));
        assert!(matches!(ran.finished.sent, Sent::ErrorPage));
        // The failure, and why there is another page: as it was set it was tried
        // twice.
        assert_eq!(ran.log.lines().count(), 3, "{}", ran.log);
    }
}

/// With HEAD the length of what GET would send is the application's to say.
#[test]
fn a_length_without_a_body_is_for_head() {
    let app = |_: Request<Input>| Response::builder().header("Content-Length", "99").body("");
    let ran = run(&app, &[("REQUEST_METHOD", "HEAD")]);
    assert_eq!(ran.values("content-length"), ["99"]);
    assert_eq!(run(&app, &[]).finished.status, 500);
}

#[test]
fn a_closure_may_answer_with_any_of_these() {
    fn check(app: impl Application, status: u16, kind: Option<&str>, body: &str) {
        let response = app.answer(Request::new(Input::empty())).unwrap();
        assert_eq!(response.status(), status);
        let own = response
            .headers()
            .get("content-type")
            .map(|value| value.to_str().unwrap());
        assert_eq!(own, kind);
        let app = move |_: Request<Input>| app.answer(Request::new(Input::empty()));
        assert_eq!(run(&app, &[]).text(), body);
    }
    const TEXT: Option<&str> = Some("text/plain; charset=utf-8");
    check(|_: Request<Input>| "text", 200, TEXT, "text");
    check(|_: Request<Input>| "text".to_owned(), 200, TEXT, "text");
    check(|_: Request<Input>| b"bytes".to_vec(), 200, None, "bytes");
    check(|_: Request<Input>| &b"bytes"[..], 200, None, "bytes");
    check(
        |_: Request<Input>| bytes::Bytes::from_static(b"bytes"),
        200,
        None,
        "bytes",
    );
    check(
        |_: Request<Input>| (StatusCode::NOT_FOUND, "gone"),
        404,
        TEXT,
        "gone",
    );
    check(|_: Request<Input>| StatusCode::CREATED, 201, None, "");
    let headers = |name, value| {
        let mut headers = Headers::new();
        headers.add(name, value, &[]).unwrap();
        headers
    };
    let csv = move |_: Request<Input>| (headers("Content-Type", "text/csv"), "a,b");
    check(csv, 200, Some("text/csv"), "a,b");
    let made = move |_: Request<Input>| (StatusCode::CREATED, headers("X", "1"), "made");
    check(made, 201, TEXT, "made");
    check(
        |_: Request<Input>| Ok::<_, io::Error>("fine"),
        200,
        TEXT,
        "fine",
    );
    check(|_: Request<Input>| Response::new(()), 200, None, "");
    check(
        |_: Request<Input>| Output::reader(io::empty()),
        200,
        None,
        "",
    );
    let failing = |_: Request<Input>| Err::<&str, _>(io::Error::other("no"));
    assert_eq!(
        failing
            .answer(Request::new(Input::empty()))
            .unwrap_err()
            .to_string(),
        "no"
    );
    assert!(
        Err::<&str, io::Error>(io::Error::other("no"))
            .into_response()
            .is_err()
    );
}

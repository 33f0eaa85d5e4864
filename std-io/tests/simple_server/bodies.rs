//! Bodies that an application reads, or leaves.

use crate::client::{Running, get, post};
use http::{Request, Response, StatusCode};
use std::io::Read;
use tidegate_std_io::InputLimits;
use tidegate_std_io::gateway::{HandlerOptions, Input, Output};

fn ignore(_: Request<Input>) -> &'static str {
    "ignored"
}

#[test]
fn one_that_nobody_read_is_read_past() {
    let server = Running::new(ignore);
    let mut client = server.connect();
    let smuggled = get("/smuggled");
    for request in [
        post("/", &smuggled),
        format!(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{smuggled}\r\n0\r\n\r\n",
            smuggled.len()
        ),
    ] {
        for _ in 0..3 {
            client.send(&request);
            let answer = client.answer();
            assert_eq!((answer.status, answer.closes()), (200, false));
        }
    }
}

#[test]
fn too_much_of_one_ends_the_connection() {
    let server = Running::new(ignore);
    let mut client = server.connect();
    client.send(post("/", &"x".repeat(8 << 20)));
    let answer = client.answer();
    assert_eq!((&*answer.content, answer.closes()), ("ignored", true));
    client.expect_end();
}

#[test]
fn one_that_breaks_off_is_no_end() {
    let server = Running::new(ignore);
    let mut client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\none");
    assert_eq!(client.answer().content, "ignored");
    client.shut_down();
    client.expect_end();
    let words = ["answered POST /: 400 ", "expected 9 bytes", "received 3"];
    server.log.wait_for(&words);
}

#[test]
fn broken_framing_is_refused_also_where_nobody_reads() {
    let server = Running::new(ignore);
    for framing in [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: +5",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
    ] {
        let answer = server.ask(format!("POST / HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n"));
        assert_eq!((answer.status, answer.closes()), (400, true), "{framing}");
    }
    let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in [
        "+1\r\nx\r\n0\r\n\r\n",
        "1\r\nxy\r\n0\r\n\r\n",
        "1\nx\r\n0\r\n\r\n",
    ] {
        let answer = server.ask(format!("{head}{body}"));
        assert_eq!((answer.status, answer.closes()), (400, true), "{body:?}");
        assert_ne!(answer.content, "ignored");
    }
}

/// What is read while it is answered: the response has the body.
#[test]
fn one_that_the_response_reads() {
    let server = Running::new(|request: Request<Input>| Output::reader(request.into_body()));
    let mut client = server.connect();
    let body = "0123456789".repeat(20_000);
    for _ in 0..3 {
        client.send(post("/", &body));
        let answer = client.answer();
        assert_eq!(answer.content, body);
        assert!(!answer.closes());
    }
}

/// Some of it is read, and some is left.
#[test]
fn one_that_is_half_read() {
    let server = Running::new(|request: Request<Input>| {
        let mut front = String::new();
        request
            .into_body()
            .take(3)
            .read_to_string(&mut front)
            .map(|_| front)
    });
    let mut client = server.connect();
    for _ in 0..3 {
        client.send(post("/", "one and more"));
        assert_eq!(client.answer().content, "one");
    }
}

/// A body that somebody else holds when the response is over cannot be read past.
#[test]
fn one_that_is_kept_for_later() {
    let (keep, kept) = std::sync::mpsc::channel();
    let server = Running::new(move |request: Request<Input>| {
        keep.send(request.into_body()).unwrap();
        "kept"
    });
    let mut client = server.connect();
    client.send(post("/", "a body"));
    assert_eq!(client.answer().content, "kept");
    client.shut_down();
    client.expect_end();
    drop(kept);
}

#[test]
fn limits() {
    let options = HandlerOptions::new().input_limits(InputLimits::new().max_length(10));
    let read = |request: Request<Input>| std::io::read_to_string(request.into_body());
    let server = Running::with(read, |server| server.options(options));
    assert_eq!(server.ask(post("/", &"x".repeat(10))).status, 200);
    let answer = server.ask(post("/", &"x".repeat(11)));
    assert_eq!((answer.status, answer.closes()), (413, true));
    server
        .log
        .wait_for(&["POST /: 413 ", "expected 11 bytes", "10 bytes allowed"]);
}

#[test]
fn it_is_invited_when_it_is_read() {
    let server = Running::new(|request: Request<Input>| match request.uri().path() {
        "/read" => std::io::read_to_string(request.into_body()).map(|text| (StatusCode::OK, text)),
        _ => Ok((StatusCode::FORBIDDEN, "no".to_owned())),
    });
    let head = |path| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        )
    };
    let mut client = server.connect();
    client.send(head("/read"));
    assert_eq!(client.head().status, 100);
    client.send("body");
    assert_eq!(client.answer().content, "body");
    client.send(head("/leave"));
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (403, true));
    client.expect_end();
}

/// Its length is not known, and HTTP/1.0 has no chunks.
#[test]
fn responses_of_unknown_length() {
    let server = Running::new(|_: Request<Input>| {
        let blocks = (0..5).map(|block| Ok(format!("{block} ").into()));
        Response::new(Output::iter(blocks))
    });
    let mut client = server.connect();
    client.send(get("/").repeat(2));
    for _ in 0..2 {
        assert_eq!(client.answer().content, "0 1 2 3 4 ");
    }
    let mut client = server.connect();
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert!(client.head().closes());
    let mut content = String::new();
    (&mut client.stream()).read_to_string(&mut content).unwrap();
    // What the client has buffered with the head is part of it.
    assert!("0 1 2 3 4 ".ends_with(&content), "{content}");
}

const WAITS: &str =
    "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";

/// The head of the answer is out: `100 Continue` would be a part of its body.
#[test]
fn it_is_not_invited_behind_the_head_of_the_answer() {
    let server = Running::new(|request: Request<Input>| {
        let mut body = request.into_body();
        Output::writer(move |to| {
            to.write_all(b"begun ")?;
            std::io::copy(&mut body, to).map(drop)
        })
    });
    let mut client = server.connect();
    client.send(format!("{WAITS}body"));
    let answer = client.answer();
    assert_eq!((&*answer.content, answer.closes()), ("begun body", true));
    client.expect_end();
}

/// What comes behind the head is the body, or another request, if the client goes
/// without it. The response has the body, and does not read it to HEAD.
#[test]
fn one_that_the_response_has_and_nobody_invited() {
    let server = Running::new(|request: Request<Input>| Output::reader(request.into_body()));
    let mut client = server.connect();
    client.send(WAITS.replace("POST", "HEAD") + &get("/"));
    let answer = client.head();
    assert_eq!((answer.status, answer.closes()), (200, true));
    client.expect_end();
}

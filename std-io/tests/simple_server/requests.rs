//! Where one request ends and the next begins, however the bytes arrive.

use crate::client::{Running, get, post};
use http::{Request, Response};
use std::io;
use std::thread;
use std::time::Duration;
use tidegate_std_io::gateway::{Input, Output};

/// What was asked, and the body.
fn echo(request: Request<Input>) -> io::Result<String> {
    let asked = format!("{} {}: ", request.method(), request.uri());
    Ok(asked + &io::read_to_string(request.into_body())?)
}

fn chunked(body: &str) -> String {
    let size = body.len();
    format!(
        "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"
    )
}

/// Three of them with everything that can be cut in two.
fn three() -> String {
    [get("/a?b"), post("/p", "a body"), chunked("chunks")].concat()
}

const ANSWERS: [&str; 3] = ["GET /a?b: ", "POST /p: a body", "POST /c: chunks"];

#[test]
fn pipelined_and_cut_at_every_byte() {
    let server = Running::new(echo);
    let mut client = server.connect();
    let bytes = three();
    for cut in 0..=bytes.len() {
        let (front, back) = bytes.split_at(cut);
        client.send(front);
        thread::sleep(Duration::from_micros(300));
        client.send(back);
        for answer in ANSWERS {
            assert_eq!(client.answer().content, answer, "{cut}");
        }
    }
}

#[test]
fn byte_by_byte() {
    let server = Running::new(echo);
    let mut client = server.connect();
    for byte in three().bytes() {
        client.send([byte]);
        thread::sleep(Duration::from_micros(100));
    }
    for answer in ANSWERS {
        assert_eq!(client.answer().content, answer);
    }
}

/// The client has no more to say, and still listens.
#[test]
fn a_half_closed_connection_has_all_its_answers() {
    let server = Running::new(echo);
    let mut client = server.connect();
    client.send(three().repeat(100));
    client.shut_down();
    for _ in 0..100 {
        for answer in ANSWERS {
            assert_eq!(client.answer().content, answer);
        }
    }
    client.expect_end();
}

#[test]
fn garbage_behind_a_request_ends_the_connection() {
    let server = Running::new(echo);
    for garbage in [
        "GARBAGE\r\n\r\n",
        "\0",
        "\x16\x03\x01\n",
        "GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut client = server.connect();
        client.send(three() + garbage);
        client.shut_down();
        for answer in ANSWERS {
            assert_eq!(client.answer().content, answer);
        }
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (400, true), "{garbage:?}");
        client.expect_end();
    }
}

#[test]
fn floods_of_headers() {
    let server = Running::new(echo);
    let endless = "A: b\r\n".repeat(100_000);
    let long = "a".repeat(1 << 20);
    for (head, why) in [
        (
            format!("GET / HTTP/1.1\r\nHost: x\r\n{endless}"),
            "65536 bytes",
        ),
        (format!("GET / HTTP/1.1\r\nHost: {long}"), "65536 bytes"),
        (format!("GET /{long} HTTP/1.1\r\n"), "65536 bytes"),
        (
            format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", &endless[..6 * 100]),
            "100 headers",
        ),
    ] {
        let answer = server.ask(head);
        assert_eq!((answer.status, answer.closes()), (431, true));
        assert!(answer.content.contains(why), "{answer:?}");
    }
}

/// A target is what it was sent as, but for what is no URL.
#[test]
fn targets() {
    let server = Running::new(echo);
    for (sent, seen) in [
        ("/a%20b/%C3%BC?c=%20", "/a%20b/%C3%BC?c=%20"),
        ("/<b>|\\^`{}\"", "/%3Cb%3E%7C%5C%5E%60%7B%7D%22"),
        ("http://example.org/x?y", "http://example.org/x?y"),
    ] {
        let answer = server.ask(get(sent));
        assert_eq!(answer.content, format!("GET {seen}: "));
    }
    for target in ["*", "x", "http:///", "/#x"] {
        assert_eq!(server.ask(get(target)).status, 400, "{target}");
    }
}

#[test]
fn what_is_asked_of_the_connection() {
    let server = Running::new(echo);
    for (head, says) in [
        ("GET / HTTP/1.1\r\nHost: x\r\n", None),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: x, Close\r\n",
            Some("close"),
        ),
        ("GET / HTTP/1.0\r\n", Some("close")),
        (
            "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n",
            Some("keep-alive"),
        ),
    ] {
        let mut client = server.connect();
        client.send(format!("{head}\r\n"));
        let answer = client.answer();
        assert_eq!(answer.header("connection"), says, "{head:?}");
        if answer.closes() {
            client.expect_end();
        } else {
            client.send(get("/again"));
            assert_eq!(client.answer().content, "GET /again: ");
        }
    }
}

/// Its head is that of GET, and behind it comes the next answer.
#[test]
fn head() {
    let server = Running::new(|request: Request<Input>| match request.uri().path() {
        "/text" => Ok(Response::new(Output::from("text"))),
        "/unknown" => Ok(Response::new(Output::iter([Ok("a".into())]))),
        _ => Response::builder().status(304).body(Output::empty()),
    });
    let mut client = server.connect();
    for (path, length) in [("/text", Some("4")), ("/unknown", None), ("/304", None)] {
        client.send(format!("HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert_eq!(client.head().header("content-length"), length, "{path}");
    }
    client.send(get("/text"));
    assert_eq!(client.answer().content, "text");
}

/// It is in the tunnel, and no request.
#[test]
fn behind_connect_nothing_is_read() {
    let server = Running::new(|_: Request<Input>| "fine");
    let mut client = server.connect();
    client.send("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned() + &get("/"));
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (200, true));
    client.expect_end();
}

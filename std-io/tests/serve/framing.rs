//! Where one request ends and the next begins, however the bytes arrive.

use crate::client::{Client, PAGE, post};
use crate::server::Server;
use std::thread;
use std::time::Duration;

/// Two requests with everything in them that can be cut in two, and what
/// `/lines` says to them.
fn two_requests() -> Vec<u8> {
    [post("one\r\ntwo\rthree\r\n"), post("\r\r\n\nend")].concat()
}

fn expect_two_answers(client: &mut Client) {
    assert_eq!(
        client.answer().content,
        "{\"lines\":3,\"bytes\":16,\"longest\":5,\"lf\":0,\"crlf\":2,\"cr\":1,\"unterminated\":0}\n"
    );
    assert_eq!(
        client.answer().content,
        "{\"lines\":4,\"bytes\":7,\"longest\":3,\"lf\":1,\"crlf\":1,\"cr\":1,\"unterminated\":1}\n"
    );
}

#[test]
fn pipelined_in_one_write() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&[PAGE, &two_requests(), PAGE, &two_requests()].concat());
    assert!(client.answer().is_page());
    expect_two_answers(&mut client);
    assert_eq!(client.answer().status, 200);
    expect_two_answers(&mut client);
    client.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(client.answer().closes());
    client.expect_end();
}

#[test]
fn pipelined_without_reading_for_long() {
    let server = Server::start();
    let mut client = server.connect();
    let requests = 5000;
    let mut all = Vec::new();
    for request in 0..requests {
        all.extend_from_slice(&post("x".repeat(request % 100)));
    }
    thread::scope(|scope| {
        let stream = client.stream().try_clone().unwrap();
        scope.spawn(move || std::io::Write::write_all(&mut &stream, &all).unwrap());
        for request in 0..requests {
            let wanted = format!("\"longest\":{},", request % 100);
            let answer = client.answer();
            assert!(answer.content.contains(&wanted), "{request}: {answer:?}");
        }
    });
}

#[test]
fn one_byte_at_a_time() {
    let server = Server::start();
    let mut client = server.connect();
    for byte in two_requests() {
        client.send(&[byte]);
        thread::sleep(Duration::from_micros(200));
    }
    expect_two_answers(&mut client);
}

#[test]
fn cut_at_every_offset() {
    let server = Server::start();
    let requests = two_requests();
    let mut client = server.connect();
    for cut in 0..=requests.len() {
        let (front, back) = requests.split_at(cut);
        client.send(front);
        thread::sleep(Duration::from_millis(1));
        client.send(back);
        expect_two_answers(&mut client);
    }
}

#[test]
fn keep_alive_and_close() {
    let server = Server::start();
    for (request, kept) in [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            false,
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: te , CLOSE\r\n\r\n",
            false,
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: te\r\nConnection: close\r\n\r\n",
            false,
        ),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: closet\r\n\r\n",
            true,
        ),
        ("GET / HTTP/1.0\r\n\r\n", false),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
        (
            "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
            false,
        ),
    ] {
        let mut client = server.connect();
        client.send(request.as_bytes());
        let answer = client.answer();
        assert_eq!(
            (answer.status, answer.closes()),
            (200, !kept),
            "{request:?}"
        );
        if kept {
            let says = answer.header("connection");
            assert_eq!(says.is_some(), request.contains("1.0"), "{request:?}");
            client.send(PAGE);
            assert_eq!(client.answer().status, 200, "{request:?}");
        } else {
            client.expect_end();
        }
    }
}

#[test]
fn what_comes_behind_the_last_request_is_not_answered() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    client.send(PAGE);
    assert_eq!(client.answer().status, 200);
    client.expect_end();
}

#[test]
fn head_has_the_length_and_no_content() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let head = client.answer_to_head();
    let page = client.answer();
    assert_eq!((head.status, page.status), (200, 200));
    let length = page.content.len().to_string();
    assert_eq!(head.header("content-length"), Some(length.as_str()));
    // A refusal has none either.
    client.send(b"HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
    assert_eq!(client.answer_to_head().status, 400);
    client.expect_end();
}

#[test]
fn forms_of_the_target() {
    let server = Server::start();
    let mut client = server.connect();
    for (target, status) in [
        ("/?", 200),
        ("/?a=/lines", 200),
        ("http://example.com", 200),
        ("HTTP://example.com/", 200),
        ("http://example.com?x", 200),
        ("http://example.com/lines?x", 405),
        ("http://example.com:80/", 200),
        ("http://[::1]:80/", 200),
        ("/?http://", 200),
        ("//", 404),
        ("/lines/", 404),
        ("/%6Cines", 404),
    ] {
        client.send(format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        assert_eq!(client.answer().status, status, "{target}");
    }
    for line in ["OPTIONS *", "CONNECT example.com:443"] {
        client.send(format!("{line} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        assert_eq!(client.answer().status, 404, "{line}");
    }
}

#[test]
fn empty_lines_before_a_request() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&[b"\r\n\r\n", PAGE, b"\r\n", PAGE].concat());
    assert_eq!(client.answer().status, 200);
    assert_eq!(client.answer().status, 200);
}

#[test]
fn an_unwanted_body_is_read_past() {
    let server = Server::start();
    let mut client = server.connect();
    for (line, status) in [
        ("POST /nowhere", 404),
        ("PUT /lines", 405),
        ("GET /", 200),
        ("POST /", 405),
    ] {
        let body = "GET /smuggled HTTP/1.1\r\n\r\n";
        let length = body.len();
        let head = format!("{line} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
        client.send(format!("{head}{body}").as_bytes());
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (status, false), "{line}");
        let allow = match line {
            "PUT /lines" => Some("POST"),
            "POST /" => Some("GET, HEAD"),
            _ => None,
        };
        assert_eq!(answer.header("allow"), allow, "{line}");
    }
    // Too much of it: the connection ends, and the answer is read nevertheless.
    let length = 8 << 20;
    client.send(
        format!("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n").as_bytes(),
    );
    client.send(&vec![b'x'; length]);
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (404, true));
    client.expect_end();
}

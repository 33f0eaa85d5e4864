//! Every refusal is an answer that the client gets to read, and the end.

use crate::Noise;
use crate::client::{Answer, PAGE, chunked, post, promise};
use crate::server::Server;
use std::io::{Read, Write};

/// Sends the head and the start of another request, which must go unanswered.
pub(crate) fn expect_refusal(server: &Server, head: &[u8], status: u16) -> Answer {
    let mut client = server.connect();
    client.send(&[head, PAGE].concat());
    let answer = client.answer();
    let shown = String::from_utf8_lossy(&head[..head.len().min(100)]);
    assert_eq!(answer.status, status, "{shown:?}: {answer:?}");
    assert!(answer.closes(), "{shown:?}: {answer:?}");
    client.expect_end();
    answer
}

#[test]
fn malformed_heads() {
    let server = Server::start();
    for head in [
        &b"GARBAGE\r\n\r\n"[..],
        b"GET /\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / http/1.1\r\nHost: x\r\n\r\n",
        b" GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"G\0T / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\n: x\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\n",
        b"\xff\xfe\xfd\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"\n",
    ] {
        expect_refusal(&server, head, 400);
    }
}

#[test]
fn hosts() {
    let server = Server::start();
    expect_refusal(&server, b"GET / HTTP/1.1\r\n\r\n", 400);
    expect_refusal(
        &server,
        b"GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n",
        400,
    );
    expect_refusal(
        &server,
        b"GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n",
        400,
    );
    for host in [
        "a b", "a/b", "a b/c@", "user@a", "a,b c", "http://a", "a:80:80", "a:b", "a:-1", "a%2",
        "a%zz", "::1", "[::1", "[::1]a", "a[::1]", "[]", "[a]", "a#", "a?", "\u{e9}",
    ] {
        for version in ["1.0", "1.1"] {
            let head = format!("GET / HTTP/{version}\r\nHost: {host}\r\n\r\n");
            let answer = expect_refusal(&server, head.as_bytes(), 400);
            assert!(answer.content.contains("Host"), "{answer:?}");
        }
    }
    let mut client = server.connect();
    for host in [
        "",
        "a",
        "a:",
        "a:80",
        " a\t",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:80",
        "a-b_c.d~e",
        "a%2Fb",
    ] {
        client.send(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
        assert_eq!(client.answer().status, 200, "{host:?}");
    }
}

/// RFC 9112 section 3.2.
#[test]
fn targets() {
    let server = Server::start();
    for line in [
        "GET foo",
        "GET foo/",
        "GET *",
        "GET ?",
        "GET a:80",
        "GET ://",
        "GET ftp://a/",
        "GET /#f",
        "GET /?#",
        "GET http://a/#f",
        "GET http:///",
        "GET http://",
        "GET http://?x",
        "GET http://:80/",
        "GET http://u@a/",
        "GET http://a:b/",
        "OPTIONS **",
        "OPTIONS foo",
        "CONNECT /",
        "CONNECT a",
        "CONNECT a:",
        "CONNECT :80",
        "CONNECT a:b",
        "CONNECT http://a/",
    ] {
        let head = format!("{line} HTTP/1.1\r\nHost: x\r\n\r\n");
        let answer = expect_refusal(&server, head.as_bytes(), 400);
        assert!(answer.content.contains("target"), "{line}: {answer:?}");
    }
}

#[test]
fn lengths_that_are_fine() {
    let server = Server::start();
    // Blanks around it and zeros before it are fine, and so is nothing at all.
    for headers in ["Content-Length:\t 002 ", "Content-Length:2", "A: b"] {
        let mut client = server.connect();
        let head = format!("POST /lines HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n");
        client.send(head.as_bytes());
        let length = if headers == "A: b" { 0 } else { 2 };
        client.send(&b"x\n"[..length]);
        let wanted = format!("\"bytes\":{length},");
        assert!(client.answer().content.contains(&wanted), "{headers:?}");
    }
}

#[test]
fn long_heads() {
    let server = Server::start();
    // A head of exactly so many bytes.
    let head = |length: usize| {
        let (front, back) = ("GET / HTTP/1.1\r\nHost: x\r\nA: ", "\r\n\r\n");
        let padding = "a".repeat(length - front.len() - back.len());
        format!("{front}{padding}{back}").into_bytes()
    };
    let mut client = server.connect();
    client.send(&[head(1 << 16), head(1 << 16)].concat());
    assert_eq!(client.answer().status, 200);
    assert_eq!(client.answer().status, 200);
    expect_refusal(&server, &head((1 << 16) + 1), 431);
    // Endless, without a single line end, and nothing but empty lines.
    expect_refusal(&server, &vec![b'a'; 4 << 20], 431);
    expect_refusal(&server, &b"\r\n".repeat(1 << 16), 431);

    let headers = |count: usize| {
        let headers = "A: b\r\n".repeat(count - 1);
        format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n").into_bytes()
    };
    client.send(&headers(100));
    assert_eq!(client.answer().status, 200);
    expect_refusal(&server, &headers(101), 431);
}

#[test]
fn bodies_of_the_maximum_and_one_byte_more() {
    let server = Server::with(&["--max-body", "1000"]);
    let mut client = server.connect();
    client.send(&post([b'x'; 1000]));
    assert!(client.answer().content.contains("\"longest\":1000,"));
    client.send(&post([b'x'; 1001]));
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (413, true));
    client.expect_end();
    expect_refusal(&server, &promise(u64::MAX), 413);
    server.wait_for_log(&["POST /lines", "413", "1001", "1000"]);
}

/// The client notices nothing before it has sent all of its body.
#[test]
fn too_large_and_still_sending() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&promise(32 << 20));
    let block = vec![b'x'; 1 << 20];
    for _ in 0..32 {
        client.send(&block);
    }
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (413, true));
    client.expect_end();
}

#[test]
fn good_requests_before_a_bad_one_are_answered() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&[&post("one\n")[..], b"\0\r\n\r\n", &post("two\n")].concat());
    assert_eq!(client.answer().status, 200);
    assert_eq!(client.answer().status, 400);
    client.expect_end();
    server.wait_for_log(&["400 malformed head"]);
}

/// What is logged of a client's bytes stays on its line.
#[test]
fn the_log_cannot_be_forged() {
    let server = Server::start();
    let mut client = server.connect();
    let head = "POST /\u{9b}\u{2028}x HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n";
    client.send(head.as_bytes());
    assert_eq!(client.answer().status, 400);
    server.wait_for_log(&[r"POST /\u{9b}\u{2028}x: 400"]);
}

/// Nor do its lines become long.
#[test]
fn the_log_cannot_be_filled() {
    let server = Server::start();
    let (long, many) = ("M".repeat(9000), "\u{e9}\u{9b}".repeat(9000));
    let head = format!("{long} /{many} HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
    expect_refusal(&server, head.as_bytes(), 400);
    let line = server.wait_for_log(&["M... /\u{e9}\\u{9b}", "...: 400 "]);
    assert!(line.len() < 1000, "{line}");
}

/// Whoever is meant to read stderr may be gone to sleep.
#[test]
fn a_log_that_nobody_reads() {
    let server = Server::unread(&["--max-connections", "1"]);
    let head = format!("GET /{} HTTP/1.1\r\nHost: @\r\n\r\n", "a".repeat(60_000));
    for _ in 0..2000 {
        let mut client = server.connect();
        client.send(head.as_bytes());
        let status = client.answer().status;
        assert!(matches!(status, 400 | 503), "{status}");
    }
    // Each time it is full it says so.
    for _ in 0..20 {
        let mut seat = server.seat();
        assert_eq!(server.connect().answer().status, 503);
        seat.send(PAGE);
        assert_eq!(seat.answer().status, 200);
    }
}

/// Anything at all: an answer or the end, soon.
#[test]
fn mutilated_requests() {
    let server = Server::start();
    let mut noise = Noise(0x5eed);
    let coded = chunked("/lines", b"one\r\ntwo", 4);
    let good = [post("one\r\ntwo"), coded, post("three")].concat();
    for round in 0..500 {
        let mut bytes = good.clone();
        for _ in 0..=noise.below(4) {
            let at = noise.below(bytes.len());
            match noise.below(3) {
                0 => bytes[at] = noise.next() as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"\r\n:, 0\0\xff"[noise.below(8)]),
            }
        }
        let client = server.connect();
        client.send(&bytes);
        client.shut_down();
        let mut stream = client.stream();
        let mut said = Vec::new();
        stream.read_to_end(&mut said).unwrap();
        let empty_or_http = said.is_empty() || said.starts_with(b"HTTP/1.1 ");
        assert!(
            empty_or_http,
            "{round}: {:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

/// It stops reading some day, and has not hung until then.
#[test]
fn a_client_that_never_stops_sending() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(b"\0\r\n\r\n");
    let answer = client.answer();
    assert_eq!(answer.status, 400);
    let block = vec![b'x'; 1 << 20];
    let mut sent = 0;
    while client.stream().write_all(&block).is_ok() {
        sent += block.len();
        assert!(sent < 1 << 30, "it reads for ever");
    }
}

//! `Expect: 100-continue`.

use crate::client::Client;
use crate::server::Server;
use std::thread;
use std::time::Duration;

const CHUNKED: &str = "Transfer-Encoding: chunked";

fn head(target: &str, version: &str, framing: &str) -> Vec<u8> {
    format!(
        "POST {target} HTTP/{version}\r\nHost: x\r\nConnection: keep-alive\r\n\
         Expect: 100-Continue\r\n{framing}\r\n\r\n"
    )
    .into_bytes()
}

#[test]
fn it_is_said_once_to_who_waits() {
    let server = Server::start();
    let mut client = server.connect();
    for (framing, parts) in [
        ("Content-Length: 8", ["one\n", "two\n"]),
        (CHUNKED, ["4\r\none\n\r\n", "4\r\ntwo\n\r\n0\r\n\r\n"]),
        // Cut within the framing, so that nothing can be read at first.
        (CHUNKED, ["8;ex", "t\r\none\ntwo\n\r\n0\r\n\r\n"]),
    ] {
        for target in ["/lines", "/chunks?sep=%0A"] {
            client.send(&head(target, "1.1", framing));
            assert_eq!(client.answer_to_head().status, 100, "{framing}");
            for part in parts {
                client.send(part.as_bytes());
                thread::sleep(Duration::from_millis(5));
            }
            assert!(
                client.answer().content.contains("\"bytes\":8,"),
                "{framing}"
            );
        }
    }
}

#[test]
fn it_is_not_said_where_there_is_nothing_to_wait_for() {
    let server = Server::start();
    let mut client = server.connect();
    for framing in ["Content-Length: 0", "X: y"] {
        client.send(&head("/lines", "1.1", framing));
        assert_eq!(client.answer().status, 200, "{framing}");
    }
    // HTTP/1.0 knows nothing of it.
    client.send(&[&head("/lines", "1.0", "Content-Length: 4")[..], b"one\n"].concat());
    assert_eq!(client.answer().status, 200);
}

/// Nobody knows whether the body will come.
#[test]
fn it_is_not_said_where_nobody_reads() {
    let server = Server::start();
    for framing in ["Content-Length: 4", CHUNKED] {
        expect_the_end(&server, "/nowhere", "1.1", framing, 404);
    }
}

#[test]
fn it_is_not_said_to_who_is_refused() {
    let server = Server::start();
    for (version, framing, status) in [
        ("1.1", "Content-Length: 1000000000", 413),
        ("1.1", "Content-Length: 5, 5", 400),
        ("1.1", "Transfer-Encoding: gzip, chunked", 400),
        (
            "1.1",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            400,
        ),
        ("1.0", CHUNKED, 400),
    ] {
        expect_the_end(&server, "/lines", version, framing, status);
    }
}

fn expect_the_end(server: &Server, target: &str, version: &str, framing: &str, status: u16) {
    let mut client: Client = server.connect();
    client.send(&head(target, version, framing));
    let answer = client.answer();
    assert_eq!(
        (answer.status, answer.closes()),
        (status, true),
        "{framing}"
    );
    client.expect_end();
}

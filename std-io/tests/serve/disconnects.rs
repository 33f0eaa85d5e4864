//! Clients that go away.

use crate::client::promise;
use crate::server::Server;

#[test]
fn a_body_cut_short_is_logged_and_not_counted() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&promise(1000));
    client.send(b"one\ntwo\nthr");
    client.shut_down();
    // It may still listen, and then hears of it.
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (400, true));
    assert!(!answer.content.contains("\"lines\""), "{answer:?}");
    client.expect_end();
    server.wait_for_log(&["POST /lines", "expected 1000 bytes", "received 11"]);
}

#[test]
fn a_client_that_is_gone() {
    let server = Server::start();
    for received in [0, 1, 10_000, 200_000] {
        let client = server.connect();
        client.send(&promise(1_000_000));
        client.send(&vec![b'\n'; received]);
        drop(client);
        let received = format!("received {received}");
        server.wait_for_log(&["POST /lines", "expected 1000000 bytes", &received]);
    }
}

#[test]
fn a_client_that_resets() {
    let server = Server::start();
    let client = server.connect();
    client.send(
        b"POST /lines HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\none",
    );
    // Closing with unread bytes, here those of 100 Continue, resets.
    let peeked = client.stream().peek(&mut [0]).unwrap();
    assert_eq!(peeked, 1);
    drop(client);
    server.wait_for_log(&["POST /lines", "expected 9 bytes", "received 3"]);
}

#[test]
fn a_body_nobody_wants_is_cut_short() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\none");
    assert_eq!(client.answer().status, 404);
    client.shut_down();
    client.expect_end();
    server.wait_for_log(&["answered POST /nowhere", "expected 9 bytes", "received 3"]);
}

#[test]
fn a_head_cut_short() {
    let server = Server::start();
    let head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    for cut in 1..head.len() {
        let mut client = server.connect();
        client.send(&head.as_bytes()[..cut]);
        client.shut_down();
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (400, true), "{cut}");
        client.expect_end();
    }
}

#[test]
fn nothing_is_said_to_who_says_nothing() {
    let server = Server::start();
    for said in ["", "\r\n", "\r\n\r\n"] {
        let mut client = server.connect();
        client.send(said.as_bytes());
        client.shut_down();
        client.expect_end();
    }
}

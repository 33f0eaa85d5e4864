//! Clients that take their time. What is asked is how it ends, and not when.

use crate::client::{Client, PAGE, chunked_head, post, promise};
use crate::server::Server;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

/// Sends the start of a request, then drips bytes that never complete it, and
/// is told so.
fn expect_too_slow(server: &Server, start: &[u8], drip: &[u8], why: &str) {
    let mut client = server.connect();
    client.be_patient(Duration::from_secs(30));
    client.send(start);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let mut stream = client.stream().try_clone().unwrap();
        let over = &over;
        scope.spawn(move || {
            for byte in drip.iter().cycle() {
                thread::sleep(Duration::from_millis(20));
                if over.load(Relaxed) || stream.write_all(&[*byte]).is_err() {
                    break;
                }
            }
        });
        let answer = client.answer();
        over.store(true, Relaxed);
        assert_eq!((answer.status, answer.closes()), (408, true), "{answer:?}");
        assert!(answer.content.contains(why), "{answer:?}");
    });
    client.shut_down();
    client.expect_end();
}

/// Each kind of start, with what it is followed by.
fn starts() -> Vec<(Vec<u8>, &'static [u8])> {
    vec![
        (b"G".to_vec(), b""),
        (b"GET / HTTP/1.1\r\nX: ".to_vec(), b"y"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n".to_vec(), b"X: y\r\n"),
        (promise(1 << 20), b""),
        (promise(1 << 20), b"x"),
        (chunked_head("/lines"), b""),
        (chunked_head("/lines"), b"1\r\nx\r\n"),
        ([&chunked_head("/chunks?sep=x")[..], b"5;"].concat(), b"a"),
        ([&chunked_head("/lines")[..], b"fff\r\n"].concat(), b"x"),
        ([&chunked_head("/lines")[..], b"0\r\nA: "].concat(), b"b"),
    ]
}

#[test]
fn not_within_the_deadline() {
    let server = Server::with(&["--deadline", "0.5", "--min-rate", "0"]);
    thread::scope(|scope| {
        for (start, drip) in starts() {
            let server = &server;
            scope.spawn(move || expect_too_slow(server, &start, drip, "after 500ms"));
        }
    });
    server.wait_for_log(&["POST /lines: 408", "received 0"]);
}

#[test]
fn below_the_rate() {
    let server = Server::with(&["--min-rate", "1000", "--deadline=0"]);
    thread::scope(|scope| {
        let server = &server;
        for (start, drip) in starts() {
            scope.spawn(move || expect_too_slow(server, &start, drip, "1000 a second"));
        }
        // Nobody else notices.
        scope.spawn(move || {
            let mut client = server.connect();
            for _ in 0..100 {
                client.send(&post("x\n".repeat(1000)));
                assert_eq!(client.answer().status, 200);
                thread::sleep(Duration::from_millis(10));
            }
        });
    });
}

/// The deadline is that of a request and not of the connection, nor of what
/// lies between two.
#[test]
fn not_hurried() {
    let server = Server::with(&["--deadline", "2"]);
    let mut client = server.connect();
    let request = post("one\ntwo\n");
    for _ in 0..3 {
        let (front, back) = request.split_at(request.len() - 5);
        client.send(front);
        thread::sleep(Duration::from_millis(500));
        client.send(back);
        assert_eq!(client.answer().status, 200);
        thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn idle_connections_are_closed_without_a_word() {
    let server = Server::with(&["--idle", "0.3"]);
    let mut silent = server.connect();
    silent.expect_end();
    let mut kept = server.connect();
    for _ in 0..2 {
        kept.send(PAGE);
        assert_eq!(kept.answer().status, 200);
    }
    kept.expect_end();
    // An empty line behind a body is not the start of a request.
    let mut blank = server.connect();
    blank.send(&[&post("one\n")[..], b"\r\n"].concat());
    assert_eq!(blank.answer().status, 200);
    blank.expect_end();
    assert_eq!(server.count_log("408"), 0);
}

#[test]
fn a_request_may_take_longer_than_an_idle_connection() {
    let server = Server::with(&["--idle", "0.2"]);
    let mut client = server.connect();
    let request = post("one\ntwo\n");
    for part in [&request[..10], &request[10..request.len() - 2]] {
        client.send(part);
        thread::sleep(Duration::from_millis(500));
    }
    client.send(&request[request.len() - 2..]);
    assert_eq!(client.answer().status, 200);
}

#[test]
fn zero_is_for_ever() {
    let server = Server::with(&["--deadline", "0", "--min-rate", "0", "--idle", "0"]);
    let mut client: Client = server.connect();
    for byte in [PAGE, &post("one\n")].concat() {
        thread::sleep(Duration::from_millis(2));
        client.send(&[byte]);
    }
    assert_eq!(client.answer().status, 200);
    assert!(client.answer().content.contains("\"lines\":1,"));
}

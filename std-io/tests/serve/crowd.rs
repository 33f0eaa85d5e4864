//! More connections than there may be.

use crate::client::{Client, PAGE, post, promise};
use crate::server::Server;
use std::io::Read;

fn expect_turned_away(server: &Server) {
    let mut client = server.connect();
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (503, true));
    let seconds = answer.header("retry-after").unwrap();
    assert!(seconds.parse::<u32>().unwrap() > 0);
    client.expect_end();
}

#[test]
fn one_more_is_turned_away() {
    let server = Server::with(&["--max-connections", "2"]);
    let (mut one, mut two) = (server.seat(), server.seat());
    for _ in 0..5 {
        expect_turned_away(&server);
    }
    for client in [&mut one, &mut two] {
        client.send(&post("one\n"));
        assert_eq!(client.answer().status, 200);
    }
    drop(one);
    one = server.seat();
    expect_turned_away(&server);
    for client in [&mut one, &mut two] {
        client.send(PAGE);
        assert_eq!(client.answer().status, 200);
    }
}

/// What a client does, and its name.
type Way = (&'static str, fn(&mut Client));

/// A connection gives its place back, however it ends.
#[test]
fn every_way_to_end() {
    let server = Server::with(&["--max-connections=1", "--deadline=0.2", "--idle=0.5"]);
    let ways: &[Way] = &[
        ("it goes", |client| client.shut_down()),
        ("it resets", |client| {
            client.send(PAGE);
            // Closing with unread bytes resets.
            client.stream().peek(&mut [0]).unwrap();
        }),
        ("it says so", |client| {
            client.send(b"GET / HTTP/1.0\r\n\r\n");
            assert!(client.answer().closes());
        }),
        ("it is refused", |client| {
            client.send(b"\0\r\n\r\n");
            assert_eq!(client.answer().status, 400);
        }),
        ("it goes half-way", |client| {
            client.send(&promise(100));
            client.shut_down();
            assert_eq!(client.answer().status, 400);
        }),
        ("it is slow", |client| {
            client.send(&promise(100));
            assert_eq!(client.answer().status, 408);
        }),
        ("it is idle", |client| {
            client.stream().read_exact(&mut [0]).unwrap_err();
        }),
    ];
    for (name, end) in ways {
        println!("{name}");
        let mut client = server.seat();
        end(&mut client);
        drop(client);
        let mut next = server.seat();
        next.send(PAGE);
        assert_eq!(next.answer().status, 200);
    }
}

/// Whoever knocks costs no thread, and is told.
#[test]
#[cfg(target_os = "linux")]
fn a_flood() {
    let server = Server::with(&["--max-connections", "8"]);
    let seats: Vec<_> = (0..8).map(|_| server.seat()).collect();
    let mut knocking: Vec<_> = (0..200).map(|_| server.connect()).collect();
    for client in &mut knocking {
        assert_eq!(client.answer().status, 503);
        // One of them accepts, and one writes the log.
        assert!(server.threads() <= 8 + 2);
    }
    assert_eq!(server.count_log("503"), 1);
    drop(seats);
    server.seat();
}

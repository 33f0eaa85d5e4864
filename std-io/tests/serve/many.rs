//! Many clients at once.

use crate::client::post;
use crate::server::Server;
use std::thread;

#[test]
fn fifty_connections_at_once() {
    let server = Server::start();
    let mut silent: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for (at, client) in silent.iter().enumerate() {
        client.send(&b"GET / HTTP/1.1\r\nHo"[..at % 18]);
    }
    thread::scope(|scope| {
        for number in 0..50 {
            let server = &server;
            scope.spawn(move || {
                let mut client = server.connect();
                for round in 0..10 {
                    let lines = number * 100 + round;
                    client.send(&post("x\n".repeat(lines)));
                    let wanted = format!("{{\"lines\":{lines},");
                    assert!(client.answer().content.starts_with(&wanted));
                }
            });
        }
    });
    for (at, client) in silent.iter_mut().enumerate() {
        client.send(&b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[at % 18..]);
        assert_eq!(client.answer().status, 200);
    }
}

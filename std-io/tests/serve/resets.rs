//! Clients that reset the connection at every byte: the server goes on, and what
//! they had is given back.

use crate::client::{chunked, get, post};
use crate::files::Tree;
use crate::server::{PATIENCE, Server};
use crate::upload::{Form, Saved};
use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

/// Sends no end: a reset.
fn reset(server: &Server, sent: &[u8], read: usize) {
    let client = server.connect();
    client.send(sent);
    if read > 0 {
        let _ = client.stream().read_exact(&mut vec![0; read]);
    }
    rustix::net::sockopt::set_socket_linger(client.stream(), Some(Duration::ZERO)).unwrap();
}

/// What the server holds when nobody is there.
fn holds(server: &Server) -> (usize, usize) {
    (server.threads(), server.open_files())
}

fn expect_given_back(server: &Server, before: (usize, usize)) {
    let start = Instant::now();
    loop {
        let now = holds(server);
        if now.0 <= before.0 && now.1 <= before.1 {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{now:?} of {before:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_request_is_reset_at_every_byte() {
    let server = Server::start();
    let before = holds(&server);
    for request in [
        post("one\r\ntwo\nthree"),
        chunked("/lines", b"one\r\ntwo\nthree", 4),
    ] {
        for sent in 0..=request.len() {
            reset(&server, &request[..sent], 0);
        }
    }
    expect_given_back(&server, before);
}

#[test]
fn an_upload_is_reset_at_every_byte() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let before = holds(&server);
    let form = Form::new()
        .field("title", "Tide")
        .named("whole", b"is here")
        .named("second", &[b'x'; 100]);
    let request = form.request();
    // Behind the last byte it may have been saved, before the reset was seen.
    for sent in 0..request.len() - 2 {
        reset(&server, &request[..sent], 0);
    }
    saved.expect_nothing();
    expect_given_back(&server, before);
}

/// Of a file too large for the buffers of the sockets.
#[test]
fn an_answer_is_reset_wherever_it_is() {
    let tree = Tree::new().with("large", vec![b'x'; 8 << 20]);
    let server = tree.serve();
    let before = holds(&server);
    for request in [
        get("/files/large", ""),
        get("/files/large", "Range: bytes=0-9,1000000-5000000\r\n"),
    ] {
        for read in [1, 100, 1000, 65_536, 1_000_000] {
            reset(&server, &request, read);
        }
    }
    expect_given_back(&server, before);
}

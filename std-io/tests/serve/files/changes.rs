//! Files that change while they are sent, and clients that do not take them.

use super::tree::{Tree, ask};
use crate::client::{Client, PAGE, get};
use crate::server::{PATIENCE, Server};
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

/// Much more than two sockets hold.
const BIG: usize = 48 << 20;

fn big() -> Tree {
    Tree::new().with("big", vec![b'x'; BIG])
}

/// Asks for a file, and takes none of it yet.
fn begin(client: &mut Client, headers: &str, status: u16) -> usize {
    client.send(&[&get("/files/big", headers)[..], PAGE].concat());
    let answer = client.answer_to_head();
    assert_eq!(answer.status, status);
    client.read(1000);
    // Both sockets fill up.
    thread::sleep(Duration::from_millis(200));
    answer
        .header("content-length")
        .unwrap()
        .parse::<usize>()
        .unwrap()
        - 1000
}

fn open(tree: &Tree) -> File {
    File::options().write(true).open(tree.path("big")).unwrap()
}

/// What was promised and is not there is not made up.
#[test]
fn a_file_that_shrinks() {
    for headers in ["", "Range: bytes=5-\r\n", "Range: bytes=0-9,20-\r\n"] {
        let tree = big();
        let server = tree.serve();
        let mut client = server.connect();
        let status = if headers.is_empty() { 200 } else { 206 };
        let left = begin(&mut client, headers, status);
        open(&tree).set_len(0).unwrap();
        let rest = client.read_to_end();
        assert!(rest.len() < left, "{} of {left}", rest.len());
        assert!(rest.iter().all(|&byte| byte == b'x'));
        let sent = rest.len() + 1000;
        let words = format!("cut short after {sent} of {} bytes", left + 1000);
        server.wait_for_log(&["GET /files/big", &words, "the file ended after"]);
        assert_eq!(ask(&mut server.connect(), "/files/big", "").content, "");
    }
}

#[test]
fn a_file_that_grows() {
    let tree = big();
    let server = tree.serve();
    let mut client = server.connect();
    let left = begin(&mut client, "", 200);
    let mut file = open(&tree);
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(&vec![b'y'; 1 << 20]).unwrap();
    assert!(client.read(left).iter().all(|&byte| byte == b'x'));
    // The page that was asked for behind it.
    assert_eq!(client.answer().status, 200);
    let longer = ask(&mut client, "/files/big", "Range: bytes=-3\r\n");
    assert_eq!(longer.content, "yyy");
}

/// As one replaces files: the answer is of one of them, and not of both.
#[test]
#[cfg(unix)]
fn a_file_that_is_replaced() {
    let tree = big().with("next", "next");
    let server = tree.serve();
    let mut client = server.connect();
    let left = begin(&mut client, "", 200);
    fs::rename(tree.path("next"), tree.path("big")).unwrap();
    assert!(client.read(left).iter().all(|&byte| byte == b'x'));
    assert_eq!(client.answer().status, 200);
    assert_eq!(ask(&mut client, "/files/big", "").content, "next");
}

/// It holds a thread, and must not for ever: neither in `sendfile` nor in a
/// write.
#[test]
fn a_client_that_takes_nothing() {
    let tree = big();
    let server = tree.serve_with(&["--stall", "0.5"]);
    for (headers, status) in [("", 200), ("Range: bytes=0-1,10-\r\n", 206)] {
        let mut client = server.connect();
        let left = begin(&mut client, headers, status);
        let words = format!(" of {} bytes", left + 1000);
        let why = "the client is too slow to take it";
        server.wait_for_log(&["GET /files/big: cut short after ", &words, why]);
        assert!(client.read_to_end().len() < left);
    }
}

/// As long as there is always some progress.
#[test]
fn a_client_that_takes_its_time() {
    let tree = big();
    let server = tree.serve_with(&["--stall", "0.5", "--deadline", "0.5", "--idle", "0.5"]);
    let mut client = server.connect();
    let mut left = begin(&mut client, "", 200);
    while left > 0 {
        let some = left.min(4 << 20);
        client.read(some);
        left -= some;
        thread::sleep(Duration::from_millis(150));
    }
    assert_eq!(client.answer().status, 200);
}

/// Some progress is not enough: this would take it hours.
#[test]
fn a_client_that_takes_a_little_now_and_then() {
    let tree = big();
    let server = tree.serve_with(&["--stall", "1", "--min-rate", "8000000"]);
    for (headers, status) in [("", 200), ("Range: bytes=0-1,10-\r\n", 206)] {
        let mut client = server.connect();
        let left = begin(&mut client, headers, status);
        let mut taken = 0;
        // About a megabyte a second.
        while server.count_log("8000000 a second were asked for") == 0 {
            client.read(50_000);
            taken += 50_000;
            assert!(taken < left / 2, "it goes on for ever");
            thread::sleep(Duration::from_millis(50));
        }
        assert!(client.read_to_end().len() < left - taken);
        server.forget_log();
    }
}

/// No single one of them is slow, but there are so many.
#[test]
fn a_client_that_takes_answers_slowly() {
    let server = Server::with(&["--stall", "0.5", "--min-rate", "0"]);
    let mut client = server.connect();
    let mut requests = client.stream().try_clone().unwrap();
    let pipeline = thread::spawn(move || while requests.write_all(&PAGE.repeat(100)).is_ok() {});
    thread::sleep(Duration::from_millis(500));
    let start = Instant::now();
    while server.count_log("GET /: unanswered: ") == 0 {
        client.read(1000);
        assert!(start.elapsed() < PATIENCE, "it goes on for ever");
        thread::sleep(Duration::from_millis(20));
    }
    client.stream().shutdown(Shutdown::Both).unwrap();
    pipeline.join().unwrap();
}

#[test]
fn a_client_that_goes_away() {
    let tree = big();
    let server = tree.serve();
    let mut client = server.connect();
    begin(&mut client, "", 200);
    drop(client);
    server.wait_for_log(&["GET /files/big: cut short after "]);
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_file() {
    let tree = Tree::new().with("big", "");
    let size = 1 << 30;
    open(&tree).set_len(size as u64).unwrap();
    let server = tree.serve();
    let mut clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
    for client in &mut clients {
        client.send(&get(
            "/files/big",
            "Range: bytes=0-9,100000000-200000000,7-\r\n",
        ));
    }
    let mut client = server.connect();
    client.send(&get("/files/big", "Range: bytes=1-\r\n"));
    assert_eq!(client.answer_to_head().status, 206);
    for _ in 0..100 {
        client.read(1 << 20);
    }
    let peak = server.peak_kib();
    assert!(peak < 32 << 10, "{peak} KiB");
}

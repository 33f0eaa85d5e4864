//! Threads are reused, bounded, and given back.

use crate::client::{Client, PATIENCE, Running, get};
use http::Request;
use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tidegate_std_io::gateway::Input;

fn seat(server: &Running) -> Client {
    let start = Instant::now();
    loop {
        let mut client = server.connect();
        client.send(get("/"));
        if client.head().status == 200 {
            return client;
        }
        assert!(start.elapsed() < PATIENCE, "no thread becomes free");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn one_more_than_may_be_is_turned_away() {
    let two = NonZeroUsize::new(2).unwrap();
    let app = |_: Request<Input>| http::StatusCode::OK;
    let server = Running::with(app, |server| server.max_connections(two));
    for _ in 0..3 {
        let seats = [seat(&server), seat(&server)];
        for _ in 0..5 {
            let mut client = server.connect();
            let answer = client.answer();
            assert_eq!((answer.status, answer.closes()), (503, true));
            assert_eq!(answer.header("retry-after"), Some("5"));
            assert_eq!(answer.content, "there are too many connections\n");
            client.expect_end();
        }
        drop(seats);
    }
    let crowded = server.log.lines();
    let crowded = crowded.iter().filter(|line| line.contains("503")).count();
    // Each time it became so, and not each who knocked; whoever came too early
    // after the last may have found it so, too.
    assert!((1..15).contains(&crowded), "{crowded}");
}

#[test]
fn a_thread_serves_one_after_the_other() {
    let threads = Arc::new(Mutex::new(HashSet::new()));
    let seen = Arc::clone(&threads);
    let server = Running::new(move |_: Request<Input>| {
        seen.lock().unwrap().insert(thread::current().id());
        "fine"
    });
    for _ in 0..200 {
        let mut client = server.connect();
        client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert_eq!(client.answer().content, "fine");
        client.expect_end();
    }
    let threads = threads.lock().unwrap().len();
    assert!(threads < 20, "{threads} threads");
}

/// Half of them say nothing: nobody waits for them.
#[test]
fn who_is_slow_is_waited_for_alone() {
    let app = |_: Request<Input>| "fine";
    let server = Running::with(app, |server| {
        server
            .deadline(Duration::from_millis(300))
            .idle(Duration::from_millis(600))
    });
    let silent = server.connect();
    let mut slow = server.connect();
    slow.send("GET / HTTP/1.1\r\nHo");
    for _ in 0..20 {
        assert_eq!(server.ask(get("/")).content, "fine");
    }
    let answer = slow.answer();
    assert_eq!((answer.status, answer.closes()), (408, true));
    let mut silent = silent;
    silent.expect_end();
}

//! How a server ends, and one that answers a single request.

use crate::client::{Client, PATIENCE, Running, get, post};
use http::Request;
use std::io;
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use tidegate_std_io::gateway::{Input, make_server};

fn read(request: Request<Input>) -> io::Result<String> {
    io::read_to_string(request.into_body())
}

#[test]
fn who_is_idle_is_sent_away() {
    let mut server = Running::new(read);
    let (mut silent, mut kept) = (server.connect(), server.connect());
    kept.send(get("/"));
    assert_eq!(kept.answer().status, 200);
    let start = Instant::now();
    server.stop.stop();
    server.join();
    // Not after the time for idle connections, nor after the grace.
    assert!(start.elapsed() < Duration::from_secs(5));
    silent.expect_end();
    kept.expect_end();
    assert!(TcpStream::connect(server.address).is_err());
}

/// Its thread may see that the server is stopped before it waits for anything.
#[test]
fn who_has_just_come_is_sent_away() {
    let start = Instant::now();
    for _ in 0..50 {
        let mut server = Running::new(read);
        let silent = server.connect();
        server.stop.stop();
        server.join();
        drop(silent);
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn who_is_answered_has_the_answer() {
    let (go, wait) = mpsc::channel();
    let wait = std::sync::Mutex::new(wait);
    let mut server = Running::new(move |_: Request<Input>| {
        let _: () = wait.lock().unwrap().recv().unwrap();
        "an answer"
    });
    let mut client = server.connect();
    client.send(get("/"));
    // That is being answered.
    thread::sleep(Duration::from_millis(100));
    server.stop.stop();
    thread::sleep(Duration::from_millis(100));
    assert!(!server.is_over());
    go.send(()).unwrap();
    let answer = client.answer();
    assert_eq!(answer.content, "an answer");
    client.expect_end();
    server.join();
}

/// The rest of a body may come.
#[test]
fn who_is_read_is_read() {
    let mut server = Running::new(read);
    let mut client = server.connect();
    let request = post("/", "a body");
    client.send(&request[..request.len() - 2]);
    thread::sleep(Duration::from_millis(100));
    server.stop.stop();
    thread::sleep(Duration::from_millis(50));
    client.send(&request[request.len() - 2..]);
    assert_eq!(client.answer().content, "a body");
    client.expect_end();
    server.join();
}

#[test]
fn the_grace_is_not_for_ever() {
    let mut server = Running::with(read, |server| server.grace(Duration::from_millis(200)));
    let client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    server.stop.stop();
    server.join();
    let took = start.elapsed();
    assert!(
        took >= Duration::from_millis(200) && took < PATIENCE,
        "{took:?}"
    );
}

#[test]
fn it_is_stopped_for_good() {
    let server = make_server("127.0.0.1", 0, read).unwrap();
    let stop = server.stop_handle();
    assert!(!stop.is_stopped());
    stop.stop();
    stop.stop();
    assert!(stop.is_stopped());
    server.serve_forever().unwrap();
    server.handle_request().unwrap();
    let address = server.local_addr();
    server.server_close();
    assert!(TcpStream::connect(address).is_err());
}

/// By an application of its own.
#[test]
fn from_within() {
    let server = make_server("127.0.0.1", 0, |_: Request<Input>| "").unwrap();
    let (address, stop) = (server.local_addr(), server.stop_handle());
    server.set_app(move |_: Request<Input>| {
        stop.stop();
        "stopped"
    });
    let serving = thread::spawn(move || server.serve_forever());
    let mut client = Client::connect(address);
    client.send(get("/"));
    assert_eq!(client.answer().content, "stopped");
    client.expect_end();
    serving.join().unwrap().unwrap();
}

#[test]
fn one_request_is_answered_and_the_connection_closed() {
    let server = make_server("127.0.0.1", 0, read).unwrap();
    let address = server.local_addr();
    let serving = thread::spawn(move || {
        for _ in 0..2 {
            server.handle_request().unwrap();
        }
    });
    for body in ["one", "two"] {
        let mut client = Client::connect(address);
        client.send(post("/", body) + &get("/again"));
        let answer = client.answer();
        assert_eq!((&*answer.content, answer.closes()), (body, true));
        client.expect_end();
    }
    serving.join().unwrap();
}

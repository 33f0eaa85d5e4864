//! Applications, handlers and logs that fail: whoever else asks is answered.

use crate::client::{Running, get, post};
use http::{Request, Response};
use std::io;
use std::num::NonZeroUsize;
use tidegate_std_io::gateway::{
    Answered, Application, Call, ErrorStream, Failure, HandlerOptions, Input, LogEntry, Output,
    RequestHandler,
};

fn app(request: Request<Input>) -> Result<Response<Output>, Failure> {
    match request.uri().path() {
        "/panic" => panic!("on purpose"),
        "/error" => Err(io::Error::other("a secret"))?,
        "/late-panic" => Ok(Response::new(Output::writer(|to| {
            to.write_all(b"begun")?;
            to.flush()?;
            panic!("on purpose");
        }))),
        "/too-short" => Ok(
            Response::new(Output::from("x")).map(|output| output.on_close(|_| panic!("closed")))
        ),
        "/quote" => Err(io::Error::other(format!(
            "{}\n127.0.0.1 GET /",
            "x".repeat(900)
        )))?,
        "/unread" => Ok(Response::new(
            Output::from("x").on_close(|_| panic!("closed")),
        )),
        "/header" => Ok(Response::builder()
            .header("Connection", "x")
            .body("x".into())?),
        _ => Ok(Response::new("fine".into())),
    }
}

const PAGE: &str = "A server error occurred.  Please contact the administrator.";

#[test]
fn an_application_that_panics_or_fails() {
    let server = Running::new(app);
    for path in ["/panic", "/error", "/header"] {
        let mut client = server.connect();
        client.send(get(path) + &get("/"));
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (500, true), "{path}");
        assert_eq!(answer.content, PAGE);
        client.expect_end();
    }
    server
        .log
        .wait_for(&["GET /panic: 500 the application panicked: on purpose"]);
    server.log.wait_for(&["GET /error: 500 a secret"]);
    server.log.wait_for(&["GET /header: 500 ", "connection"]);
    assert_eq!(server.ask(get("/")).content, "fine");
}

/// The client has a part of it, and sees that it is not all.
#[test]
fn a_response_that_breaks_off() {
    let server = Running::new(app);
    let mut client = server.connect();
    client.send(get("/late-panic"));
    assert_eq!(client.head().header("transfer-encoding"), Some("chunked"));
    let mut rest = String::new();
    io::Read::read_to_string(&mut client.stream(), &mut rest).unwrap();
    assert!(!rest.contains("\r\n0\r\n"), "{rest:?}");
    server
        .log
        .wait_for(&["GET /late-panic: cut short after 5 bytes: ", "on purpose"]);
}

/// It was answered: the callback fails beside that.
#[test]
fn a_callback_that_panics() {
    let server = Running::new(app);
    let mut client = server.connect();
    client.send(get("/too-short") + &get("/"));
    assert_eq!(client.answer().content, "x");
    assert_eq!(client.answer().content, "fine");
    server
        .log
        .wait_for(&["GET /too-short: ", "panicked: closed"]);
}

#[test]
fn an_error_page_that_panics() {
    let options = HandlerOptions::new().error_output(|_| panic!("page"));
    let server = Running::with(app, |server| server.options(options));
    let answer = server.ask(get("/error"));
    assert_eq!((answer.status, &*answer.content), (500, PAGE));
    assert_eq!(server.ask("\0\r\n\r\n").status, 400);
    assert_eq!(server.ask(get("/")).content, "fine");
}

/// A page of one's own, for the faults of clients too.
#[test]
fn an_error_page() {
    let options = HandlerOptions::new().error_output(|failure| {
        let status = failure.status().map_or(500, |status| status.as_u16());
        let page = format!("{status}: {failure}").into();
        Response::builder().status(status).body(page).unwrap()
    });
    let server = Running::with(app, |server| server.options(options));
    for (request, page) in [
        (get("/error"), "500: a secret"),
        (
            "GET / HTTP/1.1\r\n\r\n".to_owned(),
            "400: there is no Host header",
        ),
        (
            "GET / HTTP/1.1\n".to_owned(),
            "400: a line of the head does not end with CRLF",
        ),
    ] {
        assert_eq!(server.ask(request).content, page);
    }
}

struct Broken;

impl RequestHandler for Broken {
    fn log(&self, _: &LogEntry<'_>) {
        panic!("log");
    }

    fn error_stream(&self) -> ErrorStream {
        panic!("error stream");
    }

    fn handle(&self, call: Call<'_>, app: &dyn Application) -> Answered {
        match call.request().uri.path() {
            "/handle" => panic!("handle"),
            _ => call.run(app),
        }
    }
}

/// Nobody is told of it, and everybody else is answered.
#[test]
fn a_handler_that_panics() {
    let server = Running::with(app, |server| server.request_handler(Broken));
    let mut client = server.connect();
    client.send(get("/handle"));
    client.expect_end();
    for request in [
        get("/"),
        get("/panic"),
        post("/", "unread"),
        "\0\n".to_owned(),
    ] {
        server.ask(request);
    }
    assert_eq!(server.ask(get("/")).content, "fine");
}

/// For whom there is no thread: the one that accepts goes on.
#[test]
fn a_handler_that_panics_where_it_is_crowded() {
    let server = Running::with(app, |server| {
        let server = server.request_handler(Broken);
        server.max_connections(NonZeroUsize::MIN)
    });
    let seat = server.connect();
    for _ in 0..2 {
        assert_eq!(server.ask("").status, 503);
    }
    drop(seat);
}

/// In every way, at every byte: nothing hangs, and nobody else notices.
#[test]
#[cfg(target_os = "linux")]
fn clients_that_reset() {
    use std::time::Duration;
    let server = Running::new(|request: Request<Input>| io::read_to_string(request.into_body()));
    let request = post("/", "a body");
    for sent in 0..=request.len() {
        let client = server.connect();
        client.send(&request[..sent]);
        rustix::net::sockopt::set_socket_linger(client.stream(), Some(Duration::ZERO)).unwrap();
    }
    assert_eq!(server.ask(&request).content, "a body");
}

/// What a client sends may be in what the application says of it.
#[test]
fn a_failure_is_one_line_of_the_log() {
    let server = Running::new(app);
    assert_eq!(server.ask(get("/quote")).status, 500);
    let line = server.log.wait_for(&["GET /quote: 500 xxx"]);
    assert!(line.contains("x\\n127.0.0.1 GET /"), "{line}");
    assert!(!line.contains('\n'), "{line}");
    let server =
        Running::new(|_: Request<Input>| Err::<String, _>(io::Error::other("x".repeat(1 << 20))));
    assert_eq!(server.ask(get("/long")).status, 500);
    let line = server.log.wait_for(&["GET /long: 500 xxx"]);
    assert!(line.len() < 1100 && line.ends_with("x..."), "{line}");
}

/// The response is not sent, since the body that it left breaks off: the client
/// is told of that.
#[test]
fn a_callback_of_what_is_not_sent_panics() {
    let server = Running::new(app);
    let head = "POST /unread HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = server.ask(format!("{head}+1\r\n"));
    assert_eq!((answer.status, answer.closes()), (400, true));
    server.log.wait_for(&["POST /unread: ", "panicked: closed"]);
}

//! Applications that are broken, and what the validator says of each.
//!
//! ```text
//! cargo run --release --example validate
//! ```
//!
//! Put `validator(..)` around one of yours like this, in its tests or under its
//! server.

#![forbid(unsafe_code)]

use http::{Request, Response};
use std::io::{self, BufRead};
use tidegate_std_io::gateway::{
    Application, ErrorStream, Failure, HandlerOptions, Input, Output, Sent, SimpleHandler,
    Variables, demo_app, validator,
};

type App = fn(Request<Input>) -> Result<Response<Output>, Failure>;

fn main() {
    let broken: [(&str, App); 6] = [
        ("counts characters, and not bytes", counts_characters),
        ("speaks for the server", speaks_for_the_server),
        ("says nothing, at length", says_nothing),
        ("sends a part that nobody asked for", sends_a_part),
        ("consumes what it was not shown", consumes_too_much),
        ("promises more than it has", promises_more),
    ];
    for (what, app) in broken {
        println!("{what}:");
        run(&validator(app));
    }
    println!("demo_app:");
    run(&validator(demo_app));
}

fn run(app: &impl Application) {
    let variables: Variables = [
        ("REQUEST_METHOD", "POST"),
        ("PATH_INFO", "/"),
        ("QUERY_STRING", ""),
        ("HTTP_HOST", "example.org"),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("CONTENT_LENGTH", "11"),
    ]
    .into_iter()
    .collect();
    let errors = ErrorStream::new(io::stdout());
    let body = &b"Hello World"[..];
    let handler = SimpleHandler::new(body, Vec::new(), errors, variables);
    // What the handler would log, the validator says before.
    let options = HandlerOptions::new().log_error(|_, _| {});
    let finished = handler.options(options).run(app);
    let how = match finished.sent {
        Sent::Whole => "all of it was sent",
        Sent::ErrorPage => "the client has an error page",
        _ => "the response was cut short",
    };
    println!("-> {how}, with the status {}\n", finished.status);
}

fn text(length: usize, text: impl Into<Output>) -> Result<Response<Output>, Failure> {
    let response = Response::builder().header("Content-Type", "text/plain; charset=utf-8");
    Ok(response
        .header("Content-Length", length)
        .body(text.into())?)
}

fn counts_characters(_: Request<Input>) -> Result<Response<Output>, Failure> {
    let greeting = "Gr\u{fc}\u{df} Gott!\n";
    text(greeting.chars().count(), greeting)
}

fn speaks_for_the_server(_: Request<Input>) -> Result<Response<Output>, Failure> {
    let mut response = text(3, "bye")?;
    response
        .headers_mut()
        .insert("Connection", "close".parse()?);
    Ok(response)
}

fn says_nothing(_: Request<Input>) -> Result<Response<Output>, Failure> {
    Ok(Response::builder().status(204).body("nothing".into())?)
}

fn sends_a_part(_: Request<Input>) -> Result<Response<Output>, Failure> {
    let mut response = text(5, "Hello")?;
    *response.status_mut() = http::StatusCode::PARTIAL_CONTENT;
    Ok(response)
}

fn consumes_too_much(mut request: Request<Input>) -> Result<Response<Output>, Failure> {
    let body = request.body_mut();
    let shown = body.fill_buf()?.len();
    body.consume(shown + 1);
    text(0, "")
}

fn promises_more(_: Request<Input>) -> Result<Response<Output>, Failure> {
    let blocks = ["Hello", " ", "World"].map(|block| Ok(block.into()));
    text(12, Output::iter(blocks))
}

//! Rules that are broken by more than a head and a body.

use super::{Told, serve};
use http::{Method, Request, Response};
use std::io::{self, Write};
use std::sync::Mutex;
use tidegate_core::validate::Rule;
use tidegate_std_io::FileSink;
use tidegate_std_io::gateway::{
    Application, ErrorStream, Failure, Input, Output, Sent, SimpleHandler, Variables,
};

pub(super) const RULES: &[Rule] = &[
    Rule::Method,
    Rule::ScriptName,
    Rule::PathInfo,
    Rule::NoPath,
    Rule::NoQuery,
    Rule::HttpContent,
    Rule::HttpProxy,
    Rule::ServerPort,
    Rule::MissingVariable,
    Rule::Disagreement,
    Rule::BodyForHead,
    Rule::WriteAfterFailure,
    Rule::Abandoned,
];

fn get() -> Request<Input> {
    let request = Request::get("/").header("Host", "example.org");
    request.body(Input::empty()).unwrap()
}

fn hello(_: Request<Input>) -> &'static str {
    "Hello"
}

/// What a gateway sets; `-` takes the variable of that name away.
#[rustfmt::skip]
const VARIABLES: &[(&str, &str, &[Rule])] = &[
    ("SERVER_NAME", "here", &[]),
    ("REQUEST_METHOD", "", &[Rule::Method]),
    ("SCRIPT_NAME", "/", &[Rule::ScriptName]),
    ("PATH_INFO", "x", &[Rule::PathInfo]),
    ("-", "PATH_INFO", &[Rule::NoPath]),
    ("-", "QUERY_STRING", &[Rule::NoQuery]),
    ("HTTP_CONTENT_TYPE", "text/plain", &[Rule::HttpContent]),
    ("HTTP_PROXY", "http://evil", &[Rule::HttpProxy]),
    ("SERVER_PORT", "http", &[Rule::ServerPort]),
    ("GATEWAY_INTERFACE", "CGI/1.1", &[Rule::MissingVariable; 3]),
    ("REQUEST_METHOD", "POST", &[Rule::Disagreement]),
    ("wsgi.url_scheme", "gopher", &[Rule::Scheme]),
    ("CONTENT_LENGTH", "-1", &[Rule::Framing]),
];

#[test]
fn variables_that_a_gateway_sets() {
    for &(name, value, rules) in VARIABLES {
        let told = Told::default();
        let defaults = [
            ("REQUEST_METHOD", "GET"),
            ("PATH_INFO", "/"),
            ("QUERY_STRING", ""),
        ];
        let kept = defaults
            .into_iter()
            .filter(|(other, _)| (name, value) != ("-", *other));
        let mut variables: Variables = kept.collect();
        if name != "-" {
            variables.set(name, value);
        }
        let mut request = get();
        request.extensions_mut().insert(variables);
        let answer = told.around(hello).answer(request);
        let warning = rules == [Rule::NoQuery];
        assert_eq!(answer.is_ok(), rules.is_empty() || warning, "{name}");
        // It needs no SERVER_PROTOCOL of its own to be called by.
        assert_eq!(told.rules(), rules, "{name} {value}");
    }
}

/// A server that answers HEAD as it does GET.
#[test]
fn a_body_that_is_sent_to_head() {
    let told = Told::default();
    let around = told.around(hello);
    let app = move |mut request: Request<Input>| {
        *request.method_mut() = Method::HEAD;
        around.answer(request)
    };
    let finished = serve(&app, get());
    assert_eq!(told.rules(), [Rule::BodyForHead]);
    assert!(matches!(finished.sent, Sent::ErrorPage));
}

/// Middleware that forgets what it was given.
#[test]
fn a_body_that_is_dropped() {
    let told = Told::default();
    let around = told.around(hello);
    let app = move |request: Request<Input>| {
        around
            .answer(request)
            .map(|response| response.map(|_| "other"))
    };
    let finished = serve(&app, get());
    assert_eq!(told.rules(), [Rule::Abandoned]);
    assert!(matches!(finished.sent, Sent::Whole));
}

/// A client that goes away behind the first bytes.
struct Gone(usize);

impl Write for Gone {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += 1;
        match self.0 {
            1 => Ok(bytes.len()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Gone {}

#[test]
fn a_writer_that_does_not_listen() {
    let deaf = |to: &mut dyn Write| {
        for _ in 0..3 {
            let _ = to.write_all(b"again").and_then(|()| to.flush());
        }
        Ok(())
    };
    let well = |to: &mut dyn Write| {
        (0..3).try_for_each(|_| to.write_all(b"again").and_then(|()| to.flush()))
    };
    type Write2 = fn(&mut dyn Write) -> io::Result<()>;
    for (write, rules) in [
        (deaf as Write2, vec![Rule::WriteAfterFailure]),
        (well as Write2, vec![]),
    ] {
        let told = Told::default();
        let app = move |_: Request<Input>| {
            Response::builder()
                .header("Content-Type", "text/plain")
                .body(Output::writer(write))
        };
        let around = told.around(app);
        let request = Mutex::new(Some(get()));
        let app = |_: Request<Input>| around.answer(request.lock().unwrap().take().unwrap());
        let (parts, ()) = Request::new(()).into_parts();
        let errors = ErrorStream::new(io::sink());
        SimpleHandler::of_request(io::empty(), Gone(0), errors, parts).run(&app);
        assert_eq!(told.rules(), rules);
    }
}

/// An application, or a body, that fails has broken nothing.
#[test]
fn a_failure_is_no_violation() {
    let told = Told::default();
    let broken = || io::Error::other("broken");
    let failing = |_: Request<Input>| Err::<&str, _>(broken());
    serve(&told.around(failing), get());
    let breaking = move |_: Request<Input>| -> Result<_, Failure> {
        let blocks = [Ok("Hello".into()), Err(broken())];
        let output = Output::iter(blocks).with_length(9);
        Ok(Response::builder()
            .header("Content-Type", "text/plain")
            .body(output)?)
    };
    let finished = serve(&told.around(breaking), get());
    assert!(matches!(finished.sent, Sent::CutShort));
    assert_eq!(told.rules(), []);
}

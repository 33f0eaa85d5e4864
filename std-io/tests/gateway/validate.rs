//! The validator finds what is broken, and nothing else.

#[path = "../common/broken.rs"]
mod broken;
mod input;
mod special;

use crate::common::example::example;
use crate::run::{Shared, run_with, variables};
use broken::{BROKEN, Broken, http_refuses, others};
use http::{Request, Response};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::io::{self, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use tidegate_core::validate::{OwnedViolation, Rule, Severity};
use tidegate_std_io::gateway::{
    Application, BaseCgiHandler, ErrorStream, Failure, Finished, HandlerOptions, Input, Output,
    Sent, SimpleHandler, Validator, demo_app, validator,
};

/// What was told, in its order.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<OwnedViolation>>>);

impl Told {
    /// Around the application, telling it here.
    pub(crate) fn around<A: Application>(&self, app: A) -> Validator<A> {
        let told = self.clone();
        validator(app).report(move |violation| told.0.lock().unwrap().push(violation.clone()))
    }

    pub(crate) fn rules(&self) -> Vec<Rule> {
        let told = self.0.lock().unwrap();
        told.iter().map(|violation| violation.rule).collect()
    }
}

/// Calls the application as a server does, and sends what it answers to a client
/// that asked by `GET`.
pub(crate) fn serve(
    app: &impl Application,
    request: Request<Input>,
) -> Finished<io::Empty, Vec<u8>> {
    let request = Mutex::new(Some(request));
    let app = |_: Request<Input>| app.answer(request.lock().unwrap().take().unwrap());
    let (parts, ()) = Request::new(()).into_parts();
    let errors = ErrorStream::new(io::sink());
    SimpleHandler::of_request(io::empty(), Vec::new(), errors, parts).run(&app)
}

fn app_of(broken: &Broken) -> impl Application + use<> {
    let broken = *broken;
    move |_: Request<Input>| {
        let blocks = broken.pieces.iter().map(|piece| Ok((*piece).into()));
        let mut output = Output::iter(blocks);
        if let Some(size) = broken.size {
            output = output.with_length(size);
        }
        let mut response = Response::new(output);
        *response.status_mut() = broken.status();
        *response.headers_mut() = broken.headers();
        response
    }
}

#[test]
fn each_of_the_table_is_found() {
    for broken in BROKEN {
        let told = Told::default();
        let finished = serve(&told.around(app_of(broken)), broken.request(Input::empty()));
        assert_eq!(told.rules(), [broken.rule], "{broken:?}");
        let is_whole = matches!(finished.sent, Sent::Whole);
        let is_warning = broken.rule.severity() == Severity::Warning;
        assert_eq!(is_whole, is_warning, "{broken:?} {:?}", finished.sent);
        // A failure does not wait for the body, where the head is wrong.
        if !is_whole && finished.bytes == 0 {
            assert!(matches!(finished.sent, Sent::ErrorPage), "{broken:?}");
        }

        let told = Told::default();
        serve(
            &told.around(app_of(broken)).report_only(),
            broken.request(Input::empty()),
        );
        assert_eq!(told.rules().first(), Some(&broken.rule), "{broken:?}");
    }
}

/// The violation itself can be had from the failure.
#[test]
fn a_failure_says_which_rule() {
    let broken = |_: Request<Input>| Response::builder().header("TE", "x").body("");
    let request = Request::get("/")
        .header("Host", "x")
        .body(Input::empty())
        .unwrap();
    let failure = validator(broken)
        .report(|_| {})
        .answer(request)
        .unwrap_err();
    let violation = failure.error().downcast_ref::<OwnedViolation>().unwrap();
    assert_eq!((violation.rule, failure.status()), (Rule::HopByHop, None));
}

/// Every rule is broken by a test, or cannot be.
#[test]
fn no_rule_is_left_out() {
    let by_type = [
        // The connection is the server's alone.
        Rule::ConnectionOption,
        // An `InputStream` stays at its end, as a test of inputs shows.
        Rule::InputAfterEnd,
        // There is one body, which nobody can ask or close twice, and no trailer.
        Rule::TrailerField,
        Rule::TrailerUnannounced,
        Rule::AfterTrailers,
        Rule::AfterEnd,
        Rule::AskedAfterEnd,
        Rule::AfterClose,
        Rule::ClosedTwice,
    ];
    let special = special::RULES.iter().chain(input::RULES);
    let tried: BTreeSet<Rule> = special.chain(&by_type).copied().collect();
    let others = others();
    let refused: BTreeSet<Rule> = others
        .iter()
        .copied()
        .filter(|&rule| http_refuses(rule))
        .collect();
    assert_eq!(refused, BTreeSet::from([Rule::FieldName, Rule::FieldValue]));
    let others: BTreeSet<Rule> = others
        .into_iter()
        .filter(|rule| !refused.contains(rule))
        .collect();
    assert_eq!(tried, others);
}

#[test]
fn lines_go_to_the_error_stream() {
    let app = |_: Request<Input>| Response::builder().header("x_y", "z").body("");
    let ran = run_with(
        &validator(app),
        &[("HTTP_HOST", "x"), ("QUERY_STRING", "")],
        io::empty(),
        HandlerOptions::new(),
    );
    assert_eq!(
        ran.log,
        "validator: warning of the application: the name of a field is an odd one, \
         in the field \"x_y\" of the response (NameStyle)\n",
    );
}

const HELLO: &[(&str, &str)] = &[
    ("HTTP_HOST", "example.org"),
    ("QUERY_STRING", "a=b"),
    ("SERVER_NAME", "example.org"),
    ("SERVER_PORT", "80"),
    ("GATEWAY_INTERFACE", "CGI/1.1"),
];

/// Under every handler, for every method.
#[test]
fn demo_app_is_met_with_silence() {
    for method in ["GET", "HEAD", "POST", "OPTIONS", "DELETE"] {
        let told = Told::default();
        let app = told.around(told.around(demo_app));
        let pairs = [
            HELLO,
            &[("REQUEST_METHOD", method), ("CONTENT_LENGTH", "3")],
        ]
        .concat();
        for options in [
            HandlerOptions::new(),
            HandlerOptions::new()
                .http_version(http::Version::HTTP_10)
                .keep_alive(true),
            HandlerOptions::new()
                .origin_server(false)
                .setup_environ(|_| {}),
        ] {
            let ran = run_with(&app, &pairs, &b"abc"[..], options.clone());
            assert!(matches!(ran.finished.sent, Sent::Whole));
            let request = Request::builder().method(method).uri("/x?y");
            let request = request.header("Host", "x").body(()).unwrap();
            let errors = ErrorStream::new(io::sink());
            let handler =
                SimpleHandler::of_request(io::empty(), Vec::new(), errors, request.into_parts().0);
            assert!(matches!(
                handler.options(options).run(&app).sent,
                Sent::Whole
            ));
        }
        let errors = ErrorStream::new(io::sink());
        let cgi = BaseCgiHandler::new(&b"abc"[..], Vec::new(), errors, variables(&pairs));
        assert!(matches!(cgi.run(&app).sent, Sent::Whole));
        assert_eq!(told.rules(), [], "{method}");
    }
}

/// As scripts of their own: `CgiHandler`, and `IisCgiHandler` where that is the
/// server.
#[test]
fn scripts_are_met_with_silence() {
    for software in ["lighttpd/1.4", "Microsoft-IIS/10.0"] {
        for (method, path) in [("GET", "/environ"), ("HEAD", "/test"), ("POST", "/lines")] {
            let path = match software {
                "lighttpd/1.4" => path.to_owned(),
                _ => format!("/cgi/hello{path}"),
            };
            let mut child = Command::new(example("cgi_hello"))
                .env_clear()
                .envs(HELLO.iter().copied())
                .envs([
                    ("REQUEST_METHOD", method),
                    ("PATH_INFO", &path),
                    ("SCRIPT_NAME", "/cgi/hello"),
                ])
                .envs([
                    ("SERVER_SOFTWARE", software),
                    ("SERVER_PROTOCOL", "HTTP/1.1"),
                ])
                .envs([("CONTENT_LENGTH", "4"), ("TIDEGATE_VALIDATE", "1")])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // It may be done before it has read any.
            let _ = child.stdin.take().unwrap().write_all(b"a\nb\n");
            let output = child.wait_with_output().unwrap();
            assert_eq!(
                String::from_utf8_lossy(&output.stderr),
                "",
                "{software} {method}"
            );
            assert!(
                output.stdout.starts_with(b"Status: 200 OK\r\n"),
                "{software} {method}"
            );
        }
    }
}

/// The example shows six that are broken, and one that is not.
#[test]
fn the_example_says_what_is_broken() {
    let output = Command::new(example("validate")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let rules = text
        .lines()
        .filter_map(|line| line.strip_suffix(')')?.rsplit_once('('));
    let rules: Vec<&str> = rules.map(|(_, rule)| rule).collect();
    let expected = [
        "OtherLength",
        "HopByHop",
        "BodyForbidden",
        "RequiredField",
        "Unasked",
        "Overconsumed",
        "TooShort",
    ];
    let missing = expected.iter().find(|rule| !rules.contains(rule));
    assert_eq!((rules.len(), missing), (expected.len(), None), "{text}");
    assert!(
        text.ends_with("demo_app:\n-> all of it was sent, with the status 200 OK\n\n"),
        "{text}"
    );
}

/// What is sent does not depend on whether somebody looks.
fn sent_by(app: &impl Application, method: &str) -> (String, Vec<u8>) {
    let pairs = [
        ("REQUEST_METHOD", method),
        ("HTTP_HOST", "x"),
        ("QUERY_STRING", ""),
    ];
    let ran = run_with(app, &pairs, io::empty(), HandlerOptions::new());
    assert!(matches!(ran.finished.sent, Sent::Whole));
    let head = ran.head.lines().filter(|line| !line.starts_with("date:"));
    (head.collect(), ran.body)
}

proptest! {
    #[test]
    fn a_right_application_is_left_alone(
        form in 0..4_usize,
        says_length: bool,
        method in proptest::sample::select(&["GET", "HEAD", "POST"][..]),
        blocks in proptest::collection::vec("[a-z]{0,9}", 0..5),
    ) {
        let length = blocks.iter().map(String::len).sum::<usize>() as u64;
        let app = move |_: Request<Input>| {
            let blocks = blocks.clone();
            let output = match form {
                0 => Output::from(blocks.concat()),
                1 => Output::iter(blocks.into_iter().map(|block| Ok(block.into()))),
                2 => Output::reader(io::Cursor::new(blocks.concat())),
                _ => Output::writer(move |to| {
                    blocks.iter().try_for_each(|block| to.write_all(block.as_bytes()).and_then(|()| to.flush()))
                }),
            };
            let output = if says_length { output.with_length(length) } else { output };
            Response::builder().header("Content-Type", "text/plain").body(output)
        };
        let told = Told::default();
        prop_assert_eq!(sent_by(&told.around(app.clone()), method), sent_by(&app, method));
        prop_assert_eq!(told.rules(), []);
    }
}

/// A file is still the system's to send, and is counted.
#[test]
fn a_file_is_counted_as_it_goes() {
    let cases = [
        (3, 3, None),
        (3, 9, None),
        (4, 3, Some(Rule::OtherLength)),
        (2, 3, Some(Rule::OtherLength)),
        (4, 9, Some(Rule::TooShort)),
        (2, 9, Some(Rule::TooLong)),
    ];
    for (says, exact, expected) in cases {
        let told = Told::default();
        let app = move |_: Request<Input>| -> Result<_, Failure> {
            let mut file = tempfile::tempfile()?;
            file.write_all(b"abc")?;
            io::Seek::rewind(&mut file)?;
            let file = tidegate_std_io::FileWrapper::new(file);
            // Otherwise it says no length of its own.
            let file = if exact == 3 { file.exact(3) } else { file };
            Ok(Response::builder()
                .header("Content-Type", "text/plain")
                .header("Content-Length", says)
                .body(Output::from(file))?)
        };
        let request = Request::get("/").header("Host", "x");
        let finished = serve(&told.around(app), request.body(Input::empty()).unwrap());
        assert_eq!(told.rules(), Vec::from_iter(expected), "{says} {exact}");
        assert_eq!(
            finished.writer.ends_with(b"\r\n\r\nabc"),
            says >= 3 && expected != Some(Rule::OtherLength)
        );
    }
}

/// The stream of the request is back in the handler, as without a validator.
#[test]
fn the_input_comes_home() {
    let app = validator(|_: Request<Input>| "ignored");
    let pairs = [
        ("HTTP_HOST", "x"),
        ("QUERY_STRING", ""),
        ("CONTENT_LENGTH", "5"),
    ];
    let log = Shared::default();
    let errors = ErrorStream::new(log.clone());
    let reader = BufReader::new(&b"HelloGET"[..]);
    let finished = SimpleHandler::new(reader, Vec::new(), errors, variables(&pairs)).run(&app);
    assert_eq!(
        io::read_to_string(finished.input.unwrap()).unwrap(),
        "Hello"
    );
    assert_eq!(log.text(), "");
}

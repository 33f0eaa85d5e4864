//! Behind a server: heads as CGI wants them, and the example as a process.

use crate::common::example::example;
use crate::run::variables;
use http::{HeaderValue, Request, StatusCode};
use std::io::{self, Write};
use std::process::{Command, Stdio};
use tidegate_std_io::gateway::{BaseCgiHandler, ErrorStream, Flags, HandlerOptions, Input, Output};

fn cgi(
    app: impl tidegate_std_io::gateway::Application,
    pairs: &[(&str, &str)],
    body: &'static str,
) -> String {
    let options = HandlerOptions::new()
        .server_software(HeaderValue::from_static("tidegate/1"))
        .origin_server(true); // as if it had a say in it
    let handler = BaseCgiHandler::new(
        body.as_bytes(),
        Vec::new(),
        ErrorStream::new(io::sink()),
        variables(pairs),
    );
    String::from_utf8(handler.options(options).run(&app).writer).unwrap()
}

#[test]
#[rustfmt::skip]
fn a_head_is_written_for_a_server() {
    let text = |_: Request<Input>| (StatusCode::NOT_FOUND, "gone");
    assert_eq!(
        cgi(text, &[], ""),
        "Status: 404 Not Found\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 4\r\n\r\ngone",
    );
    let streamed = |_: Request<Input>| Output::iter(["a", "b"].map(|block| Ok(block.into())));
    assert_eq!(cgi(streamed, &[], ""), "Status: 200 OK\r\n\r\nab");
    let nothing = |_: Request<Input>| Output::iter([]);
    assert_eq!(cgi(nothing, &[], ""), "Status: 200 OK\r\ncontent-length: 0\r\n\r\n");
    let failing = |_: Request<Input>| Err::<&str, _>(io::Error::other("x"));
    assert!(cgi(failing, &[], "").starts_with("Status: 500 Internal Server Error\r\ncontent-type: text/plain\r\n"));
}

/// The server has undone the chunks, and ends the input where the body ends.
#[test]
fn a_transfer_coding_is_the_servers() {
    let echo = |request: Request<Input>| io::read_to_string(request.into_body());
    let coding = ("HTTP_TRANSFER_ENCODING", "chunked");
    assert!(cgi(echo, &[coding], "Hello").ends_with("\r\n\r\nHello"));
    assert!(cgi(echo, &[coding, ("CONTENT_LENGTH", "4")], "Hello").ends_with("\r\n\r\nHell"));
    assert!(cgi(echo, &[("CONTENT_LENGTH", "4")], "Hello").ends_with("\r\n\r\nHell"));
    assert!(cgi(echo, &[("CONTENT_LENGTH", "")], "Hello").ends_with("\r\n\r\n"));
    assert!(cgi(echo, &[("CONTENT_LENGTH", "6")], "Hello").starts_with("Status: 400 "));
}

#[test]
fn flags_are_those_that_are_set() {
    let flags =
        |request: Request<Input>| format!("{:?}", request.extensions().get::<Flags>().unwrap());
    let sent = cgi(flags, &[], "");
    assert!(
        sent.ends_with("multithread: true, multiprocess: false, run_once: false }"),
        "{sent}"
    );
}

/// The example, started as a server of CGI starts it.
fn hello(pairs: &[(&str, &str)], body: &str) -> (String, String) {
    let mut child = Command::new(example("cgi_hello"))
        .env_clear()
        .envs(pairs.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may be done before it has read any.
    let _ = child.stdin.take().unwrap().write_all(body.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn a_process_answers_its_request() {
    let request = [
        ("REQUEST_METHOD", "GET"),
        ("SCRIPT_NAME", "/cgi-bin/hello"),
        ("PATH_INFO", "/hello/W\u{f6}rld"),
        ("HTTP_HOST", "example.org"),
        ("HTTP_PROXY", "http://evil"),
        ("GATEWAY_INTERFACE", "CGI/1.1"),
    ];
    let (sent, log) = hello(&request, "");
    assert!(sent.starts_with("Status: 200 OK\r\n"), "{sent}");
    assert!(sent.ends_with("\r\n\r\nHello, W\u{f6}rld!\n"), "{sent}");
    assert_eq!(log, "");

    let demo = [&request[..2], &request[3..], &[("PATH_INFO", "/environ")]].concat();
    let (sent, _) = hello(&demo, "");
    assert!(
        sent.contains("\nPATH_INFO = \"\"\n")
            && sent.contains("\nSCRIPT_NAME = \"/cgi-bin/hello/environ\"\n"),
        "{sent}"
    );
    assert!(sent.contains("\nGATEWAY_INTERFACE = \"CGI/1.1\"\n") && !sent.contains("HTTP_PROXY"));

    let lines = [
        ("REQUEST_METHOD", "POST"),
        ("PATH_INFO", "/lines"),
        ("CONTENT_LENGTH", "8"),
    ];
    let (sent, _) = hello(&lines, "one\ntwo\nand what is not the body\n");
    assert!(sent.ends_with("\r\n\r\n2 lines, 8 bytes\n"), "{sent}");
    let (sent, log) = hello(&lines, "one\n");
    assert!(sent.starts_with("Status: 400 Bad Request\r\n"), "{sent}");
    assert!(
        log.starts_with(
            "error: expected 8 bytes of body, received 4: the stream ended after 4 of 8 bytes"
        ),
        "{log}"
    );

    let (sent, _) = hello(&[("REQUEST_METHOD", "GET"), ("PATH_INFO", "/nothing")], "");
    assert!(sent.starts_with("Status: 404 Not Found\r\n"), "{sent}");
    let (sent, _) = hello(&[], "");
    assert!(sent.starts_with("Status: 400 Bad Request\r\n"), "{sent}");
}

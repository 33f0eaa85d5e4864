//! Uploads that do not come to their end: nothing of them is left.

use super::form::{Form, multipart, promise, sent};
use super::kept::Saved;
use crate::refusals::expect_refusal;
use crate::server::Server;
use std::thread;
use std::time::Duration;

fn two_files() -> Form {
    Form::new()
        .named("whole", b"is here")
        .named("second", &[b'x'; 100])
}

/// The length is that of what comes, so that only the form is not whole.
#[test]
fn a_form_cut_anywhere() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let body = two_files().body();
    // Without its last line break it is whole.
    for cut in 0..body.len() - 2 {
        let mut client = server.connect();
        client.send(&multipart("form-data", &body[..cut]));
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (400, true), "{cut}");
        assert!(
            answer
                .content
                .contains("ended before the multipart body did"),
            "{answer:?}"
        );
        assert!(saved.uploads().is_empty(), "{cut}");
    }
    let mut client = server.connect();
    client.send(&multipart("form-data", &body[..body.len() - 2]));
    assert_eq!(sent(&client.answer())[1]["length"], 100);
    assert_eq!(saved.files()[0].len(), 2);
}

/// It stops in the middle of what was promised, and still listens.
#[test]
fn a_body_cut_short() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let body = two_files().body();
    // Also behind the last delimiter: what is behind it may be anything.
    for cut in [10, 130, body.len() - 50, body.len()] {
        let mut client = server.connect();
        client.send(&promise("form-data", 10_000, ""));
        client.send(&body[..cut]);
        client.shut_down();
        let answer = client.answer();
        assert_eq!((answer.status, answer.closes()), (400, true), "{cut}");
        let why = format!("expected 10000 bytes of body, received {cut}");
        assert!(answer.content.contains(&why), "{answer:?}");
        assert!(saved.uploads().is_empty(), "{cut}");
    }
}

#[test]
fn a_client_that_is_gone() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let body = two_files().body();
    for received in [body.len() - 30, body.len()] {
        let client = server.connect();
        client.send(&promise("form-data", 1_000_000, ""));
        client.send(&body[..received]);
        saved.expect_unfinished();
        drop(client);
        let received = format!("received {received}");
        server.wait_for_log(&["POST /upload", "expected 1000000 bytes", &received]);
        saved.expect_nothing();
    }
}

#[test]
fn a_client_that_is_too_slow() {
    let saved = Saved::new();
    let server = saved.serve(&["--deadline", "0.5"]);
    let mut client = server.connect();
    let body = two_files().body();
    client.send(&promise("form-data", body.len() as u64, ""));
    client.send(&body[..body.len() - 30]);
    saved.expect_unfinished();
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (408, true), "{answer:?}");
    assert!(saved.uploads().is_empty());
}

/// Slow, but not too slow: a byte in a while, in chunks and without.
#[test]
fn a_client_that_takes_its_time() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let mut client = server.connect();
    let form = two_files();
    for request in [form.request(), form.chunked(3)] {
        for byte in request {
            client.send(&[byte]);
            thread::sleep(Duration::from_micros(200));
        }
        assert_eq!(sent(&client.answer())[0]["length"], 7);
    }
    assert_eq!(saved.files().len(), 2);
}

#[test]
fn what_breaks_a_rule_is_refused_in_words() {
    let saved = Saved::new();
    let server = saved.serve(&[]);
    let first = Form::new().named("first", b"is whole");
    for (head, why) in [
        (&b"Content-Type: text/plain"[..], "no Content-Disposition"),
        (b"Content-Disposition: form-data", "no name"),
        (b"Content-Disposition: attachment; name=a", "no form-data"),
        (b"Content-Disposition: form-data; name=a\nX: y", "line feed"),
        (b"Content-Disposition: form-data; name=a\r\n b", "folded"),
        (
            b"Content-Disposition: form-data; name=\"a\0\"",
            "control character",
        ),
        (
            b"Content-Disposition: form-data; name=a; name=b",
            "Content-Disposition",
        ),
    ] {
        let form = Form::new().named("first", b"is whole").raw(head, b"");
        let answer = expect_refusal(&server, &form.request(), 400);
        assert!(answer.content.contains(why), "{why}: {answer:?}");
        assert!(saved.uploads().is_empty(), "{why}");
    }
    for (body, status, why) in [
        (
            [&first.body()[..], &[b'x'; 70_000]].concat(),
            413,
            "epilogue",
        ),
        (b"--bc\r\n--b--".to_vec(), 400, "delimiter"),
        (
            (0..1001)
                .fold(Form::new(), |form, _| form.field("a", ""))
                .body(),
            413,
            "1000 ",
        ),
        (
            Form::new()
                .named("x", b"x")
                .field(&"n".repeat(5000), "")
                .body(),
            413,
            "4096",
        ),
        (
            Form::new()
                .named("x", b"x")
                .field("a", &"v".repeat((1 << 20) + 1))
                .body(),
            413,
            "1048576",
        ),
    ] {
        let answer = expect_refusal(&server, &multipart("form-data", &body), status);
        assert!(answer.content.contains(why), "{why}: {answer:?}");
        assert!(saved.uploads().is_empty(), "{why}");
    }
}

#[test]
fn more_than_may_be() {
    let saved = Saved::new();
    let form = two_files();
    let length = form.body().len();
    let exact = saved.serve(&["--max-upload", &length.to_string(), "--max-body", "1"]);
    let mut client = exact.connect();
    for request in [form.request(), form.chunked(10)] {
        client.send(&request);
        assert_eq!(client.answer().status, 200);
    }
    assert_eq!(saved.files().len(), 2);
    let short = Saved::new();
    let server = short.serve(&["--max-upload", &(length - 1).to_string()]);
    for request in [form.request(), form.chunked(10)] {
        let answer = expect_refusal(&server, &request, 413);
        assert!(answer.content.contains("body"), "{answer:?}");
        short.expect_nothing();
    }
}

/// Whose fault it is can be told from the answer.
#[test]
fn nowhere_to_save_to() {
    let saved = Saved::new();
    let directory = saved.path().join("gone");
    let server = Server::with(&["--save", directory.to_str().unwrap()]);
    std::fs::remove_dir(&directory).unwrap();
    let answer = expect_refusal(&server, &two_files().request(), 500);
    assert!(answer.content.contains("cannot be saved"), "{answer:?}");
    assert!(!answer.content.contains("gone"), "{answer:?}");
    // What is not saved needs no place.
    let mut client = server.connect();
    client.send(&Form::new().field("a", "b").request());
    assert_eq!(client.answer().status, 200);
}

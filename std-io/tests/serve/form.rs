//! `POST /form`: forms as a whole, whichever way they are coded.

use crate::client::{Answer, request};
use crate::curl::{TempFile, curl};
use crate::refusals::expect_refusal;
use crate::server::Server;
use crate::upload::{Form, sha256};
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

fn post(content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let headers = format!("Content-Type: {content_type}\r\nContent-Length: {length}\r\n");
    [&request("POST", "/form", &headers), body].concat()
}

fn multipart(form: &Form) -> Vec<u8> {
    post("multipart/form-data; boundary=b", &form.body())
}

fn urlencoded(body: &str) -> Vec<u8> {
    post("application/x-www-form-urlencoded", body.as_bytes())
}

fn said(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    serde_json::from_str(&answer.content).unwrap()
}

#[test]
fn fields_and_files_in_order() {
    let server = Server::start();
    let mut client = server.connect();
    let large = vec![b'\n'; 2 << 20];
    let form = Form::new()
        .file("photo", "../gate.jpg", "image/jpeg", &large)
        .field("title", "Tide \"x\"")
        .field("title", "")
        .raw(b"Content-Disposition: form-data; name=\"\xff\"", b"a\xffb")
        .raw(
            b"Content-Disposition: form-data; name=f; filename=\"\"",
            b"",
        );
    client.send(&multipart(&form));
    let answer = client.answer();
    let file = |name, filename, content_type: Option<&str>, content: &[u8]| {
        json!({
            "name": name, "filename": filename, "content_type": content_type,
            "length": content.len(), "sha256": sha256(content),
        })
    };
    assert_eq!(
        said(&answer),
        json!({
            "fields": [
                {"name": "title", "value": "Tide \"x\""},
                {"name": "title", "value": ""},
                {"name": "\u{FFFD}", "value": "a\u{FFFD}b"},
            ],
            "files": [
                file("photo", "../gate.jpg", Some("image/jpeg"), &large),
                file("f", "", None, b""),
            ],
        })
    );
    let start = "{\"fields\":[{\"name\":\"title\",\"value\":";
    assert!(answer.content.starts_with(start), "{answer:?}");
}

#[test]
fn urlencoded_fields() {
    let server = Server::start();
    let mut client = server.connect();
    for (body, fields) in [
        ("", json!([])),
        ("&&", json!([])),
        ("a", json!([{"name": "a", "value": ""}])),
        ("=b", json!([{"name": "", "value": "b"}])),
        (
            "a=1&b=x+y%26z&a=%E2%9C%93=",
            json!([
                {"name": "a", "value": "1"}, {"name": "b", "value": "x y&z"},
                {"name": "a", "value": "✓="},
            ]),
        ),
        ("a=%FF%zz", json!([{"name": "a", "value": "\u{FFFD}%zz"}])),
    ] {
        client.send(&urlencoded(body));
        let wanted = json!({"fields": fields, "files": []});
        assert_eq!(said(&client.answer()), wanted, "{body:?}");
    }
}

#[test]
fn a_form_of_nothing() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&multipart(&Form::new()));
    assert_eq!(client.answer().content, "{\"fields\":[],\"files\":[]}\n");
}

#[test]
fn what_is_no_form() {
    let server = Server::start();
    let mut client = server.connect();
    for (content_type, status) in [
        ("text/plain", 415),
        ("multipart/mixed; boundary=b", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=b; boundary=b", 400),
    ] {
        client.send(&post(content_type, b"--b--"));
        let answer = client.answer();
        assert_eq!(
            (answer.status, answer.closes()),
            (status, false),
            "{content_type}"
        );
    }
    client.send(&request("POST", "/form", "Content-Length: 0\r\n"));
    let answer = client.answer();
    assert_eq!(answer.status, 415);
    let accepted = "multipart/form-data, application/x-www-form-urlencoded";
    assert_eq!(answer.header("accept"), Some(accepted));
}

#[test]
fn more_than_may_be() {
    let server = Server::start();
    let mib = "v".repeat(1 << 20);
    let exact = [
        urlencoded(&format!("a={mib}")),
        multipart(&Form::new().field("a", &mib)),
    ];
    for request in exact {
        let mut client = server.connect();
        client.send(&request);
        assert_eq!(said(&client.answer())["fields"][0]["value"], mib);
    }
    let files = (0..101).fold(Form::new(), |form, _| form.named("x", b""));
    for (request, why) in [
        (urlencoded(&format!("b=&a={mib}v")), "1048576"),
        (urlencoded(&format!("b=v&a={mib}")), "1048576"),
        (
            multipart(&Form::new().field("b", "v").field("a", &mib)),
            "1048576",
        ),
        (urlencoded(&"a&".repeat(1001)), "1000"),
        (multipart(&files), "100 files"),
        (
            multipart(&Form::new().named("x", &vec![0; 16 << 20])),
            "16777216",
        ),
    ] {
        let answer = expect_refusal(&server, &request, 413);
        assert!(answer.content.contains(why), "{why}: {answer:?}");
    }
}

#[test]
fn cut_short() {
    let server = Server::start();
    let body = Form::new().field("a", "b").named("x", b"content").body();
    for cut in 0..body.len() - 2 {
        let request = post("multipart/form-data; boundary=b", &body[..cut]);
        let answer = expect_refusal(&server, &request, 400);
        assert!(answer.content.contains("ended before"), "{answer:?}");
    }
    let mut client = server.connect();
    let head = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n";
    client.send(&request("POST", "/form", head));
    client.send(b"a=b&c");
    client.shut_down();
    let answer = client.answer();
    assert_eq!((answer.status, answer.closes()), (400, true), "{answer:?}");
}

#[test]
fn byte_by_byte() {
    let server = Server::start();
    let mut client = server.connect();
    for request in [multipart(&Form::new().field("a", "b")), urlencoded("a=b")] {
        for byte in request {
            client.send(&[byte]);
            thread::sleep(Duration::from_micros(200));
        }
        let fields = json!([{"name": "a", "value": "b"}]);
        assert_eq!(said(&client.answer())["fields"], fields);
    }
}

#[test]
fn sent_by_curl() {
    let server = Server::start();
    let url = server.url("/form");
    let file = TempFile::new("form", b"content");
    let photo = format!("photo=@{}", file.path());
    let data = [
        "-d",
        "title=Tide",
        "--data-urlencode",
        "note=high & low",
        &url,
    ];
    let Some(answer) = curl(&data) else { return };
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(
        answer["fields"][1],
        json!({"name": "note", "value": "high & low"})
    );
    let answer = curl(&["-F", "title=Tide", "-F", &photo, &url]).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(
        answer["fields"],
        json!([{"name": "title", "value": "Tide"}])
    );
    assert_eq!(answer["files"][0]["sha256"], sha256(b"content"));
}

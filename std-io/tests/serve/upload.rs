//! `POST /upload`: what a form is answered, and what lies on the disk behind it.

mod curl;
mod failures;
mod form;
mod kept;

use crate::client::{chunked, request};
use crate::server::Server;
pub(crate) use form::{Form, sha256};
use form::{multipart, sent};
pub(crate) use kept::Saved;
use serde_json::{Value, json};

/// Every kind of part, with names that are easily got wrong.
fn mixed() -> Form {
    Form::new()
        .field("title", "Tide")
        .field("", "")
        .file("photo", "gate.jpg", "image/jpeg", b"\xff\xd8\r\n-b --b is data")
        .file("photo", "gate.jpg", "image/jpeg", b"another")
        .file("empty", "", "application/octet-stream", b"")
        .raw(b"Content-Disposition: form-data; name=\"\xff\"; filename=\"\xc3\xbc\xc3\"", b"\0")
        .raw(b"Content-Disposition: form-data; name=\"a\\\"b\"; filename=\"x\\\\y%22\xf0\x9f\x8c\x8a\"", b"z")
}

fn of_mixed() -> Value {
    let part = |name: &str, filename: Value, content_type: Value, content: &[u8]| {
        let sha256 = sha256(content);
        json!({
            "name": name, "filename": filename, "content_type": content_type,
            "length": content.len(), "sha256": sha256,
        })
    };
    let photo = |content| part("photo", json!("gate.jpg"), json!("image/jpeg"), content);
    json!([
        part("title", Value::Null, Value::Null, b"Tide"),
        part("", Value::Null, Value::Null, b""),
        photo(b"\xff\xd8\r\n-b --b is data"),
        photo(b"another"),
        part("empty", json!(""), json!("application/octet-stream"), b""),
        part("\u{FFFD}", json!("ü\u{FFFD}"), Value::Null, b"\0"),
        part("a\"b", json!("x\\y%22🌊"), Value::Null, b"z"),
    ])
}

#[test]
fn parts_are_answered_in_order() {
    let server = Server::start();
    let mut client = server.connect();
    let form = mixed();
    client.send(&form.request());
    let answer = client.answer();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(sent(&answer), of_mixed());
    // In the order that is documented, for whoever reads it.
    let first =
        "[{\"name\":\"title\",\"filename\":null,\"content_type\":null,\"length\":4,\"sha256\":\"";
    assert!(answer.content.starts_with(first), "{answer:?}");
    // The connection is kept, however the body is cut.
    for size in [1, 2, 3, 5, 7, 64, 10_000] {
        client.send(&form.chunked(size));
        assert_eq!(sent(&client.answer()), of_mixed(), "chunks of {size}");
    }
}

#[test]
fn a_form_of_nothing() {
    let server = Server::start();
    let mut client = server.connect();
    for body in [
        "--b--",
        "--b--\r\n",
        "\r\n--b--\r\n",
        "preamble\r\n--b--\r\nepilogue",
    ] {
        client.send(&multipart("form-data", body.as_bytes()));
        assert_eq!(client.answer().content, "[]\n", "{body:?}");
    }
}

/// The head is part of none, so nobody has to name it.
#[test]
fn any_kind_of_multipart() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&multipart("mixed", b"--b\r\n\r\nabc\r\n--b--"));
    let answer = sent(&client.answer());
    assert_eq!(
        (&answer[0]["name"], &answer[0]["length"]),
        (&Value::Null, &json!(3))
    );
}

#[test]
fn it_is_invited_to_come() {
    let server = Server::start();
    let mut client = server.connect();
    let request = mixed().request_with("Expect: 100-continue\r\n");
    let head = request.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = request.split_at(head.unwrap() + 4);
    for _ in 0..2 {
        client.send(head);
        assert_eq!(client.answer_to_head().status, 100);
        client.send(body);
        assert_eq!(sent(&client.answer()), of_mixed());
    }
}

/// What cannot be read as multipart is not read, and the connection goes on.
#[test]
fn other_types() {
    let server = Server::start();
    let mut client = server.connect();
    for (content_type, status, why) in [
        ("", 415, "no Content-Type"),
        (
            "Content-Type: application/x-www-form-urlencoded\r\n",
            415,
            "not multipart",
        ),
        (
            "Content-Type: text/plain; boundary=b\r\n",
            415,
            "not multipart",
        ),
        ("Content-Type: multipart/form-data\r\n", 400, "no boundary"),
        (
            "Content-Type: multipart/form-data; boundary=\"\"\r\n",
            400,
            "empty",
        ),
        (
            "Content-Type: multipart/form-data; boundary=b; boundary=c\r\n",
            400,
            "twice",
        ),
        ("Content-Type: multipart\r\n", 400, "Content-Type"),
        (
            "Content-Type: multipart/mixed; boundary=b\r\nContent-Type: a/b\r\n",
            400,
            "more than one",
        ),
    ] {
        let head = request(
            "POST",
            "/upload",
            &format!("{content_type}Content-Length: 5\r\n"),
        );
        client.send(&[&head[..], b"--b--"].concat());
        let answer = client.answer();
        assert_eq!(answer.status, status, "{content_type}");
        assert!(answer.content.contains(why), "{content_type}: {answer:?}");
        assert!(!answer.closes(), "{content_type}");
    }
    // Also without one: nobody learns whether there are parts in it.
    client.send(&chunked("/upload", b"--b--", 2));
    assert_eq!(client.answer().status, 415);
}

/// A browser would send a form from any page to any server, and says so.
#[test]
fn pages_of_other_sites_may_not() {
    let server = Server::start();
    let mut client = server.connect();
    for (site, status) in [
        ("same-origin", 200),
        ("none", 200),
        ("same-site", 403),
        ("cross-site", 403),
        ("same-origin\r\nSec-Fetch-Site: cross-site", 403),
    ] {
        client.send(&mixed().request_with(&format!("Sec-Fetch-Site: {site}\r\n")));
        assert_eq!(client.answer().status, status, "{site}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_a_file() {
    let mib = 64_u64;
    let server = Server::start();
    let mut client = server.connect();
    let mut send = |mib: u64| {
        let front = b"--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n";
        let back = b"\r\n--b--\r\n";
        let length = front.len() as u64 + (mib << 20) + back.len() as u64;
        let head = format!(
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n"
        );
        client.send(&request("POST", "/upload", &head));
        client.send(front);
        let block = vec![b'\r'; 1 << 20];
        for _ in 0..mib {
            client.send(&block);
        }
        client.send(back);
        assert_eq!(sent(&client.answer())[0]["length"], mib << 20);
    };
    send(1);
    let before = server.peak_kib();
    send(mib);
    let grown = server.peak_kib() - before;
    assert!(grown < 1024, "{grown} KiB");
}

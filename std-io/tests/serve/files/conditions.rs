//! 200, 304 and 412, and what their heads say.

use super::tree::{LAST_MODIFIED, Tree, ask};
use crate::client::{PAGE, request};
use std::fs;

const EARLIER: &str = "Tue, 14 Nov 2023 22:13:19 GMT";
const LATER: &str = "Tue, 14 Nov 2023 22:13:21 GMT";

#[test]
fn a_whole_file() {
    let tree = Tree::new().with("hello.txt", "Hello World");
    let server = tree.serve();
    let answer = ask(&mut server.connect(), "/files/hello.txt", "");
    assert_eq!((answer.status, &*answer.content), (200, "Hello World"));
    for (name, value) in [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("X-Content-Type-Options", "nosniff"),
        ("Accept-Ranges", "bytes"),
        ("ETag", "\"b-17979cfe3d85cd15\""),
        ("Last-Modified", LAST_MODIFIED),
        ("Content-Length", "11"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{answer:?}");
    }
    assert!(!answer.closes());
}

#[test]
fn content_types() {
    let names = [
        ("a.html", "text/html; charset=utf-8"),
        ("a.JSON", "application/json"),
        ("a.pdf", "application/pdf"),
        ("a.mp4", "video/mp4"),
        ("a.tar.gz", "application/gzip"),
        ("README", "application/octet-stream"),
        ("a.", "application/octet-stream"),
        ("a.html.xyzzy", "application/octet-stream"),
    ];
    let tree = names.iter().fold(Tree::new(), |tree, (name, _)| {
        tree.with(name, "<script>alert(1)</script>")
    });
    let server = tree.serve();
    let mut client = server.connect();
    for (name, content_type) in names {
        let answer = ask(&mut client, &format!("/files/{name}"), "");
        assert_eq!(answer.header("content-type"), Some(content_type), "{name}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[test]
fn preconditions() {
    let tree = Tree::new().with("hello.txt", "Hello World");
    let server = tree.serve();
    let mut client = server.connect();
    let etag = ask(&mut client, "/files/hello.txt", "");
    let etag = etag.header("etag").unwrap();
    for (headers, status) in [
        (format!("If-None-Match: {etag}"), 304),
        (format!("If-None-Match: W/{etag}"), 304),
        (format!("If-None-Match: \"x\", \"a,b\" ,{etag}"), 304),
        (
            format!("if-none-match: \"x\"\r\nIF-NONE-MATCH: {etag}"),
            304,
        ),
        ("If-None-Match: *".into(), 304),
        ("If-None-Match: \"x\"".into(), 200),
        ("If-None-Match:".into(), 200),
        (format!("If-Modified-Since: {LAST_MODIFIED}"), 304),
        (format!("If-Modified-Since: {LATER}"), 304),
        (format!("If-Modified-Since: {EARLIER}"), 200),
        (
            "If-Modified-Since: Tuesday, 14-Nov-23 22:13:20 GMT".into(),
            304,
        ),
        ("If-Modified-Since: Tue Nov 14 22:13:20 2023".into(), 304),
        ("If-Modified-Since: yesterday".into(), 200),
        (
            "If-Modified-Since: Tue, 14 Nov 99999 22:13:20 GMT".into(),
            200,
        ),
        ("If-Modified-Since: \u{e4}".into(), 200),
        // The tag counts and not the date.
        (
            format!("If-None-Match: \"x\"\r\nIf-Modified-Since: {LATER}"),
            200,
        ),
        (format!("If-Match: {etag}"), 200),
        (format!("If-Match: \"x\", {etag}"), 200),
        ("If-Match: *".into(), 200),
        (format!("If-Match: W/{etag}"), 412),
        ("If-Match: \"x\"".into(), 412),
        (format!("If-Unmodified-Since: {LAST_MODIFIED}"), 200),
        (format!("If-Unmodified-Since: {EARLIER}"), 412),
        ("If-Unmodified-Since: never".into(), 200),
        (
            format!("If-Match: {etag}\r\nIf-Unmodified-Since: {EARLIER}"),
            200,
        ),
        // Before the range.
        ("If-Match: \"x\"\r\nRange: bytes=99-".into(), 412),
        (format!("If-None-Match: {etag}\r\nRange: bytes=0-1"), 304),
    ] {
        let answer = ask(&mut client, "/files/hello.txt", &format!("{headers}\r\n"));
        assert_eq!(answer.status, status, "{headers}: {answer:?}");
        assert!(!answer.closes(), "{headers}");
        let of_the_file = (answer.header("etag"), answer.header("last-modified"));
        match status {
            412 => assert!(answer.content.starts_with("412 "), "{answer:?}"),
            _ => assert_eq!(of_the_file, (Some(etag), Some(LAST_MODIFIED))),
        }
        if status == 304 {
            assert_eq!(answer.header("content-length"), None);
            assert_eq!(answer.header("content-type"), None);
        }
    }
    // No content behind a 304: what is next is the next answer.
    client.send(PAGE);
    assert_eq!(client.answer().status, 200);
}

#[test]
fn head_is_get_without_content() {
    let tree = Tree::new().with("hello.txt", "Hello World");
    fs::create_dir(tree.path("directory")).unwrap();
    let server = tree.serve();
    let mut client = server.connect();
    for (target, headers) in [
        ("/files/hello.txt", ""),
        ("/files/hello.txt", "If-None-Match: *\r\n"),
        ("/files/hello.txt", "If-Match: \"x\"\r\n"),
        ("/files/none", ""),
        ("/files/directory", ""),
        ("/files/directory/", ""),
        ("/files/", ""),
    ] {
        let got = ask(&mut client, target, headers);
        client.send(&request("HEAD", target, headers));
        let head = client.answer_to_head();
        let undated = |head: &str| {
            let lines = head.lines().filter(|line| !line.starts_with("Date"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(undated(&got.head), undated(&head.head));
    }
    // A range is for GET alone (RFC 9110 section 14.2).
    client.send(&request("HEAD", "/files/hello.txt", "Range: bytes=0-1\r\n"));
    let head = client.answer_to_head();
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some("11"))
    );
    client.send(PAGE);
    assert_eq!(client.answer().status, 200);
}

/// What was modified this second may be modified again in it.
#[test]
fn a_date_that_tells_nothing_is_not_told() {
    let tree = Tree::new().with("hello.txt", "Hello World");
    let server = tree.serve();
    let mut client = server.connect();
    let file = fs::File::options()
        .write(true)
        .open(tree.path("hello.txt"))
        .unwrap();
    let hour = std::time::Duration::from_secs(3600);
    let now = std::time::SystemTime::now();
    let ten_thousand_years = 87_660_000 * hour;
    let epoch = std::time::SystemTime::UNIX_EPOCH;
    for modified in [now, now + hour, epoch + ten_thousand_years, epoch - hour] {
        if file.set_modified(modified).is_err() {
            continue; // not on this file system
        }
        let answer = ask(&mut client, "/files/hello.txt", "If-Modified-Since: x\r\n");
        assert_eq!(answer.status, 200);
        if modified > epoch {
            assert_eq!(answer.header("last-modified"), None, "{modified:?}");
        }
        let etag = answer.header("etag").unwrap();
        let known = format!("If-None-Match: {etag}\r\n");
        assert_eq!(ask(&mut client, "/files/hello.txt", &known).status, 304);
        let page = ask(&mut client, "/files/", "");
        assert!(page.content.contains(">hello.txt<"), "{page:?}");
    }
}

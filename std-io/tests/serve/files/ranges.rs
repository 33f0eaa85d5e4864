//! 206 and 416.

use super::tree::{LAST_MODIFIED, Tree, ask};
use crate::Noise;
use crate::client::{Answer, PAGE, get};

/// The Content-Range and content of each part of a `multipart/byteranges`.
fn parts(answer: &Answer) -> Vec<(String, String)> {
    let content_type = answer.header("content-type").unwrap();
    let boundary = content_type
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap();
    let (parts, end) = answer.content.rsplit_once("\r\n--").unwrap();
    assert_eq!(end, format!("{boundary}--\r\n"));
    let parts = format!("\r\n{parts}");
    let delimiter = format!("\r\n--{boundary}\r\n");
    let mut parts = parts.split(&delimiter);
    assert_eq!(parts.next(), Some(""));
    parts
        .map(|part| {
            let (head, content) = part.split_once("\r\n\r\n").unwrap();
            let (content_type, range) = head.split_once("\r\n").unwrap();
            assert_eq!(content_type, "Content-Type: text/plain; charset=utf-8");
            let range = range.strip_prefix("Content-Range: ").unwrap();
            (range.to_owned(), content.to_owned())
        })
        .collect()
}

#[test]
fn one_range() {
    let tree = Tree::new().with("hello.txt", "Hello World");
    let server = tree.serve();
    let mut client = server.connect();
    for (range, said, content) in [
        ("bytes=0-0", "bytes 0-0/11", "H"),
        ("bytes=6-", "bytes 6-10/11", "World"),
        ("bytes=-5", "bytes 6-10/11", "World"),
        ("bytes=-99", "bytes 0-10/11", "Hello World"),
        (
            "bytes=0-99999999999999999999999",
            "bytes 0-10/11",
            "Hello World",
        ),
        ("BYTES=1-2", "bytes 1-2/11", "el"),
        ("bytes= 1-2 , ", "bytes 1-2/11", "el"),
        ("bytes=99-,1-2", "bytes 1-2/11", "el"),
    ] {
        let answer = ask(
            &mut client,
            "/files/hello.txt",
            &format!("Range: {range}\r\n"),
        );
        assert_eq!((answer.status, &*answer.content), (206, content), "{range}");
        assert_eq!(answer.header("content-range"), Some(said));
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
        assert_eq!(answer.header("last-modified"), Some(LAST_MODIFIED));
        assert!(answer.header("etag").is_some() && !answer.closes());
    }
}

#[test]
fn none_of_them() {
    let tree = Tree::new()
        .with("hello.txt", "Hello World")
        .with("empty", "");
    let server = tree.serve();
    let mut client = server.connect();
    for (name, size, range) in [
        ("hello.txt", 11, "bytes=11-"),
        ("hello.txt", 11, "bytes=-0"),
        ("hello.txt", 11, "bytes=18446744073709551616-"),
        ("hello.txt", 11, "bytes=11-12,99-"),
        ("empty", 0, "bytes=0-"),
        ("empty", 0, "bytes=0-0"),
    ] {
        let headers = format!("Range: {range}\r\n");
        let answer = ask(&mut client, &format!("/files/{name}"), &headers);
        let said = format!("bytes */{size}");
        assert_eq!(answer.status, 416, "{range}");
        assert_eq!(answer.header("content-range"), Some(&*said), "{range}");
        assert!(answer.content.starts_with("416 ") && !answer.closes());
    }
}

#[test]
fn ranges_that_are_not_taken_for_any() {
    let tree = Tree::new()
        .with("hello.txt", "Hello World")
        .with("empty", "");
    let server = tree.serve();
    let mut client = server.connect();
    let killer = format!("bytes=0-{}", ",5-0".repeat(1300));
    let many = format!("bytes=0-0{}", ",1-1".repeat(16));
    let long = format!("bytes={}", "0-0,".repeat(15_000));
    for range in [
        "bytes=",
        "bytes=-",
        "bytes=2-1",
        "bytes=a-b",
        "bytes=+1-2",
        "lines=0-1",
        "bytes 0-1",
        "bytes=0-,0-",
        "bytes=-17208,-9223372036854758792",
        &killer,
        &many,
        &long,
        "bytes=0-1\r\nRange: bytes=2-3",
    ] {
        let answer = ask(
            &mut client,
            "/files/hello.txt",
            &format!("Range: {range}\r\n"),
        );
        assert_eq!((answer.status, &*answer.content), (200, "Hello World"));
    }
    let answer = ask(&mut client, "/files/empty", "Range: bytes=-5\r\n");
    assert_eq!(
        (answer.status, answer.header("content-length")),
        (200, Some("0"))
    );
}

#[test]
fn several_ranges() {
    let tree = Tree::new().with("hello.txt", "Hello World");
    let server = tree.serve();
    let mut client = server.connect();
    let answer = ask(
        &mut client,
        "/files/hello.txt",
        "Range: bytes=-1,0-4,99-,6-6\r\n",
    );
    assert_eq!(answer.status, 206);
    assert_eq!(answer.header("content-range"), None);
    let wanted = [("10-10", "d"), ("0-4", "Hello"), ("6-6", "W")];
    let wanted = wanted.map(|(range, content)| (format!("bytes {range}/11"), content.to_owned()));
    assert_eq!(parts(&answer), wanted);
    let again = ask(
        &mut client,
        "/files/hello.txt",
        "Range: bytes=-1,0-4,99-,6-6\r\n",
    );
    assert_ne!(again.header("content-type"), answer.header("content-type"));
    assert_eq!(parts(&again), wanted);
}

#[test]
fn if_range() {
    let tree = Tree::new().with("hello.txt", "Hello World");
    let server = tree.serve();
    let mut client = server.connect();
    let etag = ask(&mut client, "/files/hello.txt", "");
    let etag = etag.header("etag").unwrap();
    for (condition, status) in [
        (etag, 206),
        (LAST_MODIFIED, 206),
        (&format!("W/{etag}"), 200),
        ("\"x\"", 200),
        ("Tue, 14 Nov 2023 22:13:21 GMT", 200),
        ("Tue, 14 Nov 2023 22:13:19 GMT", 200),
        ("*", 200),
    ] {
        for range in ["bytes=6-", "bytes=99-"] {
            let headers = format!("Range: {range}\r\nIf-Range: {condition}\r\n");
            let answer = ask(&mut client, "/files/hello.txt", &headers);
            let status = if (status, range) == (206, "bytes=99-") {
                416
            } else {
                status
            };
            assert_eq!(answer.status, status, "{headers}");
        }
    }
}

/// All kinds of answers, one behind the other, asked for at once.
#[test]
fn pipelined() {
    let tree = Tree::new()
        .with("hello.txt", "Hello World")
        .with("empty", "");
    let server = tree.serve();
    let kinds = [
        ("/files/hello.txt", "", 200),
        ("/files/hello.txt", "Range: bytes=1-2\r\n", 206),
        ("/files/hello.txt", "Range: bytes=1-2,4-4\r\n", 206),
        ("/files/hello.txt", "If-None-Match: *\r\n", 304),
        ("/files/hello.txt", "If-Match: \"x\"\r\n", 412),
        ("/files/hello.txt", "Range: bytes=11-\r\n", 416),
        ("/files/empty", "", 200),
        ("/files/none", "", 404),
        ("/files", "", 301),
        ("/files/", "", 200),
    ];
    let asked: Vec<u8> = kinds
        .iter()
        .flat_map(|(target, headers, _)| [&get(target, headers)[..], PAGE].concat())
        .collect();
    let mut client = server.connect();
    client.send(&asked);
    for (target, headers, status) in kinds {
        let answer = match status {
            304 => client.answer_to_head(),
            _ => client.answer(),
        };
        assert_eq!(answer.status, status, "{target} {headers}");
        assert!(client.answer().is_page(), "{target} {headers}");
    }
}

/// Beside slices of what was written, larger than what a socket holds.
#[test]
fn generated_ranges() {
    let mut noise = Noise(0xf11e);
    let text = noise.text(3_000_000);
    let text = String::from_utf8(text).unwrap();
    let tree = Tree::new().with("noise.txt", &text);
    let server = tree.serve();
    let mut client = server.connect();
    assert!(ask(&mut client, "/files/noise.txt", "").content == text);
    for round in 0..100 {
        let mut total = 0;
        let ranges: Vec<_> = (0..=noise.below(6))
            .map(|_| {
                let start = noise.below(text.len());
                let len = 1 + noise.below((text.len() - start).min(400_000));
                total += len;
                start..start + len
            })
            .collect();
        let asked = ranges
            .iter()
            .map(|range| format!("{}-{}", range.start, range.end - 1));
        let asked = asked.collect::<Vec<_>>().join(",");
        let answer = ask(
            &mut client,
            "/files/noise.txt",
            &format!("Range: bytes={asked}\r\n"),
        );
        if total > text.len() {
            assert_eq!(answer.status, 200);
            continue;
        }
        assert_eq!(answer.status, 206);
        let got = match ranges.len() {
            1 => vec![(
                answer.header("content-range").unwrap().to_owned(),
                answer.content.clone(),
            )],
            _ => parts(&answer),
        };
        assert_eq!(got.len(), ranges.len());
        for ((said, content), range) in got.iter().zip(&ranges) {
            let wanted = format!("bytes {}-{}/{}", range.start, range.end - 1, text.len());
            assert_eq!(*said, wanted);
            assert!(*content == text[range.clone()], "{round}: {asked}");
        }
    }
}

//! What is sent: files that are easy and files that are meant to be hard to
//! search, and many fields.

use std::borrow::Cow;
use tidegate_benches::input::{Random, TOTAL, text};

/// How often the content of a file is repeated: 64 MiB.
const FILE: usize = 16;
/// And where most engines are slow: 16 MiB.
const HARD: usize = 4;

/// As browsers make them.
const USUAL: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
/// Nothing in it is rare, and who chose the file may have chosen it.
const COMMON: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A body, before it is cut into reads.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) name: String,
    pub(crate) boundary: Cow<'static, str>,
    /// As far as the content of the file. Where there is none, everything.
    pub(crate) head: Vec<u8>,
    /// Of the file, and how often.
    pub(crate) content: Vec<u8>,
    pub(crate) times: usize,
    /// Behind the content.
    pub(crate) tail: Vec<u8>,
    /// Of the parts, with their data; the file's is empty here.
    pub(crate) parts: Vec<(Vec<u8>, Vec<u8>)>,
}

/// One file each.
pub(crate) fn files() -> Vec<Body> {
    let delimiter = |boundary: &str| format!("\r\n--{boundary}").into_bytes();
    let nearly = |boundary: &str, kept: usize| {
        let mut nearly = delimiter(boundary);
        nearly.truncate(kept);
        nearly.push(b'.');
        nearly
    };
    let near = |boundary: &str| nearly(boundary, boundary.len() + 3);
    let half = |boundary: &str| nearly(boundary, boundary.len() / 2 + 4);
    vec![
        Body::file("random", USUAL, random(TOTAL)),
        Body::file("text", USUAL, text(TOTAL)),
        Body::repeated("cr", USUAL, b"\r"),
        Body::repeated("lf", USUAL, b"\n"),
        Body::repeated("crlf", USUAL, b"\r\n"),
        Body::repeated("dashes", USUAL, b"\r\n--"),
        Body::repeated("near", USUAL, &near(USUAL)),
        Body::repeated("half", USUAL, &half(USUAL)),
        Body::repeated("aa-dashes", COMMON, b"\r\n--"),
        Body::repeated("aa-near", COMMON, &near(COMMON)),
        Body::repeated("aa-half", COMMON, &half(COMMON)),
    ]
}

/// Short ones, for a byte at a time.
pub(crate) fn drips() -> Vec<Body> {
    let of_a_mib = |mut body: Body, name: &str| {
        body.name = String::from(name);
        body.content.truncate(1 << 20);
        body.times = 1;
        body
    };
    let mut files = files().into_iter();
    let mut take = |wanted, name| {
        let body = files.find(|body| body.name == wanted);
        of_a_mib(body.expect("it is one of them"), name)
    };
    vec![take("text", "drip-text"), take("aa-half", "drip-aa-half")]
}

/// Ten thousand of a few words.
pub(crate) fn fields() -> Body {
    let mut random = Random::new(10_000);
    let parts = (0..10_000).map(|i| {
        let value = text(1 + random.below(32));
        (format!("field{i}").into_bytes(), value)
    });
    let parts: Vec<_> = parts.collect();
    let mut head = Vec::new();
    for (name, value) in &parts {
        head.extend_from_slice(format!("--{USUAL}\r\n").as_bytes());
        head.extend_from_slice(b"Content-Disposition: form-data; name=\"");
        head.extend_from_slice(name);
        head.extend_from_slice(b"\"\r\n\r\n");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(format!("--{USUAL}--\r\n").as_bytes());
    Body {
        name: "fields".to_owned(),
        boundary: USUAL.into(),
        head,
        content: Vec::new(),
        times: 1,
        tail: Vec::new(),
        parts,
    }
}

impl Body {
    pub(crate) fn file(
        name: &str,
        boundary: impl Into<Cow<'static, str>>,
        content: Vec<u8>,
    ) -> Self {
        let boundary = boundary.into();
        let head = format!(
            "--{boundary}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"tide.bin\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        Self {
            name: name.to_owned(),
            head: head.into_bytes(),
            content,
            times: FILE,
            tail: format!("\r\n--{boundary}--\r\n").into_bytes(),
            boundary,
            parts: vec![(b"file".to_vec(), Vec::new())],
        }
    }

    fn repeated(name: &str, boundary: &'static str, pattern: &[u8]) -> Self {
        let content = pattern.iter().copied().cycle().take(TOTAL).collect();
        let mut body = Self::file(name, boundary, content);
        body.times = HARD;
        body
    }
}

fn random(len: usize) -> Vec<u8> {
    let mut random = Random::new(len as u64);
    (0..len).map(|_| random.below(256) as u8).collect()
}

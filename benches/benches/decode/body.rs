//! What is sent: files that are easy and files that are meant to be hard to
//! search, and many fields.

use std::ops::Range;
use tidegate_benches::input::{Random, csv, text};

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
    pub(crate) boundary: String,
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

/// One file each, whose content is of this length.
pub(crate) fn files(len: usize) -> Vec<Body> {
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
        Body::file("random", USUAL, random(len)),
        Body::file("text", USUAL, text(len)),
        Body::repeated("cr", USUAL, b"\r", len),
        Body::repeated("lf", USUAL, b"\n", len),
        Body::repeated("crlf", USUAL, b"\r\n", len),
        Body::repeated("dashes", USUAL, b"\r\n--", len),
        Body::repeated("near", USUAL, &near(USUAL), len),
        Body::repeated("half", USUAL, &half(USUAL), len),
        Body::repeated("aa-dashes", COMMON, b"\r\n--", len),
        Body::repeated("aa-near", COMMON, &near(COMMON), len),
        Body::repeated("aa-half", COMMON, &half(COMMON), len),
    ]
}

/// Files made against our own search, as it is or once was: the worst of some
/// thousands of them.
pub(crate) fn made_against_ours(len: usize) -> Vec<Body> {
    let dashes = "-".repeat(70);
    let unlike = "0123456789abcdefghijABCDEFGHIJ";
    let between = "aabbaabbaabb";
    vec![
        // Each is as much of a delimiter as the last, and a byte more.
        Body::repeated("cut", &dashes, &nears(&dashes, 1..17, false), len),
        // The same where a delimiter is so short that many have room in a block, and
        // too long for masks by all of its bytes.
        Body::repeated("many", between, &nears(between, 1..16, false), len),
        // Each is a whole delimiter but for the byte behind that of the last.
        Body::repeated("early", unlike, &nears(unlike, 1..34, true), len),
        Body::repeated("late", "abcde", &nears("abcde", 1..9, true), len),
        Body::file("mixed", COMMON, mixed(COMMON, len)),
        Body::repeated("blocks", "b", &blocks("b"), len),
        // Just enough to make it wary, and then nothing.
        Body::repeated(
            "alternating",
            "abcde",
            &[nears("abcde", 1..5, true), vec![b'x'; 128]].concat(),
            len,
        ),
    ]
}

/// What differs from a delimiter in each of these bytes, and ends there or goes
/// on.
fn nears(boundary: &str, bytes: Range<usize>, whole: bool) -> Vec<u8> {
    let nears = bytes.map(|byte| {
        let mut near = format!("\r\n--{boundary}").into_bytes();
        match whole {
            true => near[byte] = b'.',
            false => near.truncate(byte),
        }
        near
    });
    nears.collect::<Vec<_>>().concat()
}

/// Near misses in any order.
fn mixed(boundary: &str, len: usize) -> Vec<u8> {
    let mut random = Random::new(40);
    let mut mixed = Vec::with_capacity(len + 128);
    while mixed.len() < len {
        let byte = 1 + random.below(boundary.len() + 2);
        mixed.extend_from_slice(&nears(boundary, byte..byte + 1, random.below(2) == 0));
    }
    mixed
}

/// Near misses of one kind for the 64 bytes of a mask, then of another.
fn blocks(boundary: &str) -> Vec<u8> {
    let blocks = (1..4).map(|byte| {
        let near = nears(boundary, byte..byte + 1, true);
        near.into_iter().cycle().take(64).collect::<Vec<_>>()
    });
    blocks.collect::<Vec<_>>().concat()
}

/// Short ones, for a byte at a time.
pub(crate) fn drips() -> Vec<Body> {
    let mut files = files(1 << 20).into_iter();
    let mut take = |wanted, name| {
        let body = files.find(|body| body.name == wanted);
        let mut body = body.expect("it is one of them");
        body.name = String::from(name);
        body.times = 1;
        body
    };
    vec![take("text", "drip-text"), take("aa-half", "drip-aa-half")]
}

/// What a page sends that imports a table: a few fields as people fill them in,
/// and then the file.
pub(crate) fn upload(len: usize) -> Body {
    let fields = [
        ("csrf_token", text(43)),
        ("title", b"Readings of March".to_vec()),
        ("station", b"Saint-Malo".to_vec()),
        (
            "remarks",
            b"The gauge was cleaned.\r\n\r\nRow 17 is an estimate.".to_vec(),
        ),
        ("notify", b"on".to_vec()),
    ];
    let fields = fields.map(|(name, value)| (name.as_bytes().to_vec(), value));
    let mut body = Body::file("upload", USUAL, csv(len));
    body.times = HARD;
    body.head = [head_of(&fields), body.head].concat();
    body.parts.splice(0..0, fields);
    body
}

/// Ten thousand of a few words.
pub(crate) fn fields() -> Body {
    let mut random = Random::new(10_000);
    let parts = (0..10_000).map(|i| {
        let value = text(1 + random.below(32));
        (format!("field{i}").into_bytes(), value)
    });
    let parts: Vec<_> = parts.collect();
    let mut head = head_of(&parts);
    head.extend_from_slice(format!("--{USUAL}--\r\n").as_bytes());
    Body {
        name: "fields".to_owned(),
        boundary: USUAL.to_owned(),
        head,
        content: Vec::new(),
        times: 1,
        tail: Vec::new(),
        parts,
    }
}

/// Text fields, each with its delimiter, as far as the next one.
fn head_of(fields: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in fields {
        head.extend_from_slice(format!("--{USUAL}\r\n").as_bytes());
        head.extend_from_slice(b"Content-Disposition: form-data; name=\"");
        head.extend_from_slice(name);
        head.extend_from_slice(b"\"\r\n\r\n");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    head
}

impl Body {
    pub(crate) fn file(name: &str, boundary: &str, content: Vec<u8>) -> Self {
        let head = format!(
            "--{boundary}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"tide.bin\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let name = name.to_owned();
        Self {
            name,
            head: head.into_bytes(),
            content,
            times: FILE,
            tail: format!("\r\n--{boundary}--\r\n").into_bytes(),
            boundary: boundary.to_owned(),
            parts: vec![(b"file".to_vec(), Vec::new())],
        }
    }

    fn repeated(name: &str, boundary: &str, pattern: &[u8], len: usize) -> Self {
        let content = pattern.iter().copied().cycle().take(len).collect();
        let mut body = Self::file(name, boundary, content);
        body.times = HARD;
        body
    }
}

fn random(len: usize) -> Vec<u8> {
    let mut random = Random::new(len as u64);
    (0..len).map(|_| random.below(256) as u8).collect()
}

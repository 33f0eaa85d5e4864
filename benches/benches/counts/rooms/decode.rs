//! Multipart bodies, and header values, taken apart.

use super::TOTAL;
use crate::path::{Job, Path, Per, Run};
use body::Body;
use case::Case;
use tidegate_benches::{Answer, Gives};
use tidegate_core::{ContentDisposition, MultipartType};

#[path = "../../decode/body.rs"]
mod body;
#[path = "../../decode/case.rs"]
mod case;
#[path = "../../decode/ours.rs"]
mod ours;
#[path = "../../decode/source.rs"]
pub(super) mod source;

const FEED: (&str, Run<Case>) = ("feed", ours::feed);
const MULTIPART: (&str, Run<Case>) = ("multipart", ours::multipart);
const FRAMES: (&str, Run<Case>) = ("frames", ours::frames);

const FIELD: Per = Per::Piece("field");

pub(crate) fn paths() -> Vec<Path> {
    let mut paths = Vec::new();
    for name in ["random", "text", "crlf", "dashes", "near", "aa-half"] {
        paths.push(path(name, 64 << 10, Per::Byte, FEED));
    }
    for name in ["cut", "early", "late", "mixed", "blocks", "alternating"] {
        paths.push(path(name, 64 << 10, Per::Byte, FEED));
    }
    for engine in [FEED, MULTIPART, FRAMES] {
        paths.push(path("upload", 8 << 10, Per::Byte, engine));
        paths.push(path("fields", 64 << 10, FIELD, engine));
    }
    for name in ["text", "aa-half"] {
        paths.push(path(name, 1, Per::Byte, FEED));
    }
    paths.push(Path::new(
        "multipart/content_disposition",
        Per::Piece("value"),
        || headers(DISPOSITIONS, dispositions),
    ));
    paths.push(Path::new(
        "multipart/content_type",
        Per::Piece("value"),
        || headers(CONTENT_TYPES, content_types),
    ));
    paths
}

fn path(
    name: &'static str,
    read: usize,
    per: Per,
    (engine, run): (&'static str, Run<Case>),
) -> Path {
    Path::new(format!("decode/{name}/{read}/{engine}"), per, move || {
        // What is per byte takes long enough without being repeated.
        let len = if read == 1 { TOTAL / 16 } else { TOTAL };
        let mut body = named(name, len);
        body.times = 1;
        let case = Case::new(&body, read);
        let parts = case.expected(Gives::Whole);
        Job::over(case, parts, run)
    })
}

fn named(name: &str, len: usize) -> Body {
    let mut bodies = body::files(len);
    bodies.extend(body::made_against_ours(len));
    bodies.extend([body::upload(len), body::fields()]);
    let body = bodies.into_iter().find(|body| body.name == name);
    body.expect("it is one of them")
}

/// As browsers, curl and Outlook write them.
const DISPOSITIONS: &[&str] = &[
    "form-data; name=\"title\"",
    "form-data; name=\"file\"; filename=\"tide.bin\"",
    "form-data; name=\"file\"; filename=\"a \\\"quoted\\\" name.txt\"",
    "form-data; name=\"file\"; filename=\"naive.txt\"; filename*=UTF-8''na%C3%AFve%20plan.txt",
    "attachment; filename=table-of-the-tides.csv; size=12345; creation-date=\"Wed, 12 Mar 2025 10:00:00 GMT\"",
];

const CONTENT_TYPES: &[&str] = &[
    "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
    "multipart/form-data; boundary=\"a quoted: boundary\"; charset=utf-8",
    "Multipart/Mixed; charset=us-ascii; boundary=b",
];

/// Each of them a hundred times.
fn headers(values: &'static [&str], run: fn(&[&str]) -> Answer) -> Job {
    let parse = move || {
        let answers = (0..100).map(|_| run(std::hint::black_box(values)));
        answers.fold(Answer::default(), |all, one| Answer {
            pieces: all.pieces + one.pieces,
            bytes: all.bytes + one.bytes,
            ..all
        })
    };
    // Each has one, and how long they are is another test's business.
    let expected = parse();
    assert_eq!(expected.pieces, 100 * values.len() as u64);
    Job::new(expected, parse)
}

fn dispositions(values: &[&str]) -> Answer {
    let mut answer = Answer::default();
    for value in values {
        let value = ContentDisposition::parse(value.as_bytes()).expect("it is well formed");
        let name = value.name().or_else(|| value.filename());
        answer.add(name.expect("it has one").as_raw());
    }
    answer
}

fn content_types(values: &[&str]) -> Answer {
    let mut answer = Answer::default();
    for value in values {
        let value = MultipartType::parse(value.as_bytes()).expect("it is well formed");
        answer.add(value.subtype().as_bytes());
    }
    answer
}

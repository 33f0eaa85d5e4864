//! Conditional requests as they are meant to be.

use crate::range;
use std::time::Duration;
use tidegate_core::{ByteRange, ETag, FileAnswer, FileFacts};

pub const SIZE: u64 = 11;
pub const MODIFIED: u64 = 1000;
/// The tag of the file, as it stands in a header.
pub const TAG: &str = "\"b-e8d4a51000\"";

pub const NAMES: [&str; 7] = [
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "If-Unmodified-Since",
    "If-Range",
    "Range",
    "Accept",
];

/// Headers with any case in their names.
pub type Headers = Vec<(String, Vec<u8>)>;

pub fn facts(modified: bool) -> FileFacts {
    let etag = ETag::of_file(SIZE, Duration::from_secs(MODIFIED));
    assert_eq!(etag.as_str(), TAG);
    FileFacts {
        size: SIZE,
        etag,
        modified: modified.then_some(MODIFIED),
        is_settled: true,
    }
}

/// A date that can be told from all else: `@1000`.
pub fn date(value: &[u8]) -> Option<u64> {
    str::from_utf8(value).ok()?.strip_prefix('@')?.parse().ok()
}

/// The status of the answer, and its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub parts: Vec<(u64, u64)>,
}

impl Answer {
    fn of(status: u16) -> Self {
        let parts = Vec::new();
        Self { status, parts }
    }
}

pub fn ours(method: &str, headers: &Headers, modified: bool) -> Answer {
    let headers = headers.iter().map(|(name, value)| (name, value));
    let answer = FileAnswer::of(method, headers, &facts(modified), date);
    let pair = |range: &ByteRange| (range.start(), range.len());
    let parts = match &answer {
        FileAnswer::Part(range) => vec![pair(range)],
        FileAnswer::Parts(ranges) => ranges.as_slice().iter().map(pair).collect(),
        _ => Vec::new(),
    };
    Answer {
        status: answer.http_status(),
        parts,
    }
}

/// RFC 9110 section 13.2.2.
pub fn model(method: &str, headers: &Headers, modified: bool) -> Answer {
    let values = |name: &str| -> Vec<Vec<u8>> {
        let named = headers
            .iter()
            .filter(|header| header.0.eq_ignore_ascii_case(name));
        named.map(|header| trim(&header.1).to_vec()).collect()
    };
    let since = |name: &str| match &values(name)[..] {
        [value] => date(value),
        _ => None,
    };
    let modified = modified.then_some(MODIFIED);
    let reads = matches!(method, "GET" | "HEAD");

    let holds = match &values("If-Match")[..] {
        [] => match (modified, since("If-Unmodified-Since")) {
            (Some(modified), Some(since)) => modified <= since,
            _ => true,
        },
        lists => lists.iter().any(|list| names_the_file(list, false)),
    };
    if !holds {
        return Answer::of(412);
    }
    let holds = match &values("If-None-Match")[..] {
        [] => match (modified, since("If-Modified-Since")) {
            (Some(modified), Some(since)) if reads => modified > since,
            _ => true,
        },
        lists => !lists.iter().any(|list| names_the_file(list, true)),
    };
    if !holds {
        return Answer::of(if reads { 304 } else { 412 });
    }
    let same = match &values("If-Range")[..] {
        [] => true,
        [value] if value.contains(&b'"') => value == TAG.as_bytes(),
        [value] => modified.is_some() && date(value) == modified,
        _ => false,
    };
    let (true, "GET", [value]) = (same, method, &values("Range")[..]) else {
        return Answer::of(200);
    };
    match range::model(value, SIZE) {
        range::Wanted::Whole => Answer::of(200),
        range::Wanted::Unsatisfiable => Answer::of(416),
        range::Wanted::Parts(parts) => Answer { status: 206, parts },
    }
}

/// One of the tags of a list is the file's, as far as it is one: tags, between
/// which there are commas, and any number of them.
fn names_the_file(list: &[u8], weak_too: bool) -> bool {
    if list == b"*" {
        return true;
    }
    let mut rest = list;
    let mut may_follow = true;
    loop {
        match rest {
            [b',', tail @ ..] => (rest, may_follow) = (tail, true),
            [b' ' | b'\t', tail @ ..] => rest = tail,
            _ if !may_follow => return false,
            _ => {
                let weak = rest.starts_with(b"W/");
                let tag = if weak { &rest[2..] } else { rest };
                let [b'"', opaque @ ..] = tag else {
                    return false;
                };
                let Some(len) = opaque.iter().position(|&byte| byte == b'"') else {
                    return false;
                };
                if &tag[..len + 2] == TAG.as_bytes() && (weak_too || !weak) {
                    return true;
                }
                (rest, may_follow) = (&opaque[len + 1..], false);
            }
        }
    }
}

fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

//! What headers announce is what the model says, fault for fault.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use tidegate_core::{BodyKind, HttpVersion};
use tidegate_fuzz::input::expand;
use tidegate_fuzz::transfer::{Header, announced};

/// In a seed: a digit for the version, one for the method, the two bytes of the
/// status, and then lines of a name, a colon and a value.
#[derive(Debug)]
struct Case {
    version: HttpVersion,
    method: &'static str,
    status: u16,
    headers: Vec<Header>,
}

/// A line feed is one of them, since that ends a line.
const WORDS: &[&[u8]] = &[
    b"Content-Length",
    b"Transfer-Encoding",
    b"chunked",
    b"18446744073709551615",
    b"\n",
];

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let version = *u.choose(&[HttpVersion::Http10, HttpVersion::Http11])?;
        let method = u.choose(&["GET", "HEAD", "CONNECT", "head"])?;
        let status = u.int_in_range(0..=999)?;
        let lines = u.bytes(u.len())?.split(|&byte| byte == b'\n');
        let headers = lines.map(|line| {
            let line = expand(line, WORDS, 1 << 10).0;
            let line: String = line.iter().map(|&byte| byte as char).collect();
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            (name.to_owned(), value.to_owned())
        });
        Ok(Self {
            version,
            method,
            status,
            headers: headers.collect(),
        })
    }
}

fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| c as u8).collect()
}

tidegate_fuzz::target!(|case: Case| {
    let headers = || case.headers.iter();
    let headers = || headers().map(|(name, value)| (bytes(name), bytes(value)));
    let announced = announced(case.version, &case.headers);
    let request = BodyKind::of_request(case.version, headers());
    assert_eq!(
        request,
        announced.map(|kind| kind.unwrap_or(BodyKind::Empty))
    );

    let response = BodyKind::of_response(case.version, case.method, case.status, headers());
    let none = case.method == "HEAD"
        || case.method == "CONNECT" && case.status / 100 == 2
        || case.status / 100 == 1
        || [204, 304].contains(&case.status);
    let expected = match none {
        true => Ok(BodyKind::Empty),
        false => announced.map(|kind| kind.unwrap_or(BodyKind::UntilClose)),
    };
    assert_eq!(response, expected);

    for kind in [request, response].into_iter().flatten() {
        assert_eq!(again(kind), kind);
    }
});

/// The kind of what such a body is announced by.
fn again(kind: BodyKind) -> BodyKind {
    let version = HttpVersion::Http11;
    let length = kind.content_length().map(|length| length.to_string());
    let header = match (&length, kind) {
        (Some(length), _) => Some(("content-length", &length[..])),
        (None, BodyKind::Chunked) => Some(("transfer-encoding", "chunked")),
        (None, _) => None,
    };
    match kind {
        BodyKind::UntilClose => BodyKind::of_response(version, "GET", 200, header),
        _ => BodyKind::of_request(version, header),
    }
    .unwrap()
}

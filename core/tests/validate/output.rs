//! Bodies of responses.

use crate::lines_of;
use crate::response::check;
use proptest::prelude::*;
use tidegate_core::validate::OutputCheck;

type Lines = &'static [&'static str];

type Report<'r> = tidegate_core::validate::Report<'r>;

/// The request and the status, the Content-Length, and what happens: `ask`, so
/// many bytes, `a-b` and `a-` for a size, `trail:name`, `end`, `fail`, `refuse`
/// and `close`.
#[rustfmt::skip]
const CASES: &[(&str, u16, Option<&str>, &str, Lines)] = &[
    ("GET", 200, Some("5"), "ask 5 ask end close", &[]),
    ("GET", 200, Some("5"), "5-5 ask 2 ask 3 close", &[]),
    ("GET", 200, None, "0- ask 2 ask 0 ask 3 ask end close", &[]),
    ("GET", 200, None, "2-9 ask 2 ask end close", &[]),
    ("GET", 200, Some("0"), "0-0 close", &[]),
    ("GET", 200, Some("5"), "ask 2 fail close", &[]),
    ("GET", 200, Some("5"), "ask 2 refuse end close", &[]),
    ("HEAD", 200, Some("5"), "0-0 close", &[]),
    ("HEAD", 200, Some("5"), "9-9 close", &[]),
    ("HEAD", 200, Some("5"), "end close", &[]),
    ("GET", 204, None, "0-0 end close", &[]),
    ("MATCH", 304, Some("9"), "0-0 end close", &[]),
    ("CONNECT", 200, None, "0- close", &[]),
    ("GET2", 200, None, "ask 1 ask trail:x-sum ask end close", &[]),
    ("GET2", 200, None, "ask 1 ask trail:x-sum close", &[]),

    ("GET", 200, Some("5"), "6-6 close", &["application OtherLength at byte 6 of 5 of the body", "server Abandoned at byte 0 of 5 of the body"]),
    ("GET", 200, Some("5"), "0-4", &["application OtherLength at byte 4 of 5 of the body"]),
    ("GET", 200, Some("5"), "6-", &["application OtherLength at byte 6 of 5 of the body"]),
    ("GET", 200, Some("5"), "ask 6", &["application TooLong at byte 0 of 5 of the body"]),
    ("GET", 200, Some("5"), "ask 5 ask 1 ask 1", &["application TooLong at byte 5 of 5 of the body"]),
    ("GET", 200, None, "0-3 ask 4", &["application TooLong at byte 0 of 3 of the body"]),
    ("GET", 200, Some("5"), "ask 4 ask end close", &["application TooShort at byte 4 of 5 of the body"]),
    ("GET", 200, None, "3- ask 2 ask end close", &["application TooShort at byte 2 of the body"]),
    ("GET", 204, None, "1-1", &["application BodyForbidden at byte 0 of the body"]),
    ("GET", 204, None, "ask 1 ask 1", &["application BodyForbidden at byte 0 of the body"]),
    ("GET", 205, None, "ask 1", &["application BodyForbidden at byte 0 of the body"]),
    ("MATCH", 304, Some("9"), "ask 9 end", &["application BodyForbidden at byte 0 of 9 of the body"]),
    ("CONNECT", 200, None, "ask 1", &["application BodyForbidden at byte 0 of the body"]),
    ("HEAD", 200, Some("5"), "ask 2 ask 3", &["server BodyForHead at byte 0 of 5 of the body"]),
    ("HEAD", 204, None, "ask 2", &["server BodyForHead at byte 0 of the body"]),
    ("GET", 200, None, "ask 1 trail:x trail:x", &["application TrailerUnannounced in the trailer \"x\" of the response", "application AfterTrailers at byte 1 of the body", "application TrailerUnannounced in the trailer \"x\" of the response"]),
    ("GET2", 200, None, "trail:Content-Length", &["application TrailerField in the trailer \"Content-Length\" of the response"]),
    ("GET2", 200, Some("2"), "ask 1 trail:x end close", &["application TooShort at byte 1 of 2 of the body"]),
    ("GET2", 200, None, "trail:a ask 1", &["application AfterTrailers at byte 0 of the body"]),
    ("GET2", 200, None, "ask end trail:a", &["application AfterEnd at byte 0 of the body"]),
    ("GET", 200, None, "ask end ask 1", &["server AskedAfterEnd at byte 0 of the body", "application AfterEnd at byte 0 of the body"]),
    ("GET", 200, None, "ask fail ask", &["server AskedAfterEnd at byte 0 of the body"]),
    ("GET", 200, None, "ask end close ask", &["server AfterClose at byte 0 of the body"]),
    ("GET", 200, None, "ask end close 1", &["server AfterClose at byte 0 of the body"]),
    ("GET2", 200, None, "ask end close trail:a", &["server AfterClose at byte 0 of the body"]),
    ("GET", 200, None, "ask end close close", &["server ClosedTwice at byte 0 of the body"]),
    ("GET", 200, Some("5"), "ask 2 refuse 1 1 refuse 1", &["application WriteAfterFailure at byte 2 of 5 of the body"]),
    ("GET", 200, Some("5"), "ask 4 close", &["server Abandoned at byte 4 of 5 of the body"]),
    ("GET", 200, None, "close", &["server Abandoned at byte 0 of the body"]),
    ("UNTYPED", 200, None, "0-0 end close", &[]),
    ("UNTYPED", 200, None, "ask 1 1 end close", &["application TypeMissing at byte 0 of the body"]),
];

pub(crate) fn lines() -> Vec<String> {
    let told = CASES.iter().flat_map(|(.., told)| told.iter());
    told.map(|&line| line.to_owned()).collect()
}

fn body(request: &str, status: u16, length: Option<&'static str>) -> OutputCheck {
    // What the head breaks is not of interest here.
    let mut ignore = |_: tidegate_core::validate::Violation<&[u8]>| {};
    let length = length.map(|length| ("Content-Length", length));
    let (request, of_type) = match request {
        "UNTYPED" => ("GET", None),
        request => (request, Some(("Content-Type", "text/plain"))),
    };
    check(request).head(status, length.into_iter().chain(of_type), &mut ignore)
}

fn step(body: &mut OutputCheck, word: &str, report: Report<'_>) {
    match (word, word.split_once('-'), word.strip_prefix("trail:")) {
        ("ask", ..) => body.asked(report),
        ("end", ..) => body.end(report),
        ("fail", ..) => body.fail(),
        ("refuse", ..) => body.refuse(),
        ("close", ..) => body.close(report),
        (_, _, Some(name)) => body.trailers([(name, "x")], report),
        (_, Some((least, most)), _) => body.size(least.parse().unwrap(), most.parse().ok(), report),
        (bytes, ..) => body.piece(bytes.parse().unwrap(), report),
    }
}

#[test]
fn a_body_breaks_these_rules() {
    for &(request, status, length, script, expected) in CASES {
        let told = lines_of(|report| {
            let mut body = body(request, status, length);
            script
                .split(' ')
                .for_each(|word| step(&mut body, word, report));
        });
        assert_eq!(told, expected, "{request} {status} {length:?} {script}");
    }
}

/// The rules that pieces and their end break, counted by hand.
fn model(least: u64, most: Option<u64>, pieces: &[u64], ends: bool) -> Vec<&'static str> {
    let sum: u64 = pieces.iter().sum();
    let mut rules = Vec::new();
    if most.is_some_and(|most| sum > most) {
        rules.push("TooLong");
    }
    if ends && sum < least {
        rules.push("TooShort");
    }
    if !ends && most != Some(sum) {
        rules.push("Abandoned");
    }
    rules
}

proptest! {
    #[test]
    fn however_it_is_cut_a_body_breaks_what_the_model_says(
        length in proptest::option::of(0..20_u64),
        pieces in proptest::collection::vec(0..9_u64, 0..6),
        ends: bool,
    ) {
        let text: Option<&'static str> = length.map(|length| &*length.to_string().leak());
        let told = lines_of(|report| {
            let mut body = body("GET", 200, text);
            for &piece in &pieces {
                body.asked(report);
                body.piece(piece, report);
            }
            if ends {
                body.asked(report);
                body.end(report);
            }
            body.close(report);
        });
        let told: Vec<&str> = told.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
        prop_assert_eq!(told, model(length.unwrap_or(0), length, &pieces, ends));
    }
}

//! `input_stream`: what Werkzeug's `get_input_stream` answered.

use crate::bodies::Ended;
use crate::common::vectors::{bytes, expectation, rows, string};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read};
use tidegate_std_io::{
    At, BodyKind, BodyKindFault, HttpVersion, InputLimits, LimitFault, input_stream,
};

/// Where we differ from Werkzeug on purpose, and in how many rows.
const DIFFERENT: &[(Different, usize)] = &[
    (Different::Refused, 10),
    (Different::TooManyDigits, 1),
    (Different::Coding, 6),
    (Different::Chunked, 1),
    (Different::RawIsLimited, 1),
    (Different::NotCut, 4),
    (Different::NothingOfNothing, 1),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Different {
    /// A Content-Length that is no number is refused; there it is 0, and what
    /// the client takes for the body becomes the next request.
    Refused,
    /// A number of more than 64 bits is refused at once; there it is read until
    /// the client goes away.
    TooManyDigits,
    /// Nobody here guesses at a coding other than `chunked`, or beside a length.
    Coding,
    /// A chunked body is read; there it is empty, or the raw bytes.
    Chunked,
    /// What is handed out raw is not longer than the maximum either.
    RawIsLimited,
    /// A body that is longer than the maximum is not cut there in silence, where a
    /// gateway ends it and not the length that it announced.
    NotCut,
    /// Nothing is exactly the maximum of nothing.
    NothingOfNothing,
}

/// What came of it.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// The content, and how much of the input was read for it.
    Read(Vec<u8>, u64),
    Disconnected,
    TooLarge,
    /// By the headers.
    Refused(BodyKindFault),
    Framing,
}

fn ours(row: &Value) -> (Outcome, Option<u64>) {
    let environ = &row["args"]["environ"];
    let keys = [
        ("Content-Length", "CONTENT_LENGTH"),
        ("Transfer-Encoding", "HTTP_TRANSFER_ENCODING"),
    ];
    let headers = keys
        .into_iter()
        .filter_map(|(name, key)| Some((name, environ.get(key)?.as_str()?)));
    let kind = match BodyKind::of_request(HttpVersion::Http11, headers) {
        Ok(kind) => kind,
        Err(fault) => return (Outcome::Refused(fault), None),
    };
    let max = row["args"]["max_content_length"].as_u64();
    let limits = InputLimits::new()
        .max_length(max.unwrap_or(u64::MAX))
        .safe_fallback(row["args"]["safe_fallback"].as_bool().unwrap())
        // Its presence counts there, whatever it says.
        .input_terminated(environ.get("wsgi.input_terminated").is_some());
    (
        read(&bytes(&row["input"]), kind, limits),
        kind.content_length(),
    )
}

fn read(input: &[u8], kind: BodyKind, limits: InputLimits) -> Outcome {
    let mut content = Vec::new();
    let mut rest = input;
    let outcome = match input_stream(&mut rest, kind, limits) {
        Ok(mut stream) => stream.read_to_end(&mut content).map(drop),
        Err(at) => Err(io::Error::from(at)),
    };
    match outcome.map_err(|error| Ended::from(&error)) {
        Ok(()) => Outcome::Read(content, (input.len() - rest.len()) as u64),
        Err(Ended::Framing(_)) => Outcome::Framing,
        Err(Ended::Limit(At { fault, .. })) => match fault {
            LimitFault::Disconnected { .. } => Outcome::Disconnected,
            LimitFault::TooLarge { .. } => Outcome::TooLarge,
            other => panic!("{other}"),
        },
        Err(Ended::Reader(kind)) => panic!("{kind}"),
    }
}

/// What the row wants: where Werkzeug is wrong, what it should have answered.
fn theirs(row: &Value) -> Outcome {
    let merged = |key: &str| expectation(row).get(key).or(row["expect"].get(key));
    let error = row["expect"]
        .get("error")
        .or(merged("read_all").and_then(|read| read.get("err")));
    match error.and_then(Value::as_str) {
        Some("RequestEntityTooLarge") => Outcome::TooLarge,
        Some("ClientDisconnected") => Outcome::Disconnected,
        Some(other) => panic!("{other}"),
        None => Outcome::Read(
            bytes(&merged("read_all").unwrap()["ok"]),
            merged("consumed").unwrap().as_u64().unwrap(),
        ),
    }
}

#[test]
fn werkzeugs_get_input_stream() {
    let rows = rows(include_str!("../data/get_input_stream.json"));
    assert_eq!(rows.len(), 123);
    let mut seen = BTreeMap::<Different, usize>::new();
    for row in &rows {
        let (ours, length) = ours(row);
        let theirs = theirs(row);
        let there = &row["expect"]["content_length"];
        let different = match (&ours, &theirs) {
            (ours, theirs) if ours == theirs => {
                assert_eq!(length, there.as_u64(), "{}", string(row, "id"));
                continue;
            }
            (Outcome::Refused(BodyKindFault::LengthTooLarge), Outcome::Disconnected) => {
                Different::TooManyDigits
            }
            (
                Outcome::Refused(
                    BodyKindFault::LengthAndCoding
                    | BodyKindFault::UnknownCoding
                    | BodyKindFault::ChunkedNotLast,
                ),
                Outcome::Read(..),
            ) => Different::Coding,
            (Outcome::Refused(_), Outcome::Read(nothing, 0)) if nothing.is_empty() => {
                assert_eq!(there.as_u64(), Some(0));
                Different::Refused
            }
            (Outcome::Framing, Outcome::Read(..)) => Different::Chunked,
            (Outcome::TooLarge, Outcome::Read(..)) if row["expect"]["kind"] == "raw" => {
                Different::RawIsLimited
            }
            (Outcome::TooLarge, Outcome::Read(_, most)) if row["expect"]["is_max"] == true => {
                assert_eq!(row["args"]["max_content_length"].as_u64(), Some(*most));
                Different::NotCut
            }
            (Outcome::Read(..), Outcome::TooLarge) if row["input"] == "" => {
                Different::NothingOfNothing
            }
            _ => panic!("{}: {ours:?}, and not {theirs:?}", string(row, "id")),
        };
        *seen.entry(different).or_default() += 1;
    }
    assert_eq!(Vec::from_iter(seen), DIFFERENT);
}

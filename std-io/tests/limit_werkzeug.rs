//! `LimitedStream`: what Werkzeug answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use common::readers::{Cut, Sizes};
use common::vectors::{byte_strings, bytes, expectation, rows, sizes, string};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use tidegate_std_io::{At, LimitFault, LimitedStream};

/// Where we differ from Werkzeug on purpose, and in how many results.
const DIFFERENT: &[(Different, usize)] = &[
    (Different::PartialLineFirst, 25),
    (Different::OwnError, 36),
    (Different::EndedIsExhausted, 7),
    (Different::Probed, 30),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Different {
    /// A line that an early end or the maximum cuts short is handed out, and
    /// then comes the error; Werkzeug drops it.
    PartialLineFirst,
    /// An error of the reader is passed on as it is, not as a disconnect.
    OwnError,
    /// A stream whose reader ended under the maximum is exhausted.
    EndedIsExhausted,
    /// To tell a body of exactly the maximum from a longer one, a byte behind it
    /// is consumed, if the reader has no buffer to look into.
    Probed,
}

/// What is done to a stream.
#[derive(Clone, Copy, Debug)]
enum Op {
    Read(usize),
    ReadAll,
    ReadInto(usize),
    Line(usize),
    Lines(Option<u64>),
    Next,
    Tell,
    IsExhausted,
}

/// What an operation comes to.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Bytes(Vec<u8>),
    Lines(Vec<Vec<u8>>),
    Buffer(u64, Vec<u8>),
    Number(u64),
    Flag(bool),
    Stop,
    Error(Error),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Error {
    ClientDisconnected,
    RequestEntityTooLarge,
    Own(ErrorKind),
}

use Outcome::{Buffer, Bytes, Flag, Lines, Number, Stop};

/// How often each deliberate difference was met.
type Seen = BTreeMap<Different, usize>;

#[test]
fn werkzeugs_limited_stream() {
    let rows = rows(include_str!("data/limited_stream.json"));
    assert_eq!(rows.len(), 431);
    let mut seen = Seen::new();
    let mut runs = [0; 3];
    for row in &rows {
        let ops: Vec<Op> = row["args"]["ops"]
            .as_array()
            .unwrap()
            .iter()
            .map(op)
            .collect();
        if !ops.iter().any(Op::is_by_line) {
            runs[0] += 1;
            let mut stream = limited(row, source(row));
            check(row, &ops, &mut seen, |op| op.read(&mut stream));
            let consumed = stream.get_ref().inner.inner.position();
            check_places(row, stream.position(), consumed, &mut seen);
        }
        // Through a buffer of one byte, reads go to the reader as they are and
        // lines byte by byte, as there.
        runs[1] += 1;
        let mut stream = limited(row, BufReader::with_capacity(1, source(row)));
        check(row, &ops, &mut seen, |op| op.run(&mut stream));
        let buffer = stream.get_ref();
        let consumed = buffer.get_ref().inner.inner.position() - buffer.buffer().len() as u64;
        check_places(row, stream.position(), consumed, &mut seen);
        // In memory there are no short reads to line up with.
        if string(&row["args"]["stream"], "kind") == "bytesio" {
            runs[2] += 1;
            let mut stream = limited(row, Cursor::new(bytes(&row["input"])));
            check(row, &ops, &mut seen, |op| op.run(&mut stream));
            check_places(
                row,
                stream.position(),
                stream.get_ref().position(),
                &mut seen,
            );
        }
    }
    assert_eq!(Vec::from_iter(seen), DIFFERENT);
    assert_eq!(runs, [116, 431, 224]);
}

fn limited<R>(row: &Value, source: R) -> LimitedStream<R> {
    // A negative limit is one of 0 there.
    let limit = u64::try_from(row["args"]["limit"].as_i64().unwrap()).unwrap_or(0);
    match is_max(row) {
        true => LimitedStream::at_most(source, limit),
        false => LimitedStream::exact(source, limit),
    }
}

fn is_max(row: &Value) -> bool {
    row["args"]["is_max"].as_bool().unwrap()
}

type Source = Cut<Sizes<Cursor<Vec<u8>>>>;

fn source(row: &Value) -> Source {
    let stream = &row["args"]["stream"];
    let after = match string(stream, "kind") {
        "closed" => 0,
        "error" => stream["after"].as_u64().unwrap() as usize,
        _ => usize::MAX,
    };
    let sizes = stream.get("sizes").map(sizes).unwrap_or_default();
    let reader = Sizes::new(Cursor::new(bytes(&row["input"])), sizes);
    Cut::new(reader, after, own_error(stream))
}

/// OSError and ValueError have no twin; any two kinds do.
fn own_error(stream: &Value) -> ErrorKind {
    match stream.get("exc").and_then(Value::as_str) {
        Some("OSError") => ErrorKind::ConnectionReset,
        _ => ErrorKind::InvalidInput,
    }
}

fn check(row: &Value, ops: &[Op], seen: &mut Seen, mut run: impl FnMut(Op) -> Outcome) {
    let id = string(row, "id");
    let expected = expectation(row)["results"].as_array().unwrap();
    for (i, (&op, expected)) in ops.iter().zip(expected).enumerate() {
        let expected = outcome(expected);
        let mut ours = run(op);
        let last_line = match &ours {
            Bytes(line) if op.is_by_line() => Some(line),
            Lines(lines) => lines.last(),
            _ => None,
        };
        if let Outcome::Error(_) = expected
            && last_line.is_some_and(|line| !line.is_empty() && !line.ends_with(b"\n"))
        {
            *seen.entry(Different::PartialLineFirst).or_default() += 1;
            ours = run(op);
        }
        match (&ours, &expected) {
            (Outcome::Error(Error::Own(kind)), Outcome::Error(Error::ClientDisconnected)) => {
                assert_eq!(
                    *kind,
                    own_error(&row["args"]["stream"]),
                    "{id}, {i}: {op:?}"
                );
                *seen.entry(Different::OwnError).or_default() += 1;
            }
            (Flag(true), Flag(false)) if is_max(row) => {
                *seen.entry(Different::EndedIsExhausted).or_default() += 1;
            }
            _ => assert_eq!(ours, expected, "{id}, {i}: {op:?}"),
        }
        if let Outcome::Error(_) = ours {
            assert_eq!(run(op), ours, "{id}, {i}: {op:?} again");
        }
    }
}

fn check_places(row: &Value, position: u64, consumed: u64, seen: &mut Seen) {
    let id = string(row, "id");
    let expected = expectation(row);
    assert_eq!(Some(position), expected["tell"].as_u64(), "{id}");
    if consumed == position + 1 && is_max(row) {
        *seen.entry(Different::Probed).or_default() += 1;
    } else {
        assert_eq!(consumed, position, "{id}");
    }
    if let Some(there) = expected.get("consumed").and_then(Value::as_u64) {
        assert_eq!(position, there, "{id}");
    }
}

fn op(op: &Value) -> Op {
    let size = op.get(1).and_then(Value::as_i64);
    // Negative sizes are none.
    let size = size.and_then(|size| usize::try_from(size).ok());
    match (op[0].as_str().unwrap(), size) {
        ("read", Some(size)) => Op::Read(size),
        ("read" | "exhaust", None) => Op::ReadAll,
        ("readinto", Some(size)) => Op::ReadInto(size),
        ("readline", size) => Op::Line(size.unwrap_or(usize::MAX)),
        ("readlines", hint) => Op::Lines(hint.map(|hint| hint as u64)),
        ("list", None) => Op::Lines(None),
        ("next", None) => Op::Next,
        ("tell", None) => Op::Tell,
        ("is_exhausted", None) => Op::IsExhausted,
        other => panic!("{other:?}"),
    }
}

impl Op {
    fn is_by_line(&self) -> bool {
        matches!(self, Self::Line(_) | Self::Lines(_) | Self::Next)
    }

    fn read(self, stream: &mut LimitedStream<impl Read>) -> Outcome {
        match self {
            Self::Read(size) => {
                let mut buf = vec![0; size];
                or_error(
                    stream
                        .read(&mut buf)
                        .map(|read| Bytes(buf[..read].to_vec())),
                )
            }
            Self::ReadAll => {
                let mut all = Vec::new();
                or_error(stream.read_to_end(&mut all).map(|_| Bytes(all)))
            }
            Self::ReadInto(size) => {
                let mut buf = vec![0; size];
                or_error(stream.read(&mut buf).map(|read| Buffer(read as u64, buf)))
            }
            Self::Tell => Number(stream.position()),
            Self::IsExhausted => Flag(stream.is_exhausted()),
            Self::Line(_) | Self::Lines(_) | Self::Next => panic!("{self:?} takes a buffer"),
        }
    }

    fn run(self, stream: &mut LimitedStream<impl BufRead>) -> Outcome {
        let mut line = Vec::new();
        match self {
            Self::Line(max) => or_error(stream.read_line_max(&mut line, max).map(|_| Bytes(line))),
            Self::Next => or_error(match stream.read_line_max(&mut line, usize::MAX) {
                Ok(0) => Ok(Stop),
                read => read.map(|_| Bytes(line)),
            }),
            Self::Lines(hint) => {
                let mut lines = Vec::new();
                or_error(stream.read_lines(&mut lines, hint).map(|_| Lines(lines)))
            }
            _ => self.read(stream),
        }
    }
}

fn or_error(outcome: io::Result<Outcome>) -> Outcome {
    outcome.unwrap_or_else(|error| {
        let at = error.get_ref().and_then(|cause| cause.downcast_ref());
        Outcome::Error(match at.map(|at: &At<LimitFault>| at.fault) {
            None => Error::Own(error.kind()),
            Some(LimitFault::Disconnected { .. }) => Error::ClientDisconnected,
            Some(LimitFault::TooLarge { .. }) => Error::RequestEntityTooLarge,
            Some(fault) => panic!("{fault}"),
        })
    })
}

fn outcome(result: &Value) -> Outcome {
    let field = |key| result.get(key);
    let number = || field("int").unwrap().as_u64().unwrap();
    match () {
        () if field("ok").is_some() => Bytes(bytes(&result["ok"])),
        () if field("list").is_some() => Lines(byte_strings(&result["list"])),
        () if field("buf").is_some() => Buffer(number(), bytes(&result["buf"])),
        () if field("int").is_some() => Number(number()),
        () if field("bool").is_some() => Flag(result["bool"].as_bool().unwrap()),
        () if field("stop").is_some() => Stop,
        () => Outcome::Error(match string(result, "err") {
            "ClientDisconnected" => Error::ClientDisconnected,
            "RequestEntityTooLarge" => Error::RequestEntityTooLarge,
            other => panic!("{other}"),
        }),
    }
}

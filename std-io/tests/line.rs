//! `LineIter`: what Werkzeug answered, and a model over random readers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use common::readers::Sizes;
use common::vectors::{byte_strings, bytes, expectation, rows, sizes, string};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::ops::ControlFlow;
use tidegate_std_io::{
    At, LimitFault, LimitedStream, LineEnds, LineFault, LineIter, LineScanner, Overlong, Piece,
    PieceReader,
};

/// The lines before the end, and whether that was a disconnect.
type Answer = (Vec<Vec<u8>>, bool);

/// Where we differ from Werkzeug on purpose: the case, our lines, whether a
/// disconnect follows, and why.
#[rustfmt::skip]
const DIFFERENT: &[(&str, &[&str], bool, Why)] = &[
    ("hand-raw-bytes-typeerror", &["ab\n", "cd"], false, Why::BytesAreAReader),
    ("hand-buffer-size-zero", &["ab\n", "cd"], false, Why::NoEmptyBuffer),
    ("hand-buffer-size-zero-limit", &["ab\n", "cd"], false, Why::NoEmptyBuffer),
    ("hand-cap-limit-disconnect", &["abcd", "efgh\n"], true, Why::NothingHeldBack),
    ("rnd-003", &["\r", "\r\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\n", "\r\n", "\r"], true, Why::NothingHeldBack),
    ("rnd-077", &["hfbhh"], true, Why::NothingHeldBack),
    ("rnd-122", &["\n", "\r", "bab\r", "aa\r", "aaaa\n", "aa\r"], true, Why::NothingHeldBack),
    ("rnd-187", &["a\n"], true, Why::NothingHeldBack),
    ("rnd-213", &["\r", "\r\n", "\n", "\n", "\n", "\n", "\n", "\n", "\r", "\r\n", "\n", "\n", "\n", "\n"], true, Why::NothingHeldBack),
    ("rnd-255", &["cac\n", "\n"], true, Why::NothingHeldBack),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// Bytes are a reader like any other: there is no type to refuse.
    BytesAreAReader,
    /// A buffer of no bytes is one of 1 byte, and not the end of the stream.
    NoEmptyBuffer,
    /// Werkzeug holds back one line or piece, which a disconnect then loses. Of
    /// these cases, all capped, the right answer was not recorded.
    NothingHeldBack,
}

#[test]
fn werkzeugs_line_iter() {
    let rows = rows(include_str!("data/line_iter.json"));
    assert_eq!(rows.len(), 480);
    let mut used = BTreeSet::new();
    let mut deliveries = 0;
    for row in &rows {
        let id = string(row, "id");
        let recorded = recorded(row);
        let expected = match DIFFERENT.iter().find(|different| different.0 == id) {
            None => recorded,
            Some(&(id, lines, disconnected, why)) => {
                used.insert(id);
                let ours = (
                    lines.iter().map(|line| line.as_bytes().to_vec()).collect(),
                    disconnected,
                );
                assert_ne!(ours, recorded, "{id} is no difference: {why:?}");
                ours
            }
        };
        for (name, make) in deliveries_of(row) {
            deliveries += 1;
            let by_next = by_next_line(LineIter::with_scanner(make(), scanner(row)));
            assert_eq!(by_next, expected, "{id}, {name}, next_line");
            let by_each = by_for_each_line(LineIter::with_scanner(make(), scanner(row)));
            assert_eq!(by_each, expected, "{id}, {name}, for_each_line");
        }
    }
    assert_eq!(
        used.len(),
        DIFFERENT.len(),
        "an entry is used once: {used:?}"
    );
    assert_eq!(deliveries, 944);
}

/// What should come, in our terms. A maximum of ours counts text, and so a
/// terminator is never a piece of its own: it ends the piece before it.
fn recorded(row: &Value) -> Answer {
    let expected = expectation(row);
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in byte_strings(&expected["lines"]) {
        match lines.last_mut() {
            Some(before) if is_capped(row) && !common::is_whole(before) && is_terminator(&line) => {
                before.extend(line);
            }
            _ => lines.push(line),
        }
    }
    match expected.get("error").map(|error| error.as_str().unwrap()) {
        None => (lines, false),
        Some("ClientDisconnected" | "TypeError") => (lines, true),
        Some(error) => panic!("{error}"),
    }
}

fn is_terminator(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r" | b"\r\n")
}

fn is_capped(row: &Value) -> bool {
    row["args"]["cap_at_buffer"].as_bool().unwrap()
}

/// 0 and -1 are sizes there: of nothing, and of everything.
fn buffer_size(row: &Value) -> usize {
    let size = row["args"]["buffer_size"].as_i64().unwrap();
    usize::try_from(size).unwrap_or(1 << 20)
}

fn scanner(row: &Value) -> LineScanner {
    match is_capped(row) {
        true => LineScanner::new()
            .max_len(buffer_size(row))
            .overlong(Overlong::Fragment),
        false => LineScanner::new(),
    }
}

type Make = Box<dyn Fn() -> Box<dyn BufRead>>;

/// The ways in which this case may arrive, which must all come to the same.
fn deliveries_of(row: &Value) -> Vec<(&'static str, Make)> {
    let input = bytes(&row["input"]);
    let size = buffer_size(row);
    let delivery = &row["args"]["delivery"];
    let kind = string(delivery, "kind");
    // A limit is ignored there where the stream is limited already, and for an
    // iterator. Here it is where the caller puts it.
    let limit = match kind {
        "limited" => delivery["limit"].as_i64(),
        "stream" | "short" => row["args"]["limit"].as_i64(),
        _ => None,
    };
    let limit = limit.map(|limit| u64::try_from(limit).unwrap_or(0));
    match (kind, limit) {
        ("raw_bytes", _) => vec![deliver("bytes", input, Cursor::new)],
        ("iter", _) => {
            let mut pieces = Vec::new();
            let mut rest = &input[..];
            for size in sizes(&delivery["sizes"]) {
                let (piece, behind) = rest.split_at(size.min(rest.len()));
                pieces.push(piece.to_vec());
                rest = behind;
            }
            pieces.push(rest.to_vec());
            vec![deliver("pieces", pieces, PieceReader::new)]
        }
        (_, None) => {
            let sizes = short_sizes(delivery);
            vec![deliver("a reader", input, move |input| {
                buffered(Sizes::new(Cursor::new(input), sizes.clone()), size)
            })]
        }
        (_, Some(limit)) => {
            let (sizes, again) = (short_sizes(delivery), short_sizes(delivery));
            vec![
                deliver("a limit under the buffer", input.clone(), move |input| {
                    let reader = Sizes::new(Cursor::new(input), sizes.clone());
                    buffered(LimitedStream::exact(reader, limit), size)
                }),
                deliver("a limit over the buffer", input.clone(), move |input| {
                    let reader = Sizes::new(Cursor::new(input), again.clone());
                    LimitedStream::exact(buffered(reader, size), limit)
                }),
                deliver("a limit over all of it", input, move |input| {
                    LimitedStream::exact(Cursor::new(input), limit)
                }),
            ]
        }
    }
}

fn short_sizes(delivery: &Value) -> Vec<usize> {
    delivery.get("sizes").map(sizes).unwrap_or_default()
}

fn buffered<R: Read>(reader: R, size: usize) -> BufReader<R> {
    LineIter::from_read(reader, size).into_inner()
}

fn deliver<T: Clone + 'static, R: BufRead + 'static>(
    name: &'static str,
    input: T,
    make: impl Fn(T) -> R + 'static,
) -> (&'static str, Make) {
    (name, Box::new(move || Box::new(make(input.clone()))))
}

fn by_next_line(mut iter: LineIter<Box<dyn BufRead>>) -> Answer {
    let mut lines = Vec::new();
    loop {
        match iter.next_line() {
            Some(Ok(line)) => lines.push(line.bytes().to_vec()),
            Some(Err(error)) => {
                let first = disconnect(&error);
                let again = iter.next_line().unwrap().unwrap_err();
                assert_eq!(disconnect(&again), first);
                assert_eq!(
                    disconnect(&iter.for_each_line(|_| panic!()).unwrap_err()),
                    first
                );
                return (lines, true);
            }
            None => {
                assert!(iter.next_line().is_none());
                return (lines, false);
            }
        }
    }
}

fn by_for_each_line(mut iter: LineIter<Box<dyn BufRead>>) -> Answer {
    let mut lines = Vec::new();
    let outcome = iter.for_each_line(|line| lines.push(line.bytes().to_vec()));
    match outcome {
        Ok(()) => iter
            .for_each_line(|_| panic!("a line behind the end"))
            .unwrap(),
        Err(ref error) => {
            let again = iter.for_each_line(|_| panic!("a line behind an error"));
            assert_eq!(disconnect(&again.unwrap_err()), disconnect(error));
        }
    }
    (lines, outcome.is_err())
}

fn disconnect(error: &io::Error) -> At<LimitFault> {
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    let at: At<LimitFault> = *error.get_ref().unwrap().downcast_ref().unwrap();
    let LimitFault::Disconnected { expected, received } = at.fault else {
        panic!("{at}");
    };
    assert!(received < expected && received == at.offset, "{at}");
    at
}

/// What a scanner may be asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    ends: LineEnds,
    max: usize,
    overlong: Overlong,
}

/// What comes of it: lines and their pieces, and at which offset one was refused.
#[derive(Debug, PartialEq)]
enum Came {
    Line(Vec<u8>, Piece),
    Refused(u64),
}

fn model(input: &[u8], asked: Asked) -> Vec<Came> {
    let mut came = Vec::new();
    let mut start = 0;
    let lines = match asked.ends {
        LineEnds::Universal => common::lines(input),
        LineEnds::Lf => input.split_inclusive(|&byte| byte == b'\n').collect(),
    };
    for line in lines {
        let text = match (line, asked.ends) {
            ([text @ .., b'\r', b'\n'] | [text @ .., b'\r'], LineEnds::Universal) => text.len(),
            ([text @ .., b'\n'], _) => text.len(),
            (text, _) => text.len(),
        };
        match asked.overlong {
            _ if text <= asked.max => came.push(Came::Line(line.to_vec(), Piece::Whole)),
            Overlong::Fail => {
                came.push(Came::Refused((start + asked.max) as u64));
                return came;
            }
            Overlong::Skip => came.push(Came::Refused((start + asked.max) as u64)),
            Overlong::Fragment => {
                let cuts: Vec<usize> = (0..text).step_by(asked.max.max(1)).collect();
                for (i, &cut) in cuts.iter().enumerate() {
                    let (piece, end) = match cuts.get(i + 1) {
                        None if i == 0 => (Piece::Whole, line.len()),
                        None => (Piece::Last, line.len()),
                        Some(&next) if i == 0 => (Piece::First, next),
                        Some(&next) => (Piece::Middle, next),
                    };
                    came.push(Came::Line(line[cut..end].to_vec(), piece));
                }
            }
        }
        start += line.len();
    }
    came
}

fn refused(error: &io::Error) -> Came {
    assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    let at: &At<LineFault> = error.get_ref().unwrap().downcast_ref().unwrap();
    Came::Refused(at.offset)
}

/// All that comes, by `next_line` and by loops that break off after a few lines,
/// in turn as `breaks` says.
fn came<R: BufRead>(iter: &mut LineIter<R>, asked: Asked, breaks: &[usize]) -> Vec<Came> {
    let mut came = Vec::new();
    for &lines in breaks.iter().cycle().take(100_000) {
        let outcome = match lines {
            0 => match iter.next_line() {
                None => return came,
                Some(Ok(line)) => {
                    came.push(Came::Line(line.bytes().to_vec(), line.piece()));
                    Ok(ControlFlow::Break(()))
                }
                Some(Err(error)) => Err(error),
            },
            lines => {
                let enough = came.len() + lines;
                iter.try_for_each_line(|line| {
                    came.push(Came::Line(line.bytes().to_vec(), line.piece()));
                    match came.len() < enough {
                        true => ControlFlow::Continue(()),
                        false => ControlFlow::Break(()),
                    }
                })
            }
        };
        match outcome {
            Ok(ControlFlow::Continue(())) => return came,
            Ok(ControlFlow::Break(())) => {}
            Err(error) => {
                came.push(refused(&error));
                if asked.overlong == Overlong::Fail {
                    let again = iter.next_line().unwrap().unwrap_err();
                    assert_eq!(came.last(), Some(&refused(&again)));
                    return came;
                }
            }
        }
    }
    panic!("no progress")
}

fn asked() -> impl Strategy<Value = Asked> {
    let overlong = prop_oneof![
        Just(Overlong::Fail),
        Just(Overlong::Skip),
        Just(Overlong::Fragment)
    ];
    let max = prop_oneof![Just(1 << 20), 0..12usize, 60..70usize];
    (any::<bool>(), max, overlong).prop_map(|(universal, max, overlong)| {
        let ends = if universal {
            LineEnds::Universal
        } else {
            LineEnds::Lf
        };
        Asked {
            ends,
            max,
            overlong,
        }
    })
}

/// Mostly short lines of all endings, now and then a longer one.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let bit = prop_oneof![
        6 => Just(b"a".to_vec()),
        2 => Just(b"\n".to_vec()),
        2 => Just(b"\r\n".to_vec()),
        2 => Just(b"\r".to_vec()),
        1 => (0..200usize).prop_map(|len| vec![b'b'; len]),
        1 => Just("ü\n".into()),
    ];
    prop::collection::vec(bit, 0..80).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_reader_gives_what_the_model_does(
        input in input(),
        asked in asked(),
        capacity in prop_oneof![1..20usize, 20..300usize, Just(1 << 14)],
        sizes in prop::collection::vec(1..30usize, 0..5),
        breaks in prop::collection::vec(prop_oneof![Just(0), 1..9usize, Just(usize::MAX >> 1)], 1..6),
    ) {
        let scanner = LineScanner::new()
            .ends(asked.ends)
            .max_len(asked.max)
            .overlong(asked.overlong);
        let reader = BufReader::with_capacity(capacity, Sizes::new(&input[..], sizes));
        let mut iter = LineIter::with_scanner(reader, scanner);
        prop_assert_eq!(came(&mut iter, asked, &breaks), model(&input, asked));
    }

    #[test]
    fn any_reader_gives_the_same_text(
        input in input(),
        cut in prop::collection::vec(0..30usize, 0..6),
        lines in 1..40usize,
    ) {
        let mut input = input;
        for at in cut {
            if let Some(byte) = input.get_mut(at * 7) {
                *byte |= 0x80; // not UTF-8, or not a line end, any more
            }
        }
        let mut texts = Vec::new();
        for capacity in [1, 2, 7, 64, 1 << 14] {
            texts.clear();
            let mut iter = LineIter::from_read(&input[..], capacity);
            let mut flow = ControlFlow::Break(());
            while flow.is_break() {
                let enough = texts.len() + lines;
                flow = iter.try_for_each_str(|text| {
                    texts.push(text.map(str::to_owned));
                    match texts.len() < enough {
                        true => ControlFlow::Continue(()),
                        false => ControlFlow::Break(()),
                    }
                }).unwrap();
            }
            let expected: Vec<_> = common::lines(&input)
                .into_iter()
                .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
                .map(|text| std::str::from_utf8(text).map(str::to_owned))
                .collect();
            prop_assert_eq!(&texts, &expected, "capacity {}", capacity);
        }
    }
}

//! `ChunkIter`: what Werkzeug answered, readers that do their worst, and `split`
//! over random ones.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use common::readers::{AfterEof, Cut, Drip, Moody, Shrinks, Sizes, Stutter};
use common::vectors::{byte_strings, bytes, expectation, rows, sizes, string};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tidegate_std_io::{
    At, Chunk, ChunkFault, ChunkIter, ChunkScanner, EmptySeparator, LimitFault, LimitedStream,
    Overlong, Piece, PieceReader, make_chunk_iter,
};

// What Werkzeug answered.

/// The chunks before the end, and which end that is.
type Answer = (Vec<Vec<u8>>, End);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Good,
    Disconnect,
    /// Nothing was read at all.
    EmptySeparator,
    /// Werkzeug's alone: what it was given is not a stream.
    TypeError,
}

/// Where we differ from Werkzeug on purpose: the case, our chunks, our end, and
/// why.
#[rustfmt::skip]
const DIFFERENT: &[(&str, &[&str], End, Why)] = &[
    ("hand-raw-bytes-typeerror", &["a", "b"], End::Good, Why::BytesAreAReader),
    ("hand-buffer-size-zero", &["a", "b"], End::Good, Why::NoEmptyBuffer),
    ("rnd-162", &["bba", "bb", "aaa", "abb", "aaa"], End::Disconnect, Why::SeparatorsMayStraddle),
    ("rnd-234", &["", "", "", "a", "aaa", "aaaaa", "a", "a", "aaa"], End::Disconnect, Why::NoSpuriousChunk),
    ("rnd-360", &["b", "", "", "bbb", "bb", "baabb", "a"], End::Disconnect, Why::NoSpuriousChunk),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// Bytes are a reader like any other: there is no type to refuse.
    BytesAreAReader,
    /// A buffer of no bytes is one of 1 byte, and not the end of the stream.
    NoEmptyBuffer,
    /// Werkzeug misses a separator that straddles two reads. Of capped cases
    /// that end in a disconnect the right answer was not recorded.
    SeparatorsMayStraddle,
    /// Nor was it where Werkzeug puts an empty chunk behind a full fragment.
    NoSpuriousChunk,
}

#[test]
fn werkzeugs_chunk_iter() {
    let rows = rows(include_str!("data/chunk_iter.json"));
    assert_eq!(rows.len(), 445);
    let mut used = BTreeSet::new();
    let mut deliveries = 0;
    for row in &rows {
        let id = string(row, "id");
        let recorded = recorded(row);
        let expected = match DIFFERENT.iter().find(|different| different.0 == id) {
            None => recorded,
            Some(&(id, chunks, end, why)) => {
                used.insert(id);
                let chunks = chunks.iter().map(|chunk| chunk.as_bytes().to_vec());
                let ours = (chunks.collect(), end);
                assert_ne!(ours, recorded, "{id} is no difference: {why:?}");
                ours
            }
        };
        let separator = bytes(&row["args"]["separator"]);
        for (name, make) in deliveries_of(row) {
            deliveries += 1;
            for way in WAYS {
                let answer = answer(make(), &separator, cap(row), way);
                assert_eq!(answer, expected, "{id}, {name}, {way:?}");
            }
        }
    }
    assert_eq!(used.len(), DIFFERENT.len(), "each entry is used: {used:?}");
    assert_eq!(deliveries, 919);
}

/// What should come, in our terms.
fn recorded(row: &Value) -> Answer {
    let expected = expectation(row);
    let chunks = expected.get("chunks").map(byte_strings);
    let end = match expected.get("error").map(|error| error.as_str().unwrap()) {
        None => End::Good,
        Some("ClientDisconnected") => End::Disconnect,
        Some("invalid argument (empty separator)") => End::EmptySeparator,
        Some("TypeError") => End::TypeError,
        Some(error) => panic!("{error}"),
    };
    (chunks.unwrap_or_default(), end)
}

/// 0 is a size there: of nothing.
fn buffer_size(row: &Value) -> usize {
    usize::try_from(row["args"]["buffer_size"].as_u64().unwrap()).unwrap()
}

fn cap(row: &Value) -> Option<usize> {
    let capped = row["args"]["cap_at_buffer"].as_bool().unwrap();
    capped.then(|| buffer_size(row))
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
        "limited" => delivery["limit"].as_u64(),
        "stream" | "short" => row["args"]["limit"].as_u64(),
        "iter" | "raw_bytes" => None,
        kind => panic!("{kind}"),
    };
    let sizes = delivery.get("sizes").map(sizes).unwrap_or_default();
    match (kind, limit) {
        ("raw_bytes", _) => vec![deliver("bytes", input, Cursor::new)],
        ("iter", _) => {
            let mut pieces = Vec::new();
            let mut rest = &input[..];
            for size in sizes {
                let (piece, behind) = rest.split_at(size.min(rest.len()));
                pieces.push(piece.to_vec());
                rest = behind;
            }
            pieces.push(rest.to_vec());
            vec![deliver("pieces", pieces, PieceReader::new)]
        }
        (_, None) => {
            let short = move |input| Sizes::new(Cursor::new(input), sizes.clone());
            vec![deliver("a reader", input, move |input| {
                buffered(short(input), size)
            })]
        }
        (_, Some(limit)) => {
            let short = move |input| Sizes::new(Cursor::new(input), sizes.clone());
            let again = short.clone();
            vec![
                deliver("a limit under the buffer", input.clone(), move |input| {
                    buffered(LimitedStream::exact(short(input), limit), size)
                }),
                deliver("a limit over the buffer", input.clone(), move |input| {
                    LimitedStream::exact(buffered(again(input), size), limit)
                }),
                deliver("a limit over all of it", input, move |input| {
                    LimitedStream::exact(Cursor::new(input), limit)
                }),
            ]
        }
    }
}

/// The buffer that `from_read` makes, for any separator.
fn buffered<R: Read>(reader: R, size: usize) -> BufReader<R> {
    let iter = ChunkIter::from_read(reader, "any", size).unwrap();
    iter.into_inner()
}

fn deliver<T: Clone + 'static, R: BufRead + 'static>(
    name: &'static str,
    input: T,
    make: impl Fn(T) -> R + 'static,
) -> (&'static str, Make) {
    (name, Box::new(move || Box::new(make(input.clone()))))
}

fn answer(reader: Box<dyn BufRead>, separator: &[u8], cap: Option<usize>, way: Way) -> Answer {
    let iter = match cap {
        None => make_chunk_iter(reader, separator),
        Some(max) => ChunkScanner::new(separator)
            .map(|scanner| scanner.max_len(max).overlong(Overlong::Fragment))
            .map(|scanner| ChunkIter::with_scanner(reader, scanner)),
    };
    let mut iter = match iter {
        Ok(iter) => iter,
        Err(EmptySeparator) => return (Vec::new(), End::EmptySeparator),
    };
    let mut chunks = Vec::new();
    let mut keep = |chunk: Chunk<'_>| chunks.push(chunk.text().to_vec());
    let first = ask(&mut iter, way, &mut keep);
    for again in WAYS {
        let again = ask(&mut iter, again, |_| panic!("a chunk behind the end"));
        let disconnect = |result: &io::Result<()>| result.as_ref().err().map(disconnect);
        assert_eq!(disconnect(&again), disconnect(&first));
    }
    let end = if first.is_ok() {
        End::Good
    } else {
        End::Disconnect
    };
    (chunks, end)
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

// Readers that do their worst.

/// How chunks are asked for.
#[derive(Clone, Copy, Debug)]
enum Way {
    NextChunk,
    ForEachChunk,
    /// One, then a loop that breaks off after two, and so on.
    InTurn,
}

const WAYS: [Way; 3] = [Way::NextChunk, Way::ForEachChunk, Way::InTurn];

/// Asks until the end or an error.
fn ask<R: BufRead>(
    iter: &mut ChunkIter<'_, R>,
    way: Way,
    mut keep: impl FnMut(Chunk<'_>),
) -> io::Result<()> {
    if let Way::ForEachChunk = way {
        return iter.for_each_chunk(keep);
    }
    while let Some(chunk) = iter.next_chunk() {
        keep(chunk?);
        if let Way::InTurn = way {
            let mut left = 2;
            let flow = iter.try_for_each_chunk(|chunk| {
                keep(chunk);
                left -= 1;
                match left {
                    0 => ControlFlow::Break("enough"),
                    _ => ControlFlow::Continue(()),
                }
            })?;
            match flow {
                ControlFlow::Break(value) => assert_eq!((value, left), ("enough", 0)),
                ControlFlow::Continue(()) => return Ok(()),
            }
        }
    }
    Ok(())
}

/// Separators, and inputs to split at them.
#[rustfmt::skip]
const CASES: &[(&str, &[&str])] = &[
    ("X", &["", "a", "X", "XX", "aX", "Xa", "aXbXX", "one, and no separator"]),
    ("--", &["", "-", "--", "---", "----", "a--b---c----", "a-b-c--"]),
    ("aa", &["a", "aa", "aaa", "aaaaa", "baaab"]),
    ("aba", &["ababa", "abababaXaba", "ab"]),
    ("aab", &["aaabaaabaaaab", "aaaa"]),
    ("\r\n--x", &["\r\n-\r\n--x\r\n--\r\n--xpart\r\n--x", "\r\n--", "\r\n--x"]),
    ("\n", &["a chunk of some length\nx\nand another, which is longer than a block of 64 bytes \
              is, by a few\n\ny\n"]),
    ("a separator of no less than forty bytes\n", &[
        "a separator",
        "a separator of no less than forty bytes\n",
        "a separator of no less than a separator of no less than forty bytes\na separator of no \
         less than forty bytes, but not a newline",
    ]),
];

/// The chunks of an input with their separators, as `split` has them: the model.
/// The last one has no separator.
fn chunks<'a>(input: &'a [u8], separator: &[u8]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < input.len() {
        if input[at..].starts_with(separator) {
            at += separator.len();
            chunks.push(&input[start..at]);
            start = at;
        } else {
            at += 1;
        }
    }
    if !input.is_empty() {
        chunks.push(&input[start..]);
    }
    chunks
}

/// One way through one case.
#[derive(Clone, Copy, Debug)]
struct Case {
    separator: &'static str,
    input: &'static str,
    capacity: usize,
    way: Way,
}

/// Every input, through buffers of every size up to one that holds it all.
fn every_case(mut run: impl FnMut(Case)) {
    for &(separator, inputs) in CASES {
        for &input in inputs {
            for capacity in 1..=input.len() + 1 {
                for way in WAYS {
                    run(Case {
                        separator,
                        input,
                        capacity,
                        way,
                    });
                }
            }
        }
    }
}

impl Case {
    fn input(&self) -> &'static [u8] {
        self.input.as_bytes()
    }

    fn chunks(&self) -> Vec<&'static [u8]> {
        chunks(self.input(), self.separator.as_bytes())
    }

    fn buffer<R: Read>(&self, reader: R) -> BufReader<R> {
        BufReader::with_capacity(self.capacity, reader)
    }

    fn iter<R: BufRead>(&self, reader: R) -> ChunkIter<'static, R> {
        make_chunk_iter(reader, self.separator).unwrap()
    }

    /// Asks until the end or an error, and keeps the chunks.
    fn ask<R: BufRead>(
        &self,
        iter: &mut ChunkIter<'_, R>,
        found: &mut Vec<Vec<u8>>,
    ) -> io::Result<()> {
        ask(iter, self.way, |chunk| found.push(self.bytes(chunk)))
    }

    fn bytes(&self, chunk: Chunk<'_>) -> Vec<u8> {
        let separator: &[u8] = match chunk.is_terminated() {
            true => self.separator.as_bytes(),
            false => b"",
        };
        assert_eq!(chunk.bytes(), [chunk.text(), separator].concat());
        assert_eq!(chunk.piece(), Piece::Whole);
        chunk.bytes().to_vec()
    }
}

#[test]
fn drip_changes_nothing() {
    every_case(|case| {
        let mut found = Vec::new();
        let mut iter = case.iter(case.buffer(Drip::new(case.input())));
        case.ask(&mut iter, &mut found).unwrap();
        assert_eq!(found, case.chunks(), "{case:?}");
    });
}

/// `Interrupted` is not seen at all, and after `WouldBlock` the next call goes on.
#[test]
fn stutter_loses_nothing() {
    every_case(|case| {
        let reader = case.buffer(Stutter::new(case.input()));
        let mut iter = case.iter(LimitedStream::exact(reader, case.input().len() as u64));
        let mut found = Vec::new();
        let mut waits = 0;
        while let Err(error) = case.ask(&mut iter, &mut found) {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            waits += 1;
        }
        assert_eq!(found, case.chunks(), "{case:?}");
        let reads = case.input().len().div_ceil(case.capacity.min(3));
        assert_eq!(waits, reads, "{case:?}");
    });
}

/// Whatever has its separator comes before the error; the start of what has not
/// is given back.
#[test]
fn cut_anywhere_gives_the_whole_chunks_and_then_the_error() {
    for kind in [ErrorKind::ConnectionReset, ErrorKind::TimedOut] {
        every_case(|case| {
            for cut in 0..=case.input().len() {
                let shown = &case.input()[..cut];
                let reader = case.buffer(Cut::new(shown, cut, kind));
                let mut iter = case.iter(reader);
                let mut whole = chunks(shown, case.separator.as_bytes());
                let torn = whole.pop().unwrap_or_default();
                let mut found = Vec::new();
                for _ in 0..3 {
                    let error = case.ask(&mut iter, &mut found).unwrap_err();
                    assert_eq!(error.kind(), kind, "{case:?}, cut at {cut}");
                    assert_eq!(found, whole, "{case:?}, cut at {cut}");
                }
                assert_eq!(iter.into_parts().1, torn, "{case:?}, cut at {cut}");
            }
        });
    }
}

/// No chunk, not even an empty one, stands for a separator that never came.
#[test]
fn a_body_cut_short_gives_the_whole_chunks_and_then_how_much_there_was() {
    every_case(|case| {
        let received = case.input().len() as u64;
        let expected = received + 1;
        let reader = case.buffer(AfterEof::new(case.input()));
        let mut iter = case.iter(LimitedStream::exact(reader, expected));
        let mut whole = case.chunks();
        whole.pop();
        let mut found = Vec::new();
        for _ in 0..3 {
            let error = case.ask(&mut iter, &mut found).unwrap_err();
            let fault = LimitFault::Disconnected { expected, received };
            assert_eq!(disconnect(&error).fault, fault, "{case:?}");
            assert_eq!(found, whole, "{case:?}");
        }
    });
}

/// A terminal says its end and reads on: it must not be asked again, be it for
/// the empty chunk behind the last separator.
#[test]
fn nothing_is_read_after_the_end() {
    every_case(|case| {
        let mut iter = case.iter(case.buffer(AfterEof::new(case.input())));
        let mut found = Vec::new();
        case.ask(&mut iter, &mut found).unwrap();
        for again in WAYS {
            let case = Case { way: again, ..case };
            case.ask(&mut iter, &mut found).unwrap();
        }
        assert_eq!(found, case.chunks(), "{case:?}");
        assert_eq!(iter.into_parts().1, b"", "{case:?}");
    });
}

#[test]
fn an_iterator_is_not_asked_after_its_end() {
    for way in WAYS {
        let mut pieces = vec![Some("one-"), Some(""), Some("-two--"), None].into_iter();
        let endless = std::iter::from_fn(|| pieces.next().expect("asked again after the end"));
        let mut iter = make_chunk_iter(PieceReader::new(endless), "--").unwrap();
        let mut found = Vec::new();
        for _ in 0..3 {
            ask(&mut iter, way, |chunk| found.push(chunk.text().to_vec())).unwrap();
        }
        assert_eq!(found, [&b"one"[..], b"two", b""]);
    }
}

/// Nobody knows which chunk the callback had got to: no more chunks.
#[test]
fn a_callback_that_panics_leaves_errors_behind() {
    every_case(|case| {
        for fatal in 0..case.chunks().len() {
            let mut iter = case.iter(case.buffer(case.input()));
            let mut found = Vec::new();
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                iter.for_each_chunk(|chunk| {
                    if found.len() == fatal {
                        resume_unwind(Box::new("with the callback"));
                    }
                    found.push(chunk.bytes().to_vec());
                })
            }));
            assert!(panicked.is_err(), "{case:?}, {fatal}");
            for _ in 0..2 {
                let outcome = case.ask(&mut iter, &mut found);
                assert_eq!(found, case.chunks()[..fatal], "{case:?}, {fatal}");
                assert!(outcome.is_err(), "{case:?}, {fatal}");
            }
            iter.into_parts();
        }
    });
}

/// Takes so many chunks and no more.
fn take<R: BufRead>(case: &Case, iter: &mut ChunkIter<'_, R>, taken: usize) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let one_by_one = match case.way {
        Way::NextChunk => taken,
        Way::ForEachChunk => 0,
        Way::InTurn => taken / 2,
    };
    for _ in 0..one_by_one {
        found.push(case.bytes(iter.next_chunk().unwrap().unwrap()));
    }
    if found.len() < taken {
        let flow = iter.try_for_each_chunk(|chunk| {
            found.push(case.bytes(chunk));
            match found.len() < taken {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(taken),
            }
        });
        assert_eq!(flow.unwrap(), ControlFlow::Break(taken), "{case:?}");
    }
    found
}

/// Whatever follows the chunks belongs to somebody else.
#[test]
fn dropping_it_leaves_the_reader_behind_the_last_chunk_handed_out() {
    every_case(|case| {
        let chunks = case.chunks();
        for taken in 0..=chunks.len() {
            let mut reader = case.buffer(case.input());
            let mut iter = case.iter(&mut reader);
            let found = take(&case, &mut iter, taken);
            drop(iter);
            assert_eq!(found, chunks[..taken], "{case:?}, {taken}");
            let mut rest = Vec::new();
            reader.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, chunks[taken..].concat(), "{case:?}, {taken}");
        }
    });
}

#[test]
fn a_loop_that_broke_anywhere_goes_on_behind() {
    every_case(|case| {
        let chunks = case.chunks();
        for taken in 0..=chunks.len() {
            for way in WAYS {
                let mut iter = case.iter(case.buffer(Drip::new(case.input())));
                let mut found = take(&case, &mut iter, taken);
                let on = Case { way, ..case };
                on.ask(&mut iter, &mut found).unwrap();
                assert_eq!(found, chunks, "{case:?}, {taken}, {way:?}");
            }
        }
    });
}

/// In the middle of a chunk that straddles, and behind a fragment of one: the
/// reader's place and the rest together lose nothing.
#[test]
fn taking_it_apart_loses_nothing() {
    every_case(|case| {
        for cut in 0..=case.input().len() {
            for max in [1, 2, 5, usize::MAX] {
                let (shown, hidden) = case.input().split_at(cut);
                let shown = case.buffer(Cut::new(shown, cut, ErrorKind::WouldBlock));
                let reader = shown.chain(BufReader::new(hidden));
                let scanner = ChunkScanner::new(case.separator).unwrap();
                let scanner = scanner.max_len(max).overlong(Overlong::Fragment);
                let mut iter = ChunkIter::with_scanner(reader, scanner);
                let mut found = Vec::new();
                let outcome = ask(&mut iter, case.way, |chunk| found.extend(chunk.bytes()));
                assert_eq!(outcome.unwrap_err().kind(), ErrorKind::WouldBlock);
                let (reader, rest) = iter.into_parts();
                let behind = reader.into_inner().1.into_inner();
                let whole = [&found, &rest, behind].concat();
                assert_eq!(whole, case.input(), "{case:?}, {cut}, {max}");
                // And no more is kept back than could be a fragment and a separator.
                let most = max.saturating_add(case.separator.len());
                assert!(rest.len() < most, "{case:?}, {cut}, {max}");
            }
        }
    });
}

/// Wherever fragments end, what was handed out and what was not are the input.
#[test]
fn taking_it_apart_behind_any_fragment_loses_nothing() {
    every_case(|case| {
        for max in [1, 2, 5] {
            for taken in 0.. {
                let scanner = ChunkScanner::new(case.separator).unwrap();
                let scanner = scanner.max_len(max).overlong(Overlong::Fragment);
                let mut iter = ChunkIter::with_scanner(case.buffer(case.input()), scanner);
                let mut found = Vec::new();
                let mut left = taken;
                while left > 0
                    && let Some(chunk) = iter.next_chunk()
                {
                    found.extend_from_slice(chunk.unwrap().bytes());
                    left -= 1;
                }
                let (mut reader, mut rest) = iter.into_parts();
                reader.read_to_end(&mut rest).unwrap();
                assert_eq!([found, rest].concat(), case.input(), "{case:?}, {max}");
                if left > 0 {
                    break;
                }
            }
        }
    });
}

#[test]
fn what_is_owed_is_settled_before_the_reader_is_given_back() {
    let mut iter = make_chunk_iter(&b"one--two--three"[..], "--").unwrap();
    iter.next_chunk().unwrap().unwrap();
    assert_eq!(iter.into_inner(), b"two--three");

    let mut input = &b"one--two--three"[..];
    let mut iter = make_chunk_iter(&mut input, "--").unwrap();
    iter.next_chunk().unwrap().unwrap();
    iter.next_chunk().unwrap().unwrap();
    drop(iter);
    assert_eq!(input, b"three");
}

/// A chunk comes with the last byte of its separator, and not with a byte more.
#[test]
fn a_chunk_waits_for_its_separator_and_no_longer() {
    let reader = BufReader::with_capacity(1, Drip::new(&b"one--two---three--"[..]));
    let mut iter = make_chunk_iter(reader, "--").unwrap();
    for (text, reads) in [("one", 5), ("two", 10), ("-three", 18), ("", 19)] {
        let chunk = iter.next_chunk().unwrap().unwrap();
        assert_eq!(chunk.text(), text.as_bytes());
        assert_eq!(iter.get_ref().get_ref().reads, reads, "{text}");
    }
}

/// Which breaks the contract of `BufRead`: errors are allowed, and fewer chunks,
/// but no panic, no chunk that is none, and no consuming of what was not shown.
#[test]
fn shrinks_is_an_error_and_never_a_panic() {
    let mut losses = 0;
    for &(separator, inputs) in CASES {
        for &input in inputs {
            for (by, way) in (1..=input.len()).flat_map(|by| WAYS.map(|way| (by, way))) {
                let case = Case {
                    separator,
                    input,
                    capacity: by,
                    way,
                };
                let mut iter = case.iter(Shrinks::new(case.input(), by));
                let mut found = Vec::new();
                let mut lost = false;
                for _ in 0..20 {
                    let before = found.len();
                    let outcome = case.ask(&mut iter, &mut found);
                    assert!(
                        !lost || found.len() == before,
                        "{case:?}: a chunk behind it"
                    );
                    assert!(!lost || outcome.is_err(), "{case:?}: an end behind it");
                    lost |= outcome.is_err();
                }
                if lost {
                    losses += 1;
                    assert_eq!(found, case.chunks()[..found.len()], "{case:?}");
                }
            }
        }
    }
    assert!(losses > 100, "only {losses} errors");
}

/// Bytes in hand are no promise: the look that lends a chunk may fail too, for a
/// reader that looks at a clock first, and then the chunk is not lost.
#[test]
fn moody_loses_nothing() {
    for kind in [
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::TimedOut,
        ErrorKind::Other,
    ] {
        for patience in 3..8 {
            every_case(|case| {
                let name = format!("{case:?}, {kind}, every {patience}");
                let reader = Moody::new(case.buffer(case.input()), kind, patience);
                let mut iter = case.iter(reader);
                let mut found = Vec::new();
                let mut errors = 0;
                while let Err(error) = case.ask(&mut iter, &mut found) {
                    assert_eq!(error.kind(), kind, "{name}");
                    errors += 1;
                    assert!(errors < 1000, "{name}: no progress");
                }
                assert_eq!(found, case.chunks(), "{name}");
            });
        }
    }
}

// What may be asked for.

#[test]
fn an_empty_separator_is_refused_before_anything_is_read() {
    let reader = || Cut::new(io::empty(), 0, ErrorKind::Other);
    let refused = Err(EmptySeparator);
    assert_eq!(ChunkIter::from_read(reader(), "", 9).map(drop), refused);
    let buffered = BufReader::new(reader());
    assert_eq!(ChunkIter::new(buffered, b"").map(drop), refused);
    let buffered = BufReader::new(reader());
    assert_eq!(make_chunk_iter(buffered, &Vec::new()).map(drop), refused);
}

/// Of any type that is bytes, borrowed or its own, as an answer that leaves.
#[test]
fn a_separator_may_be_many_things() {
    fn owned(separator: &[u8]) -> ChunkIter<'static, Cursor<Vec<u8>>> {
        let scanner = ChunkScanner::new(separator).unwrap().into_owned();
        ChunkIter::with_scanner(Cursor::new(b"one--two".to_vec()), scanner)
    }
    fn texts<R: BufRead>(mut iter: ChunkIter<'_, R>) -> Vec<Vec<u8>> {
        let mut texts = Vec::new();
        iter.for_each_chunk(|chunk| texts.push(chunk.text().to_vec()))
            .unwrap();
        texts
    }
    let input = &b"one--two"[..];
    for found in [
        texts(make_chunk_iter(input, "--").unwrap()),
        texts(make_chunk_iter(input, b"--").unwrap()),
        texts(make_chunk_iter(input, &b"--"[..]).unwrap()),
        texts(make_chunk_iter(input, &String::from("--")).unwrap()),
        texts(make_chunk_iter(input, &b"--".to_vec()).unwrap()),
        texts(owned("--".to_owned().as_bytes())),
    ] {
        assert_eq!(found, [b"one", b"two"]);
    }
}

/// What comes of an input: chunks with whether a separator follows and which
/// piece they are, and at which offset one was refused.
#[derive(Clone, Debug, PartialEq)]
enum Came {
    Chunk(Vec<u8>, bool, Piece),
    Refused(u64),
}

impl Came {
    fn chunk(chunk: Chunk<'_>) -> Self {
        Self::Chunk(chunk.text().to_vec(), chunk.is_terminated(), chunk.piece())
    }

    fn refused(error: &io::Error, max: usize) -> Self {
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        let at: &At<ChunkFault> = error.get_ref().unwrap().downcast_ref().unwrap();
        assert_eq!(at.fault, ChunkFault::TooLong { max });
        Self::Refused(at.offset)
    }
}

/// What a scanner may be asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    max: usize,
    overlong: Overlong,
}

const POLICIES: [Overlong; 3] = [Overlong::Fail, Overlong::Skip, Overlong::Fragment];

impl Asked {
    fn iter<R: BufRead>(self, reader: R, separator: &[u8]) -> ChunkIter<'_, R> {
        let scanner = ChunkScanner::new(separator).unwrap();
        let scanner = scanner.max_len(self.max).overlong(self.overlong);
        ChunkIter::with_scanner(reader, scanner)
    }

    fn model(self, input: &[u8], separator: &[u8]) -> Vec<Came> {
        let mut came = Vec::new();
        let mut start = 0;
        let chunks = chunks(input, separator);
        for (i, chunk) in chunks.iter().enumerate() {
            let ends = i + 1 < chunks.len();
            let text = match ends {
                true => &chunk[..chunk.len() - separator.len()],
                false => chunk,
            };
            let refused = Came::Refused((start + self.max) as u64);
            match self.overlong {
                _ if text.len() <= self.max => {
                    came.push(Came::Chunk(text.to_vec(), ends, Piece::Whole));
                }
                Overlong::Fail => {
                    came.push(refused);
                    return came;
                }
                Overlong::Skip => came.push(refused),
                Overlong::Fragment => {
                    let fragments: Vec<_> = text.chunks(self.max.max(1)).collect();
                    let last = fragments.len() - 1;
                    for (i, fragment) in fragments.into_iter().enumerate() {
                        let piece = match i {
                            0 if last == 0 => Piece::Whole,
                            0 => Piece::First,
                            _ if i == last => Piece::Last,
                            _ => Piece::Middle,
                        };
                        let ends = ends && i == last;
                        came.push(Came::Chunk(fragment.to_vec(), ends, piece));
                    }
                }
            }
            start += chunk.len();
        }
        came
    }
}

/// The same chunks, fragments, faults and offsets through every buffer; a fault
/// for ever with one policy, and once with another.
#[test]
fn a_chunk_too_long_is_dealt_with_at_the_same_place_through_every_buffer() {
    every_case(|case| {
        for max in 0..case.input().len() {
            for overlong in POLICIES {
                let asked = Asked { max, overlong };
                let separator = case.separator.as_bytes();
                let mut iter = asked.iter(case.buffer(case.input()), separator);
                let mut came = Vec::new();
                let mut keep = |chunk: Chunk<'_>| came.push(Came::chunk(chunk));
                let mut refused = Vec::new();
                while refused.len() < 99
                    && let Err(error) = ask(&mut iter, case.way, &mut keep)
                {
                    refused.push(Came::refused(&error, max));
                }
                let (chunks, faults): (Vec<_>, Vec<_>) = asked
                    .model(case.input(), separator)
                    .into_iter()
                    .partition(|came| matches!(came, Came::Chunk(..)));
                assert_eq!(came, chunks, "{case:?}, {asked:?}");
                match (overlong, faults.first()) {
                    (Overlong::Fail, Some(first)) => {
                        assert_eq!(refused, vec![first.clone(); 99], "{case:?}, {asked:?}");
                    }
                    _ => assert_eq!(refused, faults, "{case:?}, {asked:?}"),
                }
            }
        }
    });
}

/// A million false starts in one chunk, a byte at a time. Anything but linear
/// would take hours.
#[test]
fn near_misses_are_linear_byte_by_byte() {
    for (separator, miss) in [("\r\n--x", "\r\n-"), ("aab", "a"), ("abababab", "ababab-")] {
        let input = miss.repeat((1 << 20) / miss.len());
        for way in WAYS {
            let input = [&input, separator, "behind"].concat();
            let mut iter = ChunkIter::from_read(input.as_bytes(), separator, 1).unwrap();
            let mut lengths = Vec::new();
            ask(&mut iter, way, |chunk| lengths.push(chunk.text().len())).unwrap();
            let first = input.len() - separator.len() - "behind".len();
            assert_eq!(lengths, [first, 6], "{separator:?}");
        }
    }
}

// Anything at all.

/// All that comes, by `next_chunk` and by loops that break off after a few
/// chunks, in turn as `breaks` says, and again after every wait.
fn came<R: BufRead>(iter: &mut ChunkIter<'_, R>, asked: Asked, breaks: &[usize]) -> Vec<Came> {
    let mut came = Vec::new();
    for &chunks in breaks.iter().cycle() {
        let outcome = match chunks {
            0 => match iter.next_chunk() {
                None => return came,
                Some(chunk) => chunk.map(|chunk| {
                    came.push(Came::chunk(chunk));
                    ControlFlow::Break(())
                }),
            },
            chunks => {
                let enough = came.len() + chunks;
                iter.try_for_each_chunk(|chunk| {
                    came.push(Came::chunk(chunk));
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
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => {
                came.push(Came::refused(&error, asked.max));
                if asked.overlong == Overlong::Fail {
                    let again = iter.next_chunk().unwrap().unwrap_err();
                    assert_eq!(came.last(), Some(&Came::refused(&again, asked.max)));
                    return came;
                }
            }
        }
    }
    unreachable!("breaks go round for ever")
}

fn asked() -> impl Strategy<Value = Asked> {
    let max = prop_oneof![Just(1 << 20), 0..12usize, 60..70usize, 0..400usize];
    let overlong = prop::sample::select(&POLICIES[..]);
    (max, overlong).prop_map(|(max, overlong)| Asked {
        // With this policy a maximum of nothing is one of a byte.
        max: match overlong {
            Overlong::Fragment => max.max(1),
            _ => max,
        },
        overlong,
    })
}

fn separator() -> impl Strategy<Value = Vec<u8>> {
    const KNOWN: &[&str] = &["\n", "\r\n", "a", "aa", "aab", "\r\n--boundary", "abababab"];
    prop_oneof![
        prop::sample::select(KNOWN).prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(b'a'..b'd', 1..6),
        prop::collection::vec(b'a'..b'd', 6..90),
    ]
}

/// A separator, and an input of chunks of all lengths and near misses of it.
fn case() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    separator().prop_flat_map(|separator| {
        let len = prop_oneof![4 => 0..4usize, 4 => 0..90usize, 1 => 0..700usize];
        let bit = (len, 0..8u8, 0..separator.len());
        prop::collection::vec(bit, 0..60).prop_map(move |bits| {
            let mut input = Vec::new();
            for (len, kind, cut) in bits {
                input.resize(input.len() + len, b'a' + (len % 5) as u8);
                input.extend_from_slice(match kind {
                    0 => &separator[..cut],
                    1 => &separator[cut..],
                    2 => b"",
                    _ => &separator,
                });
            }
            (separator.clone(), input)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_reader_gives_what_split_does(
        (separator, input) in case(),
        asked in asked(),
        capacity in prop_oneof![1..20usize, 20..300usize, Just(1 << 14)],
        sizes in prop::collection::vec(1..30usize, 0..5),
        breaks in prop::collection::vec(prop_oneof![Just(0), 1..9usize, Just(usize::MAX >> 1)], 1..6),
        stutters in any::<bool>(),
    ) {
        let expected = asked.model(&input, &separator);
        let reader = Sizes::new(&input[..], sizes);
        let found = match stutters {
            false => {
                let reader = BufReader::with_capacity(capacity, reader);
                came(&mut asked.iter(reader, &separator), asked, &breaks)
            }
            true => {
                let reader = BufReader::with_capacity(capacity, Stutter::new(reader));
                came(&mut asked.iter(reader, &separator), asked, &breaks)
            }
        };
        prop_assert_eq!(found, expected);
    }

    /// What split says without a model of ours, for text.
    #[test]
    fn text_is_split_as_str_split_does(
        separator in "[ab-]{1,4}",
        input in "[ab-]{1,60}",
        capacity in 1..30usize,
    ) {
        let mut iter = ChunkIter::from_read(input.as_bytes(), &separator, capacity).unwrap();
        let mut found = Vec::new();
        iter.for_each_chunk(|chunk| found.push(String::from_utf8(chunk.text().to_vec()).unwrap())).unwrap();
        prop_assert_eq!(found, input.split(&separator).collect::<Vec<_>>());
    }
}

//! Lines and chunks that can be kept: the same as the lent ones, the reader
//! where it should be, and what they cost.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use bytes::Bytes;
use common::readers::{AfterEof, Cut, Drip, Moody, Shrinks, Sizes, Stutter};
use proptest::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::ops::ControlFlow;
use tidegate_core::Scan;
use tidegate_std_io::{
    At, ChunkFault, ChunkIter, ChunkScanner, LineFault, LineIter, LineScanner, Overlong, OwnedIter,
    make_chunk_iter, make_line_iter,
};

/// All there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    LineBytes,
    LineVecs,
    LineStrings,
    ChunkBytes,
    ChunkVecs,
    ChunkStrings,
}

const KINDS: [Kind; 6] = [
    Kind::LineBytes,
    Kind::LineVecs,
    Kind::LineStrings,
    Kind::ChunkBytes,
    Kind::ChunkVecs,
    Kind::ChunkStrings,
];

/// What separates chunks here.
const SEPARATOR: &str = "--";

/// What may come of a stream, so that it can be compared.
type Items = Vec<Result<Vec<u8>, Why>>;

type Owned<'a> = Box<dyn Iterator<Item = Result<Vec<u8>, Why>> + 'a>;

/// Which error, and the offset for one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Why(ErrorKind, Option<u64>);

impl From<io::Error> for Why {
    fn from(error: io::Error) -> Self {
        let fault = error.get_ref();
        let line = fault.and_then(|fault| fault.downcast_ref::<At<LineFault>>());
        let chunk = fault.and_then(|fault| fault.downcast_ref::<At<ChunkFault>>());
        let offset = line.map(|at| at.offset).or(chunk.map(|at| at.offset));
        Self(error.kind(), offset)
    }
}

/// What the scanners are asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    kind: Kind,
    max: usize,
    overlong: Overlong,
}

impl From<Kind> for Asked {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            max: 1 << 20,
            overlong: Overlong::Fail,
        }
    }
}

impl Asked {
    fn lines<R: BufRead>(self, reader: R) -> LineIter<R> {
        let scanner = LineScanner::new().max_len(self.max);
        LineIter::with_scanner(reader, scanner.overlong(self.overlong))
    }

    fn chunks<R: BufRead>(self, reader: R) -> ChunkIter<'static, R> {
        let scanner = ChunkScanner::new(SEPARATOR).unwrap().max_len(self.max);
        ChunkIter::with_scanner(reader, scanner.overlong(self.overlong))
    }

    fn is_lines(self) -> bool {
        matches!(
            self.kind,
            Kind::LineBytes | Kind::LineVecs | Kind::LineStrings
        )
    }

    /// The items that can be kept, one after the other.
    fn owned<'a, R: BufRead + 'a>(self, reader: R) -> Owned<'a> {
        match self.is_lines() {
            true => self.keep_lines(self.lines(reader)),
            false => self.keep_chunks(self.chunks(reader)),
        }
    }

    fn keep_lines<'a, R: BufRead + 'a>(self, lines: LineIter<R>) -> Owned<'a> {
        match self.kind {
            Kind::LineBytes => vecs(lines.into_bytes()),
            Kind::LineVecs => vecs(lines.into_vecs()),
            Kind::LineStrings => vecs(lines.into_strings()),
            Kind::ChunkBytes | Kind::ChunkVecs | Kind::ChunkStrings => unreachable!(),
        }
    }

    fn keep_chunks<'a, R: BufRead + 'a>(self, chunks: ChunkIter<'static, R>) -> Owned<'a> {
        match self.kind {
            Kind::ChunkBytes => vecs(chunks.into_bytes()),
            Kind::ChunkVecs => vecs(chunks.into_vecs()),
            Kind::ChunkStrings => vecs(chunks.into_strings()),
            Kind::LineBytes | Kind::LineVecs | Kind::LineStrings => unreachable!(),
        }
    }

    /// The same items, each lent, up to the end or so many errors.
    fn lent(self, reader: impl BufRead, errors: usize) -> Items {
        if self.is_lines() {
            let mut iter = self.lines(reader);
            take(errors, || {
                let line = iter.next_line()?;
                Some(line.map(|line| line.text().to_vec()).map_err(Why::from))
            })
        } else {
            let mut iter = self.chunks(reader);
            take(errors, || {
                let chunk = iter.next_chunk()?;
                Some(chunk.map(|chunk| chunk.text().to_vec()).map_err(Why::from))
            })
        }
    }

    /// The input cut behind each of its items: what is handed out, whole.
    fn pieces(self, input: &[u8]) -> Vec<&[u8]> {
        if self.is_lines() {
            return common::lines(input);
        }
        let mut pieces = Vec::new();
        let (mut start, mut at) = (0, 0);
        while at < input.len() {
            if input[at..].starts_with(SEPARATOR.as_bytes()) {
                at += SEPARATOR.len();
                pieces.push(&input[start..at]);
                start = at;
            } else {
                at += 1;
            }
        }
        if !input.is_empty() {
            pieces.push(&input[start..]);
        }
        pieces
    }
}

/// More than come of any input here: without it an iterator that does not end
/// would fill the memory and not fail.
const MOST_ITEMS: usize = 200_000;

fn vecs<'a, T: Into<Vec<u8>>>(items: impl Iterator<Item = io::Result<T>> + 'a) -> Owned<'a> {
    let items = items.map(|item| item.map(T::into).map_err(Why::from));
    Box::new(items.take(MOST_ITEMS))
}

/// Items up to the end or so many errors.
fn take(errors: usize, mut next: impl FnMut() -> Option<Result<Vec<u8>, Why>>) -> Items {
    let mut items = Items::new();
    let mut left = errors;
    while left > 0
        && let Some(item) = next()
    {
        left -= usize::from(item.is_err());
        items.push(item);
    }
    items
}

fn good(items: Items) -> Vec<Vec<u8>> {
    items.into_iter().map(|item| item.unwrap()).collect()
}

/// For lines and for chunks, ends of all sorts at every place.
const INPUTS: &[&str] = &[
    "",
    "\n",
    "\r",
    "--",
    "----",
    "unfinished",
    "one\n--two\r\n--three--",
    "one\ntwo\r\nthree\rfour",
    "one--two----three---",
    "\n\n\r\r\r\n\r\n\n\r",
    "a\r--\nb\r\n--\r",
    "a line of some length\r\nx\nand another--which is longer than a block of 64 bytes is, \
      by a few\r\ry\n--",
];

/// Every input and kind, through buffers of every small size.
fn every_case(mut run: impl FnMut(Asked, &'static [u8], usize)) {
    for kind in KINDS {
        for input in INPUTS {
            for capacity in 1..=20 {
                run(kind.into(), input.as_bytes(), capacity);
            }
        }
    }
}

/// Items of lengths up to `longest`, with ends of all sorts, in so many bytes.
fn long_input(longest: usize, len: usize) -> Vec<u8> {
    let mut input = Vec::new();
    let mut i: usize = 0;
    while input.len() < len {
        let text = i * 7919 % (longest + 1);
        input.resize(input.len() + text, b'a' + (i % 26) as u8);
        input.extend_from_slice([&b"\n--"[..], b"\r\n", b"\r", b"--", b"\n"][i % 5]);
        i += 1;
    }
    input
}

/// Longer than many blocks, with lines longer than one.
fn long_inputs() -> Vec<Vec<u8>> {
    let one = [&b"x"[..].repeat(70_000), &b"\n--y\r\n--"[..]].concat();
    vec![
        long_input(0, 3_000),
        long_input(3, 80_000),
        long_input(50, 100_000),
        long_input(1_000, 150_000),
        long_input(200_000, 400_000),
        [one.clone(), long_input(9, 90_000), one].concat(),
    ]
}

#[test]
fn they_are_the_lent_ones() {
    every_case(|asked, input, capacity| {
        let expected = asked.lent(input, 1);
        assert_eq!(expected.len(), asked.pieces(input).len());
        let whole: Items = asked.owned(input).collect();
        assert_eq!(whole, expected, "{asked:?}, {input:?}");
        let reader = BufReader::with_capacity(capacity, AfterEof::new(input));
        let mut items = asked.owned(reader);
        let mut found: Items = items.by_ref().collect();
        found.extend(items.next()); // nothing is read after the end
        assert_eq!(found, expected, "{asked:?}, {input:?}, {capacity}");
    });
}

#[test]
fn many_and_long_ones_are_the_lent_ones() {
    for (i, input) in long_inputs().iter().enumerate() {
        for asked in KINDS.map(Asked::from) {
            let expected = asked.lent(&input[..], 1);
            assert_eq!(expected.len(), asked.pieces(input).len());
            // Not assert_eq, which would print megabytes.
            assert!(
                asked.owned(&input[..]).eq(expected.iter().cloned()),
                "{asked:?}, {i}"
            );
            for capacity in (1..=20).chain([4096, (64 << 10) - 1, 64 << 10, 1 << 20]) {
                let reader = BufReader::with_capacity(capacity, &input[..]);
                let found = asked.owned(reader);
                assert!(
                    found.eq(expected.iter().cloned()),
                    "{asked:?}, {i}, {capacity}"
                );
            }
        }
    }
}

/// However many were lent before, by whichever way.
#[test]
fn they_begin_where_lending_left_off() {
    every_case(|asked, input, capacity| {
        let expected = asked.lent(input, 1);
        for (lent, by_next) in (0..=expected.len()).flat_map(|n| [(n, true), (n, false)]) {
            let reader = BufReader::with_capacity(capacity, input);
            let mut left = lent;
            let items = if asked.is_lines() {
                let mut iter = asked.lines(reader);
                while left > 0 {
                    let flow = match by_next {
                        true => count_down(&mut left, iter.next_line().unwrap().unwrap()),
                        false => iter
                            .try_for_each_line(|line| count_down(&mut left, line))
                            .unwrap(),
                    };
                    assert_eq!(flow.is_break(), left == 0);
                }
                asked.keep_lines(iter)
            } else {
                let mut iter = asked.chunks(reader);
                while left > 0 {
                    let flow = match by_next {
                        true => count_down(&mut left, iter.next_chunk().unwrap().unwrap()),
                        false => iter
                            .try_for_each_chunk(|chunk| count_down(&mut left, chunk))
                            .unwrap(),
                    };
                    assert_eq!(flow.is_break(), left == 0);
                }
                asked.keep_chunks(iter)
            };
            let name = format!("{asked:?}, {input:?}, {capacity}, {lent}, {by_next}");
            assert_eq!(items.collect::<Items>(), expected[lent..], "{name}");
        }
    });
}

fn count_down<T>(left: &mut usize, _token: T) -> ControlFlow<()> {
    *left -= 1;
    match left {
        0 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    }
}

/// Nothing is borrowed: from here they go to another thread.
#[test]
fn they_outlive_all_they_were_made_from() {
    for (i, input) in long_inputs().into_iter().enumerate() {
        let expected = good(Asked::from(Kind::LineBytes).lent(&input[..], 1));
        let source = input.clone();
        let lines: Vec<Bytes> = make_line_iter(BufReader::new(&source[..]))
            .into_bytes()
            .map(Result::unwrap)
            .collect();
        drop(source);
        let kept = std::thread::spawn(move || {
            // Some of them, in any order, over memory that was used for others.
            let kept: Vec<Bytes> = lines.into_iter().rev().step_by(3).collect();
            let others = long_input(50, 1_000_000);
            (kept, others.len()).0
        });
        let expected = expected.iter().rev().step_by(3);
        assert!(kept.join().unwrap().iter().eq(expected), "{i}");
    }
}

/// Whatever follows an item belongs to somebody else, though a block of them was
/// looked at: for all kinds, when they are dropped.
#[test]
fn dropping_them_leaves_the_reader_behind_the_last_item_taken() {
    every_case(|asked, input, capacity| {
        let pieces = asked.pieces(input);
        for taken in 0..=pieces.len() {
            let name = format!("{asked:?}, {input:?}, {capacity}, {taken}");
            let mut slice = input;
            assert_eq!(asked.owned(&mut slice).take(taken).count(), taken, "{name}");
            assert_eq!(slice, pieces[taken..].concat(), "{name}");
            let mut reader = BufReader::with_capacity(capacity, Drip::new(input));
            assert_eq!(
                asked.owned(&mut reader).take(taken).count(),
                taken,
                "{name}"
            );
            let mut rest = Vec::new();
            reader.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, pieces[taken..].concat(), "{name}");
        }
    });
}

/// And when they are taken apart, also where blocks end.
#[test]
fn taking_them_apart_leaves_reader_and_rest_behind_the_last_item_taken() {
    fn apart<R: BufRead, M: Scan>(
        mut items: OwnedIter<R, M>,
        taken: usize,
        next: impl Fn(&mut OwnedIter<R, M>) -> Option<io::Result<Bytes>>,
    ) -> Vec<u8> {
        for _ in 0..taken {
            next(&mut items).unwrap().unwrap();
        }
        let (mut reader, mut rest) = items.into_parts();
        reader.read_to_end(&mut rest).unwrap();
        rest
    }
    let check = |asked: Asked, input: &[u8], capacity: usize, taken: usize| {
        let behind = asked.pieces(input)[taken..].concat();
        let buffered = || BufReader::with_capacity(capacity, input);
        let [buffered, slice] = match asked.is_lines() {
            true => [
                apart(asked.lines(buffered()).into_bytes(), taken, Iterator::next),
                apart(asked.lines(input).into_bytes(), taken, Iterator::next),
            ],
            false => [
                apart(asked.chunks(buffered()).into_bytes(), taken, Iterator::next),
                apart(asked.chunks(input).into_bytes(), taken, Iterator::next),
            ],
        };
        let name = format!("{asked:?}, {} bytes, {capacity}, {taken}", input.len());
        assert!(buffered == behind && slice == behind, "{name}");
    };
    every_case(|asked, input, capacity| {
        for taken in 0..=asked.pieces(input).len() {
            check(asked, input, capacity, taken);
        }
    });
    for input in long_inputs() {
        for asked in [Kind::LineBytes, Kind::ChunkBytes].map(Asked::from) {
            let pieces = asked.pieces(&input);
            let count = pieces.len();
            // How many end in a first block of so many bytes.
            let ends = pieces.iter().scan(0, |end, piece| {
                *end += piece.len();
                Some(*end)
            });
            let within = |bytes| ends.clone().take_while(|&end| end <= bytes).count();
            let near = |taken: usize| [taken.max(1) - 1, taken, taken + 1];
            let block = within(16 << 10);
            for taken in [near(1), near(256), near(block), near(count - 1)].concat() {
                for capacity in [100, 64 << 10] {
                    check(asked, &input, capacity, taken.min(count));
                }
            }
        }
    }
}

/// Cut anywhere: all that is whole, the error for as long as anybody asks, and
/// the start of what is not whole given back.
#[test]
fn errors_of_the_reader_come_behind_all_whole_items_and_again() {
    every_case(|asked, input, capacity| {
        for cut in 0..=input.len() {
            let name = format!("{asked:?}, {input:?}, {capacity}, cut at {cut}");
            let shown = &input[..cut];
            let reader = || {
                let cut = Cut::new(shown, cut, ErrorKind::ConnectionReset);
                BufReader::with_capacity(capacity, cut)
            };
            let is_whole = |piece: &&&[u8]| match asked.is_lines() {
                true => common::is_whole(piece),
                false => piece.ends_with(SEPARATOR.as_bytes()),
            };
            let pieces = asked.pieces(shown);
            let whole = pieces.iter().take_while(is_whole).count();
            let mut expected = asked.lent(shown, 1);
            expected.truncate(whole);
            expected.extend(vec![Err(Why(ErrorKind::ConnectionReset, None)); 3]);
            let mut items = asked.owned(reader());
            assert_eq!(take(3, || items.next()), expected, "{name}");
            let rest = match asked.kind {
                Kind::LineBytes => {
                    let mut items = asked.lines(reader()).into_bytes();
                    items.by_ref().find(Result::is_err).unwrap().unwrap_err();
                    items.into_parts().1
                }
                Kind::ChunkBytes => {
                    let mut items = asked.chunks(reader()).into_bytes();
                    items.by_ref().find(Result::is_err).unwrap().unwrap_err();
                    items.into_parts().1
                }
                _ => continue,
            };
            assert_eq!(rest, pieces[whole..].concat(), "{name}");
        }
    });
}

/// `Interrupted` is not seen at all, and `WouldBlock` as often as it is said.
#[test]
fn stutter_loses_nothing() {
    every_case(|asked, input, capacity| {
        let reader = BufReader::with_capacity(capacity, Stutter::new(input));
        let (found, waits): (Items, Items) = asked.owned(reader).partition(Result::is_ok);
        assert_eq!(
            found,
            asked.lent(input, 1),
            "{asked:?}, {input:?}, {capacity}"
        );
        let reads = input.len().div_ceil(capacity.min(3)) + 1; // the end is one too
        assert_eq!(waits, vec![Err(Why(ErrorKind::WouldBlock, None)); reads]);
    });
}

/// A look at bytes that are there may fail as well.
#[test]
fn moody_loses_nothing() {
    for kind in [
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::Other,
    ] {
        for patience in 3..8 {
            every_case(|asked, input, capacity| {
                let name = format!("{asked:?}, {input:?}, {capacity}, {kind}, {patience}");
                let reader = BufReader::with_capacity(capacity, input);
                let mut items = asked.owned(Moody::new(reader, kind, patience));
                let items = take(1000, || items.next());
                let (found, errors): (Items, Items) = items.into_iter().partition(Result::is_ok);
                assert_eq!(found, asked.lent(input, 1), "{name}");
                assert!(
                    errors.iter().all(|error| *error == Err(Why(kind, None))),
                    "{name}"
                );
            });
        }
    }
}

/// Which breaks the contract of `BufRead`: no panic, and no consuming of what
/// was not shown.
#[test]
fn shrinks_is_never_a_panic() {
    let mut errors = 0;
    for asked in KINDS.map(Asked::from) {
        for input in INPUTS {
            for by in 1..=input.len() {
                let mut items = asked.owned(Shrinks::new(input.as_bytes(), by));
                let items = take(20, || items.next());
                let whole = items.iter().take_while(|item| item.is_ok()).count();
                errors += items.len() - whole;
                if items.len() > whole {
                    let lent = asked.lent(input.as_bytes(), 1);
                    assert_eq!(items[..whole], lent[..whole], "{asked:?}, {input:?}, {by}");
                }
            }
        }
    }
    assert!(errors > 100, "only {errors} errors");
}

/// What is too long, and what it is like: items, and at which offset one was
/// refused.
#[test]
fn what_is_too_long_is_reported_once_or_for_ever_or_in_fragments() {
    const LINES: &[u8] = b"one\nmuch too long\r\n\ntwo\rfour.\nsix";
    const CHUNKS: &[u8] = b"one--much too long----two--four.--six";
    type Expected = [Result<&'static str, u64>];
    let skip: &Expected = &[Ok("one"), Err(8), Ok(""), Ok("two"), Err(28), Ok("six")];
    let skip_chunks: &Expected = &[Ok("one"), Err(9), Ok(""), Ok("two"), Err(31), Ok("six")];
    let fail: &Expected = &[Ok("one"), Err(8), Err(8), Err(8)];
    let fail_chunks: &Expected = &[Ok("one"), Err(9), Err(9), Err(9)];
    let fragments: &Expected = &[
        Ok("one"),
        Ok("much"),
        Ok(" too"),
        Ok(" lon"),
        Ok("g"),
        Ok(""),
        Ok("two"),
        Ok("four"),
        Ok("."),
        Ok("six"),
    ];
    for kind in KINDS {
        for (overlong, lines, chunks) in [
            (Overlong::Skip, skip, skip_chunks),
            (Overlong::Fail, fail, fail_chunks),
            (Overlong::Fragment, fragments, fragments),
        ] {
            let asked = Asked {
                kind,
                max: 4,
                overlong,
            };
            let (input, expected) = match asked.is_lines() {
                true => (LINES, lines),
                false => (CHUNKS, chunks),
            };
            let expected: Items = expected
                .iter()
                .map(|item| match *item {
                    Ok(text) => Ok(text.into()),
                    Err(offset) => Err(Why(ErrorKind::FileTooLarge, Some(offset))),
                })
                .collect();
            for capacity in 1..=input.len() + 1 {
                let mut items = asked.owned(BufReader::with_capacity(capacity, input));
                assert_eq!(take(3, || items.next()), expected, "{asked:?}, {capacity}");
            }
        }
    }
}

/// A line that is not UTF-8 costs that line alone, wherever it is.
#[test]
fn what_is_not_utf8_is_an_error_for_that_line_alone() {
    const LINES: [&[u8]; 6] = [
        b"one\n",
        "zw\u{f6}lf\r\n".as_bytes(),
        b"\r",
        b"\xF0\x9F\x92\xA9",
        b"\n",
        b"end",
    ];
    const BAD: [&[u8]; 4] = [b"\xFF\n", b"cut \xF0\x9F\r\n", b"\xC3\r", b"\x80\x80\n"];
    for bad in BAD {
        for at in [0, 1, 2, 3, 5] {
            let mut lines = LINES.to_vec();
            lines.insert(at, bad);
            let input = lines.concat();
            for capacity in 1..=input.len() + 1 {
                let reader = BufReader::with_capacity(capacity, &input[..]);
                let found: Vec<_> = make_line_iter(reader)
                    .into_strings()
                    .map(|text| {
                        text.map_err(|error| {
                            (
                                error.kind(),
                                error
                                    .get_ref()
                                    .map(|error| error.is::<std::str::Utf8Error>()),
                            )
                        })
                    })
                    .collect();
                let invalid = Err((ErrorKind::InvalidData, Some(true)));
                let mut expected: Vec<_> = ["one", "zw\u{f6}lf", "", "\u{1f4a9}", "end"]
                    .map(|text| Ok(text.to_owned()))
                    .into();
                expected.insert(if at == 5 { 4 } else { at }, invalid);
                assert_eq!(found, expected, "{bad:?}, {at}, {capacity}");
            }
        }
    }
}

#[test]
fn what_is_not_utf8_is_an_error_for_that_chunk_alone() {
    let input = "zw\u{f6}lf--\u{fffd}--".as_bytes();
    for bad in [&b"\xFF"[..], b"cut \xF0\x9F", b"\xC3", b"\x80\x80"] {
        let input = [input, bad, b"--", input].concat();
        for capacity in 1..=input.len() + 1 {
            let reader = BufReader::with_capacity(capacity, &input[..]);
            let texts = make_chunk_iter(reader, SEPARATOR).unwrap().into_strings();
            let texts: Vec<_> = texts
                .map(|text| text.map_err(|error| error.kind()))
                .collect();
            let (twelve, sign) = (Ok("zw\u{f6}lf".to_owned()), Ok("\u{fffd}".to_owned()));
            let invalid = Err(ErrorKind::InvalidData);
            let last = Ok(String::new());
            let expected = [twelve.clone(), sign.clone(), invalid, twelve, sign, last];
            assert_eq!(texts, expected, "{bad:?}, {capacity}");
        }
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    const POLICIES: &[Overlong] = &[Overlong::Fail, Overlong::Skip, Overlong::Fragment];
    let kind = prop::sample::select(&KINDS[..]);
    let max = prop_oneof![Just(1 << 20), 0..12usize, 60..70usize];
    let overlong = prop::sample::select(POLICIES);
    (kind, max, overlong).prop_map(|(kind, max, overlong)| Asked {
        kind,
        max,
        overlong,
    })
}

/// Mostly short items, now and then a longer one.
fn input() -> impl Strategy<Value = Vec<u8>> {
    const BITS: &[&str] = &["a", "a", "a", "\n", "\r\n", "\r", "-", "--", "--"];
    let bit = prop_oneof![
        12 => prop::sample::select(BITS).prop_map(str::to_owned),
        1 => (0..200usize).prop_map(|len| "b".repeat(len)),
    ];
    prop::collection::vec(bit, 0..600).prop_map(|bits| bits.concat().into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_reader_gives_what_is_lent(
        input in input(),
        asked in asked(),
        capacity in prop_oneof![1..20usize, 20..300usize, Just(1 << 14)],
        sizes in prop::collection::vec(1..30usize, 0..5),
    ) {
        let reader = BufReader::with_capacity(capacity, Sizes::new(&input[..], sizes));
        let mut items = asked.owned(reader);
        prop_assert_eq!(take(500, || items.next()), asked.lent(&input[..], 500));
    }
}

// What they cost.

/// Counts what the calling thread allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: passes everything on to the system's allocator as it is. The counters
// need no allocation themselves, having constant starts and no destructors.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        HELD.set(HELD.get() + layout.size() as isize);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.set(HELD.get() - layout.size() as isize);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How many allocations the work made.
fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

/// How many bytes are held by what the work leaves.
fn held<T>(work: impl FnOnce() -> T) -> (T, isize) {
    let before = HELD.get();
    let left = work();
    (left, HELD.get() - before)
}

/// Nothing else here means anything if this is not so.
#[test]
fn the_counters_count() {
    assert_eq!(allocations(|| drop(vec![1u8; 10])), 1);
    assert_eq!(allocations(|| {}), 0);
    assert_eq!(held(|| (vec![1u8; 10], drop(vec![1u8; 20]))).1, 10);
}

/// N short ones with a separator each, whichever is asked for.
fn short_ones(count: usize) -> Vec<u8> {
    b"a short line--\n".repeat(count)
}

const COUNT: usize = 100_000;

#[test]
fn short_items_share_their_allocations() {
    let input = short_ones(COUNT);
    for capacity in [16 << 10, 64 << 10, 1 << 20] {
        for by_line in [true, false] {
            let reader = BufReader::with_capacity(capacity, &input[..]);
            let mut found = 0;
            let cost = allocations(|| {
                found = match by_line {
                    true => make_line_iter(reader).into_bytes().count(),
                    false => make_chunk_iter(reader, "--\n")
                        .unwrap()
                        .into_bytes()
                        .count(),
                };
            });
            assert_eq!(found, COUNT + usize::from(!by_line));
            assert!(
                cost <= COUNT / 100 + 100,
                "{cost} allocations, {capacity}, {by_line}"
            );
        }
    }
}

/// As its documentation says, and no more.
#[test]
fn vecs_and_strings_cost_one_allocation_each() {
    let input = short_ones(COUNT);
    let lines = || make_line_iter(&input[..]);
    let chunks = || make_chunk_iter(&input[..], "--\n").unwrap();
    let costs = [
        allocations(|| assert_eq!(lines().into_vecs().count(), COUNT)),
        allocations(|| assert_eq!(lines().into_strings().count(), COUNT)),
        allocations(|| assert_eq!(chunks().into_vecs().count(), COUNT + 1)),
        allocations(|| assert_eq!(chunks().into_strings().count(), COUNT + 1)),
    ];
    assert_eq!(costs, [COUNT; 4]);
}

/// Keeping the first, the last or any one of a block keeps the block and nothing
/// else.
#[test]
fn an_item_that_is_kept_keeps_no_more_than_its_block() {
    for line in [1, 20, 200, 1000] {
        let input = [&b"x".repeat(line)[..], b"\n"]
            .concat()
            .repeat(300_000 / line + 2);
        for kept in [0, 1, 100, 255, 256, 299] {
            for capacity in [100, 64 << 10, 1 << 20] {
                let (item, held) = held(|| {
                    let reader = BufReader::with_capacity(capacity, &input[..]);
                    let mut items = make_line_iter(reader).into_bytes();
                    let item = items.nth(kept).unwrap().unwrap();
                    assert!(items.next().unwrap().is_ok());
                    item
                });
                assert_eq!(item.len(), line);
                let most = (16 << 10) + line as isize + 200;
                assert!(held >= line as isize, "the item is somewhere");
                assert!(held <= most, "{held} bytes, {line}, {kept}, {capacity}");
                drop(item);
            }
        }
    }
}

/// A short one does not keep the long one beside it: short ones before it, how
/// long it is, and short ones behind it.
#[test]
fn a_short_item_does_not_keep_a_long_one() {
    const CASES: [(usize, usize, usize); 9] = [
        (0, 1_000_000, 2),
        (1, 1_000_000, 1),
        (250, 1_000_000, 0),
        (255, 1_000_000, 255),
        (1, 65_536, 1),
        (250, 65_530, 1), // too long for one block with those before it
        (50, 16_383, 1),
        (50, 16_384, 1),
        (0, 16_400, 5),
    ];
    let short = [&b"s".repeat(250)[..], b"\n"].concat();
    for (before, long, behind) in CASES {
        let long = b"x".repeat(long);
        let input = [
            &short.repeat(before)[..],
            &long,
            b"\n",
            &short.repeat(behind),
        ]
        .concat();
        for nth in (0..before + behind + 1).filter(|&nth| nth != before) {
            for capacity in [64 << 10, 2 << 20] {
                let (item, held) = held(|| {
                    let reader = BufReader::with_capacity(capacity, &input[..]);
                    let mut items = make_line_iter(reader).into_bytes();
                    items.nth(nth).unwrap().unwrap()
                });
                let name = format!("{before}, {}, {behind}: {nth}, {capacity}", long.len());
                assert_eq!(item.len(), 250, "{name}");
                assert!(held <= (16 << 10) + 200, "{name}: {held} bytes");
            }
        }
    }
}

#[test]
fn nothing_is_held_when_nothing_is_kept() {
    for input in long_inputs() {
        let (_, held) = held(|| {
            let lines: Vec<_> = make_line_iter(&input[..]).into_bytes().collect();
            let chunks = make_chunk_iter(&input[..], SEPARATOR).unwrap();
            assert!(lines.len() > 1 && chunks.into_bytes().count() > 1);
        });
        assert_eq!(held, 0);
    }
}

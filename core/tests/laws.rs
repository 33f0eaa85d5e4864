//! `LineScanner` and `ChunkScanner` where their fast paths change their mind: long
//! inputs of pieces of every length, the edges of a lap, near misses, and the
//! interactive mode on every cut.

#![cfg(feature = "testing")]

use proptest::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use tidegate_core::testing::{End, Route, every_split, run};
use tidegate_core::{
    At, Chunk, ChunkScanner, Ending, Event, Feed, LineEnds, LineFault, LineScanner, Overlong,
    Piece, Scan, Step,
};

/// Lines with their terminators, one byte at a time.
fn model(input: &[u8], ends: LineEnds) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    for i in 0..input.len() {
        let ended = match (ends, input[i], input.get(i + 1)) {
            (_, b'\n', _) => true,
            (LineEnds::Universal, b'\r', next) => next != Some(&b'\n'),
            _ => false,
        };
        if ended {
            lines.push(&input[start..=i]);
            start = i + 1;
        }
    }
    if start < input.len() {
        lines.push(&input[start..]);
    }
    lines
}

fn split_ending(line: &[u8], ends: LineEnds) -> (&[u8], Ending) {
    match (line, ends) {
        ([text @ .., b'\r', b'\n'], LineEnds::Universal) => (text, Ending::CrLf),
        ([text @ .., b'\r'], LineEnds::Universal) => (text, Ending::Cr),
        ([text @ .., b'\n'], _) => (text, Ending::Lf),
        (text, _) => (text, Ending::None),
    }
}

/// All lines of one window, the fast way, and the last through `scan`.
fn scan_lines(scanner: &mut LineScanner, input: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut at = 0;
    loop {
        at += scanner.scan_lines(&input[at..], |line| {
            lines.push(line.bytes().to_vec());
            true
        });
        match scanner.scan(&input[at..], true).map(|step| step.event) {
            Ok(Event::Found(found)) => {
                let line = LineScanner::token(found, &input[at..]);
                at += line.bytes().len();
                lines.push(line.bytes().to_vec());
            }
            Ok(Event::Done) => return lines,
            other => unreachable!("{other:?}"),
        }
    }
}

/// All lines by `glance`, and what that leaves by `scan`.
fn glance_lines(scanner: &mut LineScanner, input: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut at = 0;
    loop {
        let (used, found) = match scanner.glance(&input[at..]) {
            Some(found) => found,
            None => match scanner.scan(&input[at..], true) {
                Ok(step) => match step.event {
                    Event::Found(found) => (step.used, found),
                    _ => return lines,
                },
                Err(at) => unreachable!("{at}"),
            },
        };
        let line = LineScanner::token(found, &input[at..]);
        lines.push(line.bytes().to_vec());
        at += used;
    }
}

fn check(input: &[u8], name: &str) {
    for ends in [LineEnds::Universal, LineEnds::Lf] {
        let scanner = LineScanner::new().ends(ends);
        let expected = model(input, ends);
        for (way, found) in [
            ("scan_lines", scan_lines(&mut scanner.clone(), input)),
            ("glance", glance_lines(&mut scanner.clone(), input)),
        ] {
            // Not assert_eq, which would print megabytes.
            let unlike = (0..expected.len().max(found.len()))
                .find(|&i| found.get(i).map(Vec::as_slice) != expected.get(i).copied());
            assert_eq!(
                unlike, None,
                "the first unlike line; {name}, {ends:?}, {way}"
            );
        }
    }
}

/// A little generator: the same numbers every time.
fn numbers(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    }
}

/// A hundred stretches of lines of alike lengths, each unlike the one before:
/// the scanner must take notice, and lose nothing when it changes its search.
#[test]
fn lines_are_found_however_their_lengths_change() {
    let mut next = numbers(0x7469_6465);
    let endings: [&[&[u8]]; 4] = [
        &[b"\n"],
        &[b"\r\n"],
        &[b"\n", b"\r\n", b"\r"],
        &[b"\n", b"\x0b\x0c", b"\r"],
    ];
    let mut input = Vec::new();
    for _ in 0..100 {
        let (lengths, count) = [
            (1, 3000),
            (9, 1000),
            (60, 200),
            (300, 40),
            (1500, 10),
            (9000, 3),
        ][next(6)];
        let endings = endings[next(4)];
        for _ in 0..count {
            let text = next(lengths);
            input.resize(input.len() + text, b'a' + (text % 26) as u8);
            input.extend_from_slice(endings[next(endings.len())]);
        }
    }
    assert!(input.len() > 1 << 19, "{} bytes", input.len());
    check(&input, "stretches");
}

/// Chunks without their separators, one byte at a time.
fn split<'a>(input: &'a [u8], separator: &[u8]) -> Vec<&'a [u8]> {
    let (mut chunks, mut start, mut at) = (Vec::new(), 0, 0);
    while at < input.len() {
        if input[at..].starts_with(separator) {
            chunks.push(&input[start..at]);
            at += separator.len();
            start = at;
        } else {
            at += 1;
        }
    }
    chunks.push(&input[start..]);
    chunks
}

/// What becomes of a chunk where no more than `max` bytes are allowed.
fn allowed(text: &[u8], max: usize, overlong: Overlong) -> Vec<&[u8]> {
    match overlong {
        _ if text.len() <= max => vec![text],
        Overlong::Fail => unreachable!("no chunk is too long"),
        Overlong::Skip => vec![&text[..max]],
        Overlong::Fragment => text.chunks(max).collect(),
    }
}

/// Stretches of chunks of alike lengths and contents, each unlike the one before.
fn chunks_in_stretches(separator: &[u8], seed: u64) -> Vec<u8> {
    let mut next = numbers(seed);
    // The masks look at the first and the last byte: this one comes nearest.
    let mut nearest = separator.to_vec();
    if let [_, inner @ .., _] = &mut nearest[..] {
        inner.fill(b'?');
    }
    let short = &separator[..separator.len() - 1];
    let late = &separator[1..];
    let misses = [&b"x"[..], b"text of letters", &nearest, short, late];
    let mut input = Vec::new();
    for _ in 0..80 {
        let (lengths, count) = [
            (1, 2000),
            (9, 1000),
            (60, 200),
            (300, 40),
            (1500, 10),
            (9000, 3),
            (40_000, 1),
        ][next(7)];
        let filler = misses[next(misses.len())];
        for _ in 0..count {
            let text = filler.iter().cycle().take(next(lengths));
            input.extend(text);
            input.extend_from_slice(separator);
        }
    }
    input
}

/// In windows larger than the longest lap, and smaller, and all in one.
#[test]
fn chunks_are_found_however_their_lengths_and_near_misses_change() {
    const NO_LIMIT: usize = 1 << 20;
    let long = [&b"-"[..], &[b'='; 98], b">"].concat();
    let separators = [
        &b"\n"[..],
        b"\r\n",
        b"aa",
        b"\r\n--x",
        b"\r\n--boundary",
        b"abababab",
        &long,
    ];
    for (separator, seed) in separators.into_iter().zip(0x7469_6465..) {
        let input = chunks_in_stretches(separator, seed);
        assert!(input.len() > 1 << 18, "{} bytes", input.len());
        let chunks = split(&input, separator);
        for (max, overlong) in [
            (NO_LIMIT, Overlong::Fail),
            (700, Overlong::Skip),
            (20_000, Overlong::Skip),
            (700, Overlong::Fragment),
        ] {
            let expected = chunks.iter().flat_map(|text| allowed(text, max, overlong));
            let expected: Vec<&[u8]> = expected.collect();
            for size in [5000, 20_000, input.len()] {
                for route in [Route::Glance, Route::ScanAll, Route::GlanceThenAll] {
                    let scanner = ChunkScanner::new(separator).expect("it is not empty");
                    let scanner = scanner.max_len(max).overlong(overlong);
                    let pieces: Vec<&[u8]> = input.chunks(size).collect();
                    let record = |texts: &mut Vec<Vec<u8>>, chunk: Chunk<'_>| {
                        texts.push(chunk.text().to_vec());
                    };
                    let found = run(scanner, &pieces, Vec::new(), route, End::WithLast, &record);
                    let unlike = (0..expected.len().max(found.tokens.len())).find(|&i| {
                        found.tokens.get(i).map(Vec::as_slice) != expected.get(i).copied()
                    });
                    let name = separator.escape_ascii();
                    assert_eq!(
                        (unlike, found.fault),
                        (None, None),
                        "the first unlike chunk; {name}, {max}, {overlong:?}, {size}, {route:?}"
                    );
                }
            }
        }
    }
}

/// A machine that counts how often it is asked, and how much it is shown.
struct Counted<M> {
    machine: M,
    scans: Rc<Cell<usize>>,
    largest: Rc<Cell<usize>>,
}

impl<M: Scan> Scan for Counted<M> {
    type Found = M::Found;
    type Token<'w> = M::Token<'w>;
    type Fault = M::Fault;

    fn reach(&self) -> usize {
        self.machine.reach()
    }

    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<M::Found>, At<M::Fault>> {
        self.scans.set(self.scans.get() + 1);
        self.largest.set(self.largest.get().max(window.len()));
        self.machine.scan(window, end)
    }

    fn token(found: M::Found, window: &[u8]) -> M::Token<'_> {
        M::token(found, window)
    }
}

/// Byte by byte a separator that almost comes, again and again, is looked at
/// twice for each byte: to drop what is text, and to see that the rest may be
/// one; and once more for each token. What is shown is no more than the reach.
#[test]
fn near_misses_cost_two_scans_a_byte_and_one_a_token() {
    for (miss, separator) in NEAR_MISSES {
        for overlong in [Overlong::Skip, Overlong::Fragment] {
            for max in [1, 16, 1000] {
                let input = miss.repeat(3000);
                let pieces: Vec<&[u8]> = input.chunks(1).collect();
                let (scans, largest) = <(Rc<Cell<usize>>, Rc<Cell<usize>>)>::default();
                let machine = ChunkScanner::new(separator).expect("it is not empty");
                let machine = machine.max_len(max).overlong(overlong);
                let counted = Counted {
                    machine: machine.clone(),
                    scans: Rc::clone(&scans),
                    largest: Rc::clone(&largest),
                };
                let mut storage = vec![0; machine.reach()];
                let outcome = run(
                    counted,
                    &pieces,
                    &mut storage[..],
                    Route::Scan,
                    End::Apart,
                    &|bytes: &mut Vec<usize>, chunk| bytes.push(chunk.bytes().len()),
                );
                let name = format!("{}, {overlong:?}, {max}", separator.escape_ascii());
                assert_eq!(outcome.fault, None, "{name}");
                assert!(scans.get() >= input.len(), "{name}");
                assert!(
                    scans.get() <= 2 * input.len() + outcome.tokens.len() + 16,
                    "{name}: {} scans",
                    scans.get()
                );
                assert!(
                    largest.get() <= storage.len(),
                    "{name}: {} shown",
                    largest.get()
                );
            }
        }
    }
}

/// Text, repeated, and a separator which it never quite is.
const NEAR_MISSES: [(&[u8], &[u8]); 4] = [
    (b"\r\n-", b"\r\n--x"),
    (b"\r\n--", b"\r\n--x"),
    (b"a", b"aaaaaaab"),
    (b"ab", b"abababb"),
];

/// Wherever in a window of any size near a lap's the one `\r` lies.
#[test]
fn a_return_is_found_at_every_place_of_a_lap() {
    const AROUND: usize = 130;
    for base in [64, 2048, 8192] {
        for len in [
            base - 1,
            base,
            base + 1,
            base + 10,
            base + 63,
            base + 64,
            base + AROUND,
        ] {
            for line in [8, 40, 100] {
                let mut input: Vec<u8> = (0..len)
                    .map(|i| if i % line == 0 { b'\n' } else { b'.' })
                    .collect();
                for at in len.saturating_sub(2 * AROUND)..len {
                    let before = std::mem::replace(&mut input[at], b'\r');
                    check(
                        &input,
                        &format!("{len} bytes, lines of {line}, a return at {at}"),
                    );
                    input[at] = before;
                }
            }
        }
    }
}

/// Exactly the maximum passes and one byte more does not, whatever the ending,
/// the length, and the way it is asked for.
#[test]
fn the_maximum_is_inclusive_and_counts_text() {
    let outcome = |max, pieces: &[&[u8]], route| {
        let scanner = LineScanner::new().max_len(max);
        run(
            scanner,
            pieces,
            Vec::new(),
            route,
            End::WithLast,
            &|lines, line| {
                lines.push(line.bytes().to_vec());
            },
        )
    };
    for max in [0, 1, 5, 63, 64, 65, 300, 2047, 2048, 5000, 9000] {
        for ending in [&b"\n"[..], b"\r\n", b"\r", b""] {
            let before = b"\r\n\n".repeat(30);
            let allowed = [&before, &vec![b'x'; max][..], ending].concat();
            let too_long = [&before, &vec![b'x'; max + 1][..], ending].concat();
            let start = before.len();
            let fault = At {
                offset: (start + max) as u64,
                fault: LineFault::TooLong { max },
            };
            for route in [Route::Scan, Route::Glance, Route::ScanAll] {
                for cut in [
                    0,
                    start,
                    start + max / 2,
                    start + max,
                    start + max + ending.len(),
                ] {
                    let name = format!("{max}, {ending:?}, {route:?}, cut at {cut}");
                    let (head, tail) = allowed.split_at(cut);
                    let all = outcome(max, &[head, tail], route);
                    assert_eq!(all.tokens, model(&allowed, LineEnds::Universal), "{name}");
                    assert_eq!(all.fault, None, "{name}");
                    let (head, tail) = too_long.split_at(cut);
                    let some = outcome(max, &[head, tail], route);
                    assert_eq!(some.tokens, model(&before, LineEnds::Universal), "{name}");
                    assert_eq!(some.fault, Some(fault), "{name}");
                }
            }
        }
    }
}

/// What the interactive mode makes of an input: `\r` and `\r\n` are one ending.
fn interactive_model(input: &[u8]) -> Vec<(Vec<u8>, Ending)> {
    let lines = model(input, LineEnds::Universal).into_iter();
    let ends = lines.map(|line| split_ending(line, LineEnds::Universal));
    ends.map(|(text, ending)| match ending {
        Ending::CrLf => (text.to_vec(), Ending::Cr),
        _ => (text.to_vec(), ending),
    })
    .collect()
}

#[test]
fn interactive_lines_are_the_same_on_every_cut() {
    let make = || LineScanner::new().interactive(true);
    for len in 0..=6 {
        for n in 0..3usize.pow(len) {
            let input: Vec<u8> = (0..len).map(|i| b"a\r\n"[n / 3usize.pow(i) % 3]).collect();
            let outcome = every_split(make, &input, |lines, line| {
                lines.push((line.text().to_vec(), line.ending()));
            });
            assert_eq!(outcome.tokens, interactive_model(&input), "{input:?}");
            assert_eq!(outcome.fault, None);
        }
    }
}

#[test]
fn interactive_policies_are_the_same_on_every_cut() {
    for overlong in [Overlong::Fail, Overlong::Skip, Overlong::Fragment] {
        for max in 0..4 {
            let make = || {
                LineScanner::new()
                    .interactive(true)
                    .max_len(max)
                    .overlong(overlong)
            };
            let input = b"a\rbb\r\nccc\n\r\n\r\rdddd\r\neeeee\r\nffffff\rgggg";
            let outcome = every_split(make, input, |lines, line| {
                lines.push((line.text().to_vec(), line.ending(), line.piece()));
            });
            // Pieces add up to the texts, or to what of them is allowed.
            let mut expected = interactive_model(input);
            match overlong {
                Overlong::Fail => {
                    let allowed = expected.iter().position(|line| line.0.len() > max);
                    expected.truncate(allowed.unwrap_or(expected.len()));
                    assert!(outcome.fault.is_some());
                }
                Overlong::Skip => {
                    for (text, ending) in expected.iter_mut().filter(|line| line.0.len() > max) {
                        text.truncate(max);
                        *ending = Ending::None;
                    }
                }
                Overlong::Fragment => {}
            }
            let mut lines = vec![(Vec::new(), Ending::None)];
            for (text, ending, piece) in outcome.tokens {
                if let Some(line) = lines.last_mut() {
                    line.0.extend(text);
                    line.1 = ending;
                }
                if piece.is_end() || piece == Piece::Overlong {
                    lines.push((Vec::new(), Ending::None));
                }
            }
            lines.pop();
            assert_eq!(lines, expected, "{overlong:?} {max}");
        }
    }
}

#[test]
fn an_interactive_return_does_not_wait() {
    let scanner = LineScanner::new().interactive(true).max_len(30);
    let mut feed = Feed::new(scanner, [0; 31]).expect("room");
    for (input, line) in [
        (&b"login:\r"[..], Some(&b"login:"[..])),
        (b"\n", None), // and no empty line
        (b"a", None),
        (b"\r", Some(b"a")),
        (b"\r", Some(b"")),
        (b"\nb\n", Some(b"b")),
        (b"\n", Some(b"")),
    ] {
        let mut rest = input;
        let mut lines = Vec::new();
        while let Ok(offer) = feed.offer(rest, false) {
            let Event::Found(placed) = offer.event else {
                break;
            };
            lines.push(feed.token(placed, rest).text().to_vec());
            rest = &rest[offer.taken..];
        }
        assert_eq!(lines.first().map(Vec::as_slice), line, "{input:?}");
        assert!(lines.len() <= 1, "{input:?}");
    }
}

/// Bytes of which some are UTF-8, some are not, and some lines are longer than
/// what is checked at once.
fn nearly_text() -> impl Strategy<Value = Vec<u8>> {
    let bit = prop_oneof![
        8 => (0..200usize).prop_map(|len| vec![b'x'; len]),
        4 => prop_oneof![Just("\n"), Just("\r\n"), Just("\r")].prop_map(Vec::from),
        4 => prop_oneof![Just("ü"), Just("€"), Just("𝄞")].prop_map(Vec::from),
        1 => prop_oneof![Just(b"\xff".to_vec()), Just(b"\xe2\x82".to_vec()), Just(b"\x80".to_vec())],
        1 => (8000..8400usize).prop_map(|len| vec![b'y'; len]),
    ];
    prop::collection::vec(bit, 0..120).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whoever breaks off one way through the lines may go on by another.
    #[test]
    fn the_ways_to_ask_may_be_mixed(
        input in nearly_text(),
        universal: bool,
        mut ways in prop::collection::vec((0..4, 1..7usize), 1..40),
    ) {
        let ends = if universal { LineEnds::Universal } else { LineEnds::Lf };
        let mut feed = Feed::new(LineScanner::new().ends(ends), Vec::new()).expect("room");
        // Of a line that is not UTF-8, one of the ways shows nothing.
        let mut lines: Vec<Option<&[u8]>> = Vec::new();
        let mut at = 0;
        ways.push((3, 1));
        for (way, count) in ways.into_iter().cycle().take(100_000) {
            let window = &input[at..];
            let enough = lines.len() + count;
            let scanner = feed.in_place().expect("nothing straddles one window");
            at += match way {
                0 => scanner.glance(window).map_or(0, |(used, found)| {
                    lines.push(Some(LineScanner::token(found, window).text()));
                    used
                }),
                1 => scanner.scan_lines(window, |line| {
                    lines.push(Some(line.text()));
                    lines.len() < enough
                }),
                2 => scanner.scan_strs(window, |text| {
                    lines.push(text.ok().map(str::as_bytes));
                    lines.len() < enough
                }),
                _ => {
                    let offer = feed.offer(window, true).expect("no line is too long");
                    match offer.event {
                        Event::Found(placed) => {
                            lines.push(Some(LineScanner::token(placed.found(), window).text()));
                        }
                        Event::Done => break,
                        Event::More => unreachable!("all was shown"),
                    }
                    offer.taken
                }
            };
        }
        let expected = model(&input, ends);
        prop_assert_eq!(lines.len(), expected.len());
        for (line, expected) in lines.into_iter().zip(expected) {
            let (text, _) = split_ending(expected, ends);
            match line {
                Some(line) => prop_assert!(line == text),
                None => prop_assert!(std::str::from_utf8(text).is_err()),
            }
        }
    }

    #[test]
    fn text_is_checked_as_if_line_by_line(input in nearly_text(), universal: bool, stop in 0..400usize) {
        let ends = if universal { LineEnds::Universal } else { LineEnds::Lf };
        let scanner = LineScanner::new().ends(ends);
        let mut expected = Vec::new();
        let lines_used = scanner.clone().scan_lines(&input, |line| {
            expected.push(line.to_str());
            expected.len() < stop.max(1)
        });
        let mut texts = Vec::new();
        let used = scanner.clone().scan_strs(&input, |text| {
            texts.push(text);
            texts.len() < stop.max(1)
        });
        prop_assert_eq!(texts.len(), expected.len());
        prop_assert!(texts == expected);
        prop_assert_eq!(used, lines_used);
    }
}

//! Lines: every case through every cut, beside a model that is obviously right.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test may")]

mod long;

use long::{course, lengths, maximum};
use proptest::prelude::*;
use serde_json::Value;
use tidegate_core::testing::{Outcome, every_split};
use tidegate_core::{
    At, Ending, Event, Line, LineEnds, LineFault, LineScanner, Overlong, Piece, Scan,
};

type Token = (Vec<u8>, Piece);

fn record(tokens: &mut Vec<Token>, line: Line<'_>) {
    assert_eq!(
        line.bytes().strip_prefix(line.text()).map(<[u8]>::len),
        Some(match line.ending() {
            Ending::Lf | Ending::Cr => 1,
            Ending::CrLf => 2,
            Ending::None => 0,
        })
    );
    tokens.push((line.bytes().to_vec(), line.piece()));
}

/// The lines of an input, text and terminator apart.
fn lines(input: &[u8], ends: LineEnds) -> Vec<(&[u8], &[u8])> {
    let mut lines = Vec::new();
    let mut rest = input;
    while !rest.is_empty() {
        let is_end = |&byte: &u8| byte == b'\n' || (byte == b'\r' && ends == LineEnds::Universal);
        let text = rest.iter().position(is_end).unwrap_or(rest.len());
        let end = match &rest[text..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        lines.push((&rest[..text], &rest[text..text + end]));
        rest = &rest[text + end..];
    }
    lines
}

fn model(
    input: &[u8],
    ends: LineEnds,
    max: usize,
    overlong: Overlong,
) -> Outcome<Token, LineFault> {
    let mut tokens = Vec::new();
    let mut offset = 0;
    for (text, end) in lines(input, ends) {
        let whole = [text, end].concat();
        let len = whole.len();
        match overlong {
            _ if text.len() <= max => tokens.push((whole, Piece::Whole)),
            Overlong::Fail => {
                let offset = (offset + max) as u64;
                let fault = Some(At {
                    offset,
                    fault: LineFault::TooLong { max },
                });
                return Outcome { tokens, fault };
            }
            Overlong::Skip => tokens.push((text[..max].to_vec(), Piece::Overlong)),
            Overlong::Fragment => {
                let count = text.len().div_ceil(max.max(1));
                for (i, fragment) in text.chunks(max.max(1)).enumerate() {
                    let (piece, end) = match i {
                        0 if count == 1 => (Piece::Whole, end),
                        0 => (Piece::First, &b""[..]),
                        _ if i + 1 == count => (Piece::Last, end),
                        _ => (Piece::Middle, &b""[..]),
                    };
                    tokens.push(([fragment, end].concat(), piece));
                }
            }
        }
        offset += len;
    }
    Outcome {
        tokens,
        fault: None,
    }
}

fn check(input: &[u8], ends: LineEnds, max: usize, overlong: Overlong) {
    let make = || {
        LineScanner::new()
            .ends(ends)
            .max_len(max)
            .overlong(overlong)
    };
    let outcome = every_split(make, input, record);
    assert_eq!(
        outcome,
        model(input, ends, max, overlong),
        "{input:?} {ends:?} {max} {overlong:?}"
    );
}

fn check_all(input: &[u8]) {
    for ends in [LineEnds::Universal, LineEnds::Lf] {
        check(input, ends, 1 << 20, Overlong::Fail);
        for max in 0..4 {
            for overlong in [Overlong::Fail, Overlong::Skip, Overlong::Fragment] {
                check(input, ends, max, overlong);
            }
        }
    }
}

#[test]
fn every_short_input_is_cut_as_the_model_does() {
    for len in 0..=5 {
        for n in 0..4usize.pow(len) {
            let input: Vec<u8> = (0..len).map(|i| b"a\r\nb"[n / 4usize.pow(i) % 4]).collect();
            check_all(&input);
        }
    }
}

/// As generated with CPython's `io.TextIOWrapper(newline="")`; see the notice
/// beside the file.
#[test]
fn lines_are_pythons_universal_newlines() {
    let cases: Value =
        serde_json::from_str(include_str!("data/cpython-universal-newlines.json")).unwrap();
    let cases = cases["vectors"].as_array().unwrap();
    assert!(cases.len() > 3000);
    for case in cases {
        let input = case[0].as_str().unwrap();
        let expected: Vec<&str> = case[1]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        let outcome = every_split(LineScanner::new, input.as_bytes(), record);
        let lines: Vec<String> = outcome
            .tokens
            .into_iter()
            .map(|(line, _)| String::from_utf8(line).unwrap())
            .collect();
        assert_eq!(lines, expected, "{input:?}");
    }
}

/// Inputs longer than a block and a lap of the index, with lines of all lengths.
fn long_input() -> impl Strategy<Value = Vec<u8>> {
    let line = (prop_oneof![0..12usize, 0..90usize, 0..700usize], 0..6u8);
    prop::collection::vec(line, 0..40).prop_map(|lines| {
        let mut input = Vec::new();
        for (len, end) in lines {
            input.resize(input.len() + len, b'a' + (len % 26) as u8);
            input.extend_from_slice(
                [&b"\n"[..], b"\n", b"\n", b"\r\n", b"\r", b"\x0b"][end as usize],
            );
        }
        input
    })
}

/// Of many laps, with these line ends taking turns in stretches.
fn input_of_laps() -> impl Strategy<Value = Vec<u8>> {
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r", "\x0b"]);
    let ends = prop::collection::vec((end, 1..500usize), 1..8);
    (lengths(), ends).prop_map(|(lengths, ends)| {
        let mut ends = ends.into_iter().cycle();
        let mut input = Vec::new();
        let (mut end, mut left) = ("\n", 0);
        for len in lengths {
            if left == 0 {
                (end, left) = ends.next().unwrap();
            }
            left -= 1;
            input.resize(input.len() + len, b'a' + (len % 26) as u8);
            input.extend_from_slice(end.as_bytes());
        }
        input
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn long_inputs_are_cut_as_the_model_does(
        input in long_input(),
        max in prop_oneof![Just(1 << 20), 0..800usize],
        universal: bool,
        policy in 0..3,
    ) {
        let ends = if universal { LineEnds::Universal } else { LineEnds::Lf };
        let overlong = [Overlong::Fail, Overlong::Skip, Overlong::Fragment][policy as usize];
        let cuts = &input[..input.len().min(1500)];
        check(cuts, ends, max, overlong);
    }

    #[test]
    fn one_look_over_a_long_input_finds_what_the_model_does(input in long_input(), universal: bool) {
        let ends = if universal { LineEnds::Universal } else { LineEnds::Lf };
        let mut found = Vec::new();
        let mut scanner = LineScanner::new().ends(ends);
        let used = scanner.scan_lines(&input, |line| {
            found.push((line.text(), &line.bytes()[line.text().len()..]));
            true
        });
        let mut expected = lines(&input, ends);
        // What may still go on is left.
        while expected.iter().map(|(text, end)| text.len() + end.len()).sum::<usize>() > used {
            expected.pop();
        }
        prop_assert!(expected.len() + 1 >= lines(&input, ends).len());
        prop_assert_eq!(found, expected);
    }

    /// The index behind the fast ways is filled again and again, each time by what it
    /// saw the last time.
    #[test]
    fn laps_of_the_index_are_cut_as_the_model_does(
        input in input_of_laps(),
        course in course(),
        max in maximum(),
        universal: bool,
        interactive: bool,
        policy in 0..3,
    ) {
        let ends = if universal { LineEnds::Universal } else { LineEnds::Lf };
        let overlong = [Overlong::Fail, Overlong::Skip, Overlong::Fragment][policy as usize];
        let texts: Vec<&[u8]> = lines(&input, ends).into_iter().map(|(text, _)| text).collect();
        let max = max.among(&texts);
        let make = || {
            LineScanner::new()
                .ends(ends)
                .max_len(max)
                .overlong(overlong)
                .interactive(interactive)
        };
        let mut expected = model(&input, ends, max, overlong);
        if interactive && universal {
            for (line, _) in &mut expected.tokens {
                if line.ends_with(b"\r\n") {
                    line.pop();
                }
            }
        }
        course.check(make, &input, &record, &expected);
    }
}

/// What an adapter makes an error of: a line that is too long, and no other.
#[test]
fn only_what_was_skipped_is_refused() {
    let mut scanner = LineScanner::new().max_len(3).overlong(Overlong::Skip);
    let input = b"one\nthree\ntwo\n";
    let (mut at, mut refused) = (0, Vec::new());
    loop {
        let step = scanner.scan(&input[at..], true).unwrap();
        match step.event {
            Event::Found(found) => refused.push(scanner.refusal(found)),
            Event::More => {}
            Event::Done => break,
        }
        at += step.used;
    }
    let three = At {
        offset: 7,
        fault: LineFault::TooLong { max: 3 },
    };
    assert_eq!(refused, [None, Some(three), None]);
}

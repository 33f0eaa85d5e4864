//! Chunks: every case through every cut, beside a model that is obviously right.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test may")]

mod long;

use long::{course, lengths, maximum};
use proptest::prelude::*;
use tidegate_core::testing::{Outcome, every_split};
use tidegate_core::{
    At, Chunk, ChunkFault, ChunkScanner, EmptySeparator, Event, Overlong, Piece, Scan,
};

/// Text, whether a separator follows, and which piece.
type Token = (Vec<u8>, bool, Piece);

fn record(tokens: &mut Vec<Token>, chunk: Chunk<'_>) {
    assert!(chunk.bytes().starts_with(chunk.text()));
    tokens.push((chunk.text().to_vec(), chunk.is_terminated(), chunk.piece()));
}

fn split<'a>(input: &'a [u8], separator: &[u8]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    let mut rest = input;
    while let Some(at) = rest
        .windows(separator.len())
        .position(|bytes| bytes == separator)
    {
        chunks.push(&rest[..at]);
        rest = &rest[at + separator.len()..];
    }
    if !input.is_empty() {
        chunks.push(rest);
    }
    chunks
}

fn model(
    input: &[u8],
    separator: &[u8],
    max: usize,
    overlong: Overlong,
) -> Outcome<Token, ChunkFault> {
    let mut tokens = Vec::new();
    let mut offset = 0;
    let chunks = split(input, separator);
    let last = chunks.len().wrapping_sub(1);
    for (i, text) in chunks.into_iter().enumerate() {
        let ends = i != last;
        match overlong {
            _ if text.len() <= max => tokens.push((text.to_vec(), ends, Piece::Whole)),
            Overlong::Fail => {
                let offset = (offset + max) as u64;
                let fault = Some(At {
                    offset,
                    fault: ChunkFault::TooLong { max },
                });
                return Outcome { tokens, fault };
            }
            Overlong::Skip => tokens.push((text[..max].to_vec(), false, Piece::Overlong)),
            Overlong::Fragment => {
                let count = text.len().div_ceil(max.max(1));
                for (i, fragment) in text.chunks(max.max(1)).enumerate() {
                    let (piece, ends) = match i {
                        0 if count == 1 => (Piece::Whole, ends),
                        0 => (Piece::First, false),
                        _ if i + 1 == count => (Piece::Last, ends),
                        _ => (Piece::Middle, false),
                    };
                    tokens.push((fragment.to_vec(), ends, piece));
                }
            }
        }
        offset += text.len() + separator.len();
    }
    Outcome {
        tokens,
        fault: None,
    }
}

fn check(input: &[u8], separator: &[u8], max: usize, overlong: Overlong) {
    let make = || {
        ChunkScanner::new(separator)
            .unwrap()
            .max_len(max)
            .overlong(overlong)
    };
    let outcome = every_split(make, input, record);
    let expected = model(input, separator, max, overlong);
    assert_eq!(
        outcome, expected,
        "{input:?} {separator:?} {max} {overlong:?}"
    );
}

const POLICIES: [Overlong; 3] = [Overlong::Fail, Overlong::Skip, Overlong::Fragment];

#[test]
fn every_short_input_is_cut_as_split_does() {
    for separator in [&b"a"[..], b"aa", b"ab", b"aab", b"aba", b"abb"] {
        for len in 0..=7 {
            for n in 0..2usize.pow(len) {
                let input: Vec<u8> = (0..len).map(|i| b"ab"[n >> i & 1]).collect();
                check(&input, separator, 1 << 20, Overlong::Fail);
                for (max, overlong) in (0..4).flat_map(|max| POLICIES.map(|policy| (max, policy))) {
                    check(&input, separator, max, overlong);
                }
            }
        }
    }
}

#[test]
fn an_empty_separator_is_refused() {
    assert_eq!(ChunkScanner::new(b"").map(|_| ()), Err(EmptySeparator));
}

#[test]
fn a_chunk_that_is_not_utf8_says_so_of_itself_alone() {
    let mut texts = Vec::new();
    let input = b"gr\xC3\xBCn--\xFFx--\xC3--";
    let used = ChunkScanner::new("--")
        .unwrap()
        .scan_chunks(input, |chunk| {
            let valid = chunk.to_str().map_err(|error| error.valid_up_to());
            texts.push((valid, chunk.to_str_lossy()));
            true
        });
    assert_eq!(used, input.len());
    let green = "gr\u{fc}n";
    let expected = [
        (Ok(green), green.into()),
        (Err(0), "\u{fffd}x".into()),
        (Err(0), "\u{fffd}".into()),
    ];
    assert_eq!(texts, expected);
}

#[test]
fn false_starts_are_text() {
    for (input, separator) in [
        (&b"ab<<--END->cd<--END->"[..], &b"<--END->"[..]),
        (b"\r\n-\r\n--x\r\n--\r\n--x", b"\r\n--x"),
        (b"\r\r\n\r\n\n", b"\r\n"),
        (b"\0\0\0a\0\0", b"\0\0"),
        (b"\xFF\xFF\xFE\xFF", b"\xFF\xFE"),
    ] {
        for max in [0, 1, 3, 8, 1 << 20] {
            for overlong in POLICIES {
                check(input, separator, max, overlong);
            }
        }
    }
}

/// Inputs longer than a block and a lap of the index, with chunks of all
/// lengths and near misses of the separator.
fn long_input(separator: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let len = prop_oneof![0..12usize, 0..90usize, 0..700usize, 0..3000usize];
    prop::collection::vec((len, 0..6u8, 0..separator.len()), 0..60).prop_map(move |chunks| {
        let mut input = Vec::new();
        for (len, kind, cut) in chunks {
            input.resize(input.len() + len, b'a' + (len % 3) as u8);
            match kind {
                0 => input.extend_from_slice(&separator[..cut]),
                1 => input.extend_from_slice(&separator[cut..]),
                _ => input.extend_from_slice(&separator),
            }
        }
        input
    })
}

fn separators() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::sample::select(vec![
            "\n",
            "\r\n",
            "a",
            "aa",
            "aab",
            "\r\n--boundary",
            "abababab"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(b'a'..b'd', 1..100),
    ]
}

/// Of many laps, with near misses at the end of a text or all over it.
fn input_of_laps(separator: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let kinds = prop::collection::vec((0..12u8, 0..separator.len()), 1..20);
    (lengths(), kinds).prop_map(move |(lengths, kinds)| {
        let mut input = Vec::new();
        for (len, (kind, cut)) in lengths.into_iter().zip(kinds.into_iter().cycle()) {
            match (kind, &separator[..cut]) {
                (0, near @ [_, ..]) => input.extend(near.iter().cycle().take(len)),
                _ => input.resize(input.len() + len, b'x' + (len % 3) as u8),
            }
            match kind {
                1 => input.extend_from_slice(&separator[..cut]),
                2 => input.extend_from_slice(&separator[cut..]),
                _ => input.extend_from_slice(&separator),
            }
        }
        input
    })
}

/// Whole strides are passed over by the one byte of a separator that is rare, which
/// may lie in the stride behind.
#[test]
fn a_separator_may_begin_in_a_stride_without_its_rare_byte() {
    for len in [1, 2, 30, 63, 64, 70, 255, 256, 300] {
        let separator = [vec![b'a'; len], vec![b'-']].concat();
        let mut input = Vec::new();
        for more in 0..260 {
            input.resize(input.len() + 1000 + more, b'x');
            input.extend_from_slice(&separator);
        }
        let mut texts = Vec::new();
        let mut chunks = ChunkScanner::new(&separator).unwrap();
        let used = chunks.scan_chunks(&input, |chunk| {
            texts.push(chunk.text().len());
            true
        });
        assert_eq!(used, input.len());
        assert!(texts.iter().copied().eq(1000..1260), "{len}");
    }
}

/// Of which no mark, one and several are made, and whose blocks are told by the
/// first byte or the last.
fn separators_of_laps() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "\n",
        "\r\n",
        "aa",
        "a\n",
        "\na",
        "---",
        "a-a-",
        "\r\n--boundary",
    ];
    prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        (60..80usize).prop_map(|len| [vec![b'a'; len], vec![b'-']].concat()),
        prop::collection::vec(b'a'..b'd', 1..100),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn long_inputs_are_cut_as_split_does(
        (separator, input) in separators().prop_flat_map(|s| (Just(s.clone()), long_input(s))),
        max in prop_oneof![Just(1 << 20), 0..800usize],
        policy in 0..3usize,
    ) {
        check(&input[..input.len().min(1200)], &separator, max, POLICIES[policy]);
    }

    #[test]
    fn one_look_over_a_long_input_finds_what_split_does(
        (separator, input) in separators().prop_flat_map(|s| (Just(s.clone()), long_input(s))),
    ) {
        let mut found = Vec::new();
        let used = ChunkScanner::new(&separator).unwrap().scan_chunks(&input, |chunk| {
            found.push(chunk.text());
            true
        });
        let mut expected = split(&input, &separator);
        let rest = expected.pop().unwrap_or_default();
        prop_assert_eq!(used + rest.len(), input.len());
        prop_assert_eq!(found, expected);
    }

    /// The index behind the fast ways is filled again and again, each time by what it
    /// saw the last time.
    #[test]
    fn laps_of_the_index_are_cut_as_split_does(
        (separator, input) in separators_of_laps()
            .prop_flat_map(|s| (Just(s.clone()), input_of_laps(s))),
        course in course(),
        max in maximum(),
        policy in 0..3usize,
    ) {
        let max = max.among(&split(&input, &separator));
        let make = || {
            ChunkScanner::new(&separator)
                .unwrap()
                .max_len(max)
                .overlong(POLICIES[policy])
        };
        let expected = model(&input, &separator, max, POLICIES[policy]);
        course.check(make, &input, &record, &expected);
    }
}

/// What an adapter makes an error of: a chunk that is too long, and no other.
#[test]
fn only_what_was_skipped_is_refused() {
    let scanner = ChunkScanner::new(b"--").unwrap();
    let mut scanner = scanner.max_len(3).overlong(Overlong::Skip);
    let input = b"one--three--two";
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
        offset: 8,
        fault: ChunkFault::TooLong { max: 3 },
    };
    assert_eq!(refused, [None, Some(three), None]);
}

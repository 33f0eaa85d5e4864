//! `ChunkedDecoder` beside the model: by hand, exhaustively, and at random.

use crate::model::{Answer, Limits};
use crate::{check, check_quickly, record};
use proptest::prelude::*;
use tidegate_core::ChunkedFault::*;
use tidegate_core::testing::{End, Route, run};
use tidegate_core::{ChunkedDecoder, ChunkedFault, Event, Fault, FaultClass, Feed, Scan};

type Fields<'f> = &'f [(&'f str, &'f str)];

fn good(data: &str, trailers: Fields<'_>, used: usize) -> Answer {
    let bytes = |text: &str| text.as_bytes().to_vec();
    Answer {
        data: bytes(data),
        trailers: trailers
            .iter()
            .map(|(name, value)| (bytes(name), bytes(value)))
            .collect(),
        end: Ok(used),
    }
}

#[test]
#[rustfmt::skip]
fn bodies_that_are_right() {
    let cases: &[(&str, &str, Fields<'_>)] = &[
        ("0\r\n\r\n", "", &[]),
        ("5\r\nhello\r\n0\r\n\r\n", "hello", &[]),
        ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world", &[]),
        ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789", &[]),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789", &[]),
        ("0000000000000001\r\nx\r\n0000000000000000\r\n\r\n", "x", &[]),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", &[]),
        ("5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n", &[]),
        ("1;a\r\nx\r\n0\r\n\r\n", "x", &[]),
        ("1;a=b\r\nx\r\n0;c\r\n\r\n", "x", &[]),
        ("1;a;b;c=d\r\nx\r\n0\r\n\r\n", "x", &[]),
        ("1 ;\ta \t= b\t; c\r\nx\r\n0\r\n\r\n", "x", &[]),
        ("1;a=\"\"\r\nx\r\n0\r\n\r\n", "x", &[]),
        ("1;a=\"b;c=d \t\\\" \\\\ \\;\" ;e\r\nx\r\n0\r\n\r\n", "x", &[]),
        ("1;a=\"\u{e9}\"\r\nx\r\n0\r\n\r\n", "x", &[]),
        ("0\r\na: b\r\n\r\n", "", &[("a", "b")]),
        ("0\r\na:\r\nb: \t \r\n\r\n", "", &[("a", ""), ("b", "")]),
        ("0\r\na:\t b c \t\r\n\r\n", "", &[("a", "b c")]),
        ("0\r\na:b:c\r\na: d\r\n\r\n", "", &[("a", "b:c"), ("a", "d")]),
        ("0\r\nContent-Length: 5\r\n\r\n", "", &[("Content-Length", "5")]),
        ("0\r\n!#$%&'*+-.^_`|~: \u{e9}\r\n\r\n", "", &[("!#$%&'*+-.^_`|~", "\u{e9}")]),
    ];
    for (body, data, trailers) in cases {
        for behind in ["", "GET / HTTP/1.1\r\n\r\n", "\r\n", "0\r\n\r\n", "\n"] {
            let input = [body, behind].concat();
            let answer = check(Limits::DEFAULT, input.as_bytes());
            assert_eq!(answer, good(data, trailers, body.len()), "{input:?}");
        }
    }
}

/// Each with the byte that is wrong behind the dot.
#[test]
#[rustfmt::skip]
fn bodies_that_are_wrong() {
    let cases: &[(&str, ChunkedFault)] = &[
        ("·\r\n", EmptySize),
        ("·;a\r\n", EmptySize),
        ("1\r\nx\r\n·\r\n", EmptySize),
        ("·x\r\n", MalformedSize),
        ("·+5\r\n", MalformedSize),
        ("·-1\r\n", MalformedSize),
        ("· 5\r\n", MalformedSize),
        ("·\t5\r\n", MalformedSize),
        ("·\"5\"\r\n", MalformedSize),
        ("0·x5\r\n", MalformedSize),
        ("1·_0\r\n", MalformedSize),
        ("1·.0\r\n", MalformedSize),
        ("1·,0\r\n", MalformedSize),
        ("1·\u{b}\r\n", MalformedSize),
        ("1·\0\r\n", MalformedSize),
        ("1·g\r\n", MalformedSize),
        ("1·=a\r\n", MalformedSize),
        ("1·\"\r\n", MalformedSize),
        ("0000000000000000·0\r\n", SizeTooLong),
        ("1000000000000000·0\r\n", SizeTooLong),
        ("f000000000000000·3\r\n", SizeTooLong),
        ("1 ·\r\n", TrailingBlank),
        ("1\t·\r\n", TrailingBlank),
        ("1;a ·\r\n", TrailingBlank),
        ("1;a=b ·\r\n", TrailingBlank),
        ("1;a=\"b\"\t·\r\n", TrailingBlank),
        ("1 ·2\r\n", MalformedExtension),
        ("1 ·a\r\n", MalformedExtension),
        ("1;·\r\n", MalformedExtension),
        ("1; ·\r\n", MalformedExtension),
        ("1;·;\r\n", MalformedExtension),
        ("1;·=b\r\n", MalformedExtension),
        ("1;·\"a\"\r\n", MalformedExtension),
        ("1;a=·\r\n", MalformedExtension),
        ("1;a= ·\r\n", MalformedExtension),
        ("1;a=·;b\r\n", MalformedExtension),
        ("1;a=·=\r\n", MalformedExtension),
        ("1;a=b·=c\r\n", MalformedExtension),
        ("1;a ·b\r\n", MalformedExtension),
        ("1;a=b ·c\r\n", MalformedExtension),
        ("1;a=b·\"c\"\r\n", MalformedExtension),
        ("1;a=\"b\"·c\r\n", MalformedExtension),
        ("1;a=\"b\"·\"c\"\r\n", MalformedExtension),
        ("1;a=\"·\r\n\"\r\n", MalformedExtension),
        ("1;a=\"\\·\r\n\"\r\n", MalformedExtension),
        ("1;a=\"·\0\"\r\n", MalformedExtension),
        ("1;a=\"·\u{7f}\"\r\n", MalformedExtension),
        ("1;a·\u{b}\r\n", MalformedExtension),
        ("1;a·[=b\r\n", MalformedExtension),
        ("1;a·,b\r\n", MalformedExtension),
        ("1·\nx\r\n", BareLf),
        ("·\n", BareLf),
        ("1 ·\n", BareLf),
        ("1;·\n", BareLf),
        ("1;a·\n", BareLf),
        ("1;a=·\n", BareLf),
        ("1;a=\"·\n\"\r\n", BareLf),
        ("1;a=\"\\·\n\"\r\n", BareLf),
        ("1;a=\"b\"·\n", BareLf),
        ("1\r·\r\nx\r\n", BareCr),
        ("1\r·x", BareCr),
        ("1;a\r·b\r\n", BareCr),
        ("0\r·0\r\n", BareCr),
        ("1\r\nx·\n0\r\n\r\n", UnterminatedData),
        ("1\r\nx·y\r\n0\r\n\r\n", UnterminatedData),
        ("1\r\nx·0\r\n\r\n", UnterminatedData),
        ("1\r\nx\r·x", UnterminatedData),
        ("1\r\nx\r·\r\n", UnterminatedData),
        ("3\r\nxxx·__1a\r\n", UnterminatedData),
        ("0\r\n·: b\r\n\r\n", MalformedTrailer),
        ("0\r\n· a: b\r\n\r\n", MalformedTrailer),
        ("0\r\na· : b\r\n\r\n", MalformedTrailer),
        ("0\r\na·\r\n\r\n", MalformedTrailer),
        ("0\r\na·é: b\r\n\r\n", MalformedTrailer),
        ("0\r\na: b\r\n· c\r\n\r\n", MalformedTrailer),
        ("0\r\na: b\r\n·\tc\r\n\r\n", MalformedTrailer),
        ("0\r\na: ·\0\r\n\r\n", MalformedTrailer),
        ("0\r\na: ·\u{7f}\r\n\r\n", MalformedTrailer),
        ("0\r\n·\n", BareLf),
        ("0\r\na·\n", BareLf),
        ("0\r\na: b·\n\r\n", BareLf),
        ("0\r\na: b\r·c\r\n\r\n", BareCr),
        ("0\r\na: b\r·\r\n\r\n", BareCr),
        ("0\r\n\r·X", BareCr),
        ("0\r\n\r·\r\n", BareCr),
        ("0\r\na: b\r\n\r·X", BareCr),
        ("·", Truncated),
        ("5·", Truncated),
        ("5;a=\"·", Truncated),
        ("5\r·", Truncated),
        ("5\r\n·", Truncated),
        ("5\r\nhel·", Truncated),
        ("5\r\nhello·", Truncated),
        ("5\r\nhello\r·", Truncated),
        ("5\r\nhello\r\n·", Truncated),
        ("ffffffffffffffff\r\nabc·", Truncated),
        ("0\r·", Truncated),
        ("0\r\n·", Truncated),
        ("0\r\n\r·", Truncated),
        ("0\r\na·", Truncated),
        ("0\r\na: b\r·", Truncated),
        ("0\r\na: b\r\n·", Truncated),
        ("0\r\na: b\r\n\r·", Truncated),
    ];
    for (body, fault) in cases {
        let (before, behind) = body.split_once('·').unwrap();
        let input = latin1(&[before, behind].concat());
        let offset = latin1(before).len() as u64;
        assert_eq!(check(Limits::DEFAULT, &input).end, Err((offset, *fault)), "{body:?}");
    }
}

/// A character is a byte.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap()).collect()
}

/// An end anywhere before the last byte is none.
#[test]
fn every_beginning_of_a_body_is_truncated() {
    let body = b"5;a=\"b\" ;c\r\nhello\r\n1\r\n!\r\n0\r\nName: value\r\nOther:\r\n\r\n";
    for len in 0..body.len() {
        let answer = check(Limits::DEFAULT, &body[..len]);
        assert_eq!(answer.end, Err((len as u64, Truncated)));
    }
    assert_eq!(check(Limits::DEFAULT, body).end, Ok(body.len()));
}

/// Nothing that is not said here may be in the framing, whatever byte it is.
#[test]
#[rustfmt::skip]
fn every_byte_at_every_place() {
    let bodies: [&[u8]; 4] = [
        b"2\r\nxx\r\n0\r\n\r\n",
        b"1;a=b;c\r\nx\r\n0\r\n\r\n",
        b"1;a=\"\\b\" ;c\r\nx\r\n0\r\n\r\n",
        b"0\r\nab: cd\r\n\r\n",
    ];
    for body in bodies {
        for at in 0..body.len() {
            for byte in 0..=255 {
                let (before, behind) = body.split_at(at);
                check_quickly(Limits::DEFAULT, &[before, &[byte], &behind[1..]].concat());
                check_quickly(Limits::DEFAULT, &[before, &[byte], behind].concat());
            }
        }
    }
}

/// All strings over an alphabet, up to a length.
fn strings(alphabet: &[u8], most: u32, mut each: impl FnMut(&[u8])) {
    let mut string = Vec::new();
    for len in 0..=most {
        for mut number in 0..alphabet.len().pow(len) {
            string.clear();
            for _ in 0..len {
                string.push(alphabet[number % alphabet.len()]);
                number /= alphabet.len();
            }
            each(&string);
        }
    }
}

/// Where the exhaustive tests begin, and over which bytes.
const PLACES: &[(&[u8], &[u8])] = &[
    (b"", b"01f;\r\na"),
    (b"1", b"1; =a\r\n"),
    (b"1;", b"a; =\"\r\n"),
    (b"1;a=", b"a;\\ \"\r\n"),
    (b"1;a=\"", b"a;\\ \"\r\n"),
    (b"1\r\n", b"01;\r\na"),
    (b"1\r\nx", b"01;\r\na"),
    (b"1\r\nx\r\n", b"01f;\r\na"),
    (b"0\r\n", b"a: \t\r\n0"),
    (b"0\r\na:", b"a: \t\r\n\0"),
    (b"0\r\na: b\r\n", b"a: \t\r\n0"),
];

#[test]
fn all_short_inputs() {
    for &(prefix, alphabet) in PLACES {
        strings(alphabet, 6, |rest| {
            check_quickly(Limits::DEFAULT, &[prefix, rest].concat());
        });
    }
}

#[test]
fn all_very_short_inputs_on_every_cut() {
    for &(prefix, alphabet) in PLACES {
        strings(alphabet, 3, |rest| {
            check(SMALL, &[prefix, rest].concat());
        });
    }
}

/// So that they are met by short inputs, and the smallest storage is small.
const SMALL: Limits = Limits {
    size_line: 4,
    extensions: 5,
    trailers: 2,
    trailer_bytes: 9,
};

/// A chunk size as somebody may write it: digits in any case, zeros in front.
fn size(size: usize, zeros: usize, upper: bool) -> String {
    let digits = match upper {
        true => format!("{size:X}"),
        false => format!("{size:x}"),
    };
    format!("{}{digits}", "0".repeat(zeros))
}

fn extension() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just(String::new()),
        "[ \t]{0,2}=[ \t]{0,2}[a-z!~]{1,4}",
        "=\"([a-z;= \t]|\\\\[\"\\\\ a-z]){0,6}\"",
    ];
    ("[ \t]{0,2};[ \t]{0,2}[a-z0-9*]{1,4}", value).prop_map(|(name, value)| name + &value)
}

fn framing() -> impl Strategy<Value = (usize, bool, Vec<String>)> {
    (
        0..4usize,
        any::<bool>(),
        prop::collection::vec(extension(), 0..3),
    )
}

type Field = (String, String);

/// A body, and what it says.
fn bodies() -> impl Strategy<Value = (Vec<u8>, Vec<u8>, Vec<Field>)> {
    let data = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..40),
        "[0-9\r\n;:a]{1,20}".prop_map(String::into_bytes),
    ];
    let chunks = prop::collection::vec((framing(), data), 0..5);
    let trailers = prop::collection::vec(
        ("[A-Za-z-]{1,6}", "([!-~]([ -~]{0,6}[!-~])?)?", "[ \t]{0,2}"),
        0..4,
    );
    (chunks, framing(), trailers).prop_map(|(chunks, last, fields)| {
        let (mut body, mut data) = (Vec::new(), Vec::new());
        for ((zeros, upper, extensions), chunk) in &chunks {
            let line = size(chunk.len(), *zeros, *upper) + &extensions.concat();
            body.extend([line.as_bytes(), b"\r\n", chunk, b"\r\n"].concat());
            data.extend(chunk);
        }
        let (zeros, upper, extensions) = last;
        body.extend((size(0, zeros, upper) + &extensions.concat() + "\r\n").bytes());
        for (name, value, blanks) in &fields {
            body.extend(format!("{name}:{blanks}{value}{blanks}\r\n").bytes());
        }
        body.extend(b"\r\n");
        let fields = fields
            .into_iter()
            .map(|(name, value, _)| (name, value))
            .collect();
        (body, data, fields)
    })
}

#[derive(Clone, Debug)]
enum Change {
    Replace(u8),
    Insert(u8),
    Remove,
    Repeat(usize),
    Cut,
}

fn changes() -> impl Strategy<Value = Vec<(usize, Change)>> {
    let byte = || {
        prop_oneof![
            prop::sample::select(&b"0aF;:=\"\\ \t\r\n\0"[..]),
            any::<u8>()
        ]
    };
    let change = prop_oneof![
        4 => byte().prop_map(Change::Replace),
        4 => byte().prop_map(Change::Insert),
        2 => Just(Change::Remove),
        1 => (1..40usize).prop_map(Change::Repeat),
        1 => Just(Change::Cut),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), change), 0..4).prop_map(|changes| {
        let changes = changes.into_iter();
        changes
            .map(|(at, change)| (at.index(1 << 20), change))
            .collect()
    })
}

fn changed(mut body: Vec<u8>, changes: &[(usize, Change)]) -> Vec<u8> {
    for (at, change) in changes {
        if body.is_empty() {
            break;
        }
        let at = at % body.len();
        match *change {
            Change::Replace(byte) => body[at] = byte,
            Change::Insert(byte) => body.insert(at, byte),
            Change::Remove => _ = body.remove(at),
            Change::Repeat(len) => {
                let end = body.len().min(at + len);
                body.splice(at..at, body[at..end].to_vec());
            }
            Change::Cut => body.truncate(at),
        }
    }
    body
}

fn limits() -> impl Strategy<Value = Limits> {
    let limits = (0..40usize, 0..60usize, 0..4usize, 0..60usize);
    let small = limits.prop_map(|(size_line, extensions, trailers, trailer_bytes)| Limits {
        size_line,
        extensions,
        trailers,
        trailer_bytes,
    });
    prop_oneof![Just(Limits::DEFAULT), small]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_a_sender_may_write_is_read(
        (body, data, fields) in bodies(),
        behind in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let answer = check(Limits::DEFAULT, &[&body[..], &behind].concat());
        let trailers = fields.into_iter().map(|(name, value)| (name.into_bytes(), value.into_bytes()));
        prop_assert_eq!(answer, Answer { data, trailers: trailers.collect(), end: Ok(body.len()) });
    }

    #[test]
    fn anything_else_is_what_the_model_says(
        (body, _, _) in bodies(),
        changes in changes(),
        limits in limits(),
    ) {
        check(limits, &changed(body, &changes));
    }

    #[test]
    fn however_it_is_cut(
        (body, _, _) in bodies(),
        changes in changes(),
        limits in limits(),
        cuts in prop::collection::vec(0..30usize, 1..8),
    ) {
        let input = changed(body, &changes);
        let mut pieces = Vec::new();
        let mut rest = &input[..];
        for &cut in cuts.iter().cycle().take(200) {
            let (piece, behind) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        let machine = || crate::decoder(limits);
        let whole = run(machine(), &[&input], Vec::new(), Route::Scan, End::Apart, &record);
        for route in [Route::Glance, Route::ScanAll, Route::GlanceThenAll] {
            let mut smallest = vec![0; machine().reach()];
            let found = run(machine(), &pieces, &mut smallest[..], route, End::WithLast, &record);
            prop_assert_eq!(&found, &whole);
        }
    }
}

/// Data is lent from the input, and is all of the chunk that is there.
#[test]
fn data_is_never_carried() {
    let mut feed = Feed::new(ChunkedDecoder::new(), Vec::new()).unwrap();
    for (piece, data) in [
        ("5", ""),
        ("\r\nhe", "he"),
        ("ll", "ll"),
        ("o\r", "o"),
        ("\n0\r\n\r\n", ""),
    ] {
        let mut rest = piece.as_bytes();
        let mut found = Vec::new();
        loop {
            let offer = feed.offer(rest, false).unwrap();
            if let Event::Found(placed) = offer.event {
                assert!(!placed.is_carried(), "{piece:?}");
                record(&mut found, feed.token(placed, rest));
            }
            assert_eq!(feed.rest(), b"", "{piece:?}");
            rest = &rest[offer.taken..];
            if !matches!(offer.event, Event::Found(_)) {
                break;
            }
        }
        let expected = (!data.is_empty()).then(|| crate::Token::Data(data.as_bytes().to_vec()));
        assert_eq!(found, Vec::from_iter(expected), "{piece:?}");
    }
    assert!(feed.machine().is_done());
}

#[test]
fn fixed_storage_holds_a_trailer_line_and_a_byte() {
    let decoder = || ChunkedDecoder::new().max_trailer_bytes(100);
    assert_eq!(decoder().reach(), 101);
    assert!(Feed::new(decoder(), [0; 101]).is_ok());
    let refused = Feed::new(decoder(), [0; 100]).unwrap_err();
    assert_eq!((refused.needed, refused.given), (101, 100));
    assert_eq!(
        ChunkedDecoder::new().max_trailer_bytes(usize::MAX).reach(),
        usize::MAX
    );
}

/// As many bytes as there are in 64 bits are a size, and no number of them.
#[test]
fn the_largest_size_is_counted_down() {
    let mut feed = Feed::new(ChunkedDecoder::new(), Vec::new()).unwrap();
    let line = b"ffffffffffffffff\r\n";
    assert_eq!(feed.offer(line, false).unwrap().taken, line.len());
    let block = vec![b'x'; 1 << 20];
    for _ in 0..20 {
        assert_eq!(feed.offer(&block, false).unwrap().taken, block.len());
    }
    let at = feed.offer(b"", true).unwrap_err();
    assert_eq!(
        (at.offset, at.fault),
        (line.len() as u64 + (20 << 20), Truncated)
    );
}

#[test]
fn every_fault_says_its_class_and_itself() {
    let cases = [
        (EmptySize, FaultClass::Malformed),
        (MalformedSize, FaultClass::Malformed),
        (SizeTooLong, FaultClass::Malformed),
        (TrailingBlank, FaultClass::Malformed),
        (MalformedExtension, FaultClass::Malformed),
        (BareLf, FaultClass::Malformed),
        (BareCr, FaultClass::Malformed),
        (UnterminatedData, FaultClass::Malformed),
        (MalformedTrailer, FaultClass::Malformed),
        (SizeLineTooLong { max: 71 }, FaultClass::TooLarge),
        (ExtensionsTooLong { max: 71 }, FaultClass::TooLarge),
        (TrailersTooLong { max: 71 }, FaultClass::TooLarge),
        (TooManyTrailers { max: 71 }, FaultClass::TooLarge),
        (Truncated, FaultClass::Truncated),
    ];
    let mut texts: Vec<String> = cases.iter().map(|(fault, _)| fault.to_string()).collect();
    for ((fault, class), text) in cases.iter().zip(&texts) {
        assert_eq!(fault.class(), *class);
        let limit = *class == FaultClass::TooLarge;
        assert_eq!(text.contains("71"), limit, "{text}");
    }
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), cases.len(), "no two faults read alike");
}

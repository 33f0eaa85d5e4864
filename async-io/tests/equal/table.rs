//! The one table of cases, and all the ways that an input of one may arrive.

use super::common::cuts;
use super::file::{Promise, Shaky, files_are_equal};
use super::form::{Parts, forms_are_equal};
use super::kinds::{
    Arrival, Limit, chunks_are_equal, limits_are_equal, lines_are_equal, parts_are_equal,
};
use super::text::{Reads, texts_are_equal};
use super::{body::bodies_are_equal, cut};
use std::io::{Cursor, ErrorKind};
use tidegate_async_io::core::{
    BodyKind, Boundary, ChunkScanner, ChunkedDecoder, Decoder, InputLimits, LineEnds, LineScanner,
    Overlong,
};

/// What an input is read as.
#[expect(clippy::large_enum_variant, reason = "there are few of them")]
pub(crate) enum Room {
    Lines(LineScanner),
    Chunks(ChunkScanner<'static>),
    /// By reads of so many bytes.
    Limit(Limit, usize),
    /// Of which these are passed over, in turns.
    Parts(Decoder, &'static [bool]),
    Texts(&'static [Reads]),
    Body(BodyKind, InputLimits),
    Form(Parts),
    File(Promise),
}

pub(crate) type Case = (Room, Vec<u8>);

/// Every case, as it arrives in every way.
pub(crate) fn check(is_of: impl Fn(&Room) -> bool) {
    let cases: Vec<Case> = cases()
        .into_iter()
        .filter(|(room, _)| is_of(room))
        .collect();
    assert!(!cases.is_empty());
    for (room, input) in &cases {
        if let Room::File(promise) = room {
            files(input, *promise);
            continue;
        }
        for cut in cuts(input) {
            for stutters in [false, true] {
                for error in [
                    None,
                    Some(ErrorKind::ConnectionReset),
                    Some(ErrorKind::TimedOut),
                ] {
                    let pieces = cut.clone();
                    arrive(
                        room,
                        input,
                        &Arrival {
                            pieces,
                            error,
                            stutters,
                            limit: None,
                        },
                    );
                }
            }
        }
        // It fails in the middle: what came before, then the error.
        for end in 0..input.len() {
            let input = &input[..end];
            for pieces in [
                vec![input],
                input.chunks(1).collect(),
                cut(input, &[3, 0, 1]),
            ] {
                let error = Some(ErrorKind::ConnectionReset);
                arrive(
                    room,
                    input,
                    &Arrival {
                        pieces,
                        error,
                        stutters: true,
                        limit: None,
                    },
                );
            }
        }
    }
}

fn arrive(room: &Room, input: &[u8], arrival: &Arrival<'_>) {
    let len = input.len() as u64;
    let limit = |exact, max| Some(Limit { exact, max });
    let limits = [
        None,
        limit(true, len),
        limit(true, len / 2),
        limit(true, len + 1),
        limit(false, len),
        limit(false, len.saturating_sub(1)),
    ];
    let within = || {
        let limited = |limit| Arrival {
            limit,
            ..arrival.clone()
        };
        limits.into_iter().map(limited)
    };
    match room {
        Room::Lines(scanner) => {
            within().for_each(|arrival| lines_are_equal(input, &arrival, scanner));
        }
        Room::Chunks(scanner) => {
            within().for_each(|arrival| chunks_are_equal(input, &arrival, scanner));
        }
        Room::Parts(decoder, passes) => {
            within().for_each(|arrival| parts_are_equal(input, &arrival, decoder, passes));
        }
        Room::Limit(limit, size) => limits_are_equal(input, arrival, *limit, *size),
        Room::Texts(reads) => texts_are_equal(input, arrival, &form_data(), reads),
        Room::Body(kind, limits) => bodies_are_equal(input, arrival, *kind, limits),
        Room::Form(parts) => forms_are_equal(input, arrival, *parts),
        Room::File(_) => unreachable!("files do not arrive"),
    }
}

fn files(bytes: &[u8], promise: Promise) {
    for block_size in [0, 1, 5, 1000] {
        for most in [1, 3, 1000] {
            for fails_at in [None, Some(0), Some(2), Some(bytes.len() as u64)] {
                let bytes = Cursor::new(bytes.to_vec());
                let interrupted = false;
                let file = Shaky {
                    bytes,
                    most,
                    fails_at,
                    interrupted,
                };
                files_are_equal(&file, promise, block_size);
            }
        }
    }
}

fn form_data() -> Decoder {
    Decoder::form_data(Boundary::new("b").unwrap())
}

/// A body of parts: name, what is behind it in the head, and data.
fn parts(parts: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, more, data) in parts {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n");
        body.extend([head.as_bytes(), data, b"\r\n"].concat());
    }
    body.extend(b"--b--");
    body
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut case = |room, input: &[u8]| cases.push((room, input.to_vec()));

    let universal = LineScanner::new;
    let lf = || LineScanner::new().ends(LineEnds::Lf);
    let short = |overlong| LineScanner::new().max_len(3).overlong(overlong);
    case(Room::Lines(universal()), b"");
    case(Room::Lines(universal()), b"one\ntwo\r\nthree\rfour");
    case(Room::Lines(universal()), b"\r\r\n\n\n\r");
    case(Room::Lines(universal()), b"no end but \xFF and \0");
    case(Room::Lines(universal().interactive(true)), b"a\r\nb\r");
    case(Room::Lines(lf()), b"one\r\ntwo\rthree\n");
    case(Room::Lines(short(Overlong::Fail)), b"abc\r\nabcd\nab\n");
    case(Room::Lines(short(Overlong::Skip)), b"abcd\r\nabc\nabcde");
    case(Room::Lines(short(Overlong::Fragment)), b"abcdefg\r\nabc\n");

    let at = |separator| ChunkScanner::new(separator).unwrap();
    let short = |overlong| at("--").max_len(3).overlong(overlong);
    case(Room::Chunks(at("-")), b"a-bc--d");
    case(Room::Chunks(at("--")), b"a---bc-d----");
    case(Room::Chunks(at("aab")), b"aaabaabxaaab");
    case(Room::Chunks(short(Overlong::Fail)), b"abc--abcd--a");
    case(Room::Chunks(short(Overlong::Skip)), b"abcde--ab-c--abcd");
    case(Room::Chunks(short(Overlong::Fragment)), b"abcdefg--abc-");

    for (exact, max) in [
        (true, 0),
        (true, 5),
        (true, 9),
        (false, 0),
        (false, 5),
        (false, 4),
    ] {
        for size in [1, 3, 1000] {
            case(Room::Limit(Limit { exact, max }, size), b"hello");
            case(Room::Limit(Limit { exact, max }, size), b"");
        }
    }

    let mixed = || Decoder::mixed(Boundary::new("b").unwrap());
    let two = parts(&[
        ("a", "", b"x\r\n--\r\n--c"),
        ("f", "; filename=\"g\"\r\nContent-Type: text/plain", b"\r"),
    ]);
    case(Room::Parts(form_data(), &[false]), &two);
    case(Room::Parts(form_data(), &[true, false]), &two);
    case(Room::Parts(form_data().max_field_len(4), &[false]), &two);
    case(Room::Parts(form_data().max_parts(1), &[true]), &two);
    case(Room::Parts(form_data(), &[false]), b"--b--\r\nbehind");
    case(
        Room::Parts(form_data(), &[false]),
        b"--b\r\na: b\r\n\r\nno name\r\n--b--",
    );
    case(
        Room::Parts(mixed(), &[false]),
        b"before\r\n--b\r\n\r\n\r\n--b \t\r\nx: y\r\n\r\nz\r\n--b--",
    );
    case(Room::Parts(mixed(), &[false]), b"--b\r\nbroken\r\n\r\n");

    let charset = ("_charset_", "", &b"iso-8859-1"[..]);
    let latin = (
        "a",
        "\r\nContent-Type: text/plain; charset=latin1",
        &b"\xE9"[..],
    );
    for (reads, body) in [
        (&[Reads::Decoded][..], parts(&[charset, ("a", "", b"\xE9")])),
        (
            &[Reads::Bytes, Reads::Decoded],
            parts(&[charset, ("a", "", b"\xE9")]),
        ),
        (
            &[Reads::Nothing, Reads::Decoded],
            parts(&[charset, ("a", "", b"\xE9")]),
        ),
        (
            &[Reads::Decoded],
            parts(&[latin, ("b", "", "\u{e9}".as_bytes())]),
        ),
        (
            &[Reads::Decoded],
            parts(&[("_charset_", "", b""), ("a", "", b"a")]),
        ),
        (
            &[Reads::Decoded],
            parts(&[("a", "\r\nContent-Type: text/plain; charset=x", b"a")]),
        ),
        (
            &[Reads::Decoded],
            parts(&[("a", "\r\nContent-Type: text/plain; charset", b"a")]),
        ),
    ] {
        case(Room::Texts(reads), &body);
    }

    let limits = InputLimits::new;
    let next = "GET / HTTP/1.1\r\n";
    for body in [
        "5\r\nhello\r\n0\r\n\r\n",
        "0\r\n\r\n",
        "1\r\na\r\n2;x=y\r\nbc\r\n0\r\nX-Sum: 42\r\nY:\r\n\r\n",
        "0000a\r\n0123456789\r\n0\r\n\r\n",
        "5\r\nhelloX",
        "5\r\nhello\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "2\r\nab\r\n0\r\nbad trailer\r\n\r\n",
    ] {
        for limits in [limits(), limits().max_length(5), limits().max_length(2)] {
            case(
                Room::Body(BodyKind::Chunked, limits),
                format!("{body}{next}").as_bytes(),
            );
        }
    }
    let narrow = limits().decoder(ChunkedDecoder::new().max_trailers(1));
    let trailers = b"0\r\na: 1\r\nb: 2\r\n\r\n";
    case(Room::Body(BodyKind::Chunked, narrow), trailers);
    for kind in [
        BodyKind::Length(0),
        BodyKind::Length(5),
        BodyKind::Length(7),
        BodyKind::UntilClose,
    ] {
        for connection in [&b""[..], b"hello", b"hello, world"] {
            case(Room::Body(kind, limits().max_length(7)), connection);
        }
    }
    case(Room::Body(BodyKind::Empty, limits()), b"hello");

    for (name, filename) in [("a", None), ("a\"\r\n", Some("f\u{e9}\"g"))] {
        for promise in [None, Some(0), Some(10), Some(11), Some(12)] {
            case(
                Room::Form(Parts {
                    name,
                    filename,
                    promise,
                }),
                b"hello world",
            );
        }
    }

    for promise in [
        Promise::Nothing,
        Promise::Exact(0),
        Promise::Exact(10),
        Promise::Exact(11),
        Promise::Exact(12),
        Promise::Range(6, 5),
        Promise::Range(6, 6),
        Promise::Range(0, 1),
    ] {
        case(Room::File(promise), b"hello world");
    }
    case(Room::File(Promise::Nothing), b"");
    case(Room::File(Promise::Exact(1)), b"");
    cases
}

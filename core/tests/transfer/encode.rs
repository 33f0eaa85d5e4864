//! `ChunkedEncoder`: what it writes is read as what it was, and nothing else can
//! be written.

use crate::model::{self, Limits};
use proptest::prelude::*;
use std::collections::HashSet;
use tidegate_core::TrailerFault::{self, *};
use tidegate_core::{ChunkedEncoder, Trailers};

type Field<'f> = (&'f [u8], &'f [u8]);

/// A body of these writes, whose length is foretold piece by piece.
fn encode(writes: &[Vec<u8>], trailers: Trailers<'_>) -> Vec<u8> {
    let mut encoder = ChunkedEncoder::new();
    let mut body = Vec::new();
    for data in writes {
        let chunk = encoder.chunk(data);
        let pieces = chunk.pieces().concat();
        assert_eq!(chunk.encoded_len(), Some(pieces.len() as u64));
        body.extend(pieces);
    }
    let mut last = encoder.end(trailers);
    loop {
        let rest: Vec<&[u8]> = last.clone().collect();
        assert_eq!(last.encoded_len(), Some(rest.concat().len() as u64));
        let Some(piece) = last.next() else {
            assert_eq!(last.next(), None, "an end must stick");
            return body;
        };
        assert_eq!(piece, rest[0]);
        body.extend(piece);
    }
}

#[test]
#[rustfmt::skip]
fn what_is_written() {
    type Case<'c> = (&'c [&'c str], &'c [(&'c str, &'c str)], &'c str);
    let cases: &[Case<'_>] = &[
        (&[], &[], "0\r\n\r\n"),
        (&[""], &[], "0\r\n\r\n"),
        (&["", "", ""], &[], "0\r\n\r\n"),
        (&["a"], &[], "1\r\na\r\n0\r\n\r\n"),
        (&["a", "", "bc"], &[], "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"),
        (&["0123456789abcdef"], &[], "10\r\n0123456789abcdef\r\n0\r\n\r\n"),
        (&["0\r\n\r\n"], &[], "5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
        (&[], &[("a", "b")], "0\r\na: b\r\n\r\n"),
        (&["x"], &[("a", ""), ("b", "c d")], "1\r\nx\r\n0\r\na: \r\nb: c d\r\n\r\n"),
    ];
    for (writes, trailers, expected) in cases {
        let writes: Vec<Vec<u8>> = writes.iter().map(|data| data.as_bytes().to_vec()).collect();
        let fields: Vec<Field<'_>> = trailers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        let body = encode(&writes, Trailers::new(&fields).unwrap());
        assert_eq!(body.escape_ascii().to_string(), expected.as_bytes().escape_ascii().to_string());
    }
}

/// No number is written with a zero in front, or as no digits.
#[test]
fn every_size_is_written_as_its_digits() {
    let data = vec![b'x'; 70_000];
    for len in (1..600).chain([4095, 4096, 65535, 65536, 70_000]) {
        let mut encoder = ChunkedEncoder::new();
        let chunk = encoder.chunk(&data[..len]);
        let [line, middle, end] = chunk.pieces();
        assert_eq!(line, format!("{len:x}\r\n").as_bytes());
        assert_eq!((middle.len(), end), (len, &b"\r\n"[..]));
    }
}

#[test]
fn of_no_data_there_is_no_chunk() {
    let mut encoder = ChunkedEncoder::new();
    let chunk = encoder.chunk(b"");
    assert_eq!(chunk.pieces(), [b""; 3]);
    assert_eq!(chunk.encoded_len(), Some(0));
}

#[test]
#[rustfmt::skip]
fn trailers_that_may_not_be_sent() {
    type Case<'c> = (&'c [u8], &'c [u8], Result<(), TrailerFault>);
    let (good, name, value, forbidden) = (
        Ok(()),
        Err(MalformedName { index: 0 }),
        Err(MalformedValue { index: 0 }),
        Err(Forbidden { index: 0 }),
    );
    let cases: &[Case<'_>] = &[
        (b"Digest", b"sha-256=abc", good),
        (b"x", b"", good),
        (b"!#$%&'*+-.^_`|~09AZaz", b" \t!~\x80\xff", good),
        (b"Content-Lengthy", b"5", good),
        (b"X-Content-Length", b"5", good),
        (b"", b"x", name),
        (b" a", b"x", name),
        (b"a ", b"x", name),
        (b"a:", b"x", name),
        (b"a: b\r\nc", b"x", name),
        (b"a\n", b"x", name),
        (b"a\0", b"x", name),
        (b"a(b)", b"x", name),
        (b"\"a\"", b"x", name),
        (b"\xe9", b"x", name),
        (b"a", b"x\r\nSet-Cookie: y", value),
        (b"a", b"x\n", value),
        (b"a", b"\r", value),
        (b"a", b"\0", value),
        (b"a", b"\x7f", value),
        (b"a", b"\x1b[0m", value),
        (b"Content-Length", b"5", forbidden),
        (b"content-length", b"5", forbidden),
        (b"TRANSFER-ENCODING", b"chunked", forbidden),
        (b"Host", b"a", forbidden),
        (b"Trailer", b"a", forbidden),
        (b"TE", b"trailers", forbidden),
        (b"Authorization", b"a", forbidden),
        (b"Proxy-Authenticate", b"a", forbidden),
        (b"Proxy-Authorization", b"a", forbidden),
        (b"WWW-Authenticate", b"a", forbidden),
        (b"Set-Cookie", b"a=b", forbidden),
        (b"Cookie", b"a=b", forbidden),
        (b"Cache-Control", b"no-store", forbidden),
        (b"Expect", b"100-continue", forbidden),
        (b"Max-Forwards", b"1", forbidden),
        (b"Pragma", b"no-cache", forbidden),
        (b"Range", b"bytes=0-", forbidden),
        (b"If-Match", b"*", forbidden),
        (b"If-None-Match", b"*", forbidden),
        (b"If-Modified-Since", b"x", forbidden),
        (b"If-Unmodified-Since", b"x", forbidden),
        (b"If-Range", b"x", forbidden),
        (b"Age", b"1", forbidden),
        (b"Expires", b"0", forbidden),
        (b"Date", b"x", forbidden),
        (b"Location", b"/", forbidden),
        (b"Retry-After", b"1", forbidden),
        (b"Vary", b"*", forbidden),
        (b"Warning", b"x", forbidden),
        (b"Content-Encoding", b"gzip", forbidden),
        (b"Content-Type", b"text/html", forbidden),
        (b"Content-Range", b"x", forbidden),
        (b"Connection", b"close", forbidden),
        (b"Keep-Alive", b"x", forbidden),
        (b"Proxy-Connection", b"x", forbidden),
        (b"Upgrade", b"h2c", forbidden),
        (b"Via", b"x", forbidden),
    ];
    for &(name, value, expected) in cases {
        let text = name.escape_ascii();
        let fields = [(name, value)];
        assert_eq!(Trailers::new(&fields).map(|_| ()), expected, "{text}");
        // The fault says which of them.
        let fields: [Field<'_>; 3] = [(b"a", b""), (name, value), (b"", b"")];
        let second = match expected {
            Ok(()) => MalformedName { index: 2 },
            Err(MalformedName { .. }) => MalformedName { index: 1 },
            Err(MalformedValue { .. }) => MalformedValue { index: 1 },
            Err(Forbidden { .. }) => Forbidden { index: 1 },
            Err(other) => other,
        };
        assert_eq!(Trailers::new(&fields), Err(second), "{text}");
    }
    let faults = [MalformedName { index: 7 }, MalformedValue { index: 7 }, Forbidden { index: 7 }];
    let texts: HashSet<String> = faults.iter().map(ToString::to_string).collect();
    assert!(texts.len() == 3 && texts.iter().all(|text| text.contains('7')));
}

#[test]
fn no_trailers_are_none() {
    assert_eq!(Trailers::NONE.fields(), []);
    assert_eq!(Trailers::new(&[]), Ok(Trailers::NONE));
    assert_eq!(Trailers::default(), Trailers::NONE);
    let fields = [(&b"a"[..], &b"b"[..])];
    assert_eq!(Trailers::new(&fields).unwrap().fields(), fields);
}

#[cfg(feature = "std")]
#[test]
fn a_refused_trailer_is_invalid_input() {
    let error = std::io::Error::from(Forbidden { index: 3 });
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    let cause = error.get_ref().unwrap().downcast_ref();
    assert_eq!(cause, Some(&Forbidden { index: 3 }));
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        writes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..8),
        fields in prop::collection::vec(
            ("[A-Za-z0-9!#~_.-]{0,3}x", prop::collection::vec(any::<u8>(), 0..12)), 0..5,
        ),
        behind in prop::collection::vec(any::<u8>(), 0..9),
    ) {
        let fields: Vec<Field<'_>> = fields.iter().map(|(name, value)| (name.as_bytes(), &value[..])).collect();
        let is_text = |byte: &u8| *byte == b'\t' || (b' '..=b'~').contains(byte) || *byte >= 0x80;
        let odd = fields.iter().position(|(_, value)| !value.iter().all(is_text));
        let trailers = match Trailers::new(&fields) {
            Ok(trailers) => trailers,
            Err(fault) => {
                prop_assert_eq!(Some(fault), odd.map(|index| MalformedValue { index }));
                Trailers::NONE
            }
        };
        prop_assert!(odd.is_none() || trailers == Trailers::NONE);
        let body = encode(&writes, trailers);
        let input = [&body[..], &behind].concat();
        let answer = if input.len() < 100 {
            crate::check(Limits::DEFAULT, &input)
        } else {
            crate::check_quickly(Limits::DEFAULT, &input)
        };
        prop_assert_eq!(answer.end, Ok(body.len()));
        prop_assert_eq!(answer.data, writes.concat());
        let blanks = |byte: &u8| matches!(byte, b' ' | b'\t');
        let sent = trailers.fields().iter().map(|(name, value)| {
            let start = value.iter().position(|byte| !blanks(byte)).unwrap_or(value.len());
            let end = value.iter().rposition(|byte| !blanks(byte)).map_or(start, |at| at + 1);
            (name.to_vec(), value[start..end].to_vec())
        });
        prop_assert_eq!(answer.trailers, sent.collect::<Vec<_>>());
    }

    /// A body that nobody ended is cut short, wherever it stops.
    #[test]
    fn without_the_end_it_is_truncated(
        writes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..6),
    ) {
        let mut encoder = ChunkedEncoder::new();
        let body: Vec<u8> = writes.iter().flat_map(|data| encoder.chunk(data).pieces().concat()).collect();
        let end = model::decode(Limits::DEFAULT, &body).end;
        prop_assert_eq!(end, Err((body.len() as u64, tidegate_core::ChunkedFault::Truncated)));
        crate::check_quickly(Limits::DEFAULT, &body);
    }
}

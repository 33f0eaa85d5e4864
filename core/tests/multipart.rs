//! Multipart bodies as they are written: names that cannot break out, lengths
//! that are exact.
#![allow(clippy::unwrap_used, reason = "a test may")]

use proptest::prelude::*;
use std::iter;
use tidegate_core::{Boundary, Encoder, Escaping, PartFault, PartHead};

fn head(head: PartHead<'_>) -> String {
    let bytes = head.pieces().collect::<Vec<_>>().concat();
    String::from_utf8(bytes).unwrap()
}

/// What stands between the quotes of a name.
fn quoted(name: &str, escaping: Escaping) -> String {
    let written = head(PartHead::form_data(name).escaping(escaping));
    let behind = written
        .strip_prefix("Content-Disposition: form-data; name=\"")
        .unwrap();
    behind.strip_suffix("\"\r\n\r\n").unwrap().to_owned()
}

#[test]
fn names_are_escaped_as_the_table_says() {
    for (name, browser, percent, backslash) in [
        ("a", "a", "a", "a"),
        ("", "", "", ""),
        ("a\"b", "a%22b", "a%22b", "a\\\"b"),
        ("\"\"", "%22%22", "%22%22", "\\\"\\\""),
        ("a\rb\nc", "a%0Db%0Ac", "a%0Db%0Ac", "a%0Db%0Ac"),
        ("a\\b", "a\\b", "a%5Cb", "a\\\\b"),
        ("100%22", "100%22", "100%2522", "100%22"),
        ("na\u{ef}ve", "na\u{ef}ve", "na%C3%AFve", "na\u{ef}ve"),
        ("a\0b", "a\0b", "a%00b", "a\0b"),
    ] {
        assert_eq!(quoted(name, Escaping::Browser), browser, "{name:?}");
        assert_eq!(quoted(name, Escaping::Percent), percent, "{name:?}");
        assert_eq!(quoted(name, Escaping::Backslash), backslash, "{name:?}");
    }
}

#[test]
fn heads_of_every_kind() {
    let fields: [(&[u8], &[u8]); 2] = [(b"X-A", b"1"), (b"X-B", b"")];
    let file = PartHead::form_data("f").filename("a b.txt");
    let typed = file.content_type("text/plain").unwrap();
    let attachment = PartHead::disposition("attachment").unwrap();
    let extended = attachment.filename("\u{20ac} a.txt").extended_filename();
    for (part, expected) in [
        (PartHead::bare(), "\r\n"),
        (
            PartHead::bare().fields(&fields).unwrap(),
            "X-A: 1\r\nX-B: \r\n\r\n",
        ),
        (
            typed.fields(&fields).unwrap(),
            "Content-Disposition: form-data; name=\"f\"; filename=\"a b.txt\"\r\n\
             Content-Type: text/plain\r\nX-A: 1\r\nX-B: \r\n\r\n",
        ),
        (attachment, "Content-Disposition: attachment\r\n\r\n"),
        (
            extended.unwrap(),
            "Content-Disposition: attachment; filename=\"\u{20ac} a.txt\"; \
             filename*=UTF-8''%E2%82%AC%20a.txt\r\n\r\n",
        ),
    ] {
        assert_eq!(head(part), expected);
    }
}

/// Whatever is short enough to be looked at in one word, and in two or three
/// that overlap.
#[test]
fn a_byte_is_escaped_wherever_it_stands() {
    for len in 1..=20 {
        for at in 0..len {
            for (special, browser, percent, backslash) in [
                (b'"', "%22", "%22", "\\\""),
                (b'\r', "%0D", "%0D", "%0D"),
                (b'\n', "%0A", "%0A", "%0A"),
                (b'\\', "\\", "%5C", "\\\\"),
                // One bit from those above.
                (b'!', "!", "!", "!"),
                (b'\x0b', "\x0b", "%0B", "\x0b"),
                (b'#', "#", "#", "#"),
            ] {
                let mut name = vec![b'a'; len];
                name[at] = special;
                let name = String::from_utf8(name).unwrap();
                for (escaping, written) in [
                    (Escaping::Browser, browser),
                    (Escaping::Percent, percent),
                    (Escaping::Backslash, backslash),
                ] {
                    let expected = format!("{}{written}{}", &name[..at], &name[at + 1..]);
                    assert_eq!(quoted(&name, escaping), expected, "{escaping:?}");
                }
            }
        }
    }
}

#[test]
fn pieces_may_be_taken_one_by_one_and_all_at_once() {
    let fields: [(&[u8], &[u8]); 2] = [(b"X-A", b"1"), (b"X-B", b"")];
    let attachment = PartHead::disposition("attachment").unwrap();
    let named = PartHead::form_data("a\"\r\nb\"");
    let file = named.filename("\"c\"").content_type("text/plain");
    let extended = attachment.filename("\u{20ac}\"").extended_filename();
    for head in [
        PartHead::bare(),
        PartHead::bare().fields(&fields).unwrap(),
        PartHead::form_data(""),
        named,
        named.escaping(Escaping::Backslash),
        file.unwrap(),
        file.unwrap().fields(&fields).unwrap(),
        attachment,
        attachment.filename("\""),
        extended.unwrap(),
    ] {
        let mut encoder = Encoder::new(Boundary::new("b").unwrap());
        for delimiter in ["--b\r\n", "\r\n--b\r\n"] {
            let start = encoder.part(head);
            let whole = one_by_one(start.pieces());
            for taken in 0..=whole.len() + 1 {
                let mut pieces = start.pieces();
                let mut all: Vec<_> = pieces.by_ref().take(taken).collect();
                pieces.for_each(|piece| all.push(piece));
                assert_eq!(all, whole, "{taken} of {head:?}");
            }
            let expected = one_by_one(head.pieces());
            let joined = [delimiter.as_bytes(), &expected.concat()].concat();
            assert_eq!(whole.concat(), joined, "{head:?}");
            for taken in 0..=expected.len() + 1 {
                let mut pieces = head.pieces();
                let mut all: Vec<_> = pieces.by_ref().take(taken).collect();
                pieces.for_each(|piece| all.push(piece));
                assert_eq!(all, expected, "{taken} of {head:?}");
            }
            assert_eq!(start.encoded_len(), Some(whole.concat().len() as u64));
        }
    }
}

/// By `next` alone, and none behind the end.
fn one_by_one<'p>(mut pieces: impl Iterator<Item = &'p [u8]>) -> Vec<&'p [u8]> {
    let taken: Vec<_> = iter::from_fn(|| pieces.next()).collect();
    assert_eq!(pieces.next(), None);
    taken
}

#[test]
fn what_would_break_a_head_is_refused() {
    let part = || PartHead::form_data("a");
    for value in ["a\r\nX: y", "a\n", "a\0", "\u{7f}"] {
        let refused = part().content_type(value).map(|_| ());
        assert_eq!(refused, Err(PartFault::MalformedValue), "{value:?}");
        let fields: [(&[u8], &[u8]); 1] = [(b"X", value.as_bytes())];
        let refused = part().fields(&fields).map(|_| ());
        assert_eq!(refused, Err(PartFault::MalformedValue), "{value:?}");
    }
    for (name, fault) in [
        (&b""[..], PartFault::MalformedName),
        (b"a b", PartFault::MalformedName),
        (b"a:", PartFault::MalformedName),
        (b"a\r\nb", PartFault::MalformedName),
        (b"content-TYPE", PartFault::OwnField),
        (b"Content-Disposition", PartFault::OwnField),
    ] {
        let fields = [(name, &b"x"[..])];
        let refused = part().fields(&fields).map(|_| ());
        assert_eq!(refused, Err(fault), "{}", name.escape_ascii());
    }
    let refused = PartHead::disposition("form data").map(|_| ());
    assert_eq!(refused, Err(PartFault::MalformedName));
    for form in [Ok(part()), PartHead::disposition("FORM-DATA")] {
        let refused = form.unwrap().filename("f").extended_filename();
        assert_eq!(refused.map(|_| ()), Err(PartFault::ExtendedInForm));
    }
}

#[test]
fn a_body_without_parts_is_its_last_delimiter() {
    let end = Encoder::new(Boundary::new("b").unwrap()).end();
    assert_eq!(end.pieces().concat(), b"--b--\r\n");
    assert_eq!(end.encoded_len(), 7);
}

proptest! {
    /// No name holds a quote or a line break of its own, and the announced
    /// length is what is written.
    #[test]
    fn any_body_is_framed_and_measured(
        names in prop::collection::vec("(?s).{0,20}", 0..6),
        boundary in "[a-zA-Z0-9'()+_,./:=?-]{1,70}",
    ) {
        let mut encoder = Encoder::new(Boundary::new(&boundary).unwrap());
        let mut body = Vec::new();
        let mut announced = 0;
        for name in &names {
            let start = encoder.part(PartHead::form_data(name).filename(name));
            let before = body.len();
            start.pieces().for_each(|piece| body.extend_from_slice(piece));
            announced += start.encoded_len().unwrap();
            let lines = body[before..].iter().filter(|&&byte| byte == b'\n').count();
            // The delimiter's, two of the head, and one in front unless it is first.
            prop_assert_eq!(lines, 3 + usize::from(before > 0));
            let quotes = body[before..].iter().filter(|&&byte| byte == b'"').count();
            prop_assert_eq!(quotes, 4);
        }
        let end = encoder.end();
        body.extend(end.pieces().concat());
        announced += end.encoded_len();
        prop_assert_eq!(body.len() as u64, announced);
    }
}

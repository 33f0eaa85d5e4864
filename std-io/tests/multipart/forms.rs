//! Forms, and what must come out of them.

use proptest::prelude::*;
use std::io::BufRead;
use tidegate_std_io::{
    Boundary, Decoder, Form, Multipart, ParameterValue, PartHead, encode_multipart,
};

/// A name, a file name, and data.
pub(crate) type Entry = (String, Option<String>, Vec<u8>);

pub(crate) const BOUNDARY: &str = "b0";

pub(crate) fn entry(name: &str, filename: Option<&str>, data: &[u8]) -> Entry {
    (name.into(), filename.map(Into::into), data.to_vec())
}

/// Data that come near to the delimiter, are empty, and are long.
pub(crate) fn hard_entries() -> Vec<Entry> {
    vec![
        entry("a", None, b"one"),
        entry("", None, b""),
        entry("crlf", Some("f"), b"\r\n\r\n--b\r\n--b\r\n-\r\r\n--"),
        entry(
            "long",
            Some("a \"name\".png"),
            &b"\r\n--bb0 0123456789"[..].repeat(9),
        ),
        entry("end", Some(""), b"\r"),
    ]
}

/// The body, as the crate writes it.
pub(crate) fn body(entries: &[Entry]) -> Vec<u8> {
    let mut form = Form::with_boundary(Boundary::new(BOUNDARY).unwrap());
    for (name, filename, data) in entries {
        let mut head = PartHead::form_data(name);
        if let Some(filename) = filename {
            head = head.filename(filename);
        }
        form.part(head, data.clone());
    }
    let mut body = Vec::new();
    form.finish().unwrap().write_to(&mut body).unwrap();
    body
}

pub(crate) fn decoder() -> Decoder {
    Decoder::form_data(Boundary::new(BOUNDARY).unwrap())
}

pub(crate) fn multipart<R: BufRead>(reader: R) -> Multipart<R> {
    Multipart::new(reader, decoder())
}

pub(crate) fn text(name: ParameterValue<'_>) -> String {
    String::from_utf8(name.decode_form_escapes().into_owned()).unwrap()
}

/// All parts, whole.
pub(crate) fn decoded<R: BufRead>(mut multipart: Multipart<R>) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let Some(part) = multipart.next_part().unwrap() {
        let name = text(part.name().unwrap());
        let filename = part.filename().map(text);
        entries.push((name, filename, part.bytes(u64::MAX).unwrap()));
    }
    entries
}

#[test]
fn what_the_form_writes_is_read() {
    let entries = hard_entries();
    assert_eq!(decoded(multipart(&body(&entries)[..])), entries);
    assert_eq!(decoded(multipart(&body(&[])[..])), []);
}

#[test]
fn a_random_boundary_is_read_from_the_type() {
    let (boundary, body) = encode_multipart([("title", "Tide")]).unwrap();
    let content_type = format!("multipart/form-data; {}", boundary.parameter());
    let multipart = Multipart::for_type(&body[..], content_type.as_bytes()).unwrap();
    assert_eq!(decoded(multipart), [entry("title", None, b"Tide")]);
}

/// A name that comes back: `%22`, `%0D` and `%0A` stand for others, and a backslash
/// in front of a quote or a backslash, or at the end, is an escape.
fn name() -> impl Strategy<Value = String> {
    let name = "[a-z\"\r\n%é/. \\\\]{0,12}";
    let is_identity = |name: &String| {
        let read = name.replace("\\\"", "").replace("\\\\", "");
        read == *name
            && !name.ends_with('\\')
            && ["%22", "%0D", "%0A"].iter().all(|it| !name.contains(it))
    };
    name.prop_filter("ambiguous", is_identity)
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\r\n--b".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"--".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..40),
    ];
    let pieces = proptest::collection::vec(piece, 0..8);
    pieces
        .prop_map(|pieces| pieces.concat())
        .prop_filter("the boundary", |data| {
            !data.windows(4).any(|four| four == b"--b0") && !data.starts_with(b"--b0")
        })
}

proptest! {
    #[test]
    fn a_form_comes_back(
        entries in proptest::collection::vec((name(), proptest::option::of(name()), data()), 0..5),
        capacity in 1..300_usize,
        sizes in proptest::collection::vec(1..40_usize, 0..4),
    ) {
        use crate::common::readers::Sizes;
        use std::io::BufReader;
        let body = body(&entries);
        let reader = BufReader::with_capacity(capacity, Sizes::new(&body[..], sizes));
        prop_assert_eq!(decoded(multipart(reader)), entries);
    }
}

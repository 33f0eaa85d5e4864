//! Bodies, and what the blocking reader makes of them.

use crate::common::said;
use tidegate_async_io::core::{Boundary, DecodeFault, Decoder, ParameterValue, PartHead};
use tidegate_std_io::Form;

/// A name, a file name, and data.
pub(crate) type Entry = (String, Option<String>, Vec<u8>);

/// The parts, and what the error said, if there was one.
pub(crate) type Answer = (Vec<Entry>, Option<String>);

pub(crate) fn entry(name: &str, filename: Option<&str>, data: &[u8]) -> Entry {
    (name.into(), filename.map(Into::into), data.to_vec())
}

/// Data that come near to the delimiter, are empty, and are long.
pub(crate) fn hard_entries() -> Vec<Entry> {
    vec![
        entry("a", None, b"one"),
        entry("", None, b""),
        entry("crlf", Some("f"), b"\r\n\r\n--b\r\n--b\r\n-\r\r\n--"),
        entry("long", Some("x.png"), &b"\r\n--bb0 012345"[..].repeat(3)),
        entry("end", Some(""), b"\r"),
    ]
}

/// The body, as the blocking crate writes it.
pub(crate) fn body(entries: &[Entry]) -> Vec<u8> {
    let mut form = Form::with_boundary(boundary());
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

pub(crate) fn boundary() -> Boundary {
    Boundary::new("b0").unwrap()
}

pub(crate) fn decoder() -> Decoder {
    Decoder::form_data(boundary())
}

pub(crate) fn text(name: ParameterValue<'_>) -> String {
    String::from_utf8(name.decode_form_escapes().into_owned()).unwrap()
}

/// What the blocking reader says to the same body.
pub(crate) fn blocking(body: &[u8], decoder: Decoder) -> Answer {
    let mut multipart = tidegate_std_io::Multipart::new(body, decoder);
    let mut entries = Vec::new();
    loop {
        let result = match multipart.next_part() {
            Ok(None) => return (entries, None),
            Ok(Some(mut part)) => {
                let (name, filename) = (text(part.name().unwrap()), part.filename().map(text));
                let mut data = Vec::new();
                let result = part.copy_to(&mut data);
                entries.push((name, filename, data));
                result.map(drop)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            return (entries, Some(said::<DecodeFault>(&error)));
        }
    }
}

/// Good ones and bad ones.
pub(crate) fn bodies() -> Vec<Vec<u8>> {
    let head = "--b0\r\nContent-Disposition: form-data; name=\"a\"";
    let bodies = [
        String::new(),
        "preamble\r\n--b0--\r\nepilogue".into(),
        "--b0--".into(),
        "--b0junk".into(),
        format!("{head}\r\n\r\nabc\r\n--b0junk"),
        format!("{head}\r\n\r\nabc\r\n--b0\n"),
        format!("{head}\r\nbad field\r\n\r\nabc\r\n--b0--"),
        format!("{head}\r\n\r\nabc\r\n--b0 \t\r\n\r\n\r\n--b0--"),
        format!("{head}\r\n\r\nabc\r\n--b0"),
        format!("{head}\r\n\r\n--b0--x"),
        format!("{head}\r\n\r\n{}\r\n--b0--", "0123456789".repeat(3)),
    ];
    let mut bodies: Vec<Vec<u8>> = bodies.into_iter().map(String::into_bytes).collect();
    bodies.push(body(&[]));
    bodies.push(body(&hard_entries()));
    bodies
}

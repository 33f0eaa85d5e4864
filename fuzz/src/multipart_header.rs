//! Content-Disposition and Content-Type as the grammar reads, with all of the
//! value in hand: slow, and obviously right.

/// One model for the tests and for these.
#[path = "../../core/tests/multipart_header/model.rs"]
mod model;

pub use model::{Parameter, Parsed, disposition, multipart_type};

use crate::input::{Text, expand};
use tidegate_core::{ParameterValue, Parameters};

/// In a seed `FD` is `form-data; name="`, and so on down to what ends a line.
pub fn header(bytes: &[u8], longest: usize) -> Text {
    const WORDS: &[&[u8]] = &[
        b"form-data; name=\"",
        b"\"; filename=\"",
        b"multipart/form-data; boundary=",
        b"filename*",
        b"; aa=b; ab=b; ac=b; ad=b; ae=b; af=b; ag=b",
        b"\r\n ",
    ];
    expand(bytes, WORDS, longest)
}

/// The parameters are those of the model, and so is what they stand for.
pub fn check_parameters(ours: Parameters<'_>, model: &[Parameter]) {
    assert!(model.len() <= 16);
    assert_eq!(ours.clone().count(), model.len());
    for ((name, value), expected) in ours.zip(model) {
        assert_eq!(name.as_bytes(), expected.name);
        check_value(value, expected);
    }
}

/// Whichever way it is asked for.
pub fn check_value(ours: ParameterValue<'_>, expected: &Parameter) {
    let text = expected.text();
    assert_eq!(ours.as_raw(), expected.raw);
    assert_eq!(ours.is_quoted(), expected.quoted);
    assert_eq!(ours.pieces().collect::<Vec<_>>().concat(), text);
    assert!(ours.pieces().all(|piece| !piece.is_empty()));
    let as_it_is = (text == expected.raw).then_some(&text[..]);
    assert_eq!(ours.to_bytes(), as_it_is);
    assert_eq!(ours.to_cow(), text);
    assert_eq!((ours.len(), ours.is_empty()), (text.len(), text.is_empty()));
    assert_eq!(ours, text[..]);
    assert_eq!(ours.to_str_lossy(), String::from_utf8_lossy(&text));
    let undone = replaced(
        &replaced(&replaced(&text, b"%22", b'"'), b"%0D", b'\r'),
        b"%0A",
        b'\n',
    );
    assert_eq!(ours.decode_form_escapes(), undone);
}

/// No two of the escapes overlap, and none comes out of another: they can be
/// replaced one after the other.
fn replaced(text: &[u8], escape: &[u8], byte: u8) -> Vec<u8> {
    let mut replaced = Vec::new();
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        rest = match rest.strip_prefix(escape) {
            Some(behind) => {
                replaced.push(byte);
                behind
            }
            None => {
                replaced.push(*first);
                behind
            }
        };
    }
    replaced
}

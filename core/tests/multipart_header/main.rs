//! Content-Disposition, and the Content-Type of multipart bodies, beside a slow
//! model; what others say of the same values; and what the encoder writes.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod corpora;
mod disposition;
mod media_type;
mod model;
mod value;

use tidegate_core::{ContentDisposition, MultipartType, ParameterValue, Parameters};

/// Holds the tokenizer to the model, whatever the value.
pub(crate) fn check_disposition(value: &[u8]) {
    let given = value.escape_ascii();
    let ours = ContentDisposition::parse(value);
    let parsed = match (ours, model::disposition(value)) {
        (Ok(ours), Ok(model)) => (ours, model),
        (ours, model) => {
            let ours = ours.map_err(|at| (usize::try_from(at.offset).unwrap(), at.fault));
            return assert_eq!(ours.err(), model.err(), "{given}");
        }
    };
    let (ours, model) = parsed;
    assert_eq!(ours.kind().as_bytes(), model.first[0], "{given}");
    for (name, ours) in [
        ("name", ours.name()),
        ("filename", ours.filename()),
        ("filename*", ours.extended_filename()),
    ] {
        let mut parameters = model.parameters.iter();
        let expected = parameters.find(|it| it.is(name.as_bytes()));
        assert_eq!(ours.is_some(), expected.is_some(), "{given}");
        if let (Some(ours), Some(expected)) = (ours, expected) {
            check_value(ours, expected);
        }
    }
    check_parameters(ours.parameters(), &model.parameters);
}

/// The same for a Content-Type.
pub(crate) fn check_multipart_type(value: &[u8]) {
    let given = value.escape_ascii();
    let ours = MultipartType::parse(value);
    let parsed = match (ours, model::multipart_type(value)) {
        (Ok(ours), Ok(model)) => (ours, model),
        (ours, model) => {
            let ours = ours.map_err(|at| (usize::try_from(at.offset).unwrap(), at.fault));
            return assert_eq!(ours.err(), model.err(), "{given}");
        }
    };
    let (ours, (model, boundary)) = parsed;
    assert_eq!(ours.subtype().as_bytes(), model.first[1], "{given}");
    assert_eq!(ours.boundary(), boundary, "{given}");
    check_parameters(ours.parameters(), &model.parameters);
}

fn check_parameters(ours: Parameters<'_>, model: &[model::Parameter]) {
    assert_eq!(ours.clone().count(), model.len());
    for ((name, value), expected) in ours.zip(model) {
        assert_eq!(name.as_bytes(), expected.name);
        check_value(value, expected);
    }
}

fn check_value(ours: ParameterValue<'_>, expected: &model::Parameter) {
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
    let longer = [&text[..], b"x"].concat();
    assert_ne!(ours, longer[..]);
    if let [shorter @ .., _] = &text[..] {
        assert_ne!(ours, *shorter);
    }
}

/// Every string of up to so many of these bytes, behind `before`.
pub(crate) fn every_string(before: &str, bytes: &[u8], longest: u32, mut each: impl FnMut(&[u8])) {
    let radix = bytes.len();
    let mut value = before.as_bytes().to_vec();
    for len in 0..=longest {
        for number in 0..radix.pow(len) {
            value.truncate(before.len());
            let digits = (0..len).map(|n| number / radix.pow(n) % radix);
            value.extend(digits.map(|digit| bytes[digit]));
            each(&value);
        }
    }
}

//! What Werkzeug's `FormDataParser` makes of the same bodies.

use super::vectors::{bytes, expectation, rows, string};
use super::{FormData, FormOptions};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use tidegate_core::{BodyKind, FaultClass, HttpVersion, InputLimits};
use tidegate_std_io::{fault_class, input_stream};

/// Where we answer otherwise, and why.
const DIFFERENCES: &[(&str, Difference)] = {
    use Difference::{Refused, Replaced};
    &[
        // A part of a form says `form-data` (RFC 7578 section 4.2).
        ("up-mp-400", Refused("form-data")),
        ("up-mp-mem400", Refused("form-data")),
        ("up-mp-parts1", Refused("form-data")),
        ("no-content-length-terminated", Refused("form-data")),
        ("terminated-max-exact", Refused("form-data")),
        ("terminated-max-plus1", Refused("form-data")),
        ("terminated-chunked-max-minus1", Refused("form-data")),
        ("too-long-content-length", Refused("form-data")),
        // There, a form that is none is an empty one unless told otherwise.
        ("up-missing-boundary", Refused("boundary")),
        ("truncated-content-length", Refused("form-data")),
        // A name that is no UTF-8 is a name.
        (
            "header-bad-utf8-drops-form",
            Replaced(&[("ok", "1"), ("\u{FFFD}", "x")]),
        ),
        // WHATWG URL, where U+FFFD stands for what is no UTF-8.
        ("up-urlencoded-bad-utf8", Replaced(&[("\u{FFFD}", "")])),
    ]
};

enum Difference {
    /// With an error that says this.
    Refused(&'static str),
    /// These fields.
    Replaced(&'static [(&'static str, &'static str)]),
}

#[test]
fn forms_are_read_as_werkzeug_reads_them() {
    let mut used = 0;
    for row in rows(include_str!("../data/form_parser.json")) {
        let id = string(&row, "id");
        let answer = read(&row);
        let difference = DIFFERENCES.iter().find(|(other, _)| *other == id);
        match (difference, expectation(&row)) {
            (Some((_, Difference::Refused(why))), _) => {
                used += 1;
                let error = answer.expect_err(id).to_string();
                assert!(error.contains(why), "{id}: {error}");
            }
            (Some((_, Difference::Replaced(fields))), _) => {
                used += 1;
                let fields: Vec<_> = fields.iter().map(|(n, v)| field(n, v)).collect();
                assert_eq!(texts(&answer.expect(id)), fields, "{id}");
            }
            (None, expected) if expected.get("error").is_some() => {
                let class = fault_class(&answer.expect_err(id));
                let expected = match expected["error"].as_str() {
                    Some("RequestEntityTooLarge") => FaultClass::TooLarge,
                    Some("ClientDisconnected") => FaultClass::Truncated,
                    _ => FaultClass::Malformed,
                };
                assert_eq!(class, Some(expected), "{id}");
            }
            (None, expected) => check(id, &answer.expect(id), expected),
        }
    }
    assert_eq!(used, DIFFERENCES.len(), "a difference is none any more");
}

fn read(row: &Value) -> io::Result<FormData> {
    let args = &row["args"];
    let body = bytes(&row["input"]);
    let length = match args.get("content_length") {
        None => Some(body.len() as u64),
        Some(given) => given.as_u64(),
    };
    let kind = match length {
        Some(length) => {
            let headers = [("Content-Length", length.to_string())];
            BodyKind::of_request(HttpVersion::Http11, headers)?
        }
        None => BodyKind::UntilClose,
    };
    let mut limits = InputLimits::new();
    if let Some(max) = args["max_content_length"].as_u64() {
        limits = limits.max_length(max);
    }
    if args["input_terminated"] == true {
        limits = limits.input_terminated(true);
    }
    let input = input_stream(&body[..], kind, limits)?;
    let parts = args["max_form_parts"].as_u64().unwrap_or(1000);
    FormOptions::new()
        .decoder(|decoder| decoder.max_parts(parts as usize))
        .read(input, string(args, "content_type").as_bytes())
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The fields, with U+FFFD for what is no UTF-8.
fn texts(form: &FormData) -> Vec<(String, String)> {
    let fields = form.iter().filter(|entry| !entry.is_file());
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    fields
        .map(|entry| (lossy(entry.name()), lossy(entry.as_bytes().unwrap())))
        .collect()
}

fn check(id: &str, form: &FormData, expected: &Value) {
    let fields = expected["form"].as_array().unwrap();
    let entries: Vec<_> = form.iter().filter(|entry| !entry.is_file()).collect();
    assert_eq!(entries.len(), fields.len(), "{id}");
    for ((name, value), field) in texts(form).iter().zip(fields) {
        assert_eq!(name, field[0].as_str().unwrap(), "{id}");
        check_data(id, value.as_bytes(), &field[1]);
    }
    let files = expected["files"].as_array().unwrap();
    let entries: Vec<_> = form.iter().filter(|entry| entry.is_file()).collect();
    assert_eq!(entries.len(), files.len(), "{id}");
    for (entry, file) in entries.iter().zip(files) {
        let text = |bytes: Option<&[u8]>| {
            bytes.map(|bytes| Value::String(String::from_utf8_lossy(bytes).into_owned()))
        };
        let or_null = |text: Option<Value>| text.unwrap_or(Value::Null);
        assert_eq!(or_null(text(Some(entry.name()))), file["name"], "{id}");
        assert_eq!(or_null(text(entry.filename())), file["filename"], "{id}");
        assert_eq!(
            or_null(text(entry.content_type())),
            file["content_type"],
            "{id}"
        );
        let mut data = Vec::new();
        entry.reader().read_to_end(&mut data).unwrap();
        match file["data"].is_string() {
            true => assert_eq!(data, bytes(&file["data"]), "{id}"),
            false => check_data(id, &data, file),
        }
    }
}

/// As text, or by hash and length if it is long.
fn check_data(id: &str, data: &[u8], expected: &Value) {
    match expected.as_str() {
        Some(text) => assert_eq!(data, text.as_bytes(), "{id}"),
        None => {
            assert_eq!(
                data.len() as u64,
                expected["length"].as_u64().unwrap(),
                "{id}"
            );
            let hash = format!("{:x}", Sha256::digest(data));
            assert_eq!(hash, expected["sha256"].as_str().unwrap(), "{id}");
        }
    }
}

//! What Werkzeug writes; `../data/NOTICE.md` says where from.

use crate::common::vectors::{bytes, expectation, rows, string};
use serde_json::Value;
use std::io::{Read, Seek, SeekFrom};
use tidegate_std_io::{
    Boundary, Form, FormValue, PartBody, StreamOptions, stream_encode_multipart,
};

const VECTORS: &str = include_str!("../data/multipart_encode.json");

/// A value as it was given there.
fn value(given: &Value) -> FormValue<'static> {
    if let Some(text) = given.get("text") {
        return text.as_str().unwrap().to_owned().into();
    }
    // A reader, as there.
    let content = std::io::Cursor::new(bytes(&given["file"]));
    let mut value = FormValue::new(PartBody::reader(content));
    match given.get("filename").and_then(Value::as_str) {
        Some(filename) => value = value.filename(filename.to_owned()),
        // A file object without a name.
        None => value = value.content_type("application/octet-stream"),
    }
    if let Some(media_type) = given.get("content_type").and_then(Value::as_str) {
        value = value.content_type(media_type.to_owned());
    }
    for header in given
        .get("headers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let [name, text] = [0, 1].map(|i| header[i].as_str().unwrap().to_owned());
        value = match name.to_ascii_lowercase().as_str() {
            "content-type" => value.content_type(text),
            // It is replaced there, and refused here.
            "content-disposition" => value,
            _ => value.field(name, text),
        };
    }
    value
}

/// Fields of a head are in any order: in Werkzeug's the type is where it was
/// given, in ours in front of the other fields.
fn type_first(body: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = body.split_inclusive(|&byte| byte == b'\n').collect();
    for i in 1..lines.len() {
        let mut at = i;
        while lines[at].starts_with(b"Content-Type: ") && lines[at - 1].starts_with(b"X-") {
            lines.swap(at - 1, at);
            at -= 1;
        }
    }
    lines.concat()
}

#[test]
fn we_write_what_werkzeug_should() {
    let mut compared = 0;
    for row in rows(VECTORS) {
        let (id, args) = (string(&row, "id"), &row["args"]);
        // The machine of its own, which has no counterpart here: heads and
        // bodies in any order.
        if args["api"] == "events" {
            continue;
        }
        let expected = expectation(&row);
        let body = bytes(&expected["body"]);
        let boundary = Boundary::new(string(args, "boundary")).unwrap();
        let values = args["values"].as_array().unwrap();
        let values = || {
            values
                .iter()
                .map(|pair| (pair[0].as_str().unwrap(), value(&pair[1])))
        };
        let mut options = StreamOptions::new().boundary(boundary);
        if let Some(threshold) = args["threshold"].as_u64() {
            options = options.threshold(threshold as usize);
        }
        if let Some(allowed) = args["use_tempfile"].as_bool() {
            options = options.use_tempfile(allowed);
        }
        let (mut stream, length, _) = match stream_encode_multipart(values(), options) {
            Ok(encoded) => encoded,
            Err(error) => panic!("{id}: {error}"),
        };
        let mut encoded = Vec::new();
        stream.read_to_end(&mut encoded).unwrap();
        assert_eq!(length, encoded.len() as u64, "{id}");
        // Theirs has a preamble of nothing.
        let same = [b"\r\n", &encoded[..]].concat() == type_first(&body);
        assert!(same, "{id}: {}", encoded.escape_ascii());
        if let Some(on_disk) = row["expect"]["on_disk"].as_bool() {
            // Theirs is two bytes longer.
            let threshold = args["threshold"].as_u64().unwrap();
            let near = (threshold..=threshold + 2).contains(&(length + 2));
            assert!(near || stream.is_on_disk() == on_disk, "{id}");
        }
        // Seekable, and with the other way in the same.
        stream.seek(SeekFrom::Start(0)).unwrap();
        let mut form = Form::with_boundary(boundary);
        form.values(values()).unwrap();
        let mut read = Vec::new();
        form.finish().unwrap().read_to_end(&mut read).unwrap();
        let mut again = Vec::new();
        stream.read_to_end(&mut again).unwrap();
        assert!(read == encoded && again == encoded, "{id}");
        compared += 1;
    }
    assert_eq!(compared, 119);
}

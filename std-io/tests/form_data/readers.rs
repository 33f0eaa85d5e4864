//! Whole forms from readers that do their worst.

use super::{Cut, FormData, Moody, TYPE, URLENCODED, form};
use std::io::{BufReader, ErrorKind};

/// `Interrupted` is the reader's and nobody else's business.
#[test]
fn an_interruption_is_not_seen() {
    let body = form(&[
        ("text", None, b"words\r\n--and more"),
        ("file", Some("f"), b"data"),
    ]);
    for capacity in [1, 3, 20, 1000] {
        for patience in 2..5 {
            let buffered = BufReader::with_capacity(capacity, &body[..]);
            let moody = Moody::new(buffered, ErrorKind::Interrupted, patience);
            let form = FormData::read(moody, TYPE).unwrap();
            let words = form.field("text").unwrap().text().unwrap();
            assert_eq!(words, "words\r\n--and more", "{capacity}, {patience}");
            assert_eq!(form.file("file").unwrap().text().unwrap(), "data");
        }
    }
}

/// Nor where a field is found in the reader's buffer and the next look at it is
/// interrupted.
#[test]
fn an_interruption_between_two_fields_is_not_seen() {
    for patience in 2..5 {
        let moody = Moody::new(&b"a=1&b=2&c=3"[..], ErrorKind::Interrupted, patience);
        let form = FormData::read(moody, URLENCODED).unwrap();
        assert_eq!(form.len(), 3);
        assert_eq!(form.field("c").unwrap().text().unwrap(), "3");
    }
}

/// Wherever it does, also behind the last delimiter: nothing says that this was all.
#[test]
fn a_reader_that_fails_is_an_error_and_no_shorter_form() {
    let multipart = form(&[("text", None, b"words"), ("file", Some("f"), b"data")]);
    for (body, content_type) in [(&multipart[..], TYPE), (b"a=1&b=2", URLENCODED)] {
        for after in 0..=body.len() {
            let cut = Cut::new(body, after, ErrorKind::ConnectionReset);
            let reader = BufReader::with_capacity(5.min(after.max(1)), cut);
            let error = FormData::read(reader, content_type).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{after}");
        }
    }
}

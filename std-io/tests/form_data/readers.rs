//! Whole forms from readers that do their worst.

use crate::common::readers::Moody;
use crate::{TYPE, URLENCODED, form};
use std::io::{self, BufReader, ErrorKind, Write};
use tidegate_std_io::{FormData, FormOptions, FormSink};

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

/// Is interrupted when it is flushed.
struct Interrupted(bool);

impl Write for Interrupted {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.0, true) {
            false => Err(ErrorKind::Interrupted.into()),
            true => Ok(()),
        }
    }
}

#[test]
fn a_flush_that_is_interrupted_is_tried_again() {
    let body = form(&[("a", None, b"1")]);
    for tee in [false, true] {
        let options = FormOptions::new().choose(|_| match tee {
            false => FormSink::Writer(Box::new(Interrupted(false))),
            true => FormSink::Tee(Box::new(Interrupted(false))),
        });
        assert_eq!(options.read(&body[..], TYPE).unwrap().len(), 1);
    }
}

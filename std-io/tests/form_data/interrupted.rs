//! Interruptions which only a blocking reader or writer has.

use super::{FormData, FormOptions, FormSink, Moody, TYPE, URLENCODED, form};
use std::io::{self, ErrorKind, Write};

/// A field is found in the reader's buffer, and the next look at it is interrupted.
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

//! Writers of std that are interrupted when they are flushed.

use super::{FormOptions, FormSink, TYPE, form};
use std::io::{self, ErrorKind, Write};

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

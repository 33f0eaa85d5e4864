//! What our users would otherwise use to be lent text; the peers that own it are
//! iterators, and need no more than that.

use crate::take::take;
use bstr::io::BufReadExt;
use std::io::BufRead;
use std::str;
use tidegate_benches::Answer;

pub(crate) fn read_line(mut reader: impl BufRead) -> Answer {
    let mut answer = Answer::default();
    let mut line = String::new();
    while reader.read_line(&mut line).expect("the inputs are ASCII") > 0 {
        let text = line.strip_suffix('\n').unwrap_or(&line);
        take(&mut answer, text.as_bytes());
        line.clear();
    }
    answer
}

pub(crate) fn bstr(mut reader: impl BufRead) -> Answer {
    let mut answer = Answer::default();
    reader
        .for_byte_line(|line| {
            let text = str::from_utf8(line).expect("the inputs are ASCII");
            take(&mut answer, text.as_bytes());
            Ok(true)
        })
        .expect("memory does not fail");
    answer
}

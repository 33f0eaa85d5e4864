//! What our users would otherwise use.

use bstr::io::BufReadExt;
use linereader::LineReader;
use ripline::line_buffer::{LineBufferBuilder, LineBufferReader};
use ripline::lines::LineIter;
use std::io::{BufRead, Read};
use tidegate_benches::Answer;

pub(crate) fn read_until(mut reader: impl BufRead) -> Answer {
    let mut answer = Answer::default();
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .expect("memory does not fail")
        > 0
    {
        answer.add(&line);
        line.clear();
    }
    answer
}

pub(crate) fn strings(reader: impl BufRead) -> Answer {
    let mut answer = Answer::default();
    for line in reader.lines() {
        answer.add(line.expect("the inputs are ASCII").as_bytes());
    }
    answer
}

pub(crate) fn bstr(mut reader: impl BufRead) -> Answer {
    let mut answer = Answer::default();
    reader
        .for_byte_line_with_terminator(|line| {
            answer.add(line);
            Ok(true)
        })
        .expect("memory does not fail");
    answer
}

pub(crate) fn linereader(reader: impl Read, capacity: usize) -> Answer {
    let mut answer = Answer::default();
    let mut reader = LineReader::with_capacity(capacity, reader);
    while let Some(line) = reader.next_line() {
        answer.add(line.expect("memory does not fail"));
    }
    answer
}

pub(crate) fn ripline_over_slice(input: &[u8]) -> Answer {
    LineIter::new(b'\n', input).collect()
}

pub(crate) fn ripline(reader: impl Read, capacity: usize) -> Answer {
    let mut answer = Answer::default();
    let mut buffer = LineBufferBuilder::new().capacity(capacity).build();
    let mut reader = LineBufferReader::new(reader, &mut buffer);
    while reader.fill().expect("memory does not fail") {
        for line in LineIter::new(b'\n', reader.buffer()) {
            answer.add(line);
        }
        reader.consume_all();
    }
    answer
}

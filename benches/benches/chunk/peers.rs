//! What our users would otherwise use.

use crate::case::Case;
use bstr::io::BufReadExt;
use buf_read_splitter::{BufReadSplitter, Options, SimpleMatcher};
use byte_stream_splitter::{ByteStreamSplitter, SplitType};
use std::io::{BufRead, Read};
use tidegate_benches::Answer;

/// The idiom for want of a `read_until` that takes more than one byte.
pub(crate) fn read_until(case: &Case) -> Answer {
    let mut answer = Answer::default();
    let mut reader = case.buffered();
    let separator = case.separator;
    let last = separator[separator.len() - 1];
    let mut chunk = Vec::new();
    while reader
        .read_until(last, &mut chunk)
        .expect("memory does not fail")
        > 0
    {
        if chunk.ends_with(separator) {
            answer.add(&chunk[..chunk.len() - separator.len()]);
            chunk.clear();
        }
    }
    answer.add(&chunk);
    answer
}

/// For a separator of one byte.
pub(crate) fn bstr(case: &Case) -> Answer {
    let mut answer = Answer::default();
    case.buffered()
        .for_byte_record(case.separator[0], |chunk| {
            answer.add(chunk);
            Ok(true)
        })
        .expect("memory does not fail");
    answer
}

/// For a separator of one byte.
pub(crate) fn split(case: &Case) -> Answer {
    let mut answer = Answer::default();
    for chunk in case.buffered().split(case.separator[0]) {
        answer.add(&chunk.expect("memory does not fail"));
    }
    answer
}

pub(crate) fn byte_stream_splitter(case: &Case) -> Answer {
    let mut answer = Answer::default();
    let mut reader = case.buffered();
    let mut splitter = ByteStreamSplitter::new(&mut reader, case.separator);
    let mut chunk = Vec::new();
    loop {
        let which = splitter
            .next_to_buf(&mut chunk)
            .expect("memory does not fail");
        answer.add(&chunk);
        chunk.clear();
        if let SplitType::Suffix = which {
            return answer;
        }
    }
}

pub(crate) fn buf_read_splitter(case: &Case) -> Answer {
    let mut answer = Answer::default();
    let mut reader = case.buffered();
    let matcher = SimpleMatcher::new(case.separator);
    let mut splitter = BufReadSplitter::new(&mut reader, matcher, Options::default());
    let mut chunk = Vec::new();
    while splitter.goto_next().expect("memory does not fail") {
        splitter
            .read_to_end(&mut chunk)
            .expect("memory does not fail");
        answer.add(&chunk);
        chunk.clear();
    }
    answer
}

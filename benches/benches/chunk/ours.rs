//! tidegate.

use super::case::Case;
use std::io::BufRead;
use tidegate_benches::Answer;
use tidegate_core::{ChunkScanner, EmptySeparator};
use tidegate_std_io::ChunkIter;

type Made<'s, R> = Result<ChunkIter<'s, R>, EmptySeparator>;

pub(crate) fn for_each_chunk(chunks: Made<impl BufRead>) -> Answer {
    let mut answer = Answer::default();
    chunks
        .expect("it is not empty")
        .for_each_chunk(|chunk| answer.add(chunk.text()))
        .expect("memory does not fail");
    answer
}

pub(crate) fn next_chunk(chunks: Made<impl BufRead>) -> Answer {
    let mut answer = Answer::default();
    let mut chunks = chunks.expect("it is not empty");
    while let Some(chunk) = chunks.next_chunk() {
        answer.add(chunk.expect("memory does not fail").text());
    }
    answer
}

/// The last chunk ends where the input does, which the core is not told here.
pub(crate) fn scan_chunks(case: &Case) -> Answer {
    let mut answer = Answer::default();
    let mut chunks = ChunkScanner::new(case.separator).expect("it is not empty");
    let used = chunks.scan_chunks(&case.bytes, |chunk| {
        answer.add(chunk.text());
        true
    });
    answer.add(&case.bytes[used..]);
    answer
}

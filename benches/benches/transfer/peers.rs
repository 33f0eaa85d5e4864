//! What our users would otherwise use, in blocking code.

use crate::case::{Case, Count};
use chunked_transfer::{Decoder, Encoder};
use std::io::{Read, Write};
use tidegate_benches::Answer;
use tidegate_benches::input::BUFFER;

pub(crate) fn chunked_transfer(reader: impl Read) -> Answer {
    let mut answer = Answer::default();
    let mut body = Decoder::new(reader);
    let mut buffer = vec![0; BUFFER];
    loop {
        match body.read(&mut buffer).expect("it is well formed") {
            0 => return answer,
            read => answer.add(&buffer[..read]),
        }
    }
}

pub(crate) fn count(case: &Case) -> Answer {
    let mut count = Count::default();
    let mut answer = write(case, &mut count);
    answer.bytes = count.0 as u64;
    answer
}

pub(crate) fn memory(case: &Case) -> Answer {
    let mut room = case.room.borrow_mut();
    let all = room.len();
    let mut left = &mut room[..];
    let mut answer = write(case, &mut left);
    answer.bytes = (all - left.len()) as u64;
    answer
}

fn write(case: &Case, writer: impl Write) -> Answer {
    let mut answer = Answer::default();
    let mut body = Encoder::with_chunks_size(writer, case.size);
    for chunk in case.chunks() {
        body.write_all(chunk).expect("memory does not fail");
        answer.pieces += 1;
    }
    // Dropped, it writes the end.
    answer
}

//! Limits of more than one room.

use crate::{Answer, input};
use std::io::BufRead;

/// The copy into the buffer that all readers pay, and nothing else.
pub fn copy(bytes: &[u8]) -> Answer {
    let mut reader = input::buffered(bytes);
    let mut answer = Answer::default();
    loop {
        let read = reader.fill_buf().expect("memory does not fail").len();
        if read == 0 {
            return answer;
        }
        answer.bytes += read as u64;
        reader.consume(read);
    }
}

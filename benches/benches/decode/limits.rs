//! What does less than the job.

use crate::case::Case;
use memchr::memmem::Finder;
use std::hint::black_box;
use tidegate_benches::Answer;

/// One search of each read for the delimiter, with the seams left out.
pub(crate) fn memmem(case: &Case) -> Answer {
    let delimiter = format!("\r\n--{}", case.boundary);
    let finder = Finder::new(&delimiter);
    let mut answer = Answer::default();
    for read in case.slices() {
        let mut rest = read;
        while let Some(at) = finder.find(rest) {
            rest = &rest[at + delimiter.len()..];
        }
        answer.bytes += black_box(read).len() as u64;
    }
    answer
}

/// Every read to the same place.
pub(crate) fn memcpy(case: &Case) -> Answer {
    let mut room = case.room.borrow_mut();
    let mut answer = Answer::default();
    for read in case.slices() {
        let room = &mut room[..read.len()];
        room.copy_from_slice(read);
        answer.bytes += black_box(room).len() as u64;
    }
    answer
}

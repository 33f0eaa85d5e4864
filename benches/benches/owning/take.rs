//! What is done with an item: just enough that it must have been made.

use std::hint::black_box;
use std::io;
use tidegate_benches::Answer;

/// How many items live at once where they are kept.
const KEPT: usize = 1024;

/// Where its bytes lie has to be known, but not the item itself: to move that
/// right after it was made would wait for the memory it was made in, and
/// measure `black_box`.
pub(crate) fn take(answer: &mut Answer, item: &[u8]) {
    black_box(item.as_ptr());
    answer.add(item);
}

pub(crate) fn take_all<T: AsRef<[u8]>>(items: impl Iterator<Item = io::Result<T>>) -> Answer {
    let mut answer = Answer::default();
    for item in items {
        let item = item.expect("the inputs are ASCII");
        take(&mut answer, item.as_ref());
    }
    answer
}

pub(crate) fn take_and_keep<T: AsRef<[u8]>>(items: impl Iterator<Item = io::Result<T>>) -> Answer {
    let mut answer = Answer::default();
    let mut ring = [const { None }; KEPT];
    for (slot, item) in (0..KEPT).cycle().zip(items) {
        let item = item.expect("the inputs are ASCII");
        take(&mut answer, item.as_ref());
        ring[slot] = Some(item);
    }
    answer
}

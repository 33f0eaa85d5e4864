//! tidegate.

use super::take::take;
use std::io::BufRead;
use std::ops::ControlFlow;
use tidegate_benches::Answer;
use tidegate_std_io::LineIter;

/// Checks for UTF-8 a block at a time.
pub(crate) fn try_for_each_str(mut lines: LineIter<impl BufRead>) -> Answer {
    let mut answer = Answer::default();
    let flow = lines
        .try_for_each_str(|text| {
            take(&mut answer, text.expect("the inputs are ASCII").as_bytes());
            ControlFlow::<()>::Continue(())
        })
        .expect("memory does not fail");
    assert!(flow.is_continue());
    answer
}

/// Checks for UTF-8 line by line.
pub(crate) fn to_str(mut lines: LineIter<impl BufRead>) -> Answer {
    let mut answer = Answer::default();
    lines
        .for_each_line(|line| {
            let text = line.to_str().expect("the inputs are ASCII");
            take(&mut answer, text.as_bytes());
        })
        .expect("memory does not fail");
    answer
}

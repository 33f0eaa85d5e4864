//! tidegate.

use std::io::BufRead;
use tidegate_benches::Answer;
use tidegate_std_io::{LineEnds, LineIter, LineScanner};

pub(crate) fn lf_only<R: BufRead>(reader: R) -> LineIter<R> {
    LineIter::with_scanner(reader, LineScanner::new().ends(LineEnds::Lf))
}

pub(crate) fn for_each_line(mut lines: LineIter<impl BufRead>) -> Answer {
    let mut answer = Answer::default();
    lines
        .for_each_line(|line| answer.add(line.bytes()))
        .expect("memory does not fail");
    answer
}

pub(crate) fn for_each_text(mut lines: LineIter<impl BufRead>) -> Answer {
    let mut answer = Answer::default();
    lines
        .for_each_line(|line| answer.add(line.text()))
        .expect("memory does not fail");
    answer
}

pub(crate) fn next_line(mut lines: LineIter<impl BufRead>) -> Answer {
    let mut answer = Answer::default();
    while let Some(line) = lines.next_line() {
        answer.add(line.expect("memory does not fail").bytes());
    }
    answer
}

//! `POST /lines`: counts lines of any length in constant memory.

use crate::answer::Answer;
use crate::site::Site;
use http::request::Parts;
use std::io;
use tidegate_std_io::gateway::Input;
use tidegate_std_io::{Ending, Line, LineIter, LineScanner, Overlong};

/// Longer lines come in fragments of so many bytes, and are never put together.
const FRAGMENT: usize = 8 << 10;

#[derive(Default)]
struct Count {
    lines: u64,
    bytes: u64,
    longest: u64,
    lf: u64,
    crlf: u64,
    cr: u64,
    unterminated: u64,
    /// Text of the line that is being read, in the fragments so far.
    text: u64,
}

impl Count {
    fn add(&mut self, line: Line<'_>) {
        self.bytes += line.bytes().len() as u64;
        self.text += line.text().len() as u64;
        if !line.piece().is_end() {
            return;
        }
        self.lines += 1;
        self.longest = self.longest.max(std::mem::take(&mut self.text));
        *match line.ending() {
            Ending::Lf => &mut self.lf,
            Ending::CrLf => &mut self.crlf,
            Ending::Cr => &mut self.cr,
            Ending::None => &mut self.unterminated,
        } += 1;
    }

    fn to_json(&self) -> String {
        let Self {
            lines,
            bytes,
            longest,
            lf,
            crlf,
            cr,
            unterminated,
            text: _,
        } = self;
        format!(
            "{{\"lines\":{lines},\"bytes\":{bytes},\"longest\":{longest},\"lf\":{lf},\
             \"crlf\":{crlf},\"cr\":{cr},\"unterminated\":{unterminated}}}"
        )
    }
}

pub(super) fn lines(_: &Parts, body: &mut Input, _: &Site) -> io::Result<Answer> {
    let scanner = LineScanner::new()
        .max_len(FRAGMENT)
        .overlong(Overlong::Fragment);
    let mut count = Count::default();
    LineIter::with_scanner(body, scanner).for_each_line(|line| count.add(line))?;
    Ok(Answer::json(count.to_json()))
}

use super::super::Input;
use super::super::input::Stream;
use super::watch::Watch;
use crate::{Budget, Drained};
use std::io::{self, BufRead, ErrorKind, Read};
use tidegate_core::validate::InputCheck;

/// An input, and what is found about it.
#[derive(Debug)]
pub(in super::super) struct WatchedInput {
    input: Input,
    check: InputCheck,
    watch: Watch,
    /// Bytes at the front of the buffer that the application may consume.
    shown: usize,
}

impl WatchedInput {
    pub(in super::super) const fn new(input: Input, check: InputCheck, watch: Watch) -> Self {
        Self {
            input,
            check,
            watch,
            shown: 0,
        }
    }

    fn ask(&mut self) -> io::Result<()> {
        self.check
            .asked(&mut |violation| self.watch.tell(violation));
        Ok(self.watch.verdict()?)
    }
}

/// What came of a call which would hand out so many bytes.
fn note(check: &mut InputCheck, watch: &Watch, came: Result<usize, &io::Error>) {
    match came {
        Ok(0) => check.ended(&mut |violation| watch.tell(violation)),
        Ok(_) => {}
        // It may be asked again.
        Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
        Err(_) => check.failed(),
    }
}

impl Read for WatchedInput {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return self.input.read(buf);
        }
        self.ask()?;
        self.shown = 0;
        let read = self.input.read(buf);
        note(&mut self.check, &self.watch, read.as_ref().copied());
        if let Ok(read) = read {
            let report = &mut |violation: tidegate_core::validate::Violation<&[u8]>| {
                self.watch.tell(violation);
            };
            self.check.came(read as u64, report);
            self.watch.verdict()?;
        }
        read
    }
}

impl BufRead for WatchedInput {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.ask()?;
        let shown = self.input.fill_buf();
        let len = shown.as_ref().map(|shown| shown.len());
        self.shown = len.unwrap_or(0);
        note(&mut self.check, &self.watch, len);
        self.watch.verdict()?;
        shown
    }

    fn consume(&mut self, amount: usize) {
        let report = &mut |violation: tidegate_core::validate::Violation<&[u8]>| {
            self.watch.tell(violation);
        };
        self.check.consumed(amount, self.shown, report);
        let amount = amount.min(self.shown);
        self.shown -= amount;
        self.input.consume(amount);
    }
}

impl Stream for WatchedInput {
    fn position(&self) -> u64 {
        self.input.position()
    }

    fn limit(&self) -> u64 {
        self.input.limit()
    }

    fn remaining(&self) -> u64 {
        self.input.remaining()
    }

    fn trailers(&self) -> Vec<(&[u8], &[u8])> {
        self.input.trailers()
    }

    fn may_reuse_connection(&self) -> bool {
        self.input.may_reuse_connection()
    }

    /// What is dropped on purpose is no reading, and breaks no rule of it.
    fn drain(&mut self, budget: Budget) -> io::Result<Drained> {
        self.shown = 0;
        let before = self.input.position();
        let drained = self.input.drain(budget);
        let came = self.input.position().saturating_sub(before);
        self.check
            .came(came, &mut |violation| self.watch.tell(violation));
        drained
    }
}

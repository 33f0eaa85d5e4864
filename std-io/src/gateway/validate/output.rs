use super::super::output::{SendFile, Sink};
use super::watch::Watch;
use std::io::{self, ErrorKind, Write};
use tidegate_core::validate::{OutputCheck, Violation};

/// What is found about a body, which is closed when this is dropped.
#[derive(Debug)]
pub(in super::super) struct Watched {
    check: OutputCheck,
    watch: Watch,
    /// Bytes that the check was told of before they are sent, since they break a
    /// rule: who sends them may refuse them for the same.
    ahead: u64,
}

impl Watched {
    pub(super) const fn new(check: OutputCheck, watch: Watch) -> Self {
        Self {
            check,
            watch,
            ahead: 0,
        }
    }

    /// It is over, well or not.
    pub(in super::super) fn finish(mut self, well: bool) {
        if !well {
            self.check.fail();
        }
    }

    /// # Errors
    ///
    /// If so many bytes may not be sent.
    fn expect(&mut self, bytes: u64) -> io::Result<()> {
        self.watch.verdict()?;
        let mut is_right = true;
        let mut judge = |violation: Violation<&[u8]>| is_right &= !violation.is_violation();
        self.check
            .clone()
            .piece(bytes.saturating_sub(self.ahead), &mut judge);
        if !is_right {
            self.tell(bytes.saturating_sub(self.ahead));
            self.ahead = bytes;
        }
        Ok(self.watch.verdict()?)
    }

    fn sent(&mut self, bytes: u64) {
        let told = bytes.min(self.ahead);
        self.ahead -= told;
        self.tell(bytes - told);
    }

    fn tell(&mut self, bytes: u64) {
        let report = &mut |violation: Violation<&[u8]>| self.watch.tell(violation);
        self.check.piece(bytes, report);
    }

    fn ended(&mut self) -> io::Result<()> {
        let report = &mut |violation: Violation<&[u8]>| self.watch.tell(violation);
        self.check.end(report);
        Ok(self.watch.verdict()?)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let report = &mut |violation: Violation<&[u8]>| self.watch.tell(violation);
        self.check.close(report);
    }
}

/// Where content goes, and what is found about it on its way.
pub(in super::super) struct Watching<'s, S> {
    to: &'s mut S,
    /// One for each validator around the application.
    watched: &'s mut [Watched],
}

impl<'s, S: Sink> Watching<'s, S> {
    pub(in super::super) const fn new(to: &'s mut S, watched: &'s mut [Watched]) -> Self {
        Self { to, watched }
    }

    /// All of the content was sent.
    pub(in super::super) fn end(self) -> io::Result<()> {
        self.watched.iter_mut().try_for_each(Watched::ended)
    }

    fn expect(&mut self, bytes: usize) -> io::Result<()> {
        let mut watched = self.watched.iter_mut();
        let expected = watched.try_for_each(|watched| watched.expect(bytes as u64));
        self.note(expected)
    }

    fn sent(&mut self, bytes: u64) {
        for watched in &mut *self.watched {
            watched.sent(bytes);
        }
    }

    /// Behind an error the application has to stop.
    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        let may_go_on = |error: &io::Error| {
            matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock)
        };
        if result.as_ref().is_err_and(|error| !may_go_on(error)) {
            for watched in &mut *self.watched {
                watched.check.refuse();
            }
        }
        result
    }
}

impl<S: Sink> Write for Watching<'_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.expect(bytes.len())?;
        let written = self.to.write(bytes);
        let written = self.note(written)?;
        self.sent(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.to.flush();
        self.note(flushed)
    }
}

impl<S: Sink> Sink for Watching<'_, S> {
    fn send_file(&mut self, file: &mut dyn SendFile) -> io::Result<()> {
        // Of unknown length it is not the system's to send.
        let Some(whole) = file.left() else {
            return file.write_to(self);
        };
        self.expect(usize::try_from(whole).unwrap_or(usize::MAX))?;
        let result = self.to.send_file(file);
        self.sent(whole - file.left().unwrap_or_default().min(whole));
        result
    }
}

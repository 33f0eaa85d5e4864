//! Readers that do what a network may do to us.

use crate::input::{PIECES, size};
use std::io::{self, BufRead, ErrorKind, Read};

/// Reads short, fails in between, and must not be read after its end.
///
/// A script says what each read comes to, over and over: so many bytes, or for
/// a size of zero an error, of a kind that depends on the byte.
#[derive(Debug)]
pub struct Moody<'a> {
    data: &'a [u8],
    script: &'a [u8],
    turn: usize,
    consumed: usize,
    /// How many bytes the last look showed: the next shows no fewer.
    shown: usize,
    ended: bool,
}

/// The reader is gone for good, says a script; ours reads on nevertheless.
pub const GONE: ErrorKind = ErrorKind::ConnectionReset;

impl<'a> Moody<'a> {
    pub fn new(data: &'a [u8], script: &'a [u8]) -> Self {
        Self {
            data,
            script,
            turn: 0,
            consumed: 0,
            shown: 0,
            ended: false,
        }
    }

    /// All of it, read or not.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// How many bytes were read of it.
    pub fn consumed(&self) -> usize {
        self.consumed
    }

    /// What was not read of it.
    pub fn rest(&self) -> &'a [u8] {
        &self.data[self.consumed..]
    }

    /// What the next read comes to.
    fn next(&mut self) -> io::Result<usize> {
        assert!(!self.ended, "the reader was asked again behind its end");
        let byte = self.script[self.turn % self.script.len()];
        self.turn += 1;
        let len = match size(byte) {
            // In the end it gets on.
            _ if self.turn > PIECES => usize::MAX,
            0 => return Err(self.error(byte)),
            len => len,
        };
        let len = len.min(self.rest().len());
        self.ended = len == 0;
        Ok(len)
    }

    fn error(&self, byte: u8) -> io::Error {
        let kinds = [
            ErrorKind::WouldBlock,
            ErrorKind::Interrupted,
            GONE,
            ErrorKind::TimedOut,
        ];
        kinds[usize::from(byte / 48) % kinds.len()].into()
    }
}

impl Read for Moody<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        assert!(!buf.is_empty(), "a read of nothing says nothing");
        let len = self.fill_buf()?.read(buf)?;
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Moody<'_> {
    /// A second look may show more than the first, and never less.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.shown == 0 {
            self.shown = self.next()?;
        } else if self.turn.is_multiple_of(2) {
            self.turn += 1;
            self.shown = (self.shown + 1).min(self.rest().len());
        }
        Ok(&self.rest()[..self.shown])
    }

    fn consume(&mut self, amount: usize) {
        self.shown -= amount;
        self.consumed += amount;
    }
}

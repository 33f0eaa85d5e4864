//! Readers as bad as they come, one fault each.

use std::io::{self, BufRead, ErrorKind, Read};

/// Gives one byte a read.
#[derive(Debug)]
pub(crate) struct Drip<R> {
    pub(crate) inner: R,
    pub(crate) reads: usize,
}

impl<R> Drip<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, reads: 0 }
    }
}

impl<R: Read> Read for Drip<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        let most = buf.len().min(1);
        self.inner.read(&mut buf[..most])
    }
}

/// Gives at most so many bytes a read, going round.
#[derive(Debug)]
pub(crate) struct Sizes<R> {
    pub(crate) inner: R,
    sizes: Vec<usize>,
    read: usize,
}

impl<R> Sizes<R> {
    /// No sizes at all leave the reads as they are.
    pub(crate) fn new(inner: R, sizes: Vec<usize>) -> Self {
        Self {
            inner,
            sizes,
            read: 0,
        }
    }
}

impl<R: Read> Read for Sizes<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = match self.sizes.len() {
            0 => usize::MAX,
            count => self.sizes[self.read % count],
        };
        self.read += 1;
        let most = buf.len().min(most);
        self.inner.read(&mut buf[..most])
    }
}

/// Says `Interrupted`, then `WouldBlock`, then reads a few bytes.
#[derive(Debug)]
pub(crate) struct Stutter<R> {
    pub(crate) inner: R,
    turn: usize,
}

impl<R> Stutter<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, turn: 0 }
    }
}

impl<R: Read> Read for Stutter<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        match self.turn % 3 {
            1 => Err(ErrorKind::Interrupted.into()),
            2 => Err(ErrorKind::WouldBlock.into()),
            _ => {
                let most = buf.len().min(3);
                self.inner.read(&mut buf[..most])
            }
        }
    }
}

/// Fails for ever once so many bytes, or more, were read.
#[derive(Debug)]
pub(crate) struct Cut<R> {
    pub(crate) inner: R,
    left: usize,
    kind: ErrorKind,
}

impl<R> Cut<R> {
    pub(crate) fn new(inner: R, after: usize, kind: ErrorKind) -> Self {
        let left = after;
        Self { inner, left, kind }
    }
}

impl<R: Read> Read for Cut<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(self.kind.into());
        }
        let read = self.inner.read(buf)?;
        self.left = self.left.saturating_sub(read);
        Ok(read)
    }
}

/// Panics when it is read again after it said its end.
#[derive(Debug)]
pub(crate) struct AfterEof<R> {
    pub(crate) inner: R,
    ended: bool,
}

impl<R> AfterEof<R> {
    pub(crate) fn new(inner: R) -> Self {
        let ended = false;
        Self { inner, ended }
    }
}

impl<R: Read> Read for AfterEof<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        assert!(!self.ended, "read again after the end");
        let read = self.inner.read(buf)?;
        self.ended = read == 0 && !buf.is_empty();
        Ok(read)
    }
}

/// Shows less at every second look than at the one before.
#[derive(Debug)]
pub(crate) struct Shrinks<'a> {
    rest: &'a [u8],
    shown: usize,
    looks: usize,
    by: usize,
}

impl<'a> Shrinks<'a> {
    pub(crate) fn new(rest: &'a [u8], by: usize) -> Self {
        Self {
            rest,
            shown: 0,
            looks: 0,
            by,
        }
    }
}

impl Read for Shrinks<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Shrinks<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.looks += 1;
        let by = if self.looks.is_multiple_of(2) {
            self.by
        } else {
            0
        };
        self.shown = self.rest.len().saturating_sub(by);
        Ok(&self.rest[..self.shown])
    }

    fn consume(&mut self, amount: usize) {
        assert!(amount <= self.shown, "{amount} consumed of {}", self.shown);
        self.rest = &self.rest[amount..];
    }
}

/// Fails at every so-and-so-manieth look, though it has bytes to show: a reader
/// that looks at a clock first.
#[derive(Debug)]
pub(crate) struct Moody<R> {
    pub(crate) inner: R,
    kind: ErrorKind,
    patience: usize,
    looks: usize,
}

impl<R> Moody<R> {
    pub(crate) fn new(inner: R, kind: ErrorKind, patience: usize) -> Self {
        Self {
            inner,
            kind,
            patience,
            looks: 0,
        }
    }
}

impl<R: BufRead> Read for Moody<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Moody<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.looks += 1;
        if self.looks.is_multiple_of(self.patience) {
            return Err(self.kind.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.inner.consume(amount);
    }
}

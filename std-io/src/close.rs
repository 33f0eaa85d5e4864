//! `ClosingReader`: a reader with something to happen once when it is over.

use crate::drive::{lost, may_go_on};
use std::io::{self, BufRead, Read};
use tidegate_core::{Callbacks, Closed, Closing, Guarded, OnClose, Outcome};

/// A reader with something to happen once when it is over: at its end, when it
/// fails, or when it is dropped before.
///
/// For a body that holds a resource or is to be logged. The reader itself is
/// dropped first. For an iterator of blocks use
/// [`ClosingIterator`](tidegate_core::ClosingIterator).
///
/// ```
/// use std::io::Read;
/// use tidegate_std_io::{ClosingReader, Outcome};
///
/// let mut log = None;
/// let mut body = ClosingReader::new(&b"Hello World"[..])
///     .promised(11) // as its Content-Length says
///     .on_close(|closed| log = Some(*closed));
/// body.read_exact(&mut [0; 11])?; // nobody asks for the end
/// drop(body);
/// assert_eq!(log.unwrap().outcome, Outcome::Finished);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of the reader, unchanged. After `Interrupted`, `WouldBlock` or
/// `TimedOut` it goes on; any other closes it, and later reads fail too.
///
/// # End of input
///
/// Once ended it stays ended.
#[derive(Debug)]
#[must_use]
pub struct ClosingReader<R, C: Callbacks = ()> {
    closing: Closing<R, C>,
    /// It failed at a look that lends, and is closed before the next.
    has_failed: bool,
}

impl<R> ClosingReader<R> {
    /// With nothing to happen yet.
    pub const fn new(reader: R) -> Self {
        Self {
            closing: Closing::new(reader),
            has_failed: false,
        }
    }
}

impl<R, C: Callbacks> ClosingReader<R, C> {
    /// Something more to happen; see [`Closing::on_close`].
    pub fn on_close<F: FnOnce(&Closed)>(self, callback: F) -> ClosingReader<R, (C, OnClose<F>)> {
        ClosingReader {
            closing: self.closing.on_close(callback),
            has_failed: self.has_failed,
        }
    }

    /// A value that is kept until then; see [`Closing::guard`].
    pub fn guard<G>(self, guard: G) -> ClosingReader<R, (C, Guarded<G>)> {
        ClosingReader {
            closing: self.closing.guard(guard),
            has_failed: self.has_failed,
        }
    }

    /// Whoever takes it will stop at so many bytes; see [`Closing::promised`].
    pub fn promised(self, len: u64) -> Self {
        Self {
            closing: self.closing.promised(len),
            has_failed: self.has_failed,
        }
    }

    /// The reader, unless it is closed.
    pub fn get_ref(&self) -> Option<&R> {
        self.closing.get_ref()
    }

    /// What a look at the reader comes to; `Some` of nothing is its end.
    fn settle<T>(&mut self, seen: io::Result<Option<T>>) -> io::Result<Option<T>> {
        match &seen {
            Ok(Some(_)) => {}
            Ok(None) => self.closing.finish(),
            Err(error) if may_go_on(error) => {}
            Err(_) => self.closing.fail(),
        }
        seen
    }

    /// The reader, or how it ended.
    fn open(&mut self) -> io::Result<Option<&mut R>> {
        if self.has_failed {
            self.closing.fail();
        }
        match self.closing.outcome() {
            Some(Outcome::Failed) => Err(io::Error::other("the reader failed before")),
            _ => Ok(self.closing.stream()),
        }
    }
}

impl<R: Read, C: Callbacks> Read for ClosingReader<R, C> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Some(reader) = self.open()?.filter(|_| !buf.is_empty()) else {
            return Ok(0);
        };
        let read = reader.read(buf).map(|read| (read > 0).then_some(read));
        let read = self.settle(read)?.unwrap_or(0);
        self.closing.took(read);
        Ok(read)
    }
}

impl<R: BufRead, C: Callbacks> BufRead for ClosingReader<R, C> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let Some(reader) = self.open()? else {
            return Ok(&[]);
        };
        let seen = reader
            .fill_buf()
            .map(|seen| (!seen.is_empty()).then_some(()));
        self.settle(seen)?;
        let Some(reader) = self.closing.stream() else {
            return Ok(&[]);
        };
        // Once more, since the first look may not be lent and judged too.
        let error = match reader.fill_buf() {
            Ok(shown) if !shown.is_empty() => return Ok(shown),
            Ok(_) => lost(),
            Err(error) => error,
        };
        self.has_failed = !may_go_on(&error);
        Err(error)
    }

    fn consume(&mut self, amount: usize) {
        if let Some(reader) = self.closing.stream() {
            reader.consume(amount);
            self.closing.took(amount);
        }
    }
}

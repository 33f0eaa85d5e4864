//! What was found at the front of the reader and is handed out bit by bit.

use super::{Drive, Source, lost, present};
use std::io::{self, BufRead, ErrorKind};
use tidegate_core::Scan;

impl<R: BufRead, M: Scan> Drive<R, M> {
    /// The last so many bytes of the token just lent stay in the reader after
    /// all, for [`front`](Self::front).
    #[inline]
    pub(crate) fn keep(&mut self, len: usize) {
        self.owed -= len;
    }

    /// At most so many bytes from the front of the reader, where they are known
    /// to be.
    #[inline]
    pub(crate) fn front(&mut self, len: usize) -> io::Result<&[u8]> {
        self.settle();
        if len == 0 {
            return Ok(&[]);
        }
        if let Source::Lost = self.source {
            return Err(lost());
        }
        match present(&mut self.reader).fill_buf()? {
            [] => Err(self.source.lose()),
            window => Ok(&window[..len.min(window.len())]),
        }
    }

    /// Passes over so many bytes at the front of the reader, where they are known to
    /// be.
    pub(crate) fn skip(&mut self, len: usize) -> io::Result<()> {
        self.settle();
        loop {
            match present(&mut self.reader).fill_buf() {
                Ok(window) if window.len() >= len => {
                    self.owe(len);
                    return Ok(());
                }
                // A reader may panic if it is to consume what it does not show.
                Ok(_) => return Err(self.source.lose()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Somebody was handed so many more bytes of the reader.
    #[inline]
    pub(crate) fn owe(&mut self, used: usize) {
        self.owed += used;
    }
}

//! What was found at the front of the reader and is handed out bit by bit.

use super::{Drive, State, lost, present};
use crate::source::Source;
use bytes::Bytes;
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, ready};
use tidegate_core::Scan;

impl<R: Source<K>, K, M: Scan> Drive<R, K, M> {
    /// The last so many bytes of the token just taken stay in the reader after
    /// all, for [`poll_front`](Self::poll_front).
    #[inline]
    pub(crate) fn keep(&mut self, len: usize) {
        self.owed -= len;
    }

    /// At most so many bytes from the front of the reader, where they are known
    /// to be.
    #[inline]
    pub(crate) fn poll_front(
        &mut self,
        cx: &mut Context<'_>,
        len: usize,
    ) -> Poll<io::Result<&[u8]>> {
        self.settle();
        if len == 0 {
            return Poll::Ready(Ok(&[]));
        }
        if let State::Lost = self.state {
            return Poll::Ready(Err(lost()));
        }
        Poll::Ready(match ready!(present(&mut self.reader).poll_fill_buf(cx))? {
            [] => {
                self.state = State::Lost;
                Err(lost())
            }
            window => Ok(&window[..len.min(window.len())]),
        })
    }

    /// Passes over so many bytes at the front of the reader, where they are known
    /// to be.
    pub(crate) fn poll_skip(&mut self, cx: &mut Context<'_>, len: usize) -> Poll<io::Result<()>> {
        let shown = loop {
            match ready!(self.poll_front(cx, len)) {
                Ok(shown) => break shown.len(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        };
        // A reader may panic if it is to consume what it does not show.
        if shown < len {
            self.state = State::Lost;
            return Poll::Ready(Err(lost()));
        }
        self.owe(len);
        Poll::Ready(Ok(()))
    }

    /// Somebody was handed so many more bytes of the reader.
    #[inline]
    pub(crate) fn owe(&mut self, used: usize) {
        self.owed += used;
    }

    /// So many bytes of what is shown behind what was handed out, without a copy.
    pub(crate) fn share(&self, start: usize, len: usize) -> Option<Bytes> {
        self.reader().share(self.owed + start, len)
    }

    /// So many bytes at the front of the reader, where they are known to be,
    /// without a copy; they are consumed with that.
    pub(crate) fn split(&mut self, len: usize) -> Option<Bytes> {
        self.settle();
        present(&mut self.reader).split(len)
    }
}

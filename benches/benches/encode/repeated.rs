//! A large file, as it comes out of a cache.

use bytes::Bytes;
use futures_util::Stream;
use std::io::{self, Read};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

/// So many bytes: the same 4 MiB over and over, as a reader that copies and as a
/// stream that does not.
#[derive(Clone, Debug)]
pub(crate) struct Repeated {
    bytes: Bytes,
    at: usize,
    left: usize,
    /// Of what it gives as a stream.
    size: usize,
}

impl Repeated {
    pub(crate) const fn new(bytes: Bytes, len: usize, size: usize) -> Self {
        Self {
            bytes,
            at: 0,
            left: len,
            size,
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.left
    }

    /// Where the next so many bytes are, or as many as there are in one piece.
    fn advance(&mut self, most: usize) -> Range<usize> {
        let len = most.min(self.left).min(self.bytes.len() - self.at);
        let taken = self.at..self.at + len;
        self.left -= len;
        self.at = taken.end % self.bytes.len();
        taken
    }
}

impl Read for Repeated {
    #[inline(never)]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.advance(buffer.len());
        let len = taken.len();
        buffer[..len].copy_from_slice(&self.bytes[taken]);
        Ok(len)
    }
}

impl Stream for Repeated {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let size = self.size;
        let taken = self.advance(size);
        Poll::Ready((!taken.is_empty()).then(|| Ok(self.bytes.slice(taken))))
    }
}

use crate::drive::Drive;
use crate::source::Source;
use bytes::Bytes;
use futures_core::Stream;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tidegate_core::{ChunkScanner, LineScanner, Scan};

/// Lines or chunks as a `Stream` of `Bytes`.
///
/// Made by [`LineIter::into_bytes`](crate::LineIter::into_bytes) and
/// [`ChunkIter::into_bytes`](crate::ChunkIter::into_bytes).
///
/// # Limits
///
/// An item that shares a frame keeps that frame, and one of a reader the copy it
/// shares: up to 16 KiB that were read at once, or the one item if that is longer.
///
/// # Errors
///
/// Those of what it was made from. An error that sticks comes again for ever: stop
/// at the first.
///
/// # Reads past the end
///
/// No: items are found ahead of being taken, and consumed when they are. The
/// exception is the start of an item that straddles two reads, which
/// [`into_parts`](Self::into_parts) gives back.
#[must_use = "it reads nothing before it is polled"]
pub struct Owned<R: Source<K>, K, M: Scan> {
    drive: Drive<R, K, M>,
    /// The front of what the source shows, in bytes that items share.
    block: Bytes,
    /// What was found otherwise, on its way out: were it returned from where it is
    /// found, those from the block would go through memory too.
    found: Option<io::Result<Bytes>>,
}

impl<R: Source<K>, K, M: Scan> Owned<R, K, M> {
    pub(crate) fn new(mut drive: Drive<R, K, M>) -> Self {
        // It was shown more than a block may be.
        drive.forget();
        Self {
            drive,
            block: Bytes::new(),
            found: None,
        }
    }

    /// `text` says how many of a token's leading bytes are wanted.
    #[inline]
    fn poll_by(
        &mut self,
        cx: &mut Context<'_>,
        text: impl Fn(M::Token<'_>) -> usize,
    ) -> Poll<Option<io::Result<Bytes>>> {
        if let Some(item) = self.drive.own_next(&self.block, &text) {
            return Poll::Ready(Some(Ok(item)));
        }
        ready!(self.poll_slowly(cx, text));
        Poll::Ready(self.found.take())
    }

    #[inline(never)]
    fn poll_slowly(
        &mut self,
        cx: &mut Context<'_>,
        text: impl Fn(M::Token<'_>) -> usize,
    ) -> Poll<()> {
        self.drive
            .poll_own(cx, &mut self.block, text)
            .map(|found| self.found = found.transpose())
    }

    /// The source, behind the last item, and the start of an item that straddles
    /// what was read of it.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        self.drive.into_parts()
    }
}

impl<R: Source<K>, K> Stream for Owned<R, K, LineScanner> {
    type Item = io::Result<Bytes>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_by(cx, |line| line.text().len())
    }
}

impl<R: Source<K>, K> Stream for Owned<R, K, ChunkScanner<'_>> {
    type Item = io::Result<Bytes>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_by(cx, |chunk| chunk.text().len())
    }
}

impl<R: Source<K> + fmt::Debug, K, M: Scan + fmt::Debug> fmt::Debug for Owned<R, K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owned")
            .field("source", self.drive.reader())
            .field("machine", self.drive.machine())
            .finish_non_exhaustive()
    }
}

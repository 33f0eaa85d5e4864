use crate::drive::Drive;
use crate::source::Source;
use bytes::Bytes;
use futures_core::Stream;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tidegate_core::{Batch, Scan};

/// Lines or chunks as a `Stream` of `Bytes`.
///
/// Made by [`LineIter::into_bytes`](crate::LineIter::into_bytes) and
/// [`ChunkIter::into_bytes`](crate::ChunkIter::into_bytes).
///
/// # Limits
///
/// An item that shares a frame keeps that frame, and one of a reader the copy it
/// shares: up to 256 items that were read at once, up to 64 KiB, or the one item if
/// that is longer.
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
    batch: Batch<Bytes>,
    /// How many of a token's leading bytes are wanted.
    text: fn(M::Token<'_>) -> usize,
}

impl<R: Source<K>, K, M: Scan> Owned<R, K, M> {
    pub(crate) fn new(drive: Drive<R, K, M>, text: fn(M::Token<'_>) -> usize) -> Self {
        let batch = Batch::default();
        Self { drive, batch, text }
    }

    /// The source, behind the last item, and the start of an item that straddles
    /// what was read of it.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        self.drive.into_parts()
    }
}

impl<R: Source<K>, K, M: Scan + Unpin> Stream for Owned<R, K, M> {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.batch.is_empty()
            && let Err(error) = ready!(this.drive.poll_batch(cx, &mut this.batch, this.text))
        {
            return Poll::Ready(Some(Err(error)));
        }
        if let Some((token, used)) = this.batch.next(|block, lies| block.slice(lies)) {
            this.drive.owe(used);
            return Poll::Ready(Some(Ok(token)));
        }
        // One that straddles, an error or the end.
        Poll::Ready(match ready!(this.drive.poll_find(cx)) {
            Ok(Some(next)) => Some(this.drive.own(next, this.text)),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        })
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

use crate::drive::Drive;
use crate::source::Source;
use bytes::Bytes;
use futures_core::Stream;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tidegate_core::Scan;

/// Lines or chunks as a `Stream` of `Bytes`.
///
/// Made by [`LineIter::into_bytes`](crate::LineIter::into_bytes) and
/// [`ChunkIter::into_bytes`](crate::ChunkIter::into_bytes).
///
/// # Limits
///
/// An item that shares a frame keeps that frame.
///
/// # Errors
///
/// Those of what it was made from. An error that sticks comes again for ever: stop
/// at the first.
#[must_use = "it reads nothing before it is polled"]
pub struct Owned<R: Source<K>, K, M: Scan> {
    drive: Drive<R, K, M>,
    /// How many of a token's leading bytes are wanted.
    text: fn(M::Token<'_>) -> usize,
}

impl<R: Source<K>, K, M: Scan> Owned<R, K, M> {
    pub(crate) fn new(drive: Drive<R, K, M>, text: fn(M::Token<'_>) -> usize) -> Self {
        Self { drive, text }
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

//! Lines and chunks that can be kept.

use crate::drive::Drive;
use bytes::Bytes;
use std::fmt;
use std::io::{self, BufRead};
use tidegate_core::{ChunkScanner, LineScanner, Scan};

/// The texts of lines or chunks as `Bytes` which share the blocks they lie in.
///
/// Made by [`LineIter::into_bytes`](crate::LineIter::into_bytes) and
/// [`ChunkIter::into_bytes`](crate::ChunkIter::into_bytes). With
/// [`Overlong::Fragment`](crate::Overlong::Fragment) each fragment is an item,
/// and nothing tells it from a whole one: lend those instead.
///
/// # Limits
///
/// An item that is kept keeps its block, up to 64 KiB or the length of the one
/// item if that is longer.
///
/// # Errors
///
/// Those of the iterator it was made from. An error that sticks comes again for
/// ever: stop at the first.
pub struct OwnedIter<R: BufRead, M> {
    drive: Drive<R, M>,
    /// A copy of the front of the reader's buffer.
    block: Bytes,
}

impl<R: BufRead, M: Scan> OwnedIter<R, M> {
    pub(crate) fn new(drive: Drive<R, M>) -> Self {
        let block = Bytes::new();
        Self { drive, block }
    }

    /// The reader, and the start of an item that straddles what was read of it.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        self.drive.into_parts()
    }
}

impl<R: BufRead> Iterator for OwnedIter<R, LineScanner> {
    type Item = io::Result<Bytes>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.drive
            .next_shared(&mut self.block, |line| line.text().len())
    }
}

impl<R: BufRead> Iterator for OwnedIter<R, ChunkScanner<'_>> {
    type Item = io::Result<Bytes>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.drive
            .next_shared(&mut self.block, |chunk| chunk.text().len())
    }
}

impl<R: BufRead + fmt::Debug, M: Scan + fmt::Debug> fmt::Debug for OwnedIter<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedIter")
            .field("reader", self.drive.reader())
            .field("machine", self.drive.machine())
            .finish_non_exhaustive()
    }
}

//! Lines and chunks that can be kept.

use crate::drive::Drive;
use bytes::Bytes;
use std::fmt;
use std::io::{self, BufRead, ErrorKind};
use std::iter::FusedIterator;
use std::str::Utf8Error;
use tidegate_core::{ChunkScanner, LineScanner, Scan};

/// The texts of lines or chunks as `Bytes` which share the blocks they lie in.
///
/// Made by [`LineIter::into_bytes`](crate::LineIter::into_bytes) and
/// [`ChunkIter::into_bytes`](crate::ChunkIter::into_bytes). With
/// [`Overlong::Fragment`](crate::Overlong::Fragment) each fragment is an item,
/// and nothing tells it from a whole one: lend those instead.
///
/// ```
/// use std::thread;
/// use tidegate_std_io::make_line_iter;
///
/// let mut lines = make_line_iter(&b"one\r\ntwo\nthree"[..]).into_bytes();
/// let first = lines.next().unwrap()?;
/// let (rest, nothing) = lines.into_parts(); // the reader, behind that line
/// assert!(rest.starts_with(b"two") && nothing.is_empty());
///
/// let elsewhere = thread::spawn(move || first.len()); // it borrows nothing
/// assert_eq!(elsewhere.join().unwrap(), 3);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// An item that is kept keeps its block: up to 16 KiB that were read at once, or the
/// one item if that is longer.
///
/// # Errors
///
/// Those of the iterator it was made from. An error that sticks comes again for
/// ever: stop at the first.
///
/// # End of input
///
/// As that of the iterator it was made from. Behind the last item it gives
/// `None`, again and again.
///
/// # Reads past the end
///
/// No: items are copied ahead of being taken, and consumed when they are. The
/// exception is the start of an item that straddles two reads, which
/// [`into_parts`](Self::into_parts) gives back.
#[must_use = "it reads nothing before it is asked for an item"]
pub struct OwnedIter<R: BufRead, M: Scan> {
    drive: Drive<R, M>,
    /// The front of what the reader shows, in bytes that items share.
    block: Bytes,
    /// What was found otherwise, on its way out: were it returned from where it is
    /// found, those from the block would go through memory too.
    found: Option<io::Result<Bytes>>,
}

impl<R: BufRead, M: Scan> OwnedIter<R, M> {
    pub(crate) fn new(mut drive: Drive<R, M>) -> Self {
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
    fn next_by(&mut self, text: impl Fn(M::Token<'_>) -> usize) -> Option<io::Result<Bytes>> {
        if let Some(item) = self.drive.own_next(&self.block, &text) {
            return Some(Ok(item));
        }
        self.find_slowly(text);
        self.found.take()
    }

    #[inline(never)]
    fn find_slowly(&mut self, text: impl Fn(M::Token<'_>) -> usize) {
        self.found = self.drive.own(&mut self.block, text).transpose();
    }

    /// The reader. What was handed out may not be consumed of it yet.
    pub fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    /// The reader, behind the last item taken, and the start of an item that
    /// straddles what was read of it: bytes which were consumed and not handed
    /// out.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        self.drive.into_parts()
    }

    /// The reader; what [`into_parts`](Self::into_parts) gives beside it is lost.
    pub fn into_inner(self) -> R {
        self.into_parts().0
    }
}

/// A text of its own, or the error for one that is not UTF-8.
pub(crate) fn to_string(text: Result<&str, Utf8Error>) -> io::Result<String> {
    match text {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(io::Error::new(ErrorKind::InvalidData, error)),
    }
}

impl<R: BufRead> Iterator for OwnedIter<R, LineScanner> {
    type Item = io::Result<Bytes>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_by(|line| line.text().len())
    }
}

impl<R: BufRead> Iterator for OwnedIter<R, ChunkScanner<'_>> {
    type Item = io::Result<Bytes>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_by(|chunk| chunk.text().len())
    }
}

impl<R: BufRead> FusedIterator for OwnedIter<R, LineScanner> {}

impl<R: BufRead> FusedIterator for OwnedIter<R, ChunkScanner<'_>> {}

impl<R: BufRead + fmt::Debug, M: Scan + fmt::Debug> fmt::Debug for OwnedIter<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedIter")
            .field("reader", self.drive.reader())
            .field("machine", self.drive.machine())
            .finish_non_exhaustive()
    }
}

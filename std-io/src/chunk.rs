//! `make_chunk_iter`: the chunks of a reader between a separator, lent from its
//! own buffer.

use crate::drive::Drive;
use crate::owned::{OwnedIter, to_string};
use crate::visit::Each;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::iter;
use std::ops::ControlFlow;
use tidegate_core::{Chunk, ChunkScanner, EmptySeparator};

/// Splits a reader between a separator of any bytes.
///
/// Short for [`ChunkIter::new`], under the name Werkzeug's users know.
///
/// ```
/// let mut chunks = tidegate_std_io::make_chunk_iter(&b"one--two--"[..], b"--")?;
/// assert_eq!(chunks.next_chunk().unwrap()?.text(), b"one");
/// assert_eq!(chunks.next_chunk().unwrap()?.text(), b"two");
/// assert_eq!(chunks.next_chunk().unwrap()?.text(), b""); // as `split` has it
/// assert!(chunks.next_chunk().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`EmptySeparator`] if it is empty.
pub fn make_chunk_iter<'s, R, S>(
    reader: R,
    separator: &'s S,
) -> Result<ChunkIter<'s, R>, EmptySeparator>
where
    R: BufRead,
    S: AsRef<[u8]> + ?Sized,
{
    ChunkIter::new(reader, separator)
}

/// The chunks of a reader between a separator, each lent from the reader's own
/// buffer.
///
/// [`for_each_chunk`](Self::for_each_chunk) is the fastest way through all of
/// them, [`next_chunk`](Self::next_chunk) the one to stop and go with. Neither
/// allocates for a chunk; one that straddles two reads is put together in a
/// buffer which is kept. The chunks are those of `split` on the whole input, but
/// an empty input has none. For lines use [`LineIter`](crate::LineIter), which
/// knows all their endings.
///
/// ```
/// use tidegate_std_io::{ChunkIter, ChunkScanner, Overlong};
///
/// let scanner = ChunkScanner::new("; ")?.max_len(4).overlong(Overlong::Skip);
/// let mut chunks = ChunkIter::with_scanner(&b"one; much too long; two"[..], scanner);
/// assert_eq!(chunks.next_chunk().unwrap()?.text(), b"one");
/// assert!(chunks.next_chunk().unwrap().is_err()); // reported once, and skipped
/// assert_eq!(chunks.next_chunk().unwrap()?.text(), b"two");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Limits
///
/// The text of a chunk is at most 1 MiB unless the [`ChunkScanner`] says
/// otherwise. That and the separator is also the most memory it keeps; while
/// that grows to its last size, it takes half as much again. How much is read in
/// all is for [`LimitedStream`](crate::LimitedStream) underneath.
///
/// # Errors
///
/// Those of the reader, unchanged, after all complete chunks before them;
/// `Interrupted` is retried while bytes are waited for, and after any other the
/// next call goes on with nothing lost, if the reader does. A chunk over the
/// limit is an `io::Error` of kind `FileTooLarge` that holds an
/// `At<ChunkFault>`; it comes again for ever, or once with
/// [`Overlong::Skip`](crate::Overlong::Skip).
///
/// # End of input
///
/// What follows the last separator is a chunk, empty or not. An empty answer of
/// the reader is its end, and the reader is not asked again.
///
/// # Reads past the end
///
/// No: what was not handed out stays in the reader, except the start of a chunk
/// that straddles two reads, which [`into_parts`](Self::into_parts) gives back.
#[must_use = "it reads nothing before it is asked for a chunk"]
pub struct ChunkIter<'s, R: BufRead> {
    drive: Drive<R, ChunkScanner<'s>>,
}

impl<'s, R: BufRead> ChunkIter<'s, R> {
    /// Chunks of at most 1 MiB, a longer one is an error.
    ///
    /// # Errors
    ///
    /// [`EmptySeparator`] if it is empty.
    pub fn new<S: AsRef<[u8]> + ?Sized>(
        reader: R,
        separator: &'s S,
    ) -> Result<Self, EmptySeparator> {
        Ok(Self::with_scanner(reader, ChunkScanner::new(separator)?))
    }

    /// Chunks as the scanner says: other limits, fragments of long chunks
    /// (Werkzeug's `cap_at_buffer`), a separator of its own.
    #[doc(alias = "cap_at_buffer")]
    pub fn with_scanner(reader: R, scanner: ChunkScanner<'s>) -> Self {
        Self {
            drive: Drive::new(reader, scanner),
        }
    }

    /// The next chunk, or `None` behind the last.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    #[inline]
    pub fn next_chunk(&mut self) -> Option<io::Result<Chunk<'_>>> {
        self.drive.next()
    }

    /// Calls `each` with every chunk to the end.
    ///
    /// If `each` panics, later calls are errors.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors). Chunks before the error were handed out; a
    /// call after it goes on where that is possible.
    #[inline]
    pub fn for_each_chunk(&mut self, mut each: impl FnMut(Chunk<'_>)) -> io::Result<()> {
        self.try_for_each_chunk(|chunk| {
            each(chunk);
            ControlFlow::<()>::Continue(())
        })
        .map(drop)
    }

    /// Calls `each` with every chunk until it breaks, or to the end.
    ///
    /// The next call goes on behind the chunk it broke at.
    ///
    /// # Errors
    ///
    /// As [`for_each_chunk`](Self::for_each_chunk).
    #[inline]
    pub fn try_for_each_chunk<B>(
        &mut self,
        each: impl FnMut(Chunk<'_>) -> ControlFlow<B>,
    ) -> io::Result<ControlFlow<B>> {
        self.drive.visit_all(Each(each))
    }

    /// The texts of the chunks as `Bytes`, for keeping or sending elsewhere.
    ///
    /// Chunks that lie in the reader's buffer together are copied together and
    /// share that copy: a chunk costs no allocation, but keeping one keeps up to
    /// 16 KiB. For few chunks out of many use [`into_vecs`](Self::into_vecs).
    pub fn into_bytes(self) -> OwnedIter<R, ChunkScanner<'s>> {
        OwnedIter::new(self.drive)
    }

    /// The texts of the chunks, each copied into a `Vec` of its own: one
    /// allocation and one copy a chunk.
    pub fn into_vecs(mut self) -> impl Iterator<Item = io::Result<Vec<u8>>> {
        iter::from_fn(move || {
            let chunk = self.next_chunk()?;
            Some(chunk.map(|chunk| chunk.text().to_vec()))
        })
    }

    /// The texts of the chunks, each copied into a `String` of its own: one
    /// allocation, one copy and one check for UTF-8 a chunk. One that is not is
    /// an error of kind `InvalidData`, and the next call goes on behind it.
    pub fn into_strings(mut self) -> impl Iterator<Item = io::Result<String>> {
        iter::from_fn(move || {
            let chunk = self.next_chunk()?;
            Some(chunk.and_then(|chunk| to_string(chunk.to_str())))
        })
    }

    /// The reader. What was handed out may not be consumed of it yet.
    pub fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    /// The reader, behind the last chunk unless that or the next one straddles two
    /// reads. What is read from it here is missing from the chunks.
    pub fn get_mut(&mut self) -> &mut R {
        self.drive.reader_mut()
    }

    /// The reader, and the start of a chunk that straddles what was read of it:
    /// bytes which were consumed and not handed out.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        self.drive.into_parts()
    }

    /// The reader; what [`into_parts`](Self::into_parts) gives beside it is lost.
    pub fn into_inner(self) -> R {
        self.into_parts().0
    }
}

impl<'s, R: Read> ChunkIter<'s, BufReader<R>> {
    /// Chunks of a reader without a buffer of its own, through one of so many
    /// bytes (Werkzeug's `buffer_size`, there 10 KiB by default).
    ///
    /// For a scanner of yours put the reader into a `BufReader` and use
    /// [`with_scanner`](Self::with_scanner).
    ///
    /// # Errors
    ///
    /// [`EmptySeparator`] if it is empty.
    #[doc(alias = "buffer_size")]
    pub fn from_read<S: AsRef<[u8]> + ?Sized>(
        reader: R,
        separator: &'s S,
        buffer_size: usize,
    ) -> Result<Self, EmptySeparator> {
        Self::new(
            BufReader::with_capacity(buffer_size.max(1), reader),
            separator,
        )
    }
}

impl<R: BufRead + fmt::Debug> fmt::Debug for ChunkIter<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkIter")
            .field("reader", self.drive.reader())
            .field("scanner", self.drive.machine())
            .finish_non_exhaustive()
    }
}

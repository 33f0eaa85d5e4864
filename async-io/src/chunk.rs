//! Chunks of an async source, lent from its own buffer.

use crate::drive::Drive;
use crate::owned::Owned;
use crate::source::Source;
use std::fmt;
use std::io;
use tidegate_core::{Chunk, ChunkScanner, EmptySeparator};

/// The pieces of a source between separators of any bytes, each lent from the
/// source's own buffer.
///
/// For lines use [`LineIter`](crate::LineIter), which knows all three of their
/// ends.
///
/// ```
/// # #[cfg(feature = "futures-io")]
/// # futures::executor::block_on(async {
/// use tidegate_async_io::futures::make_chunk_iter;
///
/// let mut chunks = make_chunk_iter(&b"one--two--"[..], b"--")?;
/// let mut texts = Vec::new();
/// chunks.for_each_chunk(|chunk| texts.push(chunk.text().to_vec())).await?;
/// assert_eq!(texts, [&b"one"[..], b"two", b""]);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Limits
///
/// The text of a chunk is at most 1 MiB unless the [`ChunkScanner`] says otherwise.
/// That and the separator is also the most memory it keeps.
///
/// # Errors
///
/// Those of the source, unchanged; `Interrupted` is retried. A chunk over the
/// limit is an `io::Error` of kind `FileTooLarge` that holds an `At<ChunkFault>`.
///
/// # End of input
///
/// What follows the last separator is a chunk, also if it is empty. An empty
/// source has none.
///
/// # Reads past the end
///
/// No: what was not handed out stays in the source, except the start of a chunk
/// that straddles two reads, which [`into_parts`](Self::into_parts) gives back.
///
/// # Cancel safety
///
/// Every method may be dropped at any await: the next call goes on with nothing
/// lost, and no chunk is handed out twice.
#[must_use = "it reads nothing before it is asked for a chunk"]
pub struct ChunkIter<'s, R: Source<K>, K> {
    drive: Drive<R, K, ChunkScanner<'s>>,
}

impl<'s, R: Source<K>, K> ChunkIter<'s, R, K> {
    /// Chunks of at most 1 MiB, a longer one is an error.
    ///
    /// # Errors
    ///
    /// If the separator is empty.
    pub fn new<S: AsRef<[u8]> + ?Sized>(
        source: R,
        separator: &'s S,
    ) -> Result<Self, EmptySeparator> {
        Ok(Self::with_scanner(source, ChunkScanner::new(separator)?))
    }

    /// Chunks as the scanner says: other limits, fragments of long chunks.
    pub fn with_scanner(source: R, scanner: ChunkScanner<'s>) -> Self {
        Self {
            drive: Drive::new(source, scanner),
        }
    }

    /// The next chunk, or `None` behind the last. Cancel-safe.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    #[inline]
    pub fn next_chunk(&mut self) -> impl Future<Output = Option<io::Result<Chunk<'_>>>> {
        self.drive.next()
    }

    /// Calls `each` with every chunk to the end. Cancel-safe: a later call goes on
    /// behind the last chunk that `each` saw.
    ///
    /// If `each` panics, later calls are errors.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors). Chunks before the error were handed out.
    pub async fn for_each_chunk(&mut self, each: impl FnMut(Chunk<'_>)) -> io::Result<()> {
        self.drive.for_each(each).await
    }

    /// What `see` makes of the next chunk, at the first look at it.
    #[cfg(all(feature = "form-data", any(feature = "tokio-fs", feature = "smol-fs")))]
    pub(crate) fn poll_see<T>(
        &mut self,
        cx: &mut std::task::Context<'_>,
        see: impl FnOnce(Chunk<'_>) -> T,
    ) -> std::task::Poll<io::Result<Option<T>>> {
        let taken = self.drive.poll_take(cx, see);
        taken.map_ok(|taken| taken.map(|(seen, _)| seen))
    }

    /// The texts of the chunks as a `Stream` of `Bytes`, for keeping or sending
    /// elsewhere: those of [`Frames`](crate::Frames) share the frame they lie in,
    /// others a copy of what was read at once.
    pub fn into_bytes(self) -> Owned<R, K, ChunkScanner<'s>> {
        Owned::new(self.drive)
    }

    /// The source. What was handed out may not be consumed of it yet.
    pub fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    /// The source, behind the last chunk unless that or the next one straddles two
    /// reads. What is read from it here is missing from the chunks.
    pub fn get_mut(&mut self) -> &mut R {
        self.drive.reader_mut()
    }

    /// The source, and the start of a chunk that straddles what was read of it:
    /// bytes which were consumed and not handed out.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        self.drive.into_parts()
    }

    /// The source; what [`into_parts`](Self::into_parts) gives beside it is lost.
    pub fn into_inner(self) -> R {
        self.into_parts().0
    }
}

impl<R: Source<K> + fmt::Debug, K> fmt::Debug for ChunkIter<'_, R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkIter")
            .field("source", self.drive.reader())
            .field("scanner", self.drive.machine())
            .finish_non_exhaustive()
    }
}

//! Lines of an async source, lent from its own buffer.

use crate::drive::Drive;
use crate::owned::Owned;
use crate::source::Source;
use std::fmt;
use std::io;
use tidegate_core::{Line, LineScanner};

/// The lines of a source, each lent from the source's own buffer.
///
/// [`for_each_line`](Self::for_each_line) is the fastest way through all of them,
/// [`next_line`](Self::next_line) the one to stop and go with. Neither allocates
/// for a line; a line that straddles two reads is put together in a buffer which
/// is kept. [`into_bytes`](Self::into_bytes) makes a `Stream` of lines to keep.
///
/// ```
/// # #[cfg(feature = "futures-io")]
/// # futures::executor::block_on(async {
/// use tidegate_async_io::futures::make_line_iter;
///
/// let mut lines = make_line_iter(&b"one\rtwo\r\n"[..]);
/// assert_eq!(lines.next_line().await.unwrap()?.text(), b"one");
/// assert_eq!(lines.next_line().await.unwrap()?.text(), b"two");
/// assert!(lines.next_line().await.is_none());
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Limits
///
/// The text of a line is at most 1 MiB unless the [`LineScanner`] says otherwise.
/// That and its terminator is also the most memory it keeps. How much is read in
/// all is for a `LimitedStream` underneath.
///
/// # Errors
///
/// Those of the source, unchanged, after all complete lines before them;
/// `Interrupted` is retried. A line over the limit is an `io::Error` of kind
/// `FileTooLarge` that holds an `At<LineFault>`; it comes again for ever, or once
/// with [`Overlong::Skip`](tidegate_core::Overlong::Skip).
///
/// # End of input
///
/// What follows the last terminator is a line if it is not empty. A source that
/// said its end is not asked again.
///
/// # Reads past the end
///
/// No: what was not handed out stays in the source, except the start of a line
/// that straddles two reads, which [`into_parts`](Self::into_parts) gives back.
///
/// # Cancel safety
///
/// Every method may be dropped at any await: the next call goes on with nothing
/// lost, and no line is handed out twice.
#[must_use = "it reads nothing before it is asked for a line"]
pub struct LineIter<R: Source<K>, K> {
    drive: Drive<R, K, LineScanner>,
}

impl<R: Source<K>, K> LineIter<R, K> {
    /// Universal newlines, lines of at most 1 MiB, a longer one is an error.
    pub fn new(source: R) -> Self {
        Self::with_scanner(source, LineScanner::new())
    }

    /// Lines as the scanner says: other limits, `\n` alone, fragments of long
    /// lines.
    pub fn with_scanner(source: R, scanner: LineScanner) -> Self {
        Self {
            drive: Drive::new(source, scanner),
        }
    }

    /// The next line, or `None` behind the last. Cancel-safe.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    #[inline]
    pub fn next_line(&mut self) -> impl Future<Output = Option<io::Result<Line<'_>>>> {
        self.drive.next()
    }

    /// Calls `each` with every line to the end. Cancel-safe: a later call goes on
    /// behind the last line that `each` saw.
    ///
    /// If `each` panics, later calls are errors.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors). Lines before the error were handed out.
    pub async fn for_each_line(&mut self, each: impl FnMut(Line<'_>)) -> io::Result<()> {
        self.drive.for_each(each).await
    }

    /// The texts of the lines as a `Stream` of `Bytes`, for keeping or sending
    /// elsewhere: those of [`Frames`](crate::Frames) share the frame they lie in,
    /// others a copy of what was read at once.
    pub fn into_bytes(self) -> Owned<R, K, LineScanner> {
        Owned::new(self.drive)
    }

    /// The source. What was handed out may not be consumed of it yet.
    pub fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    /// The source, behind the last line unless that or the next one straddles two
    /// reads. What is read from it here is missing from the lines.
    pub fn get_mut(&mut self) -> &mut R {
        self.drive.reader_mut()
    }

    /// The source, and the start of a line that straddles what was read of it:
    /// bytes which were consumed and not handed out.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        self.drive.into_parts()
    }

    /// The source; what [`into_parts`](Self::into_parts) gives beside it is lost.
    pub fn into_inner(self) -> R {
        self.into_parts().0
    }
}

impl<R: Source<K> + fmt::Debug, K> fmt::Debug for LineIter<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineIter")
            .field("source", self.drive.reader())
            .field("scanner", self.drive.machine())
            .finish_non_exhaustive()
    }
}

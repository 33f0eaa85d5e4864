//! `make_line_iter`: lines of a reader, lent from its own buffer.

use crate::drive::Drive;
use crate::owned::{OwnedIter, to_string};
use crate::visit::{Each, Visit};
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::iter;
use std::ops::ControlFlow;
use std::str::Utf8Error;
use tidegate_core::{Line, LineScanner};

/// Splits a reader into lines: `\n`, `\r\n` and `\r` each end one.
///
/// Short for [`LineIter::new`], under the name Werkzeug's users know.
///
/// ```
/// let mut lines = tidegate_std_io::make_line_iter(&b"one\rtwo\r\n"[..]);
/// assert_eq!(lines.next_line().unwrap()?.text(), b"one");
/// assert_eq!(lines.next_line().unwrap()?.text(), b"two");
/// assert!(lines.next_line().is_none());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn make_line_iter<R: BufRead>(reader: R) -> LineIter<R> {
    LineIter::new(reader)
}

/// The lines of a reader, each lent from the reader's own buffer.
///
/// [`for_each_line`](Self::for_each_line) is the fastest way through all of
/// them, [`next_line`](Self::next_line) the one to stop and go with. Neither
/// allocates for a line; a line that straddles two reads is put together in a
/// buffer which is kept. Use `BufRead::lines` instead only where each line is
/// to be a `String` of its own.
///
/// ```
/// use tidegate_std_io::{LineIter, LineScanner, Overlong};
///
/// let scanner = LineScanner::new().max_len(4).overlong(Overlong::Skip);
/// let mut lines = LineIter::with_scanner(&b"one\nmuch too long\ntwo"[..], scanner);
/// assert_eq!(lines.next_line().unwrap()?.text(), b"one");
/// assert!(lines.next_line().unwrap().is_err()); // reported once, and skipped
/// assert_eq!(lines.next_line().unwrap()?.text(), b"two");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// The text of a line is at most 1 MiB unless the [`LineScanner`] says
/// otherwise. That and its terminator is also the most memory it keeps; while
/// that grows to its last size, it takes half as much again. How much is read in
/// all is for [`LimitedStream`](crate::LimitedStream) underneath.
///
/// # Errors
///
/// Those of the reader, unchanged, after all complete lines before them;
/// `Interrupted` is retried while bytes are waited for, and after `WouldBlock`
/// or `TimedOut` the next call goes on with nothing lost. A line over the limit
/// is an `io::Error` of kind `FileTooLarge` that holds an `At<LineFault>`; it
/// comes again for ever, or once with [`Overlong::Skip`](crate::Overlong::Skip).
///
/// # End of input
///
/// What follows the last terminator is a line if it is not empty. An empty
/// answer of the reader is its end, and the reader is not asked again.
///
/// # Reads past the end
///
/// No: what was not handed out stays in the reader, except the start of a line
/// that straddles two reads, which [`into_parts`](Self::into_parts) gives back.
#[must_use = "it reads nothing before it is asked for a line"]
pub struct LineIter<R: BufRead> {
    drive: Drive<R, LineScanner>,
}

impl<R: BufRead> LineIter<R> {
    /// Universal newlines, lines of at most 1 MiB, a longer one is an error.
    pub fn new(reader: R) -> Self {
        Self::with_scanner(reader, LineScanner::new())
    }

    /// Lines as the scanner says: other limits, `\n` alone, fragments of long
    /// lines (Werkzeug's `cap_at_buffer`).
    #[doc(alias = "cap_at_buffer")]
    pub fn with_scanner(reader: R, scanner: LineScanner) -> Self {
        Self {
            drive: Drive::new(reader, scanner),
        }
    }

    /// The next line, or `None` behind the last.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    #[inline]
    pub fn next_line(&mut self) -> Option<io::Result<Line<'_>>> {
        self.drive.next()
    }

    /// Calls `each` with every line to the end.
    ///
    /// If `each` panics, later calls are errors.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors). Lines before the error were handed out; a
    /// call after it goes on where that is possible.
    #[inline]
    pub fn for_each_line(&mut self, mut each: impl FnMut(Line<'_>)) -> io::Result<()> {
        self.try_for_each_line(|line| {
            each(line);
            ControlFlow::<()>::Continue(())
        })
        .map(drop)
    }

    /// Calls `each` with every line until it breaks, or to the end.
    ///
    /// The next call goes on behind the line it broke at.
    ///
    /// # Errors
    ///
    /// As [`for_each_line`](Self::for_each_line).
    #[inline]
    pub fn try_for_each_line<B>(
        &mut self,
        each: impl FnMut(Line<'_>) -> ControlFlow<B>,
    ) -> io::Result<ControlFlow<B>> {
        self.drive.visit_all(Each(each))
    }

    /// Calls `each` with the text of every line as `str`, until it breaks or to
    /// the end.
    ///
    /// For short lines several times faster than [`Line::to_str`] on each, since
    /// the buffer is checked as a whole. A line that is not UTF-8 is an `Err`
    /// for that line alone; for its bytes use
    /// [`try_for_each_line`](Self::try_for_each_line) and
    /// [`Line::to_str_lossy`].
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// let mut lines = tidegate_std_io::make_line_iter(&b"one\n\xFF\nthree"[..]);
    /// let mut texts = Vec::new();
    /// lines.try_for_each_str(|text| {
    ///     texts.push(text.unwrap_or("?").to_owned());
    ///     ControlFlow::<()>::Continue(())
    /// })?;
    /// assert_eq!(texts, ["one", "?", "three"]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`for_each_line`](Self::for_each_line).
    #[inline]
    pub fn try_for_each_str<B>(
        &mut self,
        each: impl FnMut(Result<&str, Utf8Error>) -> ControlFlow<B>,
    ) -> io::Result<ControlFlow<B>> {
        self.drive.visit_all(EachStr(each))
    }

    /// The texts of the lines as `Bytes`, for keeping or sending elsewhere.
    ///
    /// Lines that lie in the reader's buffer together are copied together and
    /// share that copy: a line costs no allocation, but keeping one keeps up to
    /// 16 KiB. For few lines out of many use [`into_vecs`](Self::into_vecs).
    ///
    /// ```
    /// let lines = tidegate_std_io::make_line_iter(&b"one\r\ntwo"[..]).into_bytes();
    /// let texts = lines.collect::<std::io::Result<Vec<bytes::Bytes>>>()?;
    /// assert_eq!(texts, ["one", "two"]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn into_bytes(self) -> OwnedIter<R, LineScanner> {
        OwnedIter::new(self.drive)
    }

    /// The texts of the lines, each copied into a `Vec` of its own: one
    /// allocation and one copy a line.
    pub fn into_vecs(mut self) -> impl Iterator<Item = io::Result<Vec<u8>>> {
        iter::from_fn(move || {
            let line = self.next_line()?;
            Some(line.map(|line| line.text().to_vec()))
        })
    }

    /// The texts of the lines, each copied into a `String` of its own: one
    /// allocation, one copy and one check for UTF-8 a line. One that is not is
    /// an error of kind `InvalidData`, and the next call goes on behind it.
    pub fn into_strings(mut self) -> impl Iterator<Item = io::Result<String>> {
        iter::from_fn(move || {
            let line = self.next_line()?;
            Some(line.and_then(|line| to_string(line.to_str())))
        })
    }

    /// The reader. What was handed out may not be consumed of it yet.
    pub fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    /// The reader, behind the last line unless that or the next one straddles two
    /// reads. What is read from it here is missing from the lines.
    pub fn get_mut(&mut self) -> &mut R {
        self.drive.reader_mut()
    }

    /// The reader, and the start of a line that straddles what was read of it:
    /// bytes which were consumed and not handed out.
    ///
    /// After a line that was handed out at its `\r`, because it is
    /// [`interactive`](LineScanner::interactive) or because the reader failed
    /// behind it, the reader may begin with the `\n` of that line. To another
    /// `LineIter` it would be an empty line.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        self.drive.into_parts()
    }

    /// The reader; what [`into_parts`](Self::into_parts) gives beside it is lost.
    pub fn into_inner(self) -> R {
        self.into_parts().0
    }
}

impl<R: Read> LineIter<BufReader<R>> {
    /// Lines of a reader without a buffer of its own, through one of so many
    /// bytes (Werkzeug's `buffer_size`, there 10 KiB by default).
    ///
    /// For a scanner of yours put the reader into a `BufReader` and use
    /// [`with_scanner`](Self::with_scanner).
    #[doc(alias = "buffer_size")]
    pub fn from_read(reader: R, buffer_size: usize) -> Self {
        Self::new(BufReader::with_capacity(buffer_size.max(1), reader))
    }
}

/// Takes lines as `str`.
struct EachStr<F>(F);

impl<B, F> Visit<LineScanner, B> for EachStr<F>
where
    F: FnMut(Result<&str, Utf8Error>) -> ControlFlow<B>,
{
    #[inline]
    fn window(&mut self, scanner: &mut LineScanner, window: &[u8]) -> (usize, ControlFlow<B>) {
        let mut flow = ControlFlow::Continue(());
        let used = scanner.scan_strs(window, |text| {
            flow = (self.0)(text);
            flow.is_continue()
        });
        (used, flow)
    }

    fn token(&mut self, line: Line<'_>) -> ControlFlow<B> {
        (self.0)(line.to_str())
    }
}

impl<R: BufRead + fmt::Debug> fmt::Debug for LineIter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineIter")
            .field("reader", self.drive.reader())
            .field("scanner", self.drive.machine())
            .finish_non_exhaustive()
    }
}

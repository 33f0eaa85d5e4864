//! A line as users see it.

use super::LineEnds;
use crate::Piece;
#[cfg(feature = "alloc")]
use alloc::borrow::Cow;
use core::str::Utf8Error;

/// A line, or a piece of a long one, lent from the buffer it was read into.
///
/// ```
/// use tidegate_core::{Ending, LineScanner};
///
/// let mut seen = Vec::new();
/// let used = LineScanner::new().scan_lines(b"one\r\ntwo\n", |line| {
///     seen.push((line.text().to_vec(), line.bytes().len(), line.ending()));
///     true
/// });
/// assert_eq!(seen, [(b"one".to_vec(), 5, Ending::CrLf), (b"two".to_vec(), 4, Ending::Lf)]);
/// assert_eq!(used, 9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line<'w> {
    bytes: &'w [u8],
    piece: Piece,
    ends: LineEnds,
}

/// What a line ended with. Complete by definition, as
/// [`LineEnds`](crate::LineEnds) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// `\r`.
    Cr,
    /// Nothing: the stream ended, or this is a fragment and more follows.
    None,
}

impl<'w> Line<'w> {
    #[inline]
    pub(super) const fn new(bytes: &'w [u8], piece: Piece, ends: LineEnds) -> Self {
        Self { bytes, piece, ends }
    }

    /// All of it, terminator included.
    #[inline]
    pub const fn bytes(&self) -> &'w [u8] {
        self.bytes
    }

    /// The line without its terminator.
    #[inline]
    pub const fn text(&self) -> &'w [u8] {
        self.split().0
    }

    /// What it ended with.
    #[inline]
    pub const fn ending(&self) -> Ending {
        self.split().1
    }

    /// No text holds a byte that ends lines, so the last bytes alone tell.
    #[inline]
    const fn split(&self) -> (&'w [u8], Ending) {
        match (self.bytes, self.ends) {
            ([before @ .., b'\n'], LineEnds::Universal) => match before {
                [text @ .., b'\r'] => (text, Ending::CrLf),
                text => (text, Ending::Lf),
            },
            ([text @ .., b'\n'], LineEnds::Lf) => (text, Ending::Lf),
            ([text @ .., b'\r'], LineEnds::Universal) => (text, Ending::Cr),
            (text, _) => (text, Ending::None),
        }
    }

    /// Whether this is all of the line, or which piece of a long one.
    #[inline]
    pub const fn piece(&self) -> Piece {
        self.piece
    }

    /// The text, if it is UTF-8. A bad line says nothing of the next.
    ///
    /// A fragment may end within a character.
    ///
    /// # Errors
    ///
    /// Where this line, and only this line, stops being UTF-8.
    #[inline]
    pub fn to_str(&self) -> Result<&'w str, Utf8Error> {
        core::str::from_utf8(self.text())
    }

    /// The text as UTF-8, with U+FFFD for each maximal part that is not; a copy
    /// is made only where there is one.
    #[cfg(feature = "alloc")]
    pub fn to_str_lossy(&self) -> Cow<'w, str> {
        alloc::string::String::from_utf8_lossy(self.text())
    }
}

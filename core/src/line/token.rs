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
/// LineScanner::new().scan_lines(b"one\r\ntwo\n", |line| {
///     seen.push((line.text().to_vec(), line.bytes().len(), line.ending()));
///     true
/// });
/// assert_eq!(seen, [(b"one".to_vec(), 5, Ending::CrLf), (b"two".to_vec(), 4, Ending::Lf)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'w> {
    bytes: &'w [u8],
    piece: Piece,
    ends: LineEnds,
}

/// What a line ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Ending {
    #[inline]
    const fn width(self) -> usize {
        match self {
            Self::None => 0,
            Self::Lf | Self::Cr => 1,
            Self::CrLf => 2,
        }
    }
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
    pub fn text(&self) -> &'w [u8] {
        &self.bytes[..self.bytes.len() - self.ending().width()]
    }

    /// What it ended with.
    // No text holds a byte that ends lines, so the last bytes alone tell.
    #[inline]
    pub const fn ending(&self) -> Ending {
        match (self.ends, self.bytes) {
            (LineEnds::Universal, [.., b'\r', b'\n']) => Ending::CrLf,
            (_, [.., b'\n']) => Ending::Lf,
            (LineEnds::Universal, [.., b'\r']) => Ending::Cr,
            _ => Ending::None,
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

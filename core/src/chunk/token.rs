//! A chunk as users see it.

use crate::Piece;
#[cfg(feature = "alloc")]
use alloc::borrow::Cow;
use core::str::Utf8Error;

/// A chunk, or a piece of a long one, lent from the buffer it was read into.
///
/// ```
/// use tidegate_core::ChunkScanner;
///
/// let mut seen = Vec::new();
/// let used = ChunkScanner::new("--")?.scan_chunks(b"one----two", |chunk| {
///     assert!(chunk.is_terminated());
///     seen.push((chunk.to_str(), chunk.bytes().len()));
///     true
/// });
/// assert_eq!(seen, [(Ok("one"), 5), (Ok(""), 2)]);
/// assert_eq!(used, 7);
/// # Ok::<(), tidegate_core::EmptySeparator>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chunk<'w> {
    bytes: &'w [u8],
    /// `text <= bytes.len()`: where the separator begins.
    text: usize,
    piece: Piece,
}

impl<'w> Chunk<'w> {
    #[inline]
    pub(super) const fn new(bytes: &'w [u8], text: usize, piece: Piece) -> Self {
        Self { bytes, text, piece }
    }

    /// All of it, separator included.
    #[inline]
    pub const fn bytes(&self) -> &'w [u8] {
        self.bytes
    }

    /// The chunk without its separator.
    #[inline]
    pub fn text(&self) -> &'w [u8] {
        &self.bytes[..self.text]
    }

    /// A separator follows. The last chunk of a stream has none, and neither
    /// has a fragment with more behind it.
    #[inline]
    pub const fn is_terminated(&self) -> bool {
        self.text < self.bytes.len()
    }

    /// Whether this is all of the chunk, or which piece of a long one.
    #[inline]
    pub const fn piece(&self) -> Piece {
        self.piece
    }

    /// The text, if it is UTF-8. A bad chunk says nothing of the next.
    ///
    /// A fragment may end within a character.
    ///
    /// # Errors
    ///
    /// Where this chunk, and only this chunk, stops being UTF-8.
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

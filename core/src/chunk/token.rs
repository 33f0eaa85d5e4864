//! A chunk as users see it.

use crate::Piece;

/// A chunk, or a piece of a long one, lent from the buffer it was read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

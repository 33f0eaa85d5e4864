//! Where a feed keeps the bytes of a token that straddles two reads.

use core::fmt;

/// Memory for the carry of a [`Feed`](crate::Feed): an array, a borrowed
/// slice, or with `alloc` a `Vec<u8>`.
///
/// An array or slice is refused when it is smaller than the machine's
/// [`reach`](crate::Scan::reach). A `Vec` grows with what it must hold, and its
/// capacity never exceeds that reach: bytes that were allocated above it could
/// not be used. While it moves to its last size it takes half as much again.
pub trait Storage {
    /// How many bytes it can hold at the very most.
    fn most(&self) -> usize;
    /// What it holds, used or not.
    fn bytes(&self) -> &[u8];
    /// At least the first `len` bytes of it, writable, with what they held.
    ///
    /// It is never asked for more than `most`, which does not change: storage
    /// that grows ahead of what it is asked for has no use for more. Storage of
    /// a fixed size may ignore it, and be asked for all that it holds.
    fn grow(&mut self, len: usize, most: usize) -> &mut [u8];
}

impl<const N: usize> Storage for [u8; N] {
    fn most(&self) -> usize {
        N
    }

    fn bytes(&self) -> &[u8] {
        self
    }

    fn grow(&mut self, _len: usize, _most: usize) -> &mut [u8] {
        self
    }
}

impl Storage for &mut [u8] {
    fn most(&self) -> usize {
        self.len()
    }

    fn bytes(&self) -> &[u8] {
        self
    }

    fn grow(&mut self, _len: usize, _most: usize) -> &mut [u8] {
        self
    }
}

#[cfg(feature = "alloc")]
impl Storage for alloc::vec::Vec<u8> {
    fn most(&self) -> usize {
        usize::MAX
    }

    fn bytes(&self) -> &[u8] {
        self
    }

    #[inline]
    fn grow(&mut self, len: usize, most: usize) -> &mut [u8] {
        if self.len() < len {
            grow(self, len, most);
        }
        self
    }
}

#[cfg(feature = "alloc")]
#[inline(never)]
fn grow(bytes: &mut alloc::vec::Vec<u8>, len: usize, most: usize) {
    if bytes.capacity() < len {
        // Twice as much each time, or the bytes would be copied too often.
        // The step past half of the most goes all the way: a later one would
        // hold almost twice the most while the bytes are copied.
        let twice = bytes.capacity().saturating_mul(2).max(len);
        let capacity = if twice > most / 2 { most } else { twice };
        bytes.reserve_exact(capacity - bytes.len());
    }
    bytes.resize(len, 0);
}

/// The storage cannot hold what the machine may have to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TooSmall {
    /// The machine's reach in bytes.
    pub needed: usize,
    /// What the storage holds in bytes.
    pub given: usize,
}

impl fmt::Display for TooSmall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "storage of {} bytes is smaller than the {} that the machine may have to keep",
            self.given, self.needed
        )
    }
}

impl core::error::Error for TooSmall {}

#[cfg(feature = "std")]
impl From<TooSmall> for std::io::Error {
    fn from(error: TooSmall) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}

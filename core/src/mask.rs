//! Sixty-four bytes at a time: which of them are wanted, as the bits of a word.
//!
//! `wide` compares 16 bytes an instruction on SSE2, NEON and simd128 without
//! `unsafe` of ours. Where the same is worth a choice at run time, see
//! [`lanes`](crate::lanes).

use wide::u8x16;

pub(crate) use crate::lanes::BLOCK;

/// A block in registers.
#[derive(Clone, Copy)]
pub(crate) struct Block([u8x16; 4]);

impl Block {
    #[inline(always)]
    pub(crate) fn new(bytes: &[u8; BLOCK]) -> Self {
        let (quarters, _) = bytes.as_chunks::<16>();
        Self(core::array::from_fn(|i| u8x16::new(quarters[i])))
    }

    /// The block of the window that begins there.
    #[inline(always)]
    pub(crate) fn at(window: &[u8], at: usize) -> Self {
        let (quarters, _) = window[at..at + BLOCK].as_chunks::<16>();
        Self(core::array::from_fn(|i| u8x16::new(quarters[i])))
    }

    /// Compares every byte with one.
    #[inline(always)]
    pub(crate) fn equals(self, byte: u8) -> Matches {
        let wanted = u8x16::splat(byte);
        Matches(self.0.map(|quarter| quarter.simd_eq(wanted)))
    }
}

/// The outcome of a comparison, not yet a mask: asking whether there is any
/// match at all costs a third of making one.
#[derive(Clone, Copy)]
pub(crate) struct Matches([u8x16; 4]);

impl Matches {
    #[inline(always)]
    pub(crate) fn any(self) -> bool {
        let [a, b, c, d] = self.0;
        ((a | b) | (c | d)).to_bitmask() != 0
    }

    #[inline(always)]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    #[inline(always)]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// Bit `i` is set where byte `i` matched.
    #[inline(always)]
    pub(crate) fn mask(self) -> u64 {
        let [a, b, c, d] = self.0.map(|quarter| u64::from(quarter.to_bitmask()));
        a | b << 16 | c << 32 | d << 48
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_a_bit_for_each_matching_byte() {
        for i in 0..BLOCK {
            for j in 0..BLOCK {
                let mut bytes = [b'.'; BLOCK];
                bytes[i] = b'x';
                bytes[j] = b'x';
                let matches = Block::at(&bytes, 0).equals(b'x');
                assert_eq!(matches.mask(), 1 << i | 1 << j);
                assert!(matches.any());
                assert!(!Block::at(&bytes, 0).equals(b'y').any());
            }
        }
    }
}

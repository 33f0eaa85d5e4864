//! Sixty-four bytes at a time: which of them are wanted, as the bits of a word.
//!
//! One search call for each short line is what limits every reader of lines;
//! a mask finds the ends of all lines in a block at once. `wide` compares 16
//! bytes an instruction on SSE2, NEON and simd128 without `unsafe` of ours.

use wide::u8x16;

/// How many bytes a mask speaks of.
pub(crate) const BLOCK: usize = 64;

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
        self.matches(Splat::new(byte))
    }

    /// The same, where that one is at hand.
    #[inline(always)]
    pub(crate) fn matches(self, byte: Splat) -> Matches {
        Matches(self.0.map(|quarter| quarter.simd_eq(byte.0)))
    }
}

/// A byte that blocks are compared with over and over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Splat(u8x16);

impl Splat {
    #[inline(always)]
    pub(crate) fn new(byte: u8) -> Self {
        Self(u8x16::splat(byte))
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

/// Up to sixteen bytes that are looked for together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    bytes: u8x16,
    /// Set behind them: whatever stands there will do.
    beyond: u8x16,
}

impl Word {
    /// How many bytes one has at most.
    pub(crate) const LEN: usize = 16;

    /// The first of these bytes.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let len = bytes.len().min(Self::LEN);
        let mut wanted = [0; Self::LEN];
        wanted[..len].copy_from_slice(&bytes[..len]);
        let mut beyond = [u8::MAX; Self::LEN];
        beyond[..len].fill(0);
        Self {
            bytes: u8x16::new(wanted),
            beyond: u8x16::new(beyond),
        }
    }
}

/// Whether all of these words stand at the front, one behind the other.
#[inline(always)]
pub(crate) fn stand_at(words: &[Word], shown: &[u8]) -> bool {
    let (shown, _) = shown[..words.len() * Word::LEN].as_chunks::<{ Word::LEN }>();
    let alike = words
        .iter()
        .zip(shown)
        .map(|(word, shown)| u8x16::new(*shown).simd_eq(word.bytes) | word.beyond);
    let all = alike.fold(u8x16::splat(u8::MAX), |all, alike| all & alike);
    all.to_bitmask() == 0xFFFF
}

/// Whether none of these bytes lies in `10..=13`, which is where `\n` and `\r`
/// are: two instructions for 16 bytes, at the price of an alarm for the rare VT
/// and FF.
#[inline(always)]
pub(crate) fn no_line_end_in(bytes: &[u8]) -> bool {
    let (chunks, _) = bytes.as_chunks::<16>();
    let least = chunks.iter().fold(u8x16::splat(u8::MAX), |least, chunk| {
        least.min(u8x16::new(*chunk) - u8x16::splat(b'\n'))
    });
    let width = u8x16::splat(b'\r' - b'\n');
    least.min(width).simd_eq(least).to_bitmask() == 0
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

    #[test]
    fn words_stand_where_each_byte_of_them_does() {
        for len in 1..=2 * Word::LEN {
            let wanted = &b"0123456789abcdefghijklmnopqrstuv"[..len];
            let words: [_; 2] =
                core::array::from_fn(|at| Word::new(wanted.get(at * Word::LEN..).unwrap_or(&[])));
            let mut shown = [b'.'; 2 * Word::LEN];
            shown[..len].copy_from_slice(wanted);
            assert!(stand_at(&words, &shown), "{len}");
            for at in 0..shown.len() {
                let mut other = shown;
                other[at] ^= 1;
                assert_eq!(stand_at(&words, &other), at >= len, "{at} of {len}");
            }
        }
    }

    #[test]
    fn line_ends_are_not_missed() {
        for i in 0..128 {
            for byte in 0..=u8::MAX {
                let mut bytes = [b'.'; 128];
                bytes[i] = byte;
                assert_eq!(no_line_end_in(&bytes), !(10..=13).contains(&byte));
            }
        }
    }
}

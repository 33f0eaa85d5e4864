use super::Starts;
use super::short::Short;
use crate::mask::{BLOCK, Word, stand_at};
use crate::multipart::decode::needle::Needle;
use crate::multipart::delimiter::Delimiter;

/// A needle that is compared where it may begin.
///
/// None holds a line end but for its own, so what begins like one and is broken
/// off by a line end is struck out, and what is left of a block does not
/// overlap: there is room for so many in it and no more. As many are compared,
/// be they there or not, and all of each. To stop as early as one may would be a
/// guess that a hostile body makes wrong each time.
#[derive(Clone, Debug)]
pub(super) struct Long {
    words: [Word; Self::WORDS],
    filled: usize,
    /// By how much line ends are shifted, one after the other, to strike out all that
    /// they break off.
    shifts: [u32; 6],
}

impl Long {
    /// For any needle.
    pub(super) const WORDS: usize = Delimiter::MAX.div_ceil(Word::LEN);

    pub(super) fn new(needle: &Needle) -> Self {
        let needle = needle.bytes();
        let len = needle.len();
        let word = |at| Word::new(needle.get(Word::LEN * at..).unwrap_or(&[]));
        let mut left = (len - 1).min(BLOCK - 1) as u32 - 1;
        let shift = |at: usize| {
            let shift = left.min(1 << at);
            left -= shift;
            shift
        };
        Self {
            words: core::array::from_fn(word),
            filled: len.div_ceil(Word::LEN),
            shifts: core::array::from_fn(shift),
        }
    }

    /// So many words of it hold something.
    pub(super) const fn words(&self) -> usize {
        self.filled
    }

    /// The same, to be used where it is so many words.
    pub(super) const fn filling<const N: usize>(&self) -> Filling<'_, N> {
        Filling(self)
    }

    #[inline(always)]
    fn broken_off(&self, line_ends: u64) -> u64 {
        let strike = |struck, shift| struck | struck >> shift;
        self.shifts.iter().fold(line_ends >> 1, strike)
    }
}

/// A needle that fills `N` words.
pub(super) struct Filling<'l, const N: usize>(&'l Long);

impl<const N: usize> Filling<'_, N> {
    /// How many of the shortest have room in a block.
    const MOST: usize = {
        let shortest = match N {
            1 => Short::MAX + 1,
            _ => (N - 1) * Word::LEN + 1,
        };
        (BLOCK - 1) / shortest + 1
    };
}

impl<const N: usize> Starts for Filling<'_, N> {
    const BEHIND: usize = N * Word::LEN;

    #[inline(always)]
    fn starts(&self, needle: &Needle, before: &[u8], shown: &[u8]) -> u64 {
        let line_ends = needle.line_ends(shown);
        let mut left = needle.before(before, line_ends) & !self.0.broken_off(line_ends);
        let mut starts = 0;
        for _ in 0..Self::MOST {
            // When all have been compared, what is behind the block is, for nothing.
            let start = left & left.wrapping_neg();
            let here = &shown[left.trailing_zeros() as usize..];
            let stands = stand_at(&self.0.words[..N], here);
            starts |= start & u64::from(stands).wrapping_neg();
            left ^= start;
        }
        starts
    }
}

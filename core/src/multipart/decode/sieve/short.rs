use super::Starts;
use crate::mask::{BLOCK, Block, Splat};
use crate::multipart::decode::needle::{Breaks, Needle};

/// The bytes of a short needle, all of which masks are made by.
#[derive(Clone, Debug)]
pub(super) struct Short {
    /// Behind the last byte, that again.
    bytes: [Splat; Self::MAX],
    last: usize,
}

impl Short {
    /// From here on it costs less to compare needles where they may begin.
    pub(super) const MAX: usize = 9;

    pub(super) fn new(needle: &Needle) -> Self {
        let needle = needle.bytes();
        let last = needle.len() - 1;
        Self {
            bytes: core::array::from_fn(|at| Splat::new(needle[at.min(last)])),
            last,
        }
    }
}

impl Starts for Short {
    const BEHIND: usize = Self::MAX - 1;

    #[inline(always)]
    fn starts(&self, needle: &Needle, before: &[u8], shown: &[u8]) -> u64 {
        let shown = &shown[..BLOCK + Self::BEHIND];
        let mut all = Block::at(shown, 0).matches(self.bytes[0]);
        // As many for each, since where a loop ends is one more guess.
        for at in 1..Self::MAX {
            let alike = Block::at(shown, at.min(self.last)).matches(self.bytes[at]);
            all = all.and(alike);
        }
        match needle.breaks() {
            Breaks::Strict => all.mask(),
            Breaks::Lenient => all.mask() & needle.before(before, needle.line_ends(shown)),
        }
    }
}

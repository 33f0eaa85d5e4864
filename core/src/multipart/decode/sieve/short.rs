use super::Starts;
use crate::mask::{Block, Splat, Word};
use crate::multipart::decode::needle::{Breaks, Needle};

/// The bytes of a short needle, all of which masks are made by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Short {
    bytes: [Splat; Self::MAX],
}

impl Short {
    /// Behind this it costs less to compare needles where they may begin.
    pub(super) const MAX: usize = 10;

    pub(super) fn new(needle: &Needle) -> Self {
        let byte = |at| needle.bytes().get(at).copied().unwrap_or_default();
        Self {
            bytes: core::array::from_fn(|at| Splat::new(byte(at))),
        }
    }
}

impl Starts for Short {
    const BEHIND: usize = Self::MAX.next_multiple_of(Word::LEN);

    #[inline(always)]
    fn starts(&self, needle: &Needle, before: &[u8], shown: &[u8]) -> u64 {
        let bytes = &self.bytes[..needle.bytes().len()];
        let alike = |at: usize| Block::at(shown, at).matches(bytes[at]);
        let all = (1..bytes.len()).fold(alike(0), |all, at| all.and(alike(at)));
        match needle.breaks() {
            Breaks::Strict => all.mask(),
            Breaks::Lenient => all.mask() & needle.before(before, needle.line_ends(shown)),
        }
    }
}

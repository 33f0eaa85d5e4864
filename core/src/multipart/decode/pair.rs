//! The search for two bytes at a distance, by the widest registers there are.
//!
//! Most bodies do not hold some byte of the needle at all. While that is so, strides
//! are passed over by it alone, which costs half as much.

use crate::lanes::{BLOCK, Lanes, STRIDE, Stride, level};
use fearless_simd::{Level, Simd, dispatch};
use memchr::arch::all::packedpair;
use memchr::memchr;

/// Finds where the two rarest bytes of a needle are as far apart as in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    rare: Byte,
    other: Byte,
    level: Level,
    /// By which byte of the needle alone strides are passed over. The last one came
    /// too soon where this one was not.
    telling: usize,
    /// So many bytes are left to be searched for both before the next try,
    pause: usize,
    /// of so many after the last.
    paused: usize,
}

/// What it is, and where in the needle.
#[derive(Clone, Copy, Debug)]
struct Byte {
    byte: u8,
    at: usize,
}

/// To pass over fewer bytes by one is not worth the try.
const WORTH: usize = 8 * STRIDE;
/// Among so many bytes what it costs to learn is lost, whatever they are.
const FIRST_PAUSE: usize = 4 << 10;
/// After so many it is tried again in any case.
const LONGEST_PAUSE: usize = 256 << 10;

impl Pair {
    /// Of two bytes or more.
    pub(super) fn new(needle: &[u8]) -> Self {
        let pair = packedpair::Pair::new(needle);
        let (rare, other) = pair.map_or((0, needle.len() - 1), |pair| {
            (pair.index1().into(), pair.index2().into())
        });
        let byte = |at: usize| Byte {
            byte: needle[at],
            at,
        };
        Self {
            rare: byte(rare),
            other: byte(other),
            level: level(),
            telling: rare,
            pause: 0,
            paused: 0,
        }
    }

    /// The first place where the needle, the one it was made for, may begin and has
    /// room.
    #[inline]
    pub(super) fn find(&mut self, needle: &[u8], shown: &[u8]) -> Option<usize> {
        let places = (shown.len() + 1).saturating_sub(needle.len());
        if places < BLOCK || self.level.is_fallback() {
            return self.find_singly(shown, places);
        }
        dispatch!(self.level, simd => self.find_widely(simd, needle, shown, places))
    }

    fn find_singly(&self, shown: &[u8], places: usize) -> Option<usize> {
        let Self { rare, other, .. } = self;
        let mut at = 0;
        while at < places {
            at += memchr(rare.byte, &shown[at + rare.at..places + rare.at])?;
            if shown[at + other.at] == other.byte {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    #[inline(always)]
    fn find_widely<S: Simd>(
        &mut self,
        simd: S,
        needle: &[u8],
        shown: &[u8],
        places: usize,
    ) -> Option<usize> {
        // Where parts are small, the next delimiter is near.
        let near = self.find_in_block(simd, shown, 0);
        if near.is_some() {
            return near;
        }
        // What is loaded next begins where a line of the cache does: 7% faster.
        let loaded = match self.pause {
            0 => self.telling,
            _ => self.rare.at,
        };
        let mut at = BLOCK - shown[loaded..].as_ptr().addr() % BLOCK;
        loop {
            at = match self.pause {
                0 => self.skip_by_one(simd, needle, shown, at, places),
                _ => self.skip_by_both(simd, shown, at, places),
            };
            let stop = places.min(at + STRIDE);
            while at + BLOCK <= stop {
                let found = self.find_in_block(simd, shown, at);
                if found.is_some() {
                    return found;
                }
                at += BLOCK;
            }
            if at + BLOCK > places {
                // What was looked at before is not found now.
                return self.find_in_block(simd, shown, places - BLOCK);
            }
        }
    }

    #[inline(always)]
    fn find_in_block<S: Simd>(&self, simd: S, shown: &[u8], at: usize) -> Option<usize> {
        let Self { rare, other, .. } = self;
        let rare = Lanes::at(simd, shown, at + rare.at).equals(rare.byte);
        let other = Lanes::at(simd, shown, at + other.at).equals(other.byte);
        let both = rare.and(other);
        match both.any() {
            true => Some(at + both.mask().trailing_zeros() as usize),
            false => None,
        }
    }

    /// Passes over strides where no needle begins, since one of its bytes is not
    /// there.
    #[inline(always)]
    fn skip_by_one<S: Simd>(
        &mut self,
        simd: S,
        needle: &[u8],
        shown: &[u8],
        from: usize,
        places: usize,
    ) -> usize {
        let telling = needle[self.telling];
        let mut at = from;
        while at + STRIDE <= places {
            if Stride::at(simd, shown, at + self.telling).has(telling) {
                if at - from < WORTH {
                    self.learn(needle, &shown[at + self.telling..][..STRIDE]);
                } else {
                    self.paused = 0;
                }
                break;
            }
            at += STRIDE;
        }
        at
    }

    /// It stopped too soon, at this stride.
    #[cold]
    fn learn(&mut self, needle: &[u8], stride: &[u8]) {
        self.paused = (2 * self.paused + FIRST_PAUSE).min(LONGEST_PAUSE);
        self.pause = self.paused;
        let mut others = (self.telling + 1..needle.len()).chain(0..self.telling);
        let absent = others.find(|&at| memchr(needle[at], stride).is_none());
        self.telling = absent.unwrap_or(self.telling);
    }

    /// Passes over strides where no two bytes are those of a needle.
    #[inline(always)]
    fn skip_by_both<S: Simd>(
        &mut self,
        simd: S,
        shown: &[u8],
        from: usize,
        places: usize,
    ) -> usize {
        let Self { rare, other, .. } = *self;
        let stop = places.min(from + self.pause);
        let mut at = from;
        while at + STRIDE <= stop {
            let rares = Stride::at(simd, shown, at + rare.at);
            let others = Stride::at(simd, shown, at + other.at);
            if rares.has_both(rare.byte, others, other.byte) {
                break;
            }
            at += STRIDE;
        }
        self.pause = self.pause.saturating_sub(at - from + STRIDE);
        at
    }
}

//! Where the next terminators end: an index filled from masks of 64 bytes each.
//!
//! Filling and handing out are separate loops because both are then free of
//! branches that depend on the data: the ends of a block are written without
//! asking how many there are, as many slots as pieces of this length usually
//! need. Measured against one search call a piece that is two to four times
//! faster up to a few hundred bytes; from there on whole strides are passed over,
//! and it is no worse.
//!
//! Tried, and no better: blocks that begin where a register does; a search call a
//! piece from 4 KiB on, which saves a twentieth where only one byte is looked for.

use crate::cutter::{Find, Terminator};
use crate::lanes::{BLOCK, STRIDE};

/// A stride may hold 256 ends, and is indexed whole or not at all.
const CAPACITY: usize = 320;

/// How far one filling goes. It bounds what is looked at twice where somebody
/// reads one piece and leaves, and keeps the bytes in the first cache.
const LAP: usize = 8192;

/// The same where most blocks are passed over, and there is an end by then: a
/// filling costs as much as a kilobyte passed over.
const SPARSE_LAP: usize = 1 << 16;

/// How far it goes where there is none: all offsets fit a `u32`.
const MOST: usize = 1 << 30;

/// From this average length on, strides without an end are the rule.
const SPARSE: usize = 700;

/// Marks the places of a block where a terminator may be.
pub(crate) trait Marks {
    /// How many bytes behind a place decide whether it is one.
    fn margin(&self) -> usize;

    /// A byte to put behind the last of a window that makes no mark.
    fn pad(&self) -> u8;

    /// Whether there is no mark in the [`STRIDE`] from `at` on. May say `false`
    /// where there is none.
    fn none_in_stride(&self, window: &[u8], at: usize) -> bool;

    /// Bit `i` is set where a terminator may be at `at + i`. The window holds
    /// the block and the margin behind it.
    fn of_block(&mut self, window: &[u8], at: usize) -> u64;

    /// Turns marks into the last bytes of terminators, in place, and says how
    /// many those are and how far they are settled. `None` if these marks are
    /// not those to go by.
    fn settle(&mut self, window: &[u8], marks: &mut [u32], looked: usize)
    -> Option<(usize, usize)>;
}

#[derive(Clone)]
pub(crate) struct Ahead {
    /// The last byte of each terminator, as offsets from where the filling began.
    ends: [u32; CAPACITY],
    /// `head <= len <= CAPACITY`: those before `head` were handed out.
    head: usize,
    len: usize,
    /// How far the pieces handed out reach.
    at: usize,
    /// How far the filling looked: behind the last end none starts before here.
    looked: usize,
    pieces: Pieces,
}

/// What the pieces before were like, and so how the next ones are searched for.
#[derive(Clone, Copy, Debug)]
enum Pieces {
    /// By masks with so many slots for the ends in a block. More ends than slots
    /// are a branch mispredicted, and unused slots are work for nothing.
    Twelve,
    Four,
    Two,
    One,
    /// By masks of those strides that hold an end at all.
    Sparse,
    /// One by one for so many more, since marks came to nothing.
    Alarmed(u8),
}

/// How many are searched for one by one after false alarms.
const ALARMED: u8 = 64;

impl Ahead {
    pub(crate) const fn new() -> Self {
        Self {
            ends: [0; CAPACITY],
            head: 0,
            len: 0,
            at: 0,
            looked: 0,
            pieces: Pieces::Two,
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.head >= self.len
    }

    /// The length of the next piece, if its end is known.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<usize> {
        let end = *self.ends[..self.len].get(self.head)?;
        let stop = end as usize + 1;
        let piece = stop - self.at;
        self.head += 1;
        self.at = stop;
        Some(piece)
    }

    /// The ends known, from the same origin as [`at`](Self::at).
    #[inline]
    pub(crate) fn ends(&self) -> &[u32] {
        &self.ends[self.head..self.len]
    }

    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Hands out so many pieces, the last of which stops at `at`.
    #[inline]
    pub(crate) fn advance(&mut self, pieces: usize, at: usize) {
        self.head += pieces;
        self.at = at;
    }

    /// Forgets what is known, but for how many bytes were handed out, and how
    /// many places behind those hold no start.
    pub(crate) fn forget(&mut self) -> (usize, usize) {
        let seen = if self.is_empty() {
            self.looked.saturating_sub(self.at)
        } else {
            0
        };
        let handed_out = self.at;
        (self.head, self.len, self.at, self.looked) = (0, 0, 0, 0);
        (handed_out, seen)
    }

    /// Finds the ends of the pieces that lie whole in the window, where none
    /// starts in its first `seen` bytes, up to the first that is longer than
    /// `max`. `false` if those are not the marks to go by: fill it by others then.
    #[inline(always)]
    pub(crate) fn fill(
        &mut self,
        marks: &mut impl Marks,
        search: &impl Terminator,
        window: &[u8],
        seen: usize,
        max: usize,
    ) -> bool {
        (self.head, self.len, self.at, self.looked) = (0, 0, 0, seen);
        let most = seen.saturating_add(MOST).saturating_add(marks.margin());
        if u32::try_from(most).is_ok() {
            match self.pieces {
                Pieces::Twelve => self.fill_dense::<12>(marks, window),
                Pieces::Four => self.fill_dense::<4>(marks, window),
                Pieces::Two => self.fill_dense::<2>(marks, window),
                Pieces::One => self.fill_dense::<1>(marks, window),
                Pieces::Sparse => self.fill_sparse(marks, window),
                Pieces::Alarmed(_) => {}
            }
            let marked = self.len;
            let settled = marks.settle(window, &mut self.ends[..marked], self.looked);
            let Some(settled) = settled else { return false };
            (self.len, self.looked) = settled;
            self.adapt(self.looked - seen, marked);
        }
        if self.len == 0 && self.looked < window.len() {
            self.fill_far(search, window);
        }
        if self.looked > max {
            self.keep_pieces_up_to(max, search, window);
        }
        true
    }

    #[inline(always)]
    fn fill_dense<const SLOTS: usize>(&mut self, marks: &mut impl Marks, window: &[u8]) {
        let places = window.len().saturating_sub(marks.margin());
        let end = places.min(self.looked + LAP);
        while self.looked + BLOCK <= end {
            if self.len + BLOCK > CAPACITY {
                return;
            }
            let block = marks.of_block(window, self.looked);
            self.push::<SLOTS>(block);
        }
        let tail = &window[self.looked.min(window.len())..];
        let fits = marks.margin() <= BLOCK && self.len + BLOCK <= CAPACITY;
        if end == places && fits {
            let mut padded = [marks.pad(); 2 * BLOCK];
            padded[..tail.len()].copy_from_slice(tail);
            let block = marks.of_block(&padded, 0);
            self.push::<SLOTS>(block);
            self.looked = places.max(self.looked - BLOCK);
        }
    }

    #[inline(always)]
    fn fill_sparse(&mut self, marks: &mut impl Marks, window: &[u8]) {
        let places = window.len().saturating_sub(marks.margin());
        let end = places.min(self.looked + MOST);
        let lap = self.looked + SPARSE_LAP;
        while self.looked + STRIDE <= end {
            if marks.none_in_stride(window, self.looked) {
                self.looked += STRIDE;
                continue;
            }
            if self.len + STRIDE > CAPACITY || (self.len > 0 && self.looked > lap) {
                return;
            }
            for _ in 0..STRIDE / BLOCK {
                let block = marks.of_block(window, self.looked);
                self.push::<1>(block);
            }
        }
    }

    /// Adds the marks of the block where the filling stands.
    #[inline(always)]
    fn push<const SLOTS: usize>(&mut self, mut block: u64) {
        let at = self.looked as u32;
        self.looked += BLOCK;
        let mut len = self.len;
        let slots = len..len + SLOTS;
        // Plain x86-64 has no instruction that counts bits: for a few slots it is
        // cheaper to count as they are filled.
        let few = SLOTS <= 4;
        if !few {
            len += SLOTS.min(block.count_ones() as usize);
        }
        // The highest bit keeps an empty mask from a slow path of the processor.
        for slot in &mut self.ends[slots] {
            *slot = at + (block | 1 << 63).trailing_zeros();
            len += usize::from(few && block != 0);
            block &= block.wrapping_sub(1);
        }
        while block != 0 {
            self.ends[len] = at + block.trailing_zeros();
            len += 1;
            block &= block - 1;
        }
        self.len = len;
    }

    /// Searches for the one next end.
    fn fill_far(&mut self, search: &impl Terminator, window: &[u8]) {
        match search.find(window, self.looked, false) {
            Find::NotBefore(seen) => self.looked = seen,
            Find::At { start, len } => {
                let Ok(end) = u32::try_from(start + len - 1) else {
                    self.looked = start;
                    return;
                };
                self.ends[0] = end;
                self.len = 1;
                self.looked = start + len;
                self.pieces = match self.pieces {
                    Pieces::Alarmed(left @ 1..) => Pieces::Alarmed(left - 1),
                    _ => Pieces::Sparse,
                };
            }
        }
    }

    fn adapt(&mut self, looked: usize, marked: usize) {
        // Marks that come to nothing cost more than a search that knows better.
        let false_alarms = marked - self.len;
        if false_alarms * BLOCK / 4 > looked && false_alarms > BLOCK / 4 {
            self.pieces = Pieces::Alarmed(ALARMED);
            return;
        }
        // So little says more of where a window ends than of the pieces in it.
        if looked < LAP / 4 && self.len < BLOCK {
            return;
        }
        // The slots are for the usual number of ends in a block, and as many more
        // as there often are: these bounds are where the next is faster, measured.
        // What was looked at may be all that a window holds, and is not multiplied.
        self.pieces = match self.len * BLOCK {
            bytes if bytes / 5 >= looked => Pieces::Twelve,
            bytes if bytes / 2 >= looked => Pieces::Four,
            bytes if bytes * 8 / 7 >= looked => Pieces::Two,
            _ if self.len * SPARSE >= looked => Pieces::One,
            _ => Pieces::Sparse,
        };
    }

    /// Leaves longer ones to the slow path. After one at the very front it is
    /// not worth while to look further than the next.
    #[cold]
    fn keep_pieces_up_to(&mut self, max: usize, search: &impl Terminator, window: &[u8]) {
        let mut at = 0;
        for (i, &end) in self.ends[..self.len].iter().enumerate() {
            let stop = end as usize + 1;
            if stop - at > max && search.text_of(&window[at..stop]) > max {
                if i == 0 {
                    self.pieces = Pieces::Alarmed(ALARMED);
                }
                self.len = i;
                self.looked = at;
                return;
            }
            at = stop;
        }
    }

    /// How far the pieces known reach, from where the last one handed out stops.
    pub(crate) fn known(&self) -> usize {
        match self.ends().last() {
            Some(&end) => end as usize + 1 - self.at,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On 32 bits so much is some tens of MiB.
    #[test]
    fn a_long_look_that_found_nothing_means_sparse_pieces() {
        let mut ahead = Ahead::new();
        ahead.adapt(usize::MAX, 0);
        assert!(matches!(ahead.pieces, Pieces::Sparse));
    }
}

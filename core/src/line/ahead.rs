//! Where the next lines end: an index filled from masks of 64 bytes each.
//!
//! Filling and handing out are separate loops because both are then free of
//! branches that depend on the data: the ends of a block are written without
//! asking how many there are, as many slots as lines of this length usually
//! need. Measured against one search call a line that is two to four times
//! faster up to a few hundred bytes a line; from there on a search call is.

use super::{LineEnds, Newlines};
use crate::mask::{BLOCK, Block, no_line_end_in};
use crate::piece::{Find, Terminator};

/// Two blocks may end 128 lines, and are indexed whole or not at all.
const CAPACITY: usize = 192;

/// How far one filling goes at most. It bounds what is looked at twice where
/// somebody reads one line and leaves, and keeps the bytes in the first cache.
const LAP: usize = 2048;

/// The same where most blocks are passed over.
const SPARSE_LAP: usize = 8192;

/// From this average length on, whole blocks without an end are the rule.
const SPARSE: usize = 280;

/// From this length on one search call is not dearer than the blocks.
const FAR: usize = 4096;

#[derive(Clone)]
pub(super) struct Ahead {
    /// The last byte of each line known, as offsets from where the filling began.
    ends: [u32; CAPACITY],
    /// `head <= len <= CAPACITY`: those before `head` were handed out.
    head: usize,
    len: usize,
    /// How far the lines handed out reach.
    at: usize,
    /// How far the filling looked: behind the last end there is none before here.
    looked: usize,
    lines: Lines,
}

/// What the lines before were like, and so how the next ones are searched for.
#[derive(Clone, Copy, Debug)]
enum Lines {
    /// By masks with so many slots for the ends in a block.
    Four,
    Two,
    One,
    /// By masks of those blocks that hold an end at all.
    Sparse,
    /// One by one.
    Far,
}

impl Ahead {
    pub(super) const fn new() -> Self {
        Self {
            ends: [0; CAPACITY],
            head: 0,
            len: 0,
            at: 0,
            looked: 0,
            lines: Lines::Two,
        }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.head >= self.len
    }

    /// The length of the next line, if its end is known.
    #[inline]
    pub(super) fn next(&mut self) -> Option<usize> {
        let end = *self.ends[..self.len].get(self.head)?;
        let stop = end as usize + 1;
        let line = stop - self.at;
        self.head += 1;
        self.at = stop;
        Some(line)
    }

    /// The ends of the lines known, relative to what [`at`](Self::at) is.
    #[inline]
    pub(super) fn ends(&self) -> &[u32] {
        &self.ends[self.head..self.len]
    }

    #[inline]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Hands out so many lines, the last of which stops at `at`.
    #[inline]
    pub(super) fn advance(&mut self, lines: usize, at: usize) {
        self.head += lines;
        self.at = at;
    }

    /// Forgets what is known, but for how many bytes were handed out, and how
    /// many behind those hold no end.
    pub(super) fn forget(&mut self) -> (usize, usize) {
        let seen = if self.is_empty() {
            self.looked - self.at
        } else {
            0
        };
        let handed_out = self.at;
        (self.head, self.len, self.at, self.looked) = (0, 0, 0, 0);
        (handed_out, seen)
    }

    /// Finds the ends of the lines that lie whole in the window, where none is
    /// in its first `seen` bytes, up to the first that is longer than `max`.
    pub(super) fn fill(&mut self, newlines: &Newlines, window: &[u8], seen: usize, max: usize) {
        (self.head, self.len, self.at, self.looked) = (0, 0, 0, seen);
        self.find(newlines, window, seen);
        if self.looked > max {
            self.keep_lines_up_to(max);
        }
    }

    /// A line whose terminator is counted too many is left to `scan` as well,
    /// which knows one from the other.
    #[cold]
    fn keep_lines_up_to(&mut self, max: usize) {
        let mut at = 0;
        for (i, &end) in self.ends[..self.len].iter().enumerate() {
            let stop = end as usize + 1;
            if stop - at > max {
                self.len = i;
                self.looked = at;
                return;
            }
            at = stop;
        }
    }

    fn find(&mut self, newlines: &Newlines, window: &[u8], seen: usize) {
        let universal = newlines.ends == LineEnds::Universal;
        if u32::try_from(seen + SPARSE_LAP).is_ok() {
            let lap = &window[seen..window.len().min(seen + LAP)];
            // One search in all of the lap is cheaper than one more comparison
            // for each of its blocks.
            let returns = || universal && memchr::memchr(b'\r', lap).is_some();
            match self.lines {
                Lines::Four if returns() => self.fill_dense::<4, true>(window),
                Lines::Four => self.fill_dense::<4, false>(window),
                Lines::Two if returns() => self.fill_dense::<2, true>(window),
                Lines::Two => self.fill_dense::<2, false>(window),
                Lines::One if returns() => self.fill_dense::<1, true>(window),
                Lines::One => self.fill_dense::<1, false>(window),
                Lines::Sparse if universal => self.fill_sparse::<true>(window),
                Lines::Sparse => self.fill_sparse::<false>(window),
                Lines::Far => {}
            }
            // Whether `\n` follows a `\r` at the very end is not known yet.
            if universal && self.looked == window.len() && window[seen..].last() == Some(&b'\r') {
                self.len -= 1;
                self.looked -= 1;
            }
            self.adapt(self.looked - seen);
        }
        if self.len == 0 && self.looked < window.len() {
            self.fill_far(newlines, window);
        }
    }

    #[inline(always)]
    fn fill_dense<const SLOTS: usize, const UNIVERSAL: bool>(&mut self, window: &[u8]) {
        let (blocks, tail) = window[self.looked..].as_chunks::<BLOCK>();
        for block in blocks.iter().take(LAP / BLOCK) {
            if self.len + BLOCK > CAPACITY {
                return;
            }
            let next = window.get(self.looked + BLOCK);
            self.push::<SLOTS, UNIVERSAL>(block, next == Some(&b'\n'));
        }
        if self.looked + tail.len() == window.len() && self.len + BLOCK <= CAPACITY {
            let mut block = [0; BLOCK];
            block[..tail.len()].copy_from_slice(tail);
            self.push::<SLOTS, UNIVERSAL>(&block, false);
            self.looked = window.len();
        }
    }

    fn fill_sparse<const UNIVERSAL: bool>(&mut self, window: &[u8]) {
        let (pairs, _) = window[self.looked..].as_chunks::<{ 2 * BLOCK }>();
        for pair in pairs.iter().take(SPARSE_LAP / (2 * BLOCK)) {
            if no_line_end_in(pair) {
                self.looked += 2 * BLOCK;
                continue;
            }
            if self.len + 2 * BLOCK > CAPACITY {
                return;
            }
            let next = window.get(self.looked + 2 * BLOCK);
            let (blocks, _) = pair.as_chunks::<BLOCK>();
            self.push::<1, UNIVERSAL>(&blocks[0], blocks[1][0] == b'\n');
            self.push::<1, UNIVERSAL>(&blocks[1], next == Some(&b'\n'));
        }
    }

    /// Adds the ends in a block that lies where the filling stands.
    #[inline(always)]
    fn push<const SLOTS: usize, const UNIVERSAL: bool>(
        &mut self,
        block: &[u8; BLOCK],
        lf_follows: bool,
    ) {
        let bytes = Block::new(block);
        let mut ends = bytes.equals(b'\n').mask();
        if UNIVERSAL {
            let returns = bytes.equals(b'\r');
            if returns.any() {
                let lf_next = ends >> 1 | u64::from(lf_follows) << (BLOCK - 1);
                ends |= returns.mask() & !lf_next;
            }
        }
        let at = self.looked as u32;
        self.looked += BLOCK;
        let mut len = self.len;
        // The highest bit keeps an empty mask from a slow path of the processor.
        for slot in &mut self.ends[len..len + SLOTS] {
            *slot = at + (ends | 1 << 63).trailing_zeros();
            len += usize::from(ends != 0);
            ends &= ends.wrapping_sub(1);
        }
        while ends != 0 {
            self.ends[len] = at + ends.trailing_zeros();
            len += 1;
            ends &= ends - 1;
        }
        self.len = len;
    }

    /// Searches for the one next end.
    fn fill_far(&mut self, newlines: &Newlines, window: &[u8]) {
        match newlines.find(window, self.looked, false) {
            Find::NotBefore(seen) => self.looked = seen,
            Find::At { start, len } => {
                let Ok(end) = u32::try_from(start + len - 1) else {
                    self.looked = start;
                    return;
                };
                self.ends[0] = end;
                self.len = 1;
                self.looked = start + len;
                self.lines = if start < FAR {
                    Lines::Sparse
                } else {
                    Lines::Far
                };
            }
        }
    }

    fn adapt(&mut self, looked: usize) {
        if looked < LAP / 4 {
            return;
        }
        self.lines = match self.len * BLOCK {
            bytes if bytes >= looked * 2 => Lines::Four,
            bytes if bytes >= looked * 7 / 8 => Lines::Two,
            bytes if bytes >= looked * BLOCK / SPARSE => Lines::One,
            bytes if bytes >= looked * BLOCK / FAR => Lines::Sparse,
            _ => Lines::Far,
        };
    }
}

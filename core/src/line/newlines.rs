//! The search for line ends: one at a time, and by masks.

use super::{Line, LineEnds, LineFault};
use crate::Piece;
use crate::ahead::{Ahead, Marks};
use crate::cutter::{Find, Terminator};
use crate::lanes::{BLOCK, Equal, Lanes, Stride, level};
use fearless_simd::{Simd, dispatch};

#[derive(Clone, Copy, Debug)]
pub(super) struct Newlines {
    pub(super) ends: LineEnds,
    pub(super) interactive: bool,
    /// There was a `\r` where the fast path looked last, so that it is better
    /// prepared for more of them.
    returns: bool,
}

impl Newlines {
    pub(super) const fn new() -> Self {
        Self {
            ends: LineEnds::Universal,
            interactive: false,
            returns: false,
        }
    }

    /// A `\r` ends a line at once. Where it is text this means nothing.
    #[inline]
    pub(super) fn are_interactive(&self) -> bool {
        self.interactive && self.ends == LineEnds::Universal
    }
}

impl Terminator for Newlines {
    type Fault = LineFault;
    const EMPTY_LAST: bool = false;

    fn longest(&self) -> usize {
        match self.ends {
            LineEnds::Universal if !self.interactive => 2,
            _ => 1,
        }
    }

    #[inline]
    fn find(&self, window: &[u8], from: usize, end: bool) -> Find {
        let unseen = &window[from..];
        let next = match self.ends {
            LineEnds::Universal => memchr::memchr2(b'\n', b'\r', unseen),
            LineEnds::Lf => memchr::memchr(b'\n', unseen),
        };
        let Some(start) = next.map(|next| from + next) else {
            return Find::NotBefore(window.len());
        };
        match (window[start], window.get(start + 1)) {
            (b'\n', _) => Find::At { start, len: 1 },
            _ if self.interactive => Find::At { start, len: 1 },
            (_, Some(b'\n')) => Find::At { start, len: 2 },
            (_, None) if !end => Find::NotBefore(start),
            (_, _) => Find::At { start, len: 1 },
        }
    }

    fn text_of(&self, line: &[u8]) -> usize {
        Line::new(line, Piece::Whole, self.ends).text().len()
    }

    fn look_ahead(&mut self, ahead: &mut Ahead, window: &[u8], seen: usize, max: usize) {
        let universal = self.ends == LineEnds::Universal;
        dispatch!(level(), simd => {
            if universal && self.returns {
                let mut marks = UniversalEnds { simd, returns: 0 };
                ahead.fill(&mut marks, self, window, seen, max);
                self.returns = marks.returns != 0;
            } else {
                let mut marks = LineFeeds { simd, universal, returns: Equal::none(simd) };
                if !ahead.fill(&mut marks, self, window, seen, max) {
                    self.returns = true;
                    let mut marks = UniversalEnds { simd, returns: 0 };
                    ahead.fill(&mut marks, self, window, seen, max);
                }
            }
        });
    }

    fn too_long(max: usize) -> LineFault {
        LineFault::TooLong { max }
    }
}

/// `\n` alone: also where all may end a line, while no `\r` is near.
struct LineFeeds<S: Simd> {
    simd: S,
    universal: bool,
    /// Where there is a `\r` after all.
    returns: Equal<S>,
}

impl<S: Simd> Marks for LineFeeds<S> {
    fn margin(&self) -> usize {
        0
    }

    fn pad(&self) -> u8 {
        0
    }

    #[inline(always)]
    fn none_in_stride(&self, window: &[u8], at: usize) -> bool {
        let stride = Stride::at(self.simd, window, at);
        match self.universal {
            true => !stride.has_between(b'\n', b'\r'),
            false => !stride.has(b'\n'),
        }
    }

    #[inline(always)]
    fn of_block(&mut self, window: &[u8], at: usize) -> u64 {
        let block = Lanes::at(self.simd, window, at);
        self.returns = self.returns.or(block.equals(b'\r'));
        block.equals(b'\n').mask()
    }

    #[inline(always)]
    fn settle(&mut self, _: &[u8], marks: &mut [u32], looked: usize) -> Option<(usize, usize)> {
        if self.universal && self.returns.any() {
            return None;
        }
        Some((marks.len(), looked))
    }
}

/// `\n`, `\r\n` and `\r`: marks are their last bytes.
struct UniversalEnds<S: Simd> {
    simd: S,
    /// Not zero if there was a `\r`.
    returns: u64,
}

impl<S: Simd> Marks for UniversalEnds<S> {
    fn margin(&self) -> usize {
        0
    }

    fn pad(&self) -> u8 {
        0
    }

    #[inline(always)]
    fn none_in_stride(&self, window: &[u8], at: usize) -> bool {
        !Stride::at(self.simd, window, at).has_between(b'\n', b'\r')
    }

    #[inline(always)]
    fn of_block(&mut self, window: &[u8], at: usize) -> u64 {
        let block = Lanes::at(self.simd, window, at);
        let feeds = block.equals(b'\n').mask();
        let returns = block.equals(b'\r').mask();
        let feed_follows = window.get(at + BLOCK) == Some(&b'\n');
        let before_feed = feeds >> 1 | u64::from(feed_follows) << (BLOCK - 1);
        self.returns |= returns;
        feeds | returns & !before_feed
    }

    /// Whether `\n` follows a `\r` at the very end is not known yet.
    #[inline(always)]
    fn settle(
        &mut self,
        window: &[u8],
        marks: &mut [u32],
        looked: usize,
    ) -> Option<(usize, usize)> {
        if looked == window.len() && !marks.is_empty() && window.last() == Some(&b'\r') {
            Some((marks.len() - 1, looked - 1))
        } else {
            Some((marks.len(), looked))
        }
    }
}

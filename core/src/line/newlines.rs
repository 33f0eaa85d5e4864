//! The search for line ends: one at a time, and by masks.

use super::{Line, LineEnds, LineFault};
use crate::Piece;
use crate::ahead::{Ahead, Marks};
use crate::cutter::{Find, Terminator};
use crate::mask::{BLOCK, Block, no_line_end_in};

#[derive(Clone, Copy, Debug)]
pub(super) struct Newlines {
    pub(super) ends: LineEnds,
    pub(super) interactive: bool,
}

impl Newlines {
    pub(super) const fn new() -> Self {
        Self {
            ends: LineEnds::Universal,
            interactive: false,
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

    fn look_ahead(&self, ahead: &mut Ahead, window: &[u8], seen: usize, max: usize) {
        let universal = match self.ends {
            LineEnds::Lf => false,
            // One search in all of the lap is cheaper than one more comparison
            // for each of its blocks.
            LineEnds::Universal if ahead.is_dense() => {
                memchr::memchr(b'\r', Ahead::lap(window, seen)).is_some()
            }
            LineEnds::Universal => true,
        };
        if universal {
            ahead.fill(&UniversalEnds, self, window, seen, max);
        } else {
            ahead.fill(&LineFeeds, self, window, seen, max);
        }
    }

    fn too_long(max: usize) -> LineFault {
        LineFault::TooLong { max }
    }
}

/// `\n` alone: also where no `\r` is near.
struct LineFeeds;

impl Marks for LineFeeds {
    fn margin(&self) -> usize {
        0
    }

    fn pad(&self) -> u8 {
        0
    }

    #[inline(always)]
    fn none_in_two(&self, window: &[u8], at: usize) -> bool {
        no_line_end_in(&window[at..at + 2 * BLOCK])
    }

    #[inline(always)]
    fn of_block(&self, window: &[u8], at: usize) -> u64 {
        Block::at(window, at).equals(b'\n').mask()
    }

    #[inline(always)]
    fn settle(&self, _window: &[u8], marks: &mut [u32], looked: usize) -> (usize, usize) {
        (marks.len(), looked)
    }
}

/// `\n`, `\r\n` and `\r`: marks are their last bytes.
struct UniversalEnds;

impl Marks for UniversalEnds {
    fn margin(&self) -> usize {
        0
    }

    fn pad(&self) -> u8 {
        0
    }

    #[inline(always)]
    fn none_in_two(&self, window: &[u8], at: usize) -> bool {
        LineFeeds.none_in_two(window, at)
    }

    #[inline(always)]
    fn of_block(&self, window: &[u8], at: usize) -> u64 {
        let block = Block::at(window, at);
        let feeds = block.equals(b'\n').mask();
        let returns = block.equals(b'\r');
        if !returns.any() {
            return feeds;
        }
        let feed_follows = window.get(at + BLOCK) == Some(&b'\n');
        let before_feed = feeds >> 1 | u64::from(feed_follows) << (BLOCK - 1);
        feeds | returns.mask() & !before_feed
    }

    /// Whether `\n` follows a `\r` at the very end is not known yet.
    #[inline(always)]
    fn settle(&self, window: &[u8], marks: &mut [u32], looked: usize) -> (usize, usize) {
        if looked == window.len() && !marks.is_empty() && window.last() == Some(&b'\r') {
            (marks.len() - 1, looked - 1)
        } else {
            (marks.len(), looked)
        }
    }
}

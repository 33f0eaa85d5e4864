//! The search for separators: one at a time, and by masks of two bytes of it.

use super::ChunkFault;
use crate::ahead::{Ahead, Marks};
use crate::cutter::{Find, Terminator};
use crate::mask::{BLOCK, Block, Matches};
use core::fmt;
use memchr::memmem::Finder;

#[derive(Clone, Debug)]
pub(super) struct Separator<'s> {
    finder: Finder<'s>,
    /// What marks are made of: the first byte, and the last so far behind it.
    first: u8,
    last: u8,
    /// The one of the two by which to pass over blocks, and where it is.
    rare: u8,
    rare_at: usize,
}

/// A separator must hold at least one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EmptySeparator;

impl fmt::Display for EmptySeparator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the separator is empty")
    }
}

impl core::error::Error for EmptySeparator {}

#[cfg(feature = "std")]
impl From<EmptySeparator> for std::io::Error {
    fn from(error: EmptySeparator) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}

impl<'s> Separator<'s> {
    pub(super) fn new(bytes: &'s [u8]) -> Result<Self, EmptySeparator> {
        let (&[first, ..], &[.., last]) = (bytes, bytes) else {
            return Err(EmptySeparator);
        };
        let (rare, rare_at) = match is_common(first) && !is_common(last) {
            true => (last, bytes.len() - 1),
            false => (first, 0),
        };
        Ok(Self {
            finder: Finder::new(bytes),
            first,
            last,
            rare,
            rare_at,
        })
    }

    #[cfg(feature = "alloc")]
    pub(super) fn into_owned(self) -> Separator<'static> {
        Separator {
            finder: self.finder.into_owned(),
            ..self
        }
    }

    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.finder.needle()
    }

    #[inline]
    fn len(&self) -> usize {
        self.bytes().len()
    }
}

/// What text and binary data are full of.
fn is_common(byte: u8) -> bool {
    matches!(byte, 0 | b' ' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9')
}

impl Terminator for Separator<'_> {
    type Fault = ChunkFault;
    const EMPTY_LAST: bool = true;

    fn longest(&self) -> usize {
        self.len()
    }

    fn find(&self, window: &[u8], from: usize, end: bool) -> Find {
        match self.finder.find(&window[from..]) {
            Some(start) => Find::At {
                start: from + start,
                len: self.len(),
            },
            None if end => Find::NotBefore(window.len()),
            None => Find::NotBefore((window.len() + 1).saturating_sub(self.len()).max(from)),
        }
    }

    fn text_of(&self, chunk: &[u8]) -> usize {
        chunk.len() - self.len()
    }

    fn look_ahead(&self, ahead: &mut Ahead, window: &[u8], seen: usize, max: usize) {
        if self.len() == 1 {
            ahead.fill(&Single(self.first), self, window, seen, max);
        } else {
            ahead.fill(self, self, window, seen, max);
        }
    }

    fn too_long(max: usize) -> ChunkFault {
        ChunkFault::TooLong { max }
    }
}

/// A separator of one byte: a mark is a separator.
struct Single(u8);

impl Single {
    #[inline(always)]
    fn matches(&self, window: &[u8], at: usize) -> Matches {
        Block::at(window, at).equals(self.0)
    }
}

impl Marks for Single {
    fn margin(&self) -> usize {
        0
    }

    fn pad(&self) -> u8 {
        !self.0
    }

    #[inline(always)]
    fn none_in_two(&self, window: &[u8], at: usize) -> bool {
        !self
            .matches(window, at)
            .or(self.matches(window, at + BLOCK))
            .any()
    }

    #[inline(always)]
    fn of_block(&self, window: &[u8], at: usize) -> u64 {
        self.matches(window, at).mask()
    }

    #[inline(always)]
    fn settle(&self, _window: &[u8], marks: &mut [u32], looked: usize) -> (usize, usize) {
        (marks.len(), looked)
    }
}

impl Separator<'_> {
    #[inline(always)]
    fn matches(&self, window: &[u8], at: usize) -> Matches {
        let first = Block::at(window, at).equals(self.first);
        let last = Block::at(window, at + self.len() - 1).equals(self.last);
        first.and(last)
    }
}

/// Marks are the places where both the first and the last byte are right.
impl Marks for Separator<'_> {
    fn margin(&self) -> usize {
        self.len() - 1
    }

    fn pad(&self) -> u8 {
        !self.last
    }

    #[inline(always)]
    fn none_in_two(&self, window: &[u8], at: usize) -> bool {
        let at = at + self.rare_at;
        let one = Block::at(window, at).equals(self.rare);
        let two = Block::at(window, at + BLOCK).equals(self.rare);
        !one.or(two).any()
    }

    #[inline(always)]
    fn of_block(&self, window: &[u8], at: usize) -> u64 {
        self.matches(window, at).mask()
    }

    /// Keeps the separators that are one and do not overlap.
    #[inline(always)]
    fn settle(&self, window: &[u8], marks: &mut [u32], looked: usize) -> (usize, usize) {
        let (mut kept, mut free) = (0, 0);
        for i in 0..marks.len() {
            let start = marks[i] as usize;
            let stop = start + self.len();
            if start >= free && window.get(start..stop) == Some(self.bytes()) {
                marks[kept] = stop as u32 - 1;
                kept += 1;
                free = stop;
            }
        }
        (kept, looked.max(free))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::splitter::Splitter;
    use crate::{Event, Overlong};
    use core::cell::Cell;

    /// A separator that counts the bytes it is looked for in.
    struct Counted<'s> {
        separator: Separator<'s>,
        examined: &'s Cell<usize>,
    }

    impl Terminator for Counted<'_> {
        type Fault = ChunkFault;
        const EMPTY_LAST: bool = true;

        fn longest(&self) -> usize {
            self.separator.longest()
        }

        fn find(&self, window: &[u8], from: usize, end: bool) -> Find {
            let examined = self.examined.get() + window.len() - from;
            self.examined.set(examined);
            self.separator.find(window, from, end)
        }

        fn text_of(&self, chunk: &[u8]) -> usize {
            self.separator.text_of(chunk)
        }

        fn look_ahead(&self, ahead: &mut Ahead, window: &[u8], seen: usize, max: usize) {
            self.separator.look_ahead(ahead, window, seen, max);
        }

        fn too_long(max: usize) -> ChunkFault {
            Separator::too_long(max)
        }
    }

    /// However long a chunk becomes of them: without the place up to which it was
    /// searched, each byte would be looked at again for every byte behind it.
    #[test]
    fn near_misses_are_examined_a_bounded_number_of_times() {
        for (miss, separator) in [
            (&b"\r\n-"[..], &b"\r\n--x"[..]),
            (b"\r\n--", b"\r\n--x"),
            (b"aaa", b"aaaaaaab"),
        ] {
            let mut input = [0; 6000];
            for (byte, miss) in input.iter_mut().zip(miss.iter().cycle()) {
                *byte = *miss;
            }
            for (max, overlong) in [
                (1 << 20, Overlong::Fail),
                (1000, Overlong::Skip),
                (1, Overlong::Skip),
                (1000, Overlong::Fragment),
                (1, Overlong::Fragment),
            ] {
                let examined = Cell::new(0);
                let counted = Counted {
                    separator: Separator::new(separator).expect("it is not empty"),
                    examined: &examined,
                };
                let mut splitter = Splitter::new(counted, max);
                splitter.set_overlong(overlong);
                let mut start = 0;
                for shown in 1..=input.len() {
                    loop {
                        let step = splitter.scan(&input[start..shown], false);
                        let step = step.expect("nothing is too long");
                        start += step.used;
                        if let (Event::More, 0) = (step.event, step.used) {
                            break;
                        }
                    }
                }
                let most = 2 * separator.len() * input.len();
                assert!(
                    (input.len()..=most).contains(&examined.get()),
                    "{max}, {overlong:?}: {} bytes examined",
                    examined.get()
                );
            }
        }
    }
}

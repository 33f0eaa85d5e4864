//! The search for separators: one at a time, and by masks of two bytes of it.

use super::ChunkFault;
use crate::ahead::{Ahead, Marks};
use crate::cutter::{Find, Terminator};
use crate::lanes::{Equal, Lanes, Stride, level};
use core::fmt;
use fearless_simd::{Simd, dispatch};
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

    fn look_ahead(&mut self, ahead: &mut Ahead, window: &[u8], seen: usize, max: usize) {
        dispatch!(level(), simd => {
            if self.len() == 1 {
                let byte = self.first;
                ahead.fill(&mut Single { simd, byte }, self, window, seen, max);
            } else {
                let separator = &*self;
                ahead.fill(&mut Several { simd, separator }, self, window, seen, max);
            }
        });
    }

    fn too_long(max: usize) -> ChunkFault {
        ChunkFault::TooLong { max }
    }
}

/// A separator of one byte: a mark is a separator.
struct Single<S: Simd> {
    simd: S,
    byte: u8,
}

impl<S: Simd> Single<S> {
    #[inline(always)]
    fn matches(&self, window: &[u8], at: usize) -> Equal<S> {
        Lanes::at(self.simd, window, at).equals(self.byte)
    }
}

impl<S: Simd> Marks for Single<S> {
    fn margin(&self) -> usize {
        0
    }

    fn pad(&self) -> u8 {
        !self.byte
    }

    #[inline(always)]
    fn none_in_stride(&self, window: &[u8], at: usize) -> bool {
        !Stride::at(self.simd, window, at).has(self.byte)
    }

    #[inline(always)]
    fn of_block(&mut self, window: &[u8], at: usize) -> u64 {
        self.matches(window, at).mask()
    }

    #[inline(always)]
    fn settle(&mut self, _: &[u8], marks: &mut [u32], looked: usize) -> Option<(usize, usize)> {
        Some((marks.len(), looked))
    }
}

/// Marks are the places where both the first and the last byte are right.
struct Several<'a, 's, S: Simd> {
    simd: S,
    separator: &'a Separator<'s>,
}

impl<S: Simd> Several<'_, '_, S> {
    #[inline(always)]
    fn is(&self, byte: u8, window: &[u8], at: usize) -> Equal<S> {
        Lanes::at(self.simd, window, at).equals(byte)
    }
}

impl<S: Simd> Marks for Several<'_, '_, S> {
    fn margin(&self) -> usize {
        self.separator.len() - 1
    }

    fn pad(&self) -> u8 {
        !self.separator.last
    }

    #[inline(always)]
    fn none_in_stride(&self, window: &[u8], at: usize) -> bool {
        let Separator { rare, rare_at, .. } = *self.separator;
        !Stride::at(self.simd, window, at + rare_at).has(rare)
    }

    #[inline(always)]
    fn of_block(&mut self, window: &[u8], at: usize) -> u64 {
        let first = self.is(self.separator.first, window, at);
        let last = self.is(self.separator.last, window, at + self.margin());
        first.and(last).mask()
    }

    /// Keeps the separators that are one and do not overlap.
    #[inline(always)]
    fn settle(
        &mut self,
        window: &[u8],
        marks: &mut [u32],
        looked: usize,
    ) -> Option<(usize, usize)> {
        let separator = self.separator.bytes();
        // Two bytes that are right are all of two.
        let is_known = separator.len() == 2;
        let (mut kept, mut free) = (0, 0);
        for i in 0..marks.len() {
            let start = marks[i] as usize;
            let stop = start + separator.len();
            if start >= free && (is_known || window.get(start..stop) == Some(separator)) {
                marks[kept] = stop as u32 - 1;
                kept += 1;
                free = stop;
            }
        }
        Some((kept, looked.max(free)))
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

        fn look_ahead(&mut self, ahead: &mut Ahead, window: &[u8], seen: usize, max: usize) {
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
                for piece in [1, 2, 100] {
                    let examined = Cell::new(0);
                    let counted = Counted {
                        separator: Separator::new(separator).expect("it is not empty"),
                        examined: &examined,
                    };
                    let mut splitter = Splitter::new(counted, max);
                    splitter.set_overlong(overlong);
                    let (mut start, mut shown) = (0, 0);
                    while shown < input.len() {
                        let next = &input[shown..input.len().min(shown + piece)];
                        let wanted = match piece {
                            1 => Some(1),
                            _ => splitter.wants(shown - start, next, 0),
                        };
                        shown += wanted.map_or(next.len(), |wanted| wanted.min(next.len()));
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
                        "{max}, {overlong:?}, {piece}: {} bytes examined",
                        examined.get()
                    );
                }
            }
        }
    }
}

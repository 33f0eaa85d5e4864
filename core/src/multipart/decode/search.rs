//! The search for a delimiter, fast whatever the body and the boundary are.
//!
//! Two rare bytes at their distance are looked for first, as `memmem` does. A
//! body made of what such a search takes for the beginning of a delimiter, or a
//! boundary whose bytes are all common, turn that into a stop at every few bytes:
//! when they come too often, masks of four bytes of the delimiter are made
//! instead, 64 places at once, of which two are those where the last false
//! alarms were told from it.

use super::pair::Pair;
use crate::mask::{BLOCK, Block, Matches};
use crate::multipart::delimiter::Delimiter;
use memchr::{memrchr, memrchr2};

#[derive(Clone, Debug)]
pub(super) struct Search {
    delimiter: Delimiter,
    breaks: Breaks,
    pair: Pair,
    /// By which bytes of the needle masks are made.
    anchors: [usize; 4],
    /// Which of the last two anchors is the next to be replaced.
    replaced: usize,
    /// So many bytes are to be searched by masks yet.
    wary: usize,
}

/// What ends the line in front of a delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaks {
    /// CRLF.
    Strict,
    /// CRLF, LF or CR.
    Lenient,
}

/// Where the next delimiter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It begins here, with so many bytes of line break.
    At { start: usize, line_break: usize },
    /// None begins in front of here.
    NotBefore(usize),
}

/// A false alarm costs as much as to look at so many bytes without one.
const ALARM: usize = 128;
/// So many of them are forgiven in any case.
const FORGIVEN: usize = 4;
/// For so many bytes nothing but masks is tried, then.
const WARY: usize = 64 << 10;

impl Search {
    pub(super) fn new(delimiter: Delimiter, breaks: Breaks) -> Self {
        let needle = breaks.needle(&delimiter);
        let last = needle.len() - 1;
        Self {
            pair: Pair::new(needle),
            anchors: [0, last, last / 2, 1],
            delimiter,
            breaks,
            replaced: 0,
            wary: 0,
        }
    }

    pub(super) fn delimiter(&self) -> &Delimiter {
        &self.delimiter
    }

    pub(super) fn breaks(&self) -> Breaks {
        self.breaks
    }

    /// The first delimiter behind a line break in this window, or up to where
    /// there is none even if the window goes on.
    #[inline]
    pub(super) fn find(&mut self, window: &[u8]) -> Place {
        match self.find_needle(window) {
            Some(at) => {
                let before = self.breaks.before_needle(&window[..at]).unwrap_or(0);
                Place::At {
                    start: at - before,
                    line_break: before + self.breaks.in_needle(),
                }
            }
            None => Place::NotBefore(self.settled(window)),
        }
    }

    #[inline]
    fn needle(&self) -> &[u8] {
        self.breaks.needle(&self.delimiter)
    }

    #[inline]
    fn find_needle(&mut self, window: &[u8]) -> Option<usize> {
        if window.len() < self.needle().len() {
            return None;
        }
        match self.wary {
            0 => self.find_by_pair(window),
            _ => self.find_by_masks(window, 0),
        }
    }

    #[inline]
    fn find_by_pair(&mut self, window: &[u8]) -> Option<usize> {
        let mut at = 0;
        let mut alarms = 0;
        while let Ok(found) = self.pair.find(&window[at..]) {
            at += found?;
            if self.differs_at(window, at).is_none() {
                return Some(at);
            }
            at += 1;
            alarms += 1;
            if alarms > FORGIVEN + at / ALARM {
                self.wary = WARY;
                break;
            }
        }
        self.find_by_masks(window, at)
    }

    #[inline(never)]
    fn find_by_masks(&mut self, window: &[u8], mut at: usize) -> Option<usize> {
        self.wary = self.wary.saturating_sub(window.len() - at);
        let whole = BLOCK + self.needle().len() - 1;
        while at + whole <= window.len() {
            let marks = self.marks(window, at);
            if let Some(start) = self.find_among(marks, window, at) {
                return Some(start);
            }
            at += BLOCK;
        }
        // No delimiter holds what is behind the rest here.
        let mut rest = [0; BLOCK + Delimiter::MAX];
        let shown = &window[at..];
        rest[..shown.len()].copy_from_slice(shown);
        let marks = self.marks(&rest, 0);
        self.find_among(marks, window, at)
    }

    /// Where the needle may begin, as the bits of a block from there on.
    #[inline]
    fn marks(&self, window: &[u8], at: usize) -> Matches {
        let needle = self.needle();
        let [a, b, c, d] = self
            .anchors
            .map(|anchor| Block::at(window, at + anchor).equals(needle[anchor]));
        a.and(b).and(c.and(d))
    }

    #[inline]
    fn find_among(&mut self, marks: Matches, window: &[u8], at: usize) -> Option<usize> {
        if !marks.any() {
            return None;
        }
        let mut mask = marks.mask();
        while mask != 0 {
            let start = at + mask.trailing_zeros() as usize;
            match self.differs_at(window, start) {
                None => return Some(start),
                Some(Differs::InByte(byte)) => self.learn(byte),
                Some(Differs::Before) => {}
            }
            mask &= mask - 1;
        }
        None
    }

    /// Looks at this byte of the needle from now on.
    fn learn(&mut self, byte: usize) {
        self.anchors[2 + self.replaced] = byte;
        self.replaced ^= 1;
    }

    /// What tells the bytes there from a delimiter, if it is none.
    #[inline]
    fn differs_at(&self, window: &[u8], at: usize) -> Option<Differs> {
        if self.breaks.before_needle(&window[..at]).is_none() {
            return Some(Differs::Before);
        }
        let needle = self.needle();
        let here = window[at..].iter().zip(needle);
        let same = here.take_while(|(here, wanted)| here == wanted).count();
        (same < needle.len()).then_some(Differs::InByte(same))
    }

    /// Up to where no delimiter begins in a window that holds none. No boundary
    /// holds a line break, so it can only be the last one that begins it.
    #[inline]
    fn settled(&self, window: &[u8]) -> usize {
        let needle = self.needle();
        let tail = window.len().saturating_sub(needle.len());
        let start = match self.breaks {
            Breaks::Strict => memrchr(b'\r', &window[tail..]).map(|cr| tail + cr),
            Breaks::Lenient => {
                memrchr2(b'\r', b'\n', &window[tail..]).map(|line_end| tail + line_end + 1)
            }
        };
        match start {
            Some(start) if needle.starts_with(&window[start..]) => {
                start - self.breaks.before_needle(&window[..start]).unwrap_or(0)
            }
            _ => window.len(),
        }
    }
}

impl Breaks {
    /// What is searched for: with CRLF, if it can be nothing else.
    #[inline]
    fn needle(self, delimiter: &Delimiter) -> &[u8] {
        match self {
            Self::Strict => delimiter.as_slice(),
            Self::Lenient => delimiter.without_line_break(),
        }
    }

    /// How much of the line break is a part of the needle.
    const fn in_needle(self) -> usize {
        match self {
            Self::Strict => 2,
            Self::Lenient => 0,
        }
    }

    /// How much of it stands in front of the needle; `None` if it has to and does
    /// not.
    #[inline]
    const fn before_needle(self, before: &[u8]) -> Option<usize> {
        match (self, before) {
            (Self::Strict, _) => Some(0),
            (Self::Lenient, [.., b'\r', b'\n']) => Some(2),
            (Self::Lenient, [.., b'\r' | b'\n']) => Some(1),
            (Self::Lenient, _) => None,
        }
    }
}

/// Why a place is no delimiter.
#[derive(Clone, Copy, Debug)]
enum Differs {
    InByte(usize),
    /// No line begins there.
    Before,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Boundary;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn search(boundary: &str, breaks: Breaks) -> Search {
        let boundary = Boundary::new(boundary).expect("it is one");
        Search::new(Delimiter::new(boundary), breaks)
    }

    /// Byte by byte.
    fn naive(boundary: &str, breaks: Breaks, window: &[u8]) -> Place {
        let line_ends: &[&[u8]] = match breaks {
            Breaks::Strict => &[b"\r\n"],
            Breaks::Lenient => &[b"\r\n", b"\n", b"\r"],
        };
        let mut open = None;
        for start in 0..=window.len() {
            for line_end in line_ends {
                let delimiter = [line_end, &b"--"[..], boundary.as_bytes()].concat();
                let here = &window[start..];
                if here.starts_with(&delimiter) {
                    let line_break = line_end.len();
                    return Place::At { start, line_break };
                }
                if open.is_none() && !here.is_empty() && delimiter.starts_with(here) {
                    open = Some(start);
                }
            }
        }
        Place::NotBefore(open.unwrap_or(window.len()))
    }

    /// Blocks of what begins like a delimiter, so that every way is taken.
    fn windows(boundary: &'static str) -> impl Strategy<Value = Vec<u8>> {
        let delimiter = [&b"\r\n--"[..], boundary.as_bytes()].concat();
        let len = delimiter.len();
        let near = (0..=len, any::<u8>(), 1..80usize).prop_map(move |(kept, byte, times)| {
            let mut near = delimiter[..kept].to_vec();
            near.push(byte);
            near.repeat(times)
        });
        let noise = prop::collection::vec(any::<u8>(), 0..200);
        prop::collection::vec(prop_oneof![near, noise], 0..6).prop_map(|blocks| blocks.concat())
    }

    proptest! {
        #[test]
        fn it_finds_what_is_found_byte_by_byte(
            first in windows("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            second in windows("b"),
            third in windows("--Form-7h1s--"),
        ) {
            for (boundary, window) in [
                ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", first),
                ("b", second),
                ("--Form-7h1s--", third),
            ] {
                for breaks in [Breaks::Strict, Breaks::Lenient] {
                    let mut search = search(boundary, breaks);
                    let found = search.find(&window);
                    prop_assert_eq!(found, naive(boundary, breaks, &window), "{:?}", breaks);
                    search.wary = usize::MAX;
                    prop_assert_eq!(found, search.find(&window), "by masks");
                }
            }
        }
    }

    /// What a hostile body costs: without masks each of these is a stop.
    #[test]
    fn false_alarms_lead_to_masks_and_back() {
        let mut search = search("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Breaks::Strict);
        let half = b"\r\n--aaaaaaaaaaaaaaaaaaa.".repeat(1000);
        assert_eq!(search.find(&half), Place::NotBefore(half.len()));
        assert!(search.wary > 0);
        let harmless = [b'x'; 1 << 16];
        search.find(&harmless);
        assert_eq!(search.wary, 0);
    }
}

//! The search for a delimiter, fast whatever the body and the boundary are.
//!
//! Two rare bytes at their distance are looked for first, as `memmem` does. A
//! body made of what such a search takes for the beginning of a delimiter, or a
//! boundary whose bytes are all common, turn that into a stop at every few bytes:
//! when they come too often, masks of four bytes of the delimiter are made
//! instead, 64 places at once, of which two are those where the last false
//! alarms were told from it. What tells one false alarm is asked of the whole
//! block at once, so that a block has no more of them than ways to differ.

use super::pair::Pair;
use crate::mask::{BLOCK, Block, Matches};
use crate::multipart::delimiter::Delimiter;
use memchr::{memrchr, memrchr2};

#[derive(Clone, Debug)]
pub(super) struct Search {
    delimiter: Delimiter,
    breaks: Breaks,
    pair: Pair,
    /// Which bytes of the needle told the last false alarms, the newest first.
    /// Masks are made by these, the first and the last.
    learned: [usize; 2],
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
/// As far as that from its beginning a false alarm is told early.
const NEAR: usize = 8;
/// For so many bytes nothing but masks is tried, then.
const WARY: usize = 64 << 10;

impl Search {
    pub(super) fn new(delimiter: Delimiter, breaks: Breaks) -> Self {
        let needle = breaks.needle(&delimiter);
        Self {
            pair: Pair::new(needle),
            learned: [needle.len() / 2, 1],
            delimiter,
            breaks,
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
            let (before, here) = window.split_at(at);
            if self.first_difference(here).is_none() && self.breaks.before_needle(before).is_some()
            {
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
            let (before, shown) = window.split_at(at);
            if let Some(start) = self.find_in_block(shown, before) {
                return Some(at + start);
            }
            at += BLOCK;
        }
        // No delimiter holds what is behind the rest here.
        let mut rest = [0; BLOCK + Delimiter::MAX];
        let (before, shown) = window.split_at(at);
        rest[..shown.len()].copy_from_slice(shown);
        let start = self.find_in_block(&rest, before)?;
        Some(at + start)
    }

    /// The first needle that begins in the block at the front.
    #[inline]
    fn find_in_block(&mut self, shown: &[u8], before: &[u8]) -> Option<usize> {
        let [newest, older] = self.learned;
        let last = self.needle().len() - 1;
        let likely = self.alike(shown, 0).and(self.alike(shown, newest));
        if !likely.any() {
            return None;
        }
        let likely = likely.and(self.alike(shown, older).and(self.alike(shown, last)));
        let mut mask = likely.mask() & self.breaks.before_needles(before, shown);
        while mask != 0 {
            let start = mask.trailing_zeros() as usize;
            let Some(byte) = self.first_difference(&shown[start..]) else {
                return Some(start);
            };
            self.learned = [byte, self.learned[0]];
            mask &= self.alike(shown, byte).mask();
            if mask != 0 && byte <= NEAR {
                // Those that differ early may stand so close to each other that
                // one by one they would be too many.
                mask &= self.begins_alike(shown).mask();
            }
        }
        None
    }

    /// Where in the block a needle may begin by its first bytes.
    #[inline]
    fn begins_alike(&self, shown: &[u8]) -> Matches {
        let near = self.needle().len().min(NEAR + 1);
        let first = self.alike(shown, 0);
        (1..near).fold(first, |all, byte| all.and(self.alike(shown, byte)))
    }

    /// Where in the block a needle may begin by this byte of it.
    #[inline(always)]
    fn alike(&self, shown: &[u8], byte: usize) -> Matches {
        Block::at(shown, byte).equals(self.needle()[byte])
    }

    /// Which byte of the needle is the first that does not stand there.
    #[inline]
    fn first_difference(&self, shown: &[u8]) -> Option<usize> {
        let needle = self.needle();
        let Some(here) = shown.get(..needle.len()) else {
            return Some(shown.len());
        };
        let ((words, rest), (here, here_rest)) = (needle.as_chunks::<8>(), here.as_chunks::<8>());
        for (at, (word, here)) in words.iter().zip(here).enumerate() {
            let differing = u64::from_le_bytes(*word) ^ u64::from_le_bytes(*here);
            if differing != 0 {
                return Some(8 * at + differing.trailing_zeros() as usize / 8);
            }
        }
        let mut rests = rest.iter().zip(here_rest);
        let differing = rests.position(|(wanted, here)| wanted != here)?;
        Some(8 * words.len() + differing)
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

    /// The same of every place in the block at the front, as bits.
    #[inline]
    fn before_needles(self, before: &[u8], shown: &[u8]) -> u64 {
        match self {
            Self::Strict => u64::MAX,
            Self::Lenient => {
                let block = Block::at(shown, 0);
                let line_ends = block.equals(b'\r').or(block.equals(b'\n')).mask();
                line_ends << 1 | u64::from(self.before_needle(before).is_some())
            }
        }
    }
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
        let near = (0..=len, any::<u8>()).prop_map(move |(kept, byte)| {
            let mut near = delimiter[..kept].to_vec();
            near.push(byte);
            near
        });
        let alike = (near.clone(), 1..80usize).prop_map(|(near, times)| near.repeat(times));
        let unlike = prop::collection::vec(near, 0..40).prop_map(|nears| nears.concat());
        let noise = prop::collection::vec(any::<u8>(), 0..200);
        prop::collection::vec(prop_oneof![alike, unlike, noise], 0..6)
            .prop_map(|blocks| blocks.concat())
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

//! The search for a delimiter, fast whatever the body and the boundary are.
//!
//! Two rare bytes at their distance are looked for first, as `memmem` does. A
//! body made of what such a search takes for the beginning of a delimiter, or a
//! boundary whose bytes are all common, turn that into a stop at every few bytes:
//! when they come too often, masks of two bytes of the delimiter are made
//! instead, 64 places at once: by its first, and by the one that told the last
//! false alarm. No delimiter holds a line end but for its own, so those that are
//! broken off by one are not even asked about, and few are left in a block.

use super::pair::Pair;
use crate::mask::{BLOCK, Block, Matches};
use crate::multipart::delimiter::Delimiter;
use memchr::{memrchr, memrchr2};

#[derive(Clone, Debug)]
pub(super) struct Search {
    delimiter: Delimiter,
    breaks: Breaks,
    pair: Pair,
    /// The needle, in words that are compared at once, of which it fills so many.
    wanted: [Word; ROOM / WORD],
    words: usize,
    /// Which byte of the needle told the last false alarm. Masks are made by this
    /// and the first.
    telling: usize,
    /// A block had false alarms, so the next may have some too.
    alarmed: bool,
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
/// Of the needle, compared at once.
const WORD: usize = 16;
/// For any needle, in whole words.
const ROOM: usize = Delimiter::MAX.next_multiple_of(WORD);
/// For so many bytes nothing but masks is tried, then.
const WARY: usize = 64 << 10;

impl Search {
    pub(super) fn new(delimiter: Delimiter, breaks: Breaks) -> Self {
        let needle = breaks.needle(&delimiter);
        Self {
            pair: Pair::new(needle),
            wanted: core::array::from_fn(|at| Word::new(needle.get(WORD * at..).unwrap_or(&[]))),
            words: needle.len().div_ceil(WORD),
            telling: needle.len() - 1,
            alarmed: false,
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
            if here.starts_with(self.needle()) && self.breaks.before_needle(before).is_some() {
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
        let whole = BLOCK + self.words * WORD;
        loop {
            // To try for more of the harmless, where there are none, is a guess that
            // is wrong half the time.
            if !self.alarmed {
                at += self.harmless(&window[at..]);
            }
            let (before, shown) = window.split_at(at);
            if shown.len() < whole {
                break;
            }
            if let Some(start) = self.find_in_block(shown, before) {
                return Some(at + start);
            }
            at += BLOCK;
        }
        // No needle holds what is behind the rest here.
        let mut rest = [0; 2 * BLOCK + ROOM];
        let (before, shown) = window.split_at(at);
        rest[..shown.len()].copy_from_slice(shown);
        // Nor does where the window ends tell anything of what goes on.
        let telling = self.telling;
        let mut found = self.find_in_block(&rest, before);
        if found.is_none() && shown.len() > BLOCK {
            let (before, shown) = rest.split_at(BLOCK);
            found = self.find_in_block(shown, before).map(|start| BLOCK + start);
        }
        self.telling = telling;
        found.map(|start| at + start)
    }

    /// How many bytes at the front are blocks where no needle begins, by its first
    /// byte and the one that told the last false alarm.
    #[inline]
    fn harmless(&self, shown: &[u8]) -> usize {
        let (first, telling) = (self.needle()[0], self.needle()[self.telling]);
        let (starts, _) = shown.as_chunks::<BLOCK>();
        let (tells, _) = shown[shown.len().min(self.telling)..].as_chunks::<BLOCK>();
        let may_begin = |(starts, tells): (&[u8; BLOCK], &[u8; BLOCK])| {
            let starts = Block::new(starts).equals(first);
            starts.and(Block::new(tells).equals(telling)).any()
        };
        let blocks = starts.len().min(tells.len());
        let harmless = starts.iter().zip(tells).position(may_begin);
        harmless.unwrap_or(blocks) * BLOCK
    }

    /// The first needle that begins in the block at the front.
    #[inline]
    fn find_in_block(&mut self, shown: &[u8], before: &[u8]) -> Option<usize> {
        let line_ends = self.breaks.line_ends(shown);
        let mut starts = self
            .alike(shown, 0)
            .and(self.alike(shown, self.telling))
            .mask();
        starts &= self.breaks.before_needles(before, line_ends) & !self.broken_off(line_ends);
        let mut alarm = None;
        while starts != 0 {
            let start = starts.trailing_zeros() as usize;
            if self.stands_at(&shown[start..]) {
                return Some(start);
            }
            alarm = Some(start);
            starts &= starts - 1;
        }
        self.alarmed = alarm.is_some();
        // The last tells as much as any, and each that is asked costs something.
        if let Some(byte) = alarm.and_then(|at| self.first_difference(&shown[at..])) {
            self.telling = byte;
        }
        None
    }

    /// Where in the block a needle that begins there would hold a line end, which
    /// it does at its own beginning alone. So those that are left do not overlap,
    /// however densely somebody put what begins like one.
    #[inline]
    fn broken_off(&self, line_ends: u64) -> u64 {
        let behind = (self.needle().len() - 1).min(BLOCK - 1);
        let mut broken_off = line_ends >> 1;
        let mut reach = 1;
        while reach < behind {
            broken_off |= broken_off >> reach.min(behind - reach);
            reach *= 2;
        }
        broken_off
    }

    /// Where in the block a needle may begin by this byte of it.
    #[inline(always)]
    fn alike(&self, shown: &[u8], byte: usize) -> Matches {
        Block::at(shown, byte).equals(self.needle()[byte])
    }

    /// All of it is compared: to stop as early as one may would be a guess that a
    /// hostile body makes wrong each time.
    #[inline]
    fn stands_at(&self, shown: &[u8]) -> bool {
        self.differences(shown).fold(0, |all, word| all | word) == 0
    }

    /// Which byte of the needle is the first that does not stand there.
    #[inline]
    fn first_difference(&self, shown: &[u8]) -> Option<usize> {
        let mut differences = self.differences(shown).enumerate();
        let (at, word) = differences.find(|(_, word)| *word != 0)?;
        Some(WORD * at + word.trailing_zeros() as usize / 8)
    }

    #[inline]
    fn differences(&self, shown: &[u8]) -> impl Iterator<Item = u128> {
        let (shown, _) = shown.as_chunks::<WORD>();
        let words = self.wanted[..self.words].iter().zip(shown);
        words.map(|(wanted, shown)| (wanted.bytes ^ u128::from_le_bytes(*shown)) & wanted.mask)
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

/// Some bytes of the needle, and which of them there are.
#[derive(Clone, Copy, Debug)]
struct Word {
    bytes: u128,
    mask: u128,
}

impl Word {
    /// The first of these bytes.
    fn new(bytes: &[u8]) -> Self {
        let len = bytes.len().min(WORD);
        let word = |bytes: &[u8]| {
            let mut word = [0; WORD];
            word[..len].copy_from_slice(&bytes[..len]);
            u128::from_le_bytes(word)
        };
        Self {
            bytes: word(bytes),
            mask: word(&[u8::MAX; WORD]),
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
    fn before_needles(self, before: &[u8], line_ends: u64) -> u64 {
        match self {
            Self::Strict => u64::MAX,
            Self::Lenient => line_ends << 1 | u64::from(self.before_needle(before).is_some()),
        }
    }

    /// Where in the block at the front there is what no needle holds, but for its
    /// first byte.
    #[inline]
    fn line_ends(self, shown: &[u8]) -> u64 {
        let block = Block::at(shown, 0);
        match self {
            Self::Strict => block.equals(b'\r').mask(),
            Self::Lenient => block.equals(b'\r').or(block.equals(b'\n')).mask(),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

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

    /// Of every number of words, full and not.
    const BOUNDARIES: [&str; 8] = [
        "b",
        "abcdefghijkl",
        "--Form-7h1s--",
        "----WebKitFormBoundary7MA4",
        "----WebKitFormBoundary7MA4YWxkTrZu0gW",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "----------------------------------------------------------------------",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh",
    ];

    proptest! {
        #[test]
        fn it_finds_what_is_found_byte_by_byte(
            (boundary, window) in prop::sample::select(&BOUNDARIES[..])
                .prop_flat_map(|boundary| (Just(boundary), windows(boundary))),
        ) {
            for breaks in [Breaks::Strict, Breaks::Lenient] {
                let mut search = search(boundary, breaks);
                let found = search.find(&window);
                prop_assert_eq!(found, naive(boundary, breaks, &window), "{:?}", breaks);
                search.wary = usize::MAX;
                prop_assert_eq!(found, search.find(&window), "by masks");
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

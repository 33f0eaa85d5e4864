//! The search for a delimiter, fast whatever the body and the boundary are.
//!
//! Two rare bytes at their distance are looked for first, as `memmem` does. A
//! body made of what such a search takes for the beginning of a delimiter, or a
//! boundary whose bytes are all common, turn that into a stop at every few bytes:
//! when they come too often, a [`Sieve`] takes over for a while.

use super::needle::{Breaks, Needle};
use super::pair::Pair;
use super::sieve::Sieve;
use crate::multipart::delimiter::Delimiter;
use core::mem;
use memchr::{memrchr, memrchr2};

#[derive(Clone, Debug)]
pub(super) struct Search {
    needle: Needle,
    pair: Pair,
    sieve: Sieve,
    /// So many bytes are to be sieved yet.
    wary: usize,
    /// So many bytes, all that there were, begin a needle. They are not looked at
    /// again, and if what follows them is not its rest they hold none: a needle has
    /// one line break.
    begun: usize,
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
/// For so many bytes nothing but the sieve is tried, then.
const WARY: usize = 64 << 10;

impl Search {
    pub(super) fn new(delimiter: Delimiter, breaks: Breaks) -> Self {
        let needle = Needle::new(delimiter, breaks);
        Self {
            pair: Pair::new(needle.bytes()),
            sieve: Sieve::new(&needle),
            needle,
            wary: 0,
            begun: 0,
        }
    }

    pub(super) fn delimiter(&self) -> &Delimiter {
        self.needle.delimiter()
    }

    pub(super) fn breaks(&self) -> Breaks {
        self.needle.breaks()
    }

    /// The first delimiter behind a line break in this window, or up to where
    /// there is none even if the window goes on; `end` says that it does not.
    #[inline]
    pub(super) fn find(&mut self, window: &[u8], end: bool) -> Place {
        let begun = mem::take(&mut self.begun);
        if begun > 0
            && !end
            && let Some(place) = self.go_on(begun, window)
        {
            return place;
        }
        match self.find_needle(window) {
            Some(at) => {
                let breaks = self.breaks();
                let before = breaks.before_needle(&window[..at]).unwrap_or(0);
                Place::At {
                    start: at - before,
                    line_break: before + breaks.in_needle(),
                }
            }
            None => {
                let settled = self.settled(window);
                if self.breaks() == Breaks::Strict {
                    self.begun = window.len() - settled;
                }
                Place::NotBefore(settled)
            }
        }
    }

    /// All that is shown was seen, and begins a needle.
    #[inline]
    pub(super) fn is_open(&self, window: &[u8]) -> bool {
        self.begun > 0 && self.begun == window.len()
    }

    /// How many more bytes settle what began, if something did: no more than its rest.
    #[inline]
    pub(super) fn wants(&self) -> Option<usize> {
        match self.begun {
            0 => None,
            begun => Some(self.needle.bytes().len() - begun),
        }
    }

    /// What is shown next is not what followed.
    pub(super) fn forget(&mut self) {
        self.begun = 0;
    }

    /// What is known where so many bytes had begun a needle. `None` if whoever shows
    /// the input has taken them away.
    #[inline]
    fn go_on(&mut self, begun: usize, window: &[u8]) -> Option<Place> {
        let more = window.get(begun..)?;
        let rest = &self.needle.bytes()[begun..];
        Some(if more.len() >= rest.len() {
            // Most differ at once, and to compare more costs a call.
            match more.first() == rest.first() && more.starts_with(rest) {
                true => Place::At {
                    start: 0,
                    line_break: self.breaks().in_needle(),
                },
                false => Place::NotBefore(begun),
            }
        // Of a few bytes it is cheaper not to call.
        } else if more.iter().eq(&rest[..more.len()]) {
            self.begun = window.len();
            Place::NotBefore(0)
        } else {
            Place::NotBefore(begun)
        })
    }

    #[inline]
    fn find_needle(&mut self, window: &[u8]) -> Option<usize> {
        if window.len() < self.needle.bytes().len() {
            return None;
        }
        match self.wary {
            0 => self.find_by_pair(window),
            _ => self.find_by_sieve(window, 0),
        }
    }

    #[inline]
    fn find_by_pair(&mut self, window: &[u8]) -> Option<usize> {
        let mut at = 0;
        let mut alarms = 0;
        loop {
            at += self.pair.find(self.needle.bytes(), &window[at..])?;
            let (before, here) = window.split_at(at);
            let breaks = self.breaks();
            if here.starts_with(self.needle.bytes()) && breaks.before_needle(before).is_some() {
                return Some(at);
            }
            at += 1;
            alarms += 1;
            if alarms > FORGIVEN + at / ALARM {
                self.wary = WARY;
                break;
            }
        }
        self.find_by_sieve(window, at)
    }

    fn find_by_sieve(&mut self, window: &[u8], at: usize) -> Option<usize> {
        self.wary = self.wary.saturating_sub(window.len() - at);
        self.sieve.find(&self.needle, window, at)
    }

    /// Up to where no delimiter begins in a window that holds none. No boundary
    /// holds a line break, so it can only be the last one that begins it.
    #[inline]
    fn settled(&self, window: &[u8]) -> usize {
        let needle = self.needle.bytes();
        let tail = window.len().saturating_sub(needle.len());
        let behind = &window[tail..];
        let start = match self.breaks() {
            // Not worth a call.
            _ if matches!(behind, [byte] if !matches!(byte, b'\r' | b'\n')) => None,
            Breaks::Strict => memrchr(b'\r', behind).map(|cr| tail + cr),
            Breaks::Lenient => memrchr2(b'\r', b'\n', behind).map(|line_end| tail + line_end + 1),
        };
        match start {
            Some(start) if needle.starts_with(&window[start..]) => {
                start - self.breaks().before_needle(&window[..start]).unwrap_or(0)
            }
            _ => window.len(),
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
    const BOUNDARIES: [&str; 9] = [
        "b",
        "abcde",
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
                let known = naive(boundary, breaks, &window);
                let found = search.find(&window, true);
                prop_assert_eq!(found, known, "{:?}", breaks);
                // What it learned of the same bytes makes no difference.
                for _ in 0..3 {
                    search.wary = usize::MAX;
                    prop_assert_eq!(found, search.find(&window, true), "by masks");
                }
            }
        }

        #[test]
        fn it_finds_the_same_however_the_bytes_come(
            (boundary, window) in prop::sample::select(&BOUNDARIES[..])
                .prop_flat_map(|boundary| (Just(boundary), windows(boundary))),
            pieces in prop::collection::vec(1..60usize, 1..40),
        ) {
            for breaks in [Breaks::Strict, Breaks::Lenient] {
                let mut search = search(boundary, breaks);
                let mut settled = 0;
                let mut shown = 0;
                let mut found = Place::NotBefore(0);
                for piece in pieces.iter().chain([&window.len()]) {
                    shown = window.len().min(shown + piece);
                    found = loop {
                        match search.find(&window[settled..shown], false) {
                            Place::NotBefore(known @ 1..) => settled += known,
                            place => break place,
                        }
                    };
                    if matches!(found, Place::At { .. }) {
                        break;
                    }
                }
                let found = match found {
                    Place::At { start, line_break } => Place::At {
                        start: settled + start,
                        line_break,
                    },
                    Place::NotBefore(known) => Place::NotBefore(settled + known),
                };
                prop_assert_eq!(found, naive(boundary, breaks, &window), "{:?}", breaks);
            }
        }
    }

    /// What a hostile body costs: without masks each of these is a stop.
    #[test]
    fn false_alarms_lead_to_masks_and_back() {
        let mut search = search("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Breaks::Strict);
        let half = b"\r\n--aaaaaaaaaaaaaaaaaaa.".repeat(1000);
        assert_eq!(search.find(&half, false), Place::NotBefore(half.len()));
        assert!(search.wary > 0);
        let harmless = [b'x'; 1 << 16];
        search.find(&harmless, false);
        assert_eq!(search.wary, 0);
    }
}

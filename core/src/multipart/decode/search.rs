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
use memchr::{memrchr, memrchr2};

#[derive(Clone, Debug)]
pub(super) struct Search {
    needle: Needle,
    pair: Pair,
    sieve: Sieve,
    /// So many bytes are to be sieved yet.
    wary: usize,
    /// So many bytes at the front were found to begin a needle, and no more were
    /// there. Where more come, one by one, those are not looked at again.
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
    /// there is none even if the window goes on.
    #[inline]
    pub(super) fn find(&mut self, window: &[u8]) -> Place {
        if self.begun > 0 && self.goes_on(window) {
            return Place::NotBefore(0);
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
                if settled == 0 && self.breaks() == Breaks::Strict {
                    self.begun = window.len();
                }
                Place::NotBefore(settled)
            }
        }
    }

    /// What begun at the front may be a needle yet, and is none so far.
    #[inline]
    fn goes_on(&mut self, window: &[u8]) -> bool {
        let begun = core::mem::take(&mut self.begun);
        let needle = self.needle.bytes();
        if window.len() >= needle.len() {
            return false;
        }
        // Whoever shows the input may have taken away what was seen.
        let Some(more) = window.get(begun..) else {
            return false;
        };
        let goes_on = more.iter().eq(&needle[begun..window.len()]);
        if goes_on {
            self.begun = window.len();
        }
        goes_on
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
        while let Ok(found) = self.pair.find(&window[at..]) {
            at += found?;
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
                let found = search.find(&window);
                prop_assert_eq!(found, naive(boundary, breaks, &window), "{:?}", breaks);
                // What it learned of the same bytes makes no difference.
                for _ in 0..3 {
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

//! The search for a delimiter by masks, 64 places at once: what it costs does
//! not depend on what the bytes are.
//!
//! In front of that stands a [`Guess`], for bodies which are the same near miss
//! over and over.

mod guess;
mod long;
mod short;

use super::needle::Needle;
use crate::mask::{BLOCK, Word};
use crate::multipart::delimiter::Delimiter;
use guess::Guess;
use long::Long;
use short::Short;

#[derive(Clone, Debug)]
pub(super) struct Sieve {
    masks: Masks,
    guess: Guess,
}

#[derive(Clone, Debug)]
enum Masks {
    Short(Short),
    Long(Long),
}

/// How much of any needle may lie behind the block that it begins in, in whole
/// words.
const BEHIND: usize = Delimiter::MAX.next_multiple_of(Word::LEN);

impl Sieve {
    pub(super) fn new(needle: &Needle) -> Self {
        Self {
            masks: match needle.bytes().len() <= Short::MAX {
                true => Masks::Short(Short::new(needle)),
                false => Masks::Long(Long::new(needle)),
            },
            guess: Guess::new(needle),
        }
    }

    /// The first needle that begins there in the window, or behind that.
    #[inline(never)]
    pub(super) fn find(&mut self, needle: &Needle, window: &[u8], at: usize) -> Option<usize> {
        let guess = &mut self.guess;
        match &self.masks {
            Masks::Short(masks) => find(masks, needle, guess, window, at),
            Masks::Long(masks) => match masks.words() {
                1 => find(&masks.filling::<1>(), needle, guess, window, at),
                2 => find(&masks.filling::<2>(), needle, guess, window, at),
                3 => find(&masks.filling::<3>(), needle, guess, window, at),
                4 => find(&masks.filling::<4>(), needle, guess, window, at),
                _ => find(
                    &masks.filling::<{ Long::WORDS }>(),
                    needle,
                    guess,
                    window,
                    at,
                ),
            },
        }
    }
}

/// Where needles begin in a block.
trait Starts {
    /// How much behind the block is looked at.
    const BEHIND: usize;

    /// In the block at the front of what is shown.
    fn starts(&self, needle: &Needle, before: &[u8], shown: &[u8]) -> u64;

    #[inline(always)]
    fn first(&self, needle: &Needle, before: &[u8], shown: &[u8]) -> Option<usize> {
        let starts = self.starts(needle, before, shown);
        (starts != 0).then(|| starts.trailing_zeros() as usize)
    }
}

#[inline(always)]
fn find<S: Starts>(
    masks: &S,
    needle: &Needle,
    guess: &mut Guess,
    window: &[u8],
    mut at: usize,
) -> Option<usize> {
    loop {
        at += guess.skip(needle.bytes(), &window[at..]);
        let (before, shown) = window.split_at(at);
        if shown.len() < BLOCK + S::BEHIND {
            break;
        }
        if let Some(start) = masks.first(needle, before, shown) {
            return Some(at + start);
        }
        at += BLOCK;
    }
    // No needle holds what is behind the rest here.
    let mut rest = [0; 2 * BLOCK + BEHIND];
    let (before, shown) = window.split_at(at);
    rest[..shown.len()].copy_from_slice(shown);
    let mut found = masks.first(needle, before, &rest);
    if found.is_none() && shown.len() > BLOCK {
        let (before, shown) = rest.split_at(BLOCK);
        let behind = masks.first(needle, before, shown);
        found = behind.map(|start| BLOCK + start);
    }
    found.map(|start| at + start)
}

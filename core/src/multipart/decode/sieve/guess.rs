use crate::mask::{BLOCK, Block, Matches};
use crate::multipart::decode::needle::Needle;

/// Skips blocks where no two bytes, at a distance, are the first of the needle
/// and the one that told the last false alarm. While that is wrong too often it
/// is tried ever less.
#[derive(Clone, Debug)]
pub(super) struct Guess {
    /// Which byte of the needle told the last false alarm.
    telling: usize,
    /// So many blocks are left to be searched before the next try,
    pause: usize,
    /// of so many after the last.
    paused: usize,
}

/// To skip fewer blocks is not worth the try.
const WORTH: usize = 4;
/// After so many blocks it is tried again in any case.
const LONGEST_PAUSE: usize = 64;

impl Guess {
    pub(super) fn new(needle: &Needle) -> Self {
        Self {
            telling: needle.bytes().len() - 1,
            pause: 0,
            paused: 0,
        }
    }

    /// How many bytes at the front are blocks where no needle begins. What follows
    /// them is to be searched, to the end or for a block.
    #[inline(always)]
    pub(super) fn skip(&mut self, needle: &[u8], shown: &[u8]) -> usize {
        if self.pause > 0 {
            self.pause -= 1;
            return 0;
        }
        let (starts, _) = shown.as_chunks::<BLOCK>();
        let (tells, _) = shown[shown.len().min(self.telling)..].as_chunks::<BLOCK>();
        let (first, telling) = (needle[0], needle[self.telling]);
        let may_begin = |(starts, tells): (&[u8; BLOCK], &[u8; BLOCK])| {
            let starts = Block::new(starts).equals(first);
            starts.and(Block::new(tells).equals(telling)).any()
        };
        let mut blocks = starts.iter().zip(tells);
        let known = blocks.len();
        match blocks.position(may_begin) {
            Some(skipped) => {
                self.learn(needle, &shown[BLOCK * skipped..], skipped);
                BLOCK * skipped
            }
            None => BLOCK * known,
        }
    }

    /// It stopped here, after so many blocks.
    fn learn(&mut self, needle: &[u8], shown: &[u8], skipped: usize) {
        self.paused = match skipped < WORTH {
            true => (2 * self.paused + 1).min(LONGEST_PAUSE),
            false => 0,
        };
        self.pause = self.paused;
        let alike = |byte: usize| -> Matches { Block::at(shown, byte).equals(needle[byte]) };
        let starts = alike(0).and(alike(self.telling)).mask();
        let here = &shown[starts.trailing_zeros() as usize..];
        let mut bytes = needle.iter().zip(here);
        if let Some(telling) = bytes.position(|(wanted, byte)| wanted != byte) {
            self.telling = telling;
        }
    }
}

//! How the fuzzer's bytes become sizes, text and cuts.
//!
//! Kept so that a seed can be written with `printf`: a digit is the size it
//! looks like, a digit chooses the setting of that number, and most bytes of
//! the text stand for themselves.

use arbitrary::{Arbitrary, Result, Unstructured};
use std::fmt;

/// No more pieces than this, so that one execution stays short.
pub const PIECES: usize = 256;

/// Bytes that show themselves as one would write them: a run of `n` of the same
/// is shown as that byte and `{n}`.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(pub Vec<u8>);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("b\"")?;
        for run in self.0.chunk_by(|a, b| a == b) {
            if run.len() < 8 {
                write!(f, "{}", run.escape_ascii())?;
            } else {
                write!(f, "{}{{{}}}", run[..1].escape_ascii(), run.len())?;
            }
        }
        f.write_str("\"")
    }
}

/// Which of its checks an execution makes: all of them, of long inputs too, or one,
/// of a short input.
///
/// All of them take many times as long, and an input more shows more than a check
/// more of the same input. In a seed: `'A'` for all, `'0'` to leave it to what
/// follows, so that one in 32 is for all and one in eight of the others of more than a
/// hundred bytes, and anything else for one.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    All,
    One(u8),
    /// The same, of a shorter input yet.
    Short(u8),
}

impl<'a> Arbitrary<'a> for Which {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let byte = u.arbitrary()?;
        let rest = u.peek_bytes(u.len()).unwrap_or_default();
        // FNV-1a.
        let hash = rest.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        let [.., one, all] = (hash >> 32).to_be_bytes();
        Ok(match byte {
            b'A' => Self::All,
            b'0' if all.is_multiple_of(32) => Self::All,
            b'0' if all.is_multiple_of(8) => Self::One(one),
            b'0' => Self::Short(one),
            byte => Self::One(byte),
        })
    }
}

impl Which {
    /// Whether to make the check of this number, of so many.
    pub fn is(self, check: u8, of: u8) -> bool {
        match self {
            Self::All => true,
            Self::One(one) | Self::Short(one) => one % of == check,
        }
    }

    pub fn is_all(self) -> bool {
        matches!(self, Self::All)
    }

    pub fn longest(self, longest: usize) -> usize {
        match self {
            Self::All => longest,
            Self::One(_) => longest.min(600),
            Self::Short(_) => longest.min(100),
        }
    }
}

/// A size: `'0'` to `'9'` are 0 to 9, up to 47 is as likely as all that is
/// longer, and the highest byte is as much as there is.
pub fn size(byte: u8) -> usize {
    match byte {
        0..192 => usize::from(byte % 48),
        192..255 => (usize::from(byte) - 191) * 64 - 1,
        255 => usize::MAX,
    }
}

/// Text in which `FE n` is a run of `n` bytes and `FF n` one of `64 n`, so that
/// a short input reaches the code for long lines, and `FD`, `FC` and so on are
/// the words given; cut off at the longest.
pub fn expand(bytes: &[u8], words: &[&[u8]], longest: usize) -> Text {
    let mut text = Vec::new();
    let mut bytes = bytes.iter();
    while let Some(&byte) = bytes.next() {
        let mut run = |unit| text.len() + unit * bytes.next().map_or(1, |&n| usize::from(n));
        match byte {
            0xff => text.resize(run(64), b'x'),
            0xfe => text.resize(run(1), b'x'),
            _ => match words.get(usize::from(0xfd - byte)) {
                Some(word) => text.extend_from_slice(word),
                None => text.push(byte),
            },
        }
        if text.len() > longest {
            break;
        }
    }
    text.truncate(longest);
    Text(text)
}

/// An input cut into pieces of these sizes, over and over, some of them empty;
/// the last is of all that is left then.
pub fn cut<'a>(input: &'a [u8], sizes: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = input;
    for &byte in sizes.iter().cycle().take(PIECES) {
        let (piece, behind) = rest.split_at(size(byte).min(rest.len()));
        pieces.push(piece);
        rest = behind;
        if rest.is_empty() {
            return pieces;
        }
    }
    pieces.push(rest);
    pieces
}

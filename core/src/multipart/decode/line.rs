//! What stands behind a delimiter on its line.

use super::needle::Breaks;
use crate::field::is_blank;

/// How many blanks may stand behind a delimiter.
pub(super) const MAX_BLANKS: usize = 256;

/// What a delimiter is, by what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineRest {
    /// So many bytes, and a part begins behind them.
    Next(usize),
    /// Two dashes: no part follows.
    Last,
    /// There is too little to tell.
    Unknown,
    /// Nobody may write so many blanks.
    TooLong,
    /// Something else, so many bytes behind the delimiter.
    Junk(usize),
}

impl LineRest {
    #[inline]
    pub(super) fn of(rest: &[u8], breaks: Breaks) -> Self {
        match rest {
            [b'\r', b'\n', ..] => return Self::Next(2),
            [b'-', b'-', ..] => return Self::Last,
            [b'-'] => return Self::Unknown,
            _ => {}
        }
        let blanks = rest.iter().take(MAX_BLANKS + 1);
        let blanks = blanks.take_while(|&&byte| is_blank(byte)).count();
        if blanks > MAX_BLANKS {
            return Self::TooLong;
        }
        match (line_break(&rest[blanks..], breaks), &rest[blanks..]) {
            (Some(len), _) => Self::Next(blanks + len),
            (None, [] | [b'\r']) => Self::Unknown,
            (None, _) => Self::Junk(blanks),
        }
    }
}

/// The length of the line break at the front. A `\r` at the end of what is known
/// is none yet.
pub(super) const fn line_break(bytes: &[u8], breaks: Breaks) -> Option<usize> {
    match (breaks, bytes) {
        (_, [b'\r', b'\n', ..]) => Some(2),
        (Breaks::Lenient, [b'\n', ..] | [b'\r', _, ..]) => Some(1),
        _ => None,
    }
}

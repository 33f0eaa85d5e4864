//! What is searched for, and what it says of the lines around it.

use crate::mask::Block;
use crate::multipart::delimiter::Delimiter;

/// A delimiter, or what is the same of it whatever ends the line in front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needle {
    delimiter: Delimiter,
    breaks: Breaks,
}

/// What ends the line in front of a delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaks {
    /// CRLF.
    Strict,
    /// CRLF, LF or CR.
    Lenient,
}

impl Needle {
    pub(super) const fn new(delimiter: Delimiter, breaks: Breaks) -> Self {
        Self { delimiter, breaks }
    }

    pub(super) const fn delimiter(&self) -> &Delimiter {
        &self.delimiter
    }

    pub(super) const fn breaks(&self) -> Breaks {
        self.breaks
    }

    /// With CRLF, if it can be nothing else.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        match self.breaks {
            Breaks::Strict => self.delimiter.as_slice(),
            Breaks::Lenient => self.delimiter.without_line_break(),
        }
    }

    /// Where in the block at the front a needle may begin, by the line ends in it and
    /// what is in front of it.
    #[inline(always)]
    pub(super) fn before(&self, before: &[u8], line_ends: u64) -> u64 {
        match self.breaks {
            Breaks::Strict => line_ends,
            Breaks::Lenient => {
                let first = u64::from(self.breaks.before_needle(before).is_some());
                (line_ends << 1 | first) & !line_ends
            }
        }
    }

    /// Where in the block at the front there is what no needle holds, but for its
    /// first byte.
    #[inline(always)]
    pub(super) fn line_ends(&self, shown: &[u8]) -> u64 {
        let block = Block::at(shown, 0);
        match self.breaks {
            Breaks::Strict => block.equals(b'\r').mask(),
            Breaks::Lenient => block.equals(b'\r').or(block.equals(b'\n')).mask(),
        }
    }
}

impl Breaks {
    /// How much of the line break is a part of the needle.
    pub(super) const fn in_needle(self) -> usize {
        match self {
            Self::Strict => 2,
            Self::Lenient => 0,
        }
    }

    /// How much of it stands in front of the needle; `None` if it has to and does
    /// not.
    #[inline]
    pub(super) const fn before_needle(self, before: &[u8]) -> Option<usize> {
        match (self, before) {
            (Self::Strict, _) => Some(0),
            (Self::Lenient, [.., b'\r', b'\n']) => Some(2),
            (Self::Lenient, [.., b'\r' | b'\n']) => Some(1),
            (Self::Lenient, _) => None,
        }
    }
}

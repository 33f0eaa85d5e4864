//! The Range header of a request and the Content-Range of an answer.

use crate::field::trim_blanks;
use core::fmt;

/// More ranges than this are nobody's honest wish: the whole file is cheaper.
const MAX_RANGES: usize = 16;

/// Bytes of a file: at least one, and none behind its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ByteRange {
    start: u64,
    /// `start + len` does not overflow.
    len: u64,
}

impl ByteRange {
    /// `len` bytes from `start` on. `None` for no bytes, or for some behind the
    /// last one that 64 bits can count.
    pub const fn new(start: u64, len: u64) -> Option<Self> {
        match start.checked_add(len) {
            Some(_) if len > 0 => Some(Self { start, len }),
            _ => None,
        }
    }

    /// Where the first byte is.
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// Behind the last byte.
    pub const fn end(&self) -> u64 {
        self.start + self.len
    }

    /// How many bytes.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// What the Content-Range header of this part says, of a file of this size.
    ///
    /// ```
    /// use tidegate_core::ByteRange;
    ///
    /// let range = ByteRange::new(0, 5).unwrap();
    /// assert_eq!(range.content_range(11).to_string(), "bytes 0-4/11");
    /// ```
    pub const fn content_range(self, size: u64) -> ContentRange {
        let range = Some(self);
        ContentRange { range, size }
    }
}

/// Several ranges of one file, in the order they were asked for: at most 16,
/// and together no more than the file.
#[derive(Clone, PartialEq, Eq)]
pub struct ByteRanges {
    ranges: [ByteRange; MAX_RANGES],
    /// `len <= MAX_RANGES`: those behind it are fill.
    len: usize,
}

impl ByteRanges {
    const NONE: Self = Self {
        ranges: [ByteRange { start: 0, len: 1 }; MAX_RANGES],
        len: 0,
    };

    /// The ranges.
    pub fn as_slice(&self) -> &[ByteRange] {
        &self.ranges[..self.len]
    }
}

impl fmt::Debug for ByteRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

/// What a Range header comes to, for a file of a certain size.
///
/// Complete by definition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "several ranges need no allocation either"
)]
pub enum RangeAnswer {
    /// All of the file, as if there were no such header: 200.
    Whole,
    /// One part: 206.
    One(ByteRange),
    /// Several: 206 with `multipart/byteranges`.
    Many(ByteRanges),
    /// None of them is in the file: 416.
    Unsatisfiable,
}

impl RangeAnswer {
    /// Reads the value of a Range header (RFC 9110 section 14.2).
    ///
    /// A header that is malformed or has an unknown unit is as good as none, and
    /// so is one of more than 16 ranges, or of more bytes than the file has:
    /// such are made to keep a server busy. Allocates nothing, and looks at no
    /// more than 17 ranges.
    ///
    /// Blanks around a number are accepted, as they are by most servers. A
    /// number above 64 bits is behind the end of any file.
    ///
    /// ```
    /// use tidegate_core::{ByteRange, RangeAnswer};
    ///
    /// let last_two = ByteRange::new(9, 2).unwrap();
    /// assert_eq!(RangeAnswer::parse("bytes=-2", 11), RangeAnswer::One(last_two));
    /// assert_eq!(RangeAnswer::parse("bytes=11-", 11), RangeAnswer::Unsatisfiable);
    /// assert_eq!(RangeAnswer::parse("bytes=7-3", 11), RangeAnswer::Whole);
    /// ```
    pub fn parse(value: impl AsRef<[u8]>, size: u64) -> Self {
        Self::parse_bytes(value.as_ref(), size).unwrap_or(Self::Whole)
    }

    /// `None` where the header is to be ignored.
    fn parse_bytes(value: &[u8], size: u64) -> Option<Self> {
        let (unit, set) = value.split_at_checked(b"bytes=".len())?;
        if !unit.eq_ignore_ascii_case(b"bytes=") {
            return None;
        }
        let specs = set.split(|&byte| byte == b',').map(trim_blanks);
        Self::of_specs(specs.filter(|spec| !spec.is_empty()), size)
    }

    fn of_specs<'v>(specs: impl Iterator<Item = &'v [u8]>, size: u64) -> Option<Self> {
        let mut ranges = ByteRanges::NONE;
        let mut asked = 0;
        let mut satisfiable = false;
        let mut left = Some(size);
        for spec in specs {
            let spec = Spec::parse(spec)?;
            asked += 1;
            if asked > MAX_RANGES {
                return None;
            }
            satisfiable |= spec.is_satisfiable(size);
            if let Some(range) = spec.within(size) {
                left = left.and_then(|left| left.checked_sub(range.len));
                ranges.ranges[ranges.len] = range;
                ranges.len += 1;
            }
        }
        match ranges.as_slice() {
            // The last bytes of an empty file are all of it, and no range.
            [] if asked == 0 || satisfiable => None,
            [] => Some(Self::Unsatisfiable),
            _ if left.is_none() => None,
            &[range] => Some(Self::One(range)),
            _ => Some(Self::Many(ranges)),
        }
    }
}

/// One range as it is asked for.
enum Spec {
    From { first: u64, last: u64 },
    Last(u64),
}

impl Spec {
    fn parse(spec: &[u8]) -> Option<Self> {
        let dash = spec.iter().position(|&byte| byte == b'-')?;
        let first = number(&spec[..dash])?;
        let last = number(&spec[dash + 1..])?;
        match (first, last) {
            (None, None) => None,
            (None, Some(last)) => Some(Self::Last(last)),
            (Some(first), None) => Some(Self::From {
                first,
                last: u64::MAX,
            }),
            (Some(first), Some(last)) => (first <= last).then_some(Self::From { first, last }),
        }
    }

    fn is_satisfiable(&self, size: u64) -> bool {
        match *self {
            Self::From { first, .. } => first < size,
            Self::Last(len) => len > 0,
        }
    }

    fn within(self, size: u64) -> Option<ByteRange> {
        let (start, end) = match self {
            Self::From { first, last } => (first, last.saturating_add(1).min(size)),
            Self::Last(len) => (size.saturating_sub(len), size),
        };
        ByteRange::new(start, end.checked_sub(start)?)
    }
}

/// `Some(None)` for nothing at all, `None` for anything else than digits.
fn number(digits: &[u8]) -> Option<Option<u64>> {
    let digits = trim_blanks(digits);
    if digits.is_empty() {
        return Some(None);
    }
    let mut number = 0u64;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number
            .saturating_mul(10)
            .saturating_add(u64::from(byte - b'0'));
    }
    Some(Some(number))
}

/// The value of a Content-Range header, to be formatted.
///
/// ```
/// use tidegate_core::ContentRange;
///
/// assert_eq!(ContentRange::unsatisfied(11).to_string(), "bytes */11");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentRange {
    range: Option<ByteRange>,
    size: u64,
}

impl ContentRange {
    /// What a 416 says: how long the file is.
    pub const fn unsatisfied(size: u64) -> Self {
        Self { range: None, size }
    }
}

impl fmt::Display for ContentRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.size;
        match self.range {
            Some(range) => write!(f, "bytes {}-{}/{size}", range.start, range.end() - 1),
            None => write!(f, "bytes */{size}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_RANGES, RangeAnswer};

    /// What a header costs does not grow with the ranges in it.
    #[test]
    fn no_range_is_looked_at_behind_the_first_that_is_too_many() {
        for asked in [1, 16, 17, 18, 10_000] {
            let mut looked_at = 0;
            let specs = (0..asked).map(|_| {
                looked_at += 1;
                &b"0-0"[..]
            });
            let answer = RangeAnswer::of_specs(specs, 1 << 20);
            assert_eq!(looked_at, asked.min(MAX_RANGES + 1));
            assert_eq!(answer.is_some(), asked <= MAX_RANGES);
        }
    }

    #[test]
    fn nothing_is_looked_at_behind_what_is_malformed() {
        let mut looked_at = 0;
        let specs = [&b"0-0"[..], b"x", b"1-1"]
            .into_iter()
            .inspect(|_| looked_at += 1);
        assert_eq!(RangeAnswer::of_specs(specs, 9), None);
        assert_eq!(looked_at, 2);
    }
}

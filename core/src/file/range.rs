//! The Range header of a request and the Content-Range of an answer.

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
        let list = match value.as_ref().split_at_checked(b"bytes=".len()) {
            Some((b"bytes=", list)) => list,
            Some((unit, list)) if unit.eq_ignore_ascii_case(b"bytes=") => list,
            _ => return Self::Whole,
        };
        let mut specs = Specs(list);
        let Some(Some(first)) = specs.next() else {
            return Self::Whole;
        };
        // What nearly everybody asks for, without room for others.
        if specs.0.is_empty() {
            return match first.within(size) {
                Some(range) => Self::One(range),
                None if first.is_satisfiable(size) => Self::Whole,
                None => Self::Unsatisfiable,
            };
        }
        let mut ranges = ByteRanges::NONE;
        match ranges.read(first, specs, size) {
            None => Self::Whole,
            Some(()) => match ranges.as_slice() {
                [] => Self::Unsatisfiable,
                &[range] => Self::One(range),
                _ => Self::Many(ranges),
            },
        }
    }
}

impl ByteRanges {
    /// Those that are in the file. `None` where they are to be ignored, without
    /// a look at any behind the one that says so.
    fn read(
        &mut self,
        first: Spec,
        mut others: impl Iterator<Item = Option<Spec>>,
        size: u64,
    ) -> Option<()> {
        let mut asked = 0;
        let mut satisfiable = false;
        let mut left = Some(size);
        let mut spec = first;
        loop {
            asked += 1;
            if asked > MAX_RANGES {
                return None;
            }
            satisfiable |= spec.is_satisfiable(size);
            if let Some(range) = spec.within(size) {
                left = left.and_then(|left| left.checked_sub(range.len));
                self.ranges[self.len] = range;
                self.len += 1;
            }
            spec = match others.next() {
                Some(spec) => spec?,
                None => break,
            };
        }
        // The last bytes of an empty file are all of it, and no range.
        let is_whole = self.len == 0 && satisfiable;
        (!is_whole && left.is_some()).then_some(())
    }
}

/// What is left of a list of ranges: `None` for one that is malformed.
struct Specs<'v>(&'v [u8]);

impl Iterator for Specs<'_> {
    type Item = Option<Spec>;

    #[inline]
    fn next(&mut self) -> Option<Option<Spec>> {
        while let [b',' | b' ' | b'\t', rest @ ..] = self.0 {
            self.0 = rest;
        }
        if self.0.is_empty() {
            return None;
        }
        Some(Spec::take(&mut self.0))
    }
}

/// One range as it is asked for.
enum Spec {
    From { first: u64, last: u64 },
    Last(u64),
}

impl Spec {
    /// From the front of a list, with the blanks around it.
    #[inline]
    fn take(list: &mut &[u8]) -> Option<Self> {
        let first = number(list);
        let [b'-', rest @ ..] = *list else {
            return None;
        };
        *list = rest;
        let last = number(list);
        if !matches!(*list, [] | [b',', ..]) {
            return None;
        }
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

    fn within(&self, size: u64) -> Option<ByteRange> {
        let (start, end) = match *self {
            Self::From { first, last } => (first, last.saturating_add(1).min(size)),
            Self::Last(len) => (size.saturating_sub(len), size),
        };
        ByteRange::new(start, end.checked_sub(start)?)
    }
}

/// Takes a number with the blanks around it. `None` if there is none.
#[inline]
fn number(list: &mut &[u8]) -> Option<u64> {
    skip_blanks(list);
    let start = list.len();
    let mut number = 0u64;
    if let Some((eight, rest)) = list.split_first_chunk()
        && let Some(value) = eight_digits(*eight)
    {
        number = value;
        *list = rest;
    }
    while let [digit @ b'0'..=b'9', rest @ ..] = *list {
        let value = u64::from(digit - b'0');
        number = number.saturating_mul(10).saturating_add(value);
        *list = rest;
    }
    let has_digits = list.len() < start;
    skip_blanks(list);
    has_digits.then_some(number)
}

/// What they come to, if all are digits: pairs, then fours, then all at once,
/// which is three multiplications for eight.
#[inline]
fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    let word = u64::from_le_bytes(bytes) ^ 0x3030_3030_3030_3030;
    // The high bit of a byte, for 10 and more.
    if (word.wrapping_add(0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = (word * 10 + (word >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    Some((fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF)
}

#[inline]
fn skip_blanks(list: &mut &[u8]) {
    while let [b' ' | b'\t', rest @ ..] = *list {
        *list = rest;
    }
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
    use super::{ByteRanges, MAX_RANGES, Spec, Specs};

    const FIRST: Spec = Spec::From { first: 0, last: 0 };

    /// What a header costs does not grow with the ranges in it.
    #[test]
    fn no_range_is_looked_at_behind_the_first_that_is_too_many() {
        for asked in [1, 16, 17, 18, 10_000] {
            let mut looked_at = 1;
            let others = (1..asked).map(|_| {
                looked_at += 1;
                Some(FIRST)
            });
            let mut ranges = ByteRanges::NONE;
            let read = ranges.read(FIRST, others, 1 << 20);
            assert_eq!(looked_at, asked.min(MAX_RANGES + 1));
            assert_eq!(read.is_some(), asked <= MAX_RANGES);
        }
    }

    #[test]
    fn nothing_is_looked_at_behind_what_is_malformed() {
        let mut looked_at = 0;
        let others = Specs(b"0-0,x,1-1").inspect(|_| looked_at += 1);
        let mut ranges = ByteRanges::NONE;
        assert_eq!(ranges.read(FIRST, others, 9), None);
        assert_eq!(looked_at, 2);
    }
}

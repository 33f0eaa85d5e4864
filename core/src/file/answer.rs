use super::{ByteRange, ByteRanges, ETag, RangeAnswer};
use crate::field::trim_blanks;

/// What a server knows of a file when it is asked for it.
#[derive(Clone, Copy, Debug)]
pub struct FileFacts {
    /// How many bytes it has.
    pub size: u64,
    /// Its entity tag.
    pub etag: ETag,
    /// When it was modified, in whole seconds since the epoch, if that is known.
    pub modified: Option<u64>,
    /// That was a second ago or longer, by the clock of the file system: nothing
    /// that was written since can have the same date. Until then the date proves
    /// that the file has changed, and not that it has not (RFC 9110 section
    /// 8.8.2.2).
    pub is_settled: bool,
}

/// What to answer somebody who asks for a file: the preconditions and the range
/// of the request, in the order of RFC 9110 section 13.2.2.
///
/// ```
/// use core::time::Duration;
/// use tidegate_core::{ByteRange, ETag, FileAnswer, FileFacts};
///
/// let etag = ETag::of_file(11, Duration::from_secs(1_700_000_000));
/// let modified = Some(1_700_000_000);
/// let facts = FileFacts { size: 11, etag, modified, is_settled: true };
/// let no_dates = |_: &[u8]| None;
///
/// let headers = [("Range", "bytes=5-"), ("If-Range", etag.as_str())];
/// let part = ByteRange::new(5, 6).unwrap();
/// let answer = FileAnswer::of("GET", headers, &facts, no_dates);
/// assert_eq!(answer, FileAnswer::Part(part));
///
/// let headers = [("If-None-Match", etag.as_str())];
/// let answer = FileAnswer::of("GET", headers, &facts, no_dates);
/// assert_eq!(answer.http_status(), 304);
/// ```
///
/// Complete by definition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "several ranges need no allocation either"
)]
pub enum FileAnswer {
    /// All of it: 200.
    Whole,
    /// A part, with a Content-Range: 206.
    Part(ByteRange),
    /// Several parts as `multipart/byteranges`: 206.
    Parts(ByteRanges),
    /// The client has it already: 304.
    NotModified,
    /// It is not what the client thinks it is: 412.
    PreconditionFailed,
    /// None of the ranges is in it: 416.
    RangeNotSatisfiable,
}

/// The headers that count, as far as they have an answer.
#[derive(Default)]
struct Conditions<'h> {
    /// Whether one of the tags is the file's.
    if_match: Option<bool>,
    if_none_match: Option<bool>,
    if_unmodified_since: Option<&'h [u8]>,
    if_modified_since: Option<&'h [u8]>,
    if_range: Option<&'h [u8]>,
    range: Option<&'h [u8]>,
}

impl FileAnswer {
    /// The answer to a request with this method and these headers. `Whole` for
    /// another method than GET and HEAD means that nothing stands in its way;
    /// OPTIONS, TRACE and CONNECT have no preconditions.
    ///
    /// `date` reads an HTTP date (RFC 9110 section 5.6.7), as seconds since the
    /// epoch; a date it cannot read is as good as none, and so are a date and a
    /// Range that are repeated. A repeated If-Range never holds. Allocates
    /// nothing.
    pub fn of<'h, N: AsRef<[u8]>, V: AsRef<[u8]> + ?Sized + 'h>(
        method: impl AsRef<[u8]>,
        headers: impl IntoIterator<Item = (N, &'h V)>,
        facts: &FileFacts,
        date: impl Fn(&[u8]) -> Option<u64>,
    ) -> Self {
        let method = method.as_ref();
        if matches!(method, b"OPTIONS" | b"TRACE" | b"CONNECT") {
            return Self::Whole;
        }
        let conditions = Conditions::read(headers, facts);
        conditions
            .refuse(matches!(method, b"GET" | b"HEAD"), facts, &date)
            .unwrap_or_else(|| match method {
                b"GET" => conditions.select(facts, &date),
                _ => Self::Whole,
            })
    }

    /// 200, 206, 304, 412 or 416.
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Whole => 200,
            Self::Part(_) | Self::Parts(_) => 206,
            Self::NotModified => 304,
            Self::PreconditionFailed => 412,
            Self::RangeNotSatisfiable => 416,
        }
    }
}

impl<'h> Conditions<'h> {
    fn read<N: AsRef<[u8]>, V: AsRef<[u8]> + ?Sized + 'h>(
        headers: impl IntoIterator<Item = (N, &'h V)>,
        facts: &FileFacts,
    ) -> Self {
        let mut read = Self::default();
        for (name, value) in headers {
            let name = name.as_ref();
            let value = trim_blanks(value.as_ref());
            let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
            if is("if-match") {
                *read.if_match.get_or_insert(false) |= facts.etag.is_in(value, false);
            } else if is("if-none-match") {
                *read.if_none_match.get_or_insert(false) |= facts.etag.is_in(value, true);
            } else if is("if-unmodified-since") {
                once(&mut read.if_unmodified_since, value);
            } else if is("if-modified-since") {
                once(&mut read.if_modified_since, value);
            } else if is("if-range") {
                once(&mut read.if_range, value);
            } else if is("range") {
                once(&mut read.range, value);
            }
        }
        read
    }

    /// The answer that spares the file, if one of the preconditions asks for it.
    fn refuse(
        &self,
        reads: bool,
        facts: &FileFacts,
        date: &impl Fn(&[u8]) -> Option<u64>,
    ) -> Option<FileAnswer> {
        let modified_since = |since: Option<&[u8]>| Some(facts.modified? > date(since?)?);
        let has_changed = match self.if_match {
            Some(matches) => !matches,
            None => modified_since(self.if_unmodified_since) == Some(true),
        };
        if has_changed {
            return Some(FileAnswer::PreconditionFailed);
        }
        let is_known = match self.if_none_match {
            Some(matches) => matches,
            None => {
                let since = self.if_modified_since.filter(|_| reads && facts.is_settled);
                modified_since(since) == Some(false)
            }
        };
        is_known.then_some(match reads {
            true => FileAnswer::NotModified,
            false => FileAnswer::PreconditionFailed,
        })
    }

    /// The part that is asked for, if it is of this file and no other.
    fn select(&self, facts: &FileFacts, date: &impl Fn(&[u8]) -> Option<u64>) -> FileAnswer {
        let Some(range) = self.range.filter(|_| self.is_same_file(facts, date)) else {
            return FileAnswer::Whole;
        };
        match RangeAnswer::parse(range, facts.size) {
            RangeAnswer::Whole => FileAnswer::Whole,
            RangeAnswer::One(range) => FileAnswer::Part(range),
            RangeAnswer::Many(ranges) => FileAnswer::Parts(ranges),
            RangeAnswer::Unsatisfiable => FileAnswer::RangeNotSatisfiable,
        }
    }

    /// If-Range, which compares tags as strong ones, and dates for equality.
    fn is_same_file(&self, facts: &FileFacts, date: &impl Fn(&[u8]) -> Option<u64>) -> bool {
        match self.if_range {
            None => true,
            Some(tag) if tag.ends_with(b"\"") => facts.etag.is(tag, false),
            Some(since) => {
                facts.is_settled && facts.modified.is_some() && date(since) == facts.modified
            }
        }
    }
}

/// A value that is repeated is one that nothing can be made of.
fn once<'h>(slot: &mut Option<&'h [u8]>, value: &'h [u8]) {
    *slot = Some(if slot.is_some() { b"" } else { value });
}

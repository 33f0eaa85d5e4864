//! What lies below a root, shown as an IRI.

use crate::environ::escape::unescape;
use crate::environ::resolve::{Resolved, Segment};
use core::fmt::{self, Write};
use core::iter::FusedIterator;
use core::str;

/// The path that a URL is of an application: made by
/// [`extract_path_info`](super::extract_path_info).
///
/// It begins with one slash, and is shown as the IRI it is.
#[derive(Clone, Debug)]
pub struct ExtractedPath<'u> {
    bytes: PathBytes<'u>,
}

impl<'u> ExtractedPath<'u> {
    /// These segments, of which there may be none.
    pub(super) fn new(first: Option<Segment<'u>>, rest: Resolved<'u>) -> Self {
        let first = first.unwrap_or(Segment::EMPTY);
        let bytes = PathBytes {
            slash: true,
            segment: Iri::new(first),
            rest,
        };
        Self { bytes }
    }

    /// All of it, as UTF-8.
    pub fn bytes(&self) -> PathBytes<'u> {
        self.bytes.clone()
    }
}

impl PartialEq<str> for ExtractedPath<'_> {
    fn eq(&self, other: &str) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl fmt::Display for ExtractedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.bytes();
        while let Some(first) = bytes.next() {
            let mut char = [first, 0, 0, 0];
            let len = utf8_len(first);
            for place in &mut char[1..len] {
                *place = bytes.next().unwrap_or_default();
            }
            match str::from_utf8(&char[..len]) {
                Ok(char) => f.write_str(char)?,
                Err(_) => f.write_char(char::REPLACEMENT_CHARACTER)?,
            }
        }
        Ok(())
    }
}

const fn utf8_len(first: u8) -> usize {
    match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    }
}

/// The bytes of an [`ExtractedPath`].
#[derive(Clone, Debug)]
pub struct PathBytes<'u> {
    /// One is due in front of the segment.
    slash: bool,
    segment: Iri<'u>,
    rest: Resolved<'u>,
}

impl Iterator for PathBytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if core::mem::take(&mut self.slash) {
            return Some(b'/');
        }
        self.segment.next().or_else(|| {
            self.segment = Iri::new(self.rest.next()?);
            Some(b'/')
        })
    }
}

impl FusedIterator for PathBytes<'_> {}

/// A segment without the escapes that it does not need (RFC 3987 section 3.2).
#[derive(Clone, Debug)]
struct Iri<'u> {
    segment: Segment<'u>,
    /// Of a character whose escapes were undone, what is still to come.
    char: [u8; 4],
    left: usize,
}

impl<'u> Iri<'u> {
    const fn new(segment: Segment<'u>) -> Self {
        Self {
            segment,
            char: [0; 4],
            left: 0,
        }
    }
}

impl Iterator for Iri<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.left > 0 {
            self.left -= 1;
            return Some(self.char[3 - self.left]);
        }
        let (Segment::Plain(rest) | Segment::Escaped(rest)) = &mut self.segment;
        if let Some((char, len)) = unescaped_char(rest) {
            *rest = &rest[3 * len..];
            // Put at the end, so that what is left ends there.
            self.char[4 - len..].copy_from_slice(&char[..len]);
            self.left = len;
            return self.next();
        }
        let byte = *rest.first()?;
        *rest = &rest[1..];
        Some(byte)
    }
}

/// The character that escapes at the front stand for, if it needs none.
fn unescaped_char(bytes: &[u8]) -> Option<([u8; 4], usize)> {
    let first = unescape(bytes)?;
    let is_unreserved = first.is_ascii_alphanumeric() || b"-._~".contains(&first);
    if first.is_ascii() && !is_unreserved {
        return None;
    }
    let mut char = [first, 0, 0, 0];
    let len = utf8_len(first);
    for (i, place) in char.iter_mut().enumerate().take(len).skip(1) {
        *place = unescape(bytes.get(3 * i..)?)?;
    }
    str::from_utf8(&char[..len]).ok()?;
    Some((char, len))
}

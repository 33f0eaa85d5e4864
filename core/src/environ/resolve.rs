//! The segments of a path, with `.` and `..` resolved (RFC 3986 section 5.2).

use super::escape::unescape;
use core::iter::FusedIterator;

/// In front of a `..` so many segments may be left. Each of them is compared with
/// what is behind it, which has to stay linear.
const MAX_DEPTH: usize = 64;

/// What is between two slashes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Segment<'p> {
    /// Of a variable: it stands for itself.
    Plain(&'p [u8]),
    /// Of a URL, with escapes.
    Escaped(&'p [u8]),
}

impl<'p> Segment<'p> {
    pub(super) const EMPTY: Self = Self::Plain(b"");

    pub(super) const fn is_empty(self) -> bool {
        matches!(self, Self::Plain([]) | Self::Escaped([]))
    }

    /// What it stands for: an escaped slash is a slash here, and none between
    /// segments.
    pub(super) fn decoded(self) -> Decoded<'p> {
        match self {
            Self::Plain(rest) => Decoded {
                rest,
                escapes: false,
            },
            Self::Escaped(rest) => Decoded {
                rest,
                escapes: true,
            },
        }
    }

    fn is(self, text: &[u8]) -> bool {
        self.decoded().eq(text.iter().copied())
    }
}

/// Bytes without their escapes. What is none stays as it is.
#[derive(Clone, Debug)]
pub(super) struct Decoded<'p> {
    rest: &'p [u8],
    escapes: bool,
}

impl<'p> Decoded<'p> {
    pub(super) const fn new(rest: &'p [u8]) -> Self {
        let escapes = true;
        Self { rest, escapes }
    }
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (byte, len) = match unescape(self.rest).filter(|_| self.escapes) {
            Some(byte) => (byte, 3),
            None => (*self.rest.first()?, 1),
        };
        self.rest = &self.rest[len..];
        Some(byte)
    }
}

/// The segments of a path that is relative to another, or of one alone.
#[derive(Clone, Debug)]
pub(super) struct Segments<'p> {
    /// Those of the path above, which are behind each other and no end.
    above: Option<Segment<'p>>,
    /// Those of the path itself.
    path: Option<&'p [u8]>,
}

impl<'p> Segments<'p> {
    pub(super) const fn new(above: Option<Segment<'p>>, path: &'p [u8]) -> Self {
        let path = Some(path);
        Self { above, path }
    }
}

impl<'p> Iterator for Segments<'p> {
    type Item = Segment<'p>;

    fn next(&mut self) -> Option<Segment<'p>> {
        match (self.above.take(), &mut self.path) {
            (Some(Segment::Plain(above)), _) => {
                let (segment, rest) = split(above);
                self.above = rest.map(Segment::Plain);
                Some(Segment::Plain(segment))
            }
            (Some(Segment::Escaped(above)), _) => {
                let (segment, rest) = split(above);
                self.above = rest.map(Segment::Escaped);
                Some(Segment::Escaped(segment))
            }
            (None, Some(path)) => {
                let (segment, rest) = split(path);
                self.path = rest;
                Some(Segment::Escaped(segment))
            }
            (None, None) => None,
        }
    }
}

/// The first segment, and what is behind its slash, if it has one.
fn split(path: &[u8]) -> (&[u8], Option<&[u8]>) {
    match path.iter().position(|&byte| byte == b'/') {
        Some(at) => (&path[..at], Some(&path[at + 1..])),
        None => (path, None),
    }
}

/// The segments that are left when every `..` has taken one away.
#[derive(Clone, Debug)]
pub(super) struct Resolved<'p> {
    ahead: Segments<'p>,
    /// So many `..` are ahead.
    dots: usize,
    /// The path ends in dots, which stand for a directory.
    ends_in_dots: bool,
}

impl<'p> Resolved<'p> {
    /// `None` if more than [`MAX_DEPTH`] segments are left in front of a `..`.
    pub(super) fn new(segments: Segments<'p>) -> Option<Self> {
        let mut resolved = Self {
            ahead: segments.clone(),
            dots: 0,
            ends_in_dots: false,
        };
        let mut depth = 0usize;
        let mut depth_at_dots = 0;
        for segment in segments {
            let is_up = segment.is(b"..");
            resolved.ends_in_dots = is_up || segment.is(b".");
            if is_up {
                resolved.dots += 1;
                depth = depth.saturating_sub(1);
                depth_at_dots = depth;
            } else if !resolved.ends_in_dots {
                depth += 1;
            }
        }
        (depth_at_dots <= MAX_DEPTH).then_some(resolved)
    }

    /// What is behind the `..` that takes away the segment in front, if one does,
    /// and how many of them are left there.
    fn taken_away(&self) -> Option<(Segments<'p>, usize)> {
        let mut behind = self.ahead.clone();
        let mut dots = self.dots;
        let mut depth = 1usize;
        while dots > 0 {
            let segment = behind.next()?;
            if segment.is(b"..") {
                dots -= 1;
                depth -= 1;
                if depth == 0 {
                    return Some((behind, dots));
                }
            } else if !segment.is(b".") {
                depth += 1;
            }
        }
        None
    }
}

impl<'p> Iterator for Resolved<'p> {
    type Item = Segment<'p>;

    fn next(&mut self) -> Option<Segment<'p>> {
        loop {
            let Some(segment) = self.ahead.next() else {
                let is_directory = core::mem::take(&mut self.ends_in_dots);
                return is_directory.then_some(Segment::EMPTY);
            };
            if segment.is(b"..") {
                // There is nothing above.
                self.dots -= 1;
            } else if !segment.is(b".") {
                match self.taken_away() {
                    None => return Some(segment),
                    Some((behind, dots)) => (self.ahead, self.dots) = (behind, dots),
                }
            }
        }
    }
}

impl FusedIterator for Resolved<'_> {}

use super::{Boundary, HeadPieces, PartHead};
use core::fmt;

/// Writes a multipart body of any kind (RFC 2046 section 5.1.1), as pieces to
/// be written one behind the other.
///
/// The bodies of the parts never pass through it: write the pieces of a part,
/// then its body, then the pieces of the next. `Form` of an adapter crate is
/// this around readers and files.
///
/// ```
/// use tidegate_core::{Boundary, Encoder, PartHead};
///
/// let mut encoder = Encoder::new(Boundary::new("b")?);
/// let mut body = Vec::new();
/// for (name, value) in [("title", "Tide"), ("empty", "")] {
///     body.extend(encoder.part(PartHead::form_data(name)).pieces().flatten());
///     body.extend(value.as_bytes());
/// }
/// body.extend(encoder.end().pieces().concat());
/// assert_eq!(
///     String::from_utf8_lossy(&body),
///     "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nTide\
///      \r\n--b\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\
///      \r\n--b--\r\n"
/// );
/// # Ok::<(), tidegate_core::BoundaryFault>(())
/// ```
///
/// # End of input
///
/// [`end`](Self::end) takes the encoder, so nothing can follow it. Without any
/// part the body is the last delimiter alone.
#[derive(Clone, Debug)]
pub struct Encoder {
    delimiter: Delimiter,
}

/// CRLF, two dashes and the boundary; the first one of a body has no CRLF.
#[derive(Clone, Copy)]
struct Delimiter {
    bytes: [u8; 4 + Boundary::MAX],
    start: usize,
    end: usize,
}

impl Encoder {
    /// A body with this boundary between its parts.
    pub fn new(boundary: Boundary) -> Self {
        let boundary = boundary.as_str().as_bytes();
        let mut bytes = [0; 4 + Boundary::MAX];
        let end = 4 + boundary.len();
        bytes[..4].copy_from_slice(b"\r\n--");
        bytes[4..end].copy_from_slice(boundary);
        let start = 2;
        Self {
            delimiter: Delimiter { bytes, start, end },
        }
    }

    /// What to write in front of the body of the next part.
    pub fn part<'p>(&mut self, head: PartHead<'p>) -> PartStart<'p> {
        let delimiter = self.delimiter;
        self.delimiter.start = 0;
        PartStart { delimiter, head }
    }

    /// What to write behind the last part.
    pub const fn end(self) -> BodyEnd {
        BodyEnd(self.delimiter)
    }
}

impl Delimiter {
    fn as_slice(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }
}

impl fmt::Debug for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_slice().escape_ascii())
    }
}

/// The delimiter in front of a part and its head, ready to be written.
#[derive(Clone, Copy, Debug)]
pub struct PartStart<'p> {
    delimiter: Delimiter,
    head: PartHead<'p>,
}

impl PartStart<'_> {
    /// What to write.
    pub fn pieces(&self) -> PartPieces<'_> {
        PartPieces {
            line: [self.delimiter.as_slice(), b"\r\n"],
            line_at: 0,
            head: self.head.pieces(),
        }
    }

    /// How many bytes the pieces are together. `None` if that does not fit 64
    /// bits.
    pub fn encoded_len(&self) -> Option<u64> {
        self.pieces().try_fold(0u64, |sum, piece| {
            sum.checked_add(u64::try_from(piece.len()).ok()?)
        })
    }
}

/// The start of a part: an iterator of pieces to write.
#[derive(Clone, Debug)]
pub struct PartPieces<'p> {
    line: [&'p [u8]; 2],
    line_at: usize,
    head: HeadPieces<'p>,
}

impl<'p> Iterator for PartPieces<'p> {
    type Item = &'p [u8];

    fn next(&mut self) -> Option<&'p [u8]> {
        if let Some(piece) = self.line.get(self.line_at) {
            self.line_at += 1;
            return Some(piece);
        }
        self.head.next()
    }
}

/// The last delimiter, ready to be written.
#[derive(Clone, Copy, Debug)]
pub struct BodyEnd(Delimiter);

impl BodyEnd {
    /// What to write.
    pub fn pieces(&self) -> [&[u8]; 2] {
        [self.0.as_slice(), b"--\r\n"]
    }

    /// How many bytes the pieces are together.
    pub fn encoded_len(&self) -> u64 {
        self.pieces().iter().map(|piece| piece.len() as u64).sum()
    }
}

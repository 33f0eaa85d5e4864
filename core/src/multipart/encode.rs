use super::opening::Opening;
use super::{Boundary, HeadPieces, PartHead};
use core::iter::FusedIterator;
use core::mem;

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
    pub(super) opening: Opening,
    /// How much of the next one is not written: the first has no CRLF in front.
    skipped: usize,
}

impl Encoder {
    /// A body with this boundary between its parts.
    pub fn new(boundary: Boundary) -> Self {
        Self {
            opening: Opening::new(boundary),
            skipped: b"\r\n".len(),
        }
    }

    /// What to write in front of the body of the next part.
    #[inline]
    pub fn part<'p>(&'p mut self, head: PartHead<'p>) -> PartStart<'p> {
        let skipped = mem::take(&mut self.skipped);
        // Lent: to copy it for each part would cost as much as to write a small
        // one. In one piece, because a piece costs more than its bytes.
        let opening = &self.opening.line(head.has_form_lead())[skipped..];
        PartStart { opening, head }
    }

    /// What to write behind the last part.
    pub const fn end(self) -> BodyEnd {
        BodyEnd(self)
    }
}

/// The delimiter in front of a part and its head, ready to be written.
#[derive(Clone, Copy, Debug)]
pub struct PartStart<'p> {
    /// The delimiter, and the lead of the head if that is of a form.
    opening: &'p [u8],
    head: PartHead<'p>,
}

impl<'p> PartStart<'p> {
    /// What to write.
    #[inline]
    pub const fn pieces(&self) -> PartPieces<'p> {
        PartPieces {
            opening: Some(self.opening),
            head: self.head.pieces_behind_form_lead(),
        }
    }

    /// How many bytes the pieces are together. `None` if that does not fit 64
    /// bits.
    #[inline]
    #[expect(clippy::manual_try_fold, reason = "try_fold takes piece by piece")]
    pub fn encoded_len(&self) -> Option<u64> {
        self.pieces().fold(Some(0u64), |sum, piece| {
            sum?.checked_add(u64::try_from(piece.len()).ok()?)
        })
    }
}

/// The start of a part: an iterator of pieces to write.
#[derive(Clone, Debug)]
pub struct PartPieces<'p> {
    opening: Option<&'p [u8]>,
    head: HeadPieces<'p>,
}

impl<'p> Iterator for PartPieces<'p> {
    type Item = &'p [u8];

    fn next(&mut self) -> Option<&'p [u8]> {
        self.opening.take().or_else(|| self.head.next())
    }

    #[inline]
    fn fold<B, F: FnMut(B, &'p [u8]) -> B>(self, init: B, mut f: F) -> B {
        let sum = self.opening.into_iter().fold(init, &mut f);
        self.head.fold(sum, f)
    }
}

impl FusedIterator for PartPieces<'_> {}

/// The last delimiter, ready to be written.
#[derive(Clone, Debug)]
pub struct BodyEnd(Encoder);

impl BodyEnd {
    /// What to write.
    pub fn pieces(&self) -> [&[u8]; 2] {
        [&self.0.opening.delimiter()[self.0.skipped..], b"--\r\n"]
    }

    /// How many bytes the pieces are together.
    pub fn encoded_len(&self) -> u64 {
        self.pieces().iter().map(|piece| piece.len() as u64).sum()
    }
}

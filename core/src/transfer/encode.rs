use super::Trailers;
use super::size_line::MAX_DIGITS;
use core::fmt;

const CRLF: &[u8] = b"\r\n";

/// Writes a body in the chunked transfer coding (RFC 9112 section 7.1), as
/// pieces to be written one behind the other.
///
/// The data never passes through it. `ChunkedWriter` of an adapter crate is
/// this around a writer.
///
/// ```
/// use tidegate_core::{ChunkedEncoder, Trailers};
///
/// let mut encoder = ChunkedEncoder::new();
/// let mut body = Vec::new();
/// for data in [&b"Wiki"[..], b"", b"pedia in chunks."] {
///     body.extend(encoder.chunk(data).pieces().concat());
/// }
/// let trailers = [(&b"Digest"[..], &b"md5=x"[..])];
/// for piece in encoder.end(Trailers::new(&trailers)?) {
///     body.extend(piece);
/// }
/// assert_eq!(body, b"4\r\nWiki\r\n10\r\npedia in chunks.\r\n0\r\nDigest: md5=x\r\n\r\n");
/// # Ok::<(), tidegate_core::TrailerFault>(())
/// ```
///
/// # End of input
///
/// [`end`](Self::end) takes the encoder, so nothing can follow it. A body that
/// is given up is best left without: the other side then knows.
#[derive(Debug, Default)]
pub struct ChunkedEncoder(());

impl ChunkedEncoder {
    /// The encoder of one body.
    pub const fn new() -> Self {
        Self(())
    }

    /// A chunk of this data. Of no data there is none: a chunk of size 0 would
    /// be the end of the body.
    pub fn chunk<'d>(&mut self, data: &'d [u8]) -> EncodedChunk<'d> {
        EncodedChunk::new(data)
    }

    /// The last chunk, with the trailers, and the end.
    pub const fn end(self, trailers: Trailers<'_>) -> LastChunk<'_> {
        LastChunk { trailers, next: 0 }
    }
}

/// A chunk, ready to be written.
#[derive(Clone, Copy)]
pub struct EncodedChunk<'d> {
    /// The size line; what is in front of `start` is unused.
    line: [u8; MAX_DIGITS + CRLF.len()],
    start: usize,
    data: &'d [u8],
}

impl<'d> EncodedChunk<'d> {
    /// The longest size line, in bytes with its CRLF.
    pub const MAX_LINE: usize = MAX_DIGITS + CRLF.len();

    /// What is behind the data.
    pub const END: &'static [u8] = CRLF;

    fn new(data: &'d [u8]) -> Self {
        let mut line = [0; Self::MAX_LINE];
        let (digits, end) = line.split_at_mut(MAX_DIGITS);
        end.copy_from_slice(CRLF);
        let mut start = MAX_DIGITS;
        let mut left = data.len();
        while left > 0 {
            start -= 1;
            digits[start] = b"0123456789abcdef"[left % 16];
            left /= 16;
        }
        Self { line, start, data }
    }

    /// What to write: the size line, the data and the line end behind it; for
    /// no data, three times nothing.
    pub fn pieces(&self) -> [&[u8]; 3] {
        if self.data.is_empty() {
            return [&[]; 3];
        }
        [&self.line[self.start..], self.data, Self::END]
    }

    /// How many bytes the pieces are together, which are some more than the
    /// data. `None` if that does not fit 64 bits.
    pub fn encoded_len(&self) -> Option<u64> {
        checked_sum(self.pieces())
    }
}

impl fmt::Debug for EncodedChunk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedChunk")
            .field("data", &self.data.len())
            .finish_non_exhaustive()
    }
}

/// The end of a chunked body: an iterator of pieces to write.
#[derive(Clone, Debug)]
pub struct LastChunk<'t> {
    trailers: Trailers<'t>,
    /// The number of the next piece: one for the chunk, four for each trailer,
    /// and one for the empty line.
    next: usize,
}

impl LastChunk<'_> {
    /// How many bytes the pieces are together. `None` if that does not fit 64
    /// bits.
    pub fn encoded_len(&self) -> Option<u64> {
        checked_sum(self.clone())
    }
}

impl<'t> Iterator for LastChunk<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        let fields = self.trailers.fields();
        let piece = match self.next.checked_sub(1) {
            None => b"0\r\n",
            Some(n) => match fields.get(n / 4) {
                Some((name, value)) => [*name, b": ", *value, CRLF][n % 4],
                None if n == 4 * fields.len() => CRLF,
                None => return None,
            },
        };
        self.next += 1;
        Some(piece)
    }
}

fn checked_sum<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Option<u64> {
    pieces.into_iter().try_fold(0u64, |sum, piece| {
        sum.checked_add(u64::try_from(piece.len()).ok()?)
    })
}

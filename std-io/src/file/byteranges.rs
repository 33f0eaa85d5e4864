use super::{FileAt, FileSink, FileWrapper, ReadAt};
use std::io::{self, Read};
use tidegate_core::{Boundary, ByteRanges, Encoder, PartHead};

/// Several ranges of one file as a body of the type `multipart/byteranges`
/// (RFC 9110 section 14.6), whose length is known before the first byte.
///
/// ```
/// use tidegate_std_io::{Boundary, MultiRange, RangeAnswer};
///
/// let RangeAnswer::Many(ranges) = RangeAnswer::parse("bytes=0-0,-1", 11) else { panic!() };
/// let file = b"Hello World".as_slice();
/// let boundary = Boundary::new("b")?;
/// let mut body = MultiRange::new(file, 11, &ranges, "text/plain", boundary)?;
/// let len = body.content_length();
/// let mut sent = Vec::new();
/// assert_eq!(body.send_to(&mut sent)?, len);
/// assert_eq!(
///     String::from_utf8_lossy(&sent),
///     "--b\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-0/11\r\n\r\nH\
///      \r\n--b\r\nContent-Type: text/plain\r\nContent-Range: bytes 10-10/11\r\n\r\nd\
///      \r\n--b--\r\n"
/// );
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`FileWrapper`].
#[derive(Clone, Debug)]
pub struct MultiRange<S> {
    /// Those that are not sent; the others are dropped, and their blocks.
    pieces: std::vec::IntoIter<Piece<S>>,
    boundary: Boundary,
}

#[derive(Clone, Debug)]
enum Piece<S> {
    Head(FileWrapper<io::Cursor<Vec<u8>>>),
    Part(FileWrapper<FileAt<S>>),
}

impl<S: ReadAt + Clone> MultiRange<S> {
    /// These ranges of a source of this size, and what each part says of its
    /// type. The boundary must be one that the file does not have in it:
    /// [`Boundary::from_random`].
    ///
    /// # Errors
    ///
    /// `InvalidInput` for a type with control characters in it, which would end
    /// its line, and for ranges of a longer file.
    pub fn new(
        source: S,
        size: u64,
        ranges: &ByteRanges,
        content_type: &str,
        boundary: Boundary,
    ) -> io::Result<Self> {
        if ranges.as_slice().iter().any(|range| range.end() > size) {
            let why = "a range is behind the end of the file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let mut encoder = Encoder::new(boundary);
        let mut pieces = Vec::new();
        for range in ranges.as_slice() {
            let content_range = range.content_range(size).to_string();
            let fields = [(&b"Content-Range"[..], content_range.as_bytes())];
            let head = PartHead::bare()
                .content_type(content_type)?
                .fields(&fields)?;
            pieces.push(Piece::head(encoder.part(head).pieces()));
            let part = FileWrapper::new(FileAt::new(source.clone())).range(*range)?;
            pieces.push(Piece::Part(part));
        }
        pieces.push(Piece::head(encoder.end().pieces()));
        Ok(Self {
            pieces: pieces.into_iter(),
            boundary,
        })
    }

    /// The value of the Content-Type header of the answer.
    pub fn content_type(&self) -> String {
        format!("multipart/byteranges; {}", self.boundary.parameter())
    }

    /// How many bytes are still to come.
    pub fn content_length(&self) -> u64 {
        let left = self.pieces.as_slice().iter().map(Piece::len);
        // 16 ranges at most, together no longer than the file.
        left.fold(0, u64::saturating_add)
    }

    /// Sends all that is left, and says how many bytes that were; see
    /// [`FileWrapper::send_to`].
    ///
    /// # Errors
    ///
    /// As there; call it again after `WouldBlock`.
    pub fn send_to(&mut self, sink: &mut (impl FileSink + ?Sized)) -> io::Result<u64> {
        let mut sent = 0;
        while let Some(piece) = self.pieces.as_mut_slice().first_mut() {
            sent += match piece {
                Piece::Head(head) => head.send_to(sink)?,
                Piece::Part(part) => part.send_to(sink)?,
            };
            self.pieces.next();
        }
        Ok(sent)
    }
}

impl<S: ReadAt> Read for MultiRange<S> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = self.pieces.as_mut_slice().first_mut() {
            let read = match piece {
                Piece::Head(head) => head.read(buf)?,
                Piece::Part(part) => part.read(buf)?,
            };
            if read > 0 || buf.is_empty() {
                return Ok(read);
            }
            self.pieces.next();
        }
        Ok(0)
    }
}

impl<S> Piece<S> {
    fn head<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let head: Vec<u8> = pieces.into_iter().flatten().copied().collect();
        let len = head.len() as u64;
        Self::Head(FileWrapper::with_block_size(io::Cursor::new(head), 256).exact(len))
    }

    fn len(&self) -> u64 {
        let len = match self {
            Self::Head(head) => head.len_hint(),
            Self::Part(part) => part.len_hint(),
        };
        len.unwrap_or(0)
    }
}

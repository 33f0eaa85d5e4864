use std::io::{self, ErrorKind, IoSlice, Write};
use std::mem;
use tidegate_core::{ChunkedEncoder, EncodedChunk, Trailers};

/// Writes a body in the chunked transfer coding.
///
/// Each write is a chunk, so put a `BufWriter` around it where writes are
/// small. For the pieces without a writer use
/// [`ChunkedEncoder`](tidegate_core::ChunkedEncoder).
///
/// ```
/// use std::io::Write;
/// use tidegate_std_io::ChunkedWriter;
///
/// let mut body = ChunkedWriter::new(Vec::new());
/// body.write_all(b"Wiki")?;
/// body.write_all(b"")?; // not an end
/// body.write_all(b"pedia in chunks.")?;
/// let connection = body.finish()?;
/// assert_eq!(connection, b"4\r\nWiki\r\n10\r\npedia in chunks.\r\n0\r\n\r\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of the writer, unchanged. `Interrupted` is retried while a chunk is
/// under way. After `WouldBlock` or `TimedOut` a `write`, a `flush` and
/// [`try_finish`](Self::try_finish) may be repeated: each goes on where it was,
/// and nothing is written twice. `Other` once the writer has panicked, again and
/// again: nobody knows how much of a chunk it took.
///
/// # End of input
///
/// [`finish`](Self::finish) writes the end. Dropped without it the body stays
/// cut short, and the other side knows: a body that failed half-way must not
/// look whole.
#[derive(Debug)]
pub struct ChunkedWriter<W> {
    inner: W,
    encoder: ChunkedEncoder,
    chunk: Chunk,
    /// Bytes of the end of the body that are written.
    ended: usize,
    /// While the writer writes, and behind a write that panicked.
    writes: bool,
}

/// What of the chunk under way is not written yet: nothing between chunks.
#[derive(Debug)]
struct Chunk {
    /// The size line, in the last `line_left` bytes.
    line: [u8; EncodedChunk::MAX_LINE],
    line_left: usize,
    data_left: usize,
    end_left: usize,
}

impl<W> ChunkedWriter<W> {
    /// A body that begins here.
    pub const fn new(inner: W) -> Self {
        Self {
            inner,
            encoder: ChunkedEncoder::new(),
            chunk: Chunk::NONE,
            ended: 0,
            writes: false,
        }
    }

    /// The writer. What is written to it here is in the middle of the body.
    pub const fn get_ref(&self) -> &W {
        &self.inner
    }

    /// The writer, with the body as it is: cut short, unless it was finished.
    pub fn into_inner(self) -> W {
        self.inner
    }
}

impl<W: Write> ChunkedWriter<W> {
    /// Ends the body, and gives the writer back, which is not flushed.
    ///
    /// # Errors
    ///
    /// As [`try_finish`](Self::try_finish); the writer is lost then.
    pub fn finish(self) -> io::Result<W> {
        self.finish_with(Trailers::NONE)
    }

    /// Ends the body with trailer fields behind it, and gives the writer back,
    /// which is not flushed.
    ///
    /// # Errors
    ///
    /// As [`try_finish`](Self::try_finish); the writer is lost then.
    pub fn finish_with(mut self, trailers: Trailers<'_>) -> io::Result<W> {
        self.try_finish(trailers)?;
        Ok(self.inner)
    }

    /// Ends the body with trailer fields behind it. Nothing can be written then,
    /// and ending it again does nothing.
    ///
    /// # Errors
    ///
    /// Those of the writer; call it again, with the same trailers, where it may
    /// go on. `InvalidInput` if a write failed and was not repeated: its chunk
    /// was announced and is not whole.
    pub fn try_finish(&mut self, trailers: Trailers<'_>) -> io::Result<()> {
        self.expect_whole()?;
        self.end_chunk()?;
        let mut end = 0;
        for piece in mem::take(&mut self.encoder).end(trailers) {
            let start = end;
            end += piece.len();
            while self.ended < end {
                self.writes = true;
                let outcome = self.inner.write(&piece[self.ended - start..]);
                self.writes = false;
                match outcome {
                    Ok(0) => return Err(ErrorKind::WriteZero.into()),
                    Ok(written) => self.ended += written,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    fn expect_whole(&self) -> io::Result<()> {
        match self.writes {
            true => Err(io::Error::other("the writer panicked within the body")),
            false => Ok(()),
        }
    }

    /// Writes what is due of a chunk whose data are all written.
    fn end_chunk(&mut self) -> io::Result<()> {
        if self.chunk.data_left > 0 {
            let why = "a write that failed within a chunk was not repeated";
            return Err(io::Error::new(ErrorKind::InvalidInput, why));
        }
        while !self.chunk.is_over() {
            self.write_some(&[])?;
        }
        Ok(())
    }

    /// Writes once, and says how many bytes of the data that were.
    fn write_some(&mut self, data: &[u8]) -> io::Result<usize> {
        let pieces = self.chunk.left(data).map(IoSlice::new);
        self.writes = true;
        let outcome = self.inner.write_vectored(&pieces);
        self.writes = false;
        match outcome {
            Ok(0) => Err(ErrorKind::WriteZero.into()),
            Ok(written) => Ok(self.chunk.advance(written)),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(0),
            Err(error) => Err(error),
        }
    }
}

impl<W: Write> Write for ChunkedWriter<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        self.expect_whole()?;
        if self.ended > 0 {
            let why = "the body has ended";
            return Err(io::Error::new(ErrorKind::InvalidInput, why));
        }
        if self.chunk.data_left == 0 {
            self.end_chunk()?;
            self.chunk = Chunk::new(self.encoder.chunk(data).pieces());
        }
        let mut taken = 0;
        while taken < data.len() && !self.chunk.is_over() || self.chunk.only_ends() {
            match self.write_some(&data[taken..]) {
                Ok(written) => taken += written,
                // It comes again with the next call.
                Err(_) if taken > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.expect_whole()?;
        if self.chunk.only_ends() {
            self.end_chunk()?;
        }
        self.inner.flush()
    }
}

impl Chunk {
    const NONE: Self = Self {
        line: [0; EncodedChunk::MAX_LINE],
        line_left: 0,
        data_left: 0,
        end_left: 0,
    };

    fn new([line, data, end]: [&[u8]; 3]) -> Self {
        let mut chunk = Self {
            line_left: line.len(),
            data_left: data.len(),
            end_left: end.len(),
            ..Self::NONE
        };
        let start = chunk.line.len() - line.len();
        chunk.line[start..].copy_from_slice(line);
        chunk
    }

    fn is_over(&self) -> bool {
        self.end_left == 0
    }

    /// All of its data are written, and not all of its end.
    fn only_ends(&self) -> bool {
        self.data_left == 0 && self.end_left > 0
    }

    /// What may be written at once, where this data comes next.
    fn left<'p>(&'p self, data: &'p [u8]) -> [&'p [u8]; 3] {
        let line = &self.line[self.line.len() - self.line_left..];
        let data = &data[..data.len().min(self.data_left)];
        let end = match data.len() == self.data_left {
            true => &EncodedChunk::END[EncodedChunk::END.len() - self.end_left..],
            false => &[],
        };
        [line, data, end]
    }

    /// So many bytes of that were written; says how many were data.
    fn advance(&mut self, mut written: usize) -> usize {
        let mut take = |left: &mut usize| {
            let taken = written.min(*left);
            *left -= taken;
            written -= taken;
            taken
        };
        take(&mut self.line_left);
        let data = take(&mut self.data_left);
        take(&mut self.end_left);
        data
    }
}

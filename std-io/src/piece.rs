//! Pieces of bytes from an iterator, as a reader.

use std::io::{self, BufRead, Read};

/// Reads the pieces that an iterator gives, one after the other.
///
/// For frames of a message queue, chunks of a generator, a list of buffers:
/// each piece is lent as it is. An empty piece is skipped, since an empty
/// buffer would say the end.
///
/// ```
/// use tidegate_std_io::{PieceReader, make_line_iter};
///
/// let pieces = ["one\nt", "", "wo"];
/// let mut texts = Vec::new();
/// make_line_iter(PieceReader::new(pieces)).for_each_line(|line| texts.push(line.text().to_vec()))?;
/// assert_eq!(texts, [b"one", b"two"]);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # End of input
///
/// Where the iterator ends. It is not asked again.
///
/// # Reads past the end
///
/// No: a piece is asked for only when the one before is used up.
#[derive(Clone, Debug)]
pub struct PieceReader<I: Iterator> {
    pieces: I,
    ended: bool,
    piece: Option<I::Item>,
    /// Bytes of the piece that were read; no more than it holds.
    read: usize,
}

impl<I: Iterator<Item: AsRef<[u8]>>> PieceReader<I> {
    /// A reader of these pieces.
    pub fn new(pieces: impl IntoIterator<IntoIter = I>) -> Self {
        Self {
            pieces: pieces.into_iter(),
            ended: false,
            piece: None,
            read: 0,
        }
    }

    /// What is unread of the piece that was asked for last.
    pub fn buffer(&self) -> &[u8] {
        match &self.piece {
            Some(piece) => &piece.as_ref()[self.read..],
            None => &[],
        }
    }

    /// The iterator, behind the piece that was asked for last.
    pub fn get_ref(&self) -> &I {
        &self.pieces
    }

    /// The iterator; what [`buffer`](Self::buffer) shows is lost.
    pub fn into_inner(self) -> I {
        self.pieces
    }
}

impl<I: Iterator<Item: AsRef<[u8]>>> BufRead for PieceReader<I> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.buffer().is_empty() && !self.ended {
            self.read = 0;
            self.piece = self.pieces.next();
            self.ended = self.piece.is_none();
        }
        Ok(self.buffer())
    }

    fn consume(&mut self, amount: usize) {
        self.read += amount.min(self.buffer().len());
    }
}

impl<I: Iterator<Item: AsRef<[u8]>>> Read for PieceReader<I> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

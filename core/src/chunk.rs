//! Chunks: the pieces of a stream between a separator of any bytes.

mod separator;
mod token;

pub use separator::EmptySeparator;
pub use token::Chunk;

use crate::cutter::Cut;
use crate::splitter::Splitter;
use crate::{At, Event, Fault, FaultClass, Overlong, Piece, Scan, Step};
use core::fmt;
use separator::Separator;

/// 1 MiB, as for lines.
const DEFAULT_MAX: usize = 1 << 20;

/// Cuts a stream into the chunks between a separator.
///
/// A [`Scan`]: feed it with [`Feed`](crate::Feed), or use `make_chunk_iter` of
/// an adapter crate. Use it instead of `BufRead::split` for separators of more
/// than one byte, and where input may be hostile; for lines,
/// [`LineScanner`](crate::LineScanner) knows all three endings.
///
/// The chunks are those of `split` on the whole input: leftmost separators that
/// do not overlap, wherever the input was cut.
///
/// ```
/// use tidegate_core::ChunkScanner;
///
/// let mut chunks = ChunkScanner::new(b"--")?;
/// let mut texts = Vec::new();
/// let input = b"one--two----four";
/// let used = chunks.scan_chunks(input, |chunk| {
///     texts.push(chunk.text());
///     true
/// });
/// assert_eq!(texts, [b"one".as_slice(), b"two", b""]);
/// assert_eq!(&input[used..], b"four"); // whole only when the input has ended
/// # Ok::<(), tidegate_core::EmptySeparator>(())
/// ```
///
/// # Limits
///
/// A chunk's text is at most 1 MiB, [`max_len`](Self::max_len) sets another
/// maximum. It counts the bytes of the text and not its separator, and it is
/// inclusive. What becomes of a longer chunk [`overlong`](Self::overlong) says.
///
/// # Errors
///
/// [`ChunkFault::TooLong`] at the first byte that exceeds the maximum, with
/// [`Overlong::Fail`]; otherwise none.
///
/// # End of input
///
/// What follows the last separator is a chunk, empty or not, as with `split`;
/// but an empty input has none.
///
/// # Reads past the end
///
/// No. The start of what may be a separator is held back until that is known.
///
/// # Time
///
/// Linear, for any separator and input, whole or byte by byte; each byte is
/// compared with at most the separator's length.
#[derive(Clone)]
pub struct ChunkScanner<'s> {
    splitter: Splitter<Separator<'s>>,
}

impl<'s> ChunkScanner<'s> {
    /// Chunks between this separator, of at most 1 MiB, longer ones are a fault.
    ///
    /// # Errors
    ///
    /// [`EmptySeparator`] if it is empty: everything or nothing would be one.
    pub fn new<S: AsRef<[u8]> + ?Sized>(separator: &'s S) -> Result<Self, EmptySeparator> {
        let separator = Separator::new(separator.as_ref())?;
        Ok(Self {
            splitter: Splitter::new(separator, DEFAULT_MAX),
        })
    }

    /// The same with a separator of its own, that no longer borrows.
    #[must_use]
    #[cfg(feature = "alloc")]
    pub fn into_owned(self) -> ChunkScanner<'static> {
        ChunkScanner {
            splitter: self.splitter.map_terminator(Separator::into_owned),
        }
    }

    /// The longest text of a chunk, in bytes, its separator not counted.
    #[must_use]
    pub fn max_len(mut self, max: usize) -> Self {
        self.splitter.set_max(max);
        self
    }

    /// Lets a chunk be as long as memory allows: only for input you trust.
    #[must_use]
    pub fn unlimited(self) -> Self {
        self.max_len(usize::MAX)
    }

    /// What becomes of a chunk that is longer than the maximum.
    #[must_use]
    pub fn overlong(mut self, overlong: Overlong) -> Self {
        self.splitter.set_overlong(overlong);
        self
    }

    /// The separator.
    pub fn separator(&self) -> &[u8] {
        self.splitter.terminator.bytes()
    }

    /// Hands each chunk that lies whole in the window to `each`, until that says
    /// `false`, and returns how many bytes they were, separators included.
    ///
    /// This is [`Scan::scan_all`] with chunks instead of offsets.
    #[must_use = "the rest of the window is still to be scanned"]
    #[inline]
    pub fn scan_chunks<'w>(
        &mut self,
        window: &'w [u8],
        mut each: impl FnMut(Chunk<'w>) -> bool,
    ) -> usize {
        let mut at = 0;
        self.scan_all(window, &mut |found: ChunkFound, _: &[u8]| {
            let chunk = Self::token(found, &window[at..]);
            at += found.len;
            each(chunk)
        })
    }
}

impl fmt::Debug for ChunkScanner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkScanner")
            .field("separator", &self.separator())
            .field("cutter", &self.splitter.cutter)
            .finish_non_exhaustive()
    }
}

/// Where a chunk lies: the offsets from which a [`Chunk`] is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChunkFound {
    text: usize,
    len: usize,
    piece: Piece,
}

impl ChunkFound {
    /// Whether it is all of the chunk, or which piece of a long one.
    #[inline]
    pub const fn piece(&self) -> Piece {
        self.piece
    }

    #[inline]
    const fn whole(len: usize, separator: usize) -> Self {
        Self {
            text: len - separator,
            len,
            piece: Piece::Whole,
        }
    }
}

impl<'s> Scan for ChunkScanner<'s> {
    type Found = ChunkFound;
    type Token<'w> = Chunk<'w>;
    type Fault = ChunkFault;

    fn reach(&self) -> usize {
        self.splitter.reach()
    }

    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<ChunkFound>, At<ChunkFault>> {
        let Step { used, event } = self.splitter.scan(window, end)?;
        let event = match event {
            Event::More => Event::More,
            Event::Done => Event::Done,
            Event::Found(Cut { text, len, piece }) => Event::Found(ChunkFound { text, len, piece }),
        };
        Ok(Step { used, event })
    }

    #[inline]
    fn token(found: ChunkFound, window: &[u8]) -> Chunk<'_> {
        Chunk::new(&window[..found.len], found.text, found.piece)
    }

    #[inline]
    fn recall(&mut self) -> Option<(usize, ChunkFound)> {
        let len = self.splitter.recall()?;
        Some((len, ChunkFound::whole(len, self.separator().len())))
    }

    #[inline]
    fn glance(&mut self, window: &[u8]) -> Option<(usize, ChunkFound)> {
        let len = self.splitter.glance(window)?;
        Some((len, ChunkFound::whole(len, self.separator().len())))
    }

    fn wants(&mut self, held: usize, input: &[u8], tried: usize) -> Option<usize> {
        self.splitter.wants(held, input, tried)
    }

    #[inline]
    fn scan_all(
        &mut self,
        window: &[u8],
        each: &mut impl FnMut(ChunkFound, &[u8]) -> bool,
    ) -> usize {
        let separator = self.separator().len();
        self.splitter.scan_all(window, |chunk| {
            each(ChunkFound::whole(chunk.len(), separator), chunk)
        })
    }

    fn refusal(&self, found: ChunkFound) -> Option<At<ChunkFault>> {
        (found.piece == Piece::Overlong).then(|| self.splitter.cutter.too_long::<Separator<'s>>())
    }
}

/// What can be wrong with a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChunkFault {
    /// Its text is longer than the maximum.
    TooLong {
        /// The maximum in bytes.
        max: usize,
    },
}

impl Fault for ChunkFault {
    fn class(&self) -> FaultClass {
        match self {
            Self::TooLong { .. } => FaultClass::TooLarge,
        }
    }
}

impl fmt::Display for ChunkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { max } => write!(f, "a chunk is longer than the {max} bytes allowed"),
        }
    }
}

impl core::error::Error for ChunkFault {}

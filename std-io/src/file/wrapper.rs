use super::{FileBytes, FileSink, FileSource};
use crate::drive;
use std::fmt;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use tidegate_core::{BlockPlan, Blocks, ByteRange};

/// Between the time of a system call and what a cache holds; measured, it does
/// not matter much.
const BLOCK_SIZE: usize = 64 << 10;

/// A file, or a part of one, in blocks, for whoever sends it.
///
/// [`send_to`](Self::send_to) is the shortest way to a socket and lets the
/// system copy where it can. [`next_block`](Self::next_block) lends each block,
/// [`into_bytes`](Self::into_bytes) gives them away, and it is a `Read` too. Use
/// it instead of `io::copy` where a length was promised: a file that shrinks
/// meanwhile is an error and not a short body.
///
/// ```
/// use std::io::Cursor;
/// use tidegate_std_io::{ByteRange, FileWrapper};
///
/// let file = Cursor::new("Hello World");
/// let range = ByteRange::new(6, 5).unwrap();
/// let mut part = FileWrapper::new(file).range(range)?;
/// assert_eq!(part.len_hint(), Some(5));
/// assert_eq!(part.next_block().unwrap()?, b"World");
/// assert!(part.next_block().is_none());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// Blocks of 64 KiB, which is all the memory it takes, or of
/// [another size](Self::with_block_size). A block may be shorter: it is what one
/// read gives. Of blocks of 0 bytes there are none.
///
/// # Errors
///
/// Those of the file; `Interrupted` is retried. `UnexpectedEof` that holds an
/// `At<FileFault>` if a promised file or range ends early, after all that there
/// is, and again on every later call: close the connection then, for what was
/// announced cannot be sent any more.
///
/// # End of input
///
/// Once ended it stays ended, until it is sought in.
pub struct FileWrapper<F> {
    file: F,
    blocks: Blocks,
    buffer: Vec<u8>,
    /// What of the buffer was read and not sent, since a sink failed.
    unsent: Range<usize>,
}

impl<F> FileWrapper<F> {
    /// All that the file has, from where it stands.
    pub fn new(file: F) -> Self {
        Self::with_block_size(file, BLOCK_SIZE)
    }

    /// The same in blocks of so many bytes (8192 in Werkzeug and `wsgiref`).
    #[doc(alias("buffer_size", "blksize"))]
    pub fn with_block_size(file: F, block_size: usize) -> Self {
        Self {
            file,
            blocks: Blocks::until_end(block_size),
            buffer: Vec::new(),
            unsent: 0..0,
        }
    }

    /// Exactly so many bytes, from where the file stands: what a Content-Length
    /// promised.
    #[must_use]
    pub fn exact(self, len: u64) -> Self {
        self.with_blocks(|block_size| Blocks::exact(len, block_size))
    }

    /// How many bytes are still to come, if that was promised.
    pub fn len_hint(&self) -> Option<u64> {
        let left = self.blocks.remaining()?;
        Some(left + self.unsent.len() as u64)
    }

    /// How many bytes were handed out or sent.
    pub fn position(&self) -> u64 {
        self.blocks.position() - self.unsent.len() as u64
    }

    /// The longest block, in bytes.
    pub fn block_size(&self) -> usize {
        self.blocks.block_size()
    }

    /// The file, which stands behind the last byte that was read.
    pub fn get_ref(&self) -> &F {
        &self.file
    }

    /// The file. To close it, drop it.
    #[doc(alias = "close")]
    pub fn into_inner(self) -> F {
        self.file
    }

    fn with_blocks(mut self, blocks: impl FnOnce(usize) -> Blocks) -> Self {
        self.blocks = blocks(self.blocks.block_size());
        // The file stands behind them.
        self.unsent = 0..0;
        self.buffer = Vec::new();
        self
    }
}

impl<F: Read> FileWrapper<F> {
    /// These bytes of a file that stands at its start and cannot be sought in:
    /// those before are read and dropped.
    #[must_use]
    pub fn range_by_reading(self, range: ByteRange) -> Self {
        self.with_blocks(|block_size| Blocks::of_range(range, block_size))
    }

    /// The next block, lent until the next call, or `None` behind the last.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    pub fn next_block(&mut self) -> Option<io::Result<&[u8]>> {
        match self.fill() {
            Ok(()) if self.unsent.is_empty() => None,
            Ok(()) => Some(Ok(&self.buffer[std::mem::take(&mut self.unsent)])),
            Err(error) => Some(Err(error)),
        }
    }

    /// The blocks as an iterator of [`Bytes`](bytes::Bytes), each of which costs
    /// an allocation while it is held: for handing them to other threads and
    /// tasks.
    pub fn into_bytes(self) -> FileBytes<F> {
        FileBytes::new(self)
    }

    /// Reads the next block, unless there is one that was not sent.
    fn fill(&mut self) -> io::Result<()> {
        if self.unsent.is_empty() {
            // The end alone, which is all there is behind a `sendfile`, needs none.
            if self.buffer.is_empty() && self.blocks.plan()? != BlockPlan::End {
                let left = self.blocks.remaining().unwrap_or(u64::MAX);
                let left = usize::try_from(left).unwrap_or(usize::MAX);
                self.buffer = vec![0; self.block_size().min(left)];
            }
            let read = drive::read_planned(&mut self.file, &mut self.blocks, &mut self.buffer)?;
            self.unsent = 0..read;
        }
        Ok(())
    }

    /// Sends all that is left to a writer, block by block, and says how many
    /// bytes that were.
    ///
    /// # Errors
    ///
    /// See [`send_to`](Self::send_to).
    pub fn write_to(&mut self, writer: &mut (impl Write + ?Sized)) -> io::Result<u64> {
        let start = self.position();
        loop {
            self.fill()?;
            if self.unsent.is_empty() {
                return Ok(self.position() - start);
            }
            match writer.write(&self.buffer[self.unsent.clone()]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => self.unsent.start += written,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<F: Read + Seek> FileWrapper<F> {
    /// These bytes of the file, which is sought in for them.
    ///
    /// # Errors
    ///
    /// Those of seeking.
    pub fn range(mut self, range: ByteRange) -> io::Result<Self> {
        self.file.seek(SeekFrom::Start(range.start()))?;
        let mut ranged = self.range_by_reading(range);
        if range.start() > 0 {
            ranged.blocks.skipped(range.start())?;
        }
        Ok(ranged)
    }
}

impl<F: FileSource> FileWrapper<F> {
    /// Sends all that is left to a sink, and says how many bytes that were.
    ///
    /// Where both offer it the system copies the file into a socket by itself
    /// (`sendfile`, with the feature of that name on Linux); anywhere else
    /// [`write_to`](Self::write_to) does it. With `sendfile` a file which is
    /// written to in place while it is sent may arrive half old and half new,
    /// even what this call had already counted as sent.
    ///
    /// # Errors
    ///
    /// Those of [the type](Self#errors) and of the sink. Nothing is lost: after
    /// `WouldBlock` call it again, and it goes on where it was. How far it got
    /// [`position`](Self::position) says.
    pub fn send_to(&mut self, sink: &mut (impl FileSink + ?Sized)) -> io::Result<u64> {
        let start = self.position();
        while let Some(sent) = self.send_some(sink) {
            if sent? == 0 {
                break;
            }
        }
        self.write_to(sink)?;
        Ok(self.position() - start)
    }

    /// Has the system copy some of what is left into a sink, as much as this takes
    /// at once, and says how much that was: 0 at the end. `None` where it cannot,
    /// and where nothing is left: go on with [`write_to`](Self::write_to).
    ///
    /// This is a step of [`send_to`](Self::send_to), for who has something else to
    /// do between two.
    ///
    /// # Errors
    ///
    /// As there, with nothing sent.
    pub fn send_some(&mut self, sink: &mut (impl FileSink + ?Sized)) -> Option<io::Result<usize>> {
        if !self.unsent.is_empty() {
            return None;
        }
        loop {
            let most = match self.blocks.plan_up_to(sink.most_at_once()) {
                Ok(BlockPlan::Read(most)) => most,
                Ok(BlockPlan::Skip(_) | BlockPlan::End) => return None,
                Err(at) => return Some(Err(at.into())),
            };
            match self.file.send_some(sink, most)? {
                Ok(sent) => {
                    let recorded = self.blocks.record(sent);
                    return Some(recorded.map(|()| sent).map_err(Into::into));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<F: Read> Read for FileWrapper<F> {
    /// At most one block.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if !self.unsent.is_empty() {
            let read = (&self.buffer[self.unsent.clone()]).read(buf)?;
            self.unsent.start += read;
            return Ok(read);
        }
        if buf.is_empty() {
            return Ok(0);
        }
        drive::read_planned(&mut self.file, &mut self.blocks, buf)
    }
}

/// Seeks in the file, and goes on to its end from there.
impl<F: Seek> Seek for FileWrapper<F> {
    /// # Errors
    ///
    /// Those of the file; `Unsupported` if a length or a range was promised.
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        if self.blocks.remaining().is_some() {
            return Err(ErrorKind::Unsupported.into());
        }
        let position = match position {
            // Counted from what was handed out.
            SeekFrom::Current(offset) => {
                SeekFrom::Current(offset.saturating_sub(self.unsent.len() as i64))
            }
            position => position,
        };
        let position = self.file.seek(position)?;
        self.blocks = Blocks::until_end(self.blocks.block_size());
        self.unsent = 0..0;
        Ok(position)
    }

    /// Where the file stands, without what was read and not handed out. Moves
    /// nothing, so that it may be asked of a promised range too.
    fn stream_position(&mut self) -> io::Result<u64> {
        let position = self.file.stream_position()?;
        Ok(position.saturating_sub(self.unsent.len() as u64))
    }
}

impl<F: Clone> Clone for FileWrapper<F> {
    fn clone(&self) -> Self {
        Self {
            file: self.file.clone(),
            blocks: self.blocks.clone(),
            buffer: match self.unsent.is_empty() {
                true => Vec::new(),
                false => self.buffer.clone(),
            },
            unsent: self.unsent.clone(),
        }
    }
}

impl<F: fmt::Debug> fmt::Debug for FileWrapper<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileWrapper")
            .field("file", &self.file)
            .field("blocks", &self.blocks)
            .finish_non_exhaustive()
    }
}

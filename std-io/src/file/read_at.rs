use std::fs::File;
use std::io::{self, Error, ErrorKind, Read, Seek, SeekFrom};
use std::sync::Arc;

/// A source that is read at an offset, without a position of its own, so that
/// many readers can share it.
pub trait ReadAt {
    /// Reads from this offset on; 0 for an empty buffer, or at the end.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;

    /// How many bytes there are.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn size(&self) -> io::Result<u64>;

    /// Where in a file the bytes from this offset on lie, if they lie in one: the
    /// file, the offset in that, and how many of at most so many are there to be
    /// read. What is behind them in the file is somebody else's.
    fn in_file(&self, offset: u64, most: usize) -> Option<(&File, u64, usize)> {
        let _ = (offset, most);
        None
    }
}

/// With `pread`, or what comes next to it: on Windows it moves the file's own
/// position too, and on systems that are neither Unix nor Windows no two threads
/// may read at once.
impl ReadAt for File {
    #[cfg(unix)]
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buf, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(self, buf, offset)
    }

    #[cfg(not(any(unix, windows)))]
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut file = self;
        file.seek(SeekFrom::Start(offset))?;
        file.read(buf)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn in_file(&self, offset: u64, most: usize) -> Option<(&File, u64, usize)> {
        Some((self, offset, most))
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        self.get(start..).unwrap_or(&[]).read(buf)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
}

impl<S: ReadAt + ?Sized> ReadAt for &S {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buf, offset)
    }

    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }

    fn in_file(&self, offset: u64, most: usize) -> Option<(&File, u64, usize)> {
        (**self).in_file(offset, most)
    }
}

impl<S: ReadAt + ?Sized> ReadAt for Arc<S> {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buf, offset)
    }

    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }

    fn in_file(&self, offset: u64, most: usize) -> Option<(&File, u64, usize)> {
        (**self).in_file(offset, most)
    }
}

/// A position in a source that others read too: one open file serves many
/// requests at once.
///
/// ```
/// use std::fs::File;
/// use std::sync::Arc;
/// use tidegate_std_io::{FileAt, FileWrapper};
///
/// let path = std::env::current_exe()?;
/// let file = Arc::new(File::open(path)?);
/// let mut one = FileWrapper::new(FileAt::new(Arc::clone(&file)));
/// let mut other = one.clone();
/// assert_eq!(one.next_block().unwrap()?, other.next_block().unwrap()?);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileAt<S> {
    source: S,
    position: u64,
}

impl<S: ReadAt> FileAt<S> {
    /// At the start of the source.
    pub fn new(source: S) -> Self {
        Self {
            source,
            position: 0,
        }
    }

    /// The source.
    pub fn get_ref(&self) -> &S {
        &self.source
    }

    /// Where the next read begins.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Somebody else has read so many bytes from here on.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.position += bytes as u64;
    }
}

impl<S: ReadAt> Read for FileAt<S> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read_at(buf, self.position)?;
        self.advance(read);
        Ok(read)
    }
}

impl<S: ReadAt> Seek for FileAt<S> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let position = match position {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.source.size()?.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                "a seek before the start of the file",
            )
        })?;
        Ok(self.position)
    }
}

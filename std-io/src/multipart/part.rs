//! What the body of a part is read from.

use crate::file::{FileAt, FileSink, FileSource};
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use tidegate_core::{BodyLength, InMemory};

/// The body of a part of a [`Form`](super::Form): bytes, a file, or a reader.
///
/// | made of | length | again, after a [rewind](super::FormBody::rewind) | [cloned](super::FormBody::try_clone) |
/// |---|---|---|---|
/// | bytes and texts (`From`) | known | yes | yes |
/// | [a file](Self::open) | known | yes | yes |
/// | [a reader](Self::reader) | unknown, or promised | no | no |
/// | [a reader that seeks](Self::seekable) | known | yes | no |
/// | [a reader that is made anew](Self::reopened) | unknown, or promised | yes | yes |
///
/// What is borrowed is not copied unless it is small, and what is owned is
/// neither.
pub struct PartBody<'a> {
    pub(super) source: Source<'a>,
    pub(super) length: BodyLength,
}

pub(super) enum Source<'a> {
    Slice(&'a [u8]),
    Bytes(Bytes),
    File(FileAt<Arc<File>>),
    Reader {
        reader: Box<dyn Read + Send + 'a>,
        /// It is not where it was any more.
        read: bool,
    },
    Seekable {
        reader: Box<dyn ReadSeek + Send + 'a>,
        start: u64,
    },
    Reopened {
        open: Arc<Open>,
        reader: Option<Box<dyn Read + Send>>,
    },
}

/// Not of `'a`: what a function gives is invariant, and so would all of this be.
type Open = dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync;

pub(super) trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

impl<'a> PartBody<'a> {
    /// All that a reader gives.
    pub fn reader(reader: impl Read + Send + 'a) -> Self {
        let reader = Box::new(reader);
        Self {
            source: Source::Reader {
                reader,
                read: false,
            },
            length: BodyLength::Unknown,
        }
    }

    /// A reader from where it stands to its end, which is sought for now.
    ///
    /// # Errors
    ///
    /// Those of seeking.
    pub fn seekable(mut reader: impl Read + Seek + Send + 'a) -> io::Result<Self> {
        let start = reader.stream_position()?;
        let end = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(start))?;
        let reader = Box::new(reader);
        Ok(Self {
            source: Source::Seekable { reader, start },
            length: BodyLength::Measured(end.saturating_sub(start)),
        })
    }

    /// A reader that is made when it is needed, gone when it is at its end, and
    /// made anew to be sent again: for more files than can be open at once.
    pub fn reopened<R: Read + Send + 'static>(
        open: impl Fn() -> io::Result<R> + Send + Sync + 'static,
    ) -> Self {
        let open = move || -> io::Result<Box<dyn Read + Send>> { Ok(Box::new(open()?)) };
        Self {
            source: Source::Reopened {
                open: Arc::new(open),
                reader: None,
            },
            length: BodyLength::Unknown,
        }
    }

    /// Promises that a reader ends after so many bytes. Of a body whose length is
    /// known it says nothing.
    ///
    /// A reader that ends earlier or goes on is an error when that turns out.
    /// For this it is asked for one byte more: give a part of a connection that
    /// goes on as `reader.take(len)`.
    #[must_use]
    pub fn with_len(mut self, len: u64) -> Self {
        if self.length == BodyLength::Unknown {
            self.length = BodyLength::Promised(len);
        }
        self
    }

    /// A file, whole, wherever it stands. It is sent as long as it is now; if it
    /// is shorter then, that is an error.
    ///
    /// What has no length of its own, as a pipe, is a [reader](Self::reader). Of
    /// files that say 0 and have something to read, as those below `/proc`, make
    /// one yourself.
    ///
    /// # Errors
    ///
    /// Those of asking for its length, and `IsADirectory`.
    pub fn file(file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() {
            return Ok(Self::reader(file));
        }
        Ok(Self {
            source: Source::File(FileAt::new(Arc::new(file))),
            length: BodyLength::Measured(metadata.len()),
        })
    }

    /// The file of this path, opened now.
    ///
    /// # Errors
    ///
    /// Those of opening it, and of [`file`](Self::file).
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::file(File::open(path)?)
    }

    fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::in_memory(Source::Bytes(bytes.into()))
    }

    fn in_memory(source: Source<'a>) -> Self {
        Self {
            source,
            // It says itself.
            length: BodyLength::Unknown,
        }
    }
}

impl<'a> From<&'a [u8]> for PartBody<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::in_memory(Source::Slice(bytes))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for PartBody<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::from(bytes.as_slice())
    }
}

impl<'a> From<&'a str> for PartBody<'a> {
    fn from(text: &'a str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<Vec<u8>> for PartBody<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl From<String> for PartBody<'_> {
    fn from(text: String) -> Self {
        Self::bytes(text)
    }
}

impl From<Bytes> for PartBody<'_> {
    fn from(bytes: Bytes) -> Self {
        Self::bytes(bytes)
    }
}

impl<'a> From<Cow<'a, [u8]>> for PartBody<'a> {
    fn from(bytes: Cow<'a, [u8]>) -> Self {
        match bytes {
            Cow::Borrowed(bytes) => bytes.into(),
            Cow::Owned(bytes) => bytes.into(),
        }
    }
}

impl<'a> From<Cow<'a, str>> for PartBody<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl fmt::Debug for PartBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartBody")
            .field("source", &self.source)
            .field("length", &self.length)
            .finish()
    }
}

impl InMemory for Source<'_> {
    #[inline]
    fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Self::Slice(bytes) => Some(bytes),
            Self::Bytes(bytes) => Some(bytes),
            Self::File(_) | Self::Reader { .. } | Self::Seekable { .. } | Self::Reopened { .. } => {
                None
            }
        }
    }
}

impl Source<'_> {
    /// It can be brought back to its start.
    pub(super) fn can_rewind(&self) -> bool {
        !matches!(self, Self::Reader { read: true, .. })
    }

    pub(super) fn rewind(&mut self) -> io::Result<()> {
        match self {
            Self::Slice(_) | Self::Bytes(_) | Self::Reader { .. } => {}
            Self::File(file) => file.rewind()?,
            Self::Seekable { reader, start } => {
                reader.seek(SeekFrom::Start(*start))?;
            }
            Self::Reopened { reader, .. } => *reader = None,
        }
        Ok(())
    }

    /// The same at its start, if there can be two of it.
    pub(super) fn try_clone(&self) -> Option<Self> {
        Some(match self {
            Self::Slice(bytes) => Self::Slice(bytes),
            Self::Bytes(bytes) => Self::Bytes(bytes.clone()),
            Self::File(file) => Self::File(FileAt::new(Arc::clone(file.get_ref()))),
            Self::Reopened { open, .. } => Self::Reopened {
                open: Arc::clone(open),
                reader: None,
            },
            Self::Reader { .. } | Self::Seekable { .. } => return None,
        })
    }

    /// Lets the sink take of the file by itself, where it is one and the sink
    /// can.
    pub(super) fn send_some(
        &mut self,
        sink: &mut (impl FileSink + ?Sized),
        most: usize,
    ) -> Option<io::Result<usize>> {
        match self {
            Self::File(file) => file.send_some(sink, most),
            _ => None,
        }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            // What lies in memory is never read.
            Self::Slice(_) | Self::Bytes(_) => Err(ErrorKind::Unsupported.into()),
            Self::File(file) => file.read(buf),
            Self::Reader { reader, read } => {
                *read = true;
                reader.read(buf)
            }
            Self::Seekable { reader, .. } => reader.read(buf),
            Self::Reopened { open, reader } => {
                let read = match reader {
                    Some(reader) => reader.read(buf)?,
                    None => reader.insert(open()?).read(buf)?,
                };
                if read == 0 {
                    // It goes: all files of a long form at once are too many.
                    *reader = Some(Box::new(io::empty()));
                }
                Ok(read)
            }
        }
    }
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slice(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::File(file) => file.fmt(f),
            Self::Reader { .. } => f.write_str("reader"),
            Self::Seekable { .. } => f.write_str("reader that seeks"),
            Self::Reopened { .. } => f.write_str("reader that is made anew"),
        }
    }
}

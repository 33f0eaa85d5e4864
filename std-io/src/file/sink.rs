//! What a file can be sent from and to.

use super::read_at::{FileAt, ReadAt};
use super::{FileWrapper, sendfile};
use crate::ChunkedWriter;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Cursor, Empty, Read, Write};
use std::net::TcpStream;

/// A writer that files are sent to.
///
/// Implement it for the connection of a server, which may have a better way
/// than blocks that are read and written: then `wrap_file` and
/// [`FileWrapper::send_to`] take that (WSGI's `wsgi.file_wrapper`). All methods
/// have defaults, so for a plain writer an empty `impl` is enough.
pub trait FileSink: Write {
    /// The size of the blocks that suit it best.
    fn block_size(&self) -> usize {
        64 << 10
    }

    /// How many bytes to offer [`send_file`](Self::send_file) at once: enough
    /// for the call to cost nothing, and few enough to come back now and then.
    fn most_at_once(&self) -> usize {
        1 << 20
    }

    /// Takes up to so many bytes of the file by itself, from this offset on, or
    /// from where the file stands; that moves it. Says how many it took: 0 if
    /// the file has no more.
    ///
    /// `None` if it cannot: the file is then read and written.
    ///
    /// # Errors
    ///
    /// Those of the writer and of the file, with nothing taken.
    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        let _ = (file, offset, most);
        None
    }
}

/// A reader that may have a file underneath.
///
/// For a reader of your own an empty `impl` is enough.
pub trait FileSource: Read {
    /// Lets the sink take up to so many bytes of the file by itself; see
    /// [`FileSink::send_file`]. `None` if there is no file, or it cannot.
    fn send_some(
        &mut self,
        sink: &mut (impl FileSink + ?Sized),
        most: usize,
    ) -> Option<io::Result<usize>> {
        let _ = (sink, most);
        None
    }
}

/// Wraps a file for a sink, in blocks of the size that this likes best.
///
/// ```
/// use tidegate_std_io::wrap_file;
///
/// let mut sink = Vec::new();
/// let sent = wrap_file(&sink, &b"Hello World"[..]).send_to(&mut sink)?;
/// assert_eq!((sent, sink.as_slice()), (11, &b"Hello World"[..]));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn wrap_file<F>(sink: &(impl FileSink + ?Sized), file: F) -> FileWrapper<F> {
    FileWrapper::with_block_size(file, sink.block_size())
}

impl FileSource for File {
    fn send_some(
        &mut self,
        sink: &mut (impl FileSink + ?Sized),
        most: usize,
    ) -> Option<io::Result<usize>> {
        sink.send_file(self, None, most)
    }
}

impl<S: ReadAt> FileSource for FileAt<S> {
    fn send_some(
        &mut self,
        sink: &mut (impl FileSink + ?Sized),
        most: usize,
    ) -> Option<io::Result<usize>> {
        let (file, offset, most) = self.get_ref().in_file(self.position(), most)?;
        if most == 0 {
            return Some(Ok(0));
        }
        let sent = sink.send_file(file, Some(offset), most)?;
        if let Ok(sent) = sent {
            self.advance(sent);
        }
        Some(sent)
    }
}

impl FileSource for &File {
    fn send_some(
        &mut self,
        sink: &mut (impl FileSink + ?Sized),
        most: usize,
    ) -> Option<io::Result<usize>> {
        sink.send_file(self, None, most)
    }
}

impl<F: FileSource> FileSource for &mut F {
    fn send_some(
        &mut self,
        sink: &mut (impl FileSink + ?Sized),
        most: usize,
    ) -> Option<io::Result<usize>> {
        (**self).send_some(sink, most)
    }
}

impl FileSource for &[u8] {}
impl FileSource for Empty {}
impl<T: AsRef<[u8]>> FileSource for Cursor<T> {}
impl<R: Read> FileSource for BufReader<R> {}

impl FileSink for TcpStream {
    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        sendfile::send(self, file, offset, most)
    }
}

impl FileSink for &TcpStream {
    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        sendfile::send(*self, file, offset, most)
    }
}

#[cfg(unix)]
impl FileSink for std::os::unix::net::UnixStream {
    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        sendfile::send(self, file, offset, most)
    }
}

impl<W: Write> FileSink for BufWriter<W> {}
impl<W: Write> FileSink for ChunkedWriter<W> {}
impl<W: FileSink + ?Sized> FileSink for &mut W {
    fn block_size(&self) -> usize {
        (**self).block_size()
    }

    fn most_at_once(&self) -> usize {
        (**self).most_at_once()
    }

    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        (**self).send_file(file, offset, most)
    }
}

impl FileSink for io::Stdout {}
impl FileSink for Vec<u8> {}
impl FileSink for io::Sink {}
impl FileSink for File {}

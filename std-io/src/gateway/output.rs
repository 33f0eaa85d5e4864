use super::validate::{Watched, Watching};
use crate::{FileSink, FileSource, FileWrapper, MultiRange, ReadAt};
use bytes::Bytes;
use std::fmt;
use std::io::{self, Read, Write};
#[cfg(feature = "testing")]
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tidegate_core::{Closed, Closing, OnClose};

/// The body of a response: bytes, an iterator of them, a reader, a file, or a
/// function that writes.
///
/// It is closed exactly once, whatever becomes of it: when it was sent, when
/// that failed, or when nobody wants it. Its content is dropped then, and what
/// was asked for [`on_close`](Self::on_close) happens.
///
/// ```
/// use std::io::Write;
/// use tidegate_std_io::gateway::Output;
///
/// let bytes = Output::from("in memory");
/// assert_eq!(bytes.length(), Some(9));
///
/// let lines = (1..=3).map(|i| Ok(format!("line {i}\n").into()));
/// let mut streamed = Output::iter(lines).on_close(|closed| println!("{} bytes", closed.bytes));
/// assert_eq!(streamed.length(), None);
///
/// let written = Output::writer(|to| to.write_all(b"as it comes")).with_length(11);
/// # let _ = written;
/// ```
///
/// # Limits
///
/// What the content is. A reader is read in blocks of 64 KiB.
///
/// # Errors
///
/// One of the content cuts the response short, if its head was sent before, and
/// the other side can see that; otherwise it becomes an error page.
#[must_use]
pub struct Output {
    closing: Closing<Content, Vec<Hook>>,
    length: Option<u64>,
    /// What the validators around the application find, the innermost first.
    watched: Vec<Watched>,
}

type Hook = OnClose<Box<dyn FnOnce(&Closed) + Send>>;

pub(super) type Blocks = Box<dyn Iterator<Item = io::Result<Bytes>> + Send>;

pub(super) type WriteOnce = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

enum Content {
    Bytes(Bytes),
    Iter(Blocks),
    Reader(Box<dyn Read + Send>),
    File(Box<dyn SendFile>),
    /// There until it is sent.
    Writer(Option<WriteOnce>),
}

/// A block costs an allocation, and most of what a test reads is short.
#[cfg(feature = "testing")]
fn blocks(reader: impl Read + Send + 'static) -> Blocks {
    const BLOCK_SIZE: usize = 16 << 10;
    Box::new(FileWrapper::with_block_size(reader, BLOCK_SIZE).into_bytes())
}

/// Content that is read instead of sent.
#[cfg(feature = "testing")]
pub(super) enum Pulled {
    Bytes(Bytes),
    Blocks(Blocks),
    Writer(WriteOnce),
}

/// Where the content goes.
pub(super) trait Sink: Write {
    /// Sends all of the file, by the system if that can.
    fn send_file(&mut self, file: &mut dyn SendFile) -> io::Result<()>;
}

/// A file, or parts of one, which the system may be able to copy by itself.
pub(super) trait SendFile: Read + Send {
    /// How much of it is still to be sent, if that is known.
    fn left(&self) -> Option<u64>;

    /// Sends what is left, by the system where that can.
    fn send_to(&mut self, sink: &mut dyn FileSink) -> io::Result<()>;

    /// Reads and writes what is left.
    fn write_to(&mut self, writer: &mut dyn Write) -> io::Result<()>;
}

impl<F: FileSource + Send> SendFile for FileWrapper<F> {
    fn left(&self) -> Option<u64> {
        self.len_hint()
    }

    fn send_to(&mut self, sink: &mut dyn FileSink) -> io::Result<()> {
        self.send_to(sink).map(drop)
    }

    fn write_to(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        self.write_to(writer).map(drop)
    }
}

impl<S: ReadAt + Clone + Send> SendFile for MultiRange<S> {
    fn left(&self) -> Option<u64> {
        Some(self.content_length())
    }

    fn send_to(&mut self, sink: &mut dyn FileSink) -> io::Result<()> {
        self.send_to(sink).map(drop)
    }

    fn write_to(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        FileWrapper::new(self).write_to(writer).map(drop)
    }
}

impl Output {
    /// Nothing.
    pub fn empty() -> Self {
        Self::from(Bytes::new())
    }

    /// The blocks of an iterator, each of which is sent when it comes. Of empty
    /// ones nothing is seen.
    pub fn iter<I>(blocks: I) -> Self
    where
        I: IntoIterator<Item = io::Result<Bytes>>,
        I::IntoIter: Send + 'static,
    {
        Self::new(Content::Iter(Box::new(blocks.into_iter())), None)
    }

    /// All that a reader has.
    pub fn reader(reader: impl Read + Send + 'static) -> Self {
        Self::new(Content::Reader(Box::new(reader)), None)
    }

    /// What this function writes. Each write is sent at once, so put a
    /// `BufWriter` around it where they are small. A `flush` goes through to the
    /// client. Behind an error of a write nothing is sent any more, whatever the
    /// function makes of it.
    pub fn writer(write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static) -> Self {
        Self::new(Content::Writer(Some(Box::new(write))), None)
    }

    /// What has this length, which is announced. Another length is an error when
    /// that is seen.
    pub fn with_length(mut self, length: u64) -> Self {
        self.length = Some(length);
        self
    }

    /// Something to happen once when it is over, behind what there is already;
    /// see [`Closing::on_close`].
    #[doc(alias("close", "call_on_close"))]
    pub fn on_close(mut self, callback: impl FnOnce(&Closed) + Send + 'static) -> Self {
        if let Some(callbacks) = self.closing.callbacks() {
            callbacks.push(OnClose::new(Box::new(callback)));
        }
        self
    }

    /// Its length, if it is known.
    pub fn length(&self) -> Option<u64> {
        self.length.or(match self.closing.get_ref()? {
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::File(file) => file.left(),
            Content::Iter(_) | Content::Reader(_) | Content::Writer(_) => None,
        })
    }

    fn new(content: Content, length: Option<u64>) -> Self {
        let closing = Closing::with(content, Vec::new());
        Self {
            closing,
            length,
            watched: Vec::new(),
        }
    }

    /// The same under the eyes of one more validator.
    pub(super) fn watched(mut self, watched: Watched) -> Self {
        self.watched.push(watched);
        self
    }

    /// Sends all of it. Closing is left to [`close`](Self::close).
    pub(super) fn send_to(&mut self, to: &mut impl Sink) -> io::Result<()> {
        let Some(content) = self.closing.stream() else {
            return Ok(());
        };
        if self.watched.is_empty() {
            return content.send_to(to);
        }
        let mut watching = Watching::new(to, &mut self.watched);
        content.send_to(&mut watching)?;
        watching.end()
    }

    /// Takes the content, to be read instead of sent. Drop it before this is
    /// [closed](Self::close).
    #[cfg(feature = "testing")]
    pub(super) fn pull(&mut self) -> Pulled {
        let Some(content) = self.closing.stream() else {
            return Pulled::Bytes(Bytes::new());
        };
        let content = std::mem::replace(content, Content::Bytes(Bytes::new()));
        match content {
            content if !self.watched.is_empty() => {
                Pulled::Writer(content.written_under(std::mem::take(&mut self.watched)))
            }
            Content::Bytes(bytes) => Pulled::Bytes(bytes),
            Content::Iter(blocks) => Pulled::Blocks(blocks),
            Content::Reader(reader) => Pulled::Blocks(blocks(reader)),
            Content::File(file) => Pulled::Blocks(blocks(file)),
            Content::Writer(Some(write)) => Pulled::Writer(write),
            Content::Writer(None) => Pulled::Bytes(Bytes::new()),
        }
    }

    /// So many bytes were taken.
    #[cfg(feature = "testing")]
    pub(super) fn took(&mut self, bytes: usize) {
        self.closing.took(bytes);
    }

    /// It is over, well or not, after so many bytes.
    pub(super) fn close(mut self, sent: u64, well: bool) {
        self.closing
            .took(usize::try_from(sent).unwrap_or(usize::MAX));
        match well {
            true => self.closing.finish(),
            false => self.closing.fail(),
        }
        for watched in self.watched {
            watched.finish(well);
        }
    }
}

impl Content {
    fn send_to(&mut self, to: &mut impl Sink) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => to.write_all(bytes),
            Self::Iter(blocks) => blocks.try_for_each(|block| {
                let block = block?;
                if block.is_empty() {
                    return Ok(());
                }
                to.write_all(&block)?;
                to.flush()
            }),
            Self::Reader(reader) => FileWrapper::new(reader).write_to(to).map(drop),
            Self::File(file) => to.send_file(&mut **file),
            Self::Writer(write) => write.take().map_or(Ok(()), |write| write(to)),
        }
    }

    /// For who reads it: validators see what is sent.
    #[cfg(feature = "testing")]
    fn written_under(mut self, mut watched: Vec<Watched>) -> WriteOnce {
        Box::new(move |writer| {
            let mut to = Plain(writer);
            let mut watching = Watching::new(&mut to, &mut watched);
            let send = || self.send_to(&mut watching).and_then(|()| watching.end());
            let sent = catch_unwind(AssertUnwindSafe(send));
            // Otherwise whoever reads would be blamed for a panic.
            let well = matches!(sent, Ok(Ok(())));
            for watched in watched {
                watched.finish(well);
            }
            sent.unwrap_or_else(|panic| resume_unwind(panic))
        })
    }
}

/// A writer that nothing is known of.
#[cfg(feature = "testing")]
struct Plain<'w>(&'w mut dyn Write);

#[cfg(feature = "testing")]
impl Write for Plain<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(feature = "testing")]
impl Sink for Plain<'_> {
    fn send_file(&mut self, file: &mut dyn SendFile) -> io::Result<()> {
        file.write_to(self)
    }
}

impl From<Bytes> for Output {
    fn from(bytes: Bytes) -> Self {
        Self::new(Content::Bytes(bytes), None)
    }
}

impl From<Vec<u8>> for Output {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static [u8]> for Output {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl From<String> for Output {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Output {
    fn from(text: &'static str) -> Self {
        text.as_bytes().into()
    }
}

impl<F: FileSource + Send + 'static> From<FileWrapper<F>> for Output {
    /// Copied by the system where the file, the handler and the writer can.
    fn from(file: FileWrapper<F>) -> Self {
        Self::new(Content::File(Box::new(file)), None)
    }
}

impl<S: ReadAt + Clone + Send + 'static> From<MultiRange<S>> for Output {
    /// The ranges are copied by the system, as a file is.
    fn from(ranges: MultiRange<S>) -> Self {
        Self::new(Content::File(Box::new(ranges)), None)
    }
}

impl From<()> for Output {
    fn from((): ()) -> Self {
        Self::empty()
    }
}

impl Default for Output {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.closing.get_ref() {
            None => "Closed",
            Some(Content::Bytes(_)) => "Bytes",
            Some(Content::Iter(_)) => "Iter",
            Some(Content::Reader(_)) => "Reader",
            Some(Content::File(_)) => "File",
            Some(Content::Writer(_)) => "Writer",
        };
        f.debug_struct("Output")
            .field("content", &format_args!("{kind}"))
            .field("length", &self.length())
            .finish_non_exhaustive()
    }
}

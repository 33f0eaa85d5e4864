#[cfg(feature = "http-body")]
mod http;
mod pool;
#[cfg(any(feature = "sendfile", feature = "smol-sendfile"))]
mod send;
#[cfg(any(feature = "sendfile", feature = "smol-sendfile"))]
mod socket;
mod threads;

#[cfg(any(feature = "sendfile", feature = "smol-sendfile"))]
pub use socket::FileSocket;
pub use threads::Threads;

use crate::lone::Lone;
use crate::reader::Room;
use bytes::{Buf, Bytes};
use pool::Pool;
use std::fmt;
use std::fs::File;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Seek};
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tidegate_core::ByteRange;

/// What the blocks of tokio's own reader of files are not by far, and no more than
/// a cache of a processor holds.
const BLOCK_SIZE: usize = 64 << 10;

/// So much is read at the first time, so that it is there soon.
const FIRST: usize = 64 << 10;

/// And at most so much: from there on the way to another thread and back costs
/// little beside the reading.
const MOST: usize = 512 << 10;

/// A file, or a part of one, in blocks, read on the threads that a runtime keeps for
/// what blocks: `tokio::FileWrapper` on those of tokio, `futures::FileWrapper` on
/// those of the crate `blocking`, which smol uses and any executor may.
///
/// It is a stream of [`Bytes`], a reader of both kinds, and with `http-body` a body
/// that says its exact size, so that axum and hyper answer with it. Use it instead of
/// `ReaderStream` around tokio's own `File`, which goes to another thread for each
/// block, and instead of `async_fs`; and where a length was promised: a file that
/// shrinks meanwhile is an error and not a short body.
///
/// ```
/// # #[cfg(feature = "smol-fs")]
/// # futures::executor::block_on(async {
/// use std::io::Cursor;
/// use tidegate_async_io::core::ByteRange;
/// use tidegate_async_io::futures::FileWrapper;
///
/// let file = Cursor::new("Hello World");
/// let range = ByteRange::new(6, 5).unwrap();
/// let mut part = FileWrapper::new(file).range(range)?;
/// assert_eq!(part.len_hint(), Some(5));
/// assert_eq!(part.next_block().await.unwrap()?, "World");
/// assert!(part.next_block().await.is_none());
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Limits
///
/// Blocks of 64 KiB, or of [another size](Self::with_block_size). A block may be
/// shorter: it is what one read gives. Of blocks of 0 bytes there are none. Of them
/// as many as fit 512 KiB are read at once into one buffer that they share, and the
/// next ones while these are used: so it takes 1 MiB, and more only for blocks that
/// somebody keeps. The buffers are used again.
///
/// # Errors
///
/// Those of the file; `Interrupted` is retried. `UnexpectedEof` that holds an
/// `At<FileFault>` if a promised file or range ends early, after all that there is,
/// and again on every later call: close the connection then, for what was announced
/// cannot be sent any more. `Other`, for good, where reading panicked or the runtime
/// is shut down.
///
/// # End of input
///
/// Once ended it stays ended.
///
/// # Panics
///
/// That of tokio does when it is polled outside of a runtime of it.
///
/// # Cancel safety
///
/// Nothing is taken that is not handed out: a read that nobody waits for any more
/// goes on, and what it gives is there for the next.
pub struct FileWrapper<F: Send, K: Threads> {
    state: State<F, K>,
    /// What was read and not handed out.
    ready: Bytes,
    block_size: usize,
    position: u64,
    total: Option<u64>,
}

enum State<F: Send, K: Threads> {
    Idle(Box<Worker<F>>),
    Reads(K::Task<Done<F>>),
    Ended,
    /// The file is gone with the thread that read it.
    Lost,
}

/// What a read comes to, and who goes on.
type Done<F> = (Box<Worker<F>>, io::Result<Bytes>);

/// What goes to another thread and comes back.
struct Worker<F> {
    file: Lone<tidegate_std_io::FileWrapper<F>>,
    pool: Arc<Pool>,
    /// How much to read next.
    most: usize,
}

impl<K: Threads> FileWrapper<File, K> {
    /// The file of this path, whole, as long as it is now. What has no length of its
    /// own, as a pipe, is read to its end.
    ///
    /// # Errors
    ///
    /// Those of opening it, and `IsADirectory`.
    ///
    /// # Cancel safety
    ///
    /// A file that was opened for nobody is closed.
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let mut opened = K::spawn(move || {
            let file = File::open(path)?;
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(io::Error::from(ErrorKind::IsADirectory));
            }
            Ok((file, metadata.is_file().then_some(metadata.len())))
        });
        let (file, len) = poll_fn(|cx| K::poll(&mut opened, cx)).await??;
        let wrapper = Self::new(file);
        Ok(match len {
            Some(len) => wrapper.exact(len),
            None => wrapper,
        })
    }
}

impl<F: Send, K: Threads> FileWrapper<F, K> {
    /// All that the file has, from where it stands.
    pub fn new(file: F) -> Self {
        Self::with_block_size(file, BLOCK_SIZE)
    }

    /// The same in blocks of so many bytes.
    #[doc(alias("buffer_size", "blksize"))]
    pub fn with_block_size(file: F, block_size: usize) -> Self {
        let most = whole_blocks(MOST, block_size);
        Self::of(
            tidegate_std_io::FileWrapper::with_block_size(file, most),
            block_size,
        )
    }

    fn of(file: tidegate_std_io::FileWrapper<F>, block_size: usize) -> Self {
        Self {
            block_size,
            ready: Bytes::new(),
            position: 0,
            total: file.len_hint(),
            state: State::Idle(Box::new(Worker {
                file: Lone::new(file),
                pool: Arc::default(),
                most: whole_blocks(FIRST, block_size),
            })),
        }
    }

    /// Exactly so many bytes, from where the file stands: what a Content-Length
    /// promised.
    ///
    /// # Panics
    ///
    /// If it was read already.
    #[must_use]
    pub fn exact(self, len: u64) -> Self {
        let (block_size, file) = self.unread();
        Self::of(file.exact(len), block_size)
    }

    /// How many bytes are still to come, if that was promised.
    pub fn len_hint(&self) -> Option<u64> {
        Some(self.total? - self.position)
    }

    /// How many bytes were handed out.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// The longest block, in bytes.
    pub const fn block_size(&self) -> usize {
        self.block_size
    }

    /// Not even ahead of what was handed out: the file would stand behind that.
    #[expect(clippy::panic, reason = "a broken contract of the caller")]
    fn unread(self) -> (usize, tidegate_std_io::FileWrapper<F>) {
        if let State::Idle(worker) = self.state {
            let file = worker.file.into_inner();
            if self.position == 0 && file.position() == 0 {
                return (self.block_size, file);
            }
        }
        panic!("the file was read already")
    }
}

impl<F: Seek + Send, K: Threads> FileWrapper<F, K> {
    /// These bytes of the file, which is sought in for them, at once.
    ///
    /// # Errors
    ///
    /// Those of seeking.
    ///
    /// # Panics
    ///
    /// If it was read already.
    pub fn range(self, range: ByteRange) -> io::Result<Self>
    where
        F: Read,
    {
        let (block_size, file) = self.unread();
        Ok(Self::of(file.range(range)?, block_size))
    }
}

impl<F: Read + Send + 'static, K: Threads> FileWrapper<F, K> {
    /// The next block, or `None` behind the last.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    ///
    /// # Cancel safety
    ///
    /// A later call gives what this one would have given.
    pub async fn next_block(&mut self) -> Option<io::Result<Bytes>> {
        poll_fn(|cx| self.poll_data(cx)).await
    }

    /// The next block.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let len = ready!(self.poll_window(cx))?.len();
        if len == 0 {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(Ok(self.split_frame(len))))
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let State::Idle(_) = self.state {
            self.read_on();
        }
        ready!(self.poll_read(cx))?;
        // While these are used.
        if let State::Idle(_) = self.state {
            self.read_on();
        }
        Poll::Ready(Ok(()))
    }

    /// Waits for what somebody reads.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let read = match &mut self.state {
            State::Reads(read) => ready!(K::poll(read, cx)),
            State::Ended => return Poll::Ready(Ok(())),
            State::Idle(_) | State::Lost => return Poll::Ready(Err(lost())),
        };
        let (worker, read) = match read {
            Ok(read) => read,
            Err(error) => {
                self.state = State::Lost;
                return Poll::Ready(Err(error));
            }
        };
        self.state = State::Idle(worker);
        self.ready = read?;
        if self.ready.is_empty() {
            self.state = State::Ended;
        }
        Poll::Ready(Ok(()))
    }

    /// Has somebody read who may be blocked by it, unless all that was promised was
    /// read.
    fn read_on(&mut self) {
        let read = self.position + self.ready.len() as u64;
        self.state = match mem::replace(&mut self.state, State::Lost) {
            State::Idle(_) if self.total == Some(read) => State::Ended,
            State::Idle(mut worker) => State::Reads(K::spawn(move || {
                let read = worker.read();
                (worker, read)
            })),
            state => state,
        };
    }
}

impl<F: Send, K: Threads> FileWrapper<F, K> {
    /// The first bytes of it, which somebody has read already.
    #[cfg(feature = "form-data")]
    pub(crate) fn with_ready(mut self, ready: Bytes) -> Self {
        self.ready = ready;
        self
    }

    pub(crate) fn slice(&self, start: usize, len: usize) -> Bytes {
        self.ready.slice(start..start + len)
    }

    pub(crate) fn split_frame(&mut self, len: usize) -> Bytes {
        self.position += len as u64;
        self.ready.split_to(len)
    }
}

impl<F: Read> Worker<F> {
    fn read(&mut self) -> io::Result<Bytes> {
        let file = self.file.get_mut();
        let left = file.len_hint().and_then(|left| usize::try_from(left).ok());
        let most = left.map_or(self.most, |left| left.min(self.most));
        // The end takes none, and says whether it is a good one.
        let mut buffer = self.pool.buffer(most.max(1));
        let read = file.read(buffer.room())?;
        self.most = self.most.saturating_mul(2).min(file.block_size());
        Ok(buffer.into_bytes(read))
    }
}

impl<F: Read + Send + 'static, K: Threads> Room for FileWrapper<F, K> {
    fn poll_window(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        if self.ready.is_empty() {
            ready!(self.poll_ready(cx))?;
        }
        let len = self.ready.len().min(self.block_size);
        Poll::Ready(Ok(&self.ready[..len]))
    }

    fn take(&mut self, amount: usize) {
        self.position += amount as u64;
        self.ready.advance(amount);
    }
}

/// As many bytes as whole blocks fit, one at least.
fn whole_blocks(bytes: usize, block_size: usize) -> usize {
    match bytes.checked_div(block_size) {
        Some(blocks) => block_size * blocks.max(1),
        None => 0,
    }
}

#[cold]
fn lost() -> io::Error {
    io::Error::other("the thread that read the file is gone")
}

impl<F: Send, K: Threads> fmt::Debug for FileWrapper<F, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileWrapper")
            .field("position", &self.position)
            .field("len_hint", &self.len_hint())
            .finish_non_exhaustive()
    }
}

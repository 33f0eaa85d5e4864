//! Files to sockets, by the system where it can.

use super::{FileSocket, FileWrapper, State, Threads, lost};
use crate::reader::Room;
use std::fs::File;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Write};
use std::task::{Context, Poll, ready};
use tidegate_std_io::{FileSink, FileSource};

/// So much is sent before others have their turn, which takes half a millisecond; a
/// socket at whose other end somebody reads as fast would never be pending.
const TURN: u64 = 1 << 20;

impl<F: FileSource + Send + 'static, K: Threads> FileWrapper<F, K> {
    /// Sends all that is left to a socket, and says how many bytes that were.
    ///
    /// On Linux the system copies the file into the socket by itself (`sendfile`),
    /// whenever the socket has room, and nothing goes through memory or another
    /// thread. What it cannot copy, and all of it on other systems, is read on other
    /// threads and written. Use it where the connection is your own: hyper and axum
    /// keep theirs, and are answered with the file as a body.
    ///
    /// ```
    /// # #[cfg(feature = "sendfile")]
    /// # tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap().block_on(async {
    /// use tidegate_async_io::tokio::FileWrapper;
    /// use tokio::net::{TcpListener, TcpStream};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let mut client = TcpStream::connect(listener.local_addr()?).await?;
    /// let mut file = FileWrapper::open(std::env::current_exe()?).await?.exact(1000);
    /// assert_eq!(file.send_to(&mut client).await?, 1000);
    /// assert_eq!(file.len_hint(), Some(0));
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Blocking
    ///
    /// What of the file is not in the memory of the system is waited for, and all
    /// tasks of this thread with it, as long as the disk takes for 1 MiB: some
    /// milliseconds. Then the others have their turn. To do it on another thread
    /// would cost a fifth of the processor time of all files, and those on slow disks
    /// and networks are better sent as a stream.
    ///
    /// # Errors
    ///
    /// Those of [the type](Self#errors) and of the socket. With `sendfile` a file
    /// which is written to in place while it is sent may arrive half old and half
    /// new.
    ///
    /// # Cancel safety
    ///
    /// What was sent is taken, and nothing else: a later call goes on behind it,
    /// and counts what it sends itself. How far all of them got
    /// [`position`](Self::position) says.
    pub async fn send_to(&mut self, socket: &mut (impl FileSocket + ?Sized)) -> io::Result<u64> {
        let start = self.position;
        let mut copies = false;
        poll_fn(|cx| self.poll_send(cx, &*socket, &mut copies)).await?;
        Ok(self.position - start)
    }

    /// `copies`: the system does not, so the next blocks are read while these are
    /// written.
    fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        socket: &(impl FileSocket + ?Sized),
        copies: &mut bool,
    ) -> Poll<io::Result<()>> {
        let turn = self.position;
        while self.position - turn < TURN {
            if !self.ready.is_empty() {
                match socket.try_write(&self.ready) {
                    Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                    Ok(written) => self.take(written),
                    Err(error) => ready!(wait(cx, socket, error))?,
                }
                continue;
            }
            match &mut self.state {
                State::Idle(worker) => match worker.file.get_mut().send_some(&mut Now(socket)) {
                    Some(Ok(0)) => self.state = State::Ended,
                    Some(Ok(sent)) => self.position += sent as u64,
                    Some(Err(error)) => ready!(wait(cx, socket, error))?,
                    None => {
                        *copies = true;
                        self.read_on();
                    }
                },
                State::Reads(_) => {
                    ready!(self.poll_read(cx))?;
                    if *copies {
                        self.read_on();
                    }
                }
                State::Ended => return Poll::Ready(Ok(())),
                State::Lost => return Poll::Ready(Err(lost())),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Until a socket that had no room has some.
fn wait(
    cx: &mut Context<'_>,
    socket: &(impl FileSocket + ?Sized),
    error: io::Error,
) -> Poll<io::Result<()>> {
    match error.kind() {
        ErrorKind::WouldBlock => socket.poll_writable(cx),
        ErrorKind::Interrupted => Poll::Ready(Ok(())),
        _ => Poll::Ready(Err(error)),
    }
}

/// A socket that takes what it has room for, or nothing.
struct Now<'s, S: ?Sized>(&'s S);

impl<S: FileSocket + ?Sized> Write for Now<'_, S> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.0.try_write(data)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<S: FileSocket + ?Sized> FileSink for Now<'_, S> {
    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        self.0.try_send(file, offset, most)
    }
}

//! The sockets that files are sent to.

use std::fs::File;
use std::io;
use std::task::{Context, Poll};

/// A socket that files are sent to, by the system where it can.
///
/// Sealed: it is implemented for the sockets of tokio and their owned write halves,
/// with `sendfile`, and for those of the crate `async-io`, shared ones too, with
/// `smol-sendfile`. A socket of `smol::net` is made one by `Arc::<Async<_>>::from`.
pub trait FileSocket: sealed::Sealed {
    /// Whether it has room again, after it had none.
    #[doc(hidden)]
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Writes what it has room for, or is `WouldBlock`.
    #[doc(hidden)]
    fn try_write(&self, data: &[u8]) -> io::Result<usize>;

    /// The same within the system, as
    /// [`FileSink::send_file`](tidegate_std_io::FileSink::send_file).
    #[doc(hidden)]
    fn try_send(&self, file: &File, offset: Option<u64>, most: usize) -> Option<io::Result<usize>> {
        let _ = (file, offset, most);
        None
    }
}

mod sealed {
    #[expect(unnameable_types, reason = "that is what it is for")]
    pub trait Sealed {}
}

#[cfg(feature = "sendfile")]
mod of_tokio {
    use super::{Context, File, FileSocket, Poll, io, sealed::Sealed};
    use tokio::net::{TcpStream, tcp};
    #[cfg(unix)]
    use tokio::net::{UnixStream, unix};

    impl Sealed for TcpStream {}

    impl FileSocket for TcpStream {
        fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll_write_ready(cx)
        }

        fn try_write(&self, data: &[u8]) -> io::Result<usize> {
            Self::try_write(self, data)
        }

        #[cfg(unix)]
        fn try_send(
            &self,
            file: &File,
            offset: Option<u64>,
            most: usize,
        ) -> Option<io::Result<usize>> {
            let io = |send: Send<'_>| self.try_io(WRITABLE, send);
            send(self, file, offset, most, io)
        }
    }

    impl Sealed for tcp::OwnedWriteHalf {}

    impl FileSocket for tcp::OwnedWriteHalf {
        fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            FileSocket::poll_writable(self.as_ref(), cx)
        }

        fn try_write(&self, data: &[u8]) -> io::Result<usize> {
            FileSocket::try_write(self.as_ref(), data)
        }

        fn try_send(
            &self,
            file: &File,
            offset: Option<u64>,
            most: usize,
        ) -> Option<io::Result<usize>> {
            self.as_ref().try_send(file, offset, most)
        }
    }

    #[cfg(unix)]
    impl Sealed for UnixStream {}

    #[cfg(unix)]
    impl FileSocket for UnixStream {
        fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll_write_ready(cx)
        }

        fn try_write(&self, data: &[u8]) -> io::Result<usize> {
            Self::try_write(self, data)
        }

        fn try_send(
            &self,
            file: &File,
            offset: Option<u64>,
            most: usize,
        ) -> Option<io::Result<usize>> {
            let io = |send: Send<'_>| self.try_io(WRITABLE, send);
            send(self, file, offset, most, io)
        }
    }

    #[cfg(unix)]
    impl Sealed for unix::OwnedWriteHalf {}

    #[cfg(unix)]
    impl FileSocket for unix::OwnedWriteHalf {
        fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            FileSocket::poll_writable(self.as_ref(), cx)
        }

        fn try_write(&self, data: &[u8]) -> io::Result<usize> {
            FileSocket::try_write(self.as_ref(), data)
        }

        fn try_send(
            &self,
            file: &File,
            offset: Option<u64>,
            most: usize,
        ) -> Option<io::Result<usize>> {
            self.as_ref().try_send(file, offset, most)
        }
    }

    #[cfg(unix)]
    const WRITABLE: tokio::io::Interest = tokio::io::Interest::WRITABLE;

    #[cfg(unix)]
    type Send<'s> = &'s mut dyn FnMut() -> io::Result<usize>;

    /// `io` has it done, and takes note where there is no room: it wakes nobody
    /// otherwise.
    #[cfg(unix)]
    fn send(
        socket: &impl std::os::fd::AsFd,
        file: &File,
        offset: Option<u64>,
        most: usize,
        io: impl FnOnce(Send<'_>) -> io::Result<usize>,
    ) -> Option<io::Result<usize>> {
        let mut can = true;
        let sent = io(&mut || {
            tidegate_std_io::sendfile(socket, file, offset, most).unwrap_or_else(|| {
                can = false;
                Ok(0)
            })
        });
        can.then_some(sent)
    }
}

#[cfg(feature = "smol-sendfile")]
mod of_smol {
    use super::{Context, File, FileSocket, Poll, io, sealed::Sealed};
    use async_io::Async;
    use std::io::Write;
    use std::net::TcpStream;
    #[cfg(unix)]
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use tidegate_std_io::FileSink;

    impl Sealed for Async<TcpStream> {}

    impl FileSocket for Async<TcpStream> {
        fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Self::poll_writable(self, cx)
        }

        fn try_write(&self, data: &[u8]) -> io::Result<usize> {
            self.get_ref().write(data)
        }

        fn try_send(
            &self,
            file: &File,
            offset: Option<u64>,
            most: usize,
        ) -> Option<io::Result<usize>> {
            self.get_ref().send_file(file, offset, most)
        }
    }

    #[cfg(unix)]
    impl Sealed for Async<UnixStream> {}

    #[cfg(unix)]
    impl FileSocket for Async<UnixStream> {
        fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Self::poll_writable(self, cx)
        }

        fn try_write(&self, data: &[u8]) -> io::Result<usize> {
            self.get_ref().write(data)
        }

        fn try_send(
            &self,
            file: &File,
            offset: Option<u64>,
            most: usize,
        ) -> Option<io::Result<usize>> {
            tidegate_std_io::sendfile(self.get_ref(), file, offset, most)
        }
    }

    impl<S: FileSocket> Sealed for Arc<S> {}

    impl<S: FileSocket> FileSocket for Arc<S> {
        fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            (**self).poll_writable(cx)
        }

        fn try_write(&self, data: &[u8]) -> io::Result<usize> {
            (**self).try_write(data)
        }

        fn try_send(
            &self,
            file: &File,
            offset: Option<u64>,
            most: usize,
        ) -> Option<io::Result<usize>> {
            (**self).try_send(file, offset, most)
        }
    }
}

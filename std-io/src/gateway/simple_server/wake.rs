//! Waits for a connection, or for the server to be stopped.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};

/// On Linux what is accepted has what the listener was given.
pub(super) const HANDS_ON_NODELAY: bool = cfg!(target_os = "linux");

#[cfg(unix)]
pub(super) use unix::{Waker, accept};

#[cfg(not(unix))]
pub(super) use other::{Waker, accept};

/// What is waited for: `None` if it was woken.
type Accepted = io::Result<Option<(TcpStream, SocketAddr)>>;

#[cfg(unix)]
mod unix {
    use super::{Accepted, TcpListener, io};
    use rustix::event::{PollFd, PollFlags, poll};
    use std::io::{ErrorKind, Write};
    use std::os::unix::net::UnixStream;

    /// Two ends of a socket: a byte in one of them wakes whoever polls the other,
    /// now and later.
    #[derive(Debug)]
    pub(in super::super) struct Waker {
        sender: UnixStream,
        receiver: UnixStream,
    }

    impl Waker {
        pub(in super::super) fn new(listener: &TcpListener) -> io::Result<Self> {
            // Who has gone between `poll` and `accept` is not waited for.
            listener.set_nonblocking(true)?;
            if super::HANDS_ON_NODELAY {
                rustix::net::sockopt::set_tcp_nodelay(listener, true)?;
            }
            let (sender, receiver) = UnixStream::pair()?;
            sender.set_nonblocking(true)?;
            Ok(Self { sender, receiver })
        }

        pub(in super::super) fn wake(&self) {
            // If it is full it wakes already.
            let _ = (&self.sender).write(&[0]);
        }

        /// For who wakes it without knowing it: a signal.
        #[cfg(feature = "signals")]
        pub(in super::super) fn sender(&self) -> io::Result<UnixStream> {
            self.sender.try_clone()
        }

        fn wait(&self, listener: &TcpListener) -> io::Result<bool> {
            let mut waited = [
                PollFd::new(&self.receiver, PollFlags::IN),
                PollFd::new(listener, PollFlags::IN),
            ];
            match poll(&mut waited, None) {
                Err(error) if error == rustix::io::Errno::INTR => Ok(false),
                polled => polled.map(|_| !waited[0].revents().is_empty()),
            }
            .map_err(io::Error::from)
        }
    }

    pub(in super::super) fn accept(listener: &TcpListener, waker: &Waker) -> Accepted {
        loop {
            if waker.wait(listener)? {
                return Ok(None);
            }
            match listener.accept() {
                Ok((stream, peer)) => {
                    // Some systems hand it on from the listener.
                    if !cfg!(target_os = "linux") {
                        stream.set_nonblocking(false)?;
                    }
                    return Ok(Some((stream, peer)));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Where a listener cannot be waited for together with something else, it is
/// connected to.
#[cfg(not(unix))]
mod other {
    use super::{Accepted, SocketAddr, TcpListener, TcpStream, io};
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    #[derive(Debug)]
    pub(in super::super) struct Waker {
        address: SocketAddr,
        is_woken: AtomicBool,
    }

    impl Waker {
        pub(in super::super) fn new(listener: &TcpListener) -> io::Result<Self> {
            let mut address = listener.local_addr()?;
            if address.ip().is_unspecified() {
                address.set_ip(match address.ip() {
                    IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                    IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
                });
            }
            let is_woken = AtomicBool::new(false);
            Ok(Self { address, is_woken })
        }

        pub(in super::super) fn wake(&self) {
            self.is_woken.store(true, SeqCst);
            // If there is no room for it, others are accepted, and wake as well.
            let _ = TcpStream::connect(self.address);
        }
    }

    pub(in super::super) fn accept(listener: &TcpListener, waker: &Waker) -> Accepted {
        let accepted = match waker.is_woken.load(SeqCst) {
            true => return Ok(None),
            false => listener.accept(),
        };
        match waker.is_woken.load(SeqCst) {
            true => Ok(None),
            false => accepted.map(Some),
        }
    }
}

//! `PacedReader`: a socket that is not waited for for ever.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tidegate_core::Pace;

/// How much before its time a timeout may come, on some systems.
const EARLY: Duration = Duration::from_millis(20);

/// A source whose reads can be told how long to wait.
pub trait ReadTimeout {
    /// A read that waits longer than this fails with `WouldBlock` or `TimedOut`.
    /// The time is never zero; `None` waits for ever.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()>;
}

impl ReadTimeout for TcpStream {
    fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        Self::set_read_timeout(self, timeout)
    }
}

#[cfg(unix)]
impl ReadTimeout for std::os::unix::net::UnixStream {
    fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        Self::set_read_timeout(self, timeout)
    }
}

impl<S: ReadTimeout + ?Sized> ReadTimeout for &S {
    fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        (**self).set_read_timeout(timeout)
    }
}

/// A socket whose other side is held to a [`Pace`].
///
/// Put it under the `BufReader` of a connection, on a socket that blocks: only
/// the time in which a read waits counts. A read timeout alone lets a
/// client hold a connection for ever by a byte now and then.
///
/// ```no_run
/// use std::io::{BufReader, Read};
/// use std::net::TcpListener;
/// use std::time::Duration;
/// use tidegate_std_io::{Pace, PacedReader};
///
/// let (socket, _) = TcpListener::bind("127.0.0.1:8080")?.accept()?;
/// let pace = Pace::new()
///     .deadline(Duration::from_secs(60))
///     .min_rate(100, Duration::from_secs(10));
/// let mut connection = BufReader::new(PacedReader::new(&socket, pace));
/// connection.read_to_end(&mut Vec::new())?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// Those of the [`Pace`], counted while a read waits and not while nobody
/// reads.
///
/// # Errors
///
/// `TimedOut` that holds an `At<PaceFault>`, again on every later read until
/// there is [a new pace](Self::set_pace); before it all that came. Errors of the
/// source are passed on, but for a timeout that was set here.
#[derive(Debug)]
pub struct PacedReader<S> {
    source: S,
    pace: Pace,
}

impl<S: ReadTimeout> PacedReader<S> {
    /// Starts with nothing waited for.
    pub fn new(source: S, pace: Pace) -> Self {
        Self { source, pace }
    }

    /// Starts anew, for the next request of a connection.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// The source.
    pub fn get_ref(&self) -> &S {
        &self.source
    }

    /// The source, with the timeout of the last read still set.
    pub fn into_inner(self) -> S {
        self.source
    }
}

impl<S: Read + ReadTimeout> Read for PacedReader<S> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let patience = self.pace.patience()?;
        let timeout = (patience < Duration::MAX).then_some(patience);
        self.source.set_read_timeout(timeout)?;
        let start = Instant::now();
        let outcome = self.source.read(buf);
        let mut waited = start.elapsed();
        let timed_out = outcome.as_ref().is_err_and(timed_out);
        if timed_out && waited.saturating_add(EARLY) >= patience {
            waited = waited.max(patience);
        }
        self.pace
            .record(waited, outcome.as_ref().copied().unwrap_or(0));
        if timed_out {
            // Unless it was not ours: a socket may not wait at all.
            self.pace.patience()?;
        }
        outcome
    }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

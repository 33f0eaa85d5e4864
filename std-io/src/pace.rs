//! `PacedReader` and `PacedWriter`: a socket that is not waited for for ever.

use crate::FileSink;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tidegate_core::Pace;

/// How much before its time a timeout may come, on some systems.
const EARLY: Duration = Duration::from_millis(20);

/// How long a write waits before it is tried again. Linux wakes a writer when a
/// third of the send buffer is free, which may be minutes of a slow line: but
/// who asks again may write into whatever is free, and so sees that the client
/// does take something.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// The most that is offered to a socket at once. The system may wait anew for
/// each piece of a write that it finds room for, and there are few in this.
const MOST: usize = 64 << 10;

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
        let timed_out = outcome.as_ref().is_err_and(timed_out);
        let waited = waited(start, timed_out, patience);
        self.pace
            .record(waited, outcome.as_ref().copied().unwrap_or(0));
        if timed_out {
            // Unless it was not ours: a socket may not wait at all.
            self.pace.patience()?;
        }
        outcome
    }
}

/// A sink whose writes can be told how long to wait.
pub trait WriteTimeout {
    /// A write that waits longer than this for room fails with `WouldBlock` or
    /// `TimedOut`. The time is never zero; `None` waits for ever.
    ///
    /// # Errors
    ///
    /// Those of the sink.
    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()>;
}

impl WriteTimeout for TcpStream {
    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        Self::set_write_timeout(self, timeout)
    }
}

#[cfg(unix)]
impl WriteTimeout for std::os::unix::net::UnixStream {
    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        Self::set_write_timeout(self, timeout)
    }
}

impl<S: WriteTimeout + ?Sized> WriteTimeout for &S {
    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        (**self).set_write_timeout(timeout)
    }
}

/// A socket whose other side is held to a [`Pace`] in taking what is written.
///
/// [`PacedReader`] is for what a client sends, this for what it is answered: on
/// a socket that blocks, with a new one, or [a new pace](Self::set_pace), for
/// each answer. A `BufWriter` goes over it and not under it. A write timeout
/// alone begins anew with every byte that is taken, so a client can hold a
/// connection for days over one answer. As a [`FileSink`] it sends files as the
/// socket does.
///
/// ```no_run
/// use std::io::Write;
/// use std::net::TcpListener;
/// use std::time::Duration;
/// use tidegate_std_io::{Pace, PacedWriter};
///
/// let (socket, _) = TcpListener::bind("127.0.0.1:8080")?.accept()?;
/// let pace = Pace::new().min_rate(100, Duration::from_secs(30));
/// let mut answer = PacedWriter::new(&socket, pace);
/// answer.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// Those of the [`Pace`], counted while a write waits. Bytes are taken when the
/// system has them: what fits into its buffers is taken at once, whatever the
/// client does. A call takes at most 64 KiB; one that finds room for a little
/// again and again may wait longer than the pace allows, until it has found
/// room for that.
///
/// # Errors
///
/// `TimedOut` that holds an `At<PaceFault>`, again on every later write until
/// there is [a new pace](Self::set_pace); its offset is what was written. Errors
/// of the sink are passed on, but for a timeout that was set here.
#[derive(Debug)]
pub struct PacedWriter<S> {
    sink: S,
    pace: Pace,
}

impl<S: WriteTimeout> PacedWriter<S> {
    /// Starts with nothing waited for.
    pub fn new(sink: S, pace: Pace) -> Self {
        Self { sink, pace }
    }

    /// Starts anew, for the next answer on a connection.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// The sink.
    pub fn get_ref(&self) -> &S {
        &self.sink
    }

    /// The sink, with the timeout of the last write still set.
    pub fn into_inner(self) -> S {
        self.sink
    }

    /// Makes a call that writes, again and again while there is no room and
    /// patience is left. Without a result if that has none.
    fn wait<T>(&mut self, mut call: T) -> io::Result<Option<usize>>
    where
        T: FnMut(&mut S) -> Option<io::Result<usize>>,
    {
        loop {
            let patience = self.pace.patience()?;
            let time = patience.min(ASK_AGAIN);
            let timeout = (patience < Duration::MAX).then_some(time);
            self.sink.set_write_timeout(timeout)?;
            let start = Instant::now();
            let Some(outcome) = call(&mut self.sink) else {
                return Ok(None);
            };
            let timed_out = timeout.is_some() && outcome.as_ref().is_err_and(timed_out);
            let waited = waited(start, timed_out, time);
            self.pace
                .record(waited, outcome.as_ref().copied().unwrap_or(0));
            // Unless it was not ours: a socket may not wait at all.
            if !timed_out || waited < time {
                return outcome.map(Some);
            }
        }
    }
}

impl<S: Write + WriteTimeout> Write for PacedWriter<S> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let some = &buf[..buf.len().min(MOST)];
        let written = self.wait(|sink| Some(sink.write(some)))?;
        Ok(written.unwrap_or(0))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl<S: FileSink + WriteTimeout> FileSink for PacedWriter<S> {
    fn block_size(&self) -> usize {
        self.sink.block_size()
    }

    fn most_at_once(&self) -> usize {
        self.sink.most_at_once().min(MOST)
    }

    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        let most = most.min(MOST);
        self.wait(|sink| sink.send_file(file, offset, most))
            .transpose()
    }
}

/// How long a call waited that was to wait no longer than this.
fn waited(start: Instant, timed_out: bool, patience: Duration) -> Duration {
    let waited = start.elapsed();
    match timed_out && waited.saturating_add(EARLY) >= patience {
        true => waited.max(patience),
        false => waited,
    }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

//! The two directions of a connection.

use super::Limits;
use crate::{FileSink, PacedReader, PacedWriter, ReadTimeout, WriteTimeout};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// How much of a connection is held in memory, whatever comes over it.
const BUFFER: usize = 64 << 10;

/// The longest answer that is a short one, in bytes.
pub(super) const SHORT: u64 = 64 << 10;

pub(super) type Reader = BufReader<PacedReader<Socket>>;

/// A socket that is asked for a timeout it has already without a system call:
/// from one request to the next it is nearly always the same.
#[derive(Clone, Debug)]
pub(super) struct Socket(Arc<Timed>);

#[derive(Debug)]
struct Timed {
    stream: TcpStream,
    /// In nanoseconds, as last set.
    read: AtomicU64,
    write: AtomicU64,
}

/// Waits for ever, as a socket does at first.
const FOR_EVER: u64 = u64::MAX;

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(Timed {
            stream,
            read: AtomicU64::new(FOR_EVER),
            write: AtomicU64::new(FOR_EVER),
        }))
    }

    pub(super) fn stream(&self) -> &TcpStream {
        &self.0.stream
    }

    pub(super) fn reader(&self, limits: &Limits) -> Reader {
        let paced = PacedReader::new(self.clone(), limits.between_requests());
        BufReader::with_capacity(BUFFER, paced)
    }
}

/// Sets it unless it is set. What failed is set again.
fn set(
    known: &AtomicU64,
    timeout: Option<Duration>,
    set: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let nanos = timeout.map_or(FOR_EVER, |time| {
        u64::try_from(time.as_nanos()).unwrap_or(FOR_EVER - 1)
    });
    if known.load(Relaxed) != nanos {
        set()?;
        known.store(nanos, Relaxed);
    }
    Ok(())
}

impl ReadTimeout for Socket {
    fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        let stream = self.stream();
        set(&self.0.read, timeout, || stream.set_read_timeout(timeout))
    }
}

impl WriteTimeout for Socket {
    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        let stream = self.stream();
        set(&self.0.write, timeout, || stream.set_write_timeout(timeout))
    }
}

impl Read for Socket {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.stream().read(buf)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Socket {
    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        self.stream().send_file(file, offset, most)
    }
}

/// Where the answers of a connection go. The next request is read when one is
/// written, and not before: who does not take answers cannot ask for more.
///
/// The first bytes of an answer are held to the pace of short ones, which is one
/// for all answers of the connection; what follows to that of long ones, which
/// begins anew with each.
#[derive(Debug)]
pub(super) struct Writer {
    short: PacedWriter<Socket>,
    long: PacedWriter<Socket>,
    /// How many bytes the present answer has.
    written: u64,
}

impl Writer {
    pub(super) fn new(socket: &Socket, limits: &Limits) -> Self {
        Self {
            short: PacedWriter::new(socket.clone(), limits.with_short_answers()),
            long: PacedWriter::new(socket.clone(), limits.with_long_answer()),
            written: 0,
        }
    }

    /// The next answer comes.
    pub(super) fn begin(&mut self, limits: &Limits) {
        if self.written > SHORT {
            self.long.set_pace(limits.with_long_answer());
        }
        self.written = 0;
    }

    fn present(&mut self) -> &mut PacedWriter<Socket> {
        match self.written {
            0..SHORT => &mut self.short,
            _ => &mut self.long,
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.present().write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Writer {
    fn block_size(&self) -> usize {
        self.long.block_size()
    }

    fn most_at_once(&self) -> usize {
        self.long.most_at_once()
    }

    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        let sent = self.present().send_file(file, offset, most)?;
        self.written += sent.as_ref().copied().unwrap_or_default() as u64;
        Some(sent)
    }
}

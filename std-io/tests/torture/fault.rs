//! One fault at one call, and the reader, the file and the writer that have it.

use std::fs::File;
use std::io::{self, BufRead, ErrorKind, IoSlice, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tidegate_std_io::{FileSink, FileSource, ReadAt, ReadTimeout, WriteTimeout};

/// What one call comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// One byte.
    Short,
    /// One byte, and so does every call behind it.
    Drips,
    /// One byte or `WouldBlock` from here on, as of a socket that does not block.
    Trickles,
    /// An error that is nobody's fault: the next call goes on.
    Waits(ErrorKind),
    /// The connection is gone, and stays so.
    Resets,
    /// The same error, but the next call goes on.
    Falters,
    /// A reader ends; a writer takes nothing any more.
    Ends,
    Panics,
}

pub(crate) const FAULTS: [Fault; 10] = [
    Fault::Short,
    Fault::Drips,
    Fault::Trickles,
    Fault::Waits(ErrorKind::Interrupted),
    Fault::Waits(ErrorKind::WouldBlock),
    Fault::Waits(ErrorKind::TimedOut),
    Fault::Resets,
    Fault::Falters,
    Fault::Ends,
    Fault::Panics,
];

pub(crate) const GONE: ErrorKind = ErrorKind::ConnectionReset;

/// What a reader or a writer says that panics.
pub(crate) const SCRIPTED: &str = "as it stands in the script";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Reader,
    Writer,
}

/// All calls of one operation, by whichever of its sides, are counted together.
#[derive(Debug, Default)]
pub(crate) struct Script {
    fault: Option<(Fault, usize)>,
    calls: AtomicUsize,
    hit: Mutex<Option<Side>>,
    /// How many bytes were read.
    given: AtomicUsize,
    /// How much of its input a reader has that ended before the end of it.
    ends_at: Mutex<Option<usize>>,
}

enum Turn {
    Whole,
    Short,
    Ends,
}

impl Script {
    pub(crate) fn new(fault: Option<(Fault, usize)>) -> Arc<Self> {
        Arc::new(Self {
            fault,
            ..Self::default()
        })
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(SeqCst)
    }

    /// Whose call had the fault.
    pub(crate) fn hit(&self) -> Option<Side> {
        *self.hit.lock().unwrap()
    }

    pub(crate) fn given(&self) -> usize {
        self.given.load(SeqCst)
    }

    pub(crate) fn ends_at(&self) -> Option<usize> {
        *self.ends_at.lock().unwrap()
    }

    fn turn(&self, side: Side) -> io::Result<Turn> {
        let call = self.calls.fetch_add(1, SeqCst) + 1;
        let Some((fault, at)) = self.fault.filter(|(_, at)| call >= *at) else {
            return Ok(Turn::Whole);
        };
        // The other side is well.
        if *self.hit.lock().unwrap().get_or_insert(side) != side {
            return Ok(Turn::Whole);
        }
        match fault {
            Fault::Drips => Ok(Turn::Short),
            // In no rhythm that somebody who tries again could fall into.
            Fault::Trickles if (call - at).count_ones().is_multiple_of(2) => Ok(Turn::Short),
            Fault::Trickles => Err(ErrorKind::WouldBlock.into()),
            Fault::Resets => Err(GONE.into()),
            Fault::Ends => Ok(Turn::Ends),
            _ if call > at => Ok(Turn::Whole),
            Fault::Short => Ok(Turn::Short),
            Fault::Waits(kind) => Err(kind.into()),
            Fault::Falters => Err(GONE.into()),
            Fault::Panics => std::panic::panic_any(SCRIPTED),
        }
    }
}

/// A reader of bytes with the fault, buffered by itself or not. It must not be
/// asked again behind its end.
#[derive(Debug)]
pub(crate) struct Source {
    script: Arc<Script>,
    data: &'static [u8],
    at: usize,
    /// The last look showed so many bytes, and the next shows no fewer.
    shown: usize,
    /// The longest look.
    window: usize,
    has_ended: bool,
}

impl Source {
    pub(crate) fn new(script: &Arc<Script>, data: &'static [u8], window: usize) -> Self {
        Self {
            script: Arc::clone(script),
            data,
            at: 0,
            shown: 0,
            window,
            has_ended: false,
        }
    }

    fn rest(&self) -> &'static [u8] {
        &self.data[self.at.min(self.data.len())..]
    }

    /// What the last look showed and nobody consumed.
    #[allow(dead_code, reason = "the async tests use it")]
    pub(crate) fn shown(&self) -> &'static [u8] {
        &self.rest()[..self.shown]
    }

    /// How much the next call may give.
    fn most(&mut self) -> io::Result<usize> {
        assert!(!self.has_ended, "it was asked again behind its end");
        let most = match self.script.turn(Side::Reader)? {
            Turn::Whole => usize::MAX,
            Turn::Short => 1,
            Turn::Ends => {
                self.data = &self.data[..self.data.len().min(self.at + self.shown)];
                *self.script.ends_at.lock().unwrap() = Some(self.data.len());
                usize::MAX
            }
        };
        self.has_ended = self.rest().is_empty();
        Ok(most)
    }
}

impl Read for Source {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = self.most()?.min(buf.len());
        let read = self.rest().read(&mut buf[..most])?;
        self.at += read;
        self.script.given.fetch_add(read, SeqCst);
        Ok(read)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let most = self.most()?.min(self.window).max(self.shown);
        self.shown = most.min(self.rest().len());
        Ok(&self.rest()[..self.shown])
    }

    fn consume(&mut self, amount: usize) {
        assert!(amount <= self.shown, "{amount} consumed of {}", self.shown);
        self.shown -= amount;
        self.at += amount;
    }
}

impl Seek for Source {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        // It waits for nothing.
        if let Err(error) = self.script.turn(Side::Reader)
            && error.kind() == GONE
        {
            return Err(error);
        }
        self.at = match position {
            SeekFrom::Start(at) => at as usize,
            SeekFrom::End(0) => self.data.len(),
            SeekFrom::Current(0) => self.at,
            _ => panic!("nobody seeks like this: {position:?}"),
        };
        Ok(self.at as u64)
    }
}

impl FileSource for Source {}

impl ReadTimeout for Source {
    fn set_read_timeout(&self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }
}

/// The same as a file that many read.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) script: Arc<Script>,
    pub(crate) data: &'static [u8],
}

impl ReadAt for Shared {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let most = match self.script.turn(Side::Reader)? {
            Turn::Whole => buf.len(),
            Turn::Short => buf.len().min(1),
            Turn::Ends => 0,
        };
        self.data.read_at(&mut buf[..most], offset)
    }

    fn size(&self) -> io::Result<u64> {
        self.data.size()
    }
}

/// A writer with the fault, and what it took.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    script: Arc<Script>,
    taken: Arc<Mutex<Vec<u8>>>,
    /// It reads files by itself.
    takes_files: bool,
}

impl Sink {
    pub(crate) fn new(script: &Arc<Script>, taken: &Arc<Mutex<Vec<u8>>>) -> Self {
        Self {
            script: Arc::clone(script),
            taken: Arc::clone(taken),
            takes_files: false,
        }
    }

    pub(crate) fn taking_files(self) -> Self {
        Self {
            takes_files: true,
            ..self
        }
    }

    fn most(&mut self) -> io::Result<usize> {
        Ok(match self.script.turn(Side::Writer)? {
            Turn::Whole => usize::MAX,
            Turn::Short => 1,
            Turn::Ends => 0,
        })
    }
}

impl Write for Sink {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let most = self.most()?.min(buf.len());
        self.taken.lock().unwrap().extend_from_slice(&buf[..most]);
        Ok(most)
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        let all: Vec<u8> = bufs.iter().flat_map(|buf| buf.iter().copied()).collect();
        self.write(&all)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.most().map(drop)
    }
}

impl FileSink for Sink {
    fn block_size(&self) -> usize {
        7
    }

    fn most_at_once(&self) -> usize {
        20
    }

    fn send_file(
        &mut self,
        mut file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        if !self.takes_files {
            return None;
        }
        Some(self.most().and_then(|allowed| {
            let mut buf = vec![0; allowed.min(most)];
            let read = match offset {
                Some(offset) => file.read_at(&mut buf, offset)?,
                None => file.read(&mut buf)?,
            };
            self.taken.lock().unwrap().extend_from_slice(&buf[..read]);
            Ok(read)
        }))
    }
}

impl WriteTimeout for Sink {
    fn set_write_timeout(&self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }
}

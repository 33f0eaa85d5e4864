//! Files as they are meant to be served, and a sink that does what a network
//! may do to us.

use crate::input::{PIECES, size};
use crate::reader::Moody;
use std::io::{self, ErrorKind, Read, Write};
use tidegate_core::{At, ByteRange, FileFault};
use tidegate_std_io::{FileSink, FileSource, FileWrapper};

/// How much of a file is promised.
#[derive(Clone, Copy, Debug)]
pub enum Promise {
    /// All of it, whatever that is.
    Nothing,
    Length(u64),
    /// From a place on.
    Range(ByteRange),
}

impl Promise {
    pub fn wrap<F: Read>(self, file: F, block_size: usize) -> FileWrapper<F> {
        let file = FileWrapper::with_block_size(file, block_size);
        match self {
            Self::Nothing => file,
            Self::Length(len) => file.exact(len),
            Self::Range(range) => file.range_by_reading(range),
        }
    }

    pub fn length(self) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Length(len) => Some(len),
            Self::Range(range) => Some(range.len()),
        }
    }

    /// What of a file is to be handed out, and how it ends.
    pub fn of(self, data: &[u8]) -> (&[u8], Option<At<FileFault>>) {
        let start = match self {
            Self::Range(range) => usize::try_from(range.start()).unwrap_or(usize::MAX),
            _ => 0,
        };
        let there = &data[start.min(data.len())..];
        let Some(expected) = self.length() else {
            return (there, None);
        };
        let wanted = usize::try_from(expected).unwrap_or(usize::MAX);
        if wanted <= there.len() {
            return (&there[..wanted], None);
        }
        let sent = there.len() as u64;
        let at = At {
            offset: data.len() as u64,
            fault: FileFault::Truncated { expected, sent },
        };
        (there, Some(at))
    }
}

/// The reader, with no file underneath.
#[derive(Debug)]
pub struct Source<'a>(pub Moody<'a>);

impl Read for Source<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl FileSource for Source<'_> {}

/// Takes a few bytes, or none, or fails, as a script says over and over.
#[derive(Debug)]
pub struct Sink<'a> {
    pub taken: Vec<u8>,
    script: &'a [u8],
    turn: usize,
}

impl<'a> Sink<'a> {
    pub fn new(script: &'a [u8]) -> Self {
        let taken = Vec::new();
        Self {
            taken,
            script,
            turn: 0,
        }
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        assert!(!buf.is_empty(), "a write of nothing says nothing");
        let byte = self.script[self.turn % self.script.len()];
        self.turn += 1;
        let len = match (size(byte), byte / 48) {
            // In the end it gets on.
            _ if self.turn > PIECES => buf.len(),
            (0, 0) => 0,
            (0, 1) => return Err(ErrorKind::Interrupted.into()),
            (0, 2) => return Err(ErrorKind::WouldBlock.into()),
            (0, _) => return Err(ErrorKind::BrokenPipe.into()),
            (len, _) => len.min(buf.len()),
        };
        self.taken.extend_from_slice(&buf[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Sink<'_> {}

//! Bodies that are written, read while they are.

use crate::gateway::output::{Output, WriteOnce};
use crate::gateway::promise::Promise;
use bytes::Bytes;
use std::io::{self, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Of a longer write a part is taken, so that two blocks are all the memory.
const BLOCK_SIZE: usize = 64 << 10;

/// A function that writes, on a thread of its own, as far as somebody reads.
pub(super) struct Writing {
    blocks: Receiver<Bytes>,
    /// `None` once it was waited for.
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Writing {
    /// The output is closed when the function has returned.
    pub(super) fn start(
        write: WriteOnce,
        output: Output,
        promise: Option<Promise>,
    ) -> io::Result<Self> {
        let (sender, blocks) = sync_channel(0);
        let pipe = Pipe {
            sender,
            promise,
            sent: 0,
        };
        let thread = Builder::new().name("tidegate output".to_owned());
        let thread = Some(thread.spawn(move || run(write, output, pipe))?);
        Ok(Self { blocks, thread })
    }

    /// The next block, which is not empty. A panic of the function goes on here.
    pub(super) fn next(&mut self) -> io::Result<Option<Bytes>> {
        if let Ok(block) = self.blocks.recv() {
            return Ok(Some(block));
        }
        match self.thread.take().map(JoinHandle::join) {
            None | Some(Ok(Ok(()))) => Ok(None),
            Some(Ok(Err(error))) => Err(error),
            Some(Err(panic)) => resume_unwind(panic),
        }
    }

    /// Waits for the function, which can write no more.
    pub(super) fn stop(self) {
        drop(self.blocks);
        // What it says of nobody reading it is nobody's concern.
        let _ = self.thread.map(JoinHandle::join);
    }
}

fn run(write: WriteOnce, output: Output, mut pipe: Pipe) -> io::Result<()> {
    let result = catch_unwind(AssertUnwindSafe(|| write(&mut pipe)));
    let result = result.map(|written| written.and_then(|()| pipe.end()));
    output.close(pipe.sent, matches!(result, Ok(Ok(()))));
    // Only now does the reader see the end.
    drop(pipe);
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

struct Pipe {
    sender: SyncSender<Bytes>,
    promise: Option<Promise>,
    sent: u64,
}

impl Pipe {
    fn end(&self) -> io::Result<()> {
        match &self.promise {
            Some(promise) => Ok(promise.end()?),
            None => Ok(()),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let mut most = bytes.len().min(BLOCK_SIZE);
        if let Some(promise) = &mut self.promise {
            most = promise.allows(most)?;
            promise.sent(most as u64);
        }
        let block = Bytes::copy_from_slice(&bytes[..most]);
        let sent = self.sender.send(block);
        sent.map_err(|_| io::Error::from(ErrorKind::BrokenPipe))?;
        self.sent += most as u64;
        Ok(most)
    }

    /// Whoever reads has it.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

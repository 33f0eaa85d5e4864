use crate::file::Threads;
use std::io::{self, Write};
use std::mem;
use std::task::{Context, Poll, ready};
use tidegate_core::Stow;
use tidegate_std_io::SpillFile;

/// So many bytes are written at once: the way to another thread and back costs little
/// beside that.
const BATCH: usize = 256 << 10;

/// What belongs on disk, written in batches on another thread. While one is written
/// the next is gathered, and no more than that.
pub(super) struct Spool<K: Threads> {
    /// What is not written yet. Shorter than a batch and what was stowed last.
    gathered: Vec<u8>,
    state: State<K>,
}

enum State<K: Threads> {
    Idle(SpillFile, Buffer),
    Writes(K::Task<Done>),
    /// The file is gone with the thread that wrote it, or it failed.
    Lost,
}

/// One that was written, to be gathered in again.
type Buffer = Vec<u8>;

type Done = (SpillFile, Buffer, io::Result<()>);

impl<K: Threads> Spool<K> {
    pub(super) const fn new(file: SpillFile) -> Self {
        Self {
            gathered: Vec::new(),
            state: State::Idle(file, Vec::new()),
        }
    }

    /// What was decided about these data.
    pub(super) fn stow(&mut self, stow: Stow, data: &[u8]) {
        let Stow::OnDisk { before } = stow else {
            return;
        };
        // A value that was in memory is not copied, if nothing is in front of it.
        match self.gathered.is_empty() && before.capacity() > self.gathered.capacity() {
            true => self.gathered = before,
            false => self.gathered.extend_from_slice(&before),
        }
        self.gathered.extend_from_slice(data);
    }

    /// How many more bytes may be stowed, one at least.
    pub(super) fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.gathered.len() >= BATCH {
            ready!(self.poll_idle(cx))?;
            self.write();
        }
        Poll::Ready(Ok(BATCH - self.gathered.len()))
    }

    /// The file, once everything is in it.
    pub(super) fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<SpillFile>> {
        loop {
            ready!(self.poll_idle(cx))?;
            if self.gathered.is_empty() {
                break;
            }
            self.write();
        }
        Poll::Ready(match mem::replace(&mut self.state, State::Lost) {
            State::Idle(file, _) => Ok(file),
            State::Writes(_) | State::Lost => Err(lost()),
        })
    }

    /// Waits for what is being written.
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = match &mut self.state {
            State::Idle(..) => return Poll::Ready(Ok(())),
            State::Writes(task) => ready!(K::poll(task, cx)),
            State::Lost => return Poll::Ready(Err(lost())),
        };
        self.state = State::Lost;
        let (file, mut buffer, written) = done?;
        written?;
        // A long value of which it was made is not for ever.
        buffer.clear();
        buffer.shrink_to(BATCH);
        self.state = State::Idle(file, buffer);
        Poll::Ready(Ok(()))
    }

    /// Has what was gathered written, where nothing is.
    fn write(&mut self) {
        self.state = match mem::replace(&mut self.state, State::Lost) {
            State::Idle(mut file, buffer) => {
                let bytes = mem::replace(&mut self.gathered, buffer);
                State::Writes(K::spawn(move || {
                    let written = file.write_all(&bytes);
                    (file, bytes, written)
                }))
            }
            state => state,
        };
    }
}

#[cold]
fn lost() -> io::Error {
    io::Error::other("the thread that wrote the file is gone")
}

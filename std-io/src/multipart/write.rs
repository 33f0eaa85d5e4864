//! Forms into writers: many pieces at once, and no copy of what lies in memory.

use super::FormBody;
use crate::drive;
use crate::file::FileSink;
use std::io::{self, ErrorKind, IoSlice, Write};
use tidegate_core::Turn;

/// So many pieces go into one write: 16 files or large fields with what stands
/// between them cost one call, and the list of them does not cost a page.
const AT_ONCE: usize = 64;

impl FormBody<'_> {
    /// Sends all that is left to a writer, and says how many bytes that were.
    ///
    /// What lies in memory is written from where it lies, several pieces at
    /// once. What is read passes through one block of 64 KiB.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors), and those of the writer. After `WouldBlock`
    /// call it again, and it goes on where it was. `Interrupted` is retried.
    pub fn write_to(&mut self, writer: &mut (impl Write + ?Sized)) -> io::Result<u64> {
        self.send_to(&mut Plain(writer))
    }

    /// The same to a sink that may take files by itself; see
    /// [`FileWrapper::send_to`](crate::FileWrapper::send_to).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn send_to(&mut self, sink: &mut (impl FileSink + ?Sized)) -> io::Result<u64> {
        let mut sent = 0;
        while let Some(some) = self.send_some(sink)? {
            sent += some as u64;
            if some > 0 {
                self.report();
            }
        }
        Ok(sent)
    }

    /// One call of the sink, or of a reader. `None` behind the end.
    fn send_some(&mut self, sink: &mut (impl FileSink + ?Sized)) -> io::Result<Option<usize>> {
        if !self.unsent.is_empty() {
            let unsent = &self.block[self.unsent.clone()];
            let some = retried(unsent.len(), || sink.write(unsent))?;
            self.unsent.start += some;
            return Ok(Some(some));
        }
        let most = self.block.len();
        let (recorded, sent) = match self.parts.turn(most.max(sink.most_at_once())) {
            Ok(Turn::Done) => return Ok(None),
            Ok(Turn::Ready(_)) => {
                let mut pieces = [IoSlice::new(&[]); AT_ONCE];
                let (mut count, mut most) = (0, 0);
                for (piece, slice) in pieces.iter_mut().zip(self.parts.slices()) {
                    *piece = IoSlice::new(slice);
                    count += 1;
                    most += slice.len();
                }
                let some = retried(most, || sink.write_vectored(&pieces[..count]))?;
                self.parts.advance(some);
                return Ok(Some(some));
            }
            Ok(Turn::Read(source, planned)) => match source.send_some(sink, planned) {
                Some(Err(error)) if error.kind() == ErrorKind::Interrupted => (Ok(()), 0),
                Some(Err(error)) => return Err(error),
                // And the file is taken to stand behind it.
                Some(Ok(some)) if some > planned => return Err(self.give_up(greedy())),
                Some(Ok(some)) => (self.parts.record(some), some),
                None => {
                    let block = &mut self.block[..most.min(planned)];
                    match drive::read_some(source, block) {
                        Ok(read) => {
                            self.unsent = 0..read;
                            (self.parts.record(read), 0)
                        }
                        Err(error) => return Err(self.give_up(error)),
                    }
                }
            },
            Ok(Turn::Probe(source)) => match drive::read_some(source, &mut [0]) {
                Ok(more) => (self.parts.record(more), 0),
                Err(error) => return Err(self.give_up(error)),
            },
            Err(fault) => (Err(fault), 0),
        };
        recorded.map_err(|fault| self.error(fault))?;
        Ok(Some(sent))
    }
}

/// A writer that takes nothing is an error, or more than `most`, and one that was
/// interrupted is asked again.
pub(super) fn retried(
    most: usize,
    mut write: impl FnMut() -> io::Result<usize>,
) -> io::Result<usize> {
    loop {
        match write() {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(some) if some > most => return Err(greedy()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cold]
fn greedy() -> io::Error {
    let why = "a writer took more than it was given";
    io::Error::new(ErrorKind::InvalidData, why)
}

/// A writer that takes no files by itself.
struct Plain<'w, W: ?Sized>(&'w mut W);

impl<W: Write + ?Sized> Write for Plain<'_, W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.write(buf)
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.write_vectored(bufs)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write + ?Sized> FileSink for Plain<'_, W> {}

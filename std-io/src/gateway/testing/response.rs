use super::writer::Writing;
use crate::gateway::Failure;
use crate::gateway::failure::catch;
use crate::gateway::output::{Blocks, Output, Pulled};
use crate::gateway::promise::Promise;
use bytes::{Buf, Bytes};
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read};
use tidegate_core::{At, LimitFault};

/// The body of a response that was answered in the same process, to be read.
///
/// The application makes it while it is read, so that it may be of any length:
/// what it is made of stays open until then. Where that is a function that
/// writes, the function runs on a thread of its own, and waits for whoever
/// reads.
///
/// ```
/// use std::io::Read;
/// use tidegate_std_io::gateway::Output;
/// use tidegate_std_io::gateway::testing::Client;
///
/// let app = |_| Output::writer(|to| (1..=3).try_for_each(|i| writeln!(to, "line {i}")));
/// let mut body = Client::new(app).get("/").send()?.response.into_body();
/// let mut start = [0; 6];
/// body.read_exact(&mut start)?;
/// assert_eq!(&start, b"line 1");
/// body.close(); // nobody wants the rest
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// [`bytes`](Self::bytes) and [`text`](Self::text) gather 64 MiB; what is one
/// block is in memory before. Of what is read a block is in memory: 64 KiB, or
/// what the application gives at once.
///
/// # Errors
///
/// Those of what the application made it of, and
/// [`ResponseFault`](crate::gateway::ResponseFault) if it is not as long as
/// promised: where a server cuts the response short, so that its client sees it.
/// Every later read is an error too.
///
/// # End of input
///
/// It is closed at its end, when it fails, by [`close`](Self::close) and when it
/// is dropped, whichever is first: what [`Output::on_close`] says happens then.
/// A function that still writes when it is dropped gets `BrokenPipe`, and it is
/// closed when that has returned; only `close` waits for it.
#[must_use]
pub struct ResponseBody {
    /// What was not handed out.
    block: Bytes,
    /// More than what was promised: the next read says so.
    excess: bool,
    promise: Option<Promise>,
    state: State,
    /// What the application does wrong is an error of the body, also a panic.
    pub(super) catches: bool,
}

enum State {
    /// In the order in which they are to be dropped.
    Open {
        blocks: Option<Blocks>,
        output: Output,
    },
    Writing(Writing),
    Over,
    Failed(ErrorKind, String),
}

const KEPT: usize = 64 << 20;

impl ResponseBody {
    /// Of content that was promised to be so long.
    pub(super) fn of(mut output: Output, promised: Option<u64>) -> io::Result<Self> {
        let mut promise = promised.map(Promise::new);
        let (block, state) = match output.pull() {
            // A promise of another length was refused.
            Pulled::Bytes(bytes) => {
                let blocks = None;
                (bytes, State::Open { blocks, output })
            }
            Pulled::Blocks(blocks) => {
                let blocks = Some(blocks);
                (Bytes::new(), State::Open { blocks, output })
            }
            Pulled::Writer(write) => {
                let writing = Writing::start(write, output, promise.take())?;
                (Bytes::new(), State::Writing(writing))
            }
        };
        let mut body = Self {
            block: Bytes::new(),
            excess: false,
            promise,
            state,
            catches: false,
        };
        body.show(block)?;
        Ok(body)
    }

    /// Nothing, of content that nobody gets.
    pub(super) fn nothing(output: Output) -> Self {
        Self {
            block: Bytes::new(),
            excess: false,
            promise: None,
            state: State::Open {
                blocks: None,
                output,
            },
            catches: false,
        }
    }

    /// All of it.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors); `FileTooLarge` if it is longer than 64 MiB.
    pub fn bytes(mut self) -> io::Result<Bytes> {
        self.buffer()?;
        Ok(std::mem::take(&mut self.block))
    }

    /// All of it, as text.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes); `InvalidData` if it is not UTF-8.
    pub fn text(self) -> io::Result<String> {
        let text = String::from_utf8(self.bytes()?.into());
        text.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
    }

    /// Closes it, whatever there is left.
    pub fn close(mut self) {
        if let State::Writing(writing) = std::mem::replace(&mut self.state, State::Over) {
            writing.stop();
        }
    }

    /// Reads all of it into memory, and closes it.
    pub(super) fn buffer(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Over => return Ok(()),
            State::Open {
                blocks: None,
                output,
            } if !self.excess => {
                output.took(self.block.len());
                self.end(State::Over);
                return Ok(());
            }
            _ => {}
        }
        let first = self.next_shown()?;
        let second = self.next_shown()?;
        if second.is_empty() {
            self.block = first;
            return Ok(());
        }
        let mut all = [first, second].concat();
        loop {
            if all.len() > KEPT {
                let limit = KEPT as u64;
                let fault = LimitFault::TooLarge { limit };
                let error = At {
                    offset: limit,
                    fault,
                }
                .into();
                self.fail(&error);
                return Err(error);
            }
            let block = self.next_shown()?;
            if block.is_empty() {
                self.block = all.into();
                return Ok(());
            }
            all.extend_from_slice(&block);
        }
    }

    /// The next block, or none at the end.
    fn next_shown(&mut self) -> io::Result<Bytes> {
        self.fill_buf()?;
        let block = std::mem::take(&mut self.block);
        if let State::Open { output, .. } = &mut self.state {
            output.took(block.len());
        }
        Ok(block)
    }

    /// Shows as much of a block as was promised.
    fn show(&mut self, mut block: Bytes) -> io::Result<()> {
        if let Some(promise) = &mut self.promise {
            let allowed = promise.allows(block.len())?;
            self.excess = allowed < block.len();
            block.truncate(allowed);
            promise.sent(allowed as u64);
        }
        self.block = block;
        Ok(())
    }

    /// Asks for more, and closes it where there is none.
    fn advance(&mut self) -> io::Result<()> {
        let next = match self.catches {
            true => catch(|| self.next_block()).unwrap_or_else(|failure| Err(of_failure(&failure))),
            false => self.next_block(),
        };
        match next {
            Ok(Some(block)) => self.show(block),
            Ok(None) => {
                if let Some(promise) = &self.promise {
                    promise.end()?;
                }
                self.end(State::Over);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn next_block(&mut self) -> io::Result<Option<Bytes>> {
        match &mut self.state {
            State::Open { blocks, .. } => {
                if self.excess
                    && let Some(promise) = &self.promise
                {
                    promise.allows(1)?;
                }
                blocks
                    .as_mut()
                    .and_then(|blocks| {
                        blocks.find(|block| block.as_ref().map_or(true, |block| !block.is_empty()))
                    })
                    .transpose()
            }
            State::Writing(writing) => writing.next(),
            State::Over | State::Failed(..) => Ok(None),
        }
    }

    /// What it is made of goes first, and then what happens at its close.
    fn end(&mut self, state: State) {
        let well = matches!(state, State::Over);
        if let State::Open { blocks, output } = std::mem::replace(&mut self.state, state) {
            drop(blocks);
            match self.catches {
                true => drop(catch(|| output.close(0, well))),
                false => output.close(0, well),
            }
        }
    }

    #[cold]
    fn fail(&mut self, error: &io::Error) {
        let kind = match error.kind() {
            // A reader would ask again, and again.
            ErrorKind::Interrupted => ErrorKind::Other,
            kind => kind,
        };
        self.end(State::Failed(kind, error.to_string()));
    }
}

#[cold]
fn of_failure(failure: &Failure) -> io::Error {
    io::Error::other(failure.to_string())
}

impl BufRead for ResponseBody {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.block.is_empty() {
            match &self.state {
                State::Over => return Ok(&[]),
                State::Failed(kind, why) => return Err(io::Error::new(*kind, why.clone())),
                State::Open { .. } | State::Writing(_) => {}
            }
            if let Err(error) = self.advance() {
                self.fail(&error);
                return Err(error);
            }
        }
        Ok(&self.block)
    }

    fn consume(&mut self, amount: usize) {
        self.block.advance(amount);
        if let State::Open { output, .. } = &mut self.state {
            output.took(amount);
        }
    }
}

impl Read for ResponseBody {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl Drop for ResponseBody {
    /// Who has taken all that was promised has no reason to ask for the end.
    fn drop(&mut self) {
        let is_whole = self.block.is_empty()
            && !self.excess
            && match (&self.state, &self.promise) {
                (State::Open { blocks: None, .. }, _) => true,
                (_, promise) => promise.is_some_and(|promise| promise.end().is_ok()),
            };
        if is_whole {
            self.end(State::Over);
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Open { .. } => "Open",
            State::Writing(_) => "Writing",
            State::Over => "Over",
            State::Failed(..) => "Failed",
        };
        f.debug_struct("ResponseBody")
            .field("state", &format_args!("{state}"))
            .field("block", &self.block.len())
            .finish_non_exhaustive()
    }
}

//! Something to be encoded, and where the body goes.

use crate::receiver::Receiver;
use bytes::Bytes;
use futures_util::Stream;
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::hint::black_box;
use std::io::{self, BufWriter, Read, Write};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tidegate_benches::Answer;
use tidegate_benches::input::BUFFER;

/// As long as most peers make theirs.
pub(crate) const BOUNDARY: &str = "0123456789abcdef0123456789abcdef";

#[derive(Debug)]
pub(crate) struct Case<C> {
    pub(crate) content: C,
    to: Cell<To>,
    receiver: Receiver,
    /// What was written to memory last.
    kept: RefCell<Vec<u8>>,
    /// For those that write to memory first. It is kept: new pages would
    /// measure how fast the system hands them out.
    room: RefCell<Vec<u8>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum To {
    /// Somebody who only counts.
    Sink,
    /// Somebody who will look at it.
    Memory,
    /// A loopback connection, through a buffer of 64 KiB, at whose other end
    /// somebody counts.
    Socket,
}

impl<C> Case<C> {
    pub(crate) fn new(content: C, receiver: Receiver) -> Self {
        Self {
            content,
            to: Cell::new(To::Sink),
            receiver,
            kept: RefCell::default(),
            room: RefCell::default(),
        }
    }

    pub(crate) fn to(&self, to: To) -> &Self {
        self.to.set(to);
        self
    }

    /// The body that was written to memory last.
    pub(crate) fn kept(&self) -> Vec<u8> {
        self.kept.take()
    }

    /// Runs it once, with all that it writes going where it should.
    pub(crate) fn run(&self, encode: impl FnOnce(&C, &mut dyn Write) -> io::Result<()>) -> Answer {
        let bytes = match self.to.get() {
            To::Sink => {
                let mut count = Count(0);
                encode(&self.content, &mut count).map(|()| count.0)
            }
            To::Memory => {
                let mut kept = self.kept.borrow_mut();
                kept.clear();
                encode(&self.content, &mut *kept).map(|()| kept.len() as u64)
            }
            To::Socket => self.receiver.sent(|socket| {
                let mut socket = BufWriter::with_capacity(BUFFER, socket);
                encode(&self.content, &mut socket)?;
                socket.flush()
            }),
        };
        Answer {
            bytes: bytes.expect("neither memory nor loopback fails"),
            ..Answer::default()
        }
    }

    /// The same by way of memory.
    pub(crate) fn run_in_room(&self, encode: impl FnOnce(&C, &mut Vec<u8>)) -> Answer {
        self.run(|content, out| {
            let mut room = self.room.borrow_mut();
            room.clear();
            encode(content, &mut room);
            out.write_all(&room)
        })
    }
}

thread_local! {
    /// What is read passes through this. It is kept as the room is.
    static BLOCK: RefCell<Vec<u8>> = RefCell::default();
}

/// All that a reader gives, in reads of this size.
pub(crate) fn read_all(mut reader: impl Read, size: usize, out: &mut dyn Write) -> io::Result<()> {
    BLOCK.with_borrow_mut(|block| {
        block.resize(size, 0);
        loop {
            match reader.read(block)? {
                0 => return Ok(()),
                read => out.write_all(&block[..read])?,
            }
        }
    })
}

/// All that a stream gives. Those here wait for nobody.
pub(crate) fn poll_all<B: AsRef<[u8]>, E: Debug>(
    stream: impl Stream<Item = Result<B, E>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut stream = pin!(stream);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match stream.as_mut().poll_next(&mut context) {
            Poll::Ready(Some(bytes)) => {
                let bytes = bytes.expect("memory does not fail");
                out.write_all(bytes.as_ref())?;
            }
            Poll::Ready(None) => return Ok(()),
            Poll::Pending => {}
        }
    }
}

/// No stream at all, where one has to be named.
pub(crate) type NoStream = futures_util::stream::Empty<io::Result<Bytes>>;

struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += black_box(bytes).len() as u64;
        Ok(bytes.len())
    }

    fn write_vectored(&mut self, pieces: &[io::IoSlice<'_>]) -> io::Result<usize> {
        let written = pieces.iter().map(|piece| piece.len()).sum();
        self.0 += black_box(written) as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

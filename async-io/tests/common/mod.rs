//! Sources that behave as badly as they may.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use bytes::Bytes;
use futures_core::Stream;
use std::collections::VecDeque;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};
use tidegate_async_io::core::{At, Fault};

/// Pieces of an input, each after a `Pending`, and an end or an error, behind which
/// nobody may ask again.
#[derive(Clone, Debug)]
pub(crate) struct Drip {
    pieces: VecDeque<Vec<u8>>,
    error: Option<ErrorKind>,
    at: usize,
    stutters: bool,
    first: Wait,
    ended: bool,
    pub(crate) polls: usize,
}

/// What comes before a piece.
#[derive(Clone, Copy, Debug)]
enum Wait {
    Pending,
    Interrupted,
    Nothing,
}

impl Drip {
    pub(crate) fn new(pieces: &[&[u8]]) -> Self {
        Self {
            pieces: pieces.iter().map(|piece| piece.to_vec()).collect(),
            error: None,
            at: 0,
            stutters: false,
            first: Wait::Pending,
            ended: false,
            polls: 0,
        }
    }

    /// Fails behind the pieces instead of ending.
    pub(crate) fn failing(pieces: &[&[u8]], error: ErrorKind) -> Self {
        let error = Some(error);
        Self {
            error,
            ..Self::new(pieces)
        }
    }

    /// Is interrupted before each piece too, where it is a reader.
    pub(crate) fn stuttering(self) -> Self {
        let stutters = true;
        Self { stutters, ..self }
    }

    /// What nobody has consumed.
    pub(crate) fn rest(&self) -> Vec<u8> {
        let pieces: Vec<&[u8]> = self.pieces.iter().map(Vec::as_slice).collect();
        pieces.concat()[self.at..].to_vec()
    }

    fn poll_wait(&mut self) -> Poll<io::Result<()>> {
        match (self.first, self.stutters) {
            (Wait::Pending, true) => self.first = Wait::Interrupted,
            (Wait::Pending, false) => self.first = Wait::Nothing,
            (Wait::Interrupted, _) => {
                self.first = Wait::Nothing;
                return Poll::Ready(Err(ErrorKind::Interrupted.into()));
            }
            (Wait::Nothing, _) => return Poll::Ready(Ok(())),
        }
        Poll::Pending
    }

    fn poll_piece(&mut self) -> Poll<io::Result<&[u8]>> {
        self.polls += 1;
        while self
            .pieces
            .front()
            .is_some_and(|piece| piece.len() == self.at)
        {
            self.pieces.pop_front();
            (self.at, self.first) = (0, Wait::Pending);
        }
        ready!(self.poll_wait())?;
        match self.pieces.front() {
            Some(piece) => Poll::Ready(Ok(&piece[self.at..])),
            None => Poll::Ready(match self.error {
                Some(kind) => Err(kind.into()),
                None => {
                    assert!(!self.ended, "it was asked behind its end");
                    self.ended = true;
                    Ok(&[])
                }
            }),
        }
    }
}

impl futures_io::AsyncRead for Drip {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        panic!("it is read by its buffer")
    }
}

impl futures_io::AsyncBufRead for Drip {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_mut().poll_piece()
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().at += amount;
    }
}

impl tokio::io::AsyncRead for Drip {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        panic!("it is read by its buffer")
    }
}

impl tokio::io::AsyncBufRead for Drip {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_mut().poll_piece()
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().at += amount;
    }
}

impl Stream for Drip {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.polls += 1;
        // A stream that is interrupted has failed: nobody says that of one.
        this.stutters = false;
        ready!(this.poll_wait())?;
        this.first = Wait::Pending;
        match this.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(piece.into()))),
            None => {
                assert!(!this.ended, "it was asked behind its end");
                this.ended = true;
                Poll::Ready(this.error.map(|kind| Err(kind.into())))
            }
        }
    }
}

/// What a future comes to, polled once: the future itself is dropped.
pub(crate) fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    let mut cx = Context::from_waker(Waker::noop());
    pin!(future).poll(&mut cx)
}

/// The text of an error, with the fault and its offset if it holds one.
pub(crate) fn said<F: Fault>(error: &io::Error) -> String {
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<At<F>>())
    {
        Some(at) => format!("{at:?}"),
        None => format!("{:?}", error.kind()),
    }
}

/// An input, whole, in two at every place, and byte by byte.
pub(crate) fn cuts(input: &[u8]) -> Vec<Vec<&[u8]>> {
    let two = (0..=input.len()).map(|at| {
        let (head, tail) = input.split_at(at);
        vec![head, tail]
    });
    let bytes = input.chunks(1).collect();
    [vec![input], bytes].into_iter().chain(two).collect()
}

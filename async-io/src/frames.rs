use bytes::{Buf, Bytes};
use futures_core::Stream;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A stream of `Bytes` as a source: the body of a request of hyper or axum, frame
/// by frame.
///
/// Nothing is pulled before it is asked for, and never more than one frame: a
/// client is read no faster than its body is used.
///
/// # Errors
///
/// Those of the stream, as `io::Error`. A stream that failed is not polled again:
/// it would end then, and a body that was cut short would look whole. The error
/// that comes from then on says so.
#[derive(Debug)]
pub struct Frames<S> {
    stream: S,
    frame: Bytes,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Streams,
    Ended,
    Failed,
}

impl<S> Frames<S> {
    /// The frames of this stream.
    pub const fn new(stream: S) -> Self {
        Self {
            stream,
            frame: Bytes::new(),
            state: State::Streams,
        }
    }

    /// The stream, behind the frame that is being used.
    pub const fn get_ref(&self) -> &S {
        &self.stream
    }

    /// The stream, and what was not used of its last frame.
    pub fn into_parts(self) -> (S, Bytes) {
        (self.stream, self.frame)
    }

    pub(crate) fn take(&mut self, amount: usize) {
        self.frame.advance(amount);
    }

    pub(crate) fn slice(&self, start: usize, len: usize) -> Bytes {
        self.frame.slice(start..start + len)
    }
}

impl<S, E> Frames<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    /// What is left of the frame, or the next that is not empty; nothing at the
    /// end.
    pub(crate) fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        while self.frame.is_empty() {
            match self.state {
                State::Streams => {}
                State::Ended => break,
                State::Failed => {
                    let why = "the stream failed before";
                    return Poll::Ready(Err(io::Error::new(ErrorKind::BrokenPipe, why)));
                }
            }
            match ready!(Pin::new(&mut self.stream).poll_next(cx)) {
                Some(Ok(frame)) => self.frame = frame,
                Some(Err(error)) => {
                    self.state = State::Failed;
                    return Poll::Ready(Err(io::Error::other(error)));
                }
                None => self.state = State::Ended,
            }
        }
        Poll::Ready(Ok(&self.frame))
    }
}

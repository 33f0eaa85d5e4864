use bytes::{Buf, Bytes};
use futures_core::Stream;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A stream of `Bytes` as a source: the body of a request of hyper or axum, frame
/// by frame.
///
/// A `Body` with its trailers is one by `Frames::of_body` (feature `http-body`).
///
/// Nothing is pulled before it is asked for, and never more than one frame: a
/// client is read no faster than its body is used. Empty frames are passed over, and
/// other tasks have their turn between many of them.
///
/// # Errors
///
/// Those of the stream: one that is an `io::Error` as it is, others within one of
/// kind `Other`. A stream that failed is not polled again: it would end then, and a
/// body that was cut short would look whole. From then on there comes an error of
/// the same kind with the same text.
#[derive(Debug)]
pub struct Frames<S> {
    stream: S,
    frame: Bytes,
    state: State,
}

#[derive(Debug)]
enum State {
    Streams,
    Ended,
    Failed(ErrorKind, Box<str>),
}

/// So many frames in a row with nothing in them are passed over before other tasks have
/// their turn: a sender may send them for ever, and they may always be there.
pub(crate) const EMPTY_AT_ONCE: usize = 32;

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

    #[cfg(feature = "http-body")]
    pub(crate) const fn stream_mut(&mut self) -> &mut S {
        &mut self.stream
    }

    /// How many bytes of the last frame are not used.
    #[cfg(feature = "http-body")]
    pub(crate) const fn held(&self) -> usize {
        self.frame.len()
    }

    /// Nothing more will come, where the stream itself says it is at its end or
    /// not.
    #[cfg(feature = "http-body")]
    pub(crate) const fn is_at_end(&self, stream: bool) -> bool {
        self.frame.is_empty()
            && match self.state {
                State::Streams => stream,
                State::Ended => true,
                State::Failed(..) => false,
            }
    }

    pub(crate) fn split_frame(&mut self, len: usize) -> Bytes {
        self.frame.split_to(len)
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
        if self.frame.is_empty() {
            self.frame = ready!(self.poll_pull(cx))?;
        }
        Poll::Ready(Ok(&self.frame))
    }

    /// Up to so many bytes of that. A frame which is wanted whole is handed on as
    /// it is: to keep it here and take it again costs more than all the rest.
    #[inline]
    pub(crate) fn poll_some(
        &mut self,
        cx: &mut Context<'_>,
        most: usize,
    ) -> Poll<io::Result<Bytes>> {
        if self.frame.is_empty() {
            let frame = ready!(self.poll_pull(cx))?;
            if frame.len() <= most {
                return Poll::Ready(Ok(frame));
            }
            self.frame = frame;
        }
        Poll::Ready(Ok(self.frame.split_to(self.frame.len().min(most))))
    }

    /// The next frame that is not empty; an empty one at the end.
    #[inline]
    fn poll_pull(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        for _ in 0..EMPTY_AT_ONCE {
            match &self.state {
                State::Streams => {}
                State::Ended => return Poll::Ready(Ok(Bytes::new())),
                State::Failed(kind, text) => {
                    return Poll::Ready(Err(io::Error::new(*kind, text.as_ref())));
                }
            }
            match ready!(Pin::new(&mut self.stream).poll_next(cx)) {
                Some(Ok(frame)) if frame.is_empty() => {}
                Some(Ok(frame)) => return Poll::Ready(Ok(frame)),
                Some(Err(error)) => return Poll::Ready(Err(self.fail(error))),
                None => self.state = State::Ended,
            }
        }
        yield_now(cx)
    }

    #[cold]
    fn fail(&mut self, error: E) -> io::Error {
        let error = into_io(error.into());
        self.state = State::Failed(error.kind(), error.to_string().into());
        error
    }
}

/// Goes on after others.
#[cold]
pub(crate) fn yield_now<T>(cx: &Context<'_>) -> Poll<T> {
    cx.waker().wake_by_ref();
    Poll::Pending
}

fn into_io(error: Box<dyn Error + Send + Sync>) -> io::Error {
    match error.downcast::<io::Error>() {
        // Whoever tries again what was interrupted would do so for ever.
        Ok(error) if error.kind() != ErrorKind::Interrupted => *error,
        Ok(error) => io::Error::other(error),
        Err(error) => io::Error::other(error),
    }
}

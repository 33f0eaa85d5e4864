#[cfg(feature = "http-body")]
mod http;

use futures_core::{FusedStream, Stream};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tidegate_core::{Callbacks, Closed, Closing, Guarded, OnClose};

/// A stream or a body with something to happen once when it is over: at its end,
/// when it fails, or when it is dropped before, as with a client that went away.
///
/// For a body that holds a resource or is to be logged. The stream itself is
/// dropped first. With `http-body` it is a `Body` where that is one; make it by
/// `for_body` then.
///
/// ```
/// # futures::executor::block_on(async {
/// use futures::StreamExt;
/// use tidegate_async_io::ClosingStream;
/// use tidegate_async_io::core::Outcome;
///
/// let mut log = None;
/// let blocks = futures::stream::iter([Ok::<_, std::io::Error>("Hello "), Ok("World")]);
/// let mut body = ClosingStream::new(blocks).on_close(|closed| log = Some(*closed));
/// while let Some(block) = body.next().await {
///     block?;
/// }
/// drop(body);
/// let closed = log.unwrap();
/// assert_eq!((closed.outcome, closed.bytes), (Outcome::Finished, 11));
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Errors
///
/// Those of the stream, unchanged. Any of them closes it.
///
/// # End of input
///
/// Once ended, or failed, it stays ended: the stream is gone.
///
/// # Cancel safety
///
/// As that of the stream: to drop a future that asks for the next item is not to
/// drop this.
#[derive(Debug)]
#[must_use]
pub struct ClosingStream<S, C: Callbacks = ()> {
    closing: Closing<S, C>,
}

impl<S> ClosingStream<S> {
    /// With nothing to happen yet.
    pub const fn new(stream: S) -> Self {
        Self {
            closing: Closing::new(stream),
        }
    }
}

impl<S, C: Callbacks> ClosingStream<S, C> {
    /// Something more to happen; see [`Closing::on_close`].
    pub fn on_close<F: FnOnce(&Closed)>(self, callback: F) -> ClosingStream<S, (C, OnClose<F>)> {
        ClosingStream {
            closing: self.closing.on_close(callback),
        }
    }

    /// A value that is kept until then; see [`Closing::guard`].
    pub fn guard<G>(self, guard: G) -> ClosingStream<S, (C, Guarded<G>)> {
        ClosingStream {
            closing: self.closing.guard(guard),
        }
    }

    /// Whoever takes it will stop at so many bytes; see [`Closing::promised`].
    pub fn promised(self, len: u64) -> Self {
        Self {
            closing: self.closing.promised(len),
        }
    }

    /// The stream, unless it is closed.
    pub fn get_ref(&self) -> Option<&S> {
        self.closing.get_ref()
    }
}

impl<S: Unpin, C: Callbacks> Unpin for ClosingStream<S, C> {}

impl<S, C, T, E> Stream for ClosingStream<S, C>
where
    S: Stream<Item = Result<T, E>> + Unpin,
    C: Callbacks,
    T: AsRef<[u8]>,
{
    type Item = Result<T, E>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let closing = &mut self.get_mut().closing;
        let Some(stream) = closing.stream() else {
            return Poll::Ready(None);
        };
        let item = ready!(Pin::new(stream).poll_next(cx));
        match &item {
            Some(Ok(bytes)) => closing.took(bytes.as_ref().len()),
            Some(Err(_)) => closing.fail(),
            None => closing.finish(),
        }
        Poll::Ready(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self.closing.get_ref() {
            // It may fail before.
            Some(stream) => (0, stream.size_hint().1),
            None => (0, Some(0)),
        }
    }
}

impl<S, C, T, E> FusedStream for ClosingStream<S, C>
where
    S: Stream<Item = Result<T, E>> + Unpin,
    C: Callbacks,
    T: AsRef<[u8]>,
{
    fn is_terminated(&self) -> bool {
        self.closing.outcome().is_some()
    }
}

//! A body as it comes: shared bytes, or a stream of them which is like a socket.

use bytes::Bytes;
use futures_core::Stream;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Reads of one size from a few segments, each of them repeated.
#[derive(Debug)]
pub(crate) struct Chunks {
    segments: [(Bytes, usize); 3],
    read: usize,
    segment: usize,
    at: usize,
}

impl Chunks {
    pub(crate) fn new(segments: [(Bytes, usize); 3], read: usize) -> Self {
        let (segment, at) = (0, 0);
        Self {
            segments,
            read,
            segment,
            at,
        }
    }

    /// A stream which is not ready in front of each chunk.
    pub(crate) fn socket<E>(self) -> Socket<E> {
        let error = PhantomData;
        Socket {
            chunks: self,
            ready: false,
            error,
        }
    }
}

impl Iterator for Chunks {
    type Item = Bytes;

    #[inline]
    fn next(&mut self) -> Option<Bytes> {
        loop {
            let (bytes, times) = self.segments.get_mut(self.segment)?;
            if self.at == bytes.len() && *times > 0 {
                *times -= 1;
                self.at = 0;
            }
            if *times > 0 && !bytes.is_empty() {
                let stop = bytes.len().min(self.at + self.read);
                let chunk = bytes.slice(self.at..stop);
                self.at = stop;
                return Some(chunk);
            }
            self.segment += 1;
            self.at = 0;
        }
    }
}

/// Never ready twice in a row. `E` is what it would fail with.
#[derive(Debug)]
pub(crate) struct Socket<E = Infallible> {
    chunks: Chunks,
    ready: bool,
    error: PhantomData<fn() -> E>,
}

impl<E> Stream for Socket<E> {
    type Item = Result<Bytes, E>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.ready = !self.ready;
        if self.ready {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.chunks.next().map(Ok))
    }
}

/// Whoever waits here waits for a [`Socket`], so it is asked again at once.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

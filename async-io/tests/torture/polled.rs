//! The faulty reader and writer of the blocking tests, which are pending where
//! they would block.

use crate::fault::{Sink, Source};
use crate::operation::{Bench, Operation, Step, Tokens, more};
use bytes::Bytes;
use futures_core::Stream;
use std::future::poll_fn;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tidegate_async_io::{Frames, FuturesIo, InFrames, TokioIo};

/// One of the kinds of source.
pub(crate) trait Kind: Sized + 'static {
    type Source: tidegate_async_io::Source<Self> + Send + 'static;

    fn source(bench: &Bench) -> Self::Source;

    /// What fails is not asked again, whatever the error.
    fn of(operation: Operation) -> Operation {
        operation
    }
}

impl Kind for FuturesIo {
    type Source = Polled<Source>;

    fn source(bench: &Bench) -> Self::Source {
        Polled(bench.source())
    }
}

impl Kind for TokioIo {
    type Source = Polled<Source>;

    fn source(bench: &Bench) -> Self::Source {
        Polled(bench.source())
    }
}

impl Kind for InFrames {
    type Source = Frames<Polled<Source>>;

    fn source(bench: &Bench) -> Self::Source {
        Frames::new(Polled(bench.source()))
    }

    fn of(operation: Operation) -> Operation {
        operation.fails_for_good()
    }
}

/// Pending where it would block.
pub(crate) struct Polled<S>(pub(crate) S);

fn pending<T>(result: io::Result<T>, cx: &Context<'_>) -> Poll<io::Result<T>> {
    match result {
        Err(error) if error.kind() == ErrorKind::WouldBlock => {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
        result => Poll::Ready(result),
    }
}

impl Polled<Source> {
    /// A reader that shows a buffer shows it until it is consumed.
    fn poll_look(&mut self, cx: &Context<'_>) -> Poll<io::Result<&[u8]>> {
        match self.0.shown() {
            [] => pending(self.0.fill_buf(), cx),
            shown => Poll::Ready(Ok(shown)),
        }
    }
}

impl futures_io::AsyncRead for Polled<Source> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        pending(self.get_mut().0.read(buf), cx)
    }
}

impl futures_io::AsyncBufRead for Polled<Source> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_mut().poll_look(cx)
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().0.consume(amount);
    }
}

impl tokio::io::AsyncRead for Polled<Source> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut some = vec![0; buf.remaining()];
        pending(self.get_mut().0.read(&mut some), cx).map_ok(|len| buf.put_slice(&some[..len]))
    }
}

impl tokio::io::AsyncBufRead for Polled<Source> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_mut().poll_look(cx)
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().0.consume(amount);
    }
}

/// Frames of up to nine bytes.
impl Stream for Polled<Source> {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut frame = [0; 9];
        pending(self.get_mut().0.read(&mut frame), cx).map(|read| match read {
            Ok(0) => None,
            Ok(len) => Some(Ok(Bytes::copy_from_slice(&frame[..len]))),
            Err(error) => Some(Err(error)),
        })
    }
}

impl futures_io::AsyncWrite for Polled<Sink> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        pending(self.get_mut().0.write(data), cx)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        pending(self.get_mut().0.flush(), cx)
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("nobody closes it")
    }
}

impl tokio::io::AsyncWrite for Polled<Sink> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        pending(self.get_mut().0.write(data), cx)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        pending(self.get_mut().0.flush(), cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("nobody closes it")
    }
}

/// Polls it once, and drops it: `WouldBlock` where it is pending.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> io::Result<T> {
    let mut cx = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut cx) {
        Poll::Ready(done) => Ok(done),
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
    }
}

/// So many bytes of each look.
macro_rules! look_by {
    ($name:ident, $buffered:path) => {
        pub(crate) fn $name(mut reader: impl $buffered + Unpin + 'static, most: usize) -> Step {
            use $buffered as Buffered;
            Box::new(move |tokens| {
                let look = poll_fn(|cx| {
                    Buffered::poll_fill_buf(Pin::new(&mut reader), cx).map_ok(|seen| {
                        let len = seen.len().min(most);
                        more(tokens, &seen[..len]);
                        len
                    })
                });
                let len = match at_once(look)? {
                    Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(true),
                    len => len?,
                };
                Buffered::consume(Pin::new(&mut reader), len);
                Ok(len > 0)
            })
        }
    };
}

look_by!(by_futures, futures_io::AsyncBufRead);
look_by!(by_tokio, tokio::io::AsyncBufRead);

/// Data as they come.
pub(crate) fn by_frames(
    mut stream: impl Stream<Item = io::Result<Bytes>> + Unpin + 'static,
) -> Step {
    Box::new(move |tokens| {
        let next = next(&mut stream)?;
        more(tokens, next.as_deref().unwrap_or_default());
        Ok(next.is_some())
    })
}

/// A token for each item.
pub(crate) fn by_items(
    mut stream: impl Stream<Item = io::Result<Bytes>> + Unpin + 'static,
) -> Step {
    Box::new(move |tokens: &mut Tokens| {
        let next = next(&mut stream)?;
        tokens.extend(next.as_deref().map(<[u8]>::to_vec));
        Ok(next.is_some())
    })
}

fn next<S: Stream<Item = io::Result<Bytes>> + Unpin>(stream: &mut S) -> io::Result<Option<Bytes>> {
    at_once(poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)))?.transpose()
}

//! A blocking reader as a source of each kind, and a runtime to read it on.

use bytes::Bytes;
use futures_core::Stream;
use http_body::Frame;
use std::fmt::Debug;
use std::io::{self, BufRead, ErrorKind, Write};
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use tidegate_async_io::{FormData, FormOptions, Frames, FuturesIo, Target, Threads, TokioIo};
use tokio::runtime::{Builder, Runtime};

pub(crate) trait Kind: Sized + Debug {
    type Threads: Threads + Debug;

    fn read(
        options: FormOptions<'_, Self::Threads>,
        reader: Slow<impl BufRead>,
        content_type: &[u8],
    ) -> io::Result<FormData<Self::Threads>>;

    fn writer<'s, W: Write + Send + 's>(
        writer: Slow<W>,
    ) -> Box<dyn Target<Self::Threads> + Send + 's>;

    fn block_on<T>(work: impl Future<Output = T>) -> T;
}

pub(crate) static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().unwrap());

macro_rules! kinds {
    ($($name:ident, $threads:ty, |$reader:ident| $source:expr, $block_on:expr;)*) => {$(
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Kind for $name {
            type Threads = $threads;

            fn read(
                options: FormOptions<'_, $threads>,
                $reader: Slow<impl BufRead>,
                content_type: &[u8],
            ) -> io::Result<FormData<$threads>> {
                Self::block_on(options.read($source, content_type))
            }

            fn writer<'s, W: Write + Send + 's>(
                writer: Slow<W>,
            ) -> Box<dyn Target<$threads> + Send + 's> {
                Box::new(writer)
            }

            fn block_on<T>(work: impl Future<Output = T>) -> T {
                $block_on(work)
            }
        }
    )*};
}

kinds! {
    TokioReader, TokioIo, |reader| reader, |work| RUNTIME.block_on(work);
    SmolReader, FuturesIo, |reader| reader, futures::executor::block_on;
    FramesOnTokio, TokioIo, |reader| Frames::new(reader),
        |work| RUNTIME.block_on(work);
    FramesOnSmol, FuturesIo, |reader| Frames::new(reader),
        futures::executor::block_on;
    BodyOnTokio, TokioIo, |reader| Frames::of_body(Body(reader)),
        |work| RUNTIME.block_on(work);
}

/// It pins nothing.
impl<T> Unpin for Slow<T> {}

/// Pending in front of each piece that a reader shows, and of each write, which takes
/// seven bytes.
#[derive(Debug)]
pub(crate) struct Slow<T> {
    inner: T,
    /// How much is shown and not consumed.
    shown: usize,
    pending: bool,
}

impl<T> Slow<T> {
    pub(crate) const fn new(inner: T) -> Self {
        Self {
            inner,
            shown: 0,
            pending: false,
        }
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.pending = !self.pending;
        match self.pending {
            true => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            false => Poll::Ready(()),
        }
    }
}

impl<R: BufRead> Slow<R> {
    fn poll_shown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        if self.shown == 0 && self.poll_ready(cx).is_pending() {
            return Poll::Pending;
        }
        let shown = self.inner.fill_buf()?;
        self.shown = shown.len();
        Poll::Ready(Ok(shown))
    }

    fn take(&mut self, amount: usize) {
        self.shown -= amount;
        self.inner.consume(amount);
    }
}

impl<R: BufRead> tokio::io::AsyncRead for Slow<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        panic!("it is read by its buffer")
    }
}

impl<R: BufRead> tokio::io::AsyncBufRead for Slow<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_mut().poll_shown(cx)
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().take(amount);
    }
}

impl<R: BufRead> futures_io::AsyncRead for Slow<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        panic!("it is read by its buffer")
    }
}

impl<R: BufRead> futures_io::AsyncBufRead for Slow<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_mut().poll_shown(cx)
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().take(amount);
    }
}

/// A stream interrupts nobody.
impl<R: BufRead> Stream for Slow<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.poll_ready(cx).is_pending() {
            return Poll::Pending;
        }
        let frame = loop {
            match this.inner.fill_buf() {
                Ok(shown) => break Bytes::copy_from_slice(shown),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        };
        this.inner.consume(frame.len());
        Poll::Ready((!frame.is_empty()).then_some(Ok(frame)))
    }
}

/// A stream as a body.
#[derive(Debug)]
pub(crate) struct Body<S>(S);

impl<S: Stream<Item = io::Result<Bytes>> + Unpin> http_body::Body for Body<S> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = Pin::new(&mut self.get_mut().0).poll_next(cx);
        next.map(|next| next.map(|data| data.map(Frame::data)))
    }
}

impl<W: Write> Slow<W> {
    fn poll_some(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_ready(cx)
            .map(|()| self.inner.write(&data[..data.len().min(7)]))
    }

    fn poll_flushed(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_ready(cx).map(|()| self.inner.flush())
    }
}

impl<W: Write> tokio::io::AsyncWrite for Slow<W> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_some(cx, data)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_flushed(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("nobody closes it")
    }
}

impl<W: Write> futures_io::AsyncWrite for Slow<W> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_some(cx, data)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_flushed(cx)
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("nobody closes it")
    }
}

//! The rooms that are readers: of their own kind, and over frames of both.

use std::io;
use std::task::{Context, Poll};

/// Shows what is there, and is told how much of it was taken.
pub(crate) trait Room: Unpin {
    /// Nothing at the end.
    fn poll_window(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>>;

    /// No more than was shown.
    fn take(&mut self, amount: usize);
}

/// A kind of source whose rooms are readers of futures-io.
///
/// Sealed: those of futures-io themselves, and frames.
#[cfg(feature = "futures-io")]
pub trait ReadsAsFutures: sealed::Sealed {}

#[cfg(feature = "futures-io")]
impl ReadsAsFutures for crate::FuturesIo {}

#[cfg(feature = "futures-io")]
impl ReadsAsFutures for crate::InFrames {}

/// A kind of source whose rooms are readers of tokio.
///
/// Sealed: those of tokio themselves, and frames.
#[cfg(feature = "tokio")]
pub trait ReadsAsTokio: sealed::Sealed {}

#[cfg(feature = "tokio")]
impl ReadsAsTokio for crate::TokioIo {}

#[cfg(feature = "tokio")]
impl ReadsAsTokio for crate::InFrames {}

#[cfg(any(feature = "futures-io", feature = "tokio"))]
mod sealed {
    #[expect(unnameable_types, reason = "that is what it is for")]
    pub trait Sealed {}

    #[cfg(feature = "futures-io")]
    impl Sealed for crate::FuturesIo {}
    #[cfg(feature = "tokio")]
    impl Sealed for crate::TokioIo {}
    impl Sealed for crate::InFrames {}
}

#[cfg(feature = "futures-io")]
mod futures_io_reader {
    use super::{Context, Poll, ReadsAsFutures, Room, io};
    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    use crate::{FileWrapper, Threads};
    use crate::{FormBody, Holds, InputStream, LimitedStream, Part, Source};
    use futures_io::{AsyncBufRead, AsyncRead};
    use std::io::Read;
    use std::pin::Pin;
    use std::task::ready;

    fn poll_read(
        room: &mut impl Room,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let read = ready!(room.poll_window(cx))?.read(buf)?;
        room.take(read);
        Poll::Ready(Ok(read))
    }

    impl<R: Source<K>, K: ReadsAsFutures> AsyncBufRead for LimitedStream<R, K> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl<R: Source<K>, K: ReadsAsFutures> AsyncRead for LimitedStream<R, K> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }

    impl<R: Source<K>, K: ReadsAsFutures> AsyncBufRead for InputStream<R, K> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl<R: Source<K>, K: ReadsAsFutures> AsyncRead for InputStream<R, K> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }

    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    impl<F: Read + Send + 'static, K: Threads> AsyncBufRead for FileWrapper<F, K> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    impl<F: Read + Send + 'static, K: Threads> AsyncRead for FileWrapper<F, K> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }

    impl AsyncBufRead for FormBody {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl AsyncRead for FormBody {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }

    impl<H: Holds<Kind: ReadsAsFutures>> AsyncBufRead for Part<H> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl<H: Holds<Kind: ReadsAsFutures>> AsyncRead for Part<H> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }
}

#[cfg(feature = "tokio")]
mod tokio_reader {
    use super::{Context, Poll, ReadsAsTokio, Room, io};
    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    use crate::{FileWrapper, Threads};
    use crate::{FormBody, Holds, InputStream, LimitedStream, Part, Source};
    use std::pin::Pin;
    use std::task::ready;
    use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

    fn poll_read(
        room: &mut impl Room,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let window = ready!(room.poll_window(cx))?;
        let len = window.len().min(buf.remaining());
        buf.put_slice(&window[..len]);
        room.take(len);
        Poll::Ready(Ok(()))
    }

    impl<R: Source<K>, K: ReadsAsTokio> AsyncBufRead for LimitedStream<R, K> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl<R: Source<K>, K: ReadsAsTokio> AsyncRead for LimitedStream<R, K> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }

    impl<R: Source<K>, K: ReadsAsTokio> AsyncBufRead for InputStream<R, K> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl<R: Source<K>, K: ReadsAsTokio> AsyncRead for InputStream<R, K> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }

    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    impl<F: io::Read + Send + 'static, K: Threads> AsyncBufRead for FileWrapper<F, K> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    impl<F: io::Read + Send + 'static, K: Threads> AsyncRead for FileWrapper<F, K> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }

    impl AsyncBufRead for FormBody {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl AsyncRead for FormBody {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }

    impl<H: Holds<Kind: ReadsAsTokio>> AsyncBufRead for Part<H> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl<H: Holds<Kind: ReadsAsTokio>> AsyncRead for Part<H> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            poll_read(self.get_mut(), cx, buf)
        }
    }
}

mod frames {
    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    use crate::{FileWrapper, Threads};
    use crate::{FormBody, Holds, InFrames, InputStream, LimitedStream, Part, Source};
    use bytes::Bytes;
    use futures_core::Stream;
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    /// The frames of the source, none of them copied, the last one cut at the
    /// limit.
    impl<R: Source<InFrames>> Stream for LimitedStream<R, InFrames> {
        type Item = io::Result<Bytes>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let data = ready!(self.get_mut().poll_data(cx))?;
            Poll::Ready((!data.is_empty()).then_some(Ok(data)))
        }
    }

    /// The content, which shares the frames it lies in.
    impl<R: Source<InFrames>> Stream for InputStream<R, InFrames> {
        type Item = io::Result<Bytes>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let data = ready!(self.get_mut().poll_data(cx))?;
            Poll::Ready((!data.is_empty()).then_some(Ok(data)))
        }
    }

    /// The blocks.
    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    impl<F: io::Read + Send + 'static, K: Threads> Stream for FileWrapper<F, K> {
        type Item = io::Result<Bytes>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.get_mut().poll_data(cx)
        }
    }

    /// What lies in memory is shared, and what is read is a frame for each read.
    impl Stream for FormBody {
        type Item = io::Result<Bytes>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.get_mut().poll_data(cx)
        }
    }

    /// The data of the part, which share the frames they lie in.
    impl<H: Holds<Kind = InFrames>> Stream for Part<H> {
        type Item = io::Result<Bytes>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.get_mut().poll_data(cx)
        }
    }
}

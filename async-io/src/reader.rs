//! `LimitedStream` as a reader of either kind, and as a stream of frames.

#[cfg(feature = "futures-io")]
mod futures_io_reader {
    use crate::{FuturesIo, LimitedStream};
    use futures_io::{AsyncBufRead, AsyncRead};
    use std::io::{self, Read};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    impl<R: AsyncBufRead + Unpin> AsyncBufRead for LimitedStream<R, FuturesIo> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl<R: AsyncBufRead + Unpin> AsyncRead for LimitedStream<R, FuturesIo> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            if buf.is_empty() {
                return Poll::Ready(Ok(0));
            }
            let this = self.get_mut();
            let read = ready!(this.poll_window(cx))?.read(buf)?;
            this.take(read);
            Poll::Ready(Ok(read))
        }
    }
}

#[cfg(feature = "tokio")]
mod tokio_reader {
    use crate::{LimitedStream, TokioIo};
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};
    use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

    impl<R: AsyncBufRead + Unpin> AsyncBufRead for LimitedStream<R, TokioIo> {
        fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.get_mut().poll_window(cx)
        }

        fn consume(self: Pin<&mut Self>, amount: usize) {
            self.get_mut().take(amount);
        }
    }

    impl<R: AsyncBufRead + Unpin> AsyncRead for LimitedStream<R, TokioIo> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if buf.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            let this = self.get_mut();
            let window = ready!(this.poll_window(cx))?;
            let len = window.len().min(buf.remaining());
            buf.put_slice(&window[..len]);
            this.take(len);
            Poll::Ready(Ok(()))
        }
    }
}

mod frames {
    use crate::{InFrames, LimitedStream, Source};
    use bytes::Bytes;
    use futures_core::Stream;
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    /// The frames of the source, none of them copied, the last one cut at the
    /// limit.
    impl<R: Source<InFrames> + Unpin> Stream for LimitedStream<R, InFrames> {
        type Item = io::Result<Bytes>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let this = self.get_mut();
            let len = ready!(this.poll_window(cx))?.len();
            if len == 0 {
                return Poll::Ready(None);
            }
            let frame = this.get_ref().share(0, len);
            this.take(len);
            Poll::Ready(frame.map(Ok))
        }
    }
}

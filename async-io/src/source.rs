//! Where bytes come from. The only file that knows futures-io from tokio: to all
//! others a source shows what is there, and is told how much of it was taken.

use bytes::Bytes;
use std::io;
use std::task::{Context, Poll, ready};

/// A reader of futures-io.
#[cfg(feature = "futures-io")]
#[derive(Clone, Copy, Debug)]
pub struct FuturesIo;

/// A reader of tokio.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug)]
pub struct TokioIo;

/// Frames: a stream of `Bytes`.
#[derive(Clone, Copy, Debug)]
pub struct InFrames;

/// A source of bytes of one kind. The kind keeps apart what a type may be at
/// once; users see it in the names of modules alone.
///
/// Sealed: it is implemented for the buffered readers of both ecosystems and for
/// [`Frames`](crate::Frames).
pub trait Source<K>: Unpin + sealed::Sealed<K> {
    #[doc(hidden)]
    fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>>;

    #[doc(hidden)]
    fn consume(&mut self, amount: usize);

    /// So many bytes of what is shown, from there on, without a copy.
    #[doc(hidden)]
    fn share(&self, _start: usize, _len: usize) -> Option<Bytes> {
        None
    }

    /// The same from the front, which are consumed with that.
    #[doc(hidden)]
    fn split(&mut self, _len: usize) -> Option<Bytes> {
        None
    }

    /// Up to so many bytes, which are consumed; nothing at the end. Only of what
    /// has frames.
    #[doc(hidden)]
    fn poll_split(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<io::Result<Bytes>> {
        let len = ready!(self.poll_fill_buf(cx))?.len().min(most);
        Poll::Ready(Ok(self.split(len).unwrap_or_default()))
    }
}

pub use any::AnySource;

mod sealed {
    #[expect(unnameable_types, reason = "that is what it is for")]
    pub trait Sealed<K> {}
}

#[cfg(feature = "futures-io")]
mod futures_io_readers {
    use super::{Context, FuturesIo, Poll, Source, io, sealed::Sealed};
    use futures_io::AsyncBufRead;
    use std::pin::Pin;

    impl<R: AsyncBufRead + Unpin> Sealed<FuturesIo> for R {}

    impl<R: AsyncBufRead + Unpin> Source<FuturesIo> for R {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            Pin::new(self).poll_fill_buf(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            Pin::new(self).consume(amount);
        }
    }
}

#[cfg(feature = "tokio")]
mod tokio_readers {
    use super::{Context, Poll, Source, TokioIo, io, sealed::Sealed};
    use std::pin::Pin;
    use tokio::io::AsyncBufRead;

    impl<R: AsyncBufRead + Unpin> Sealed<TokioIo> for R {}

    impl<R: AsyncBufRead + Unpin> Source<TokioIo> for R {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            Pin::new(self).poll_fill_buf(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            Pin::new(self).consume(amount);
        }
    }
}

mod frames {
    use super::{Bytes, Context, InFrames, Poll, Source, io, sealed::Sealed};
    use crate::reader::Room;
    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    use crate::{FileWrapper, Threads};
    use crate::{FormBody, Frames, Holds, InputStream, LimitedStream, Part};
    use futures_core::Stream;

    impl<S, E> Sealed<InFrames> for Frames<S>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
    }

    impl<S, E> Source<InFrames> for Frames<S>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.poll_frame(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            self.take(amount);
        }

        fn share(&self, start: usize, len: usize) -> Option<Bytes> {
            Some(self.slice(start, len))
        }

        #[inline]
        fn split(&mut self, len: usize) -> Option<Bytes> {
            Some(self.split_frame(len))
        }

        #[inline]
        fn poll_split(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<io::Result<Bytes>> {
            self.poll_some(cx, most)
        }
    }

    impl<R: Source<InFrames>> Sealed<InFrames> for LimitedStream<R, InFrames> {}

    impl<R: Source<InFrames>> Source<InFrames> for LimitedStream<R, InFrames> {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.poll_window(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            self.take(amount);
        }

        fn share(&self, start: usize, len: usize) -> Option<Bytes> {
            self.get_ref().share(start, len)
        }

        #[inline]
        fn split(&mut self, len: usize) -> Option<Bytes> {
            self.split_window(len)
        }
    }

    impl<R: Source<InFrames>> Sealed<InFrames> for InputStream<R, InFrames> {}

    impl<R: Source<InFrames>> Source<InFrames> for InputStream<R, InFrames> {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.poll_window(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            self.take(amount);
        }

        fn share(&self, start: usize, len: usize) -> Option<Bytes> {
            self.content().share(start, len)
        }

        #[inline]
        fn split(&mut self, len: usize) -> Option<Bytes> {
            self.split_window(len)
        }
    }

    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    impl<F: io::Read + Send + 'static, K: Threads> Sealed<InFrames> for FileWrapper<F, K> {}

    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    impl<F: io::Read + Send + 'static, K: Threads> Source<InFrames> for FileWrapper<F, K> {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.poll_window(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            self.take(amount);
        }

        fn share(&self, start: usize, len: usize) -> Option<Bytes> {
            Some(self.slice(start, len))
        }

        fn split(&mut self, len: usize) -> Option<Bytes> {
            Some(self.split_frame(len))
        }
    }

    impl Sealed<InFrames> for FormBody {}

    impl Source<InFrames> for FormBody {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.poll_window(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            self.take(amount);
        }

        fn share(&self, start: usize, len: usize) -> Option<Bytes> {
            Some(self.slice(start, len))
        }

        fn split(&mut self, len: usize) -> Option<Bytes> {
            Some(self.split_frame(len))
        }
    }

    impl<H: Holds<Kind = InFrames>> Sealed<InFrames> for Part<H> {}

    impl<H: Holds<Kind = InFrames>> Source<InFrames> for Part<H> {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.poll_window(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            self.take(amount);
        }

        fn share(&self, start: usize, len: usize) -> Option<Bytes> {
            self.share_data(start, len)
        }

        fn split(&mut self, len: usize) -> Option<Bytes> {
            self.split_data(len)
        }
    }
}

mod content {
    use super::{Bytes, Context, Poll, Source, io, sealed::Sealed};
    use crate::transfer::Content;

    impl<R: Source<K>, K> Sealed<K> for Content<R, K> {}

    impl<R: Source<K>, K> Source<K> for Content<R, K> {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            match self {
                Self::Plain(source) => source.poll_fill_buf(cx),
                Self::Chunked(source) => source.poll_data(cx),
            }
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            match self {
                Self::Plain(source) => source.consume(amount),
                Self::Chunked(source) => source.consume(amount),
            }
        }

        fn share(&self, start: usize, len: usize) -> Option<Bytes> {
            match self {
                Self::Plain(source) => source.share(start, len),
                Self::Chunked(source) => source.share(start, len),
            }
        }

        #[inline]
        fn split(&mut self, len: usize) -> Option<Bytes> {
            match self {
                Self::Plain(source) => source.split(len),
                Self::Chunked(source) => source.split(len),
            }
        }
    }
}

mod any {
    use super::{Bytes, Context, Poll, Source, io, sealed::Sealed};
    use std::fmt;

    /// A source of a kind, whichever it is: for bodies that lie one in the other,
    /// see [`Part::nested_dyn`](crate::Part::nested_dyn).
    pub struct AnySource<'s, K> {
        source: &'s mut (dyn Source<K> + Send),
    }

    impl<'s, K> AnySource<'s, K> {
        pub(crate) fn new(source: &'s mut (dyn Source<K> + Send)) -> Self {
            Self { source }
        }
    }

    impl<K> Sealed<K> for AnySource<'_, K> {}

    impl<K> Source<K> for AnySource<'_, K> {
        #[inline]
        fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
            self.source.poll_fill_buf(cx)
        }

        #[inline]
        fn consume(&mut self, amount: usize) {
            self.source.consume(amount);
        }

        fn share(&self, start: usize, len: usize) -> Option<Bytes> {
            self.source.share(start, len)
        }

        fn split(&mut self, len: usize) -> Option<Bytes> {
            self.source.split(len)
        }
    }

    impl<K> fmt::Debug for AnySource<'_, K> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("AnySource").finish_non_exhaustive()
        }
    }
}

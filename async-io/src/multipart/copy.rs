//! A part written to where it is to go.

use crate::reader::Room;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, ready};

/// A writer that takes what comes from a source of this kind.
///
/// Sealed: it is implemented for the writers of futures-io and, as for frames, of
/// tokio.
pub trait Target<K>: sealed::Sealed<K> {
    #[doc(hidden)]
    fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>>;

    #[doc(hidden)]
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// What was written is consumed at once, so that it is not written again where
/// this is dropped and another one goes on.
pub(super) async fn copy<K, W: Target<K> + ?Sized>(
    room: &mut impl Room,
    writer: &mut W,
) -> io::Result<u64> {
    let mut copied = 0;
    poll_fn(|cx| poll_copy(cx, room, writer, &mut copied)).await?;
    Ok(copied)
}

fn poll_copy<K, W: Target<K> + ?Sized>(
    cx: &mut Context<'_>,
    room: &mut impl Room,
    writer: &mut W,
    copied: &mut u64,
) -> Poll<io::Result<()>> {
    loop {
        let data = match ready!(room.poll_window(cx)) {
            Ok([]) => return poll_flush(cx, writer),
            Ok(data) => data,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Poll::Ready(Err(error)),
        };
        match ready!(writer.poll_write(cx, data)) {
            Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
            Ok(written) => {
                room.take(written);
                *copied += written as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Poll::Ready(Err(error)),
        }
    }
}

/// Flushes, and again where that is interrupted.
pub(super) fn poll_flush<K>(
    cx: &mut Context<'_>,
    writer: &mut (impl Target<K> + ?Sized),
) -> Poll<io::Result<()>> {
    loop {
        match ready!(writer.poll_flush(cx)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            flushed => return Poll::Ready(flushed),
        }
    }
}

mod sealed {
    #[expect(unnameable_types, reason = "that is what it is for")]
    pub trait Sealed<K> {}
}

#[cfg(feature = "futures-io")]
mod futures_io_writers {
    use super::{Context, Poll, Target, io, sealed::Sealed};
    use crate::FuturesIo;
    use futures_io::AsyncWrite;
    use std::pin::Pin;

    impl<W: AsyncWrite + Unpin + ?Sized> Sealed<FuturesIo> for W {}

    impl<W: AsyncWrite + Unpin + ?Sized> Target<FuturesIo> for W {
        fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
            Pin::new(self).poll_write(cx, data)
        }

        fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(self).poll_flush(cx)
        }
    }
}

#[cfg(feature = "tokio")]
mod tokio_writers {
    use super::{Context, Poll, Target, io, sealed::Sealed};
    use crate::reader::ReadsAsTokio;
    use std::pin::Pin;
    use tokio::io::AsyncWrite;

    impl<K: ReadsAsTokio, W: AsyncWrite + Unpin + ?Sized> Sealed<K> for W {}

    impl<K: ReadsAsTokio, W: AsyncWrite + Unpin + ?Sized> Target<K> for W {
        fn poll_write(&mut self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
            Pin::new(self).poll_write(cx, data)
        }

        fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(self).poll_flush(cx)
        }
    }
}

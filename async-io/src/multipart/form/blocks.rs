//! Readers as streams of blocks.

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What a reader gives, in blocks of up to 64 KiB.
///
/// The blocks that one buffer is cut into share it. It is used again once they are
/// all gone, and there is a new one otherwise.
pub(crate) struct Blocks<R, K> {
    reader: R,
    /// What is left of the buffer.
    room: BytesMut,
    kind: PhantomData<fn() -> K>,
}

const BLOCK_SIZE: usize = 64 << 10;

/// Less room than this is not worth a read.
const LEAST: usize = 4 << 10;

/// A reader of this kind.
pub(crate) trait ReadSome<K>: Unpin {
    fn poll_read_some(&mut self, cx: &mut Context<'_>, room: &mut [u8]) -> Poll<io::Result<usize>>;
}

impl<R, K> Blocks<R, K> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            room: BytesMut::new(),
            kind: PhantomData,
        }
    }
}

impl<R: ReadSome<K>, K> Stream for Blocks<R, K> {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { reader, room, .. } = self.get_mut();
        if room.len() < LEAST {
            room.clear();
            room.resize(BLOCK_SIZE, 0);
        }
        Poll::Ready(match ready!(reader.poll_read_some(cx, room)) {
            Ok(0) => None,
            // A reader that says more than it was given room for is broken.
            Ok(read) if read > room.len() => Some(Err(io::ErrorKind::InvalidData.into())),
            Ok(read) => Some(Ok(room.split_to(read).freeze())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Err(error) => Some(Err(error)),
        })
    }
}

#[cfg(feature = "futures-io")]
mod futures_io_readers {
    use super::{Context, Pin, Poll, ReadSome, io};
    use crate::FuturesIo;
    use futures_io::AsyncRead;

    impl<R: AsyncRead + Unpin> ReadSome<FuturesIo> for R {
        fn poll_read_some(
            &mut self,
            cx: &mut Context<'_>,
            room: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            Pin::new(self).poll_read(cx, room)
        }
    }
}

#[cfg(feature = "tokio")]
mod tokio_readers {
    use super::{Context, Pin, Poll, ReadSome, io, ready};
    use crate::TokioIo;
    use tokio::io::{AsyncRead, ReadBuf};

    impl<R: AsyncRead + Unpin> ReadSome<TokioIo> for R {
        fn poll_read_some(
            &mut self,
            cx: &mut Context<'_>,
            room: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            let mut room = ReadBuf::new(room);
            ready!(Pin::new(self).poll_read(cx, &mut room))?;
            Poll::Ready(Ok(room.filled().len()))
        }
    }
}

use crate::drive::Drive;
use crate::source::Source;
use bytes::Bytes;
use std::io;
use std::task::{Context, Poll, ready};
use tidegate_core::{ChunkedDecoder, KeptTrailers};

/// The content of a chunked body, lent from the source's own buffer.
pub(crate) struct ChunkedSource<R: Source<K>, K> {
    drive: Drive<R, K, ChunkedDecoder>,
    /// Bytes of data at the front of the source that are not consumed yet.
    data: usize,
    trailers: KeptTrailers,
}

impl<R: Source<K>, K> ChunkedSource<R, K> {
    pub(super) fn new(source: R, decoder: ChunkedDecoder) -> Self {
        Self {
            drive: Drive::new(source, decoder),
            data: 0,
            trailers: KeptTrailers::default(),
        }
    }

    /// The body was read to its end, which is where the source is.
    pub(super) fn is_done(&self) -> bool {
        self.drive.machine().is_done()
    }

    pub(super) const fn trailers(&self) -> &KeptTrailers {
        &self.trailers
    }

    pub(super) fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    pub(super) fn get_mut(&mut self) -> &mut R {
        self.drive.reader_mut()
    }

    pub(super) fn into_inner(self) -> R {
        self.drive.into_parts().0
    }

    #[inline]
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        if self.data == 0 {
            ready!(self.poll_find_data(cx))?;
        }
        self.drive.poll_front(cx, self.data)
    }

    /// Goes on to the next data, which always lie in the source, or to the end.
    #[inline]
    fn poll_find_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self {
            drive, trailers, ..
        } = self;
        while let Some((data, _)) =
            ready!(drive.poll_take(cx, |token| trailers.data_or_push(token)))?
        {
            if data > 0 {
                self.data = data;
                drive.keep(data);
                break;
            }
        }
        Poll::Ready(Ok(()))
    }

    #[inline]
    pub(crate) fn consume(&mut self, amount: usize) {
        self.use_up(amount);
        self.drive.owe(amount);
    }

    pub(crate) fn share(&self, start: usize, len: usize) -> Option<Bytes> {
        self.drive.share(start, len)
    }

    #[inline]
    pub(crate) fn split(&mut self, len: usize) -> Option<Bytes> {
        let shared = self.drive.split(len)?;
        self.use_up(len);
        Some(shared)
    }

    #[inline]
    fn use_up(&mut self, amount: usize) {
        let left = self.data.checked_sub(amount);
        #[expect(clippy::expect_used, reason = "a broken contract of the caller")]
        let left = left.expect("no more is consumed than was shown");
        self.data = left;
    }
}

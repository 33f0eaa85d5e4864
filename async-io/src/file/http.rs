use super::{FileWrapper, Threads};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Its size is exact where it was promised, so that servers answer with a
/// Content-Length.
impl<F: Read + Send + 'static, K: Threads> Body for FileWrapper<F, K> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let data = self.get_mut().poll_data(cx);
        data.map(|data| data.map(|data| data.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.len_hint() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.len_hint()
            .map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

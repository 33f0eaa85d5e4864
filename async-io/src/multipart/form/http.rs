use super::FormBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Its size is exact where it is known, so that clients send it with a
/// Content-Length.
impl Body for FormBody {
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
        self.is_sent()
    }

    fn size_hint(&self) -> SizeHint {
        self.content_length()
            .map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

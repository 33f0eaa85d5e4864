use super::ClosingStream;
use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tidegate_core::Callbacks;

impl<B: Body> ClosingStream<B> {
    /// Around a body. One that says its exact size is over with the last byte of
    /// that, since a server asks for no end then.
    pub fn for_body(body: B) -> Self {
        let size = body.size_hint().exact();
        let closing = Self::new(body);
        match size {
            Some(size) => closing.promised(size),
            None => closing,
        }
    }
}

/// Its bytes are those of its data; trailers count for nothing.
impl<B: Body + Unpin, C: Callbacks> Body for ClosingStream<B, C> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let closing = &mut self.get_mut().closing;
        let Some(body) = closing.stream() else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(&mut *body).poll_frame(cx));
        let is_end = body.is_end_stream();
        match &frame {
            Some(Ok(frame)) => {
                closing.took(frame.data_ref().map_or(0, Buf::remaining));
                // Nobody asks again.
                if is_end {
                    closing.finish();
                }
            }
            Some(Err(_)) => closing.fail(),
            None => closing.finish(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.closing.get_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.closing
            .get_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

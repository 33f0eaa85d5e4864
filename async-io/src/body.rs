//! Bodies of http-body as sources, and the limited one as a body.

use crate::frame_source::{EMPTY_AT_ONCE, yield_now};
use crate::{Frames, InFrames, LimitedStream};
use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The data of a body as a `Stream` of `Bytes`, which keeps its trailers.
///
/// What a stream of `http-body-util` would drop is here once the data are at their
/// end: [`trailers`](Self::trailers). Data that are `Bytes` are not copied.
///
/// ```
/// # futures::executor::block_on(async {
/// use http_body_util::{BodyExt, Full};
/// use tidegate_async_io::body::make_line_iter;
///
/// let mut trailers = http::HeaderMap::new();
/// trailers.insert("x-checksum", "42".parse()?);
/// let body = Full::<bytes::Bytes>::from("one\ntwo\n").with_trailers(Box::pin(async { Some(Ok(trailers)) }));
/// let mut lines = make_line_iter(body);
/// let mut count = 0;
/// lines.for_each_line(|_| count += 1).await?;
/// assert_eq!(count, 2);
/// let data = lines.get_ref().get_ref();
/// assert_eq!(data.trailers().expect("they are there")["x-checksum"], "42");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct BodyData<B> {
    body: B,
    trailers: Option<HeaderMap>,
}

impl<B> BodyData<B> {
    /// The data of this body.
    pub const fn new(body: B) -> Self {
        Self {
            body,
            trailers: None,
        }
    }

    /// The trailers, behind the last of the data.
    pub const fn trailers(&self) -> Option<&HeaderMap> {
        self.trailers.as_ref()
    }

    /// The body, behind what was read of it.
    pub const fn get_ref(&self) -> &B {
        &self.body
    }

    /// The body, behind what was read of it, and the trailers.
    pub fn into_parts(self) -> (B, Option<HeaderMap>) {
        (self.body, self.trailers)
    }
}

impl<B: Body<Data: Into<Bytes>> + Unpin> Stream for BodyData<B> {
    type Item = Result<Bytes, B::Error>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        for _ in 0..EMPTY_AT_ONCE {
            let frame = match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            };
            match frame.into_data() {
                Ok(data) => {
                    return Poll::Ready(Some(Ok(data.into())));
                }
                Err(frame) => {
                    // A frame of a kind that is not known yet says nothing here.
                    if let Ok(trailers) = frame.into_trailers() {
                        this.trailers.get_or_insert_default().extend(trailers);
                    }
                }
            }
        }
        yield_now(cx)
    }
}

impl<B> Frames<BodyData<B>> {
    /// The frames of a body.
    pub const fn of_body(body: B) -> Self {
        Self::new(BodyData::new(body))
    }
}

impl<B> LimitedStream<Frames<BodyData<B>>, InFrames>
where
    B: Body<Data: Into<Bytes>, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin,
{
    /// Behind the data that are allowed. Not as a frame: if one came from here, those
    /// of data would have to be made in memory as well, which costs more than the limit.
    #[cold]
    fn poll_trailers(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<HeaderMap>>> {
        if !ready!(self.get_mut().poll_frame(cx))?.is_empty() {
            return Poll::Ready(Ok(None));
        }
        Poll::Ready(Ok(self.get_mut().stream_mut().trailers.take()))
    }
}

/// What is allowed of the body, and its trailers behind that.
///
/// The frame that goes past the limit is cut there, and the error comes behind it.
/// The trailers of an exact length come if they are right behind it; where data
/// are, those stay in the source, and that is the end.
///
/// The size of an exact length is exact, whatever the body says. That of a maximum
/// is that of the body, also where that is more: then a server or a client that
/// announces it fails at the maximum, and does not take what is allowed for all.
impl<B> Body for LimitedStream<Frames<BodyData<B>>, InFrames>
where
    B: Body<Data: Into<Bytes>, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin,
{
    type Data = Bytes;
    type Error = io::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        let data = ready!(this.poll_data(cx))?;
        if !data.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        let trailers = ready!(this.poll_trailers(cx))?;
        Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        let data = self.get_ref().get_ref();
        self.may_end()
            && self.get_ref().is_at_end(data.body.is_end_stream())
            && data.trailers.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        if !self.is_open_maximum() {
            let left = if self.is_exhausted() {
                0
            } else {
                self.remaining()
            };
            return SizeHint::with_exact(left);
        }
        let held = self.get_ref().held() as u64;
        let body = self.get_ref().get_ref().body.size_hint();
        let lower = body.lower().saturating_add(held);
        let upper = body.upper().map(|upper| upper.saturating_add(held));
        let left = self.remaining();
        let mut hint = SizeHint::new();
        hint.set_lower(lower);
        // A maximum that the body may go past is never its exact size: whoever
        // announces that stops there, sees no error, and what was cut off is whole.
        match upper {
            Some(upper) if lower >= left => hint.set_upper(upper),
            None if lower >= left => {}
            _ => hint.set_upper(upper.map_or(left, |upper| upper.min(left))),
        }
        hint
    }
}

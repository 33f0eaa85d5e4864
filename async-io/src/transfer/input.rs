use super::chunked::ChunkedSource;
use crate::LimitedStream;
use crate::reader::Room;
use crate::source::Source;
use bytes::Bytes;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, ready};
use tidegate_core::{At, BodyKind, InputFraming, InputLimits, KeptTrailers, LimitFault};

/// The body of an HTTP/1.1 message: it ends where the body ends, fails if that is
/// cut short or too long, and undoes the chunked coding.
///
/// Made of a buffered connection, the [`BodyKind`] that the headers say, and the
/// limits of the server. It is a reader of the kind that its source is, which lends
/// the content from the connection's own buffer, also of a chunked body; over
/// frames it is a `Stream` of `Bytes` that share them. Use
/// [`LimitedStream`] instead where there is a length and no HTTP, and where
/// somebody else has undone the framing, as hyper has.
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # futures::executor::block_on(async {
/// use tidegate_async_io::core::{BodyKind, HttpVersion, InputLimits};
/// use tidegate_async_io::tokio::input_stream;
/// use tokio::io::AsyncReadExt;
///
/// let mut connection = &b"5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n"[..];
/// let headers = [("Transfer-Encoding", "chunked")];
/// let kind = BodyKind::of_request(HttpVersion::Http11, headers)?;
/// let mut body = input_stream(&mut connection, kind, InputLimits::new())?;
/// let mut content = String::new();
/// body.read_to_string(&mut content).await?;
/// assert_eq!(content, "hello");
/// assert!(body.may_reuse_connection());
/// drop(body); // what was read is consumed now, and nothing else
/// assert_eq!(connection, b"GET / HTTP/1.1\r\n"); // the next request
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Limits
///
/// [`InputLimits`]: 16 MiB of content unless it says otherwise, inclusive. Of a
/// chunked body the framing is bounded too, by
/// [`ChunkedDecoder`](tidegate_core::ChunkedDecoder); its trailers are kept, up to
/// 8 KiB.
///
/// # Errors
///
/// Each comes after all content that is good, and again on every later read:
///
/// | what | kind | holds |
/// |---|---|---|
/// | the body ends early | `UnexpectedEof` | `At<LimitFault>`, `At<ChunkedFault>` |
/// | it is longer than the maximum | `FileTooLarge` | `At<LimitFault>` |
/// | its framing is broken | `InvalidData` | `At<ChunkedFault>` |
/// | its framing is too long | `FileTooLarge` | `At<ChunkedFault>` |
/// | the connection shows less than before | `Other` | |
///
/// The offset of a `ChunkedFault` counts the framing, that of a `LimitFault`
/// does not. Errors of the source are passed on, and reading may go on after
/// them.
///
/// # End of input
///
/// That of the body, whatever follows it. Of a chunked body the trailers have
/// been read then.
///
/// # Reads past the end
///
/// No. A body that lasts until the connection is closed is looked at one byte
/// past its maximum.
///
/// # Cancel safety
///
/// Nothing is taken that is not handed out, but for framing, which is kept here.
pub struct InputStream<R: Source<K>, K> {
    stream: LimitedStream<Content<R, K>, K>,
}

/// What the limit counts.
#[expect(
    clippy::large_enum_variant,
    reason = "a body is read without an allocation"
)]
pub(crate) enum Content<R: Source<K>, K> {
    /// The bytes of the connection.
    Plain(R),
    Chunked(ChunkedSource<R, K>),
}

impl<R: Source<K>, K> InputStream<R, K> {
    /// The body of this kind, read from here on.
    ///
    /// # Errors
    ///
    /// [`LimitFault::TooLarge`] if it announces to be longer than allowed. The
    /// source is dropped, so hand over a `&mut` of it: the connection is still
    /// needed for the answer.
    pub fn new(source: R, kind: BodyKind, limits: InputLimits) -> Result<Self, At<LimitFault>> {
        let (content, limit) = match limits.framing(kind)? {
            InputFraming::Plain(limit) => (Content::Plain(source), limit),
            InputFraming::Chunked(limit, decoder) => {
                let source = ChunkedSource::new(source, decoder);
                (Content::Chunked(source), limit)
            }
        };
        let stream = LimitedStream::new(content, limit);
        Ok(Self { stream })
    }

    /// How many bytes of content were handed out.
    #[doc(alias = "tell")]
    pub const fn position(&self) -> u64 {
        self.stream.position()
    }

    /// The length that was announced, or the most there may be.
    pub const fn limit(&self) -> u64 {
        self.stream.limit()
    }

    /// How many bytes of content may still come. Of a chunked body nobody knows
    /// more than that.
    pub const fn remaining(&self) -> u64 {
        self.stream.remaining()
    }

    /// The trailer fields of a chunked body, as pairs of name and value, once it
    /// is read to its end. Never treat them as headers: a client may write
    /// `Content-Length` or `Authorization` here (RFC 9110 section 6.5.1).
    pub fn trailers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let trailers = match self.content() {
            Content::Plain(_) => None,
            Content::Chunked(source) => source.is_done().then(|| source.trailers()),
        };
        trailers.into_iter().flat_map(KeptTrailers::iter)
    }

    /// Whether the next byte of the connection is that of the next message: the
    /// body was read to its end, and has one.
    ///
    /// `false` as long as some of it is unread ([`drain`](Self::drain) it, or
    /// close), after an error, and always for a body that lasts until the
    /// connection is closed.
    pub fn may_reuse_connection(&self) -> bool {
        match self.content() {
            Content::Plain(_) => self.stream.may_reuse_connection(),
            Content::Chunked(source) => source.is_done(),
        }
    }

    /// Reads up to `max` bytes of what is left and drops them, and says whether
    /// that was all. For how long is up to whoever drops the future.
    ///
    /// # Errors
    ///
    /// Those of [the type](Self#errors); `Interrupted` is retried.
    ///
    /// # Cancel safety
    ///
    /// What it dropped is gone; a later call goes on there.
    #[doc(alias = "exhaust")]
    pub async fn drain(&mut self, max: u64) -> io::Result<bool> {
        let mut left = max;
        poll_fn(|cx| self.poll_drain(cx, &mut left)).await
    }

    /// The connection. What was handed out may not be consumed of it yet.
    pub fn get_ref(&self) -> &R {
        match self.content() {
            Content::Plain(source) => source,
            Content::Chunked(source) => source.get_ref(),
        }
    }

    /// The connection. Look at it, and read nothing: what is read here is missing
    /// from the body, which then takes what follows it, framing and the next message
    /// too, for content.
    pub fn get_mut(&mut self) -> &mut R {
        match self.stream.get_mut() {
            Content::Plain(source) => source,
            Content::Chunked(source) => source.get_mut(),
        }
    }

    /// The connection. What is unread of the body is still in it, but for the
    /// start of a trailer line that straddles two reads, which is lost; what
    /// follows the body is all there.
    pub fn into_inner(self) -> R {
        match self.stream.into_inner() {
            Content::Plain(source) => source,
            Content::Chunked(source) => source.into_inner(),
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>, left: &mut u64) -> Poll<io::Result<bool>> {
        loop {
            let len = match ready!(self.poll_window(cx)) {
                Ok([]) => return Poll::Ready(Ok(true)),
                Ok(window) => window.len(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Poll::Ready(Err(error)),
            };
            if *left == 0 {
                return Poll::Ready(Ok(false));
            }
            let some = usize::try_from(*left).map_or(len, |left| len.min(left));
            self.take(some);
            *left -= some as u64;
        }
    }

    pub(crate) const fn content(&self) -> &Content<R, K> {
        self.stream.get_ref()
    }

    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        self.stream.poll_data(cx)
    }

    pub(crate) fn split_window(&mut self, len: usize) -> Option<Bytes> {
        self.stream.split_window(len)
    }
}

impl<R: Source<K>, K> Room for InputStream<R, K> {
    #[inline]
    fn poll_window(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.stream.poll_window(cx)
    }

    #[inline]
    fn take(&mut self, amount: usize) {
        self.stream.take(amount);
    }
}

impl<R: Source<K> + fmt::Debug, K> fmt::Debug for InputStream<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputStream")
            .field("source", self.get_ref())
            .field("limit", &self.limit())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

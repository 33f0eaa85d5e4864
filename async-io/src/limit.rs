use crate::reader::Room;
use crate::source::Source;
use bytes::Bytes;
use std::io;
use std::marker::PhantomData;
use std::task::{Context, Poll, ready};
use tidegate_core::{Limit, Plan};

/// A source that is read only as far as it may be, and knows whether that was all.
///
/// Use it for a request body of known length ([`exact`](Self::exact)) or of any
/// length up to a maximum ([`at_most`](Self::at_most)). `take` of tokio and of
/// futures ends the same way whether the body was whole, cut short by a client
/// that went away, or longer than allowed.
///
/// It is a reader of the kind that its source is: `AsyncBufRead` and `AsyncRead`.
/// Over frames it is a `Stream` of them, and a reader of both kinds.
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # futures::executor::block_on(async {
/// use tidegate_async_io::tokio::LimitedStream;
/// use tokio::io::AsyncReadExt;
///
/// let mut cut_short = LimitedStream::exact(&b"only thi"[..], 14);
/// let mut body = String::new();
/// let error = cut_short.read_to_string(&mut body).await.unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
///
/// let mut full = LimitedStream::at_most(&b"abc"[..], 3);
/// assert_eq!(full.read_to_string(&mut body).await?, 3); // exactly the maximum
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Limits
///
/// Counts bytes handed out, inclusive: exactly so many pass.
///
/// # Errors
///
/// An early end of an exact length is `UnexpectedEof`, a byte after a maximum is
/// `FileTooLarge`; both hold an `At<LimitFault>`, come after all that was allowed,
/// and come again on every later read. Errors of the source are passed on.
///
/// # Reads past the end
///
/// No. `at_most` looks at one byte more, and leaves it where it is.
///
/// # Cancel safety
///
/// As that of its source: nothing is taken that is not handed out.
#[derive(Debug)]
pub struct LimitedStream<R, K> {
    inner: R,
    limit: Limit,
    kind: PhantomData<fn() -> K>,
}

impl<R: Source<K>, K> LimitedStream<R, K> {
    /// The source holds exactly so many bytes: a Content-Length.
    #[must_use]
    pub const fn exact(inner: R, length: u64) -> Self {
        Self::new(inner, Limit::exact(length))
    }

    /// The source ends by itself and may hold at most so many bytes.
    #[must_use]
    pub const fn at_most(inner: R, max: u64) -> Self {
        Self::new(inner, Limit::at_most(max))
    }

    pub(crate) const fn new(inner: R, limit: Limit) -> Self {
        let kind = PhantomData;
        Self { inner, limit, kind }
    }

    /// The length or maximum it was made with.
    pub const fn limit(&self) -> u64 {
        self.limit.max()
    }

    /// How many bytes were handed out.
    pub const fn position(&self) -> u64 {
        self.limit.position()
    }

    /// How many bytes were not handed out of those that are allowed.
    pub const fn remaining(&self) -> u64 {
        self.limit.remaining()
    }

    /// Nothing more will be handed out: the limit is reached, or the source
    /// ended. Whether that is a good end, the next read says.
    pub const fn is_exhausted(&self) -> bool {
        self.limit.is_exhausted()
    }

    /// Whether the next byte of the source belongs to whatever follows: an exact
    /// length was read to its end.
    pub const fn may_reuse_connection(&self) -> bool {
        self.limit.is_complete()
    }

    /// The source.
    pub const fn get_ref(&self) -> &R {
        &self.inner
    }

    /// The source. What is read from it here is not counted.
    pub const fn get_mut(&mut self) -> &mut R {
        &mut self.inner
    }

    /// The source; unread bytes of the body are still in it.
    pub fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: Source<K>, K> Room for LimitedStream<R, K> {
    fn poll_window(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let plan = self.limit.plan(usize::MAX)?;
        if plan == Plan::End {
            return Poll::Ready(Ok(&[]));
        }
        let window = ready!(self.inner.poll_fill_buf(cx))?;
        Poll::Ready(match plan {
            Plan::Read(most) if !window.is_empty() => Ok(&window[..window.len().min(most)]),
            _ => {
                self.limit.record(usize::from(!window.is_empty()))?;
                Ok(&[])
            }
        })
    }

    fn take(&mut self, amount: usize) {
        if amount > 0 {
            // No more than was shown, and so neither an end nor a fault.
            let _ = self.limit.record(amount);
            self.inner.consume(amount);
        }
    }
}

impl<R: Source<K>, K> LimitedStream<R, K> {
    /// The same as `take`, as bytes that share the frame they lie in.
    pub(crate) fn split_window(&mut self, len: usize) -> Option<Bytes> {
        let shared = self.inner.split(len)?;
        if len > 0 {
            let _ = self.limit.record(len);
        }
        Some(shared)
    }

    /// The next of its frames, cut at the limit; nothing at the end.
    #[inline]
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let Plan::Read(most) = self.limit.plan(usize::MAX)? else {
            return self.poll_window(cx).map_ok(|_| Bytes::new());
        };
        let data = ready!(self.inner.poll_split(cx, most))?;
        self.limit.record(data.len())?;
        Poll::Ready(Ok(data))
    }

    /// A maximum, and the source may go on, as far as that or past it.
    #[cfg(feature = "http-body")]
    pub(crate) fn is_open_maximum(&self) -> bool {
        self.may_end() && self.limit.plan(1) != Ok(Plan::End)
    }

    /// Whether an end of the source would be a good one.
    #[cfg(feature = "http-body")]
    pub(crate) fn may_end(&self) -> bool {
        self.limit.clone().record(0).is_ok()
    }
}

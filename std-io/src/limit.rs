//! `LimitedStream`: a reader that stops where it may.

mod drain;
mod hooks;
mod lines;

pub use drain::{Budget, Drained};
pub use hooks::{LimitHooks, NoHooks};

use crate::drive::may_go_on;
use std::io::{self, BufRead, Read};
use tidegate_core::{At, Fault, FaultClass, Limit, LimitFault, Plan};

/// A reader that reads only as far as it may, and knows whether that was all.
///
/// Use it for a request body of known length ([`exact`](Self::exact)) or of any
/// length up to a maximum ([`at_most`](Self::at_most)). `Read::take` looks
/// alike, but ends the same way whether the body was whole, cut short by a
/// client that went away, or longer than allowed.
///
/// ```
/// use std::io::{self, Read};
/// use tidegate_std_io::{At, LimitFault, LimitedStream};
///
/// let mut cut_short = LimitedStream::exact(&b"only thi"[..], 14);
/// let mut body = String::new();
/// let error = cut_short.read_to_string(&mut body).unwrap_err();
/// assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
/// let fault = error.get_ref().unwrap().downcast_ref::<At<LimitFault>>().unwrap();
/// assert_eq!(fault.fault, LimitFault::Disconnected { expected: 14, received: 8 });
///
/// let mut full = LimitedStream::at_most(&b"abc"[..], 3);
/// assert_eq!(full.read_to_string(&mut body)?, 3); // exactly the maximum passes
/// # Ok::<(), io::Error>(())
/// ```
///
/// # Limits
///
/// Counts bytes handed out, inclusive: exactly so many pass.
///
/// # Errors
///
/// An early end of an exact length is `UnexpectedEof`, a byte after a maximum
/// is `FileTooLarge`; both hold an `At<LimitFault>`, come after all that was
/// allowed, and come again on every later read. Errors of the reader are passed
/// on unchanged, and reading may go on after them. [`with_hooks`](Self::with_hooks)
/// replaces all three.
///
/// # End of input
///
/// A read of nothing into an empty buffer is never an end.
///
/// # Reads past the end
///
/// `exact` never. `at_most` looks at one byte more: `read` consumes it, and
/// `fill_buf` does not.
#[derive(Clone, Debug)]
pub struct LimitedStream<R, H = NoHooks> {
    inner: R,
    limit: Limit,
    hooks: H,
}

impl<R> LimitedStream<R> {
    /// The reader holds exactly so many bytes: a Content-Length.
    #[doc(alias = "limit")]
    #[must_use]
    pub fn exact(inner: R, length: u64) -> Self {
        Self::new(inner, Limit::exact(length))
    }

    /// The reader ends by itself and may hold at most so many bytes
    /// (Werkzeug's `is_max`).
    #[doc(alias = "is_max")]
    #[must_use]
    pub fn at_most(inner: R, max: u64) -> Self {
        Self::new(inner, Limit::at_most(max))
    }

    pub(crate) fn new(inner: R, limit: Limit) -> Self {
        Self {
            inner,
            limit,
            hooks: NoHooks,
        }
    }
}

impl<R, H> LimitedStream<R, H> {
    /// The same with hooks that decide what an end and a disconnect come to.
    #[doc(alias("on_exhausted", "on_disconnect"))]
    #[must_use]
    pub fn with_hooks<G: LimitHooks>(self, hooks: G) -> LimitedStream<R, G> {
        LimitedStream {
            inner: self.inner,
            limit: self.limit,
            hooks,
        }
    }

    /// The length or maximum it was made with.
    pub fn limit(&self) -> u64 {
        self.limit.max()
    }

    /// How many bytes were handed out.
    #[doc(alias = "tell")]
    pub fn position(&self) -> u64 {
        self.limit.position()
    }

    /// How many bytes were not handed out of those that are allowed.
    ///
    /// No more than so many will come; fewer may, and none when
    /// [`is_exhausted`](Self::is_exhausted). At an early end this stays what was
    /// missing. At 0 an exact length is whole, but of a maximum only the next
    /// read tells whether the reader goes on.
    pub fn remaining(&self) -> u64 {
        self.limit.remaining()
    }

    /// Nothing more will be handed out: the limit is reached, or the reader
    /// ended. Whether that is a good end, the next read says.
    pub fn is_exhausted(&self) -> bool {
        self.limit.is_exhausted()
    }

    /// Whether the next byte of the reader belongs to whatever follows, a next
    /// request for example: an exact length was read to its end.
    ///
    /// `false` as long as some of it is unread ([`drain`](Self::drain) first),
    /// and always for [`at_most`](Self::at_most), which ends with its reader.
    pub fn may_reuse_connection(&self) -> bool {
        self.limit.is_complete()
    }

    /// The reader.
    pub fn get_ref(&self) -> &R {
        &self.inner
    }

    /// The reader. What is read from it here is not counted.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.inner
    }

    /// The reader; unread bytes of the body are still in it.
    pub fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: Read, H: LimitHooks> Read for LimitedStream<R, H> {
    #[inline]
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let outcome = match self.limit.plan(buf.len()) {
            Ok(Plan::Read(most)) => match self.inner.read(&mut buf[..most]) {
                Ok(read) => match self.limit.record(read) {
                    Ok(()) if read > 0 => return Ok(read),
                    outcome => outcome,
                },
                Err(error) => return failed(&mut self.hooks, error, 0),
            },
            Ok(Plan::Probe) => match self.inner.read(&mut [0]) {
                Ok(read) => self.limit.record(read),
                Err(error) => return failed(&mut self.hooks, error, 0),
            },
            Ok(Plan::End) => Ok(()),
            Err(at) => Err(at),
        };
        ended(&mut self.hooks, outcome, 0)
    }
}

impl<R: BufRead, H: LimitHooks> BufRead for LimitedStream<R, H> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let outcome = match self.limit.plan(usize::MAX) {
            Ok(Plan::End) => Ok(()),
            Err(at) => Err(at),
            Ok(plan) => match (plan, self.inner.fill_buf()) {
                (_, Err(error)) => return failed(&mut self.hooks, error, &[]),
                (Plan::Read(most), Ok(window)) if !window.is_empty() => {
                    return Ok(&window[..window.len().min(most)]);
                }
                (_, Ok(window)) => self.limit.record(usize::from(!window.is_empty())),
            },
        };
        ended(&mut self.hooks, outcome, &[])
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        if amount > 0 {
            // No more than was shown, and so neither an end nor a fault.
            let _ = self.limit.record(amount);
            self.inner.consume(amount);
        }
    }
}

/// What an end, good or bad, comes to: nothing more, or an error.
#[cold]
fn ended<T>(
    hooks: &mut impl LimitHooks,
    outcome: Result<(), At<LimitFault>>,
    nothing: T,
) -> io::Result<T> {
    match outcome {
        Err(at) if at.fault.class() == FaultClass::Truncated => hooks.on_disconnect(at.into()),
        outcome => hooks.on_exhausted(outcome.err()),
    }
    .map(|()| nothing)
}

/// The reader failed, which is a disconnect unless it may go on.
#[cold]
fn failed<T>(hooks: &mut impl LimitHooks, error: io::Error, nothing: T) -> io::Result<T> {
    if may_go_on(&error) {
        return Err(error);
    }
    hooks.on_disconnect(error).map(|()| nothing)
}

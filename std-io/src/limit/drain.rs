use super::{LimitHooks, LimitedStream};
use crate::drive;
use std::io::{self, Read};
use std::time::Duration;

/// How much to spend on a body that nobody wants. Whichever is spent first ends
/// it; see [`LimitedStream::drain`].
///
/// ```
/// use std::time::Duration;
/// use tidegate_std_io::{Budget, Drained, LimitedStream};
///
/// let mut body = LimitedStream::exact(std::io::repeat(b'x'), 1 << 30);
/// let budget = Budget { bytes: 1 << 16, time: Duration::MAX };
/// assert_eq!(body.drain(budget)?, Drained::OutOfBytes(1 << 16));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Budget {
    /// So many bytes at most.
    pub bytes: u64,
    /// So long at most, looked at between reads: one read may still wait for as
    /// long as the reader's own timeout lets it.
    pub time: Duration,
}

/// How draining a body ended, and how many bytes it took. Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drained {
    /// The body is read to its end: all of an exact length, also where its last
    /// byte was the last of the budget; or with a maximum, up to where the
    /// reader said its end.
    All(u64),
    /// The budget of bytes was spent before that. With a maximum this may be all
    /// of the body: that the reader ends there takes one more read to see.
    OutOfBytes(u64),
    /// The budget of time was spent before that; with a maximum as for bytes.
    OutOfTime(u64),
}

impl<R: Read, H: LimitHooks> LimitedStream<R, H> {
    /// Reads the rest and drops it, as far as the budget goes.
    ///
    /// Before closing a connection after a refusal, so that the client gets to
    /// read the answer: closing with unread bytes resets the connection. And
    /// before the next request of a kept one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tidegate_std_io::{Budget, Drained, LimitedStream};
    ///
    /// let mut connection = &b"unwanted bodyGET / HTTP/1.1\r\n"[..];
    /// let mut body = LimitedStream::exact(&mut connection, 13);
    /// let budget = Budget { bytes: 1 << 20, time: Duration::from_secs(1) };
    /// assert_eq!(body.drain(budget)?, Drained::All(13));
    /// assert!(body.may_reuse_connection());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the stream; `Interrupted` is retried. So a body that ends before
    /// its exact length, or goes on after a maximum within the budget, is an
    /// error, unless a hook says otherwise: then it is [`Drained::All`]. How much
    /// was read before an error, [`position`](Self::position) tells. Draining
    /// again goes on where the last stopped.
    #[doc(alias = "exhaust")]
    pub fn drain(&mut self, budget: Budget) -> io::Result<Drained> {
        match drive::drain(self, budget)? {
            Drained::OutOfBytes(drained) | Drained::OutOfTime(drained)
                if self.limit.is_complete() =>
            {
                Ok(Drained::All(drained))
            }
            drained => Ok(drained),
        }
    }
}

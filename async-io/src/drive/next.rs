//! One token at a time.

use super::{Drive, State};
use crate::source::Source;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tidegate_core::Scan;

impl<R: Source<K>, K, M: Scan> Drive<R, K, M> {
    /// The next token, lent from the reader's buffer or from the carry.
    ///
    /// # Panics
    ///
    /// As any future, if it is polled again behind its result.
    #[inline]
    pub(crate) fn next(&mut self) -> impl Future<Output = Option<io::Result<M::Token<'_>>>> {
        Next { drive: Some(self) }
    }

    #[inline]
    fn recall(&mut self) -> Option<(usize, M::Found)> {
        match self.state {
            State::Reads => self.feed.recall(),
            _ => None,
        }
    }
}

/// A future made by hand: where tokens are short, those that the compiler makes
/// cost as much as the tokens.
struct Next<'d, R: Source<K>, K, M: Scan> {
    /// `None` behind its result.
    drive: Option<&'d mut Drive<R, K, M>>,
}

impl<'d, R: Source<K>, K, M: Scan> Future for Next<'d, R, K, M> {
    type Output = Option<io::Result<M::Token<'d>>>;

    /// What is known already is handed out where it is asked for; the rest is apart,
    /// so that this is small enough for that.
    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        #[expect(clippy::expect_used, reason = "a broken contract of the caller")]
        let drive = this
            .drive
            .take()
            .expect("no future is polled behind its result");
        if let Some((used, found)) = drive.recall() {
            let lent = drive.lend_front(used);
            return Poll::Ready(Some(lent.map(|window| M::token(found, window))));
        }
        this.poll_slowly(drive, cx)
    }
}

impl<'d, R: Source<K>, K, M: Scan> Next<'d, R, K, M> {
    #[inline(never)]
    fn poll_slowly(
        &mut self,
        drive: &'d mut Drive<R, K, M>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<M::Token<'d>>>> {
        let lent = match drive.poll_find(cx) {
            Poll::Ready(Ok(Some(seen))) => drive.lend(seen),
            Poll::Ready(Ok(None)) => return Poll::Ready(None),
            Poll::Ready(Err(error)) => Err(error),
            Poll::Pending => {
                self.drive = Some(drive);
                return Poll::Pending;
            }
        };
        Poll::Ready(Some(lent.map(|(window, found)| M::token(found, window))))
    }
}

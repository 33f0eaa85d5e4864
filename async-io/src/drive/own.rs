//! Tokens that are kept: those of one block share it.

use super::{Drive, Lies, LostIfItPanics, State, lost, present};
use crate::source::Source;
use bytes::Bytes;
use std::io;
use std::ops::Range;
use std::task::{Context, Poll, Waker, ready};
use tidegate_core::{Scan, front_to_share, len_to_share, next_to_share};

impl<R: Source<K>, K, M: Scan> Drive<R, K, M> {
    /// The text of the next token, if it lies whole in the block: the front of what
    /// the reader shows, with what is owed of it. `text` says how many of a token's
    /// leading bytes are wanted.
    #[inline]
    pub(crate) fn own_next(
        &mut self,
        block: &Bytes,
        text: impl Fn(M::Token<'_>) -> usize,
    ) -> Option<Bytes> {
        next_to_share(&mut self.feed, block, &mut self.owed, text).map(|lies| block.slice(lies))
    }

    /// The text of the next token, and a block for those behind it, if there may be
    /// some.
    pub(crate) fn poll_own(
        &mut self,
        cx: &mut Context<'_>,
        block: &mut Bytes,
        text: impl Fn(M::Token<'_>) -> usize,
    ) -> Poll<io::Result<Option<Bytes>>> {
        *block = Bytes::new();
        if let Some((used, found, len)) = ready!(self.poll_front_token(cx)) {
            *block = self.share_or_copy(0..len)?;
            self.owed = used;
            let text = text(M::token(found, block));
            return Poll::Ready(Ok(Some(block.slice(..text))));
        }
        // One that straddles or is long, an error or the end.
        let Some(next) = ready!(self.poll_find(cx))? else {
            return Poll::Ready(Ok(None));
        };
        // It was shown more than the next block may be.
        self.forget();
        Poll::Ready(match next.lies {
            Lies::Front(found) => {
                let lies = self.owed..self.owed + next.used;
                let mut item = self.share_or_copy(lies.clone())?;
                self.owed = lies.end;
                item.truncate(text(M::token(found, &item)));
                Ok(Some(item))
            }
            Lies::Apart(_) => {
                let (window, found) = self.lend(next)?;
                let text = text(M::token(found, window));
                Ok(Some(Bytes::copy_from_slice(&window[..text])))
            }
        })
    }

    /// Looks for a token at the front of the reader's buffer: how many bytes it takes,
    /// and how long its block is to be.
    fn poll_front_token(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, M::Found, usize)>> {
        if !matches!(self.state, State::Reads) {
            return Poll::Ready(None);
        }
        self.settle();
        match ready!(present(&mut self.reader).poll_fill_buf(cx)) {
            Ok([]) => self.state = State::Ended,
            Err(error) => self.state = State::Failed(error),
            Ok(window) => {
                let shown = front_to_share(window);
                let found = self.feed.glance(shown);
                return Poll::Ready(
                    found.map(|(used, found)| (used, found, len_to_share(used, shown.len()))),
                );
            }
        }
        Poll::Ready(None)
    }

    /// What lies there in the reader's buffer, shared with it where it can be.
    fn share_or_copy(&mut self, lies: Range<usize>) -> io::Result<Bytes> {
        if let Some(shared) = self.reader().share(lies.start, lies.len()) {
            return Ok(shared);
        }
        let mut cx = Context::from_waker(Waker::noop());
        let guard = LostIfItPanics(&mut self.state);
        let shown = present(&mut self.reader).poll_fill_buf(&mut cx);
        guard.returned();
        if let Poll::Ready(Ok(buffer)) = shown
            && let Some(window) = buffer.get(lies)
        {
            return Ok(Bytes::copy_from_slice(window));
        }
        // A reader may panic if it is to consume what it does not show.
        self.owed = 0;
        self.state = State::Lost;
        Err(lost())
    }
}

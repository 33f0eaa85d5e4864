//! Tokens that are kept: those of one block share it.

use super::Drive;
use bytes::Bytes;
use std::io::{self, BufRead};
use tidegate_core::{Scan, front_to_share, len_to_share, next_to_share};

impl<R: BufRead, M: Scan> Drive<R, M> {
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
    pub(crate) fn own(
        &mut self,
        block: &mut Bytes,
        text: impl Fn(M::Token<'_>) -> usize,
    ) -> io::Result<Option<Bytes>> {
        *block = Bytes::new();
        let item = self.look_in_place(|_, machine, window| {
            let shown = front_to_share(window);
            let Some((used, found)) = machine.glance(shown) else {
                return (0, None);
            };
            *block = Bytes::copy_from_slice(&shown[..len_to_share(used, shown.len())]);
            (used, Some(block.slice(..text(M::token(found, block)))))
        });
        if item.is_some() {
            return Ok(item);
        }
        // One that straddles or is long, an error or the end.
        let Some(next) = self.find()? else {
            return Ok(None);
        };
        // It was shown more than the next block may be.
        self.forget();
        let (window, found) = self.lend(next)?;
        let text = text(M::token(found, window));
        Ok(Some(Bytes::copy_from_slice(&window[..text])))
    }
}

use alloc::vec::Vec;
use core::mem;
use core::ops::Range;

/// What a batch holds at most, and a block unless one token is longer.
const MOST_TOKENS: usize = 256;
const MOST_BYTES: usize = 64 << 10;

/// Tokens found ahead of being taken, which share the bytes they lie in.
///
/// For adapters whose items are kept: one block `B` of bytes that can be shared is
/// made for up to 256 tokens and 64 KiB, and not one for each. Whoever takes a
/// token consumes it then, so that the reader is never behind more than was taken.
///
/// Their places are kept and not the tokens: a handle that is moved right after it
/// was made waits for the memory it was made in.
///
/// ```
/// use std::convert::Infallible;
/// use std::rc::Rc;
/// use tidegate_core::{Batch, LineScanner, Scan};
///
/// let window = b"one\r\ntwo\nthr";
/// let mut batch = Batch::<Rc<[u8]>>::default();
/// LineScanner::new().scan_all(window, &mut |found, bytes| {
///     batch.push(LineScanner::token(found, bytes).text().len(), bytes.len())
/// });
/// let Ok(()) = batch.share(|lies| Ok::<_, Infallible>(window[lies].into()));
/// let mut texts = Vec::new();
/// while let Some((text, _consumed)) = batch.next(|block, lies| block[lies].to_vec()) {
///     texts.push(text);
/// }
/// assert_eq!(texts, [b"one", b"two"]);
/// ```
#[derive(Debug, Default)]
pub struct Batch<B> {
    block: B,
    /// The last token if it does not fit the block: no other is to keep it.
    long: B,
    /// How many bytes of each token are wanted, out of how many it takes.
    spans: Vec<(usize, usize)>,
    /// `next <= spans.len()`: those before it were handed out.
    next: usize,
    /// Where in the block the next one begins.
    at: usize,
    /// `at` does not pass it before `long` is the block.
    block_len: usize,
}

impl<B: Default> Batch<B> {
    /// All were taken.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.next == self.spans.len()
    }

    /// Adds a token, of which so many leading bytes are wanted out of those it
    /// takes, and says whether there is room for another.
    #[inline]
    pub fn push(&mut self, wanted: usize, used: usize) -> bool {
        self.spans.push((wanted, used));
        self.at += used;
        self.spans.len() < MOST_TOKENS && self.at < MOST_BYTES
    }

    /// Gives the tokens added their bytes: `own` makes a block of those which lie
    /// there, counted from the start of the first.
    ///
    /// # Errors
    ///
    /// Those of `own`; the batch is empty then.
    pub fn share<E>(&mut self, mut own: impl FnMut(Range<usize>) -> Result<B, E>) -> Result<(), E> {
        let all = mem::take(&mut self.at);
        let long = match self.spans.last() {
            Some(&(_, used)) if all > MOST_BYTES => used,
            _ => 0,
        };
        self.block_len = all - long;
        let mut made = |lies: Range<usize>| match lies.is_empty() {
            true => Ok(B::default()),
            false => own(lies),
        };
        let blocks =
            made(0..self.block_len).and_then(|block| Ok((block, made(self.block_len..all)?)));
        match blocks {
            Ok(blocks) => {
                (self.block, self.long) = blocks;
                Ok(())
            }
            Err(error) => {
                self.clear();
                Err(error)
            }
        }
    }

    /// Adds a token alone to a batch that is empty, with bytes of its own, of which so
    /// many are wanted: one that was consumed already.
    pub fn put(&mut self, token: B, wanted: usize) {
        self.clear();
        self.spans.push((wanted, 0));
        (self.block, self.block_len) = (token, wanted);
    }

    /// Forgets what was handed out, to be filled again.
    pub fn clear(&mut self) {
        self.spans.clear();
        (self.next, self.at, self.block_len) = (0, 0, 0);
        (self.block, self.long) = (B::default(), B::default());
    }

    /// Takes a token: what `slice` makes of the block and of where in it the wanted
    /// bytes lie, and how many bytes it takes.
    #[inline]
    pub fn next<T>(&mut self, slice: impl FnOnce(&B, Range<usize>) -> T) -> Option<(T, usize)> {
        let &(wanted, used) = self.spans.get(self.next)?;
        if self.at == self.block_len {
            self.block = mem::take(&mut self.long);
            self.at = 0;
        }
        let token = slice(&self.block, self.at..self.at + wanted);
        self.next += 1;
        self.at += used;
        Some((token, used))
    }
}

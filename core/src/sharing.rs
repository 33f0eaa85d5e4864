//! How much is copied at once for tokens that are kept.
//!
//! For adapters whose items are bytes that share a block: one block is made for many
//! tokens and not one for each. The machine is shown the block instead of the reader's
//! buffer, so that what was found needs not be kept beside it.

use crate::{Feed, Scan, Storage};
use core::ops::Range;

/// What a block holds, unless one token alone is longer. Whoever keeps a token keeps
/// its block; with less than this, making blocks is seen in the time for a token.
const BLOCK: usize = 16 << 10;

/// The front of a reader's buffer, in which to look for tokens that share a block.
///
/// ```
/// use tidegate_core::{LineScanner, Scan, front_to_share, len_to_share};
///
/// let buffer = b"one\ntwo\nthr";
/// let mut lines = LineScanner::new();
/// let front = front_to_share(buffer);
/// let (used, _) = lines.glance(front).expect("a line is there");
/// let block = front[..len_to_share(used, front.len())].to_vec();
/// // The next ones are found in the block, to its last byte that is of a whole one.
/// assert_eq!(lines.glance(&block[used..]).map(|(used, _)| used), Some(4));
/// assert_eq!(lines.glance(&block[used + 4..]), None);
/// ```
#[inline]
pub fn front_to_share(buffer: &[u8]) -> &[u8] {
    &buffer[..buffer.len().min(BLOCK)]
}

/// How long to make the block of a token that takes `used` bytes of the `shown` ones:
/// all that was shown, or no more than the token.
///
/// A long one is alone in its block: what is copied behind the last whole token of a
/// block is copied again for the next, and would be as much as the tokens.
#[inline]
pub const fn len_to_share(used: usize, shown: usize) -> usize {
    if used > BLOCK / 8 { used } else { shown }
}

/// Where in a block the text of its next token lies, if that lies whole in it. `taken`
/// says how many bytes of the block were handed out, and then how many are. `text` says
/// how many of a token's leading bytes are wanted.
///
/// ```
/// use tidegate_core::{Feed, LineScanner, next_to_share};
///
/// let mut feed = Feed::new(LineScanner::new().max_len(8), [0; 10])?;
/// let block = b"one\r\ntwo\nthr";
/// let mut taken = 0;
/// let mut next = || next_to_share(&mut feed, block, &mut taken, |line| line.text().len());
/// assert_eq!((next(), next(), next()), (Some(0..3), Some(5..8), None));
/// assert_eq!(taken, 9);
/// # Ok::<(), tidegate_core::TooSmall>(())
/// ```
#[inline]
pub fn next_to_share<M: Scan, S: Storage>(
    feed: &mut Feed<M, S>,
    block: &[u8],
    taken: &mut usize,
    text: impl Fn(M::Token<'_>) -> usize,
) -> Option<Range<usize>> {
    let start = *taken;
    let rest = block.get(start..).filter(|rest| !rest.is_empty())?;
    let (used, found) = feed.glance(rest)?;
    let stop = start + text(M::token(found, rest));
    *taken += used;
    Some(start..stop)
}

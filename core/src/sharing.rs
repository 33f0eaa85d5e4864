//! How much is copied at once for tokens that are kept.
//!
//! For adapters whose items are bytes that share a block: one block is made for many
//! tokens and not one for each. The machine is shown the block instead of the reader's
//! buffer, so that what was found needs not be kept beside it.

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

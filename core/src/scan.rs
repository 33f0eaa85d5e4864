//! The contract between a machine and whoever feeds it.
//!
//! A *machine* looks at a window of the stream and says what it found there, as
//! offsets into that window. It never sees a reader, an allocator, a clock or a
//! waker, so the same machine serves a blocking socket, a task, a memory map
//! and an interrupt handler. Offsets, and not slices, because a borrowed token
//! could not leave a loop that may refill its buffer.
//!
//! # The laws
//!
//! 1. **Stable front.** Between two calls the caller only drops the bytes that
//!    were `used` from the front of the window, and appends at the back; what it
//!    appended and was not used it may take back, to show it again. What a
//!    machine remembers about bytes ahead of it is relative to the stream. A
//!    caller that shows fewer bytes than before breaks this law: the tokens are
//!    then unspecified, but nothing panics. `end` is passed only once all of
//!    the input has been shown.
//! 2. **Split-blind.** The tokens (neighbouring fragments of one thing merged),
//!    the fault and its offset do not depend on how the input was cut. A limit
//!    therefore hands out what is allowed and *then* faults.
//! 3. **Reach.** With [`reach`](Scan::reach) bytes in the window, or at the
//!    `end`, the answer is never [`Event::More`] with nothing used. `More` with
//!    `used > 0` means: drop those bytes and offer the rest again.
//! 4. **Once.** Each byte is examined a bounded number of times, however small
//!    the pieces are: the time is linear in the input, always.
//! 5. **Ends stick.** After [`Event::Done`] or a fault, the same answer comes
//!    again. A fault never turns into a clean end; what a caller may carry on
//!    after is a token and not a fault.
//! 6. **Truth at the end.** A stream which stops in the middle of something is
//!    a fault, unless the grammar allows it.
//!
//! `testing` (a feature of this crate) checks them for any machine.

use crate::{At, Fault};
use core::fmt::Debug;

/// A machine that cuts a byte stream into tokens without owning any of it.
///
/// Implement this for a grammar of your own; use [`Feed`](crate::Feed) to run
/// one. The laws at the head of this module are the contract.
///
/// ```
/// use tidegate_core::{Event, LineScanner, Scan};
///
/// let mut lines = LineScanner::new();
/// let window = b"one\ntwo";
/// let step = lines.scan(window, false)?;
/// let Event::Found(found) = step.event else { unreachable!() };
/// assert_eq!(LineScanner::token(found, window).text(), b"one");
/// assert_eq!(step.used, 4);
///
/// // "two" may go on: nothing is used until more is known.
/// let step = lines.scan(&window[4..], false)?;
/// assert!(matches!(step.event, Event::More) && step.used == 0);
/// # Ok::<(), tidegate_core::At<tidegate_core::LineFault>>(())
/// ```
pub trait Scan {
    /// What was found, as offsets within the `used` bytes of the window.
    type Found: Copy + Debug;
    /// The same as slices: what users see.
    type Token<'w>;
    /// What can be wrong with the stream.
    type Fault: Fault;

    /// How many bytes a window must hold so that a scan of it makes progress.
    ///
    /// Constant over the life of a machine. `usize::MAX` says that no number
    /// is enough, because the user asked for no limit.
    fn reach(&self) -> usize;

    /// Looks at the front of the stream and says what is there.
    ///
    /// `end` says that nothing will follow the window; an empty window by
    /// itself says nothing.
    ///
    /// # Errors
    ///
    /// A fault of the stream, at its offset. It comes again on every later call.
    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<Self::Found>, At<Self::Fault>>;

    /// Turns what was found into slices of the window it was found in.
    fn token(found: Self::Found, window: &[u8]) -> Self::Token<'_>;

    /// A fast path for one token that lies whole at the front of the window:
    /// how many bytes it uses, and where it is.
    ///
    /// `None` decides nothing, it sends the caller to [`scan`](Self::scan).
    /// Faults, ends and whatever straddles the window's edge are never settled
    /// here.
    #[inline]
    fn glance(&mut self, _window: &[u8]) -> Option<(usize, Self::Found)> {
        None
    }

    /// What [`glance`](Self::glance) would answer, where it is known without a
    /// look: a driver may then fetch the window outside of any loop, and lend it.
    ///
    /// What is answered here is handed out. A [`scan`](Self::scan) forgets it all.
    #[inline]
    fn recall(&mut self) -> Option<(usize, Self::Found)> {
        None
    }

    /// How many bytes more it takes to settle the token that the window ends in, if
    /// a look at those which follow tells: a driver that has to copy them copies no
    /// more than these, and does not have them searched twice.
    ///
    /// For after a [`scan`](Self::scan) that asked for more with `held` bytes in the
    /// window, of which the last `tried` are the first of `input`. What is looked at
    /// here counts as shown. `None` decides nothing: the driver then tries ever more.
    #[inline]
    fn wants(&mut self, _held: usize, _input: &[u8], _tried: usize) -> Option<usize> {
        None
    }

    /// The fast path for as many tokens as lie whole in the window: hands each
    /// to `each` with the bytes it was found in, until that says `false`.
    ///
    /// Returns how many leading bytes were used. Like [`glance`](Self::glance)
    /// it leaves faults, ends and straddling tokens to [`scan`](Self::scan).
    #[must_use = "the rest of the window is for `scan`"]
    #[inline]
    fn scan_all(
        &mut self,
        window: &[u8],
        each: &mut impl FnMut(Self::Found, &[u8]) -> bool,
    ) -> usize {
        let mut at = 0;
        while let Some((used, found)) = self.glance(&window[at..]) {
            let more = each(found, &window[at..at + used]);
            at += used;
            if !more {
                break;
            }
        }
        at
    }

    /// The error that an adapter makes of the token it just found, once, before
    /// it goes on: for what a caller may resume after.
    #[inline]
    fn refusal(&self, _found: Self::Found) -> Option<At<Self::Fault>> {
        None
    }

    /// The source failed for good behind this window: a token that is whole,
    /// and was only waiting for bytes which could have made it longer.
    ///
    /// This is not an end: what is unfinished stays unfinished. A line that
    /// ends in `\r` is such a token, since a `\n` could have followed.
    #[inline]
    fn give_up(&mut self, _window: &[u8]) -> Option<(usize, Self::Found)> {
        None
    }
}

/// One answer of a machine: how far it got, and what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step<T> {
    /// So many leading bytes of the window are settled and may be dropped.
    pub used: usize,
    /// What those bytes were.
    pub event: Event<T>,
}

/// What a machine says of the window it was shown. Complete by definition: a
/// driver has an answer to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event<T> {
    /// Nothing to report yet: show more, or the rest if bytes were used.
    More,
    /// A token.
    Found(T),
    /// The stream is at its end, and that end is a good one.
    Done,
}

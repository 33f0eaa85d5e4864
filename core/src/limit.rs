//! How much of a stream may still be read, and what an early or late end means.

use crate::{At, Fault, FaultClass};
use core::fmt;

/// Counts down how much of a stream may still be read.
///
/// A meter, not a reader: [`plan`](Self::plan) says what may be read next,
/// [`record`](Self::record) takes what was. `LimitedStream` of the adapter
/// crates is this around a reader. Unlike `Take` it tells a full body from one
/// that was cut short, and with [`at_most`](Self::at_most) a body of exactly
/// the maximum from a longer one, by looking one byte ahead.
///
/// ```
/// use tidegate_core::{Limit, LimitFault, Plan};
///
/// let mut limit = Limit::exact(5);
/// assert_eq!(limit.plan(1024)?, Plan::Read(5));
/// limit.record(3)?; // a short read
/// assert_eq!(limit.plan(1024)?, Plan::Read(2));
/// let early = limit.record(0).unwrap_err(); // the other side is gone
/// assert_eq!(early.fault, LimitFault::Disconnected { expected: 5, received: 3 });
/// assert_eq!(limit.plan(1024), Err(early)); // and stays gone
/// # Ok::<(), tidegate_core::At<LimitFault>>(())
/// ```
///
/// # Limits
///
/// Counts bytes, as `u64`. The limit is inclusive: exactly so many pass.
///
/// # Reads past the end
///
/// `exact` never. `at_most` asks for one byte more once the maximum is reached
/// ([`Plan::Probe`]); a source that can be peeked need not consume it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    max: u64,
    position: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// `position <= max`; at `max` it is over.
    Exact,
    /// `position <= max`; at `max` one byte more decides.
    AtMost,
    /// The source ended where it may.
    Ended,
    /// The source ended before `max`.
    Disconnected,
    /// The source went on after `max`.
    TooLarge,
}

/// What may be read next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Up to so many bytes. Zero only where zero were wanted: ask for nothing
    /// and record nothing.
    Read(usize),
    /// One byte, to see whether the stream goes on after the maximum. Record
    /// how many were there, 0 or 1; it belongs to nobody.
    Probe,
    /// Nothing: the stream is at its end, and that end is a good one.
    End,
}

impl Limit {
    /// The stream must hold exactly so many bytes: a Content-Length.
    ///
    /// An earlier end is [`LimitFault::Disconnected`]; what follows is not
    /// looked at.
    pub const fn exact(length: u64) -> Self {
        Self {
            max: length,
            position: 0,
            state: State::Exact,
        }
    }

    /// The stream ends by itself, and may hold at most so many bytes.
    ///
    /// A longer one is [`LimitFault::TooLarge`] after all that is allowed was
    /// handed out, never a silent cut.
    pub const fn at_most(max: u64) -> Self {
        Self {
            max,
            position: 0,
            state: State::AtMost,
        }
    }

    /// What may be read next by somebody who wants up to `wanted` bytes.
    ///
    /// # Errors
    ///
    /// The fault that [`record`](Self::record) found, again.
    #[inline]
    pub fn plan(&self, wanted: usize) -> Result<Plan, At<LimitFault>> {
        let left = self.max - self.position;
        match self.state {
            State::Exact | State::AtMost if left > 0 || wanted == 0 => {
                // No more than `wanted`, which is a usize.
                Ok(Plan::Read(left.min(wanted as u64) as usize))
            }
            State::Exact | State::Ended => Ok(Plan::End),
            State::AtMost => Ok(Plan::Probe),
            State::Disconnected | State::TooLarge => Err(self.fault()),
        }
    }

    /// Takes note of what came of a plan: so many bytes, or 0 for the end of
    /// the source. Do not record a read of nothing, it says nothing.
    ///
    /// # Errors
    ///
    /// [`LimitFault::Disconnected`] if the source ended early,
    /// [`LimitFault::TooLarge`] if it had a byte after the maximum. From then
    /// on [`plan`](Self::plan) says so too.
    ///
    /// # Panics
    ///
    /// If more is recorded than was planned.
    #[inline]
    pub fn record(&mut self, read: usize) -> Result<(), At<LimitFault>> {
        if read as u64 <= self.max - self.position && read > 0 {
            self.position += read as u64;
            return Ok(());
        }
        self.record_edge(read)
    }

    #[cold]
    #[expect(
        clippy::panic,
        reason = "a broken contract of the caller, as documented"
    )]
    fn record_edge(&mut self, read: usize) -> Result<(), At<LimitFault>> {
        self.state = match (self.state, read) {
            (State::AtMost | State::Ended, 0) => State::Ended,
            (State::Exact, 0) if self.position == self.max => State::Exact,
            (State::Exact, 0) => State::Disconnected,
            (State::AtMost, 1) => State::TooLarge,
            (State::Disconnected | State::TooLarge, _) => self.state,
            (State::Exact | State::AtMost | State::Ended, _) => {
                panic!("{read} bytes recorded where fewer were planned")
            }
        };
        match self.state {
            State::Exact | State::AtMost | State::Ended => Ok(()),
            State::Disconnected | State::TooLarge => Err(self.fault()),
        }
    }

    /// The number of bytes the limit was made with.
    pub const fn max(&self) -> u64 {
        self.max
    }

    /// How many bytes were handed out.
    #[doc(alias = "tell")]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// How many bytes may still be handed out.
    pub const fn remaining(&self) -> u64 {
        self.max - self.position
    }

    /// Nothing more will be handed out: the limit is reached, or the source
    /// ended or failed.
    pub const fn is_exhausted(&self) -> bool {
        self.remaining() == 0 || !matches!(self.state, State::Exact | State::AtMost)
    }

    /// The whole of an exact length was read: the next byte of the source
    /// belongs to whatever follows.
    pub const fn is_complete(&self) -> bool {
        matches!(self.state, State::Exact) && self.remaining() == 0
    }

    /// The fault that was found, if one was.
    pub fn failure(&self) -> Option<At<LimitFault>> {
        matches!(self.state, State::Disconnected | State::TooLarge).then(|| self.fault())
    }

    #[cold]
    fn fault(&self) -> At<LimitFault> {
        At {
            offset: self.position,
            fault: match self.state {
                State::TooLarge => LimitFault::TooLarge { limit: self.max },
                _ => LimitFault::Disconnected {
                    expected: self.max,
                    received: self.position,
                },
            },
        }
    }
}

/// A stream was shorter or longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitFault {
    /// It ended before the promised length (Werkzeug's `ClientDisconnected`).
    Disconnected {
        /// The promised length in bytes.
        expected: u64,
        /// How many bytes there were.
        received: u64,
    },
    /// It went on after the maximum (Werkzeug's `RequestEntityTooLarge`).
    TooLarge {
        /// The maximum in bytes.
        limit: u64,
    },
}

impl Fault for LimitFault {
    fn class(&self) -> FaultClass {
        match self {
            Self::Disconnected { .. } => FaultClass::Truncated,
            Self::TooLarge { .. } => FaultClass::TooLarge,
        }
    }
}

impl fmt::Display for LimitFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected { expected, received } => {
                write!(f, "the stream ended after {received} of {expected} bytes")
            }
            Self::TooLarge { limit } => {
                write!(f, "the stream is longer than the {limit} bytes allowed")
            }
        }
    }
}

impl core::error::Error for LimitFault {}

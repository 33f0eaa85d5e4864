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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    max: u64,
    /// `open <= max`: bytes that may still be asked for; 0 once it is over.
    open: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    /// When nothing is open it is over.
    Exact,
    /// When nothing is open one byte more decides.
    AtMost,
    /// The source ended where it may, after so many bytes.
    Ended(u64),
    /// The source ended before `max`, after so many bytes.
    Disconnected(u64),
    /// The source went on after `max`.
    TooLarge,
}

/// What may be read next. Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    #[must_use]
    pub const fn exact(length: u64) -> Self {
        Self {
            max: length,
            open: length,
            state: State::Exact,
        }
    }

    /// The stream ends by itself, and may hold at most so many bytes.
    ///
    /// A longer one is [`LimitFault::TooLarge`] after all that is allowed was
    /// handed out, never a silent cut.
    #[must_use]
    pub const fn at_most(max: u64) -> Self {
        Self {
            max,
            open: max,
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
        if self.open > 0 || wanted == 0 {
            // No more than `wanted`, which is a usize.
            return Ok(Plan::Read(self.open.min(wanted as u64) as usize));
        }
        self.plan_edge()
    }

    #[cold]
    fn plan_edge(&self) -> Result<Plan, At<LimitFault>> {
        match self.state {
            State::AtMost => Ok(Plan::Probe),
            State::Exact | State::Ended(_) => Ok(Plan::End),
            State::Disconnected(_) | State::TooLarge => Err(self.fault()),
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
        // Also false for nothing, which wraps to more than any number.
        if (read as u64).wrapping_sub(1) < self.open {
            self.open -= read as u64;
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
        let position = self.position();
        self.state = match (self.state, read) {
            (State::Exact, 0) if self.open > 0 => State::Disconnected(position),
            (State::AtMost, 0) => State::Ended(position),
            (State::AtMost, 1) => State::TooLarge,
            (State::Disconnected(_) | State::TooLarge, _) | (State::Exact | State::Ended(_), 0) => {
                self.state
            }
            (State::Exact | State::AtMost | State::Ended(_), _) => {
                panic!("{read} bytes recorded where fewer were planned")
            }
        };
        match self.state {
            State::Exact | State::AtMost => Ok(()),
            State::Ended(_) => {
                self.open = 0;
                Ok(())
            }
            State::Disconnected(_) | State::TooLarge => {
                self.open = 0;
                Err(self.fault())
            }
        }
    }

    /// The number of bytes the limit was made with.
    pub const fn max(&self) -> u64 {
        self.max
    }

    /// How many bytes were handed out.
    #[doc(alias = "tell")]
    pub const fn position(&self) -> u64 {
        match self.state {
            State::Exact | State::AtMost => self.max - self.open,
            State::Ended(position) | State::Disconnected(position) => position,
            State::TooLarge => self.max,
        }
    }

    /// How many bytes were not handed out of those that are allowed.
    ///
    /// No more than so many will come; fewer may, and none when
    /// [`is_exhausted`](Self::is_exhausted). At an early end this stays what was
    /// missing. At 0 an exact length is whole, but of a maximum it is not known
    /// yet whether the source goes on: the next plan is a [`Plan::Probe`].
    pub const fn remaining(&self) -> u64 {
        self.max - self.position()
    }

    /// Nothing more will be handed out: the limit is reached, or the source
    /// ended. Whether that is a good end, [`plan`](Self::plan) says.
    pub const fn is_exhausted(&self) -> bool {
        self.open == 0
    }

    /// The whole of an exact length was read: the next byte of the source
    /// belongs to whatever follows.
    pub const fn is_complete(&self) -> bool {
        matches!(self.state, State::Exact) && self.open == 0
    }

    /// The fault that was found, if one was.
    pub fn failure(&self) -> Option<At<LimitFault>> {
        matches!(self.state, State::Disconnected(_) | State::TooLarge).then(|| self.fault())
    }

    #[cold]
    fn fault(&self) -> At<LimitFault> {
        At {
            offset: self.position(),
            fault: match self.state {
                State::TooLarge => LimitFault::TooLarge { limit: self.max },
                _ => LimitFault::Disconnected {
                    expected: self.max,
                    received: self.position(),
                },
            },
        }
    }
}

/// A stream was shorter or longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

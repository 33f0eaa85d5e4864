//! Whether the other side is fast enough to be waited for.

use crate::{At, Fault, FaultClass};
use core::fmt;
use core::time::Duration;

/// Holds the other side of a connection to a pace: so many bytes a second over
/// a window of time, and all of it within a deadline.
///
/// A meter without a clock: [`patience`](Self::patience) says how long the next
/// read may wait, [`record`](Self::record) takes how long it did. Only waiting
/// counts, so that a slow server does not blame its client. `PacedReader` of an
/// adapter crate is this around a socket, and `PacedWriter` the same for writes
/// and what is taken of them. A timeout for each read alone, which
/// servers often have, lets a client take hours over a request by sending a
/// byte now and then.
///
/// ```
/// use core::time::Duration;
/// use tidegate_core::{Pace, PaceFault};
///
/// let second = Duration::from_secs(1);
/// let mut pace = Pace::new().min_rate(100, 10 * second);
/// pace.record(4 * second, 900);
/// assert_eq!(pace.patience()?, 6 * second); // for the other 100 bytes
/// pace.record(second, 100); // a new window begins
/// assert_eq!(pace.patience()?, 10 * second);
/// pace.record(10 * second, 0);
/// assert_eq!(pace.patience().unwrap_err().http_status(), 408);
/// # Ok::<(), tidegate_core::At<PaceFault>>(())
/// ```
///
/// # Limits
///
/// None until they are set. The rate is counted in windows one behind the
/// other: each lasts until so many bytes have come as the rate asks for over
/// the window, and may not take longer. So a client is never allowed to rest on
/// what it sent early, and the last bytes of a stream have a whole window.
///
/// # Errors
///
/// [`PaceFault`], at the number of bytes that had come. It comes again on every
/// later call.
#[derive(Clone, Debug)]
#[must_use]
pub struct Pace {
    rate: u64,
    window: Duration,
    deadline: Duration,
    /// What the present window has so far.
    waited: Duration,
    bytes: u64,
    /// What all of them had.
    total_waited: Duration,
    total_bytes: u64,
    failed: Option<At<PaceFault>>,
}

impl Pace {
    /// Waits for ever.
    pub const fn new() -> Self {
        Self {
            rate: 0,
            window: Duration::MAX,
            deadline: Duration::MAX,
            waited: Duration::ZERO,
            bytes: 0,
            total_waited: Duration::ZERO,
            total_bytes: 0,
            failed: None,
        }
    }

    /// At least so many bytes a second, counted over so long a window. A short
    /// window is hard on clients with a bad connection, and one of no time too
    /// hard for anybody. A rate of 0 asks for nothing.
    pub const fn min_rate(mut self, bytes_per_second: u64, window: Duration) -> Self {
        self.rate = bytes_per_second;
        self.window = match bytes_per_second {
            0 => Duration::MAX,
            _ => window,
        };
        self
    }

    /// At most so long for all of it.
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long the next read may wait. Not zero, as a timeout may not be.
    ///
    /// # Errors
    ///
    /// [`PaceFault::TooSlow`] and [`PaceFault::DeadlinePassed`].
    pub fn patience(&mut self) -> Result<Duration, At<PaceFault>> {
        if let Some(at) = self.failed {
            return Err(at);
        }
        let window = left(self.window, self.waited);
        let deadline = left(self.deadline, self.total_waited);
        let fault = if deadline.is_zero() {
            let deadline = self.deadline;
            PaceFault::DeadlinePassed { deadline }
        } else if window.is_zero() {
            PaceFault::TooSlow {
                bytes: self.bytes,
                rate: self.rate,
                window: self.window,
            }
        } else {
            return Ok(window.min(deadline));
        };
        let offset = self.total_bytes;
        let at = At { offset, fault };
        self.failed = Some(at);
        Err(at)
    }

    /// Takes note of a read: how long it waited, and how many bytes came of it,
    /// which may be none. Bytes that came are never too late: the next
    /// [`patience`](Self::patience) says it.
    pub fn record(&mut self, waited: Duration, bytes: usize) {
        self.total_waited = self.total_waited.saturating_add(waited);
        self.total_bytes = self.total_bytes.saturating_add(bytes as u64);
        self.waited = self.waited.saturating_add(waited);
        self.bytes = self.bytes.saturating_add(bytes as u64);
        if self.is_window_full() {
            (self.waited, self.bytes) = (Duration::ZERO, 0);
        }
    }

    /// Also where no rate is asked for: no window ends then.
    fn is_window_full(&self) -> bool {
        let asked = u128::from(self.rate).saturating_mul(self.window.as_nanos());
        u128::from(self.bytes) * 1_000_000_000 >= asked
    }
}

/// What is left of a time, or for ever.
fn left(time: Duration, waited: Duration) -> Duration {
    match time {
        Duration::MAX => time,
        _ => time.saturating_sub(waited),
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::new()
    }
}

/// The other side was too slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaceFault {
    /// It sent, or took, fewer bytes than the rate asks for.
    TooSlow {
        /// How many.
        bytes: u64,
        /// How many they were to be in a second.
        rate: u64,
        /// For how long it was counted.
        window: Duration,
    },
    /// It did not come to its end in time.
    DeadlinePassed {
        /// The time it had.
        deadline: Duration,
    },
}

impl Fault for PaceFault {
    fn class(&self) -> FaultClass {
        FaultClass::TooSlow
    }
}

impl fmt::Display for PaceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSlow {
                bytes,
                rate,
                window,
            } => write!(
                f,
                "{bytes} bytes in {window:?}, where {rate} a second were asked for"
            ),
            Self::DeadlinePassed { deadline } => {
                write!(f, "it was not over after {deadline:?}")
            }
        }
    }
}

impl core::error::Error for PaceFault {}

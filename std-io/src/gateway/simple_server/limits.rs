//! How long a client is waited for, and how many there may be.
//!
//! A timeout for each read alone would let it take hours, by a byte now and
//! then, and hold a thread as long.

use super::socket::SHORT;
use std::num::NonZeroUsize;
use std::time::Duration;
use tidegate_core::Pace;

/// What the least rate is counted over: long enough for a connection that drops
/// packets to come back.
const WINDOW: Duration = Duration::from_secs(10);

/// What [`SimpleServer`](super::SimpleServer) documents of each.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) max_connections: NonZeroUsize,
    pub(super) deadline: Duration,
    /// Bytes a second, or 0.
    pub(super) min_rate: u64,
    pub(super) idle: Duration,
    pub(super) stall: Duration,
    pub(super) grace: Duration,
}

/// A line of 1.2 Mbit/s sends the longest body within the deadline. The rate is
/// there for those who have gone silent, and lets everybody else pass. A
/// connection costs a thread: so there are hundreds and not thousands of them,
/// and an idle one is not kept for minutes.
impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: const { NonZeroUsize::new(256).unwrap() },
            deadline: Duration::from_secs(120),
            min_rate: 100,
            idle: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            grace: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// For all short answers of a connection, while they are written.
    ///
    /// So much as one of them may be must be taken within the stall, which is two
    /// kilobytes a second by default. It is not counted anew with each answer: a
    /// client may have asked for a hundred thousand at once, and would take days
    /// over them.
    pub(super) fn with_short_answers(&self) -> Pace {
        let rate = SHORT as f64 / self.stall.as_secs_f64();
        self.taking(rate as u64)
    }

    /// For one long answer, while it is written.
    ///
    /// There is no telling how long an honest client needs for a file of any
    /// size, so the least rate is enough. It is counted over the stall, for a
    /// client which takes nothing is given up after that, and not before.
    pub(super) fn with_long_answer(&self) -> Pace {
        self.taking(self.min_rate)
    }

    /// A bound for a single write would begin anew with every byte that is taken.
    fn taking(&self, rate: u64) -> Pace {
        match self.stall {
            Duration::MAX => Pace::new(),
            // Without a rate it is enough that anything is taken: sockets make
            // room for more than this at once.
            stall => Pace::new().min_rate(rate.max(1), stall),
        }
    }

    /// For a request, from its first byte to its last.
    pub(super) fn with_request(&self) -> Pace {
        let pace = Pace::new().deadline(self.deadline);
        match self.min_rate {
            0 => pace,
            rate => pace.min_rate(rate, WINDOW),
        }
    }

    /// For the first byte of a request: nobody is slow who says nothing.
    pub(super) fn between_requests(&self) -> Pace {
        Pace::new().deadline(self.idle)
    }
}

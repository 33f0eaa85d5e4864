//! How long a client is waited for.
//!
//! A timeout for each read alone would let it take hours, by a byte now and
//! then, and hold a thread as long.

use crate::args::Settings;
use std::time::Duration;
use tidegate_std_io::Pace;

/// What `--min-rate` is counted over: long enough for a connection that drops
/// packets to come back.
const WINDOW: Duration = Duration::from_secs(10);

/// The longest answer that must be taken within `--stall` in all, in bytes: two
/// kilobytes a second by default, for what is asked for most.
const SHORT: u64 = 64 << 10;

/// For an answer of so many bytes of content, while it is written.
///
/// There is no telling how long an honest client needs for a file of any size.
/// So a long answer has no deadline, but `--min-rate` counts here too, over
/// `--stall`, so that a client which takes nothing is given up after that.
/// A bound for a single write would begin anew with every byte that is taken.
pub(crate) fn with_answer(settings: &Settings, length: u64) -> Pace {
    match settings.stall {
        Duration::MAX => Pace::new(),
        stall if length <= SHORT => within(stall),
        // Without a rate it is enough that anything is taken: sockets make room
        // for more than this at once.
        stall => Pace::new().min_rate(settings.min_rate.max(1), stall),
    }
}

/// For a request, from its first byte to its last.
pub(crate) fn with_request(settings: &Settings) -> Pace {
    let pace = within(settings.deadline);
    match settings.min_rate {
        0 => pace,
        rate => pace.min_rate(rate, WINDOW),
    }
}

/// For the first byte of a request: nobody is slow who says nothing.
pub(crate) fn between_requests(settings: &Settings) -> Pace {
    within(settings.idle)
}

/// For whatever it is, in all.
pub(crate) fn within(time: Duration) -> Pace {
    Pace::new().deadline(time)
}

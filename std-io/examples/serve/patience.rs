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

/// The longest answer that is a short one, in bytes of content.
pub(crate) const SHORT: u64 = 64 << 10;

/// For all short answers of a connection, while they are written.
///
/// So much as one of them may be must be taken within `--stall`, which is two
/// kilobytes a second by default. It is not counted anew with each answer: a
/// client may have asked for a hundred thousand at once, and would take days
/// over them.
pub(crate) fn with_short_answers(settings: &Settings) -> Pace {
    let rate = SHORT as f64 / settings.stall.as_secs_f64();
    taking(rate as u64, settings)
}

/// For one long answer, while it is written.
///
/// There is no telling how long an honest client needs for a file of any size,
/// so `--min-rate` is enough. It is counted over `--stall`, for a client which
/// takes nothing is given up after that, and not before.
pub(crate) fn with_long_answer(settings: &Settings) -> Pace {
    taking(settings.min_rate, settings)
}

/// A bound for a single write would begin anew with every byte that is taken.
fn taking(rate: u64, settings: &Settings) -> Pace {
    match settings.stall {
        Duration::MAX => Pace::new(),
        // Without a rate it is enough that anything is taken: sockets make room
        // for more than this at once.
        stall => Pace::new().min_rate(rate.max(1), stall),
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

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

/// How long a client may take to make room for more of its answer.
///
/// This bounds a write that gets nowhere, and a `sendfile`: that one waits so
/// long for each of the pieces it moves, and a socket that is full may take some
/// of one, so it can be four times as long until it gives up. An answer that
/// crawls is not given up: there is no telling how long an honest client needs
/// for a file of any size.
pub(crate) fn to_write(settings: &Settings) -> Option<Duration> {
    (settings.stall < Duration::MAX).then_some(settings.stall)
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

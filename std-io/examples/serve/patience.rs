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

/// How long a client may take to make room for some of its answer.
pub(crate) const TO_WRITE: Duration = Duration::from_secs(30);

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

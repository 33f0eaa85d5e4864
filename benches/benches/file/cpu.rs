//! The processor time of whoever sends.

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use rustix::time::{ClockId, clock_gettime};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Processor time instead of time, so that a group measured with it is printed
/// beside the other: all threads', since tokio reads files in threads of its
/// own, less that of the other end.
#[derive(Clone, Debug, Default)]
pub(crate) struct SenderCpu {
    /// Nanoseconds.
    receiver: Arc<AtomicU64>,
}

impl SenderCpu {
    /// To be called by the thread at the other end, whenever it has drained one.
    pub(crate) fn note_receiver(&self) {
        let spent = time_of(ClockId::ThreadCPUTime);
        self.receiver.store(spent, Ordering::Relaxed);
    }

    fn spent(&self) -> u64 {
        time_of(ClockId::ProcessCPUTime) - self.receiver.load(Ordering::Relaxed)
    }
}

fn time_of(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    let time = Duration::new(time.tv_sec as u64, time.tv_nsec as u32);
    time.as_nanos() as u64
}

impl Measurement for SenderCpu {
    type Intermediate = u64;
    type Value = Duration;

    fn start(&self) -> u64 {
        self.spent()
    }

    fn end(&self, start: u64) -> Duration {
        Duration::from_nanos(self.spent() - start)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

//! Processor time, and memory.

use crate::group::Group;
use crate::memory::Case;
use crate::plot::{Bars, card, looks};
use std::error::Error;

/// The group that is drawn.
pub(super) const CPU: &str = "file/send-cpu";
pub(super) const CPU_TITLE: &str = "A file to a socket: processor time for each GiB served";

pub(super) fn cpu(group: &Group) -> Result<String, Box<dyn Error>> {
    let records = group.records.iter();
    let bars = records.filter_map(|record| {
        let engine = (record.side.clone(), record.engine.clone());
        let look = looks([engine]).pop()?;
        Some((look, record.seconds_for_gibibyte()?))
    });
    let bars = Bars {
        across: "seconds of the sender's processor time, less is better",
        log_from: None,
        bars: bars.collect(),
        label: |seconds| format!("{seconds:.2} s"),
    };
    card((860, bars.height()), CPU_TITLE, |area| bars.draw(area))
}

/// The body that is drawn.
pub(super) const MEMORY: &str = "64 MiB by 64k";
pub(super) const MEMORY_TITLE: &str = "Memory kept at most while a body of 64 MiB is taken apart";

pub(super) fn memory(case: &Case) -> Result<String, Box<dyn Error>> {
    let bars = case.peaks.iter().filter_map(|peak| {
        let look = looks([(peak.side.clone(), peak.engine.clone())]).pop()?;
        Some((look, peak.bytes))
    });
    let bars = Bars {
        across: "bytes of the heap beside the body, on a logarithmic scale, less is better",
        log_from: Some(100.0),
        bars: bars.collect(),
        label: |bytes| match bytes {
            ..1024.0 => format!("{bytes} B"),
            ..1_048_576.0 => format!("{:.1} KiB", bytes / 1024.0),
            _ => format!("{:.1} MiB", bytes / 1_048_576.0),
        },
    };
    card((860, bars.height()), MEMORY_TITLE, |area| bars.draw(area))
}

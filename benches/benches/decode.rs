//! Multipart bodies taken apart: ours beside every peer, and beside a search and
//! a copy of the same bytes, which do less than the job.
//!
//! The body comes in reads of 8 KiB and 64 KiB. For whoever wants a stream that
//! is never ready twice in a row, as a socket is not. Who is wrong, and how much
//! each of them keeps in memory, is printed by `decode_facts`: to count that would
//! slow down who allocates.

#![forbid(unsafe_code)]

#[path = "decode/body.rs"]
mod body;
#[path = "decode/case.rs"]
mod case;
#[cfg(target_os = "linux")]
#[path = "decode/cpu.rs"]
mod cpu;
#[path = "decode/engines.rs"]
mod engines;
mod harness;
#[path = "decode/limits.rs"]
mod limits;
#[path = "decode/ours.rs"]
mod ours;
#[path = "decode/peers.rs"]
mod peers;
#[path = "decode/source.rs"]
mod source;

use case::Case;
use criterion::Criterion;
use criterion::measurement::Measurement;
use std::time::Duration;
use tidegate_benches::input::TOTAL;

const READS: [(&str, usize); 2] = [("8k", 8 << 10), ("64k", 64 << 10)];

/// And for one body those around them, for who wants to see where it bends.
const MORE_READS: [(&str, usize); 3] = [("1k", 1 << 10), ("16k", 16 << 10), ("256k", 256 << 10)];

fn main() {
    // There are hundreds of rows, and the slowest take a second for each run.
    let criterion = harness::criterion()
        .warm_up_time(Duration::from_millis(40))
        .measurement_time(Duration::from_millis(150))
        .sample_size(10);
    #[cfg(target_os = "linux")]
    let criterion = criterion.with_measurement(cpu::ThreadCpu);
    let mut criterion = criterion;
    for body in body::files(TOTAL)
        .iter()
        .chain([&body::upload(TOTAL), &body::fields()])
    {
        for (name, read) in READS {
            race(&mut criterion, name, &Case::new(body, read));
        }
    }
    for (name, read) in MORE_READS {
        race(&mut criterion, name, &Case::new(&body::upload(TOTAL), read));
    }
    for body in body::made_against_ours(TOTAL) {
        race(&mut criterion, "64k", &Case::new(&body, 64 << 10));
    }
    for mut body in body::drips() {
        race(&mut criterion, "1", &Case::new(&body, 1));
        // Four times the bytes are to take four times the time.
        body.name = body.name.replace("drip", "drip-4");
        body.times = 4;
        race(&mut criterion, "1", &Case::new(&body, 1));
    }
    criterion.final_summary();
}

fn race<M: Measurement>(criterion: &mut Criterion<M>, read: &str, case: &Case) {
    let group = format!("decode/{}/{read}", case.name);
    let engines = engines::right_about(case);
    case.hold_to_every_byte(&engines);
    harness::race(criterion, &group, case, engines, |gives| {
        case.expected(gives)
    });
}

//! Chunked bodies: ours beside every peer and the bare copy, read over a slice
//! and through a buffered reader, and written.

#![forbid(unsafe_code)]

#[path = "transfer/case.rs"]
mod case;
#[path = "transfer/engines.rs"]
mod engines;
mod harness;
#[path = "transfer/hyper.rs"]
mod hyper;
#[path = "transfer/limits.rs"]
mod limits;
#[path = "transfer/ours.rs"]
mod ours;
#[path = "transfer/peers.rs"]
mod peers;

use case::{Case, TOTAL};
use criterion::Criterion;

fn main() {
    let mut criterion = harness::criterion();
    for size in [16, 1 << 10, 8 << 10, 64 << 10] {
        race(&mut criterion, &Case::new(TOTAL, size));
    }
    criterion.final_summary();
}

fn race(criterion: &mut Criterion, case: &Case) {
    for (source, engines) in [
        ("slice", engines::over_slice()),
        ("buffered", engines::over_reader()),
    ] {
        let group = format!("transfer/{source}/{}", case.size);
        harness::race(criterion, &group, case, engines, |gives| case.read(gives));
    }
    for (to, writers) in [
        ("nobody", engines::to_nobody(case)),
        ("memory", engines::to_memory(case)),
    ] {
        let group = format!("transfer/to-{to}/{}", case.size);
        harness::race(criterion, &group, case, writers, |gives| {
            case.written(gives)
        });
    }
}

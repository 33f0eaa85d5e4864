//! Chunks: ours beside every peer, over a slice and through a buffered reader.

#![forbid(unsafe_code)]

#[path = "chunk/case.rs"]
mod case;
#[path = "harness/drip.rs"]
mod drip;
#[path = "chunk/engines.rs"]
mod engines;
mod harness;
#[path = "chunk/limits.rs"]
mod limits;
#[path = "chunk/ours.rs"]
mod ours;
#[path = "chunk/peers.rs"]
mod peers;

use case::Case;
use criterion::Criterion;
use tidegate_benches::input::{MESSAGE, TOTAL, mailbox};
use tidegate_core::ChunkScanner;

/// A byte, a line ending, and what multipart puts before its parts, with a
/// boundary of four bytes and with one as long as browsers make them.
const SEPARATORS: [&[u8]; 4] = [
    b"\n",
    b"\r\n",
    b"\r\n--abcd",
    b"\r\n--WebKitFormBoundary7MA4YWxkTrZu0gW9Qx",
];

fn main() {
    let mut criterion = harness::criterion();
    for separator in SEPARATORS {
        for mean in [64, 1024, 65536] {
            race(&mut criterion, &Case::new(separator, mean));
        }
    }
    race(&mut criterion, &Case::of("mail", MESSAGE, mailbox(TOTAL)));
    // Half of the separator, over and over: it is never found, and always may be.
    drip::race(&mut criterion, "chunk/drip", b"\r\n-", || {
        ChunkScanner::new(b"\r\n--x")
            .expect("it is not empty")
            .unlimited()
    });
    criterion.final_summary();
}

fn race(criterion: &mut Criterion, case: &Case) {
    let name = &case.name;
    let mut over_reader = engines::over_reader(case);
    for (engine, flaw) in engines::FLAWED {
        let found = (engine.run)(case);
        if found == case.expected(engine.gives) {
            over_reader.push(engine);
        } else {
            let (pieces, engine) = (case.expected(engine.gives).pieces, engine.name);
            eprintln!(
                "chunk/buffered/{name}: without {engine}, which finds {} of {pieces} chunks: {flaw}",
                found.pieces,
            );
        }
    }
    for (source, engines) in [("slice", engines::over_slice()), ("buffered", over_reader)] {
        let group = format!("chunk/{source}/{name}");
        harness::race(criterion, &group, case, engines, |gives| {
            case.expected(gives)
        });
    }
}

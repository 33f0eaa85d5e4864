//! Lines: ours beside every peer, over a slice and through a buffered reader.

#![forbid(unsafe_code)]

#[path = "harness/drip.rs"]
mod drip;
#[path = "line/engines.rs"]
mod engines;
mod harness;
#[path = "line/limits.rs"]
mod limits;
#[path = "line/ours.rs"]
mod ours;
#[path = "line/peers.rs"]
mod peers;

use criterion::Criterion;
use tidegate_benches::input::{TOTAL, access_log, csv, lines, mailbox};
use tidegate_benches::{Answer, Gives};
use tidegate_core::LineScanner;

fn main() {
    let mut criterion = harness::criterion();
    for mean in [8, 40, 100, 1000, 65536] {
        race(
            &mut criterion,
            &mean.to_string(),
            &lines(mean, b"\n", TOTAL),
        );
    }
    race(&mut criterion, "log", &access_log(TOTAL));
    race(&mut criterion, "mail", &mailbox(TOTAL));
    race(&mut criterion, "csv", &csv(TOTAL));
    race(&mut criterion, "40-crlf", &lines(40, b"\r\n", TOTAL));
    drip::race(&mut criterion, "line/drip", b"x", || {
        LineScanner::new().unlimited()
    });
    criterion.final_summary();
}

fn race(criterion: &mut Criterion, name: &str, input: &[u8]) {
    for (source, engines) in [
        ("slice", engines::over_slice(input)),
        ("buffered", engines::over_reader(input)),
    ] {
        let group = format!("line/{source}/{name}");
        harness::race(criterion, &group, input, engines, |gives| {
            expected(input, gives)
        });
    }
}

/// The inputs hold no `\r` but in front of a `\n`, so that readers which know
/// `\n` alone, and universal ones, have to agree.
fn expected(input: &[u8], gives: Gives) -> Answer {
    let whole = input.split_inclusive(|&byte| byte == b'\n');
    match gives {
        Gives::Whole => whole.collect(),
        Gives::Texts => whole.map(text).collect(),
        Gives::Bytes => Answer {
            bytes: input.len() as u64,
            ..Answer::default()
        },
    }
}

fn text(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r\n")
        .or_else(|| line.strip_suffix(b"\n"))
        .unwrap_or(line)
}

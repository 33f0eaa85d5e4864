//! Lines that can be kept, and lines as text: ours beside every peer, through a
//! buffered reader.

#![forbid(unsafe_code)]

#[path = "owning/engines.rs"]
mod engines;
mod harness;
#[path = "owning/ours.rs"]
mod ours;
#[path = "owning/peers.rs"]
mod peers;
#[path = "owning/take.rs"]
mod take;

use criterion::Criterion;
use tidegate_benches::input::{TOTAL, access_log, lines};
use tidegate_benches::limits::copy;
use tidegate_benches::{Answer, Engine, Gives};

fn main() {
    let mut criterion = harness::criterion();
    for mean in [8, 40, 100, 1000] {
        race(
            &mut criterion,
            &mean.to_string(),
            &lines(mean, b"\n", TOTAL),
        );
    }
    race(&mut criterion, "log", &access_log(TOTAL));
    criterion.final_summary();
}

fn race(criterion: &mut Criterion, name: &str, input: &[u8]) {
    for (what, engines) in [
        ("dropped", engines::dropped()),
        ("kept", engines::kept()),
        ("str", engines::lent_strs()),
    ] {
        let group = format!("owning/{what}/{name}");
        let copy = Engine::limit("copy", copy).giving(Gives::Bytes);
        let engines = [engines, vec![copy]].concat();
        harness::race(criterion, &group, input, engines, |gives| {
            expected(input, gives)
        });
    }
}

/// The inputs hold no `\r`, so that readers which know `\n` alone, and universal
/// ones, have to agree.
fn expected(input: &[u8], gives: Gives) -> Answer {
    let whole = input.split_inclusive(|&byte| byte == b'\n');
    match gives {
        Gives::Texts => whole.map(|line| &line[..line.len() - 1]).collect(),
        Gives::Whole => whole.collect(),
        Gives::Bytes => Answer {
            bytes: input.len() as u64,
            ..Answer::default()
        },
    }
}

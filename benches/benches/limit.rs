//! Limits: `LimitedStream` beside `Read::take` and no limit at all.
//!
//! There is nothing to win here but meaning, so the figure to look at is the
//! difference in ns per read.

#![forbid(unsafe_code)]

mod harness;

use std::io::{BufRead, Read};
use tidegate_benches::input::{Copying, lines};
use tidegate_benches::{Answer, Engine};
use tidegate_std_io::LimitedStream;

/// Enough reads for the ends to be nothing, and few enough bytes for L2: what
/// the copies cost hides what the limits cost.
const TOTAL: usize = 256 << 10;

fn main() {
    let mut criterion = harness::criterion();
    let input = lines(100, b"\n", TOTAL);
    let input = &input[..TOTAL];
    for (group, step, engines) in [
        ("limit/read/1024", 1024, reads::<1024>()),
        ("limit/read/8192", 8192, reads::<8192>()),
        ("limit/fill_buf/1024", 1024, fills::<1024>()),
    ] {
        harness::race(&mut criterion, group, input, engines, |_| {
            input.chunks(step).collect()
        });
    }
    criterion.final_summary();
}

/// How fast a copy is depends on where its two ends lie in a page: everybody's
/// buffer has to lie at the same place.
#[repr(align(4096))]
struct Page<const STEP: usize>([u8; STEP]);

/// Through `Read`, from a reader that copies.
fn reads<const STEP: usize>() -> [Engine; 4] {
    [
        Engine::ours("exact", |i| {
            read::<STEP>(LimitedStream::exact(Copying::new(i), i.len() as u64))
        }),
        Engine::ours("at_most", |i| {
            read::<STEP>(LimitedStream::at_most(Copying::new(i), i.len() as u64))
        }),
        Engine::peer("take", |i| {
            read::<STEP>(Copying::new(i).take(i.len() as u64))
        }),
        Engine::limit("bare", |i| read::<STEP>(Copying::new(i))),
    ]
}

/// Through `BufRead`, from a slice: nothing is cheaper, and so nothing hides
/// what the limit adds.
fn fills<const STEP: usize>() -> [Engine; 4] {
    [
        Engine::ours("exact", |i| {
            fill::<STEP>(LimitedStream::exact(i, i.len() as u64))
        }),
        Engine::ours("at_most", |i| {
            fill::<STEP>(LimitedStream::at_most(i, i.len() as u64))
        }),
        Engine::peer("take", |i| fill::<STEP>(i.take(i.len() as u64))),
        Engine::limit("bare", |i| fill::<STEP>(i)),
    ]
}

fn read<const STEP: usize>(mut reader: impl Read) -> Answer {
    let mut answer = Answer::default();
    let mut page = Page([0; STEP]);
    let Page(buffer) = &mut page;
    loop {
        match reader.read(buffer).expect("memory does not fail") {
            0 => return answer,
            read => answer.add(&buffer[..read]),
        }
    }
}

fn fill<const STEP: usize>(mut reader: impl BufRead) -> Answer {
    let mut answer = Answer::default();
    loop {
        let window = reader.fill_buf().expect("memory does not fail");
        let step = &window[..window.len().min(STEP)];
        if step.is_empty() {
            return answer;
        }
        answer.add(step);
        let used = step.len();
        reader.consume(used);
    }
}

//! One very long line that arrives a byte at a time: what a machine costs that
//! looks at its carry again for each of them grows with the line.

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use tidegate_benches::Side;
use tidegate_core::{Event, Feed, LineScanner};

/// The ratio of the two is the point: linear time is a constant time per byte.
const LENGTHS: [(&str, usize); 2] = [("1MiB", 1 << 20), ("64MiB", 64 << 20)];

pub(crate) fn race(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("line/drip");
    group.sampling_mode(SamplingMode::Flat);
    // The longest takes seconds for each, and ten is the least there is.
    group.sample_size(10);
    for (name, length) in LENGTHS {
        group.throughput(Throughput::Elements(length as u64));
        group.bench_function(BenchmarkId::new(Side::Ours.name(), name), |bencher| {
            bencher.iter(|| assert_eq!(feed_byte_by_byte(black_box(length)), length));
        });
    }
    group.finish();
}

/// The length of the line that comes of it.
fn feed_byte_by_byte(length: usize) -> usize {
    let scanner = LineScanner::new().unlimited();
    let mut feed = Feed::new(scanner, Vec::new()).expect("a Vec has room");
    for _ in 1..length {
        let offer = feed
            .offer(black_box(b"x"), false)
            .expect("there is no limit");
        assert!(offer.taken == 1 && matches!(offer.event, Event::More));
    }
    let offer = feed.offer(b"\n", false).expect("there is no limit");
    match offer.event {
        Event::Found(line) => feed.token(line, b"\n").bytes().len(),
        Event::More | Event::Done => 0,
    }
}

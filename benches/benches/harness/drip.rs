//! One very long piece that arrives a byte at a time: what a machine costs that
//! looks at its carry again for each of them grows with the piece.

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use tidegate_benches::Side;
use tidegate_core::{Event, Feed, Scan};

/// The ratio of the two is the point: linear time is a constant time per byte.
const LENGTHS: [(&str, usize); 2] = [("1MiB", 1 << 20), ("64MiB", 64 << 20)];

/// Feeds a machine that has no limit `pattern` over and over, in which it must
/// find nothing before the end.
pub(crate) fn race<M: Scan>(
    criterion: &mut Criterion,
    name: &str,
    pattern: &[u8],
    machine: impl Fn() -> M,
) {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    // The longest takes seconds for each, and ten is the least there is.
    group.sample_size(10);
    for (name, length) in LENGTHS {
        group.throughput(Throughput::Elements(length as u64));
        group.bench_function(BenchmarkId::new(Side::Ours.name(), name), |bencher| {
            bencher.iter(|| feed_byte_by_byte(machine(), pattern, black_box(length)));
        });
    }
    group.finish();
}

fn feed_byte_by_byte(machine: impl Scan, pattern: &[u8], length: usize) {
    let mut feed = Feed::new(machine, Vec::new()).expect("a Vec has room");
    for byte in pattern.iter().cycle().take(length) {
        let offer = feed
            .offer(black_box(&[*byte]), false)
            .expect("there is no limit");
        assert!(offer.taken == 1 && matches!(offer.event, Event::More));
    }
    let offer = feed.offer(&[], true).expect("there is no limit");
    let found = match offer.event {
        Event::Found(piece) => feed.window(piece, &[]).len(),
        Event::More | Event::Done => 0,
    };
    assert_eq!(found, length);
}

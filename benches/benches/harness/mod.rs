//! What every room's benches do: agree first, then run.

use criterion::measurement::Measurement;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use std::time::Duration;
use tidegate_benches::{Answer, Engine, Gives};

/// Short, because there are many rows: what varies on a shared machine does so
/// over minutes, and the rows of one group must be near each other in time.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(700))
        .sample_size(20)
        .nresamples(5_000)
        .configure_from_args()
}

/// Holds every engine to the answer it should give to `input`, then times them.
#[allow(
    dead_code,
    reason = "a bench may hold its engines to more than an answer"
)]
pub(crate) fn race<I: ?Sized, M: Measurement>(
    criterion: &mut Criterion<M>,
    name: &str,
    input: &I,
    engines: impl IntoIterator<Item = Engine<I>, IntoIter: Clone>,
    expected: impl Fn(Gives) -> Answer,
) {
    let engines = engines.into_iter();
    for engine in engines.clone() {
        let answer = (engine.run)(input);
        assert_eq!(answer, expected(engine.gives), "{name}: {}", engine.name);
    }

    time(criterion, name, input, engines, expected(Gives::Whole));
}

/// Times engines that were held to something else than an answer: `all` is what
/// there is to do.
pub(crate) fn time<I: ?Sized, M: Measurement>(
    criterion: &mut Criterion<M>,
    name: &str,
    input: &I,
    engines: impl IntoIterator<Item = Engine<I>>,
    all: Answer,
) {
    let Answer { pieces, bytes, .. } = all;
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::ElementsAndBytes {
        elements: pieces,
        bytes,
    });
    for engine in engines {
        let id = BenchmarkId::new(engine.side.name(), engine.name);
        group.bench_with_input(id, input, |bencher, input| {
            bencher.iter(|| (engine.run)(black_box(input)));
        });
    }
    group.finish();
}

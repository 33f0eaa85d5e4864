//! The Range header: ours beside every peer.

use crate::harness;
use criterion::Criterion;
use http_range::HttpRange;
use http_range_header::parse_range_header;
use tidegate_benches::{Answer, Engine};
use tidegate_std_io::{ByteRange, RangeAnswer};

/// About what the file has. The ranges are all of it, and to too many of them we
/// answer with the whole file: then just as much is sent.
const SIZE: u64 = 1 << 30;

/// Above it only how much is sent has to be equal.
const MOST_WE_TAKE: u64 = 16;

#[derive(Debug)]
struct Case {
    header: String,
    size: u64,
    count: u64,
}

pub(crate) fn race(criterion: &mut Criterion) {
    let engines = [
        Engine::ours("RangeAnswer", ours),
        Engine::peer("http-range", http_range),
        Engine::peer("http-range-header", http_range_header),
    ];
    for count in [1, 3, 16, 1_000, 10_000] {
        race_in(criterion, &count.to_string(), &Case::of(count), engines);
    }
    // The longest way to say little. http-range-header takes it for malformed.
    let [ours, http_range, _] = engines;
    for commas in [1_000, 10_000] {
        let mut case = Case::of(1);
        case.header.push_str(&", ".repeat(commas));
        let name = format!("empty/{commas}");
        race_in(criterion, &name, &case, [ours, http_range]);
    }
}

fn race_in<const N: usize>(
    criterion: &mut Criterion,
    name: &str,
    case: &Case,
    engines: [Engine<Case>; N],
) {
    let group = format!("file/range/{name}");
    harness::race(criterion, &group, case, engines, |_| {
        case.answer(case.ranges())
    });
}

impl Case {
    fn of(count: u64) -> Self {
        let mut case = Self {
            header: String::new(),
            size: SIZE / count * count,
            count,
        };
        let spec = |(start, len)| format!("{start}-{}", start + len - 1);
        let specs: Vec<_> = case.ranges().map(spec).collect();
        case.header = format!("bytes={}", specs.join(", "));
        case
    }

    /// Where each starts, and how long it is.
    fn ranges(&self) -> impl Iterator<Item = (u64, u64)> {
        let len = self.size / self.count;
        (0..self.count).map(move |n| (n * len, len))
    }

    /// A piece is a header.
    fn answer(&self, ranges: impl Iterator<Item = (u64, u64)>) -> Answer {
        let sums = ranges.fold((0, 0), |(starts, lens), (start, len)| {
            (starts + start, lens + len)
        });
        Answer {
            pieces: 1,
            bytes: self.header.len() as u64,
            firsts: match self.count {
                ..=MOST_WE_TAKE => sums.0 ^ sums.1,
                _ => sums.1,
            },
        }
    }
}

fn ours(case: &Case) -> Answer {
    let pair = |range: &ByteRange| (range.start(), range.len());
    match RangeAnswer::parse(&case.header, case.size) {
        RangeAnswer::Whole => case.answer([(0, case.size)].into_iter()),
        RangeAnswer::One(range) => case.answer([pair(&range)].into_iter()),
        RangeAnswer::Many(ranges) => case.answer(ranges.as_slice().iter().map(pair)),
        RangeAnswer::Unsatisfiable => Answer::default(),
    }
}

fn http_range(case: &Case) -> Answer {
    match HttpRange::parse(&case.header, case.size) {
        Ok(ranges) => case.answer(ranges.iter().map(|range| (range.start, range.length))),
        Err(_) => Answer::default(),
    }
}

/// It wants to be asked twice: for the syntax, and for this file.
fn http_range_header(case: &Case) -> Answer {
    let ranges = parse_range_header(&case.header).and_then(|parsed| parsed.validate(case.size));
    match ranges {
        Ok(ranges) => case.answer(ranges.into_iter().map(|range| {
            let (start, end) = range.into_inner();
            (start, end - start + 1)
        })),
        Err(_) => Answer::default(),
    }
}

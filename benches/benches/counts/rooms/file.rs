//! What a Range header asks for.

use crate::path::{Job, Path, Per};
use tidegate_benches::Answer;
use tidegate_core::{ByteRange, RangeAnswer};

const SIZE: u64 = 1 << 30;

pub(crate) fn paths() -> Vec<Path> {
    // The last is more than we take, so that all of the file is the answer.
    let path = |count: u64| {
        Path::new(
            format!("file/range/{count}/RangeAnswer"),
            Per::Byte,
            move || {
                let len = SIZE / count;
                let spec = |n| format!("{}-{}", n * len, n * len + len - 1);
                let specs: Vec<_> = (0..count).map(spec).collect();
                let header = format!("bytes={}", specs.join(", "));
                let expected = Answer {
                    pieces: if count <= 16 { count } else { 1 },
                    bytes: header.len() as u64,
                    firsts: if count <= 16 { len * count } else { SIZE },
                };
                Job::over(header, expected, parse)
            },
        )
    };
    [1, 16, 1000].map(path).into()
}

/// How many ranges, and how long they are in all.
fn parse(header: &str) -> Answer {
    let (pieces, sum) = match RangeAnswer::parse(header, SIZE) {
        RangeAnswer::Whole => (1, SIZE),
        RangeAnswer::One(range) => (1, range.len()),
        RangeAnswer::Many(ranges) => {
            let ranges = ranges.as_slice();
            (ranges.len(), ranges.iter().map(ByteRange::len).sum())
        }
        RangeAnswer::Unsatisfiable => (0, 0),
    };
    Answer {
        pieces: pieces as u64,
        bytes: header.len() as u64,
        firsts: sum,
    }
}

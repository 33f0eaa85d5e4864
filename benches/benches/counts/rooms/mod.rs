//! The paths, by room. A count `line/slice/8/next_line` is of the same code, over
//! less of the same input, as the row `line/slice/8/ours/next_line`.

mod async_io;
mod chunk;
mod decode;
mod encode;
mod file;
mod limit;
mod line;
mod owning;
mod transfer;

use crate::path::Path;

pub(crate) fn paths() -> Vec<Path> {
    [
        line::paths(),
        owning::paths(),
        chunk::paths(),
        limit::paths(),
        decode::paths(),
        encode::paths(),
        transfer::paths(),
        file::paths(),
        async_io::paths(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How much input a path has: callgrind is some fifty times slower, and what it
/// says for each item does not change from here on.
const TOTAL: usize = 128 << 10;

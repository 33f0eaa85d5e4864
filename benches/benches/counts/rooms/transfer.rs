//! Chunked bodies, read and written.

use super::TOTAL;
use crate::path::{Job, Path, Per, Run};
use case::Case;
use tidegate_benches::{Answer, Gives};

#[path = "../../transfer/case.rs"]
mod case;
#[path = "../../transfer/ours.rs"]
mod ours;

pub(crate) fn paths() -> Vec<Path> {
    let engines: [(&str, Gives, Run<Case>); 4] = [
        ("slice/SIZE/scan_all", Gives::Whole, ours::scan_all),
        ("slice/SIZE/fill_buf", Gives::Whole, |case| {
            ours::fill_buf(case.body())
        }),
        ("buffered/SIZE/read", Gives::Bytes, |case| Answer {
            bytes: ours::read(case.buffered()).bytes,
            ..Answer::default()
        }),
        ("to-nobody/SIZE/ChunkedWriter", Gives::Whole, ours::count),
    ];
    let mut paths = Vec::new();
    for size in [16, 1024] {
        for (engine, gives, run) in engines {
            let name = format!("transfer/{}", engine.replace("SIZE", &size.to_string()));
            let per = match gives {
                // A read takes as many as there are.
                Gives::Bytes => Per::Byte,
                Gives::Whole | Gives::Texts => Per::Piece("chunk"),
            };
            let is_written = engine.starts_with("to-");
            paths.push(Path::new(name, per, move || {
                let case = Case::new(TOTAL, size);
                let expected = match is_written {
                    true => case.written(gives),
                    false => case.read(gives),
                };
                Job::over(case, expected, run)
            }));
        }
    }
    paths
}

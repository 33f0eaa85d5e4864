//! Lines that can be kept, and lines as text.

use super::TOTAL;
use crate::path::{Job, Path, Per, Run};
use ours::try_for_each_str;
use take::take_all;
use tidegate_benches::input::{buffered, lines};
use tidegate_std_io::make_line_iter;

#[path = "../../owning/ours.rs"]
mod ours;
#[path = "../../owning/take.rs"]
mod take;

pub(crate) fn paths() -> Vec<Path> {
    let engines: [(&str, Run<[u8]>); 4] = [
        ("owning/dropped/40/into_bytes", |i| {
            take_all(make_line_iter(buffered(i)).into_bytes())
        }),
        ("owning/dropped/40/into_vecs", |i| {
            take_all(make_line_iter(buffered(i)).into_vecs())
        }),
        ("owning/dropped/40/into_strings", |i| {
            take_all(make_line_iter(buffered(i)).into_strings())
        }),
        ("owning/str/40/try_for_each_str", |i| {
            try_for_each_str(make_line_iter(buffered(i)))
        }),
    ];
    let path = |(name, run)| {
        Path::new(name, Per::Piece("line"), move || {
            let input = lines(40, b"\n", TOTAL);
            let whole = input.split_inclusive(|&byte| byte == b'\n');
            let texts = whole.map(|line| &line[..line.len() - 1]).collect();
            Job::over(input, texts, run)
        })
    };
    engines.map(path).into()
}

//! Chunks.

use super::TOTAL;
use crate::path::{Job, Path, Per, Run};
use case::Case;
use tidegate_benches::Gives;
use tidegate_benches::input::{MESSAGE, chunks, mailbox};
use tidegate_std_io::make_chunk_iter;

#[path = "../../chunk/case.rs"]
mod case;
#[path = "../../chunk/ours.rs"]
mod ours;

type Input = fn() -> Vec<u8>;

const CRLF: &[u8] = b"\r\n";
const BOUNDARY: &[u8] = b"\r\n--WebKitFormBoundary7MA4YWxkTrZu0gW9Qx";

pub(crate) fn paths() -> Vec<Path> {
    let engines: [(&str, Run<Case>); 4] = [
        ("slice/INPUT/scan_chunks", ours::scan_chunks),
        ("slice/INPUT/next_chunk", |case| {
            ours::next_chunk(make_chunk_iter(&case.bytes[..], case.separator))
        }),
        ("buffered/INPUT/for_each_chunk", |case| {
            ours::for_each_chunk(make_chunk_iter(case.buffered(), case.separator))
        }),
        ("buffered/INPUT/next_chunk", |case| {
            ours::next_chunk(make_chunk_iter(case.buffered(), case.separator))
        }),
    ];
    let inputs: [(&str, &[u8], Input); 5] = [
        ("1/64", b"\n", || chunks(64, b"\n", TOTAL)),
        ("2/64", CRLF, || chunks(64, CRLF, TOTAL)),
        ("40/64", BOUNDARY, || chunks(64, BOUNDARY, TOTAL)),
        ("40/1024", BOUNDARY, || chunks(1024, BOUNDARY, TOTAL)),
        ("mail", MESSAGE, || mailbox(TOTAL)),
    ];
    let mut paths = Vec::new();
    for (name, separator, input) in inputs {
        for (engine, run) in engines {
            let path = format!("chunk/{}", engine.replace("INPUT", name));
            paths.push(Path::new(path, Per::Piece("chunk"), move || {
                let case = Case::of(name, separator, input());
                let texts = case.expected(Gives::Texts);
                Job::over(case, texts, run)
            }));
        }
    }
    paths
}

//! A limited body, read by read.

use super::TOTAL;
use crate::path::{Job, Path, Per, Run};
use std::io::{BufRead, Read};
use tidegate_benches::Answer;
use tidegate_benches::input::{Copying, text};
use tidegate_std_io::LimitedStream;

const STEP: usize = 1024;

pub(crate) fn paths() -> Vec<Path> {
    let engines: [(&str, Run<[u8]>); 3] = [
        ("limit/read/1024/exact", |i| {
            read(LimitedStream::exact(Copying::new(i), i.len() as u64))
        }),
        ("limit/read/1024/at_most", |i| {
            read(LimitedStream::at_most(Copying::new(i), i.len() as u64))
        }),
        ("limit/fill_buf/1024/exact", |i| {
            fill(LimitedStream::exact(i, i.len() as u64))
        }),
    ];
    let path = |(name, run)| {
        Path::new(name, Per::Piece("read"), move || {
            let input = text(TOTAL);
            let reads = input.chunks(STEP).collect();
            Job::over(input, reads, run)
        })
    };
    engines.map(path).into()
}

fn read(mut reader: impl Read) -> Answer {
    let mut answer = Answer::default();
    let mut buffer = [0; STEP];
    loop {
        match reader.read(&mut buffer).expect("memory does not fail") {
            0 => return answer,
            read => answer.add(&buffer[..read]),
        }
    }
}

fn fill(mut reader: impl BufRead) -> Answer {
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

//! Blocks of a file: ours beside the bare loops that they are made of.

use crate::cached::{each_block, file, from_start};
use crate::harness;
use criterion::Criterion;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use tidegate_benches::{Answer, Engine};
use tidegate_std_io::{FileAt, FileWrapper};

pub(crate) fn race(criterion: &mut Criterion) {
    let file = file(1).expect("there is room for a file");
    race_of::<{ 8 << 10 }>(criterion, &file);
    race_of::<{ 64 << 10 }>(criterion, &file);
    race_of::<{ 256 << 10 }>(criterion, &file);
}

fn race_of<const SIZE: usize>(criterion: &mut Criterion, file: &File) {
    let group = format!("file/blocks/{SIZE}");
    let engines = [
        Engine::ours("next_block", |file| {
            next_block(FileWrapper::with_block_size(from_start(file), SIZE))
        }),
        Engine::limit("read", read::<SIZE>),
        Engine::ours("next_block_at", |file| {
            next_block(FileWrapper::with_block_size(FileAt::new(file), SIZE))
        }),
        Engine::limit("pread", pread::<SIZE>),
        Engine::ours("into_bytes", into_bytes::<SIZE>),
        Engine::limit("fresh_vec", fresh_vec::<SIZE>),
    ];
    harness::race(criterion, &group, file, engines, |_| read::<SIZE>(file));
}

fn next_block(mut file: FileWrapper<impl Read>) -> Answer {
    let mut answer = Answer::default();
    while let Some(block) = file.next_block() {
        answer.add(block.expect("the file can be read"));
    }
    answer
}

fn into_bytes<const SIZE: usize>(file: &File) -> Answer {
    let mut answer = Answer::default();
    for block in FileWrapper::with_block_size(from_start(file), SIZE).into_bytes() {
        answer.add(&block.expect("the file can be read"));
    }
    answer
}

fn read<const SIZE: usize>(file: &File) -> Answer {
    let mut answer = Answer::default();
    each_block::<SIZE>(from_start(file), |block| answer.add(block));
    answer
}

fn pread<const SIZE: usize>(file: &File) -> Answer {
    let mut answer = Answer::default();
    let mut buffer = vec![0; SIZE];
    loop {
        let read = file.read_at(&mut buffer, answer.bytes);
        match read.expect("the file can be read") {
            0 => return answer,
            read => answer.add(&buffer[..read]),
        }
    }
}

/// What it costs to own a block, done the plain way.
fn fresh_vec<const SIZE: usize>(file: &File) -> Answer {
    let mut answer = Answer::default();
    let mut file = from_start(file);
    loop {
        let mut block = vec![0; SIZE];
        let read = file.read(&mut block).expect("the file can be read");
        if read == 0 {
            return answer;
        }
        block.truncate(read);
        answer.add(&block);
    }
}

//! Blocks of a file that is in memory, read off the executor.

use crate::{block_on, harness};
use bytes::Bytes;
use criterion::Criterion;
use futures_util::{Stream, StreamExt};
use std::fs::File;
use std::io;
use std::path::Path;
use tidegate_async_io::tokio::FileWrapper;
use tidegate_benches::{Answer, Engine, Gives};
use tokio_util::io::ReaderStream;

const LEN: usize = 32 << 20;

pub(crate) fn race(criterion: &mut Criterion) {
    let file = tempfile::NamedTempFile::new().expect("there is room");
    std::fs::write(file.path(), vec![b'x'; LEN]).expect("there is room");
    let all = Answer {
        bytes: LEN as u64,
        ..Answer::default()
    };
    harness::race(criterion, "async/file", file.path(), engines(), |_| all);
}

fn engines() -> [Engine<Path>; 4] {
    [
        Engine::ours("FileWrapper_64k", |path| {
            block_on(sum(FileWrapper::with_block_size(open(path), 64 << 10)))
        }),
        Engine::ours("FileWrapper_default", |path| {
            block_on(sum(FileWrapper::new(open(path))))
        }),
        Engine::peer("ReaderStream_64k", |path| {
            let file = tokio::fs::File::from_std(open(path));
            block_on(sum(ReaderStream::with_capacity(file, 64 << 10)))
        }),
        Engine::peer("ReaderStream_default", |path| {
            block_on(sum(ReaderStream::new(tokio::fs::File::from_std(open(
                path,
            )))))
        }),
    ]
    .map(|engine| engine.giving(Gives::Bytes))
}

fn open(path: &Path) -> File {
    File::open(path).expect("it was written")
}

async fn sum(mut blocks: impl Stream<Item = io::Result<Bytes>> + Unpin) -> Answer {
    let mut answer = Answer::default();
    while let Some(block) = blocks.next().await {
        answer.bytes += block.expect("memory does not fail").len() as u64;
    }
    answer
}

//! Blocks of a file that is in memory, read off the executor: in time, and in
//! processor time of all threads.

use crate::{block_on, harness};
use bytes::Bytes;
use criterion::Criterion;
use criterion::measurement::Measurement;
use futures_util::{Stream, StreamExt};
use std::fs::File;
use std::io;
use std::path::Path;
use tempfile::TempPath;
use tidegate_async_io::futures;
use tidegate_async_io::tokio::FileWrapper;
use tidegate_benches::{Answer, Engine, Gives};
use tokio_util::io::ReaderStream;

const LEN: usize = 32 << 20;

pub(crate) fn file() -> TempPath {
    let file = tempfile::NamedTempFile::new().expect("there is room");
    std::fs::write(file.path(), vec![b'x'; LEN]).expect("there is room");
    file.into_temp_path()
}

pub(crate) fn race<M: Measurement>(criterion: &mut Criterion<M>, group: &str, path: &Path) {
    let all = Answer {
        bytes: LEN as u64,
        ..Answer::default()
    };
    harness::race(criterion, group, path, engines(), |_| all);
}

fn engines() -> [Engine<Path>; 6] {
    [
        Engine::ours("FileWrapper_64k", |path| {
            block_on(sum(FileWrapper::with_block_size(open(path), 64 << 10)))
        }),
        Engine::ours("FileWrapper_default", |path| {
            block_on(sum(FileWrapper::new(open(path))))
        }),
        Engine::ours("FileWrapper_smol", |path| {
            smol::block_on(sum(futures::FileWrapper::new(open(path))))
        }),
        Engine::peer("smol_read_64k", |path| {
            smol::block_on(async {
                let mut file = smol::fs::File::from(open(path));
                let mut answer = Answer::default();
                let mut block = vec![0; 64 << 10];
                loop {
                    match smol::io::AsyncReadExt::read(&mut file, &mut block).await {
                        Ok(0) => return answer,
                        read => answer.bytes += read.expect("memory does not fail") as u64,
                    }
                }
            })
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

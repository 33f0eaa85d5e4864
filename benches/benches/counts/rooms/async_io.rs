//! The async drivers, over memory: each poll is ready.

use super::TOTAL;
use super::decode::source::block_on;
use crate::path::{Job, Path, Per, Run};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use std::convert::Infallible;
use tidegate_async_io::tokio::make_line_iter;
use tidegate_async_io::{Frames, InFrames, LimitedStream, LineIter};
use tidegate_benches::Answer;
use tidegate_benches::input::lines;

/// Of a frame, and of the buffer of a reader.
const READ: usize = 16 << 10;

pub(crate) fn paths() -> Vec<Path> {
    let mut paths = Vec::new();
    for mean in [8, 40] {
        let engines: [(&str, Run<[u8]>); 2] =
            [("for_each_line", for_each_line), ("next_line", next_line)];
        for (engine, run) in engines {
            let name = format!("async/lent/{mean}/{engine}");
            paths.push(Path::new(name, Per::Piece("line"), move || {
                let input = lines(mean, b"\n", TOTAL);
                let lines = input.split_inclusive(|&byte| byte == b'\n').collect();
                Job::over(input, lines, run)
            }));
        }
    }
    let engines: [(&str, Run<[Bytes]>); 2] = [
        ("async/owned/40/into_bytes_of_frames", into_bytes_of_frames),
        ("async/owned/40/into_bytes", into_bytes),
    ];
    for (name, run) in engines {
        paths.push(Path::new(name, Per::Piece("line"), move || {
            let input = lines(40, b"\n", TOTAL);
            let whole = input.split_inclusive(|&byte| byte == b'\n');
            let texts = whole.map(|line| &line[..line.len() - 1]).collect();
            Job::over(frames(&input), texts, run)
        }));
    }
    paths.push(Path::new("async/limit/frames", Per::Piece("frame"), || {
        let frames = vec![Bytes::from_static(b"frame"); 1_000];
        let all = frames.iter().map(|frame| &**frame).collect();
        Job::over(frames, all, limited)
    }));
    paths
}

fn frames(input: &[u8]) -> Vec<Bytes> {
    input.chunks(READ).map(Bytes::copy_from_slice).collect()
}

fn for_each_line(input: &[u8]) -> Answer {
    let mut answer = Answer::default();
    let mut lines = make_line_iter(input);
    block_on(lines.for_each_line(|line| answer.add(line.bytes()))).expect("memory does not fail");
    answer
}

fn next_line(input: &[u8]) -> Answer {
    let mut answer = Answer::default();
    let mut lines = make_line_iter(input);
    block_on(async {
        while let Some(line) = lines.next_line().await {
            answer.add(line.expect("memory does not fail").bytes());
        }
    });
    answer
}

fn into_bytes_of_frames(frames: &[Bytes]) -> Answer {
    let lines = LineIter::<_, InFrames>::new(source(frames));
    block_on(sum(lines.into_bytes()))
}

fn into_bytes(frames: &[Bytes]) -> Answer {
    let reader = tokio_util::io::StreamReader::new(stream::iter(
        frames.iter().cloned().map(Ok::<_, std::io::Error>),
    ));
    block_on(sum(make_line_iter(reader).into_bytes()))
}

fn limited(frames: &[Bytes]) -> Answer {
    let body = LimitedStream::<_, InFrames>::at_most(source(frames), u64::MAX);
    block_on(sum(body))
}

fn source(frames: &[Bytes]) -> Frames<impl Stream<Item = Result<Bytes, Infallible>> + Unpin> {
    Frames::new(stream::iter(frames.iter().cloned().map(Ok)))
}

async fn sum<T: AsRef<[u8]>, E: std::fmt::Debug>(
    mut items: impl Stream<Item = Result<T, E>> + Unpin,
) -> Answer {
    let mut answer = Answer::default();
    while let Some(item) = items.next().await {
        answer.add(item.expect("memory does not fail").as_ref());
    }
    answer
}

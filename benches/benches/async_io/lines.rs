//! Lines that are lent, and lines that can be kept.

use crate::{block_on, harness};
use bytes::Bytes;
use criterion::Criterion;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use std::io;
use tidegate_async_io::tokio::make_line_iter;
use tidegate_async_io::{Frames, InFrames, LineIter};
use tidegate_benches::input::{BUFFER, TOTAL, lines};
use tidegate_benches::{Answer, Engine, Gives};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, BufReader};
use tokio_util::codec::{AnyDelimiterCodec, FramedRead, LinesCodec};

pub(crate) fn race(criterion: &mut Criterion) {
    for mean in [8, 40, 100, 1000] {
        let input = lines(mean, b"\n", TOTAL);
        let all = [
            ("lent", lent()),
            ("buffered", buffered()),
            ("owned", owned()),
        ];
        for (how, engines) in all {
            let group = format!("async/{how}/{mean}");
            harness::race(criterion, &group, &input[..], engines, |gives| {
                expected(&input, gives)
            });
        }
    }
}

pub(crate) fn expected(input: &[u8], gives: Gives) -> Answer {
    let whole = input.split_inclusive(|&byte| byte == b'\n');
    match gives {
        Gives::Texts => whole.map(|line| &line[..line.len() - 1]).collect(),
        Gives::Whole => whole.collect(),
        Gives::Bytes => Answer {
            bytes: input.len() as u64,
            ..Answer::default()
        },
    }
}

/// From a slice, which is a reader that copies nothing.
fn lent() -> Vec<Engine> {
    vec![
        Engine::ours("for_each_line", |input| block_on(for_each_line(input))),
        Engine::ours("next_line", |input| block_on(next_line(input))),
        Engine::ours("blocking_for_each_line", |input| {
            blocking_for_each_line(input)
        }),
        Engine::ours("blocking_next_line", |input| blocking_next_line(input)),
        Engine::peer("tokio_read_until", |input| block_on(read_until(input))),
        Engine::peer("tokio_lines", |input| block_on(strings(input))).giving(Gives::Texts),
        Engine::peer("futures_lines", |input| block_on(futures_lines(input))).giving(Gives::Texts),
    ]
}

/// The same through a buffer of one size.
fn buffered() -> Vec<Engine> {
    vec![
        Engine::ours("for_each_line", |input| {
            block_on(for_each_line(buffer(input)))
        }),
        Engine::ours("next_line", |input| block_on(next_line(buffer(input)))),
        Engine::ours("blocking_for_each_line", |input| {
            blocking_for_each_line(io::BufReader::with_capacity(BUFFER, input))
        }),
        Engine::ours("blocking_next_line", |input| {
            blocking_next_line(io::BufReader::with_capacity(BUFFER, input))
        }),
        Engine::peer("tokio_read_until", |input| {
            block_on(read_until(buffer(input)))
        }),
        Engine::peer("tokio_lines", |input| block_on(strings(buffer(input)))).giving(Gives::Texts),
    ]
}

/// From a reader through a buffer of one size, and from frames of it.
fn owned() -> Vec<Engine> {
    vec![
        Engine::ours("into_bytes", |input| {
            block_on(sum(make_line_iter(buffer(input)).into_bytes()))
        })
        .giving(Gives::Texts),
        Engine::ours("into_bytes_of_frames", |input| {
            let lines = LineIter::<_, InFrames>::new(Frames::new(frames(input)));
            block_on(sum(lines.into_bytes()))
        })
        .giving(Gives::Texts),
        Engine::ours("blocking_into_bytes", blocking_into_bytes).giving(Gives::Texts),
        Engine::peer("LinesCodec", |input| {
            let codec = LinesCodec::new();
            block_on(sum(
                FramedRead::with_capacity(input, codec, BUFFER).map_err(io::Error::other)
            ))
        })
        .giving(Gives::Texts),
        Engine::peer("AnyDelimiterCodec", |input| {
            let codec = AnyDelimiterCodec::new(b"\n".to_vec(), b"\n".to_vec());
            block_on(sum(
                FramedRead::with_capacity(input, codec, BUFFER).map_err(io::Error::other)
            ))
        })
        .giving(Gives::Texts),
    ]
}

pub(crate) fn buffer<R: AsyncRead>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(BUFFER, reader)
}

fn frames(input: &[u8]) -> impl Stream<Item = io::Result<Bytes>> + Unpin {
    // Read from the connection into a buffer, as the readers do.
    stream::iter(
        input
            .chunks(BUFFER)
            .map(|read| Ok(Bytes::copy_from_slice(read))),
    )
}

pub(crate) async fn sum<T: AsRef<[u8]>>(
    mut items: impl Stream<Item = io::Result<T>> + Unpin,
) -> Answer {
    let mut answer = Answer::default();
    while let Some(item) = items.next().await {
        answer.add(item.expect("it does not fail").as_ref());
    }
    answer
}

pub(crate) async fn for_each_line(input: impl AsyncBufRead + Unpin) -> Answer {
    let mut answer = Answer::default();
    let mut lines = make_line_iter(input);
    let end = lines.for_each_line(|line| answer.add(line.bytes())).await;
    end.expect("it does not fail");
    answer
}

pub(crate) async fn next_line(input: impl AsyncBufRead + Unpin) -> Answer {
    let mut answer = Answer::default();
    let mut lines = make_line_iter(input);
    while let Some(line) = lines.next_line().await {
        answer.add(line.expect("it does not fail").bytes());
    }
    answer
}

fn blocking_for_each_line(input: impl io::BufRead) -> Answer {
    let mut answer = Answer::default();
    let mut lines = tidegate_std_io::make_line_iter(input);
    let end = lines.for_each_line(|line| answer.add(line.bytes()));
    end.expect("memory does not fail");
    answer
}

fn blocking_next_line(input: impl io::BufRead) -> Answer {
    let mut answer = Answer::default();
    let mut lines = tidegate_std_io::make_line_iter(input);
    while let Some(line) = lines.next_line() {
        answer.add(line.expect("memory does not fail").bytes());
    }
    answer
}

fn blocking_into_bytes(input: &[u8]) -> Answer {
    let mut answer = Answer::default();
    let reader = io::BufReader::with_capacity(BUFFER, input);
    for line in tidegate_std_io::make_line_iter(reader).into_bytes() {
        answer.add(&line.expect("memory does not fail"));
    }
    answer
}

pub(crate) async fn read_until(mut input: impl AsyncBufRead + Unpin) -> Answer {
    let mut answer = Answer::default();
    let mut line = Vec::new();
    while AsyncBufReadExt::read_until(&mut input, b'\n', &mut line)
        .await
        .expect("it does not fail")
        > 0
    {
        answer.add(&line);
        line.clear();
    }
    answer
}

async fn strings(input: impl AsyncBufRead + Unpin) -> Answer {
    let mut answer = Answer::default();
    let mut lines = AsyncBufReadExt::lines(input);
    while let Some(line) = lines.next_line().await.expect("the inputs are ASCII") {
        answer.add(line.as_bytes());
    }
    answer
}

async fn futures_lines(input: &[u8]) -> Answer {
    sum(futures_util::AsyncBufReadExt::lines(input)).await
}

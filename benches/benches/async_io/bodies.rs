//! What it costs to limit a body, frame by frame.

use crate::{block_on, harness};
use bytes::Bytes;
use criterion::Criterion;
use futures_util::stream;
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Limited, StreamBody};
use std::convert::Infallible;
use std::error::Error;
use tidegate_async_io::Frames;
use tidegate_async_io::body::LimitedStream;
use tidegate_benches::{Answer, Engine};

const FRAME: usize = 16 << 10;
const FRAMES: usize = 10_000;

pub(crate) fn race(criterion: &mut Criterion) {
    let frame = Bytes::from(vec![b'x'; FRAME]);
    let all: Answer = (0..FRAMES).map(|_| &frame[..]).collect();
    let engines = [
        Engine::ours("LimitedStream", |frame: &Bytes| {
            let body = LimitedStream::at_most(Frames::of_body(body(frame)), u64::MAX);
            block_on(sum(body))
        }),
        Engine::peer("Limited", |frame| {
            block_on(sum(Limited::new(body(frame), usize::MAX)))
        }),
        Engine::limit("unlimited", |frame| block_on(sum(body(frame)))),
    ];
    harness::race(criterion, "async/limit", &frame, engines, |_| all);
    // As axum hands them on: nothing is known of the body but how to poll it.
    let engines = [
        Engine::ours("LimitedStream", |frame: &Bytes| {
            let body = Frames::of_body(body(frame).boxed_unsync());
            block_on(sum(LimitedStream::at_most(body, u64::MAX).boxed_unsync()))
        }),
        Engine::peer("Limited", |frame| {
            let body = Limited::new(body(frame).boxed_unsync(), usize::MAX);
            block_on(sum(body.boxed_unsync()))
        }),
        Engine::limit("unlimited", |frame| {
            block_on(sum(body(frame).boxed_unsync().boxed_unsync()))
        }),
    ];
    harness::race(criterion, "async/limit_boxed", &frame, engines, |_| all);
}

fn body(
    frame: &Bytes,
) -> impl Body<Data = Bytes, Error = Infallible> + Unpin + Send + 'static + use<> {
    let frames = std::iter::repeat_n(frame.clone(), FRAMES);
    StreamBody::new(stream::iter(frames.map(|data| Ok(Frame::data(data)))))
}

async fn sum<B>(mut body: B) -> Answer
where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin,
{
    let mut answer = Answer::default();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(Into::into).expect("memory does not fail");
        answer.add(frame.data_ref().expect("there are no trailers"));
    }
    answer
}

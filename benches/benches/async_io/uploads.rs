//! An upload taken apart behind axum: our parts over the frames of its body, beside
//! axum's own extractor. What else there is, and other bodies, are rows of `decode`.

use crate::{block_on, harness};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart as Extractor, Request};
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use criterion::Criterion;
use futures_util::stream;
use std::convert::Infallible;
use tidegate_async_io::body::Multipart;
use tidegate_async_io::{Frames, InFrames, Source};
use tidegate_benches::{Answer, Engine, input};

/// Less than the 2 MB that axum takes unless it is told otherwise.
const FILE: usize = 1 << 20;
const TYPE: &str = "multipart/form-data; boundary=----WebKitFormBoundaryx8jO2oVc6SWP3Sad";

/// A body, and in frames of which length it comes.
struct Upload {
    body: Bytes,
    frame: usize,
}

pub(crate) fn race(criterion: &mut Criterion) {
    let file = input::text(FILE);
    let body = Bytes::from(body(&file));
    let all = Answer {
        pieces: 1,
        bytes: FILE as u64,
        firsts: 4,
    };
    for (name, frame) in [("8k", 8 << 10), ("64k", 64 << 10)] {
        let body = body.clone();
        let upload = Upload { body, frame };
        let group = format!("async/upload/{name}");
        harness::race(criterion, &group, &upload, engines(), |_| all);
    }
}

fn body(file: &[u8]) -> Vec<u8> {
    let boundary = &TYPE[TYPE.rfind("----W").expect("it has one")..];
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}

fn engines() -> [Engine<Upload>; 3] {
    [
        Engine::ours("Multipart_of_frames", |upload| block_on(frames(upload))),
        Engine::ours("Multipart_of_body", |upload| block_on(of_body(upload))),
        Engine::peer("axum_Multipart", |upload| block_on(extractor(upload))),
    ]
}

impl Upload {
    fn frames(&self) -> impl Iterator<Item = Result<Bytes, Infallible>> + Send + 'static + use<> {
        let (body, frame) = (self.body.clone(), self.frame);
        let starts = (0..body.len()).step_by(frame);
        starts.map(move |at| Ok(body.slice(at..body.len().min(at + frame))))
    }

    fn body(&self) -> Body {
        Body::from_stream(stream::iter(self.frames()))
    }
}

async fn frames(upload: &Upload) -> Answer {
    let frames = Frames::new(stream::iter(upload.frames()));
    let multipart = tidegate_async_io::Multipart::for_type(frames, TYPE.as_bytes());
    sum(multipart.expect("it is one")).await
}

async fn of_body(upload: &Upload) -> Answer {
    let multipart = Multipart::for_type(Frames::of_body(upload.body()), TYPE.as_bytes());
    sum(multipart.expect("it is one")).await
}

async fn sum<S>(mut multipart: tidegate_async_io::Multipart<S, InFrames>) -> Answer
where
    S: Source<InFrames>,
{
    let mut answer = Answer::default();
    while let Some(mut part) = multipart.next_part().await.expect("it is well formed") {
        answer.pieces += 1;
        answer.firsts += part.name().expect("it has one").as_raw().len() as u64;
        while let Some(data) = part.next_data().await {
            answer.bytes += data.expect("it is well formed").len() as u64;
        }
    }
    answer
}

async fn extractor(upload: &Upload) -> Answer {
    let request = Request::builder().header(CONTENT_TYPE, TYPE);
    let request = request.body(upload.body()).expect("it is well formed");
    let mut answer = Answer::default();
    let mut multipart = Extractor::from_request(request, &())
        .await
        .expect("it is one");
    while let Some(mut field) = multipart.next_field().await.expect("it is well formed") {
        answer.pieces += 1;
        answer.firsts += field.name().expect("it has one").len() as u64;
        while let Some(data) = field.chunk().await.expect("it is well formed") {
            answer.bytes += data.len() as u64;
        }
    }
    answer
}

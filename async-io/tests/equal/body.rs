//! The bodies of messages: what `input_stream` makes of a connection.

use super::common::Drip;
use super::kinds::{Arrival, said};
use super::machine::{self, Arriving};
use bytes::Bytes;
use futures_core::Stream;
use std::io::{self, ErrorKind, Read};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use tidegate_async_io::core::{
    At, BodyKind, Chunked, ChunkedFault, InputFraming, InputLimits, KeptTrailers, LimitFault,
};
use tidegate_async_io::{Frames, FuturesIo, InFrames, InputStream, Source, TokioIo};
use tidegate_std_io as blocking;

/// The content, how it ended, the trailers, whether the connection may be used again,
/// and what is left of it, which is unknown behind an error: a trailer line may lie
/// in the carry.
type Answer = (
    Vec<u8>,
    Option<String>,
    Vec<(Vec<u8>, Vec<u8>)>,
    bool,
    Option<Vec<u8>>,
);

/// What a body gives by so many bytes at a time.
pub(crate) fn bodies_are_equal(
    input: &[u8],
    arrival: &Arrival<'_>,
    kind: BodyKind,
    limits: &InputLimits,
) {
    let how = format!("{:?}, {arrival:?}", String::from_utf8_lossy(input));
    let expected = core_body(arrival, kind, limits);
    for mut reader in arrival.readers(input) {
        let mut body = blocking::input_stream(&mut reader, kind, limits.clone()).unwrap();
        let mut content = Vec::new();
        let error = body
            .read_to_end(&mut content)
            .err()
            .map(|error| text(&error));
        let (trailers, reuse) = (owned(body.trailers()), body.may_reuse_connection());
        drop(body);
        let left = error.is_none().then(|| reader.left());
        let answer = (content, error, trailers, reuse, left);
        assert_eq!(answer, expected, "blocking, {how}");
    }
    for most in [1, 1000] {
        let body = make::<_, FuturesIo>(arrival.drip(), kind, limits);
        let answer = read(body, most, |body, cx, buf| {
            futures_io::AsyncRead::poll_read(body, cx, buf)
        });
        assert_eq!(with_left(answer, left), expected, "futures, {how}");

        let body = make::<_, TokioIo>(arrival.drip(), kind, limits);
        let answer = read(body, most, tokio_read);
        assert_eq!(with_left(answer, left), expected, "tokio, {how}");

        let frames = || Frames::new(arrival.drip());
        let body = make::<_, InFrames>(frames(), kind, limits);
        let answer = read(body, most, |body, cx, buf| {
            futures_io::AsyncRead::poll_read(body, cx, buf)
        });
        assert_eq!(with_left(answer, frames_left), expected, "frames, {how}");

        let body = make::<_, InFrames>(frames(), kind, limits);
        let answer = read(body, most, tokio_read);
        assert_eq!(with_left(answer, frames_left), expected, "frames, {how}");
    }
    let body = make::<_, InFrames>(Frames::new(arrival.drip()), kind, limits);
    let answer = with_left(collect(body), frames_left);
    assert_eq!(answer, expected, "stream, {how}");
}

fn make<R: Source<K>, K>(source: R, kind: BodyKind, limits: &InputLimits) -> InputStream<R, K> {
    InputStream::new(source, kind, limits.clone()).unwrap()
}

fn owned<'a>(trailers: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Vec<(Vec<u8>, Vec<u8>)> {
    trailers
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect()
}

fn text(error: &io::Error) -> String {
    said::<ChunkedFault>(error)
}

/// The framing by a machine, and then what the limit says of the content.
fn core_body(arrival: &Arrival<'_>, kind: BodyKind, limits: &InputLimits) -> Answer {
    let mut arriving = Arriving::new(arrival);
    let (limit, decoder) = match limits.framing(kind).unwrap() {
        InputFraming::Plain(limit) => return core_plain(arriving.within(limit)),
        InputFraming::Chunked(limit, decoder) => (limit, decoder),
    };
    let (mut content, mut error, mut trailers) = (Vec::new(), None, KeptTrailers::default());
    machine::each(decoder, &mut arriving, |item| match item {
        Ok(token) => {
            if let Chunked::Data(data) = token {
                content.extend_from_slice(data);
            }
            trailers.data_or_push(token);
        }
        Err(failed) => error = Some(text(&failed)),
    });
    if content.len() as u64 > limit.max() {
        content.truncate(limit.max() as usize);
        let fault = LimitFault::TooLarge { limit: limit.max() };
        let offset = limit.max();
        error = Some(text(&At { offset, fault }.into()));
    }
    let is_whole = error.is_none();
    let left = is_whole.then(|| arriving.rest());
    let kept = if is_whole {
        owned(trailers.iter())
    } else {
        Vec::new()
    };
    (content, error, kept, is_whole, left)
}

fn core_plain(mut arriving: Arriving<'_>) -> Answer {
    let mut content = Vec::new();
    let error = loop {
        match arriving.look() {
            Ok([]) => break None,
            Ok(window) => {
                content.extend_from_slice(window);
                arriving.take(window.len());
            }
            Err(error) => break Some(text(&error)),
        }
    };
    let reuse = arriving.is_complete();
    let left = error.is_none().then(|| arriving.rest());
    (content, error, Vec::new(), reuse, left)
}

type ReadOf<R> = (Vec<u8>, Option<String>, Vec<(Vec<u8>, Vec<u8>)>, bool, R);

fn with_left<R>(read: ReadOf<R>, left: impl FnOnce(R) -> Vec<u8>) -> Answer {
    let (content, error, trailers, reuse, source) = read;
    let left = error.is_none().then(|| left(source));
    (content, error, trailers, reuse, left)
}

fn left(source: Drip) -> Vec<u8> {
    source.rest()
}

fn frames_left(frames: Frames<Drip>) -> Vec<u8> {
    let (drip, frame) = frames.into_parts();
    [&frame[..], &drip.rest()].concat()
}

fn tokio_read<B: tokio::io::AsyncRead>(
    body: Pin<&mut B>,
    cx: &mut Context<'_>,
    buf: &mut [u8],
) -> Poll<io::Result<usize>> {
    let mut buf = tokio::io::ReadBuf::new(buf);
    body.poll_read(cx, &mut buf).map_ok(|()| buf.filled().len())
}

fn read<R: Source<K>, K>(
    mut body: InputStream<R, K>,
    most: usize,
    poll_read: impl Fn(
        Pin<&mut InputStream<R, K>>,
        &mut Context<'_>,
        &mut [u8],
    ) -> Poll<io::Result<usize>>,
) -> ReadOf<R> {
    let mut cx = Context::from_waker(Waker::noop());
    let mut buf = vec![0; most];
    let mut content = Vec::new();
    let mut once = |content: &mut Vec<u8>| loop {
        match poll_read(Pin::new(&mut body), &mut cx, &mut buf) {
            Poll::Pending => {}
            Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
            Poll::Ready(Err(error)) => return Err(text(&error)),
            Poll::Ready(Ok(len)) => {
                content.extend_from_slice(&buf[..len]);
                return Ok(len);
            }
        }
    };
    let error = loop {
        match once(&mut content) {
            Ok(0) => break None,
            Ok(_) => {}
            Err(error) => break Some(error),
        }
    };
    let again = once(&mut content);
    assert_eq!(again, error.clone().map_or(Ok(0), Err), "it sticks");
    finish(body, content, error)
}

fn collect(mut body: InputStream<Frames<Drip>, InFrames>) -> ReadOf<Frames<Drip>> {
    let mut cx = Context::from_waker(Waker::noop());
    let mut content = Vec::new();
    let mut next = || loop {
        let next: Poll<Option<io::Result<Bytes>>> = Pin::new(&mut body).poll_next(&mut cx);
        match next {
            Poll::Pending => {}
            Poll::Ready(Some(Err(error))) if error.kind() == ErrorKind::Interrupted => {}
            Poll::Ready(next) => return next,
        }
    };
    let error = loop {
        match next() {
            None => break None,
            Some(Ok(data)) => {
                assert!(!data.is_empty());
                content.extend(data);
            }
            Some(Err(error)) => break Some(text(&error)),
        }
    };
    finish(body, content, error)
}

fn finish<R: Source<K>, K>(
    body: InputStream<R, K>,
    content: Vec<u8>,
    error: Option<String>,
) -> ReadOf<R> {
    let (trailers, reuse) = (owned(body.trailers()), body.may_reuse_connection());
    (content, error, trailers, reuse, body.into_inner())
}

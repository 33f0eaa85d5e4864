//! `input_stream`: the same content, trailers and faults as the blocking one, and
//! what follows the body left alone.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{Drip, cuts, poll_once, said};
use futures::executor::block_on;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read};
use std::pin::Pin;
use std::task::Poll;
use tidegate_async_io::core::{BodyKind, ChunkedFault, InputLimits, LimitFault};
use tidegate_async_io::{Frames, FuturesIo, InFrames, InputStream, TokioIo};

type Trailer = (Vec<u8>, Vec<u8>);

/// The content, the trailers, whether the connection may be used again, an error,
/// and what is left of the connection.
type Answer = (Vec<u8>, Vec<Trailer>, bool, Option<String>, Vec<u8>);

const NEXT: &[u8] = b"GET / HTTP/1.1\r\n";

fn owned<'a>(trailers: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Vec<Trailer> {
    trailers
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect()
}

fn text(error: &io::Error) -> String {
    let inner = error.get_ref();
    match inner.is_some_and(
        <dyn std::error::Error + Send + Sync>::is::<tidegate_async_io::core::At<LimitFault>>,
    ) {
        true => said::<LimitFault>(error),
        false => said::<ChunkedFault>(error),
    }
}

fn blocking(connection: &[u8], kind: BodyKind, limits: &InputLimits) -> Answer {
    let mut rest = connection;
    let mut body = tidegate_std_io::input_stream(&mut rest, kind, limits.clone()).unwrap();
    let mut content = Vec::new();
    let error = body.read_to_end(&mut content).err();
    let (trailers, reuse) = (owned(body.trailers()), body.may_reuse_connection());
    drop(body);
    (
        content,
        trailers,
        reuse,
        error.as_ref().map(text),
        rest.to_vec(),
    )
}

/// Reads so many bytes at a time, and drops every future where it is pending.
macro_rules! read {
    ($source:expr, $kind:ty, $buffered:path, $body:expr, $limits:expr, $most:expr) => {{
        use $buffered as Buffered;
        let mut body = InputStream::<_, $kind>::new($source, $body, $limits.clone()).unwrap();
        let mut content = Vec::new();
        let error = loop {
            let shown = poll_once(poll_fn(|cx| {
                Buffered::poll_fill_buf(Pin::new(&mut body), cx).map_ok(|shown| {
                    let len = shown.len().min($most);
                    content.extend_from_slice(&shown[..len]);
                    len
                })
            }));
            match shown {
                Poll::Pending => {}
                Poll::Ready(Ok(0)) => break None,
                Poll::Ready(Ok(len)) => Buffered::consume(Pin::new(&mut body), len),
                Poll::Ready(Err(error)) => break Some(error),
            }
        };
        if let Some(error) = &error {
            let again = poll_once(poll_fn(|cx| {
                Buffered::poll_fill_buf(Pin::new(&mut body), cx).map_ok(<[u8]>::len)
            }));
            assert!(matches!(again, Poll::Ready(Err(again)) if again.to_string() == error.to_string()));
        }
        let (trailers, reuse) = (owned(body.trailers()), body.may_reuse_connection());
        (content, trailers, reuse, error.as_ref().map(text), body.into_inner())
    }};
}

fn check(connection: &[u8], kind: BodyKind, limits: &InputLimits) {
    let expected = blocking(connection, kind, limits);
    let name = String::from_utf8_lossy(connection);
    for cut in cuts(connection) {
        for most in [1, 1000] {
            let drip = || Drip::new(&cut);
            let frames = || Frames::new(drip());
            let answers = [
                with_rest(read!(
                    drip(),
                    FuturesIo,
                    futures_io::AsyncBufRead,
                    kind,
                    limits,
                    most
                )),
                with_rest(read!(
                    drip(),
                    TokioIo,
                    tokio::io::AsyncBufRead,
                    kind,
                    limits,
                    most
                )),
                frames_rest(read!(
                    frames(),
                    InFrames,
                    tokio::io::AsyncBufRead,
                    kind,
                    limits,
                    most
                )),
                frames_rest(read!(
                    frames(),
                    InFrames,
                    futures_io::AsyncBufRead,
                    kind,
                    limits,
                    most
                )),
                as_stream(frames(), kind, limits),
            ];
            for (way, answer) in answers.iter().enumerate() {
                assert_eq!(answer.0, expected.0, "{name:?}, {way}");
                assert_eq!(answer.1, expected.1, "{name:?}, {way}");
                assert_eq!(
                    (answer.2, &answer.3),
                    (expected.2, &expected.3),
                    "{name:?}, {way}"
                );
                // Behind an error a trailer line may lie in the carry.
                if expected.3.is_none() {
                    assert_eq!(answer.4, expected.4, "{name:?}, {way}");
                }
            }
        }
    }
}

type ReadOf<R> = (Vec<u8>, Vec<Trailer>, bool, Option<String>, R);

fn with_rest(read: ReadOf<Drip>) -> Answer {
    (read.0, read.1, read.2, read.3, read.4.rest())
}

fn frames_rest(read: ReadOf<Frames<Drip>>) -> Answer {
    let (drip, frame) = read.4.into_parts();
    let rest = [&frame[..], &drip.rest()].concat();
    (read.0, read.1, read.2, read.3, rest)
}

fn as_stream(frames: Frames<Drip>, kind: BodyKind, limits: &InputLimits) -> Answer {
    use futures::Stream;
    let mut body = InputStream::<_, InFrames>::new(frames, kind, limits.clone()).unwrap();
    let mut content = Vec::new();
    let error = loop {
        match poll_once(poll_fn(|cx| Pin::new(&mut body).poll_next(cx))) {
            Poll::Pending => {}
            Poll::Ready(None) => break None,
            Poll::Ready(Some(Ok(data))) => content.extend(data),
            Poll::Ready(Some(Err(error))) => break Some(text(&error)),
        }
    };
    let (trailers, reuse) = (owned(body.trailers()), body.may_reuse_connection());
    frames_rest((content, trailers, reuse, error, body.into_inner()))
}

#[test]
fn chunked_bodies_are_those_of_the_blocking_one() {
    for body in [
        &b"5\r\nhello\r\n0\r\n\r\n"[..],
        b"0\r\n\r\n",
        b"1\r\na\r\n2;x=y\r\nbc\r\n0\r\nX-Sum: 42\r\nY:\r\n\r\n",
        b"0000a\r\n0123456789\r\n0\r\n\r\n",
        b"5\r\nhelloX",
        b"5\r\nhello\n0\r\n\r\n",
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"\r\n",
        b"2\r\nab\r\n0\r\nbad trailer\r\n\r\n",
    ] {
        for limits in [
            InputLimits::new(),
            InputLimits::new().max_length(5),
            InputLimits::new().max_length(2),
        ] {
            check(&[body, NEXT].concat(), BodyKind::Chunked, &limits);
            check(&body[..body.len() - 1], BodyKind::Chunked, &limits);
        }
    }
}

#[test]
fn other_bodies_are_those_of_the_blocking_one() {
    let limits = InputLimits::new().max_length(7);
    for kind in [
        BodyKind::Length(0),
        BodyKind::Length(5),
        BodyKind::Length(7),
        BodyKind::Empty,
        BodyKind::UntilClose,
    ] {
        for connection in [&b""[..], b"hello", b"hello, world", b"seven b"] {
            check(connection, kind, &limits);
        }
    }
}

#[test]
fn what_announces_to_be_too_long_is_refused() {
    let limits = InputLimits::new().max_length(4);
    let mut connection = &b"hello"[..];
    let refused =
        tidegate_async_io::tokio::input_stream(&mut connection, BodyKind::Length(5), limits);
    assert_eq!(
        refused.unwrap_err().fault,
        LimitFault::TooLarge { limit: 4 }
    );
    assert_eq!(connection, b"hello");
}

#[test]
fn an_error_of_the_connection_is_passed_on_and_no_end() {
    for cut in cuts(b"5\r\nhel") {
        let drip = Drip::failing(&cut, ErrorKind::ConnectionReset);
        let limits = InputLimits::new();
        let read = read!(
            drip.clone(),
            TokioIo,
            tokio::io::AsyncBufRead,
            BodyKind::Chunked,
            limits,
            9
        );
        assert_eq!((&read.0[..], read.2), (&b"hel"[..], false));
        assert_eq!(read.3.as_deref(), Some("ConnectionReset"));
    }
}

#[test]
fn a_body_is_drained_as_far_as_is_said() {
    let body = b"5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n";
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    for (max, expected) in [(0, false), (7, false), (8, true), (99, true)] {
        let limits = InputLimits::new();
        let mut whole =
            tidegate_async_io::futures::input_stream(&body[..], BodyKind::Chunked, limits.clone())
                .unwrap();
        assert_eq!(block_on(whole.drain(max)).unwrap(), expected, "{max}");
        assert_eq!(whole.may_reuse_connection(), expected);
        assert_eq!(whole.position(), max.min(8));
        // Dropped wherever it is pending, it gets there all the same.
        let drip = Drip::new(&bytes);
        let mut dripping =
            InputStream::<_, FuturesIo>::new(drip, BodyKind::Chunked, limits).unwrap();
        while poll_once(dripping.drain(99)).is_pending() {}
        assert!(dripping.may_reuse_connection());
    }
}

#[test]
fn content_within_a_frame_is_no_copy() {
    let frame = bytes::Bytes::from_static(b"5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n");
    let range = frame.as_ptr_range();
    let stream = futures::stream::iter([Ok::<_, io::Error>(frame.clone())]);
    let limits = InputLimits::new();
    let body = tidegate_async_io::frames::input_stream(stream, BodyKind::Chunked, limits).unwrap();
    let content: Vec<_> = futures::executor::block_on_stream(body)
        .map(Result::unwrap)
        .collect();
    assert_eq!(content, ["hello", "abc"]);
    assert!(content.iter().all(|data| range.contains(&data.as_ptr())));
}

#[test]
fn they_may_be_sent_to_another_thread() {
    fn check<T: Send + Sync + Unpin>(_: &T) {}
    fn sends<T: Send>(_: &T) {}
    let limits = InputLimits::new();
    let mut body =
        tidegate_async_io::tokio::input_stream(&b""[..], BodyKind::Chunked, limits).unwrap();
    check(&body);
    sends(&body.drain(0));
}

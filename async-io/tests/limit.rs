//! `LimitedStream`: a body is whole, cut short or too long, and says so.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{Drip, cuts, poll_once, said};
use futures_core::Stream;
use std::io::ErrorKind;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use tidegate_async_io::core::LimitFault;
use tidegate_async_io::{Frames, FuturesIo, InFrames, LimitedStream, Source, TokioIo};

/// All that is handed out, taken a byte at a time.
fn read<R: Source<K>, K>(mut body: LimitedStream<R, K>) -> (Vec<u8>, Option<String>)
where
    LimitedStream<R, K>: Source<K>,
{
    let mut cx = Context::from_waker(Waker::noop());
    let mut all = Vec::new();
    loop {
        match Source::poll_fill_buf(&mut body, &mut cx) {
            Poll::Pending => {}
            Poll::Ready(Ok([])) => return (all, None),
            Poll::Ready(Ok(window)) => {
                all.push(window[0]);
                Source::consume(&mut body, 1);
            }
            Poll::Ready(Err(error)) => return (all, Some(said::<LimitFault>(&error))),
        }
    }
}

/// The same as a stream.
fn frames(mut body: LimitedStream<Frames<Drip>, InFrames>) -> (Vec<u8>, Option<String>) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut all = Vec::new();
    loop {
        match Pin::new(&mut body).poll_next(&mut cx) {
            Poll::Pending => {}
            Poll::Ready(None) => return (all, None),
            Poll::Ready(Some(Ok(frame))) => all.extend(frame),
            Poll::Ready(Some(Err(error))) => return (all, Some(said::<LimitFault>(&error))),
        }
    }
}

fn both(make: impl Fn(Drip) -> (Vec<u8>, Option<String>), expected: (&[u8], Option<&str>)) {
    for cut in cuts(b"hello") {
        let (all, error) = make(Drip::new(&cut));
        assert_eq!(all, expected.0);
        match (error, expected.1) {
            (None, None) => {}
            (Some(error), Some(part)) => assert!(error.contains(part), "{error}"),
            (error, part) => panic!("{error:?} instead of {part:?}"),
        }
    }
}

#[test]
fn bodies_of_exact_length() {
    for (length, expected) in [
        (0, (&b""[..], None)),
        (3, (b"hel", None)),
        (5, (b"hello", None)),
        (
            6,
            (b"hello", Some("Disconnected { expected: 6, received: 5 }")),
        ),
    ] {
        both(
            |drip| read(LimitedStream::<_, FuturesIo>::exact(drip, length)),
            expected,
        );
        both(
            |drip| read(LimitedStream::<_, TokioIo>::exact(drip, length)),
            expected,
        );
        both(
            |drip| frames(LimitedStream::exact(Frames::new(drip), length)),
            expected,
        );
    }
}

#[test]
fn bodies_of_any_length_up_to_a_maximum() {
    for (max, expected) in [
        (5, (&b"hello"[..], None)),
        (9, (b"hello", None)),
        (4, (b"hell", Some("TooLarge"))),
        (0, (b"", Some("TooLarge"))),
    ] {
        both(
            |drip| read(LimitedStream::<_, FuturesIo>::at_most(drip, max)),
            expected,
        );
        both(
            |drip| read(LimitedStream::<_, TokioIo>::at_most(drip, max)),
            expected,
        );
        both(
            |drip| frames(LimitedStream::at_most(Frames::new(drip), max)),
            expected,
        );
    }
}

#[test]
fn what_follows_the_body_stays_in_the_source() {
    use tokio::io::AsyncReadExt;

    let mut connection = &b"hello, and the next request"[..];
    let mut body = tidegate_async_io::tokio::LimitedStream::exact(&mut connection, 5);
    let mut all = Vec::new();
    let read = ::futures::executor::block_on(body.read_to_end(&mut all));
    assert_eq!((read.unwrap(), &all[..]), (5, &b"hello"[..]));
    assert!(body.may_reuse_connection() && body.is_exhausted());
    assert_eq!(connection, b", and the next request");
}

#[test]
fn a_read_as_futures_do_it() {
    use ::futures::AsyncReadExt;

    let mut body = tidegate_async_io::futures::LimitedStream::at_most(&b"hello"[..], 4);
    let mut all = Vec::new();
    let error = ::futures::executor::block_on(body.read_to_end(&mut all)).unwrap_err();
    assert_eq!(
        (error.kind(), &all[..]),
        (ErrorKind::FileTooLarge, &b"hell"[..])
    );
    let again = poll_once(body.read(&mut [0; 4]));
    assert!(matches!(again, Poll::Ready(Err(_))), "it sticks");
}

//! `input_stream`: what it refuses, drains and shares. That its content, trailers and
//! faults are those of the blocking one, the table of `equal` says.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod common;

use common::{Drip, poll_once};
use futures::executor::block_on;
use std::io;
use tidegate_async_io::core::{BodyKind, InputLimits, LimitFault};
use tidegate_async_io::{FuturesIo, InputStream};

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

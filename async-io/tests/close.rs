//! `ClosingStream`: told once, at the end, at an error, or when it is dropped.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod common;

use bytes::Bytes;
use common::{Drip, cuts, poll_once};
use futures::executor::block_on;
use futures::stream::FusedStream;
use futures::{Stream, StreamExt};
use http_body::Body;
use http_body_util::{BodyExt, Full, StreamBody};
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use tidegate_async_io::ClosingStream;
use tidegate_async_io::core::{Closed, Outcome};

/// What was told, and when.
type Log = Arc<Mutex<Vec<Closed>>>;

fn closed(outcome: Outcome, bytes: u64) -> Closed {
    Closed { outcome, bytes }
}

/// Takes so many items, drops whatever future is pending, and then the stream.
fn told(stream: impl Stream<Item = io::Result<Bytes>> + Unpin, items: usize) -> Vec<Closed> {
    let log = Log::default();
    let told = Arc::clone(&log);
    let mut stream = ClosingStream::new(stream).on_close(move |it| told.lock().unwrap().push(*it));
    let mut taken = 0;
    while taken < items && !stream.is_terminated() {
        if let Poll::Ready(item) = poll_once(stream.next()) {
            taken += 1;
            if !matches!(item, Some(Ok(_))) {
                assert_eq!(log.lock().unwrap().len(), 1, "at once");
                // And it stays over; `Drip` panics if it is asked again.
                assert!(matches!(poll_once(stream.next()), Poll::Ready(None)));
            }
        }
    }
    drop(stream);
    log.lock().unwrap().clone()
}

#[test]
fn a_stream_is_closed_once_however_it_ends() {
    for cut in cuts(b"hello") {
        let all = told(Drip::new(&cut), usize::MAX);
        assert_eq!(all, [closed(Outcome::Finished, 5)]);
        let failing = Drip::failing(&cut, ErrorKind::ConnectionReset);
        assert_eq!(told(failing, usize::MAX), [closed(Outcome::Failed, 5)]);
        assert_eq!(told(Drip::new(&cut), 0), [closed(Outcome::Dropped, 0)]);
        let first = cut[0].len() as u64;
        assert_eq!(told(Drip::new(&cut), 1), [closed(Outcome::Dropped, first)]);
    }
}

#[test]
fn what_was_promised_is_finished_without_its_end() {
    for (promised, outcome) in [(5, Outcome::Finished), (6, Outcome::Dropped)] {
        let mut log = None;
        let stream = ClosingStream::new(futures::stream::iter([Ok::<_, io::Error>("hello")]));
        let mut stream = stream.promised(promised).on_close(|it| log = Some(*it));
        block_on(stream.next());
        drop(stream);
        assert_eq!(log, Some(closed(outcome, 5)));
    }
}

/// The stream goes before the guards, and those before nobody knows.
#[test]
fn a_guard_is_kept_until_then() {
    let guard = Arc::new(());
    let stream = futures::stream::iter([Ok::<_, io::Error>("hello")]);
    let mut stream = ClosingStream::new(stream).guard(Arc::clone(&guard));
    assert!(block_on(stream.next()).is_some());
    assert_eq!(Arc::strong_count(&guard), 2);
    assert!(block_on(stream.next()).is_none());
    assert_eq!(Arc::strong_count(&guard), 1);
    assert!(stream.get_ref().is_none());
}

#[test]
fn a_body_of_known_size_is_over_with_its_last_byte() {
    for (size, frames, outcome) in [
        (5, 1, Outcome::Finished),
        (5, 0, Outcome::Dropped),
        (0, 0, Outcome::Finished),
    ] {
        let mut log = None;
        let body = Full::new(Bytes::from(vec![0; size]));
        let mut body = ClosingStream::for_body(body).on_close(|it| log = Some(*it));
        assert_eq!(body.size_hint().exact(), Some(size as u64));
        assert_eq!(body.is_end_stream(), size == 0);
        for _ in 0..frames {
            block_on(body.frame()).unwrap().unwrap();
            assert!(body.is_end_stream());
            assert_eq!(body.size_hint().exact(), Some(0));
        }
        drop(body);
        let bytes = if frames > 0 { size as u64 } else { 0 };
        assert_eq!(log, Some(closed(outcome, bytes)));
    }
}

#[test]
fn a_body_is_closed_at_its_end_and_at_an_error() {
    for (kind, outcome) in [
        (None, Outcome::Finished),
        (Some(ErrorKind::Other), Outcome::Failed),
    ] {
        let mut log = None;
        let items = [Ok(http_body::Frame::data(Bytes::from("hello")))];
        let failure = kind.map(|kind| Err(io::Error::from(kind)));
        let body = StreamBody::new(futures::stream::iter(items.into_iter().chain(failure)));
        let mut body = ClosingStream::for_body(body).on_close(|it| log = Some(*it));
        while let Some(frame) = block_on(body.frame()) {
            if frame.is_err() {
                break;
            }
        }
        assert!(block_on(body.frame()).is_none());
        drop(body);
        assert_eq!(log, Some(closed(outcome, 5)));
    }
}

#[test]
fn the_trailers_of_a_body_come_through() {
    let mut trailers = http::HeaderMap::new();
    trailers.insert("x-sum", "1".parse().unwrap());
    let body = Full::new(Bytes::from("hello"));
    let body = body.with_trailers(Box::pin(async { Some(Ok(trailers)) }));
    let mut log = None;
    let body = ClosingStream::for_body(body).on_close(|it| log = Some(*it));
    let all = block_on(body.collect()).unwrap();
    assert!(all.trailers().is_some());
    assert_eq!(log, Some(closed(Outcome::Finished, 5)));
}

#[test]
fn they_may_be_sent_to_another_thread() {
    fn check<T: Send + Sync + Unpin>(_: &T) {}
    check(&ClosingStream::new(Drip::new(&[])).on_close(|_| {}));
}

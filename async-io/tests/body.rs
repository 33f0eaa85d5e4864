//! Bodies of http-body: limited with their trailers and sizes, and as sources.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod common;

use bytes::Bytes;
use common::{cuts, said};
use futures::executor::block_on;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use tidegate_async_io::Frames;
use tidegate_async_io::body::{LimitedStream, Multipart};
use tidegate_async_io::core::{Boundary, Decoder, LimitFault};

/// Data, and trailers or an error behind them, each after a `Pending`; nobody may
/// ask behind the end.
#[derive(Clone, Debug)]
struct Script {
    data: VecDeque<Bytes>,
    trailers: Option<HeaderMap>,
    error: Option<ErrorKind>,
    /// It says how long it is, and that it is at its end.
    says: bool,
    pending: bool,
    ended: bool,
}

impl Script {
    fn new(data: &[&[u8]]) -> Self {
        Self {
            data: data.iter().map(|it| Bytes::copy_from_slice(it)).collect(),
            trailers: None,
            error: None,
            says: false,
            pending: false,
            ended: false,
        }
    }

    fn trailers(mut self) -> Self {
        let mut trailers = HeaderMap::new();
        trailers.insert("x-sum", "1".parse().unwrap());
        self.trailers = Some(trailers);
        self
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        assert!(!this.ended, "it was asked behind its end");
        this.pending = !this.pending;
        if this.pending {
            return Poll::Pending;
        }
        if let Some(data) = this.data.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if let Some(kind) = this.error {
            this.ended = true;
            return Poll::Ready(Some(Err(kind.into())));
        }
        if let Some(trailers) = this.trailers.take() {
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        this.ended = true;
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.says && self.data.is_empty() && self.trailers.is_none() && self.error.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.says {
            true => SizeHint::with_exact(self.data.iter().map(|it| it.len() as u64).sum()),
            false => SizeHint::new(),
        }
    }
}

/// Data, whether trailers came, and an error.
type Answer = (Vec<u8>, bool, Option<String>);

/// Reads it to its end or an error, and holds it to what it says of itself.
fn read(mut body: LimitedStream<Script>) -> Answer {
    let mut cx = Context::from_waker(Waker::noop());
    let (mut data, mut trailers) = (Vec::new(), false);
    let mut hints = Vec::new();
    let error = loop {
        let is_end = body.is_end_stream();
        hints.push((data.len() as u64, body.size_hint()));
        match Pin::new(&mut body).poll_frame(&mut cx) {
            Poll::Pending => {}
            Poll::Ready(None) => break None,
            Poll::Ready(Some(Err(error))) => {
                assert!(!is_end && !body.is_end_stream());
                let Poll::Ready(Some(Err(again))) = Pin::new(&mut body).poll_frame(&mut cx) else {
                    panic!("it does not stick")
                };
                assert_eq!(again.to_string(), error.to_string());
                break Some(said::<LimitFault>(&error));
            }
            Poll::Ready(Some(Ok(frame))) => {
                assert!(!is_end && !trailers);
                match frame.into_data() {
                    Ok(some) => data.extend(some),
                    Err(frame) => trailers = frame.is_trailers(),
                }
            }
        }
    };
    if error.is_none() {
        for (position, hint) in hints {
            let left = data.len() as u64 - position;
            assert!(hint.lower() <= left, "{hint:?}, {left}");
            let upper = hint.upper();
            // Of a maximum that is reached nobody knows whether it is passed.
            assert!(upper.map_or(left == 0, |upper| left <= upper), "{hint:?}");
        }
    }
    (data, trailers, error)
}

#[test]
fn bodies_are_as_long_as_they_may_be() {
    let short = "Disconnected { expected: 6, received: 5 }";
    for (exact, limit, expected) in [
        (true, 5, (&b"hello"[..], true, None)),
        (true, 6, (b"hello", false, Some(short))),
        (true, 3, (b"hel", false, None)),
        (false, 5, (b"hello", true, None)),
        (false, 9, (b"hello", true, None)),
        (false, 4, (b"hell", false, Some("TooLarge { limit: 4 }"))),
        (false, 0, (b"", false, Some("TooLarge { limit: 0 }"))),
    ] {
        for cut in cuts(b"hello") {
            for says in [false, true] {
                for with_trailers in [false, true] {
                    let mut body = Script {
                        says,
                        ..Script::new(&cut)
                    };
                    if with_trailers {
                        body = body.trailers();
                    }
                    let frames = Frames::of_body(body);
                    let (data, trailers, error) = read(match exact {
                        true => LimitedStream::exact(frames, limit),
                        false => LimitedStream::at_most(frames, limit),
                    });
                    assert_eq!(data, expected.0);
                    assert_eq!(trailers, expected.1 && with_trailers, "{limit}");
                    match (error, expected.2) {
                        (None, None) => {}
                        (Some(error), Some(part)) => assert!(error.contains(part), "{error}"),
                        (error, part) => panic!("{error:?} instead of {part:?}"),
                    }
                }
            }
        }
    }
}

#[test]
fn an_error_of_the_body_comes_behind_its_data_and_again() {
    for cut in cuts(b"hello") {
        let body = Script {
            error: Some(ErrorKind::ConnectionReset),
            ..Script::new(&cut)
        };
        let (data, trailers, error) = read(LimitedStream::at_most(Frames::of_body(body), 9));
        assert_eq!((&data[..], trailers), (&b"hello"[..], false));
        assert_eq!(error.as_deref(), Some("ConnectionReset"));
    }
}

#[test]
fn the_size_of_an_exact_length_is_exact() {
    let frames = || Frames::of_body(Script::new(&[b"hello"]));
    let exact = LimitedStream::exact(frames(), 7);
    assert_eq!(exact.size_hint().exact(), Some(7));
    let open = LimitedStream::at_most(frames(), 7).size_hint();
    assert_eq!((open.lower(), open.upper()), (0, Some(7)));
    let known = |max| {
        LimitedStream::at_most(Frames::of_body(Full::<Bytes>::from("hello")), max).size_hint()
    };
    assert_eq!(known(7).exact(), Some(5));
    assert_eq!(known(5).exact(), Some(5));
    let empty = LimitedStream::at_most(Frames::of_body(Full::<Bytes>::from("")), 3);
    assert!(empty.is_end_stream());
    let missing = LimitedStream::exact(Frames::of_body(Full::<Bytes>::from("")), 3);
    assert!(!missing.is_end_stream(), "its end is an error");
}

/// A server or a client announces an exact size, takes so many bytes and asks for no
/// more: what is cut off at a maximum must not be whole for it.
#[test]
fn what_is_too_long_is_never_announced_as_whole() {
    let announced = |mut body: LimitedStream<Script>| {
        let mut cx = Context::from_waker(Waker::noop());
        let mut taken = 0;
        loop {
            // At whichever frame somebody begins to send it on.
            assert_ne!(body.size_hint().exact(), Some(3 - taken), "{taken} taken");
            match Pin::new(&mut body).poll_frame(&mut cx) {
                Poll::Pending => {}
                Poll::Ready(frame) => match frame.unwrap() {
                    Ok(frame) => taken += frame.data_ref().unwrap().len() as u64,
                    Err(error) => return assert_eq!(error.kind(), ErrorKind::FileTooLarge),
                },
            }
        }
    };
    for cut in cuts(b"hello") {
        for says in [false, true] {
            let body = Script {
                says,
                ..Script::new(&cut)
            };
            announced(LimitedStream::at_most(Frames::of_body(body), 3));
        }
    }
    // Not even that it is empty.
    let chunked = Frames::of_body(Script::new(&[b"hello"]));
    assert_eq!(LimitedStream::at_most(chunked, 0).size_hint().exact(), None);
    let long = Full::<Bytes>::from("hello");
    let long = LimitedStream::at_most(Frames::of_body(long), 3);
    assert_eq!(long.size_hint().exact(), Some(5));
}

/// A frame that is whole within the limit is handed on as it is.
#[test]
fn frames_are_not_copied() {
    let frame = Bytes::from_static(b"hello, world");
    let range = frame.as_ptr_range();
    let mut body = LimitedStream::exact(Frames::of_body(Full::new(frame.clone())), 5);
    let data = block_on(body.frame())
        .unwrap()
        .unwrap()
        .into_data()
        .unwrap();
    assert_eq!(data, "hello");
    assert_eq!(data.as_ptr(), range.start);
    assert!(block_on(body.frame()).is_none());
    assert_eq!(body.into_inner().into_parts().1, ", world");
}

#[test]
fn the_parts_of_a_body_and_its_trailers() {
    let body = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ndata\r\n--b--";
    for cut in cuts(body) {
        let script = Script::new(&cut).trailers();
        let decoder = Decoder::form_data(Boundary::new("b").unwrap());
        let mut multipart = Multipart::new(Frames::of_body(script), decoder);
        let mut all = Vec::new();
        loop {
            let Poll::Ready(part) = common::poll_once(multipart.next_part()) else {
                continue;
            };
            let Some(mut part) = part.unwrap() else { break };
            loop {
                match common::poll_once(part.next_data()) {
                    Poll::Pending => {}
                    Poll::Ready(None) => break,
                    Poll::Ready(Some(data)) => all.extend(data.unwrap()),
                }
            }
        }
        assert_eq!(all, b"data");
        assert!(multipart.get_ref().get_ref().trailers().is_some());
    }
}

#[test]
fn they_may_be_sent_to_another_thread() {
    fn check<T: Send + Sync + Unpin>(_: &T) {}
    check(&LimitedStream::exact(
        Frames::of_body(Full::<Bytes>::from("")),
        0,
    ));
}

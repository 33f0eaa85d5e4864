//! `Form`: the body that the blocking one writes, by every way, with its exact
//! length; and no body that broke looks whole.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod common;

use bytes::Bytes;
use common::{Drip, cuts, poll_once};
use futures::executor::{block_on, block_on_stream};
use http_body::Body;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use tidegate_async_io::core::{
    Boundary, FormError, FormFault, FormProgress, MultipartKind, PartHead,
};
use tidegate_async_io::{Form, FormBody, PartBody};

fn boundary() -> Boundary {
    Boundary::new("b").unwrap()
}

fn long() -> Vec<u8> {
    (0..=255).cycle().take(100_000).collect()
}

/// What is read in other pieces than it is given in.
const READ: &[u8] = b"read piece by piece";

/// Of each kind of part one, with a source of these pieces.
fn form(pieces: &[&[u8]], promise: bool) -> FormBody {
    let len = READ.len() as u64;
    let part = |body: PartBody| match promise {
        true => body.with_len(len),
        false => body,
    };
    let mut form = Form::with_boundary(boundary());
    form.text("title", "Tide")
        .text("long", String::from_utf8(vec![b'x'; 1000]).unwrap())
        .bytes("small", &b"\0\r\n"[..])
        .part(
            PartHead::form_data("f").filename("a\"b"),
            part(PartBody::stream(Drip::new(pieces))),
        )
        .part(PartHead::form_data("big"), long())
        .part(
            PartHead::form_data("t"),
            part(PartBody::tokio_reader(Slices::new(pieces))),
        )
        .part(
            PartHead::form_data("u"),
            part(PartBody::futures_reader(Slices::new(pieces))),
        );
    form.finish().unwrap()
}

/// The same as the blocking crate writes it.
fn expected() -> Vec<u8> {
    let mut form = tidegate_std_io::Form::with_boundary(boundary());
    form.text("title", "Tide")
        .text("long", String::from_utf8(vec![b'x'; 1000]).unwrap())
        .bytes("small", &b"\0\r\n"[..])
        .part(PartHead::form_data("f").filename("a\"b"), READ)
        .part(PartHead::form_data("big"), long())
        .part(PartHead::form_data("t"), READ)
        .part(PartHead::form_data("u"), READ);
    let mut body = Vec::new();
    form.finish().unwrap().write_to(&mut body).unwrap();
    body
}

/// A reader of pieces, each behind a `Pending`, that is interrupted now and then.
struct Slices {
    pieces: Vec<Vec<u8>>,
    turn: usize,
}

impl Slices {
    fn new(pieces: &[&[u8]]) -> Self {
        let pieces = pieces.iter().rev().map(|piece| piece.to_vec());
        Self {
            pieces: pieces.filter(|piece| !piece.is_empty()).collect(),
            turn: 0,
        }
    }

    fn poll_some(&mut self, room: &mut [u8]) -> Poll<io::Result<usize>> {
        self.turn += 1;
        match self.turn % 3 {
            1 => return Poll::Pending,
            2 => return Poll::Ready(Err(ErrorKind::Interrupted.into())),
            _ => {}
        }
        let Some(piece) = self.pieces.last_mut() else {
            return Poll::Ready(Ok(0));
        };
        let len = piece.len().min(room.len());
        room[..len].copy_from_slice(&piece[..len]);
        piece.drain(..len);
        if piece.is_empty() {
            self.pieces.pop();
        }
        Poll::Ready(Ok(len))
    }
}

impl futures_io::AsyncRead for Slices {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        room: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_some(room)
    }
}

impl tokio::io::AsyncRead for Slices {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        room: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut some = [0; 64];
        self.get_mut()
            .poll_some(&mut some)
            .map_ok(|len| room.put_slice(&some[..len]))
    }
}

/// All of it, taken by each way in turn, so that each goes on where another was;
/// every future is dropped where it is pending.
fn by_turns(mut body: FormBody) -> (Vec<u8>, Option<io::Error>) {
    use tokio::io::AsyncReadExt as _;
    let mut all = Vec::new();
    let total = body.content_length();
    let mut turn = 0;
    loop {
        turn += 1;
        assert_eq!(body.position(), all.len() as u64);
        if let Some(total) = total {
            let left = total - all.len() as u64;
            assert_eq!(body.content_length(), Some(left));
            assert_eq!(body.size_hint().exact(), Some(left));
        }
        let mut room = [0; 7];
        let taken = match turn % 3 {
            0 => poll_once(body.read(&mut room)).map_ok(|len| room[..len].to_vec()),
            1 => poll_once(futures::AsyncReadExt::read(&mut body, &mut room))
                .map_ok(|len| room[..len].to_vec()),
            _ => poll_once(poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))).map(|frame| {
                let frame = frame.transpose()?;
                Ok(frame.map_or(Vec::new(), |frame| frame.into_data().unwrap().to_vec()))
            }),
        };
        match taken {
            Poll::Pending => {}
            Poll::Ready(Ok(some)) if some.is_empty() => {
                assert!(total.is_none() || body.is_end_stream());
                return (all, None);
            }
            Poll::Ready(Ok(some)) => all.extend(some),
            Poll::Ready(Err(error)) => {
                let again = poll_once(body.read(&mut room));
                assert!(matches!(again, Poll::Ready(Err(_))), "it sticks");
                assert!(!body.is_end_stream());
                return (all, Some(error));
            }
        }
    }
}

#[test]
fn the_body_is_that_of_the_blocking_form() {
    let expected = expected();
    for cut in cuts(READ) {
        for promise in [false, true] {
            let body = form(&cut, promise);
            let length = promise.then_some(expected.len() as u64);
            assert_eq!(body.content_length(), length);
            let (all, error) = by_turns(body);
            assert!(error.is_none(), "{error:?}");
            assert!(all == expected, "{} bytes of {}", all.len(), expected.len());
        }
    }
}

#[test]
fn a_promise_is_kept_or_an_error() {
    for (promised, fault) in [
        (READ.len() as u64 + 1, true),
        (READ.len() as u64 - 1, true),
        (0, true),
        (READ.len() as u64, false),
    ] {
        for cut in cuts(READ) {
            let mut form = Form::with_boundary(boundary());
            let source = PartBody::stream(Drip::new(&cut)).with_len(promised);
            form.bytes("log", source).text("next", "x");
            let (all, error) = by_turns(form.finish().unwrap());
            assert_eq!(error.is_some(), fault, "{promised}");
            assert_eq!(all.ends_with(b"--b--\r\n"), !fault);
            let Some(error) = error else { continue };
            let error: &FormError = error.get_ref().unwrap().downcast_ref().unwrap();
            assert_eq!((error.fault().part(), error.name()), (Some(0), Some("log")));
            let promised_length = match error.fault() {
                FormFault::Short {
                    promised, received, ..
                } => {
                    assert_eq!(received, READ.len() as u64);
                    promised
                }
                FormFault::Long { promised, .. } => promised,
                fault => panic!("{fault:?}"),
            };
            assert_eq!(promised_length, promised);
        }
    }
}

#[test]
fn a_source_that_fails_ends_no_form() {
    for cut in cuts(READ) {
        let mut form = Form::with_boundary(boundary());
        let source = Drip::failing(&cut, ErrorKind::ConnectionReset);
        form.bytes("log", PartBody::stream(source))
            .text("next", "x");
        let (all, error) = by_turns(form.finish().unwrap());
        assert_eq!(error.unwrap().kind(), ErrorKind::ConnectionReset);
        assert!(all.ends_with(READ));
    }
}

#[test]
fn what_lies_in_memory_is_shared() {
    let bytes = Bytes::from(long());
    let mut form = Form::with_boundary(boundary());
    form.bytes("a", bytes.clone()).bytes("b", bytes.clone());
    let frames: Vec<Bytes> = block_on_stream(form.finish().unwrap())
        .map(Result::unwrap)
        .collect();
    let shared = frames
        .iter()
        .filter(|frame| frame.as_ptr() == bytes.as_ptr());
    assert_eq!((frames.len(), shared.count()), (5, 2));
}

#[test]
fn a_body_of_http_is_as_long_as_it_says() {
    let inner = form(&[READ], true);
    let length = inner.content_length().unwrap();
    let mut outer = Form::with_boundary(Boundary::new("outer").unwrap());
    outer.bytes("inner", PartBody::body(inner));
    let outer = outer.finish().unwrap();
    assert!(outer.content_length().is_some_and(|outer| outer > length));
    let (all, error) = by_turns(outer);
    assert!(error.is_none());
    assert!(
        all.windows(expected().len())
            .any(|window| window == expected())
    );
}

#[test]
fn progress_is_told_to_the_last_byte() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut form = Form::with_boundary(boundary());
    form.text("a", "1")
        .bytes("b", long())
        .bytes("c", PartBody::tokio_reader(READ).with_len(19));
    let reports = Arc::clone(&seen);
    form.on_progress(move |progress: FormProgress| reports.lock().unwrap().push(progress));
    let body = form.finish().unwrap();
    let total = body.content_length();
    let (all, _) = by_turns(body);
    let seen = seen.lock().unwrap();
    assert!(
        seen.windows(2)
            .all(|two| two[0].sent < two[1].sent && two[0].part <= two[1].part)
    );
    assert!(seen.iter().all(|progress| progress.total == total));
    assert_eq!(seen.last().unwrap().sent, all.len() as u64);
}

#[test]
fn nothing_is_sent_behind_a_callback_that_panics() {
    let mut form = Form::with_boundary(boundary());
    form.text("a", "1").bytes("b", long());
    form.on_progress(|_| panic!("no more"));
    let mut body = form.finish().unwrap();
    let mut room = [0; 9];
    let read = AssertUnwindSafe(|| block_on(tokio::io::AsyncReadExt::read(&mut body, &mut room)));
    assert!(catch_unwind(read).is_err());
    let (all, error) = by_rest(body);
    assert_eq!(
        (&all[..], error.unwrap().kind()),
        (&b""[..], ErrorKind::Other)
    );
}

fn by_rest(mut body: FormBody) -> (Vec<u8>, Option<io::Error>) {
    let mut all = Vec::new();
    let read = block_on(tokio::io::AsyncReadExt::read_to_end(&mut body, &mut all));
    (all, read.err())
}

#[test]
fn a_boundary_that_occurs_in_a_part_is_refused() {
    let mut form = Form::with_boundary(boundary());
    form.bytes("a", "\r\n--b");
    let error = form.finish().unwrap_err();
    assert_eq!(error.fault(), FormFault::BoundaryInPart { part: 0 });
}

#[test]
fn other_kinds_and_random_boundaries() {
    let mut form = Form::new().unwrap();
    form.kind(MultipartKind::Mixed)
        .part(PartHead::bare(), "text");
    let body = form.finish().unwrap();
    let content_type = body.content_type();
    assert!(
        content_type.starts_with("multipart/mixed; boundary="),
        "{content_type}"
    );
    let other = Form::new().unwrap();
    assert_ne!(other.boundary().as_str(), body.boundary().as_str());
    // And it is read as it was written, from one frame to the next.
    let frames = tidegate_async_io::Frames::new(body);
    let mut parts =
        tidegate_async_io::frames::Multipart::for_type(frames, content_type.as_bytes()).unwrap();
    let part = block_on(parts.next_part()).unwrap().unwrap();
    assert_eq!(block_on(part.text(9)).unwrap(), "text");
}

#[test]
fn they_may_be_sent_and_shared() {
    fn check<T: Send + Sync + Unpin + 'static>(_: &T) {}
    let mut form = Form::new().unwrap();
    // Of what is not `Sync`.
    let stream = futures::stream::unfold(std::cell::Cell::new(0), |cell| async move {
        (cell.get() > 0).then(|| (Ok::<_, io::Error>(Bytes::new()), cell))
    });
    form.bytes("a", PartBody::stream(stream));
    form.on_progress(|_| {});
    check(&form);
    check(&form.finish().unwrap());
}

//! Forms on their way out: the same body from every kind of form and part.

use super::common::poll_once;
use super::kinds::Arrival;
use bytes::Bytes;
use futures_core::Stream;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use tidegate_async_io::core::{Boundary, Encoder, PartHead};
use tidegate_async_io::{Form, FormBody, PartBody};
use tidegate_std_io as blocking;

/// A form with a field that lies in memory, a part that is read, and a field behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(crate) name: &'static str,
    pub(crate) filename: Option<&'static str>,
    /// How long the part is said to be.
    pub(crate) promise: Option<u64>,
}

/// The body, the error that it ended with and what comes behind that, and how long it
/// said to be.
type Answer = (Vec<u8>, Option<[String; 2]>, Option<u64>);

const BOUNDARY: &str = "b";
const FIELD: &str = "in memory";

impl Parts {
    fn head(&self) -> PartHead<'static> {
        let head = PartHead::form_data(self.name);
        match self.filename {
            Some(filename) => head.filename(filename),
            None => head,
        }
    }
}

/// `input` is what the part is read from.
pub(crate) fn forms_are_equal(input: &[u8], arrival: &Arrival<'_>, parts: Parts) {
    let how = format!(
        "{:?}, {arrival:?}, {parts:?}",
        String::from_utf8_lossy(input)
    );
    let whole = core_form(input, parts);
    let breaks =
        arrival.error.is_some() || parts.promise.is_some_and(|len| len != input.len() as u64);
    let mut answers = Vec::new();
    for reader in arrival.readers(input) {
        answers.push(blocking_form(blocking::PartBody::reader(reader), parts));
    }
    for way in [Way::Stream, Way::Futures(7), Way::Tokio(1000)] {
        for part in [
            PartBody::stream(arrival.drip()),
            PartBody::futures_reader(Slices::new(arrival)),
            PartBody::tokio_reader(Slices::new(arrival)),
        ] {
            answers.push(async_form(part, parts, way));
        }
    }
    let expected = answers[0].clone();
    for (way, answer) in answers.iter_mut().enumerate() {
        // A blocking form whose reader timed out may go on; a stream that failed is
        // over, whatever it failed with.
        if let (Some(ErrorKind::TimedOut), Some([_, again])) = (arrival.error, &mut answer.1) {
            again.clone_from(&expected.1.as_ref().unwrap()[1]);
        }
        assert_eq!(answer, &expected, "{how}, {way}");
    }
    let (body, error, length) = expected;
    assert_eq!(error.is_some(), breaks, "{how}");
    match breaks {
        // What came before is sent, and nothing else.
        true => assert!(whole.starts_with(&body), "{how}"),
        false => assert_eq!(body, whole, "{how}"),
    }
    let said = parts
        .promise
        .map(|len| (whole.len() - input.len()) as u64 + len);
    assert_eq!(length, said, "{how}");
}

/// By the encoder alone.
fn core_form(input: &[u8], parts: Parts) -> Vec<u8> {
    let mut encoder = Encoder::new(Boundary::new(BOUNDARY).unwrap());
    let mut body = Vec::new();
    for (head, data) in [
        (PartHead::form_data("first"), FIELD.as_bytes()),
        (parts.head(), input),
        (PartHead::form_data("last"), FIELD.as_bytes()),
    ] {
        body.extend(encoder.part(head).pieces().flatten());
        body.extend(data);
    }
    body.extend(encoder.end().pieces().concat());
    body
}

fn blocking_form(part: blocking::PartBody<'_>, parts: Parts) -> Answer {
    let part = match parts.promise {
        Some(len) => part.with_len(len),
        None => part,
    };
    let mut form = blocking::Form::with_boundary(Boundary::new(BOUNDARY).unwrap());
    form.text("first", FIELD)
        .part(parts.head(), part)
        .text("last", FIELD);
    let mut body = form.finish().unwrap();
    let length = body.content_length();
    let (all, error) = until_it_sticks(|| {
        let mut buf = [0; 50];
        Poll::Ready(body.read(&mut buf).map(|len| buf[..len].to_vec()))
    });
    (all, error, length)
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Stream,
    /// So many bytes a read.
    Futures(usize),
    Tokio(usize),
}

fn async_form(part: PartBody, parts: Parts, way: Way) -> Answer {
    let part = match parts.promise {
        Some(len) => part.with_len(len),
        None => part,
    };
    let mut form = Form::with_boundary(Boundary::new(BOUNDARY).unwrap());
    form.text("first", FIELD)
        .part(parts.head(), part)
        .text("last", FIELD);
    let mut body = form.finish().unwrap();
    let length = body.content_length();
    let (all, error) = until_it_sticks(|| take_some(&mut body, way));
    (all, error, length)
}

fn take_some(body: &mut FormBody, way: Way) -> Poll<io::Result<Vec<u8>>> {
    match way {
        Way::Stream => poll_once(poll_fn(|cx| Pin::new(&mut *body).poll_next(cx))).map(
            |next: Option<io::Result<Bytes>>| {
                next.map_or(Ok(Vec::new()), |some| some.map(Vec::from))
            },
        ),
        Way::Futures(most) => {
            let mut buf = vec![0; most];
            poll_once(futures::AsyncReadExt::read(body, &mut buf)).map_ok(|len| buf[..len].to_vec())
        }
        Way::Tokio(most) => {
            let mut buf = vec![0; most];
            poll_once(tokio::io::AsyncReadExt::read(body, &mut buf))
                .map_ok(|len| buf[..len].to_vec())
        }
    }
}

/// All pieces, until one is empty.
fn until_it_sticks(
    mut next: impl FnMut() -> Poll<io::Result<Vec<u8>>>,
) -> (Vec<u8>, Option<[String; 2]>) {
    let mut next = || loop {
        match next() {
            Poll::Pending => {}
            Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
            Poll::Ready(next) => return next.map_err(|error| format!("{error:?}")),
        }
    };
    let mut all = Vec::new();
    loop {
        match next() {
            Ok(some) if some.is_empty() => {
                assert_eq!(next(), Ok(Vec::new()), "an end sticks");
                return (all, None);
            }
            Ok(some) => all.extend(some),
            Err(error) => {
                let again = next().expect_err("no end behind an error");
                return (all, Some([error, again]));
            }
        }
    }
}

/// The input as a reader of either kind.
#[derive(Clone, Debug)]
struct Slices {
    pieces: VecDeque<Vec<u8>>,
    error: Option<ErrorKind>,
    stutters: bool,
    turn: usize,
}

impl Slices {
    fn new(arrival: &Arrival<'_>) -> Self {
        let pieces = arrival.pieces.iter().filter(|piece| !piece.is_empty());
        Self {
            pieces: pieces.map(|piece| piece.to_vec()).collect(),
            error: arrival.error,
            stutters: arrival.stutters,
            turn: 0,
        }
    }

    fn poll_some(&mut self, mut room: &mut [u8]) -> Poll<io::Result<usize>> {
        self.turn += 1;
        match self.turn % 3 {
            1 => return Poll::Pending,
            2 if self.stutters => return Poll::Ready(Err(ErrorKind::Interrupted.into())),
            _ => {}
        }
        let Some(piece) = self.pieces.front_mut() else {
            return Poll::Ready(self.error.map_or(Ok(0), |kind| Err(kind.into())));
        };
        let len = room.write(piece)?;
        piece.drain(..len);
        if piece.is_empty() {
            self.pieces.pop_front();
        }
        Poll::Ready(Ok(len))
    }
}

impl futures_io::AsyncRead for Slices {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        room: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_some(room)
    }
}

impl tokio::io::AsyncRead for Slices {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        room: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut some = vec![0; room.remaining()];
        let read = self.get_mut().poll_some(&mut some);
        read.map_ok(|len| room.put_slice(&some[..len]))
    }
}

//! Bodies that do what they are told, and rules that only bodies break.

use super::{Told, read};
use bytes::Bytes;
use futures::executor::block_on;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tidegate_async_io::core::validate::{OwnedViolation, Rule};
use tower_layer::Layer;
use tower_service::Service;

/// Frames, each after a `Pending`, an end where there is none, and what is behind.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) frames: VecDeque<io::Result<Frame<Bytes>>>,
    pub(crate) behind: VecDeque<io::Result<Frame<Bytes>>>,
    pub(crate) size: Option<u64>,
    ended: bool,
    pending: bool,
}

impl Body for Script {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        this.pending = !this.pending;
        if this.pending {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match this.frames.pop_front() {
            Some(frame) => Poll::Ready(Some(frame)),
            None if this.ended => Poll::Ready(this.behind.pop_front()),
            None => {
                this.ended = true;
                Poll::Ready(None)
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.size.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

/// What answers every request so.
pub(crate) fn service<Q, F, B>(answer: F) -> Answering<F>
where
    F: FnMut(Request<Q>) -> Response<B>,
{
    Answering(answer)
}

pub(crate) struct Answering<F>(F);

impl<Q, B, F: FnMut(Request<Q>) -> Response<B>> Service<Request<Q>> for Answering<F> {
    type Response = Response<B>;
    type Error = Infallible;
    type Future = Ready<Result<Response<B>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        ready(Ok(self.0(request)))
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule::BodyForHead,
    Rule::TrailerField,
    Rule::TrailerUnannounced,
    Rule::AfterTrailers,
    Rule::AfterEnd,
    Rule::AskedAfterEnd,
    Rule::Abandoned,
    Rule::InputTooLong,
    Rule::InputTooShort,
    Rule::InputAfterEnd,
    Rule::ReadAfterFailure,
    Rule::ReadPastEnd,
];

fn data(text: &'static str) -> io::Result<Frame<Bytes>> {
    Ok(Frame::data(Bytes::from_static(text.as_bytes())))
}

fn trailers(name: &'static str) -> io::Result<Frame<Bytes>> {
    let mut fields = HeaderMap::new();
    fields.insert(name, "1".parse().unwrap());
    Ok(Frame::trailers(fields))
}

fn broken() -> io::Result<Frame<Bytes>> {
    Err(io::Error::other("broken"))
}

fn script(
    frames: impl IntoIterator<Item = io::Result<Frame<Bytes>>>,
    behind: impl IntoIterator<Item = io::Result<Frame<Bytes>>>,
) -> Script {
    Script {
        frames: frames.into_iter().collect(),
        behind: behind.into_iter().collect(),
        ..Script::default()
    }
}

/// Asks so often for a frame, and drops the body.
fn take(body: impl Body<Data = Bytes>, times: usize) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut body = pin!(body);
    for _ in 0..times {
        while body.as_mut().poll_frame(&mut cx).is_pending() {}
    }
}

const ALL: usize = 9;

#[test]
#[rustfmt::skip]
fn a_body_breaks_these_rules() {
    type Case = (&'static str, fn() -> Script, usize, &'static [Rule]);
    let cases: &[Case] = &[
        ("GET", || script([data("a"), data("")], []), 3, &[]),
        ("GET", || script([data("a"), trailers("x-sum")], []), 3, &[Rule::TrailerUnannounced]),
        ("GET", || script([data("a"), broken()], []), 2, &[]),
        ("GET", || script([], []), 1, &[]),
        ("HEAD", || script([data("a")], []), 0, &[]),
        ("HEAD", || script([data("a")], []), 2, &[Rule::BodyForHead]),
        ("GET", || script([trailers("content-length")], []), ALL, &[Rule::TrailerField]),
        ("GET", || script([trailers("x"), data("a")], []), ALL, &[Rule::TrailerUnannounced, Rule::AfterTrailers]),
        ("GET", || script([data("a")], [data("b")]), ALL, &[Rule::AskedAfterEnd, Rule::AfterEnd]),
        ("GET", || script([], [trailers("x")]), 2, &[Rule::AskedAfterEnd, Rule::AfterEnd, Rule::TrailerUnannounced]),
        ("GET", || script([data("a")], []), 3, &[Rule::AskedAfterEnd]),
        ("GET", || script([broken()], []), 2, &[Rule::AskedAfterEnd]),
        ("GET", || script([data("a"), data("b")], []), 1, &[Rule::Abandoned]),
        ("GET", || script([data("a")], []), 0, &[Rule::Abandoned]),
    ];
    for &(method, body, times, rules) in cases {
        let told = Told::default();
        let answers = service(|_| {
            Response::builder().header("content-type", "text/plain").body(body()).unwrap()
        });
        let request = Request::builder().method(method).header("host", "x");
        let request = request.body(Script::default()).unwrap();
        let response = block_on(told.layer().layer(answers).call(request)).unwrap();
        take(response.into_body(), times);
        assert_eq!(told.rules(), rules, "{method} {times} {:?}", body());
    }
}

#[test]
#[rustfmt::skip]
fn an_input_breaks_these_rules() {
    type Case = (Option<u64>, fn() -> Script, usize, &'static [Rule]);
    let cases: &[Case] = &[
        (Some(2), || script([data("a"), data("b")], []), 3, &[]),
        (None, || script([data("a"), trailers("x")], []), 3, &[]),
        (Some(2), || script([data("a"), broken()], []), 2, &[]),
        (Some(2), || script([data("a"), data("b")], []), 1, &[]),
        (Some(2), || script([data("abc")], []), ALL, &[Rule::InputTooLong]),
        (Some(2), || script([data("a")], []), ALL, &[Rule::InputTooShort]),
        (Some(1), || script([data("a")], [data("b")]), ALL, &[Rule::InputAfterEnd]),
        (Some(2), || script([broken(), data("a")], []), 2, &[Rule::ReadAfterFailure]),
        (Some(1), || script([data("a")], []), 20, &[Rule::ReadPastEnd]),
    ];
    for &(length, body, times, rules) in cases {
        let told = Told::default();
        let answers = service(|request: Request<_>| {
            take(request.into_body(), times);
            Response::new(http_body_util::Empty::<Bytes>::new())
        });
        let mut request = Request::post("/").header("host", "x");
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        let request = request.body(body()).unwrap();
        block_on(told.layer().layer(answers).call(request)).unwrap();
        assert_eq!(told.rules(), rules, "{length:?} {times} {:?}", body());
    }
}

/// What a service reads is what was sent, and what is wrong is an error there.
#[test]
fn an_input_is_read_through_it() {
    for (text, expected) in [
        ("Hello", Ok("Hello")),
        ("Hello World", Err(Rule::InputTooLong)),
        ("Hell", Err(Rule::InputTooShort)),
    ] {
        let told = Told::default();
        let mut came = None;
        let answers = service(
            |request: Request<tidegate_async_io::ValidatedInput<Script>>| {
                assert_eq!(request.body().get_ref().frames.len(), 1);
                came = Some(read(request.into_body()));
                Response::new(http_body_util::Empty::<Bytes>::new())
            },
        );
        let body = script([Ok(Frame::data(Bytes::from_static(text.as_bytes())))], []);
        let request = Request::post("/")
            .header("host", "x")
            .header("content-length", 5)
            .body(body)
            .unwrap();
        block_on(told.layer().layer(answers).call(request)).unwrap();
        let (data, rule) = came.unwrap();
        match expected {
            Ok(expected) => assert_eq!((data, rule), (expected.into(), None)),
            Err(expected) => assert_eq!(rule, Some(expected)),
        }
    }
}

/// An error of the body is still its own.
#[test]
fn an_error_passes() {
    let answers = service(|_| Response::new(script([broken()], [])));
    let request = Request::get("/")
        .header("host", "x")
        .body(Script::default())
        .unwrap();
    let response = block_on(Told::default().layer().layer(answers).call(request)).unwrap();
    let error = block_on(http_body_util::BodyExt::collect(response.into_body())).unwrap_err();
    assert!(error.downcast_ref::<OwnedViolation>().is_none());
    assert_eq!(error.to_string(), "broken");
}

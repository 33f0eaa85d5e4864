//! The layer finds what is broken, and nothing else; over real connections too.

#![cfg(feature = "tower")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

#[path = "../../std-io/tests/common/broken.rs"]
mod broken;
#[path = "validate/loopback.rs"]
mod loopback;
#[path = "validate/script.rs"]
mod script;

use broken::{BROKEN, Broken, http_refuses, others};
use bytes::Bytes;
use futures::executor::block_on;
use http::{HeaderMap, Request, Response, Version};
use http_body::{Body, Frame};
use http_body_util::{Empty, Full};
use proptest::prelude::*;
use script::{Script, service};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use tidegate_async_io::ValidatorLayer;
use tidegate_async_io::core::validate::{OwnedViolation, Rule, Severity};
use tower_layer::Layer;
use tower_service::Service;

/// What was told, in its order.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<OwnedViolation>>>);

impl Told {
    pub(crate) fn layer(&self) -> ValidatorLayer {
        let told = self.clone();
        ValidatorLayer::new()
            .report(move |violation| told.0.lock().unwrap().push(violation.clone()))
    }

    pub(crate) fn rules(&self) -> Vec<Rule> {
        let told = self.0.lock().unwrap();
        told.iter().map(|violation| violation.rule).collect()
    }
}

fn body_of(broken: &Broken) -> Script {
    let mut script = Script::default();
    script.size = broken.size;
    script.frames = broken
        .pieces
        .iter()
        .map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes()))))
        .collect();
    script
}

fn response_of<B>(broken: &Broken, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = broken.status();
    *response.headers_mut() = broken.headers();
    response
}

/// What the server gets: the status, the data, and the rule of an error.
fn answer(layer: &ValidatorLayer, broken: &Broken) -> (u16, Vec<u8>, Option<Rule>) {
    let of = *broken;
    let answers = service(move |_| response_of(&of, body_of(&of)));
    let request = broken.request(Empty::<Bytes>::new());
    let response = block_on(layer.layer(answers).call(request)).unwrap();
    let refused = response
        .extensions()
        .get::<OwnedViolation>()
        .map(|it| it.rule);
    let status = response.status().as_u16();
    let (data, failed) = read(response.into_body());
    (status, data, refused.or(failed))
}

/// All that a body has, and the rule of its error, which sticks.
fn read<B>(body: B) -> (Vec<u8>, Option<Rule>)
where
    B: Body<Data = Bytes, Error = Box<dyn std::error::Error + Send + Sync>>,
{
    let mut body = std::pin::pin!(body);
    let mut cx = Context::from_waker(Waker::noop());
    let mut data = Vec::new();
    while !body.is_end_stream() {
        match body.as_mut().poll_frame(&mut cx) {
            Poll::Pending => {}
            Poll::Ready(None) => break,
            Poll::Ready(Some(Ok(frame))) => data.extend(frame.into_data().unwrap_or_default()),
            Poll::Ready(Some(Err(error))) => {
                let rule = error.downcast_ref::<OwnedViolation>().map(|it| it.rule);
                if rule.is_some() {
                    assert!(!body.is_end_stream());
                    let again = body.as_mut().poll_frame(&mut cx);
                    assert!(matches!(again, Poll::Ready(Some(Err(_)))));
                }
                return (data, rule);
            }
        }
    }
    (data, None)
}

#[test]
fn each_of_the_table_is_found() {
    for broken in BROKEN {
        let told = Told::default();
        let (status, data, rule) = answer(&told.layer(), broken);
        assert_eq!(told.rules(), [broken.rule], "{broken:?}");
        let whole = broken.pieces.concat().into_bytes();
        match broken.rule.severity() {
            Severity::Warning => {
                assert_eq!(
                    (status, data, rule),
                    (broken.status, whole, None),
                    "{broken:?}"
                );
            }
            Severity::Violation => {
                assert_eq!(rule, Some(broken.rule), "{broken:?}");
                assert!(
                    status == 500 && data.is_empty() || data.len() < whole.len().max(5),
                    "{broken:?}"
                );
            }
        }
        // Told, and nothing else.
        let told = Told::default();
        let (status, data, rule) = answer(&told.layer().report_only(), broken);
        assert_eq!((status, rule), (broken.status, None), "{broken:?}");
        assert_eq!(data, broken.pieces.concat().into_bytes());
        assert_eq!(told.rules().first(), Some(&broken.rule), "{broken:?}");
    }
}

/// A request that is none does not reach the service.
#[test]
fn a_service_is_called_for_what_is_right() {
    for broken in BROKEN {
        let called = Arc::new(Mutex::new(false));
        let to = Arc::clone(&called);
        let answers = service(move |_| {
            *to.lock().unwrap() = true;
            Response::new(Script::default())
        });
        let told = Told::default();
        let request = broken.request(Empty::<Bytes>::new());
        let response = block_on(told.layer().layer(answers).call(request)).unwrap();
        let is_wrong = told
            .rules()
            .iter()
            .any(|rule| rule.severity() == Severity::Violation);
        assert_eq!(*called.lock().unwrap(), !is_wrong, "{broken:?}");
        assert_eq!(response.status() == 500, is_wrong);
        assert!(response.into_body().is_end_stream() || !is_wrong);
    }
}

/// Every rule is broken by a test, or cannot be.
#[test]
fn no_rule_is_left_out() {
    let by_type = [
        // There are no variables, and a request has its method.
        Rule::Method,
        Rule::ScriptName,
        Rule::PathInfo,
        Rule::NoPath,
        Rule::NoQuery,
        Rule::HttpContent,
        Rule::HttpProxy,
        Rule::ServerPort,
        Rule::MissingVariable,
        Rule::Disagreement,
        // Frames are handed over, and not shown or written.
        Rule::Overconsumed,
        Rule::WriteAfterFailure,
        // A body that is dropped is gone.
        Rule::AfterClose,
        Rule::ClosedTwice,
    ];
    let tried = SHARED.iter().map(|(rule, ..)| rule).chain(script::RULES);
    let tried: BTreeSet<Rule> = tried.chain(&by_type).copied().collect();
    let others = others();
    let refused: BTreeSet<Rule> = others
        .iter()
        .copied()
        .filter(|&rule| http_refuses(rule))
        .collect();
    assert_eq!(refused, BTreeSet::from([Rule::FieldName, Rule::FieldValue]));
    let is_tried = |rule: &Rule| tried.contains(rule);
    let left: Vec<Rule> = others
        .into_iter()
        .filter(|rule| !refused.contains(rule) && !is_tried(rule))
        .collect();
    assert_eq!(left, []);
}

type Fields = &'static [(&'static str, &'static str)];

/// What a service may say of the connection, and what not.
#[rustfmt::skip]
const SHARED: &[(Rule, Version, u16, Fields, bool)] = &[
    (Rule::ConnectionOption, Version::HTTP_11, 200, &[("connection", "close")], true),
    (Rule::ConnectionOption, Version::HTTP_11, 101, &[("connection", "upgrade"), ("upgrade", "websocket")], false),
    (Rule::ConnectionOption, Version::HTTP_11, 200, &[("trailer", "x-sum")], false),
    (Rule::HopByHop, Version::HTTP_2, 200, &[("connection", "close")], true),
    (Rule::HopByHop, Version::HTTP_11, 200, &[("te", "trailers")], true),
    (Rule::RequiredField, Version::HTTP_11, 101, &[], true),
];

#[test]
fn a_service_shares_its_connection() {
    for &(rule, version, status, fields, is_broken) in SHARED {
        let told = Told::default();
        let answers = service(move |_| {
            let mut response = Response::new(Script::default());
            *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
            let pairs = fields
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            response.headers_mut().extend(
                pairs
                    .map(|(name, value): (http::HeaderName, _)| (Some(name), value))
                    .collect::<Vec<_>>(),
            );
            response
        });
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.version_mut() = version;
        request.headers_mut().insert("host", "x".parse().unwrap());
        block_on(told.layer().layer(answers).call(request)).unwrap();
        // Nobody takes the body.
        let rules: Vec<Rule> = told
            .rules()
            .into_iter()
            .filter(|rule| *rule != Rule::Abandoned)
            .collect();
        assert_eq!(
            rules,
            Vec::from_iter(is_broken.then_some(rule)),
            "{fields:?}"
        );
    }
}

/// Errors of the service, of a body and of a request are what they are.
#[test]
fn failures_pass() {
    struct Failing;
    impl<B> Service<Request<B>> for Failing {
        type Response = Response<Full<Bytes>>;
        type Error = std::io::Error;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Err(std::io::ErrorKind::OutOfMemory.into()))
        }

        fn call(&mut self, _: Request<B>) -> Self::Future {
            std::future::ready(Err(std::io::ErrorKind::TimedOut.into()))
        }
    }
    let told = Told::default();
    let mut service = told.layer().layer(Failing);
    let mut cx = Context::from_waker(Waker::noop());
    let request = || {
        Request::get("/")
            .header("host", "x")
            .body(Empty::<Bytes>::new())
            .unwrap()
    };
    let ready = Service::<Request<Empty<Bytes>>>::poll_ready(&mut service, &mut cx);
    assert!(
        matches!(ready, Poll::Ready(Err(error)) if error.kind() == std::io::ErrorKind::OutOfMemory)
    );
    let error = block_on(service.call(request())).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    assert_eq!(told.rules(), []);
}

proptest! {
    #[test]
    fn a_right_service_is_left_alone(
        says_length: bool,
        says_size: bool,
        method in proptest::sample::select(&["GET", "HEAD", "POST"][..]),
        version in proptest::sample::select(&[Version::HTTP_10, Version::HTTP_11, Version::HTTP_2][..]),
        blocks in proptest::collection::vec("[a-z]{0,9}", 0..5),
        has_trailers: bool,
    ) {
        let all = blocks.concat();
        let length = all.len() as u64;
        let answers = service(move |request: Request<_>| {
            let mut script = Script::default();
            script.size = says_size.then_some(length);
            let is_read = request.method() != "HEAD";
            script.frames = blocks.iter().filter(|_| is_read).map(|block| Ok(Frame::data(block.clone().into()))).collect();
            let mut response = Response::builder().header("content-type", "text/plain");
            if says_length {
                response = response.header("content-length", length);
            }
            if has_trailers && is_read {
                let mut trailers = HeaderMap::new();
                trailers.insert("x-sum", "1".parse().unwrap());
                script.frames.push_back(Ok(Frame::trailers(trailers)));
                response = response.header("trailer", "x-sum");
            }
            response.body(script).unwrap()
        });
        let told = Told::default();
        let mut request = Request::new(Full::<Bytes>::from("abc"));
        *request.method_mut() = method.parse().unwrap();
        *request.version_mut() = version;
        request.headers_mut().insert("host", "x".parse().unwrap());
        request.headers_mut().insert("content-length", 3.into());
        let response = block_on(told.layer().layer(answers).call(request)).unwrap();
        let (data, rule) = read(response.into_body());
        prop_assert_eq!(told.rules(), []);
        prop_assert_eq!(rule, None);
        let expected = if method == "HEAD" { "" } else { &all };
        prop_assert_eq!(data, expected.as_bytes());
    }
}

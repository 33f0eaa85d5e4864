//! Applications that break one rule each, as both adapters run them.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Version};
use tidegate_core::validate::Rule;

type Fields = &'static [(&'static str, &'static str)];

/// What is right but for one rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken {
    pub(crate) rule: Rule,
    pub(crate) method: &'static str,
    pub(crate) target: &'static str,
    pub(crate) version: Version,
    /// Beside Host, which there is unless this begins with `-`.
    pub(crate) asks: Fields,
    pub(crate) status: u16,
    /// Beside a Content-Type, which there is unless this begins with `-`.
    pub(crate) answers: Fields,
    /// The length that the body says it has.
    pub(crate) size: Option<u64>,
    pub(crate) pieces: &'static [&'static str],
}

const fn asks(rule: Rule, method: &'static str, target: &'static str, asks: Fields) -> Broken {
    Broken {
        rule,
        method,
        target,
        version: Version::HTTP_11,
        asks,
        status: 200,
        answers: &[],
        size: None,
        pieces: &["Hello"],
    }
}

const fn answers(rule: Rule, status: u16, answers: Fields) -> Broken {
    Broken {
        status,
        answers,
        ..asks(rule, "GET", "/", &[])
    }
}

const fn sends(
    rule: Rule,
    status: u16,
    fields: Fields,
    size: Option<u64>,
    pieces: &'static [&'static str],
) -> Broken {
    Broken {
        size,
        pieces,
        ..answers(rule, status, fields)
    }
}

/// Whatever an application, or a server, of either adapter can break by a head and
/// a body alone.
#[rustfmt::skip]
pub(crate) const BROKEN: &[Broken] = &[
    asks(Rule::NameStyle, "GET", "/", &[("x_user", "root")]),
    asks(Rule::ValueStyle, "GET", "/", &[("x", " padded ")]),
    Broken { version: Version::HTTP_2, ..asks(Rule::HopByHop, "GET", "/", &[("connection", "close")]) },
    asks(Rule::UnknownMethod, "BREW", "/", &[]),
    asks(Rule::Scheme, "GET", "gopher://example.org/", &[]),
    asks(Rule::Target, "GET", "*", &[]),
    asks(Rule::TargetBytes, "GET", "/%zz", &[]),
    asks(Rule::Host, "GET", "/", &[("-", "")]),
    asks(Rule::Host, "GET", "/", &[("host", "example.com")]),
    asks(Rule::Host, "GET", "/", &[("-", ""), ("host", "a/b")]),
    asks(Rule::Framing, "POST", "/", &[("content-length", "+5")]),
    asks(Rule::Framing, "POST", "/", &[("content-length", "5"), ("transfer-encoding", "chunked")]),

    answers(Rule::NameStyle, 200, &[("x_request_id", "1")]),
    answers(Rule::ValueStyle, 200, &[("x", "gr\u{fc}n")]),
    answers(Rule::HopByHop, 200, &[("transfer-encoding", "chunked")]),
    answers(Rule::HopByHop, 200, &[("keep-alive", "timeout=5")]),
    answers(Rule::Status, 600, &[]),
    answers(Rule::Interim, 103, &[("-", "")]),
    answers(Rule::StatusField, 200, &[("status", "404 Not Found")]),
    answers(Rule::ContentLength, 200, &[("content-length", "five")]),
    answers(Rule::ContentLength, 200, &[("content-length", "5"), ("content-length", "5")]),
    sends(Rule::LengthForbidden, 204, &[("-", ""), ("content-length", "5")], Some(0), &[]),
    sends(Rule::OtherLength, 200, &[("content-length", "5")], Some(6), &["Hello!"]),
    answers(Rule::RepeatedField, 200, &[("location", "/a"), ("location", "/b")]),
    answers(Rule::ContentType, 200, &[("-", ""), ("content-type", "text")]),
    answers(Rule::TypeMissing, 200, &[("-", "")]),
    sends(Rule::TypeUnneeded, 204, &[], Some(0), &[]),
    answers(Rule::ETag, 200, &[("etag", "v1")]),
    answers(Rule::RequiredField, 401, &[]),
    answers(Rule::AdvisedField, 302, &[]),
    answers(Rule::Unasked, 206, &[("content-range", "bytes 0-4/9")]),
    sends(Rule::Unasked, 304, &[("-", "")], Some(0), &[]),
    sends(Rule::TooLong, 200, &[("content-length", "5")], None, &["Hel", "lo", "!"]),
    sends(Rule::TooLong, 200, &[], Some(5), &["Hel", "lo!"]),
    sends(Rule::TooShort, 200, &[("content-length", "5")], None, &["Hell"]),
    sends(Rule::TooShort, 200, &[], Some(5), &[]),
    sends(Rule::BodyForbidden, 204, &[("-", "")], Some(5), &["Hello"]),
    sends(Rule::BodyForbidden, 205, &[("-", "")], None, &["Hello"]),
];

impl Broken {
    pub(crate) fn request<B>(&self, body: B) -> Request<B> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::from_bytes(self.method.as_bytes()).unwrap();
        *request.uri_mut() = self.target.parse().unwrap();
        *request.version_mut() = self.version;
        *request.headers_mut() = fields(("host", "example.org"), self.asks);
        request
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap()
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        fields(("content-type", "text/plain"), self.answers)
    }
}

fn fields(first: (&'static str, &'static str), others: Fields) -> HeaderMap {
    let has_first = !matches!(others, [("-", _), ..]);
    let first = Some(first).filter(|_| has_first);
    let others = others.iter().filter(|(name, _)| *name != "-");
    let mut map = HeaderMap::new();
    for (name, value) in first.iter().chain(others) {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        map.append(HeaderName::from_static(name), value);
    }
    map
}

/// All rules, but for those that are broken by the table.
pub(crate) fn others() -> Vec<Rule> {
    let is_other = |rule: &Rule| !BROKEN.iter().any(|broken| broken.rule == *rule);
    Rule::ALL.into_iter().filter(is_other).collect()
}

/// What no value of `http` can be.
pub(crate) fn http_refuses(rule: Rule) -> bool {
    match rule {
        Rule::FieldName => ["a b", "a:", "", "a\n"]
            .iter()
            .all(|name| HeaderName::from_bytes(name.as_bytes()).is_err()),
        Rule::FieldValue => (0..32_u8)
            .chain([127])
            .filter(|&byte| byte != b'\t')
            .all(|byte| HeaderValue::from_bytes(&[byte]).is_err()),
        _ => false,
    }
}

//! Heads of requests, and their variables.

use crate::lines_of;
use tidegate_core::HttpVersion;
use tidegate_core::validate::RequestHead;

type Lines = &'static [&'static str];

type Fields = &'static [(&'static str, &'static str)];

/// `METHOD [scheme://authority ]path[?query] VERSION`, and fields.
pub(crate) fn head(line: &'static str, fields: Fields) -> RequestHead<'static, Pairs> {
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap();
    let (method, target, version) = (word(), word(), word());
    let (scheme, rest) = match target.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, target),
    };
    let (authority, target) = match (scheme, method) {
        (Some(_), _) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap());
            (Some(authority), path)
        }
        (None, "CONNECT") => (Some(rest).filter(|rest| !rest.starts_with('/')), ""),
        (None, _) => (None, rest),
    };
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let version = match version {
        "1.0" => Some(HttpVersion::Http10),
        "1.1" => Some(HttpVersion::Http11),
        _ => None,
    };
    RequestHead::new(method, path, Pairs(fields))
        .query(query)
        .scheme(scheme)
        .authority(authority)
        .version(version)
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairs(Fields);

impl IntoIterator for Pairs {
    type Item = (&'static str, &'static [u8]);
    type IntoIter = Box<dyn Iterator<Item = Self::Item>>;

    /// `~` stands for a byte that is no ASCII.
    fn into_iter(self) -> Self::IntoIter {
        let pairs = self.0.iter();
        Box::new(pairs.map(|(name, value)| match *value {
            "~" => (*name, &b"\xe9"[..]),
            value => (*name, value.as_bytes()),
        }))
    }
}

const HOST: (&str, &str) = ("Host", "example.org");

#[rustfmt::skip]
const CASES: &[(&str, Fields, Lines)] = &[
    ("GET / 1.1", &[HOST], &[]),
    ("GET /a%20b?x=%C3%A9&y=/? 1.1", &[HOST], &[]),
    ("OPTIONS * 1.1", &[HOST], &[]),
    ("GET http://example.org/x 1.1", &[HOST], &[]),
    ("GET https://example.org/x 2", &[("TE", "trailers")], &[]),
    ("CONNECT example.org:443 1.1", &[("Host", "example.org:443")], &[]),
    ("GET / 1.0", &[], &[]),
    ("GET / 1.1", &[("host", " [::1]:8080 ")], &["server ValueStyle in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "")], &[]),
    ("GET / 1.1", &[("Host", "a_b.c~d:")], &[]),
    ("GET / 1.1", &[("Host", "[v1.a:b]")], &[]),
    ("POST / 1.1", &[HOST, ("Transfer-Encoding", "chunked")], &[]),
    ("POST / 1.1", &[HOST, ("Content-Length", "5"), ("Connection", "close"), ("TE", "trailers")], &[]),

    ("BREW / 1.1", &[HOST], &["server UnknownMethod in the method of the request"]),
    ("get / 1.1", &[HOST], &["server UnknownMethod in the method of the request"]),
    ("G{T / 1.1", &[HOST], &["server Method in the method of the request"]),
    ("GET ftp://example.org/x 1.1", &[HOST], &["server Scheme in the target of the request"]),
    ("GET x 1.1", &[HOST], &["server Target in the target of the request"]),
    ("GET * 1.1", &[HOST], &["server Target in the target of the request"]),
    ("CONNECT /x 1.1", &[HOST], &["server Target in the target of the request"]),
    ("GET /% 1.1", &[HOST], &["server TargetBytes in the target of the request"]),
    ("GET /%4 1.1", &[HOST], &["server TargetBytes in the target of the request"]),
    ("GET /%4g 1.1", &[HOST], &["server TargetBytes in the target of the request"]),
    ("GET /?a|b 1.1", &[HOST], &["server TargetBytes in the target of the request"]),
    ("GET /\u{e9} 1.1", &[HOST], &["server TargetBytes in the target of the request"]),
    ("GET / 1.1", &[], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[HOST, HOST], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "a b")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "a/b")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "a:b")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "a:1:2")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "[::1")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "[::g]")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "[::1]x")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "[vx.y]")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.1", &[("Host", "a%2")], &["server Host in the field \"host\" of the request"]),
    ("GET / 1.0", &[HOST, ("Host", "b")], &["server Host in the field \"host\" of the request"]),
    ("POST / 1.1", &[HOST, ("Content-Length", "+5")], &["server Framing in the field \"content-length\" of the request"]),
    ("POST / 1.1", &[HOST, ("Content-Length", "5"), ("Content-Length", "5")], &["server Framing in the field \"content-length\" of the request"]),
    ("POST / 1.1", &[HOST, ("Content-Length", "5"), ("Transfer-Encoding", "chunked")], &["server Framing in the field \"content-length\" of the request"]),
    ("POST / 1.0", &[("Transfer-Encoding", "chunked")], &["server Framing in the field \"content-length\" of the request"]),
    ("POST / 2", &[("Content-Length", "x")], &["server Framing in the field \"content-length\" of the request"]),
    ("GET / 1.1", &[HOST, ("X\r\n", "y")], &["server FieldName in the field \"X\\r\\n\" of the request"]),
    ("GET / 1.1", &[HOST, ("", "y")], &["server FieldName in the field \"\" of the request"]),
    ("GET / 1.1", &[HOST, ("X", "y\nz")], &["server FieldValue in the field \"X\" of the request"]),
    ("GET / 1.1", &[HOST, ("X_User", "y")], &["server NameStyle in the field \"X_User\" of the request"]),
    ("GET / 1.1", &[HOST, ("1st", "y")], &["server NameStyle in the field \"1st\" of the request"]),
    ("GET / 1.1", &[HOST, ("X-", "y")], &["server NameStyle in the field \"X-\" of the request"]),
    ("GET / 1.1", &[HOST, ("X", "~")], &["server ValueStyle in the field \"X\" of the request"]),
    ("GET / 2", &[("Connection", "close")], &["server HopByHop in the field \"Connection\" of the request"]),
    ("GET / 2", &[("transfer-encoding", "chunked")], &["server HopByHop in the field \"transfer-encoding\" of the request"]),
    ("GET / 2", &[("te", "gzip")], &["server HopByHop in the field \"te\" of the request"]),
    ("GET / 2", &[("proxy-authorization", "x"), ("trailer", "x")], &[]),
];

pub(crate) fn lines() -> Vec<String> {
    let told = CASES.iter().flat_map(|(_, _, told)| told.iter());
    told.map(|&line| line.to_owned()).collect()
}

#[test]
fn a_head_breaks_these_rules() {
    for &(line, fields, expected) in CASES {
        let told = lines_of(|report| head(line, fields).check(report));
        assert_eq!(told, expected, "{line} {fields:?}");
    }
}

/// The server of CGI has undone the coding, and says its name.
#[test]
fn a_gateway_says_more() {
    let fields = &[("Content-Length", "5"), ("Transfer-Encoding", "chunked")];
    let cgi = [("GATEWAY_INTERFACE", "CGI/1.1"), ("SERVER_NAME", "here")];
    let request = head("POST / 1.1", fields);
    assert_eq!(lines_of(|report| request.check(report)).len(), 2);
    assert_eq!(
        lines_of(|report| request.gateway(&cgi).check(report)).len(),
        0
    );
    assert_eq!(
        lines_of(|report| request.gateway(&cgi[..1]).check(report)).len(),
        1
    );
    let length = request.gateway(&cgi).framing().unwrap().content_length();
    assert_eq!(length, Some(5));
}

/// What is not said otherwise is that of a `POST` of 5 bytes.
#[rustfmt::skip]
const VARIABLES: &[(Fields, Lines)] = &[
    (&[], &[]),
    (&[("SCRIPT_NAME", "/app"), ("PATH_INFO", "")], &[]),
    (&[("wsgi.url_scheme", "https"), ("SERVER_PORT", "443"), ("SERVER_NAME", "x"), ("GATEWAY_INTERFACE", "CGI/1.1")], &[]),
    (&[("REQUEST_METHOD", "")], &["server Method in the variable REQUEST_METHOD"]),
    (&[("REQUEST_METHOD", "P ST")], &["server Method in the variable REQUEST_METHOD"]),
    (&[("REQUEST_METHOD", "GET")], &["server Disagreement in the variable REQUEST_METHOD"]),
    (&[("wsgi.url_scheme", "gopher")], &["server Scheme in the variable wsgi.url_scheme"]),
    (&[("SCRIPT_NAME", "/")], &["server ScriptName in the variable SCRIPT_NAME"]),
    (&[("SCRIPT_NAME", "app")], &["server ScriptName in the variable SCRIPT_NAME"]),
    (&[("PATH_INFO", "x")], &["server PathInfo in the variable PATH_INFO"]),
    (&[("PATH_INFO", "*")], &["server PathInfo in the variable PATH_INFO"]),
    (&[("-", "PATH_INFO")], &["server NoPath in the variable PATH_INFO"]),
    (&[("-", "PATH_INFO"), ("SCRIPT_NAME", "/a")], &[]),
    (&[("-", "QUERY_STRING")], &["server NoQuery in the variable QUERY_STRING"]),
    (&[("CONTENT_LENGTH", "5x")], &["server Framing in the variable CONTENT_LENGTH"]),
    (&[("CONTENT_LENGTH", "6")], &["server Disagreement in the variable CONTENT_LENGTH"]),
    (&[("-", "CONTENT_LENGTH")], &["server Disagreement in the variable CONTENT_LENGTH"]),
    (&[("HTTP_CONTENT_LENGTH", "5")], &["server HttpContent in the variable HTTP_CONTENT_LENGTH"]),
    (&[("HTTP_CONTENT_TYPE", "")], &["server HttpContent in the variable HTTP_CONTENT_TYPE"]),
    (&[("HTTP_PROXY", "http://evil")], &["server HttpProxy in the variable HTTP_PROXY"]),
    (&[("SERVER_PORT", "")], &["server ServerPort in the variable SERVER_PORT"]),
    (&[("SERVER_PORT", "+80")], &["server ServerPort in the variable SERVER_PORT"]),
    (&[("SERVER_PORT", "65536")], &["server ServerPort in the variable SERVER_PORT"]),
    (&[("GATEWAY_INTERFACE", "CGI/1.1"), ("SERVER_PORT", "1")], &["server MissingVariable in the variable SERVER_NAME"]),
];

pub(crate) fn environ_lines() -> Vec<String> {
    let told = VARIABLES.iter().flat_map(|(_, told)| told.iter());
    told.map(|&line| line.to_owned()).collect()
}

#[test]
fn variables_break_these_rules() {
    let defaults = [
        ("REQUEST_METHOD", "POST"),
        ("PATH_INFO", "/"),
        ("QUERY_STRING", ""),
        ("CONTENT_LENGTH", "5"),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
    ];
    let request = head("POST / 1.1", &[HOST, ("Content-Length", "5")]);
    for &(other, expected) in VARIABLES {
        let is_gone = |name: &str| other.contains(&("-", name));
        let all = other
            .iter()
            .chain(&defaults)
            .filter(|(name, _)| !is_gone(name));
        let environ: Vec<_> = all.copied().collect();
        let told = lines_of(|report| request.check_environ(&environ, report));
        assert_eq!(told, expected, "{other:?}");
    }
    let all = [
        ("REQUEST_METHOD", "OPTIONS"),
        ("PATH_INFO", "*"),
        ("QUERY_STRING", ""),
    ];
    let told = lines_of(|report| head("OPTIONS * 1.1", &[HOST]).check_environ(&all, report));
    assert_eq!(told, [""; 0]);
}

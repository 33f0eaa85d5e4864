//! Heads of responses.

use crate::lines_of;
use crate::request::head;
use tidegate_core::validate::ResponseCheck;

type Lines = &'static [&'static str];

type Fields = &'static [(&'static str, &'static str)];

const LOCATION: (&str, &str) = ("Location", "/there");

/// The request, whether the application shares the connection, the status, fields.
#[rustfmt::skip]
const CASES: &[(&str, bool, u16, Fields, Lines)] = &[
    ("GET", false, 200, &[("Content-Type", "text/plain"), ("Content-Length", "5"), ("ETag", "W/\"a\"")], &[]),
    ("GET", false, 200, &[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Vary", "a"), ("Vary", "b")], &[]),
    ("GET", false, 404, &[], &[]),
    ("GET", false, 302, &[LOCATION], &[]),
    ("GET", false, 599, &[], &[]),
    ("HEAD", false, 200, &[("Content-Length", "5")], &[]),
    ("GET", false, 405, &[("Allow", "")], &[]),
    ("GET", false, 401, &[("WWW-Authenticate", "Basic")], &[]),
    ("CONNECT", false, 200, &[], &[]),
    ("CONNECT", false, 404, &[("Content-Length", "5")], &[]),
    ("RANGE", false, 206, &[("Content-Range", "bytes 0-1/2")], &[]),
    ("RANGE", false, 206, &[("Content-Type", "Multipart/ByteRanges; boundary=b")], &[]),
    ("RANGE", false, 416, &[("Content-Range", "bytes */2")], &[]),
    ("MATCH", false, 304, &[("ETag", "\"a,b\"")], &[]),
    ("SINCE", false, 304, &[("Content-Length", "7")], &[]),
    ("GET", false, 205, &[("Content-Length", "0")], &[]),

    ("GET", false, 200, &[("X Y", "z")], &["application FieldName in the field \"X Y\" of the response"]),
    ("GET", false, 200, &[("X:", "z")], &["application FieldName in the field \"X:\" of the response"]),
    ("GET", false, 200, &[("X", "y\r\nSet-Cookie: z")], &["application FieldValue in the field \"X\" of the response"]),
    ("GET", false, 200, &[("X", "\u{0}")], &["application FieldValue in the field \"X\" of the response"]),
    ("GET", false, 200, &[("X_Y", "z")], &["application NameStyle in the field \"X_Y\" of the response"]),
    ("GET", false, 200, &[("X", "\u{e9}")], &["application ValueStyle in the field \"X\" of the response"]),
    ("GET", false, 200, &[("X", "y ")], &["application ValueStyle in the field \"X\" of the response"]),
    ("GET", false, 200, &[("Connection", "close")], &["application HopByHop in the field \"Connection\" of the response"]),
    ("GET", false, 200, &[("transfer-encoding", "chunked")], &["application HopByHop in the field \"transfer-encoding\" of the response"]),
    ("GET", false, 200, &[("Trailer", "x")], &["application HopByHop in the field \"Trailer\" of the response"]),
    ("GET", false, 407, &[("Proxy-Authenticate", "Basic")], &["application HopByHop in the field \"Proxy-Authenticate\" of the response"]),
    ("GET", false, 99, &[], &["application Status with the status 99"]),
    ("GET", false, 600, &[], &["application Status with the status 600"]),
    ("GET", false, 103, &[], &["application Interim with the status 103"]),
    ("GET", false, 101, &[], &["application Interim with the status 101"]),
    ("GET", false, 200, &[("STATUS", "404 Not Found")], &["application StatusField in the field \"STATUS\" of the response"]),
    ("GET", false, 200, &[("Content-Length", "5, 5")], &["application ContentLength in the field \"content-length\" of the response"]),
    ("GET", false, 200, &[("Content-Length", "5"), ("content-length", "5")], &["application ContentLength in the field \"content-length\" of the response"]),
    ("HEAD", false, 200, &[("Content-Length", "-5")], &["application ContentLength in the field \"content-length\" of the response"]),
    ("GET", false, 204, &[("Content-Length", "0")], &[]),
    ("GET", false, 204, &[("Content-Length", "2")], &["application LengthForbidden in the field \"content-length\" of the response"]),
    ("GET", false, 205, &[("Content-Length", "1")], &["application LengthForbidden in the field \"content-length\" of the response"]),
    ("CONNECT", false, 200, &[("Content-Length", "1")], &["application LengthForbidden in the field \"content-length\" of the response"]),
    ("GET", false, 200, &[("Content-Type", "a/b"), ("Content-Type", "a/b")], &["application RepeatedField in the field \"Content-Type\" of the response"]),
    ("GET", false, 302, &[LOCATION, LOCATION], &["application RepeatedField in the field \"Location\" of the response"]),
    ("GET", false, 200, &[("Content-Type", "text")], &["application ContentType in the field \"Content-Type\" of the response"]),
    ("GET", false, 200, &[("Content-Type", "")], &["application ContentType in the field \"Content-Type\" of the response"]),
    ("GET", false, 204, &[("Content-Type", "a/b")], &["application TypeUnneeded in the field \"content-type\" of the response"]),
    ("MATCH", false, 304, &[("Content-Type", "a/b")], &["application TypeUnneeded in the field \"content-type\" of the response"]),
    ("GET", false, 200, &[("ETag", "abc")], &["application ETag in the field \"ETag\" of the response"]),
    ("GET", false, 200, &[("ETag", "\"")], &["application ETag in the field \"ETag\" of the response"]),
    ("GET", false, 200, &[("ETag", "w/\"a\"")], &["application ETag in the field \"ETag\" of the response"]),
    ("GET", false, 401, &[], &["application RequiredField in the field \"www-authenticate\" of the response"]),
    ("GET", false, 405, &[], &["application RequiredField in the field \"allow\" of the response"]),
    ("RANGE", false, 206, &[], &["application RequiredField in the field \"content-range\" of the response"]),
    ("GET", false, 301, &[], &["application AdvisedField in the field \"location\" of the response"]),
    ("RANGE", false, 416, &[], &["application AdvisedField in the field \"content-range\" of the response"]),
    ("GET", false, 206, &[("Content-Range", "bytes 0-1/2")], &["application Unasked with the status 206"]),
    ("GET", false, 416, &[("Content-Range", "bytes */2")], &["application Unasked with the status 416"]),
    ("GET", false, 304, &[], &["application Unasked with the status 304"]),
    ("POST", false, 304, &[], &["application Unasked with the status 304"]),

    ("GET", true, 101, &[("Connection", "Upgrade"), ("Upgrade", "websocket")], &[]),
    ("GET", true, 426, &[("Connection", "x, upgrade"), ("Upgrade", "TLS/1.0")], &["application ConnectionOption in the field \"Connection\" of the response"]),
    ("GET", true, 200, &[("Trailer", "x")], &[]),
    ("GET", true, 407, &[("Proxy-Authenticate", "Basic")], &[]),
    ("GET", true, 407, &[], &["application RequiredField in the field \"proxy-authenticate\" of the response"]),
    ("GET", true, 101, &[], &["application RequiredField in the field \"upgrade\" of the response"]),
    ("GET", true, 200, &[("Upgrade", "h2c")], &["application RequiredField in the field \"connection\" of the response"]),
    ("GET", true, 200, &[("Connection", "close")], &["application ConnectionOption in the field \"Connection\" of the response"]),
    ("GET", true, 200, &[("Transfer-Encoding", "chunked")], &["application HopByHop in the field \"Transfer-Encoding\" of the response"]),
    ("GET", true, 200, &[("Proxy-Authenticate", "Basic")], &["application HopByHop in the field \"Proxy-Authenticate\" of the response"]),
    ("GET", true, 103, &[], &["application Interim with the status 103"]),
    ("GET2", true, 200, &[("Connection", "close")], &["application HopByHop in the field \"Connection\" of the response"]),
    ("GET2", true, 101, &[("Upgrade", "x")], &["application HopByHop in the field \"Upgrade\" of the response", "application Interim with the status 101"]),
    ("GET2", true, 200, &[("Trailer", "x")], &[]),
];

pub(crate) fn check(request: &str) -> ResponseCheck {
    ResponseCheck::new(&match request {
        "GET" => head("GET / 1.1", &[]),
        "GET2" => head("GET / 2", &[]),
        "HEAD" => head("HEAD / 1.1", &[]),
        "POST" => head("POST / 1.1", &[("If-None-Match", "*")]),
        "CONNECT" => head("CONNECT x:1 1.1", &[]),
        "RANGE" => head("GET / 1.1", &[("Range", "bytes=0-1")]),
        "MATCH" => head("GET / 1.1", &[("If-None-Match", "\"a\"")]),
        "SINCE" => head("HEAD / 1.1", &[("if-modified-since", "x")]),
        other => panic!("{other}"),
    })
}

pub(crate) fn lines() -> Vec<String> {
    let told = CASES.iter().flat_map(|(.., told)| told.iter());
    told.map(|&line| line.to_owned()).collect()
}

#[test]
fn a_head_breaks_these_rules() {
    for &(request, shares, status, fields, expected) in CASES {
        let check = match shares {
            true => check(request).shares_connection(),
            false => check(request),
        };
        let told = lines_of(|report| {
            check.head(status, fields.iter().copied(), report);
        });
        assert_eq!(told, expected, "{request} {shares} {status} {fields:?}");
    }
}

//! `BodyKind`: which headers say what, and which are refused and why.

use proptest::prelude::*;
use std::collections::HashSet;
use tidegate_core::BodyKind::{self, *};
use tidegate_core::BodyKindFault::{self, *};
use tidegate_core::HttpVersion::{self, *};
use tidegate_core::{Fault, FaultClass};

type Headers<'h> = &'h [(&'h str, &'h str)];
type Kind = Result<BodyKind, BodyKindFault>;

const CL: &str = "Content-Length";
const TE: &str = "Transfer-Encoding";

#[rustfmt::skip]
const CASES: &[(Headers<'_>, Kind)] = &[
    (&[(CL, "0")], Ok(Length(0))),
    (&[(CL, "42")], Ok(Length(42))),
    (&[(CL, "  42\t ")], Ok(Length(42))),
    (&[(CL, "\t42")], Ok(Length(42))),
    (&[(CL, "042")], Ok(Length(42))),
    (&[(CL, "0000000000000000000000000000000042")], Ok(Length(42))),
    (&[(CL, "18446744073709551615")], Ok(Length(u64::MAX))),
    (&[(CL, "0018446744073709551615")], Ok(Length(u64::MAX))),
    (&[("content-length", "1")], Ok(Length(1))),
    (&[("CONTENT-LENGTH", "1")], Ok(Length(1))),
    (&[("cOnTeNt-LeNgTh", "1")], Ok(Length(1))),
    (&[("Host", "a"), (CL, "1"), ("Accept", "*/*")], Ok(Length(1))),

    (&[(CL, "18446744073709551616")], Err(LengthTooLarge)),
    (&[(CL, "18446744073709551620")], Err(LengthTooLarge)),
    (&[(CL, "184467440737095516150")], Err(LengthTooLarge)),
    (&[(CL, "100000000000000000000000000000000")], Err(LengthTooLarge)),
    (&[(CL, "")], Err(EmptyLength)),
    (&[(CL, " \t ")], Err(EmptyLength)),
    (&[(CL, "+5")], Err(SignedLength)),
    (&[(CL, "-5")], Err(SignedLength)),
    (&[(CL, "-0")], Err(SignedLength)),
    (&[(CL, "5-")], Err(SignedLength)),
    (&[(CL, "--5")], Err(SignedLength)),
    (&[(CL, "5, 5")], Err(ListedLength)),
    (&[(CL, "5,5")], Err(ListedLength)),
    (&[(CL, "5, 6")], Err(ListedLength)),
    (&[(CL, ",5")], Err(ListedLength)),
    (&[(CL, "5,")], Err(ListedLength)),
    (&[(CL, "4 2")], Err(BlankInLength)),
    (&[(CL, "4\t2")], Err(BlankInLength)),
    (&[(CL, "5 ,5")], Err(BlankInLength)),
    (&[(CL, "a")], Err(MalformedLength)),
    (&[(CL, "5a")], Err(MalformedLength)),
    (&[(CL, "0x5")], Err(MalformedLength)),
    (&[(CL, "5.0")], Err(MalformedLength)),
    (&[(CL, "1_0")], Err(MalformedLength)),
    (&[(CL, "1e1")], Err(MalformedLength)),
    (&[(CL, "\"5\"")], Err(MalformedLength)),
    (&[(CL, "5;a")], Err(MalformedLength)),
    (&[(CL, "٥")], Err(MalformedLength)),
    (&[(CL, "5\0")], Err(MalformedLength)),
    (&[(CL, "\x005")], Err(MalformedLength)),
    (&[(CL, "5\n")], Err(MalformedLength)),
    (&[(CL, "5\r")], Err(MalformedLength)),
    (&[(CL, "\u{b}5")], Err(MalformedLength)),
    (&[(CL, "5\u{c}")], Err(MalformedLength)),
    (&[(CL, "5\u{a0}")], Err(MalformedLength)),
    (&[(CL, "5\r\n 6")], Err(MalformedLength)),
    (&[(CL, "5"), (CL, "5")], Err(RepeatedLength)),
    (&[(CL, "5"), ("content-length", "05")], Err(RepeatedLength)),
    (&[(CL, "5"), ("Host", "a"), (CL, "5")], Err(RepeatedLength)),
    (&[(CL, "5"), (CL, "6")], Err(DifferingLengths)),
    (&[(CL, "0"), (CL, "5")], Err(DifferingLengths)),
    (&[(CL, "5"), (CL, "")], Err(EmptyLength)),
    (&[(CL, ""), (CL, "5")], Err(EmptyLength)),

    (&[(TE, "chunked")], Ok(Chunked)),
    (&[(TE, "Chunked")], Ok(Chunked)),
    (&[(TE, "CHUNKED")], Ok(Chunked)),
    (&[(TE, " \tchunked\t ")], Ok(Chunked)),
    (&[("transfer-encoding", "chunked")], Ok(Chunked)),
    (&[("TRANSFER-ENCODING", "chunked")], Ok(Chunked)),
    (&[(TE, "")], Err(EmptyCoding)),
    (&[(TE, " ")], Err(EmptyCoding)),
    (&[(TE, ",")], Err(EmptyCoding)),
    (&[(TE, ",chunked")], Err(EmptyCoding)),
    (&[(TE, "chunked,")], Err(EmptyCoding)),
    (&[(TE, "chunked, ,")], Err(EmptyCoding)),
    (&[(TE, "chunked"), (TE, "")], Err(EmptyCoding)),
    (&[(TE, ""), (TE, "chunked")], Err(EmptyCoding)),
    (&[(TE, "identity")], Err(UnknownCoding)),
    (&[(TE, "gzip")], Err(UnknownCoding)),
    (&[(TE, "gzip, chunked")], Err(UnknownCoding)),
    (&[(TE, "identity, chunked")], Err(UnknownCoding)),
    (&[(TE, "gzip"), (TE, "chunked")], Err(UnknownCoding)),
    (&[(TE, "xchunked")], Err(UnknownCoding)),
    (&[(TE, "chunkedchunked")], Err(UnknownCoding)),
    (&[(TE, "chunke")], Err(UnknownCoding)),
    (&[(TE, "chunked;q=1")], Err(UnknownCoding)),
    (&[(TE, "chunked chunked")], Err(UnknownCoding)),
    (&[(TE, "\"chunked\"")], Err(UnknownCoding)),
    (&[(TE, "'chunked'")], Err(UnknownCoding)),
    (&[(TE, "chunked\0")], Err(UnknownCoding)),
    (&[(TE, "\0chunked")], Err(UnknownCoding)),
    (&[(TE, "\u{b}chunked")], Err(UnknownCoding)),
    (&[(TE, "chunked\u{c}")], Err(UnknownCoding)),
    (&[(TE, "chunked\r")], Err(UnknownCoding)),
    (&[(TE, "\nchunked")], Err(UnknownCoding)),
    (&[(TE, "\r\n chunked")], Err(UnknownCoding)),
    (&[(TE, "chun\tked")], Err(UnknownCoding)),
    (&[(TE, "ch\u{fc}nked")], Err(UnknownCoding)),
    (&[(TE, "chunked, gzip")], Err(ChunkedNotLast)),
    (&[(TE, "chunked, identity")], Err(ChunkedNotLast)),
    (&[(TE, "chunked"), (TE, "identity")], Err(ChunkedNotLast)),
    (&[(TE, "chunked, chunked")], Err(ChunkedTwice)),
    (&[(TE, "chunked,Chunked")], Err(ChunkedTwice)),
    (&[(TE, "chunked"), (TE, "chunked")], Err(ChunkedTwice)),

    (&[(CL, "5"), (TE, "chunked")], Err(LengthAndCoding)),
    (&[(TE, "chunked"), (CL, "5")], Err(LengthAndCoding)),
    (&[(TE, "chunked"), (CL, "0")], Err(LengthAndCoding)),
    (&[(CL, "5"), (TE, "identity")], Err(UnknownCoding)),
    (&[(CL, "5"), (TE, "")], Err(EmptyCoding)),
    (&[(TE, "chunked"), (CL, "+5")], Err(SignedLength)),

    (&[("Content-Length ", "5")], Err(MalformedName)),
    (&[("Content-Length\t", "5")], Err(MalformedName)),
    (&[(" Content-Length", "5")], Err(MalformedName)),
    (&[("Transfer-Encoding ", "chunked")], Err(MalformedName)),
    (&[("\ttransfer-encoding", "chunked")], Err(MalformedName)),
    (&[("Transfer-Encoding\r", "chunked")], Err(MalformedName)),
    (&[("\nTransfer-Encoding", "chunked")], Err(MalformedName)),
    (&[(CL, "5"), ("Content-Length ", "5")], Err(MalformedName)),
    (&[("Content-Length\x0b", "5")], Err(MalformedName)),
    (&[("\0Content-Length", "5")], Err(MalformedName)),
    (&[("Transfer-Encoding:", "chunked")], Err(MalformedName)),
];

/// Which say nothing of the framing.
const SAY_NOTHING: &[Headers<'_>] = &[
    &[],
    &[("Host", "a")],
    &[("Content-Length-X", "5")],
    &[("X-Content-Length", "5")],
    &[("Content_Length", "5")],
    &[("Content Length", "5")],
    &[("Transfer_Encoding", "chunked")],
    &[("Transfer-Encodin", "chunked")],
    &[("TE", "chunked")],
    &[("Trailer", "Content-Length")],
    &[("", "5")],
    &[(" ", "5")],
];

fn request(version: HttpVersion, headers: Headers<'_>) -> Kind {
    BodyKind::of_request(version, headers.iter().copied())
}

fn response(version: HttpVersion, method: &str, status: u16, headers: Headers<'_>) -> Kind {
    BodyKind::of_response(version, method, status, headers.iter().copied())
}

#[test]
fn headers_say_the_same_of_requests_and_of_responses() {
    for &(headers, expected) in CASES {
        assert_eq!(request(Http11, headers), expected, "{headers:?}");
        assert_eq!(
            response(Http11, "GET", 200, headers),
            expected,
            "{headers:?}"
        );
    }
}

/// HTTP/1.0 has lengths, and no codings: whoever sends one is refused for it, or
/// for whatever else is wrong.
#[test]
fn http_1_0_has_no_codings() {
    for &(headers, expected) in CASES {
        let expected = match expected {
            Ok(Chunked) => Err(CodingInHttp10),
            expected => expected,
        };
        assert_eq!(request(Http10, headers), expected, "{headers:?}");
        assert_eq!(
            response(Http10, "GET", 200, headers),
            expected,
            "{headers:?}"
        );
    }
}

#[test]
fn a_request_that_announces_nothing_has_no_body() {
    for headers in SAY_NOTHING {
        for version in [Http10, Http11] {
            assert_eq!(request(version, headers), Ok(Empty), "{headers:?}");
        }
    }
}

#[test]
fn a_response_that_announces_nothing_lasts_until_the_close() {
    for headers in SAY_NOTHING {
        for version in [Http10, Http11] {
            for (method, status) in [("GET", 200), ("POST", 500), ("CONNECT", 400), ("get", 201)] {
                assert_eq!(
                    response(version, method, status, headers),
                    Ok(UntilClose),
                    "{headers:?}"
                );
            }
        }
    }
}

/// Whatever is announced, however it is.
#[test]
fn responses_that_have_no_body() {
    let none = [
        ("HEAD", 200),
        ("HEAD", 404),
        ("GET", 100),
        ("GET", 101),
        ("GET", 199),
        ("GET", 204),
        ("GET", 304),
        ("POST", 204),
        ("CONNECT", 200),
        ("CONNECT", 299),
    ];
    for &(headers, expected) in CASES {
        for (method, status) in none {
            for version in [Http10, Http11] {
                assert_eq!(
                    response(version, method, status, headers),
                    Ok(Empty),
                    "{method}, {status}"
                );
            }
        }
        for (method, status) in [
            ("GET", 200),
            ("head", 200),
            ("GET", 203),
            ("GET", 205),
            ("GET", 303),
            ("GET", 305),
            ("GET", 99),
            ("CONNECT", 300),
            ("CONNECT", 407),
            ("connect", 200),
        ] {
            assert_eq!(
                response(Http11, method, status, headers),
                expected,
                "{method}, {status}"
            );
        }
    }
}

#[test]
fn only_a_length_is_a_content_length() {
    assert_eq!(Length(5).content_length(), Some(5));
    assert_eq!(Length(0).content_length(), Some(0));
    for kind in [Empty, Chunked, UntilClose] {
        assert_eq!(kind.content_length(), None);
    }
}

/// Of any bytes, as a parser has them.
#[test]
fn headers_need_not_be_text() {
    let headers = [(&b"\xff"[..], &b"\xff"[..]), (b"content-length", b"\xff")];
    let kind = BodyKind::of_request(Http11, headers);
    assert_eq!(kind, Err(MalformedLength));
    let headers = vec![(b"content-length".to_vec(), b"7".to_vec())];
    assert_eq!(
        BodyKind::of_response(Http11, b"GET", 200, headers),
        Ok(Length(7))
    );
}

#[test]
fn every_fault_is_met_and_is_malformed() {
    let mut met: HashSet<BodyKindFault> = CASES.iter().filter_map(|(_, kind)| kind.err()).collect();
    met.insert(CodingInHttp10);
    assert_eq!(met.len(), 15);
    let texts: HashSet<String> = met.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), met.len(), "no two faults read alike");
    for fault in met {
        assert_eq!(fault.class(), FaultClass::Malformed);
    }
}

#[cfg(feature = "std")]
#[test]
fn a_fault_travels_in_an_io_error() {
    let error = std::io::Error::from(LengthAndCoding);
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    let cause = error.get_ref().unwrap().downcast_ref();
    assert_eq!(cause, Some(&LengthAndCoding));
}

proptest! {
    /// A length is digits, and nothing else is.
    #[test]
    fn lengths(value in "[0-9]{0,22}|[0-9+, a-]{0,6}") {
        let digits = value.trim_matches([' ', '\t']);
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse());
        let expected = match number {
            Some(Ok(number)) => Ok(Length(number)),
            Some(Err(_)) if digits.is_empty() => Err(EmptyLength),
            Some(Err(_)) => Err(LengthTooLarge),
            None => {
                let odd = digits.bytes().find(|byte| !byte.is_ascii_digit());
                Err(match odd {
                    Some(b'+' | b'-') => SignedLength,
                    Some(b',') => ListedLength,
                    Some(b' ') => BlankInLength,
                    _ => MalformedLength,
                })
            }
        };
        prop_assert_eq!(request(Http11, &[(CL, &value)]), expected);
    }

    /// Of a set of codings, in however many fields, `chunked` alone is taken.
    #[test]
    fn codings(fields in prop::collection::vec(
        prop::collection::vec(prop::sample::select(&["chunked", "gzip", "", "Chunked"][..]), 1..3), 1..3,
    )) {
        let values: Vec<String> = fields.iter().map(|codings| codings.join(" ,")).collect();
        let headers: Vec<(&str, &str)> = values.iter().map(|value| (TE, &value[..])).collect();
        let kind = request(Http11, &headers);
        let all = fields.concat();
        prop_assert_eq!(kind.is_ok(), all.len() == 1 && all[0].eq_ignore_ascii_case("chunked"));
    }
}

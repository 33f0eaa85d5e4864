//! `Boundary`: which bytes, how many, and how it is written as a parameter.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::collections::BTreeSet;
use tidegate_core::{Boundary, BoundaryFault};

/// `bcharsnospace` of RFC 2046 section 5.1.1, as it is written there.
const ALLOWED: &[u8] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?";

/// `tchar` of RFC 9110 section 5.6.2, without letters and digits.
const TOKEN_SIGNS: &[u8] = b"!#$%&'*+-.^_`|~";

#[test]
fn each_byte_is_allowed_or_refused_by_the_grammar() {
    for byte in 0..=u8::MAX {
        let allowed = ALLOWED.contains(&byte);
        let expected = |offset| match (allowed, byte) {
            (true, _) => None,
            (false, b' ') => Some(BoundaryFault::TrailingBlank),
            (false, _) => Some(BoundaryFault::Forbidden { offset }),
        };
        assert_eq!(Boundary::new([byte]).err(), expected(0), "{byte:#x}");
        assert_eq!(
            Boundary::new([b'a', b'b', byte]).err(),
            expected(2),
            "{byte:#x}"
        );
        let inside = Boundary::new([b'a', byte, b'b']);
        assert_eq!(inside.is_ok(), allowed || byte == b' ', "{byte:#x}");
        let first = Boundary::new([byte, b'b']);
        assert_eq!(first.is_ok(), allowed || byte == b' ', "{byte:#x}");
    }
}

#[test]
fn it_has_one_to_seventy_bytes() {
    for len in 0..=71 {
        let given = "x".repeat(len);
        let boundary = Boundary::new(&given);
        match len {
            0 => assert_eq!(boundary, Err(BoundaryFault::Empty)),
            71 => assert_eq!(boundary, Err(BoundaryFault::TooLong)),
            _ => assert_eq!(boundary.unwrap().as_str(), given),
        }
    }
    assert_eq!(
        Boundary::new("x".repeat(100_000)),
        Err(BoundaryFault::TooLong)
    );
}

#[test]
fn it_does_not_end_in_a_blank() {
    for (given, refused) in [
        (" ", true),
        ("a ", true),
        ("a  ", true),
        (" a", false),
        ("a b", false),
    ] {
        let expected = refused.then_some(BoundaryFault::TrailingBlank);
        assert_eq!(Boundary::new(given).err(), expected, "{given:?}");
    }
    let longest = format!("{} ", "x".repeat(69));
    assert_eq!(Boundary::new(longest), Err(BoundaryFault::TrailingBlank));
}

/// What a reader of parameters makes of one.
fn value_of(parameter: &str) -> String {
    let value = parameter.strip_prefix("boundary=").unwrap();
    match value.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').unwrap().to_owned(),
        None => value.to_owned(),
    }
}

#[test]
fn it_is_quoted_as_a_parameter_where_it_is_no_token() {
    for &byte in ALLOWED.iter().chain(b" ") {
        for given in [[b'a', byte, b'b'], [byte, b'a', b'b']] {
            let boundary = Boundary::new(given).unwrap();
            let parameter = boundary.parameter().to_string();
            let token = byte.is_ascii_alphanumeric() || TOKEN_SIGNS.contains(&byte);
            assert_eq!(parameter.contains('"'), !token, "{parameter}");
            assert!(!parameter.contains('\\'), "{parameter}");
            assert_eq!(value_of(&parameter), boundary.as_str());
        }
    }
}

#[test]
fn random_bits_become_as_many_different_boundaries() {
    let boundary = Boundary::from_random(*b"\x00\x01\x0f\x10\x7f\x80\xab\xff01234567");
    assert_eq!(boundary.as_str(), "00010f107f80abff3031323334353637");
    let mut seen = BTreeSet::new();
    for place in 0..16 {
        for value in 1..=u8::MAX {
            let mut random = [0; 16];
            random[place] = value;
            let boundary = Boundary::from_random(random);
            assert_eq!(Boundary::new(boundary.as_str()), Ok(boundary));
            assert_eq!(
                boundary.parameter().to_string(),
                format!("boundary={}", boundary.as_str())
            );
            assert!(seen.insert(boundary.as_str().to_owned()), "{boundary:?}");
        }
    }
}

#[test]
fn it_is_shown_as_it_was_given() {
    assert_eq!(
        format!("{:?}", Boundary::new("a b").unwrap()),
        "Boundary(\"a b\")"
    );
}

#[test]
fn faults_name_the_rule() {
    for (given, text) in [
        (&b""[..], "a boundary is empty"),
        (b"ab\ncd", "byte 2 of a boundary is none that may be there"),
        (b"ab ", "a boundary ends in a blank"),
        (&[b'x'; 71], "a boundary is longer than 70 bytes"),
    ] {
        let fault = Boundary::new(given).unwrap_err();
        assert_eq!(fault.to_string(), text);
        #[cfg(feature = "std")]
        {
            let error = std::io::Error::from(fault);
            assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
            assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&fault));
        }
    }
}

//! Names of header fields as variables.

use super::asked::check_header_name;
use proptest::prelude::*;
use tidegate_core::environ::{VariableFault, VariableName};

#[test]
#[rustfmt::skip]
fn a_header_becomes_this_variable() {
    use VariableFault::{NotAToken, Proxy, Underscore};
    let cases: &[(&str, Result<&str, VariableFault>)] = &[
        ("Host", Ok("HTTP_HOST")),
        ("accept-language", Ok("HTTP_ACCEPT_LANGUAGE")),
        ("Content-Type", Ok("CONTENT_TYPE")),
        ("CONTENT-LENGTH", Ok("CONTENT_LENGTH")),
        ("Content-Encoding", Ok("HTTP_CONTENT_ENCODING")),
        ("Proxy", Err(Proxy)),
        ("pROXY", Err(Proxy)),
        ("Proxy-Authorization", Ok("HTTP_PROXY_AUTHORIZATION")),
        ("X_User", Err(Underscore)),
        ("_", Err(Underscore)),
        ("", Err(NotAToken)),
        ("Host ", Err(NotAToken)),
        ("X\r\nY", Err(NotAToken)),
        ("Gr\u{fc}n", Err(NotAToken)),
        ("X(", Err(NotAToken)),
        ("a!b", Ok("HTTP_A!B")),
    ];
    for &(header, expected) in cases {
        let ours = VariableName::of_header(header);
        assert_eq!(ours.map(|name| name.to_string()), expected.map(str::to_owned), "{header:?}");
        if let (Ok(ours), Ok(expected)) = (ours, expected) {
            assert!(ours == *expected && ours != *"HTTP_X");
            assert_eq!(ours.bytes().collect::<Vec<_>>(), expected.as_bytes());
        }
        if let Err(fault) = ours {
            assert_eq!(fault.http_status(), 400);
        }
    }
}

proptest! {
    /// Two different headers never become one variable, but for their letter
    /// case.
    #[test]
    fn names_stay_apart(a in "[a-cA-C_-]{1,4}", b in "[a-cA-C_-]{1,4}") {
        if let (Ok(one), Ok(other)) = (VariableName::of_header(&a), VariableName::of_header(&b)) {
            prop_assert_eq!(one.to_string() == other.to_string(), a.eq_ignore_ascii_case(&b));
        }
    }

    #[test]
    fn names_at_random_are_what_the_model_says(name in "[a-cA-C_!(-]{0,4}|(?i)proxy|(?i)content-(type|length)") {
        check_header_name(name.as_bytes());
    }

    #[test]
    fn no_bytes_become_the_proxy(name in prop::collection::vec(any::<u8>(), 0..8)) {
        check_header_name(&name);
        if let Ok(name) = VariableName::of_header(&name) {
            prop_assert!(name != *"HTTP_PROXY");
        }
    }
}

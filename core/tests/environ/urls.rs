//! URLs put together.

use super::check::check_urls;
use proptest::prelude::*;
use tidegate_core::environ::{
    HostFault, HostRules, UrlPart, application_uri, current_url, request_uri,
};

#[test]
fn a_path_never_becomes_a_part_of_the_host() {
    let variables = [
        ("HTTP_HOST", "example.org"),
        ("SCRIPT_NAME", ".evil.org"),
        ("PATH_INFO", "x"),
    ];
    let url = request_uri(&variables, true, &HostRules::new()).unwrap();
    assert_eq!(url.to_string(), "http://example.org/.evil.org/x");
    let url = current_url(&variables, UrlPart::Root, &HostRules::new()).unwrap();
    assert_eq!(url.to_string(), "http://example.org/.evil.org/");
    assert_eq!(url.host().name(), "example.org");
}

/// Nothing that a client wrote ends a line.
#[test]
fn every_byte_comes_out_as_ascii_that_may_be_there() {
    let all: Vec<u8> = (0..=255).collect();
    check_urls(&all, &all, &all);
    let variables = [
        ("HTTP_HOST", &b"h"[..]),
        ("PATH_INFO", &all),
        ("QUERY_STRING", &all),
    ];
    let url = request_uri(&variables, true, &HostRules::new())
        .unwrap()
        .to_string();
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#[]".contains(&byte);
    assert!(url.bytes().all(is_allowed), "{url}");
}

#[test]
fn urls_of_no_host_are_refused() {
    let variables = [("HTTP_HOST", "a\r\nX: y"), ("PATH_INFO", "/")];
    let rules = HostRules::new();
    let malformed = HostFault::Malformed;
    assert_eq!(application_uri(&variables, &rules).unwrap_err(), malformed);
    assert_eq!(
        request_uri(&variables, true, &rules).unwrap_err(),
        malformed
    );
    assert_eq!(
        current_url(&variables, UrlPart::Host, &rules).unwrap_err(),
        malformed
    );
}

proptest! {
    #[test]
    fn urls_at_random_are_what_the_model_says(
        script in prop::collection::vec(prop::sample::select(&b"//a;%\xFF "[..]), 0..8),
        path in prop::collection::vec(prop::sample::select(&b"//a;%\xC3\xA9@:,=+"[..]), 0..10),
        query in prop::collection::vec(prop::sample::select(&b"a=&%2?#/ \xE9"[..]), 0..10),
    ) {
        check_urls(&script, &path, &query);
    }
}

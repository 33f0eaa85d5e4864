//! The path that a URL is of an application.

use super::check::{check_extract, check_extract_of_environ};
use proptest::prelude::*;
use tidegate_core::environ::{
    ExtractFault, HostFault, HostRules, extract_path_info, extract_path_info_of_base,
};

#[test]
#[rustfmt::skip]
fn a_path_is_extracted_like_this() {
    use ExtractFault::{Malformed, NotHttp, OtherHost, OtherScheme, Outside};
    let cases: &[(&str, &str, bool, Result<&str, ExtractFault>)] = &[
        ("http://a/app", "/app/hello", true, Ok("/hello")),
        ("http://a/app", "http://a/app", true, Ok("/")),
        ("http://a", "http://a", true, Ok("/")),
        ("http://a", "x", true, Ok("/x")),
        ("http://a/app/", "//a/app/x", true, Ok("/x")),
        ("http://a/app/", "", true, Ok("/")),
        ("http://a/app/", "?q#f", true, Ok("/")),
        ("http://a/app/", "x?y/../..", true, Ok("/x")),
        ("http://a/app?x=/y", "/app/z", true, Ok("/z")),
        // A prefix ends where a segment ends.
        ("http://a/app", "/application/x", true, Err(Outside)),
        ("http://a/app/", "/ap", true, Err(Outside)),
        ("http://a/app//", "/app/x", true, Ok("/x")),
        ("http://a/app//x", "/app/x/y", true, Err(Outside)),
        ("http://a/app//x", "/app//x/y", true, Ok("/y")),
        ("http://a/app", "/app//x//", true, Ok("/x//")),
        // Hosts and ports.
        ("http://A.example/", "http://a.EXAMPLE/x", true, Ok("/x")),
        ("http://a:80/", "https://a:443/x", true, Ok("/x")),
        ("http://a/", "https://a:80/x", true, Err(OtherHost)),
        ("http://a:/", "http://a:80/x", true, Ok("/x")),
        ("http://[::1]/", "http://[0::1]:80/x", true, Ok("/x")),
        ("http://[::1]/", "http://[::2]/x", true, Err(OtherHost)),
        ("http://u:p@a/", "http://v@a/x", true, Ok("/x")),
        ("http://a/", "http://a@b/x", true, Err(OtherHost)),
        ("http://a/", "http://b@c@a/x", true, Err(Malformed)),
        ("http://a/", "http://b\\@a/x", true, Err(Malformed)),
        ("http://a/", "http:///x", true, Err(Malformed)),
        ("http://a/", "http://a:b/x", true, Err(Malformed)),
        ("http://a/", "http://a:+80/x", true, Err(Malformed)),
        ("http://a/", "http://[1]/x", true, Err(Malformed)),
        // Schemes.
        ("http://a/", "https://a/x", false, Err(OtherScheme)),
        ("HTTPS://a/", "https://a/x", false, Ok("/x")),
        ("http://a/", "ftp://a/x", true, Err(NotHttp)),
        ("http://a/", "ws://a/x", true, Err(NotHttp)),
        ("wss://a/", "x", true, Err(NotHttp)),
        ("/app", "x", true, Err(NotHttp)),
        ("//a/app", "x", true, Err(NotHttp)),
        ("http://a/", "javascript:x", true, Err(NotHttp)),
        ("http://a/", "http:x", true, Err(Malformed)),
        ("http:x", "x", true, Err(Malformed)),
        ("http://a/", "/x\ny", true, Err(Malformed)),
        ("http://a/", "/a:b", true, Ok("/a:b")),
        ("http://a/", "./a:b", true, Ok("/a:b")),
        // Dots.
        ("http://a/app/", "../app/x", true, Ok("/x")),
        ("http://a/app/", "../x", true, Err(Outside)),
        ("http://a/app/", "/app/../../app/x", true, Ok("/x")),
        ("http://a/app/", "/app/x/..", true, Ok("/")),
        ("http://a/app/", "/app/x/y/..", true, Ok("/x/")),
        ("http://a/app/", "/app/%2e%2E/x", true, Err(Outside)),
        ("http://a/app/", "/app/x/%2E/.y", true, Ok("/x/.y")),
        ("http://a/x/../app/", "/app/y", true, Ok("/y")),
        ("http://a/", "/a/b/../../../c/./d/.", true, Ok("/c/d/")),
        // Characters.
        ("http://☃.net/", "/fööbär", true, Ok("/fööbär")),
        ("http://☃.net/", "http://%E2%98%83.net/f%C3%B6", true, Ok("/fö")),
        ("http://☃.net/", "http://xn--n3h.net/x", true, Err(OtherHost)),
        ("http://a/f%C3%B6", "/fö/x", true, Ok("/x")),
        ("http://a/f%2fb/", "/f%2Fb/x", true, Ok("/x")),
        ("http://a/f%2fb/", "/f/b/x", true, Err(Outside)),
        ("http://a/", "/%41%2f%20%FF%C3%B6%C3%", true, Ok("/A%2f%20%FFö%C3%")),
        ("http://a/", "/%E2%98%83%E2%98%F0%9F%92%A9", true, Ok("/☃%E2%98💩")),
        ("http://a/", "/%ED%A0%80", true, Ok("/%ED%A0%80")),
    ];
    for &(base, url, collapse, expected) in cases {
        let ours = extract_path_info_of_base(base, url, collapse);
        let ours = ours.map(|path| path.to_string());
        assert_eq!(ours, expected.map(str::to_owned), "{base:?} {url:?} {collapse}");
        check_extract(base, url);
    }
}

#[test]
fn of_variables() {
    let rules = HostRules::new().trusted(&["a"]);
    let variables = [("HTTP_HOST", "a"), ("SCRIPT_NAME", "/a b")];
    let path = extract_path_info(&variables, &rules, "https://a/a%20b/c", true).unwrap();
    assert!(path == *"/c");
    // Found at random: behind the host one slash is its end, and the other a segment.
    check_extract_of_environ("//%", "/%/b");
    check_extract_of_environ("//%", "//a//%/b");
    check_extract_of_environ("//", "/b");
    let untrusted = [("HTTP_HOST", "b")];
    let fault = extract_path_info(&untrusted, &rules, "/x", true).unwrap_err();
    assert_eq!(fault, ExtractFault::Host(HostFault::Untrusted));
    assert_eq!(fault.http_status(), 400);
}

/// The limit, and what comes of a path that would be slow without it.
#[test]
fn only_so_many_segments_are_in_front_of_dots() {
    let path = |before: usize| format!("/{}x/../y", "a/".repeat(before));
    let extract = |path: &str| {
        extract_path_info_of_base("http://a/", path, true).map(|it| it.bytes().count())
    };
    assert_eq!(extract(&path(64)), Ok(2 * 64 + 2));
    assert_eq!(extract(&path(65)), Err(ExtractFault::TooDeep));
    check_extract("http://a/", &path(64));
    check_extract("http://a/", &path(65));
    check_extract(&format!("http://a{}", path(65)), "/");
    // Those that are taken away do not count, nor those behind the last.
    let up = format!(
        "/{}{}{}",
        "a/".repeat(50_000),
        "../".repeat(50_000),
        "b/".repeat(50_000)
    );
    assert_eq!(extract(&up), Ok(2 * 50_000 + 1));
    let pairs = format!("/{}", "a/../".repeat(50_000));
    assert_eq!(extract(&pairs), Ok(1));
    let deep = format!("/{}{}", "b/".repeat(64), "a/../".repeat(20_000));
    assert_eq!(extract(&deep), Ok(2 * 64 + 1));
}

fn paths() -> impl Strategy<Value = String> {
    let segment = prop::sample::select(vec![
        "a", "b", "", ".", "..", "%2e", "%2E.", "a%2Fb", "ö", "%C3%B6", "%C3", "%", "%4", "%41",
        "A", " ", "a:b",
    ]);
    prop::collection::vec(segment, 0..7).prop_map(|segments| segments.join("/"))
}

proptest! {
    #[test]
    fn urls_at_random_are_what_the_model_says(
        base_host in "https?://(u@)?(a|B|ö|\\[::1\\])(:(80|443|8)?)?",
        base_path in paths(),
        front in "((https?:)?//(u@)?(a|b|ö|\\[::1\\])(:(80|443|8)?)?)?/?",
        path in paths(),
        end in "([?#]x)?",
    ) {
        check_extract(&format!("{base_host}/{base_path}"), &format!("{front}{path}{end}"));
        check_extract_of_environ(&base_path, &format!("{front}{path}{end}"));
    }

    #[test]
    fn any_text_is_what_the_model_says(base in "(http://)?[a-c:/@.%?#\\[\\]]{0,12}", url in "[a-c:/@.%?#2eE\\[\\]]{0,14}") {
        check_extract(&base, &url);
    }
}

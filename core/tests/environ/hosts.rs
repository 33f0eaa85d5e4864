//! Which host a request is for.

use super::asked::{Asked, SCHEMES};
use super::check::check_host;
use proptest::prelude::*;
use tidegate_core::Fault;
#[cfg(feature = "idna")]
use tidegate_core::environ::trusted_entry;
use tidegate_core::environ::{Host, HostFault, HostRules, Scheme, host, host_is_trusted};

#[test]
#[rustfmt::skip]
fn a_host_is_read_like_this() {
    use HostFault::{Address, Malformed, Missing, Port};
    type Parts = (&'static str, Option<u16>);
    let cases: &[(&str, Result<Parts, HostFault>)] = &[
        ("example.org", Ok(("example.org", None))),
        ("EXAMPLE.org:8080", Ok(("EXAMPLE.org", Some(8080)))),
        ("example.org.", Ok(("example.org.", None))),
        ("192.0.2.1:1", Ok(("192.0.2.1", Some(1)))),
        ("[::1]", Ok(("::1", None))),
        ("[2001:DB8::1]:65535", Ok(("2001:DB8::1", Some(65535)))),
        ("[::ffff:192.0.2.1]", Ok(("::ffff:192.0.2.1", None))),
        ("xn--bcher-kva.example", Ok(("xn--bcher-kva.example", None))),
        ("", Err(Missing)),
        (":80", Err(Missing)),
        ("bücher.example", Err(Malformed)),
        ("example_org", Err(Malformed)),
        (" example.org", Err(Malformed)),
        ("example.org ", Err(Malformed)),
        ("example.org\r\nX: y", Err(Malformed)),
        ("example.org/", Err(Malformed)),
        ("a@example.org", Err(Malformed)),
        ("example%2Eorg", Err(Malformed)),
        ("::1", Err(Missing)),
        ("2001:db8::1", Err(Port)),
        ("[::1", Err(Malformed)),
        ("[::1]x", Err(Malformed)),
        ("[::1]x:80", Err(Malformed)),
        ("[]", Err(Address)),
        ("[1.2.3.4]", Err(Address)),
        ("[::1%25eth0]", Err(Address)),
        ("[v1.x]", Err(Address)),
        ("[1:2]", Err(Address)),
        ("example.org:", Err(Port)),
        ("example.org:0", Err(Port)),
        ("example.org:080", Err(Port)),
        ("example.org:+80", Err(Port)),
        ("example.org:65536", Err(Port)),
        ("example.org:80:80", Err(Port)),
        ("example.org:80@evil.org", Err(Port)),
        ("[::1]:", Err(Port)),
    ];
    for &(text, expected) in cases {
        let ours = Host::parse(text).map(|host| (host.name(), host.port()));
        assert_eq!(ours, expected, "{text:?}");
        check_host(text.as_bytes(), &[]);
    }
}

#[test]
#[rustfmt::skip]
fn a_host_is_trusted_like_this() {
    let cases: &[(&str, &[&str], bool)] = &[
        ("example.org", &["EXAMPLE.ORG"], true),
        ("Shop.Example.ORG:81", &[".example.org:80"], true),
        ("badexample.org", &[".example.org"], false),
        ("example.org.", &["example.org"], false),
        ("example.org.", &["example.org."], true),
        ("a.", &["."], false),
        (".", &["."], false),
        ("a", &["", "."], false),
        ("[::1]", &["[::1]:80"], true),
        ("[0:0:0:0:0:0:0:1]:99", &["[::1]"], true),
        ("[::2]", &["[::1]"], false),
        ("[::1]", &["::1"], false),
        ("[2001:dead::5]", &["[2001:db8::1]"], false),
        ("127.0.0.1", &["[::ffff:127.0.0.1]"], false),
        ("[::1]", &[".[::1]", "[::1", "["], false),
        ("a.b", &["[a.b]", "a.b.", "*.b", "b"], false),
    ];
    for &(host, trusted, expected) in cases {
        assert_eq!(host_is_trusted(host, trusted), expected, "{host} {trusted:?}");
        check_host(host.as_bytes(), trusted);
    }
}

#[test]
#[rustfmt::skip]
#[cfg(feature = "idna")]
fn an_entry_is_encoded_like_this() {
    use HostFault::{Address, Missing, Name, Port};
    let long = "\u{2603}".repeat(64);
    let cases: &[(&str, Result<&str, HostFault>)] = &[
        ("example.org", Ok("example.org")),
        (".Example.ORG:8080", Ok(".example.org:8080")),
        ("bücher.example", Ok("xn--bcher-kva.example")),
        (".BÜCHER.example:99", Ok(".xn--bcher-kva.example:99")),
        ("bu\u{308}cher.example", Ok("xn--bcher-kva.example")),
        ("xn--bcher-kva.example", Ok("xn--bcher-kva.example")),
        ("straße.example", Ok("xn--strae-oqa.example")),
        ("\u{ff45}xample.com", Ok("example.com")),
        ("例え。テスト", Ok("xn--r8jz45g.xn--zckzah")),
        ("example.org.", Ok("example.org.")),
        ("127.0.0.1", Ok("127.0.0.1")),
        ("[::1]:80", Ok("[::1]:80")),
        ("[0:0::1]", Ok("[0:0::1]")),
        ("", Err(Missing)),
        (".", Err(Missing)),
        (":80", Err(Missing)),
        ("a..b", Err(Name)),
        ("..b", Err(Name)),
        (".[::1]", Err(Name)),
        ("a b", Err(Name)),
        ("a_b", Err(Name)),
        ("*.b", Err(Name)),
        ("a\u{ff1a}80", Err(Name)),
        ("user@a", Err(Name)),
        ("xn--\u{fc}", Err(Name)),
        ("xn--zzzzzzzz99999", Err(Name)),
        ("\u{202e}a", Err(Name)),
        (&long, Err(Name)),
        ("[::1", Err(HostFault::Malformed)),
        ("[1]", Err(Address)),
        ("a:0", Err(Port)),
        ("a:80:80", Err(Port)),
        ("a:\u{fc}", Err(Port)),
        ("a:", Err(Port)),
    ];
    for &(entry, expected) in cases {
        let ours = trusted_entry(entry);
        assert_eq!(ours, expected.map(str::to_owned), "{entry:?}");
        if let Ok(ours) = ours {
            let host = ours.strip_prefix('.').unwrap_or(&ours);
            assert!(host_is_trusted(host, &[&ours]), "{entry:?}");
        }
    }
}

fn found(variables: &[(&str, &str)], rules: &HostRules<'_>) -> Result<String, HostFault> {
    host(variables, rules).map(|host| host.to_string())
}

#[test]
#[rustfmt::skip]
fn the_host_is_the_one_that_is_asked_for() {
    use HostFault::{Address, Malformed, Missing, Port};
    type Case = (&'static [(&'static str, &'static str)], Result<&'static str, HostFault>);
    let cases: &[Case] = &[
        (&[("HTTP_HOST", "a"), ("SERVER_NAME", "b"), ("SERVER_PORT", "80")], Ok("a")),
        (&[("SERVER_NAME", "b"), ("SERVER_PORT", "80")], Ok("b")),
        (&[("SERVER_NAME", "b"), ("SERVER_PORT", "8080")], Ok("b:8080")),
        (&[("SERVER_NAME", "b"), ("SERVER_PORT", "443"), ("HTTPS", "on")], Ok("b")),
        (&[("SERVER_NAME", "b"), ("SERVER_PORT", "80"), ("HTTPS", "on")], Ok("b:80")),
        (&[("SERVER_NAME", "b")], Ok("b")),
        (&[("SERVER_NAME", "::1"), ("SERVER_PORT", "8080")], Ok("[::1]:8080")),
        (&[("SERVER_NAME", "[::1]"), ("SERVER_PORT", "80")], Ok("[::1]")),
        (&[("HTTP_HOST", "[::1]:80")], Ok("[::1]")),
        (&[("HTTP_HOST", "a:443"), ("wsgi.url_scheme", "wss")], Ok("a")),
        (&[("HTTP_HOST", "a:80"), ("wsgi.url_scheme", "WS")], Ok("a")),
        (&[("HTTP_HOST", "a:443"), ("wsgi.url_scheme", "gopher")], Ok("a:443")),
        (&[("HTTP_HOST", ""), ("SERVER_NAME", "b")], Ok("b")),
        (&[("HTTP_X_FORWARDED_HOST", "c"), ("HTTP_HOST", "a")], Ok("a")),
        (&[], Err(Missing)),
        (&[("SERVER_PORT", "80")], Err(Missing)),
        (&[("SERVER_NAME", "unix/socket")], Err(Malformed)),
        (&[("SERVER_NAME", "b:80")], Err(Address)),
        (&[("SERVER_NAME", "b"), ("SERVER_PORT", "eighty")], Err(Port)),
        (&[("HTTP_HOST", "a b"), ("SERVER_NAME", "b")], Err(Malformed)),
    ];
    for &(variables, expected) in cases {
        let expected = expected.map(str::to_owned);
        assert_eq!(found(variables, &HostRules::new()), expected, "{variables:?}");
    }
}

#[test]
#[rustfmt::skip]
fn proxies_say_the_host_where_they_are_trusted() {
    let cases: &[(usize, &str, Result<&str, HostFault>)] = &[
        (0, "c", Ok("a")),
        (1, "c", Ok("c")),
        (1, "evil, c", Ok("c")),
        (2, "evil, b, c", Ok("b")),
        (1, " \tc:80\t", Ok("c")),
        // Not so many have spoken.
        (2, "c", Ok("a")),
        (3, "b, c", Ok("a")),
        (usize::MAX, "b, c", Ok("a")),
        (1, "", Ok("a")),
        (1, "c,", Ok("a")),
        (1, "c@d", Err(HostFault::Malformed)),
        (1, "[::1]:8080", Ok("[::1]:8080")),
    ];
    for &(hops, forwarded, expected) in cases {
        let variables = [("HTTP_HOST", "a"), ("HTTP_X_FORWARDED_HOST", forwarded)];
        let rules = HostRules::new().forwarded_hops(hops);
        assert_eq!(found(&variables, &rules), expected.map(str::to_owned), "{hops} {forwarded:?}");
    }
}

#[test]
fn an_untrusted_host_is_refused_whoever_says_it() {
    let rules = HostRules::new().trusted(&["a", "[::1]"]).forwarded_hops(1);
    let cases: [&[(&str, &str)]; 3] = [
        &[("HTTP_HOST", "b")],
        &[("HTTP_HOST", "a"), ("HTTP_X_FORWARDED_HOST", "b")],
        &[("SERVER_NAME", "b"), ("SERVER_PORT", "80")],
    ];
    for variables in cases {
        let fault = found(variables, &rules).unwrap_err();
        assert_eq!(fault, HostFault::Untrusted, "{variables:?}");
        assert_eq!(fault.http_status(), 400);
        assert_eq!(fault.class(), tidegate_core::FaultClass::Malformed);
    }
    assert_eq!(
        found(&[("HTTP_HOST", "[::1]:8080")], &rules).unwrap(),
        "[::1]:8080"
    );
}

#[test]
fn schemes_know_their_names_and_ports() {
    for (name, scheme, port) in [
        ("http", Scheme::Http, 80),
        ("https", Scheme::Https, 443),
        ("ws", Scheme::Ws, 80),
        ("wss", Scheme::Wss, 443),
    ] {
        assert_eq!(Scheme::of(name.to_uppercase().as_bytes()), Some(scheme));
        assert_eq!(
            (scheme.to_string(), scheme.default_port()),
            (name.to_owned(), port)
        );
    }
    assert_eq!(Scheme::of(b"httpss"), None);
    assert_eq!(Scheme::of(b""), None);
}

#[cfg(feature = "idna")]
proptest! {
    /// Encoding adds hosts that an entry in other letters trusts, and changes
    /// nothing of one in ASCII, but for those that trust nobody.
    #[test]
    fn entries_at_random_are_encoded_once(
        entry in "[.]?[aBü☃1.\\[\\]:-]{0,8}(:[0-9]{1,5})?",
        host in "[aB1.:\\[\\]-]{0,8}",
    ) {
        if let Ok(encoded) = trusted_entry(&entry) {
            prop_assert!(encoded.is_ascii());
            prop_assert_eq!(trusted_entry(&encoded), Ok(encoded.clone()));
            if entry.is_ascii() {
                prop_assert_eq!(
                    host_is_trusted(&host, &[&encoded]),
                    host_is_trusted(&host, &[&entry])
                );
            }
        } else if !entry.is_empty() {
            // A name with an empty part, or one too long, is asked of nobody either.
            let name = entry.split(':').next().unwrap_or_default();
            let is_odd = name.split('.').any(str::is_empty);
            prop_assert!(is_odd || !host_is_trusted(&host, &[&entry]), "{} {}", entry, host);
        }
    }

    #[test]
    fn no_entry_is_a_panic(entry in any::<String>()) {
        if let Ok(encoded) = trusted_entry(&entry) {
            check_host(encoded.trim_start_matches('.').as_bytes(), &[&encoded]);
        }
    }
}

proptest! {
    #[test]
    fn hosts_at_random_are_what_the_model_says(
        host in "[aB1.:\\[\\]@é-]{0,8}(:[0-9]{0,6})?",
        trusted in prop::collection::vec("\\.?[ab1.:\\[\\]-]{0,5}", 0..3),
    ) {
        let trusted: Vec<&str> = trusted.iter().map(String::as_str).collect();
        check_host(host.as_bytes(), &trusted);
    }

    #[test]
    fn the_host_that_is_asked_for_is_what_the_model_says(
        forwarded in "[aB:, \t\\[\\]1]{0,10}",
        host in "([ab.]{1,3}|\\[::1\\]|[aB:\\[\\]1]{0,4})?(:(80|443|[0-9]{0,3}))?",
        server_name in "([ab.]{1,3}|::1|\\[::1\\]|[aB:\\[\\]1]{0,5})?",
        server_port in "(80|443|[0-9+]{0,6})?",
        scheme in prop::sample::select(&SCHEMES[..]),
        hops in 0..4usize,
        trusted in prop::collection::vec("\\.?([ab.]{1,3}|\\[::1\\])", 0..3),
    ) {
        let trusted: Vec<&str> = trusted.iter().map(String::as_str).collect();
        let asked = Asked {
            forwarded: forwarded.as_bytes(),
            host: host.as_bytes(),
            server_name: server_name.as_bytes(),
            server_port: server_port.as_bytes(),
            scheme,
            hops,
            trusted: &trusted,
        };
        asked.check();
    }

    #[test]
    fn hosts_of_any_bytes_are_no_panic(host in prop::collection::vec(any::<u8>(), 0..12)) {
        check_host(&host, &["a", ".b"]);
    }
}

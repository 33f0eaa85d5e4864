//! Values: what is written is read, and what text they compare with.

use crate::check_disposition;
use proptest::prelude::*;
use std::borrow::Cow;
use tidegate_core::{ContentDisposition, Escaping, ParameterValue, PartHead};

/// The value of the Content-Disposition that the encoder writes.
fn written(name: &str, filename: Option<&str>, escaping: Escaping) -> Vec<u8> {
    let mut head = PartHead::form_data(name).escaping(escaping);
    if let Some(filename) = filename {
        head = head.filename(filename);
    }
    let head = head.pieces().collect::<Vec<_>>().concat();
    let value = head.strip_prefix(b"Content-Disposition: ").unwrap();
    value.strip_suffix(b"\r\n\r\n").unwrap().to_vec()
}

/// Names that a header can hold: no controls but those that are escaped.
fn names() -> impl Strategy<Value = String> {
    let signs = [
        "\"", "\\", "%", "%22", "%0D", "%0a", "\r", "\n", ";", "=", " ", "\t", "a", "\u{e4}",
    ];
    let sign = prop_oneof![
        prop::sample::select(signs.to_vec()).prop_map(str::to_owned),
        "[^\\x00-\\x1F\\x7F]",
    ];
    prop::collection::vec(sign, 0..12).prop_map(|signs| signs.concat())
}

fn has_form_escape(name: &str) -> bool {
    ["%22", "%0D", "%0A"]
        .iter()
        .any(|escape| name.contains(escape))
}

/// What a browser's backslash is taken for an escape in.
fn has_ambiguous_backslash(name: &str, is_last: bool) -> bool {
    name.contains("\\\\") || name.ends_with('\\') && !is_last
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn backslash_escapes_are_read_as_what_was_meant(name in names(), filename in names()) {
        let value = written(&name, Some(&filename), Escaping::Backslash);
        check_disposition(&value);
        let read = ContentDisposition::parse(&value).unwrap();
        // A line break has no other escape.
        let sent = |text: &str| text.replace('\r', "%0D").replace('\n', "%0A");
        prop_assert_eq!(read.name().unwrap(), &sent(&name)[..]);
        prop_assert_eq!(read.filename().unwrap(), &sent(&filename)[..]);
        if !has_form_escape(&name) {
            prop_assert_eq!(&*read.name().unwrap().decode_form_escapes(), name.as_bytes());
        }
    }

    #[test]
    fn browser_escapes_are_read_as_what_was_meant(name in names(), filename in names()) {
        for (name, filename) in [(&name, Some(&filename)), (&name, None)] {
            let value = written(name, filename.map(|it| &it[..]), Escaping::Browser);
            check_disposition(&value);
            let is_fair = |text: &str, is_last| {
                !has_form_escape(text) && !has_ambiguous_backslash(text, is_last)
            };
            if !is_fair(name, filename.is_none()) || filename.is_some_and(|it| !is_fair(it, true)) {
                continue;
            }
            let read = ContentDisposition::parse(&value).unwrap();
            prop_assert_eq!(&*read.name().unwrap().decode_form_escapes(), name.as_bytes());
            let read = read.filename().map(|it| it.decode_form_escapes().into_owned());
            prop_assert_eq!(read, filename.map(|it| it.as_bytes().to_vec()));
        }
    }

    #[test]
    fn percent_escapes_are_left_to_who_undoes_them(name in names()) {
        let value = written(&name, None, Escaping::Percent);
        check_disposition(&value);
        let read = ContentDisposition::parse(&value).unwrap().name().unwrap();
        prop_assert_eq!(percent_decoded(read.to_bytes().unwrap()), name.as_bytes());
    }

    #[test]
    fn form_escapes_are_replaced_from_the_left(name in names()) {
        let value = written(&name, None, Escaping::Backslash);
        let read = ContentDisposition::parse(&value).unwrap().name().unwrap();
        let text = String::from_utf8(read.to_cow().into_owned()).unwrap();
        // They do not overlap, and none comes out of another.
        let replaced = text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
        prop_assert_eq!(&*read.decode_form_escapes(), replaced.as_bytes());
    }
}

fn percent_decoded(mut bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    while let [first, rest @ ..] = bytes {
        bytes = rest;
        if *first == b'%' {
            let digits = str::from_utf8(&rest[..2]).unwrap();
            decoded.push(u8::from_str_radix(digits, 16).unwrap());
            bytes = &rest[2..];
        } else {
            decoded.push(*first);
        }
    }
    decoded
}

fn name(value: &[u8]) -> ParameterValue<'_> {
    ContentDisposition::parse(value).unwrap().name().unwrap()
}

#[test]
fn form_escapes_are_the_three_that_browsers_write() {
    for (sent, expected) in [
        ("a%22b", "a\"b"),
        ("%0D%0A", "\r\n"),
        ("%0d%0a", "%0d%0a"),
        ("%20%5C%25", "%20%5C%25"),
        ("%%22", "%\""),
        ("%2%22", "%2\""),
        ("%2522", "%2522"),
        ("%2", "%2"),
        ("%", "%"),
        ("\\\\%22\\\"", "\\\"\""),
        ("", ""),
    ] {
        let value = format!("form-data; name=\"{sent}\"");
        let decoded = name(value.as_bytes()).decode_form_escapes();
        assert_eq!(decoded, expected.as_bytes(), "{sent}");
    }
}

#[test]
fn what_needs_no_change_is_lent() {
    let plain = b"form-data; name=\"C:\\dir %20\"";
    let value = name(plain);
    assert!(matches!(value.to_cow(), Cow::Borrowed(_)));
    assert!(matches!(value.decode_form_escapes(), Cow::Borrowed(_)));
    assert!(matches!(value.to_str_lossy(), Cow::Borrowed("C:\\dir %20")));
    let escaped = b"form-data; name=\"a\\\"\xFF\"; x=y";
    let value = name(escaped);
    assert_eq!(value.to_bytes(), None);
    assert_eq!(value.to_str_lossy(), "a\"\u{fffd}");
    assert_eq!(name(b"f; name=\"\xFF\"").to_str_lossy(), "\u{fffd}");
}

#[test]
fn they_compare_as_what_they_stand_for_and_show_it() {
    let escaped = name(br#"f; name="a\"b\\c"; x=y"#);
    assert_eq!(escaped, "a\"b\\c");
    assert_eq!(escaped, *"a\"b\\c");
    assert_eq!(escaped, b"a\"b\\c"[..]);
    assert_eq!(escaped, &b"a\"b\\c"[..]);
    assert_ne!(escaped, "a\\\"b\\\\c");
    assert_eq!(format!("{escaped:?}"), r#"b"a\"b\\c""#);
    // The same text, sent in two ways.
    assert_eq!(name(b"f; name=ab"), name(b"f; name=\"ab\""));
    assert_eq!(name(br#"f; name="\a""#), name(br#"f; name="\\a""#));
    assert_ne!(name(b"f; name=ab"), name(b"f; name=a"));
}

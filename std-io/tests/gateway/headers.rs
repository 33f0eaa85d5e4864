//! `Headers`: ordered, in any letter case, and never with a line break.

use crate::run::run;
use http::Request;
use http::header::HeaderMap;
use proptest::prelude::*;
use tidegate_std_io::gateway::{Headers, Input};

fn of(pairs: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in pairs {
        headers.add(name, value, &[]).unwrap();
    }
    headers
}

fn pairs(headers: &Headers) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_owned(), text(value)))
        .collect()
}

#[test]
fn what_is_asked_for_in_any_letter_case() {
    let mut headers = of(&[("Foo", "1"), ("Bar", "2"), ("fOO", "3")]);
    assert_eq!(headers.get("FOO"), Some(&b"1"[..]));
    assert_eq!(headers.get_all("foo").collect::<Vec<_>>(), [b"1", b"3"]);
    assert_eq!(headers.names().collect::<Vec<_>>(), ["Foo", "Bar", "fOO"]);
    assert_eq!(headers.values().collect::<Vec<_>>(), [b"1", b"2", b"3"]);
    assert_eq!((headers.len(), headers.is_empty()), (3, false));
    assert_eq!(
        (
            headers.get("x"),
            headers.contains("x"),
            headers.contains("BAR")
        ),
        (None, false, true)
    );
    assert_eq!(headers.get_all("x").count(), 0);
    // All of the name go, and the new one stands at the end.
    headers.set("foo", "4").unwrap();
    assert_eq!(
        pairs(&headers),
        [("Bar", "2"), ("foo", "4")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    assert_eq!(headers.set_default("BAR", "5").unwrap(), b"2");
    assert_eq!(headers.set_default("New", "6").unwrap(), b"6");
    headers.remove("nothing");
    headers.remove("bar");
    assert_eq!(headers.to_bytes(), b"foo: 4\r\nNew: 6\r\n\r\n");
    assert_eq!(Headers::new().to_bytes(), b"\r\n");
}

#[test]
#[rustfmt::skip]
fn parameters_are_written_like_this() {
    type Parameters = &'static [(&'static str, Option<&'static str>)];
    let cases: &[(&str, Parameters, &str)] = &[
        ("attachment", &[("filename", Some("bud.gif"))], "attachment; filename=\"bud.gif\""),
        ("a", &[("x_y", Some("1")), ("z", None)], "a; x-y=\"1\"; z"),
        ("a", &[("q", Some("say \"hi\" \\o/"))], "a; q=\"say \\\"hi\\\" \\\\o/\""),
        ("", &[("x", Some("1"))], "x=\"1\""),
        ("a", &[("empty", Some(""))], "a; empty"),
        ("a", &[], "a"),
    ];
    for &(value, parameters, expected) in cases {
        let mut headers = of(&[("X", "before")]);
        headers.add("X", value, parameters).unwrap();
        assert_eq!(headers.get_all("x").nth(1), Some(expected.as_bytes()));
    }
}

#[test]
fn what_ends_a_line_is_refused_by_name() {
    for evil in ["a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\x01b", "a\x7Fb"] {
        let mut headers = of(&[("Good", "1")]);
        let before = headers.clone();
        let faults = [
            headers.set("X-Name", evil).unwrap_err(),
            headers.add("X-Name", evil, &[]).unwrap_err(),
            headers
                .add("X-Name", "a", &[("b", Some(evil))])
                .unwrap_err(),
            headers.add("X-Name", "a", &[(evil, None)]).unwrap_err(),
            headers.set_default("X-Name", evil).unwrap_err(),
        ];
        for fault in faults {
            assert_eq!(fault.name(), "X-Name");
            assert!(fault.to_string().contains("\"X-Name\""), "{fault}");
        }
        let fault = headers.set(evil, "a").unwrap_err();
        assert_eq!(fault.name(), evil);
        assert!(!fault.to_string().contains(char::is_control), "{fault:?}");
        assert_eq!(headers, before);
    }
    for name in ["", "a b", "a:", "\u{e9}"] {
        assert!(Headers::new().set(name, "x").is_err(), "{name:?}");
    }
}

#[test]
fn a_map_and_back() {
    let headers = of(&[("A", "1"), ("B", "2"), ("a", "3")]);
    let map = HeaderMap::try_from(headers).unwrap();
    assert_eq!(map.get_all("a").iter().collect::<Vec<_>>(), ["1", "3"]);
    let back = Headers::from(&map);
    assert_eq!(back.len(), 3);
    assert_eq!(back.get_all("A").collect::<Vec<_>>(), [b"1", b"3"]);
}

/// And in a response in place of others, repeats and all.
#[test]
fn fields_of_a_response() {
    let app = |_: Request<Input>| {
        (
            of(&[("A", "1"), ("content-TYPE", "x/y"), ("a", "2")]),
            "text",
        )
    };
    let ran = run(&app, &[]);
    assert_eq!(ran.values("a"), ["1", "2"]);
    assert_eq!(ran.values("content-type"), ["x/y"]);
    assert_eq!(ran.text(), "text");
}

#[test]
fn more_fields_than_a_map_may_have_are_no_panic() {
    let mut headers = Headers::new();
    for i in 0..40_000 {
        headers.add(&format!("x-{i}"), "", &[]).unwrap();
    }
    assert_eq!(headers.len(), 40_000);
    assert!(HeaderMap::try_from(headers.clone()).is_err());
    let ran = run(&|_: Request<Input>| (headers.clone(), "text"), &[]);
    assert_eq!(ran.finished.status, 500);
}

proptest! {
    /// A list of pairs, of which nothing is hidden.
    #[test]
    fn a_list_is_what_it_is(
        steps in prop::collection::vec((0..5u8, "[aAbB]", "[xy\"\\\\]{0,3}"), 0..12),
    ) {
        let mut headers = Headers::new();
        let mut model: Vec<(String, String)> = Vec::new();
        for (step, name, value) in steps {
            let is = |other: &(String, String)| other.0.eq_ignore_ascii_case(&name);
            match step {
                0 => {
                    headers.set(&name, &value).unwrap();
                    model.retain(|other| !is(other));
                    model.push((name, value));
                }
                1 => {
                    headers.add(&name, &value, &[]).unwrap();
                    model.push((name, value));
                }
                2 => {
                    headers.remove(&name);
                    model.retain(|other| !is(other));
                }
                3 => {
                    headers.set_default(&name, &value).unwrap();
                    if !model.iter().any(is) {
                        model.push((name, value));
                    }
                }
                _ => {
                    let first = model.iter().find(|other| is(other));
                    prop_assert_eq!(headers.get(&name), first.map(|(_, value)| value.as_bytes()));
                }
            }
            prop_assert_eq!(pairs(&headers), &model[..]);
            let bytes: String = model.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            prop_assert_eq!(headers.to_bytes(), format!("{bytes}\r\n").into_bytes());
        }
    }
}

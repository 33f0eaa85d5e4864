//! Content-Disposition: each rule by name, and every short value.

use crate::{check_disposition, every_string};
use proptest::prelude::*;
use tidegate_core::{At, ContentDisposition, Fault, FaultClass, ParameterFault};

/// What `; ... ` is refused for, and where.
fn fault(value: &[u8]) -> (u64, ParameterFault) {
    check_disposition(value);
    let At { offset, fault } = ContentDisposition::parse(value).unwrap_err();
    (offset, fault)
}

fn parsed(value: &[u8]) -> ContentDisposition<'_> {
    check_disposition(value);
    ContentDisposition::parse(value).unwrap()
}

#[test]
fn each_rule_is_named_with_its_place() {
    use ParameterFault::{
        ControlByte, Duplicate, LineBreak, MalformedKind, MalformedName, NoEqualsSign, NoSemicolon,
        NoValue, UnclosedQuote, UnquotedByte,
    };
    for (value, expected) in [
        (&b""[..], (0, MalformedKind)),
        (b"  ", (2, MalformedKind)),
        (b"; name=a", (0, MalformedKind)),
        (b"\"form-data\"; name=a", (0, MalformedKind)),
        (b"\xC3\xA4", (0, MalformedKind)),
        (b"form-data name=a", (10, NoSemicolon)),
        (b"form-data, attachment", (9, NoSemicolon)),
        (b"name=a", (4, NoSemicolon)),
        (b"f; =a", (3, MalformedName)),
        (b"f; \"name\"=a", (3, MalformedName)),
        (b"f; n\xC3\xA4me=a", (4, NoEqualsSign)),
        (b"f; name", (7, NoEqualsSign)),
        (b"f; name; a=b", (7, NoEqualsSign)),
        (b"f; na me=a", (6, NoEqualsSign)),
        (b"f; name=", (8, NoValue)),
        (b"f; name= ; a=b", (9, NoValue)),
        (b"f; name=\xC3\xA4", (8, UnquotedByte)),
        (b"f; name=a[b]", (9, UnquotedByte)),
        (b"f; name=a\"b\"", (9, UnquotedByte)),
        (b"f; name=a b", (10, NoSemicolon)),
        (b"f; name=\"a\"b", (11, NoSemicolon)),
        (b"f; name=\"a\" \"b\"", (12, NoSemicolon)),
        (b"f; name=\"a", (8, UnclosedQuote)),
        (b"f; name=\"a\\\\\\\"b", (8, UnclosedQuote)),
        (b"f; name=\"a\0\"", (10, ControlByte)),
        (b"f; name=\"a\x7F\"", (10, ControlByte)),
        (b"f; name=a\x0B", (9, ControlByte)),
        (b"f\x1F; name=a", (1, ControlByte)),
        (b"f; name=\"a\rb\"", (10, LineBreak)),
        (b"f; name=\"a\r\n b\"", (10, LineBreak)),
        (b"f;\r\n name=a", (2, LineBreak)),
        (b"f; name=a\n", (9, LineBreak)),
        (b"f; name=a; NaMe=b", (11, Duplicate)),
        (b"f; x*0=a; x=b; x*0=c", (15, Duplicate)),
        (b"f; name=a; name=\"a\"", (11, Duplicate)),
    ] {
        assert_eq!(fault(value), expected, "{}", value.escape_ascii());
        assert_eq!(expected.1.class(), FaultClass::Malformed);
    }
}

#[test]
fn quotes_hide_what_would_be_a_parameter() {
    let hidden = parsed(b"form-data; note=\"x; filename=evil\"; name=\"photo\"");
    assert_eq!(hidden.name().unwrap(), "photo");
    assert_eq!(hidden.filename(), None);
    assert_eq!(hidden.parameter("NOTE").unwrap(), "x; filename=evil");

    let escaped = parsed(b"form-data; name=\"a\\\"; filename=\\\"evil\"");
    assert_eq!(escaped.name().unwrap(), "a\"; filename=\"evil");
    assert_eq!(escaped.filename(), None);
}

#[test]
fn kinds_and_names_of_parameters_have_no_case() {
    let loud = parsed(b"FORM-Data; NAME=a; FileName=b; FILENAME*=c");
    assert!(loud.is_form_data());
    assert_eq!(loud.kind(), "FORM-Data");
    assert_eq!(loud.name().unwrap(), "a");
    assert_eq!(loud.filename().unwrap(), "b");
    assert_eq!(loud.extended_filename().unwrap(), "c");
    let names: Vec<_> = loud.parameters().map(|(name, _)| name).collect();
    assert_eq!(names, ["NAME", "FileName", "FILENAME*"]);
    assert!(!parsed(b"attachment").is_form_data());
}

#[test]
fn the_extended_file_name_is_raw_and_never_the_file_name() {
    let star = parsed(b"form-data; name=a; filename*=UTF-8''%e2%98%83.txt");
    assert_eq!(star.filename(), None);
    assert_eq!(star.extended_filename().unwrap(), "UTF-8''%e2%98%83.txt");
    for value in [
        &b"form-data; filename=\"safe.txt\"; filename*=UTF-8''evil.php"[..],
        b"form-data; filename*=UTF-8''evil.php; filename=\"safe.txt\"",
    ] {
        assert_eq!(parsed(value).filename().unwrap(), "safe.txt");
    }
    let numbered = parsed(b"form-data; filename*0=a; filename*1*=b; name*=c");
    assert_eq!((numbered.name(), numbered.filename()), (None, None));
    assert_eq!(numbered.parameter("filename*0").unwrap(), "a");
    assert_eq!(numbered.parameter("name*").unwrap(), "c");
    assert_eq!(numbered.parameter("filename"), None);
}

#[test]
fn backslashes_escape_quotes_and_themselves_and_nothing_else() {
    for (quoted, expected) in [
        (r#"a\"b"#, r#"a"b"#),
        (r"a\\b", r"a\b"),
        (r"C:\dir\new", r"C:\dir\new"),
        (r"\\server\share", r"\server\share"),
        (r#"\\\""#, r#"\""#),
        (r#"\"\""#, "\"\""),
        (r"\a\0\x41", r"\a\0\x41"),
        ("a\\\tb", "a\\\tb"),
        ("\\\u{e4}", "\\\u{e4}"),
        ("%22%0D%0A", "%22%0D%0A"),
        ("", ""),
    ] {
        let value = format!("form-data; name=\"{quoted}\"; x=y");
        assert_eq!(parsed(value.as_bytes()).name().unwrap(), expected);
    }
}

#[test]
fn a_lone_quote_behind_a_backslash_at_the_very_end_closes() {
    for (value, expected) in [
        (&br#"f; name="a\""#[..], r"a\"),
        (br#"f; name="\""#, r"\"),
        (br#"f; name="C:\dir\""#, r"C:\dir\"),
        // Blanks are none of the value of a header.
        (b"f; name=\"a\\\" \t", r"a\"),
        (br#"f; name="a\\""#, r"a\"),
        // Both take the place of the same two backslashes.
        (br#"f; name="a\\\""#, r"a\\"),
    ] {
        let name = parsed(value).name().unwrap();
        assert_eq!(name, expected, "{}", value.escape_ascii());
    }
    // Who escapes one quote would have escaped the last.
    assert_eq!(
        fault(br#"f; name="a\"b\""#),
        (8, ParameterFault::UnclosedQuote)
    );
    // It is not at the end.
    assert_eq!(
        fault(br#"f; name="a\";"#),
        (8, ParameterFault::UnclosedQuote)
    );
    // Nobody can tell which of the two is meant: `a\` and `b`, or `a"; filename=`.
    assert_eq!(
        fault(br#"f; name="a\"; filename="b""#),
        (24, ParameterFault::NoSemicolon)
    );
}

#[test]
fn blanks_and_empty_parameters_say_nothing() {
    for value in [
        &b"form-data;name=a;filename=b"[..],
        b" \tform-data ; name=a ; filename=b \t",
        b"form-data; name = a; filename\t=\t\"b\"",
        b"form-data;; ;name=a;;filename=b;",
        b"form-data; name=\"a\" ;filename=b ; ",
    ] {
        let both = parsed(value);
        assert_eq!(both.kind(), "form-data");
        assert_eq!(both.name().unwrap(), "a");
        assert_eq!(both.filename().unwrap(), "b");
        assert_eq!(both.parameters().count(), 2);
    }
}

#[test]
fn sixteen_parameters_pass_and_one_more_is_named() {
    let parameters = |count: usize| {
        let each = (0..count).map(|n| format!("; a{n}=\"b\""));
        format!("form-data{}", each.collect::<String>())
    };
    let sixteen = parameters(16);
    assert_eq!(parsed(sixteen.as_bytes()).parameters().count(), 16);
    let at = sixteen.len() as u64 + 2;
    let seventeen = parameters(17);
    assert_eq!(fault(seventeen.as_bytes()), (at, ParameterFault::TooMany));
    assert_eq!(ParameterFault::TooMany.class(), FaultClass::TooLarge);
    // A second one of a name is that, wherever it is.
    let twice = sixteen + "; A3=c";
    assert_eq!(fault(twice.as_bytes()), (at, ParameterFault::Duplicate));
}

#[test]
fn a_mebibyte_passes_and_one_byte_more_is_named() {
    for before in ["form-data; name=\"", "form-data;name=\""] {
        let long = |len: usize| {
            let name = "n".repeat(len - before.len() - 1);
            format!("{before}{name}\"")
        };
        let most = long(1 << 20);
        let name = parsed(most.as_bytes()).name().unwrap();
        assert_eq!(name.len(), (1 << 20) - before.len() - 1);
        let more = long((1 << 20) + 1);
        assert_eq!(fault(more.as_bytes()), (1 << 20, ParameterFault::TooLong));
    }
    assert_eq!(ParameterFault::TooLong.class(), FaultClass::TooLarge);
}

/// What the model would do in minutes: these are made against something that
/// looks again at what it saw.
#[test]
fn hostile_values_are_read_in_one_pass() {
    let most = 1 << 20;
    for unit in [
        "\\\"", "\\", "\\\\", "\"", ";", "; ", ";\t;", "=", " ", "\\\" ", "a=b;", "; a=\"\"", "a",
        "a;",
    ] {
        for before in ["f", "f; a=", "f; a=\"", "f; a=b; aa=\""] {
            let mut value = before.to_owned();
            value.push_str(&unit.repeat((most - before.len()) / unit.len()));
            // Without a pass that is linear this is hours.
            let ours = ContentDisposition::parse(value.as_bytes());
            if let Ok(ours) = ours {
                assert!(ours.parameters().count() <= 16);
            }
        }
    }
    // Sixteen names of one kind, each as long as can be.
    let names = (0..16).map(|n| {
        let middle = "m".repeat(most / 17 - 8);
        format!("; aa{middle}{n:02}z={n}")
    });
    let value = format!("form-data{}", names.collect::<String>());
    let ours = ContentDisposition::parse(value.as_bytes()).unwrap();
    assert_eq!(ours.parameters().count(), 16);
}

#[test]
fn every_short_value_is_what_the_model_says() {
    let signs = b";=\"\\a* ";
    for before in [
        "",
        "a;a=",
        "a;a=\"",
        "a; b=c; ",
        "form-data; name=\"",
        "form-data; name=\"a\"",
        "form-data; name=\"a\"; filename=\"",
    ] {
        every_string(before, signs, 6, check_disposition);
    }
    let all = b";=\"\\a/ \t\r\n\0\x7F\x80\xFF";
    for before in [
        "",
        "a;a=",
        "form-data; name=\"",
        "form-data; name=\"\"; filename=\"",
    ] {
        every_string(before, all, 4, check_disposition);
    }
}

#[test]
fn each_byte_is_what_the_model_says_wherever_it_is() {
    for byte in 0..=u8::MAX {
        for place in [
            "_",
            "f_; a=b",
            "f; a_b=c",
            "f; a=_",
            "f; a=b_",
            "f; a=\"_\"",
            "f; a=\"b\"_",
        ] {
            let (before, behind) = place.split_once('_').unwrap();
            check_disposition(&[before.as_bytes(), &[byte], behind.as_bytes()].concat());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_what_the_model_says(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "form-data", "name", "filename", "filename*", "NAME", "; ", ";", "=", " = ", "\"",
                "\\\"", "\\\\", "\\", "; name=\"", "; filename=\"", "; x0=y", "\t", "\u{e4}", "%22",
                "\r\n ", "\0",
            ]),
            0..40,
        ),
    ) {
        check_disposition(words.concat().as_bytes());
        check_disposition(format!("form-data; {}", words.concat()).as_bytes());
    }
}

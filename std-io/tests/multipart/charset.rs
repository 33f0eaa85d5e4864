//! `Part::decoded_text`: what says the charset, and what it makes of the data.

use std::io::{BufReader, ErrorKind, Read};
use tidegate_std_io::{At, CharsetFault, FaultClass, Multipart, ParameterFault, fault_class};

const TYPE: &[u8] = b"multipart/form-data; boundary=b";

fn body(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content_type, data) in parts {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"").bytes());
        if let Some(content_type) = content_type {
            body.extend(format!("\r\nContent-Type: {content_type}").bytes());
        }
        body.extend([b"\r\n\r\n", *data, b"\r\n"].concat());
    }
    body.extend(b"--b--");
    body
}

fn last_text(parts: &[(&str, Option<&str>, &[u8])]) -> std::io::Result<String> {
    let body = body(parts);
    let mut texts = Vec::new();
    for capacity in [1, 9, 1000] {
        let reader = BufReader::with_capacity(capacity, &body[..]);
        let mut multipart = Multipart::for_type(reader, TYPE).unwrap();
        for _ in 1..parts.len() {
            multipart.next_part()?.unwrap().decoded_text(100)?;
        }
        texts.push(multipart.next_part()?.unwrap().decoded_text(100)?);
    }
    assert!(texts.iter().all(|text| *text == texts[0]));
    Ok(texts.remove(0))
}

#[test]
fn the_part_says_it_then_the_form_then_it_is_utf8() {
    let latin = ("_charset_", None, &b"ISO-8859-1"[..]);
    for (parts, text) in [
        (&[("a", None, "é€".as_bytes())][..], "é€"),
        (&[("a", Some("text/plain"), "é".as_bytes())], "é"),
        (
            &[("a", Some("text/plain; charset=iso-8859-1"), b"\xE9\x80")],
            "é€",
        ),
        (
            &[("a", Some("text/plain; CHARSET=\"Shift_JIS\""), b"\x93\xFA")],
            "日",
        ),
        (
            &[("a", Some("text/plain; charset=utf-16le"), b"a\0\xE9\0")],
            "aé",
        ),
        (&[latin, ("a", None, b"\xE9")], "é"),
        (&[latin, ("a", Some("text/plain"), b"\xE9")], "é"),
        (
            &[
                latin,
                ("a", Some("text/plain; charset=utf-8"), "é".as_bytes()),
            ],
            "é",
        ),
        // It says its own name in ASCII.
        (
            &[
                latin,
                ("_charset_", None, b"utf-8"),
                ("a", None, "é".as_bytes()),
            ],
            "é",
        ),
        // Blanks around a label mean nothing (WHATWG Encoding section 4.2).
        (
            &[("_charset_", None, b" latin1\n"), ("a", None, b"\xE9")],
            "é",
        ),
        // A mark at the start is text, whatever it is a mark of.
        (&[("a", None, b"\xEF\xBB\xBFx")], "\u{FEFF}x"),
        (&[latin, ("a", None, b"\xEF\xBB\xBFx")], "ï»¿x"),
        (
            &[("a", Some("text/plain; charset=utf-16le"), b"\xFF\xFEx\0")],
            "\u{FEFF}x",
        ),
    ] {
        assert_eq!(last_text(parts).unwrap(), text, "{parts:?}");
    }
}

#[test]
fn the_field_counts_where_it_is_read_as_a_whole() {
    let body = body(&[("_charset_", None, b"latin1"), ("a", None, b"\xE9")]);
    for way in ["text", "bytes", "decoded_text", "read", "skip"] {
        let mut multipart = Multipart::for_type(&body[..], TYPE).unwrap();
        let mut part = multipart.next_part().unwrap().unwrap();
        match way {
            "text" => drop(part.text(9).unwrap()),
            "bytes" => drop(part.bytes(9).unwrap()),
            "decoded_text" => drop(part.decoded_text(9).unwrap()),
            "read" => drop(part.read_to_end(&mut Vec::new()).unwrap()),
            _ => {}
        }
        let text = multipart.next_part().unwrap().unwrap().decoded_text(9);
        match way {
            "read" | "skip" => assert_eq!(text.unwrap_err().kind(), ErrorKind::InvalidData),
            _ => assert_eq!(text.unwrap(), "é"),
        }
    }
}

#[test]
fn what_cannot_be_decoded_is_said() {
    for (parts, fault) in [
        (&[("a", None, &b"\xE9"[..])][..], CharsetFault::Malformed),
        (
            &[("a", Some("text/plain; charset=utf-8"), b"\xE9")],
            CharsetFault::Malformed,
        ),
        (
            &[("a", Some("text/plain; charset=shift_jis"), b"\x93")],
            CharsetFault::Malformed,
        ),
        (
            &[("a", Some("text/plain; charset=utf-16le"), b"a")],
            CharsetFault::Malformed,
        ),
        (
            &[("a", Some("text/plain; charset=klingon"), b"a")],
            CharsetFault::UnknownLabel,
        ),
        (
            &[("a", Some("text/plain; charset=\"\""), b"a")],
            CharsetFault::UnknownLabel,
        ),
        // One that browsers read as a single U+FFFD.
        (
            &[("a", Some("text/plain; charset=hz-gb-2312"), b"a")],
            CharsetFault::UnknownLabel,
        ),
        (
            &[("_charset_", None, b"klingon"), ("a", None, b"a")],
            CharsetFault::UnknownLabel,
        ),
    ] {
        let error = last_text(parts).unwrap_err();
        let at: &At<CharsetFault> = error.get_ref().unwrap().downcast_ref().unwrap();
        assert_eq!(at.fault, fault, "{parts:?}");
        assert_eq!(fault_class(&error), Some(FaultClass::Malformed));
    }
    let error = last_text(&[("a", Some("text/plain; charset"), b"")]).unwrap_err();
    let at: &At<ParameterFault> = error.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!(at.fault, ParameterFault::NoEqualsSign);
    assert_eq!(fault_class(&error), Some(FaultClass::Malformed));
}

#[test]
fn the_limit_counts_what_was_sent() {
    let body = body(&[("a", Some("text/plain; charset=latin1"), b"\xE9\xE9\xE9")]);
    for (max, text) in [(3, Some("ééé")), (2, None)] {
        let mut multipart = Multipart::for_type(&body[..], TYPE).unwrap();
        let part = multipart.next_part().unwrap().unwrap();
        assert_eq!(part.decoded_text(max).ok().as_deref(), text);
    }
}

//! Names and file names between their quotes; `../data/NOTICE.md` says where
//! from.

use crate::common::vectors::string;
use crate::{form, written};
use serde_json::Value;
use tidegate_std_io::{Escaping, FormValue, MultipartKind, PartFault, PartHead};

/// What stands between the first of these and the next.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, behind) = text.split_once(start)?;
    Some(behind.split_once(end)?.0)
}

fn cases(json: &str) -> Vec<Value> {
    let corpus: Value = serde_json::from_str(json).unwrap();
    corpus["vectors"].as_array().unwrap().clone()
}

/// What a browser does to names and values before they are encoded (WHATWG HTML,
/// "constructing the entry list"), and not to file names.
fn constructed(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.replace('\n', "\r\n")
}

#[test]
fn names_are_what_the_web_platform_tests_expect() {
    let cases = cases(include_str!("../data/wpt-formdata-encoding.json"));
    assert_eq!(cases.len(), 90);
    for case in cases {
        let name = constructed(string(&case, "name"));
        let value = constructed(case["value"].as_str().unwrap_or("content"));
        let filename = case["filename"].as_str();
        let mut given = FormValue::new(value.clone());
        if let Some(filename) = filename {
            given = given.filename(filename);
        }
        let mut form = form();
        form.value(&name, given).unwrap();
        let body = String::from_utf8(written(form.finish().unwrap())).unwrap();
        let expected = &case["expect"];
        let line_end = if filename.is_some() {
            "\"; filename="
        } else {
            "\"\r\n"
        };
        assert_eq!(
            between(&body, "; name=\"", line_end),
            expected["name"].as_str(),
            "{case}"
        );
        let written = between(&body, "; filename=\"", "\"\r\n");
        assert_eq!(written, expected["filename"].as_str(), "{case}");
        if let Some(value) = expected["value"].as_str() {
            assert_eq!(
                between(&body, "\r\n\r\n", "\r\n--b--"),
                Some(value),
                "{case}"
            );
        }
    }
}

#[test]
fn names_with_backslashes_are_what_go_writes() {
    let cases = cases(include_str!("../data/go-content-disposition-encode.json"));
    assert_eq!(cases.len(), 6);
    for case in cases {
        let value = FormValue::new("").filename(string(&case, "filename"));
        let mut form = form();
        let value = value.escaping(Escaping::Backslash);
        form.value(string(&case, "name"), value).unwrap();
        let body = String::from_utf8(written(form.finish().unwrap())).unwrap();
        let header = between(&body, "Content-Disposition: ", "\r\n");
        assert_eq!(header, case["header"].as_str());
    }
}

#[test]
fn a_head_that_would_break_is_refused_and_nothing_of_it_is_added() {
    let mut form = form();
    form.text("before", "");
    for (value, fault) in [
        (
            FormValue::new("").content_type("a/b\r\nX: y"),
            PartFault::MalformedValue,
        ),
        (
            FormValue::new("").content_type("a\0"),
            PartFault::MalformedValue,
        ),
        (
            FormValue::new("").field("X", "a\nb"),
            PartFault::MalformedValue,
        ),
        (
            FormValue::new("").field("X\r\nY", ""),
            PartFault::MalformedName,
        ),
        (FormValue::new("").field("", ""), PartFault::MalformedName),
        (FormValue::new("").field("X:", ""), PartFault::MalformedName),
        (
            FormValue::new("").field("content-type", "a/b"),
            PartFault::OwnField,
        ),
    ] {
        assert_eq!(form.value("a", value).map(|_| ()), Err(fault));
    }
    form.text("behind", "");
    assert_eq!(
        String::from_utf8(written(form.finish().unwrap())).unwrap(),
        "--b\r\nContent-Disposition: form-data; name=\"before\"\r\n\r\n\
         \r\n--b\r\nContent-Disposition: form-data; name=\"behind\"\r\n\r\n\
         \r\n--b--\r\n"
    );
}

#[test]
fn a_body_of_another_kind() {
    let mut related = form();
    related.kind(MultipartKind::Related);
    related.part(PartHead::bare().content_type("text/html").unwrap(), "<p>");
    let attachment = PartHead::disposition("attachment")
        .unwrap()
        .filename("\u{20ac}.txt");
    related.part(attachment.extended_filename().unwrap(), vec![b'x'; 600]);
    let body = related.finish().unwrap();
    assert_eq!(body.content_type(), "multipart/related; boundary=b");
    assert_eq!(
        String::from_utf8(written(body)).unwrap(),
        format!(
            "--b\r\nContent-Type: text/html\r\n\r\n<p>\
             \r\n--b\r\nContent-Disposition: attachment; filename=\"\u{20ac}.txt\"; \
             filename*=UTF-8''%E2%82%AC.txt\r\n\r\n{}\r\n--b--\r\n",
            "x".repeat(600)
        )
    );
    for (kind, media_type) in [
        (MultipartKind::FormData, "multipart/form-data"),
        (MultipartKind::Mixed, "multipart/mixed"),
        (MultipartKind::Byteranges, "multipart/byteranges"),
        (MultipartKind::XMixedReplace, "multipart/x-mixed-replace"),
    ] {
        assert_eq!(kind.media_type(), media_type);
    }
}

#[test]
fn a_file_has_its_own_name_and_the_type_of_its_extension() {
    let file = crate::file("hello");
    let name = file.path().file_name().unwrap().to_str().unwrap();
    let mut form = form();
    form.file("f", file.path()).unwrap();
    assert_eq!(
        String::from_utf8(written(form.finish().unwrap())).unwrap(),
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\
             Content-Type: text/plain\r\n\r\nhello\r\n--b--\r\n"
        )
    );
    let mut form = crate::form();
    let nothing = form
        .file("f", file.path().with_extension("none"))
        .map(|_| ());
    assert_eq!(nothing.unwrap_err().kind(), std::io::ErrorKind::NotFound);
    let directory = form.file("f", std::env::temp_dir()).map(|_| ());
    assert_eq!(
        directory.unwrap_err().kind(),
        std::io::ErrorKind::IsADirectory
    );
    assert_eq!(written(form.finish().unwrap()), b"--b--\r\n");
}

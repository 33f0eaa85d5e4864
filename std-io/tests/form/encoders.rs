//! What browsers and other encoders write; `../data/NOTICE.md` says where from.

use crate::common::vectors::{bytes, string};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tidegate_std_io::{Boundary, Escaping, Form, FormValue};

const FORMS: &str = include_str!("../data/forms.json");

const ENCODERS: &[(&str, &str)] = &[
    (
        "chromium-fetch",
        include_str!("../data/encoders/chromium-fetch.json"),
    ),
    (
        "chromium-form",
        include_str!("../data/encoders/chromium-form.json"),
    ),
    (
        "node-undici",
        include_str!("../data/encoders/node-undici.json"),
    ),
    ("curl", include_str!("../data/encoders/curl.json")),
    (
        "curl-form-escape",
        include_str!("../data/encoders/curl-form-escape.json"),
    ),
    (
        "node-form-data",
        include_str!("../data/encoders/node-form-data.json"),
    ),
    (
        "py-aiohttp",
        include_str!("../data/encoders/py-aiohttp.json"),
    ),
    ("py-httpx", include_str!("../data/encoders/py-httpx.json")),
    (
        "py-requests",
        include_str!("../data/encoders/py-requests.json"),
    ),
    (
        "py-urllib3",
        include_str!("../data/encoders/py-urllib3.json"),
    ),
    (
        "py-werkzeug",
        include_str!("../data/encoders/py-werkzeug.json"),
    ),
    (
        "rust-reqwest-path-segment",
        include_str!("../data/encoders/rust-reqwest-path-segment.json"),
    ),
];

fn ours(parts: &[Value], boundary: &str, escaping: Escaping) -> Vec<u8> {
    let mut form = Form::with_boundary(Boundary::new(boundary).unwrap());
    for part in parts {
        let name = string(part, "name");
        let value = match part.get("file") {
            None => FormValue::new(bytes(&part["value_b64"])),
            Some(file) => {
                let media_type = file["content_type"].as_str();
                FormValue::new(bytes(&file["data_b64"]))
                    .filename(string(file, "filename"))
                    // As a browser does it whose file has no type.
                    .content_type(media_type.unwrap_or("application/octet-stream"))
            }
        };
        form.value(name, value.escaping(escaping)).unwrap();
    }
    crate::written(form.finish().unwrap())
}

/// Without what an encoder does to all bodies and what is of no consequence.
fn theirs(encoder: &str, body: &[u8]) -> Vec<u8> {
    match encoder {
        // A preamble of nothing.
        "py-werkzeug" => body.strip_prefix(b"\r\n").unwrap().to_vec(),
        "py-aiohttp" => aiohttp(body),
        _ => body.to_vec(),
    }
}

/// The type comes first, and a text has one too.
fn aiohttp(body: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = body.split_inclusive(|&byte| byte == b'\n').collect();
    for i in 1..lines.len() {
        if lines[i].starts_with(b"Content-Disposition: ")
            && lines[i - 1].starts_with(b"Content-Type: ")
        {
            match lines[i - 1] == b"Content-Type: text/plain; charset=utf-8\r\n"
                && !lines[i].windows(9).any(|window| window == b"filename=")
            {
                true => lines[i - 1] = b"",
                false => lines.swap(i - 1, i),
            }
        }
    }
    lines.concat()
}

/// How this encoder escapes, or comes nearest to.
fn escaping(encoder: &str) -> Escaping {
    match encoder {
        "curl-form-escape" | "py-aiohttp" | "rust-reqwest-path-segment" => Escaping::Backslash,
        _ => Escaping::Browser,
    }
}

/// All cases but this one can be made: of its parts nobody knows more than what
/// they hash to.
const NOT_MADE: &str = "many_files_100";

/// Where another encoder writes something else: which, in which cases, and why.
#[rustfmt::skip]
const DIFFERENT: &[(&str, &[&str], &str)] = &[
    ("chromium-fetch", LINE_ENDS, CONSTRUCTED),
    ("chromium-form", LINE_ENDS, CONSTRUCTED),
    ("chromium-form", &["charset_field"], "a hidden field of this name is filled in when a form is submitted"),
    ("node-undici", LINE_ENDS, CONSTRUCTED),
    ("node-undici", NO_FILE_NAME, NAMELESS),
    ("curl", &["empty_name"], "an empty name is left out"),
    ("curl", &["file_no_type"], GUESSED),
    ("curl-form-escape", &["empty_name"], "an empty name is left out"),
    ("curl-form-escape", &["file_no_type"], GUESSED),
    ("curl-form-escape", &["file_cr", "file_crlf", "file_crlf_inject", "file_lf", "name_cr", "name_crlf", "name_crlf_inject", "name_lf"], RAW),
    ("node-form-data", &["file_crlf_inject", "file_unix_traversal"], "of a file name what is in front of a slash is left out"),
    ("node-form-data", NO_FILE_NAME, NAMELESS),
    ("node-form-data", &["file_no_type"], GUESSED),
    ("node-form-data", &["zero_parts"], "without parts it has a line end in front"),
    ("py-aiohttp", &["file_backslash", "file_backslash_end", "file_emoji", "file_latin1_like", "file_nfd", "file_percent", "file_quote", "file_quotes_inject", "file_rtl_zwj", "file_semicolon", "file_single_quote", "file_spaces", "file_unix_traversal", "file_utf8", "file_windows_path"], "a file name that is no token is percent-encoded"),
    ("py-aiohttp", &["name_brackets", "name_quotes_inject", "name_spaces", "name_tab"], "blanks get a backslash too"),
    ("py-httpx", &["file_backslash", "file_backslash_end", "file_windows_path", "name_backslash", "name_backslash_end", "name_backslash_quote"], "a backslash is doubled, and a quote is %22"),
    ("py-httpx", &["file_tab_ctrl", "name_control", "name_tab"], "control characters are percent-encoded"),
    ("py-httpx", NO_FILE_NAME, NAMELESS),
    ("py-httpx", &["file_no_type"], GUESSED),
    ("py-requests", &["file_no_type", "file_unknown_ext"], UNTYPED),
    ("py-urllib3", &["file_no_type"], GUESSED),
    ("py-werkzeug", &["empty_value", "file_empty", "file_empty_both"], "an empty value has no empty line of its own, and some readers take the next part for it"),
    ("py-werkzeug", &["file_no_type", "file_unknown_ext"], UNTYPED),
    ("py-werkzeug", &["file_cr", "file_crlf", "file_crlf_inject", "file_lf", "file_quote", "file_quotes_inject", "name_backslash_quote", "name_cr", "name_crlf", "name_crlf_inject", "name_lf", "name_quote", "name_quotes_inject"], RAW),
    ("rust-reqwest-path-segment", &["file_cr", "file_crlf", "file_crlf_inject", "file_lf"], RAW),
    ("rust-reqwest-path-segment", &["file_no_type", "file_unknown_ext"], UNTYPED),
    ("rust-reqwest-path-segment", &["name_backslash", "name_backslash_end"], "a backslash in a name is no escape, but one in a file name is"),
    ("rust-reqwest-path-segment", &["field_utf8", "name_backslash_quote", "name_brackets", "name_control", "name_cr", "name_crlf", "name_crlf_inject", "name_lf", "name_percent22", "name_punct", "name_quote", "name_quotes_inject", "name_spaces", "name_tab"], "a name* as RFC 7578 section 4.2 forbids it"),
    ("rust-reqwest-path-segment", &["zero_parts"], "nothing at all is written without parts"),
];

const LINE_ENDS: &[&str] = &[
    "name_cr",
    "name_lf",
    "value_newlines_cr",
    "value_newlines_lf",
];
const CONSTRUCTED: &str =
    "line ends become CRLF when the entry list is made, in front of the encoder";
const NO_FILE_NAME: &[&str] = &["file_empty_both", "file_empty_name"];
const NAMELESS: &str = "an empty file name is left out";
const GUESSED: &str =
    "a type is made up from the extension, or none, where a browser says octet-stream";
const UNTYPED: &str = "without a type nothing is said of it";
const RAW: &str = "what ends a line or a name is written as it is";

#[test]
fn we_write_what_browsers_write_and_know_why_others_do_not() {
    let forms: Vec<Value> = serde_json::from_str(FORMS).unwrap();
    let forms: BTreeMap<_, _> = forms
        .iter()
        .map(|form| (string(form, "id"), form))
        .collect();
    let mut compared = 0;
    for (encoder, json) in ENCODERS {
        let corpus: Value = serde_json::from_str(json).unwrap();
        let mut differ = BTreeSet::new();
        for (id, case) in corpus["cases"].as_object().unwrap() {
            if id == NOT_MADE {
                continue;
            }
            let parts = forms[id.as_str()]["parts"].as_array().unwrap();
            let (_, boundary) = string(case, "content_type")
                .split_once("boundary=")
                .unwrap();
            let ours = ours(parts, boundary.trim_matches('"'), escaping(encoder));
            // An encoder that has no form without parts.
            let body = Some(bytes(&case["body_b64"])).filter(|body| !body.is_empty());
            if body.is_none_or(|body| theirs(encoder, &body) != ours) {
                differ.insert(id.as_str());
            }
            compared += 1;
        }
        let listed = DIFFERENT.iter().filter(|(named, ..)| named == encoder);
        let listed: BTreeSet<_> = listed.flat_map(|(_, ids, _)| *ids).copied().collect();
        assert_eq!(differ, listed, "{encoder}");
    }
    assert_eq!(compared, 805);
}

//! What is known to have been sent against decoders, class by class: `threats.json`
//! says against which, and what has to come of it.

use crate::corpora::parts;
use crate::data::{bytes, rows, size};
use crate::model::Rules;
use crate::{boundary, check, check_all, latin1};
use serde_json::Value;
use tidegate_core::DecodeFault::{self, *};
use tidegate_core::{
    BoundaryFault, Fault, FaultClass, MultipartType, MultipartTypeFault, ParameterFault,
};

/// What a class comes to: each body by its name.
type Class = &'static [(&'static str, Comes)];

#[derive(Clone, Copy, Debug)]
enum Comes {
    /// To so many parts, the first of which has this name, file name and data
    /// that begin like that.
    Parts(usize, &'static str, Option<&'static str>, &'static str),
    /// To this fault, at this offset.
    Fault(DecodeFault, u64),
    /// To this fault of the Content-Type.
    Type(MultipartTypeFault),
}

use Comes::{Fault as At, Parts, Type};

const NUMBER: Class = &[
    ("parts-many-empty", At(TooManyParts { max: 1000 }, 51005)),
    ("parts-many-files", At(TooManyParts { max: 1000 }, 69785)),
    ("header-times-parts", At(TooManyParts { max: 1000 }, 460005)),
];
const HEADS: Class = &[
    ("part-headers-many", At(TooManyHeaders { max: 32 }, 316)),
    ("part-headers-endless", At(TooManyHeaders { max: 32 }, 197)),
    (
        "part-header-line-endless",
        At(HeadTooLong { max: 8192 }, 8197),
    ),
    ("header-name-endless", At(HeadTooLong { max: 8192 }, 8197)),
];
const AROUND: Class = &[
    (
        "preamble-endless",
        At(PreambleTooLong { max: 65536 }, 65536),
    ),
    (
        "preamble-crlf-dense",
        At(PreambleTooLong { max: 65536 }, 65536),
    ),
    (
        "epilogue-crlf-dense",
        At(EpilogueTooLong { max: 65536 }, 65595),
    ),
    ("epilogue-after-no-crlf", At(MalformedDelimiter, 57)),
];
const MEMORY: Class = &[
    (
        "field-huge-in-memory",
        At(FieldTooLong { max: 1 << 20 }, 1048625),
    ),
    ("total-huge", At(FieldsTooLong { max: 1 << 20 }, 1049135)),
];
const TIME: Class = &[
    ("body-no-newline-then-cr", Parts(1, "a", None, "\rA")),
    ("body-all-cr", Parts(1, "a", None, "\r\r")),
    ("body-all-lf", Parts(1, "a", None, "\n\n")),
    ("body-all-crlf", Parts(1, "a", None, "\r\n\r\n")),
    ("body-crlf-dash-dash", Parts(1, "a", None, "\r\n--\r\n--")),
    ("body-near-boundary-70", Parts(1, "a", None, "\r\n--bb")),
    ("base64-whitespace", Parts(1, "f", Some("f"), " \r\n \r\n")),
];
const BOUNDARIES: Class = &[
    (
        "boundary-equals-buffer",
        Type(MultipartTypeFault::Boundary(BoundaryFault::TooLong)),
    ),
    (
        "boundary-71",
        Type(MultipartTypeFault::Boundary(BoundaryFault::TooLong)),
    ),
    (
        "dup-boundary-param",
        Type(MultipartTypeFault::Parameter(ParameterFault::Duplicate)),
    ),
    ("boundary-padding", Parts(1, "a", None, "v")),
    ("boundary-prefix-line", At(MalformedDelimiter, 55)),
];
const PARAMETERS: Class = &[
    (
        "param-escapes",
        At(Disposition(ParameterFault::UnclosedQuote), 42),
    ),
    (
        "ct-params-redos",
        Type(MultipartTypeFault::Parameter(ParameterFault::UnclosedQuote)),
    ),
    (
        "nested-names",
        At(Disposition(ParameterFault::UnclosedQuote), 42),
    ),
    (
        "dup-name-param",
        At(Disposition(ParameterFault::Duplicate), 47),
    ),
    ("dup-disposition", At(DuplicateDisposition, 47)),
    ("filename-and-star", Parts(1, "a", Some("safe.txt"), "v")),
    ("filename-star-bad-percent", Parts(1, "a", None, "v")),
    (
        "path-filename",
        Parts(1, "a", Some("../../etc/passwd"), "v"),
    ),
    ("invalid-utf8-name", Parts(1, "\u{ff}\u{fe}", None, "v")),
    ("empty-name", Parts(1, "", None, "v")),
    ("no-name", At(NoName, 26)),
    ("no-disposition", At(NoDisposition, 5)),
];
const PROGRESS: Class = &[
    ("aiohttp-infinite-loop", Parts(1, "a", None, "v")),
    ("nested-mixed-bomb", At(MalformedDelimiter, 96)),
    ("empty-body", At(Truncated, 0)),
    ("only-lf", At(Truncated, 1)),
    ("close-without-parts", Parts(0, "", None, "")),
];
const TRUNCATION: Class = &[
    ("truncated-in-boundary", At(Truncated, 110)),
    ("missing-close", At(Truncated, 52)),
    ("missing-close-after-delim", At(Truncated, 57)),
];
const HEAD_LINES: Class = &[
    ("header-then-close", At(MalformedField, 52)),
    ("dicer-crash", At(Folded, 42)),
    ("name-nul", At(ForbiddenByte, 44)),
    ("folded-header", At(Folded, 38)),
    ("bare-cr-in-header", At(BareCr, 45)),
];
const LINE_ENDS: Class = &[
    ("bare-lf-delimiters", At(BareLf, 3)),
    (
        "lf-delimiter-inside",
        Parts(
            1,
            "a",
            None,
            "v\n--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nw",
        ),
    ),
];

const CLASSES: &[Class] = &[
    NUMBER, HEADS, AROUND, MEMORY, TIME, BOUNDARIES, PARAMETERS, PROGRESS, TRUNCATION, HEAD_LINES,
    LINE_ENDS,
];

fn threats() -> Vec<Value> {
    rows(include_str!("../data/multipart/threats.json"))
}

/// A string is itself, `{rep, n}` is that so many times, and `{seq, n}` are items
/// so many times, with the number for `%d` if they are counted.
fn cook(items: &Value, number: Option<usize>) -> Vec<u8> {
    let mut body = Vec::new();
    for item in items.as_array().unwrap() {
        if let Some(text) = item.as_str() {
            let numbered = number.map(|number| text.replace("%d", &number.to_string()));
            body.extend(latin1(numbered.as_deref().unwrap_or(text)));
        } else if let Value::String(_) = item["rep"] {
            body.extend(bytes(&item["rep"]).repeat(size(&item["n"])));
        } else {
            let counted = item["counter"] == true;
            for number in 0..size(&item["n"]) {
                body.extend(cook(&item["seq"], counted.then_some(number)));
            }
        }
    }
    body
}

/// The rules, or why there are none, and the body.
fn threat(id: &str) -> (Result<Rules, MultipartTypeFault>, Vec<u8>, Value) {
    let row = threats().into_iter().find(|row| row["id"] == id).unwrap();
    let header = bytes(&row["content_type"]);
    let rules = MultipartType::parse(&header).map(|kind| Rules {
        fields_len: row["limits"]["max_body_bytes"].as_u64().unwrap_or(16 << 20),
        // A field is a megabyte at most, unless one has to be read that is longer.
        field_len: match row["required"]["outcome"] == "ok" {
            true => 16 << 20,
            false => 1 << 20,
        },
        ..Rules::form(kind.boundary())
    });
    (rules.map_err(|at| at.fault), cook(&row["body"], None), row)
}

fn check_class(class: Class) {
    for (id, comes) in class {
        let (rules, body, row) = threat(id);
        let required = &row["required"];
        let rules = match (rules, comes) {
            (Ok(rules), _) => rules,
            (Err(fault), Type(expected)) => {
                assert_eq!(fault, *expected, "{id}");
                assert_eq!(required["outcome"], "error");
                continue;
            }
            (Err(fault), _) => panic!("{id}: {fault}"),
        };
        let answer = check_all(&rules, &body);
        match (*comes, answer.fault) {
            (At(fault, offset), Some(found)) => {
                assert_eq!(found, (offset, fault), "{id}");
                // What is no limit of ours by default, the others ask for.
                let optional = *id == "epilogue-crlf-dense";
                assert!(optional || required["outcome"] == "error", "{id}");
                let status = fault.class().http_status();
                assert_eq!(status == 413, fault.class() == FaultClass::TooLarge);
            }
            (Parts(count, name, filename, data), None) => {
                let parts = parts(&answer);
                assert_eq!(required["outcome"], "ok", "{id}");
                assert_eq!(parts.len(), count, "{id}");
                assert_eq!(parts.len(), size(&required["parts"]), "{id}");
                let Some((first, file, content)) = parts.first() else {
                    continue;
                };
                assert_eq!(first.as_deref(), Some(&*latin1(name)), "{id}");
                assert_eq!(file.as_deref(), filename.map(str::as_bytes), "{id}");
                assert!(content.starts_with(&latin1(data)), "{id}");
                if let Value::Number(_) = required["length"] {
                    assert_eq!(content.len(), size(&required["length"]), "{id}");
                }
                if let Value::String(_) = required["value"] {
                    assert_eq!(content, &bytes(&required["value"]), "{id}");
                }
            }
            (_, fault) => panic!("{id}: {fault:?}"),
        }
    }
}

#[test]
fn every_threat_is_in_a_class() {
    let mut listed: Vec<&str> = CLASSES
        .iter()
        .flat_map(|class| class.iter().map(|(id, _)| *id))
        .collect();
    let rows = threats();
    let mut all: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    listed.sort_unstable();
    all.sort_unstable();
    assert_eq!(listed, all);
}

/// CVE-2023-25577, CVE-2023-24998, CVE-2023-0662, CVE-2023-27530, CVE-2022-41725.
#[test]
fn parts_without_end() {
    check_class(NUMBER);
}

/// CVE-2026-42561, CVE-2026-34516, CVE-2025-48976, CVE-2025-61772, CVE-2023-45290.
#[test]
fn heads_without_end() {
    check_class(HEADS);
}

/// CVE-2025-61770, CVE-2026-40347, CVE-2024-53981.
#[test]
fn preambles_and_epilogues_without_end() {
    check_class(AROUND);
}

/// CVE-2024-47874, CVE-2025-61771, CVE-2024-49767.
#[test]
fn fields_that_fill_the_memory() {
    check_class(MEMORY);
}

/// CVE-2023-46136, CVE-2016-3092, CVE-2026-33033; `cost` says what they cost.
#[test]
fn bodies_that_are_slow_to_search() {
    check_class(TIME);
}

/// CVE-2014-0050, CVE-2026-26961.
#[test]
fn boundaries_of_all_kinds() {
    check_class(BOUNDARIES);
}

/// CVE-2024-24762, CVE-2022-44571, CVE-2026-8162, and what two decoders read
/// differently.
#[test]
fn parameters_of_all_kinds() {
    check_class(PARAMETERS);
}

/// CVE-2024-30251, CVE-2022-23833, CVE-2018-16789: bodies that were never done with.
#[test]
fn bodies_that_loop() {
    check_class(PROGRESS);
}

/// A body that was cut is never a form, but in the lenient mode.
#[test]
fn truncated_bodies() {
    check_class(TRUNCATION);
}

/// CVE-2022-24434, CVE-2026-26962.
#[test]
fn lines_of_a_head() {
    check_class(HEAD_LINES);
}

#[test]
fn line_ends_of_all_kinds() {
    check_class(LINE_ENDS);
}

/// PHP's CVE-2024-8925, and Werkzeug's stray `\r`: a body that ends a read at any
/// place of a delimiter is the same body.
#[test]
fn a_read_may_end_between_the_dashes() {
    let rules = Rules::form(boundary("foo"));
    for end in [
        "--foo--",
        "--foo--\r\n",
        "--foo-- \t\r\n\r\n",
        "--foo \t\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n--foo--",
    ] {
        let body =
            format!("--foo\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n12\r\n{end}");
        let answer = check(&rules, body.as_bytes());
        assert_eq!(answer.fault, None);
        assert_eq!(parts(&answer)[0].2, b"\r\n12");
    }
}

/// http-multipart, byte_stream_splitter and buf_read_splitter lose data behind the
/// false start of a delimiter.
#[test]
fn a_false_start_is_data() {
    let rules = Rules::form(boundary("ab"));
    for start in ["\r", "\r\n", "\r\n-", "\r\n--", "\r\n--a"] {
        for data in [
            start.repeat(3),
            start.to_owned(),
            format!("{start}x"),
            format!("x{start}\r"),
            format!("{start}\n"),
        ] {
            let body =
                format!("--ab\r\nContent-Disposition: form-data; name=a\r\n\r\n{data}\r\n--ab--");
            let answer = check(&rules, body.as_bytes());
            assert_eq!(answer.fault, None);
            assert_eq!(parts(&answer)[0].2, data.as_bytes());
        }
    }
}

/// multer swallows the part behind an empty one, whose empty line Werkzeug's encoder
/// leaves to the delimiter.
#[test]
fn a_part_behind_an_empty_one() {
    let rules = Rules::form(boundary("x"));
    let head = |name: &str| format!("Content-Disposition: form-data; name={name}\r\n\r\n");
    for line_break in ["", "\r\n"] {
        let body = format!(
            "--x\r\n{}{line_break}--x\r\n{}v\r\n--x--",
            head("a"),
            head("b")
        );
        let answer = check(&rules, body.as_bytes());
        assert_eq!(answer.fault, None);
        let found = parts(&answer);
        let expected =
            [("a", ""), ("b", "v")].map(|(name, data)| (Some(latin1(name)), None, latin1(data)));
        assert_eq!(found, expected);
    }
}

/// multer reads a file name out of another parameter.
#[test]
fn a_file_name_within_a_parameter_is_none() {
    let rules = Rules::form(boundary("x"));
    for parameters in [
        "note=\"x; filename=evil\"; name=a",
        "name=a; note=\"; filename=\\\"evil\\\"\"",
        "name=a; xfilename=evil",
        "name=a; filename-x=evil",
        "name=a; filename*=UTF-8''evil",
        "name=a; filename*0=evil",
    ] {
        let body = format!("--x\r\nContent-Disposition: form-data; {parameters}\r\n\r\nv\r\n--x--");
        let answer = check(&rules, body.as_bytes());
        assert_eq!(answer.fault, None, "{parameters}");
        assert_eq!(parts(&answer), [(Some(b"a".to_vec()), None, b"v".to_vec())]);
    }
}

/// A boundary of 70 bytes is one, as reqwest's of 71 is none.
#[test]
fn the_longest_boundary() {
    let longest = "b".repeat(70);
    assert!(tidegate_core::Boundary::new("b".repeat(71)).is_err());
    let rules = Rules::form(boundary(&longest));
    let near = format!("--{longest:.69}");
    let head = "Content-Disposition: form-data; name=a\r\n\r\n";
    let body = format!("--{longest}\r\n{head}{near}\r\n--{longest}--");
    let answer = check(&rules, body.as_bytes());
    assert_eq!(parts(&answer)[0].2, near.as_bytes());
    assert_eq!(answer.fault, None);
}

/// multer and axum: nobody has to ask for a limit.
#[test]
fn every_limit_is_finite_but_that_of_a_file() {
    let Rules {
        parts,
        files,
        fields,
        headers,
        head_len,
        name_len,
        preamble,
        epilogue,
        file_len,
        field_len,
        fields_len,
        ..
    } = Rules::form(boundary("x"));
    assert!(
        [parts, files, fields, headers, head_len, name_len]
            .iter()
            .all(|max| *max <= 1 << 13)
    );
    assert!(
        [preamble, epilogue, field_len, fields_len]
            .iter()
            .all(|max| *max <= 1 << 24)
    );
    assert_eq!(file_len, u64::MAX);
}

/// werkzeug #3088, commons-fileupload: nothing of a part is handed out twice or late;
/// whoever stops there has what there was.
#[test]
fn what_was_handed_out_stays_good() {
    let rules = Rules::form(boundary("x"));
    let body = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nwhole\r\n--x\r\nContent-Disposition: form-data; name=b\r\n\r\ncut";
    for len in 0..=body.len() {
        let answer = check(&rules, &body[..len]);
        assert_eq!(answer.fault, Some((len as u64, Truncated)));
        let whole = check(&rules, &[&body[..], b"\r\n--x--"].concat());
        let known = parts(&answer);
        for (part, (name, _, data)) in known.iter().zip(parts(&whole)) {
            assert_eq!(part.0, name);
            assert!(data.starts_with(&part.2) || part.2.starts_with(&data));
        }
    }
}

//! `FileAnswer`: the preconditions of RFC 9110 section 13, all of them with all
//! the others, beside a model that was written from the text of the RFC.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use tidegate_core::{ByteRange, ETag, FileAnswer, FileFacts, RangeAnswer};

const SIZE: u64 = 11;
const MODIFIED: u64 = 1000;
/// The tag of the file, without its quotes.
const OPAQUE: &str = "b-e8d4a51000";

fn facts(modified: Option<u64>) -> FileFacts {
    let etag = ETag::of_file(SIZE, Duration::from_secs(MODIFIED));
    assert_eq!(etag.as_str(), format!("\"{OPAQUE}\""));
    FileFacts {
        size: SIZE,
        etag,
        modified,
        is_settled: true,
    }
}

/// A date that can be told from all else: `@1000`.
fn date(value: &[u8]) -> Option<u64> {
    str::from_utf8(value).ok()?.strip_prefix('@')?.parse().ok()
}

type Headers = Vec<(String, String)>;

fn answer(method: &str, headers: &Headers, modified: Option<u64>) -> FileAnswer {
    let headers = headers.iter().map(|(name, value)| (name, value));
    FileAnswer::of(method, headers, &facts(modified), date)
}

/// RFC 9110, section 13.2.2, step by step.
fn model(method: &str, headers: &Headers, modified: Option<u64>) -> FileAnswer {
    let values = |name: &str| -> Vec<&str> {
        let named = headers
            .iter()
            .filter(|header| header.0.eq_ignore_ascii_case(name));
        named
            .map(|header| header.1.trim_matches([' ', '\t']))
            .collect()
    };
    // "A recipient MUST ignore ... if the received field value is not a valid
    // HTTP-date, [or] the field value has more than one member."
    let since = |name: &str| match values(name)[..] {
        [value] => date(value.as_bytes()),
        _ => None,
    };
    let any = |lines: &[&str], weak_too: bool| {
        lines
            .iter()
            .any(|line| *line == "*" || tags(line).iter().any(|tag| tag.is_the_files(weak_too)))
    };
    let (if_match, if_none_match) = (values("If-Match"), values("If-None-Match"));
    let reads = method == "GET" || method == "HEAD";

    // 1., 2.
    let unmodified_since = since("If-Unmodified-Since");
    if !if_match.is_empty() {
        if !any(&if_match, false) {
            return FileAnswer::PreconditionFailed;
        }
    } else if let (Some(date), Some(modified)) = (unmodified_since, modified)
        && modified > date
    {
        return FileAnswer::PreconditionFailed;
    }
    // 3., 4.
    if !if_none_match.is_empty() {
        if any(&if_none_match, true) {
            return match reads {
                true => FileAnswer::NotModified,
                false => FileAnswer::PreconditionFailed,
            };
        }
    } else if let (true, Some(date), Some(modified)) = (reads, since("If-Modified-Since"), modified)
        && modified <= date
    {
        return FileAnswer::NotModified;
    }
    // 5.
    let ([range], "GET") = (&values("Range")[..], method) else {
        return FileAnswer::Whole;
    };
    let holds = match values("If-Range")[..] {
        [] => true,
        [tag] if tag.contains('"') => match tags(tag)[..] {
            [ref one] => one.line == tag && one.is_the_files(false),
            _ => false,
        },
        [value] => modified.is_some() && date(value.as_bytes()) == modified,
        _ => false,
    };
    match holds.then(|| RangeAnswer::parse(range, SIZE)) {
        None | Some(RangeAnswer::Whole) => FileAnswer::Whole,
        Some(RangeAnswer::One(range)) => FileAnswer::Part(range),
        Some(RangeAnswer::Many(ranges)) => FileAnswer::Parts(ranges),
        Some(RangeAnswer::Unsatisfiable) => FileAnswer::RangeNotSatisfiable,
    }
}

struct Tag {
    /// As it stands there.
    line: String,
    weak: bool,
    opaque: String,
}

impl Tag {
    fn is_the_files(&self, weak_too: bool) -> bool {
        (weak_too || !self.weak) && self.opaque == OPAQUE
    }
}

/// The tags of a list as far as it is well-formed: `#entity-tag`, where empty
/// elements are to be accepted.
fn tags(list: &str) -> Vec<Tag> {
    let mut elements = vec![String::new()];
    let mut quoted = false;
    for c in list.chars() {
        match c {
            ',' if !quoted => elements.push(String::new()),
            _ => {
                quoted ^= c == '"';
                elements.last_mut().unwrap().push(c);
            }
        }
    }
    let elements = elements
        .iter()
        .map(|element| element.trim_matches([' ', '\t']));
    let mut tags = Vec::new();
    for element in elements.filter(|element| !element.is_empty()) {
        let quotes: Vec<usize> = element.match_indices('"').map(|(at, _)| at).collect();
        let weak = element.starts_with("W/\"");
        let start = if weak { 2 } else { 0 };
        // A tag that something follows is the last that counts.
        let (true, Some(&end)) = (quotes.first() == Some(&start), quotes.get(1)) else {
            break;
        };
        tags.push(Tag {
            line: element[..=end].to_owned(),
            weak,
            opaque: element[start + 1..end].to_owned(),
        });
        if end + 1 < element.len() {
            break;
        }
    }
    tags
}

const TAG_LISTS: &[&str] = &[
    "*",
    " * ",
    "\"@\"",
    "W/\"@\"",
    "\"other\"",
    "W/\"other\"",
    "\"other\", \"@\"",
    "\"@\", \"other\"",
    "\"other\",W/\"@\"",
    ",, \t,\"@\",,",
    "\"a,b\", \"@\"",
    "\"a,\\\", \"@\"",
    "\"@,x\"",
    "\", @ ,\"",
    "\"x, \"@\"",
    "\"@",
    "@",
    "@\"",
    "'@'",
    "",
    ",",
    "\"\"",
    "w/\"@\"",
    "W/ \"@\"",
    "W/@",
    "\"other\" \"@\"",
    "\"other\"\"@\"",
    "\"other\"x, \"@\"",
    "\"other\"; \"@\"",
    "\"@\" x",
    "bad, \"@\"",
    "\"@\", bad",
    "*, \"@\"",
    "\"other\", *",
    "* *",
    "\"\u{e9}\", \"@\"",
];

/// Before, at and after the file's, and none.
const DATES: &[&str] = &[
    "@999",
    "@1000",
    "@1001",
    "@0",
    "yesterday",
    "",
    "1000",
    "@1000, @1000",
];

fn lists() -> Vec<String> {
    TAG_LISTS
        .iter()
        .map(|list| list.replace('@', OPAQUE))
        .collect()
}

fn if_ranges() -> Vec<String> {
    let mut values = lists();
    values.extend(DATES.iter().map(|&date| date.to_owned()));
    values
}

const RANGES: &[&str] = &[
    "bytes=2-4",
    "bytes=0-0,-1",
    "bytes=11-",
    "bytes=4-2",
    "lines=1-2",
];

const METHODS: &[&str] = &["GET", "HEAD", "PUT", "DELETE", "get"];

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Every kind of each condition with every kind of all the others.
#[test]
fn all_conditions_together_are_answered_in_the_order_of_the_rfc() {
    let list = |value: &str| value.replace('@', OPAQUE);
    let tags = [
        None,
        Some(list("\"@\"")),
        Some(list("\"other\", W/\"@\"")),
        Some("*".to_owned()),
    ];
    let dates = [
        None,
        Some("@999"),
        Some("@1000"),
        Some("@1001"),
        Some("never"),
    ];
    let ranges = [
        None,
        Some("bytes=2-4"),
        Some("bytes=0-0,-1"),
        Some("bytes=11-"),
        Some("bytes=4-2"),
    ];
    let if_ranges = [
        None,
        Some(list("\"@\"")),
        Some(list("W/\"@\"")),
        Some("\"other\"".to_owned()),
        Some("@999".to_owned()),
        Some("@1000".to_owned()),
        Some("@1001".to_owned()),
        Some("never".to_owned()),
    ];
    let mut met = BTreeMap::<u16, usize>::new();
    for method in ["GET", "HEAD", "PUT"] {
        for modified in [None, Some(MODIFIED)] {
            for if_match in &tags {
                for if_none_match in &tags {
                    for unmodified in dates {
                        for since in dates {
                            for range in ranges {
                                for if_range in &if_ranges {
                                    let headers: Headers = [
                                        ("Range", range),
                                        ("If-Range", if_range.as_deref()),
                                        ("If-Modified-Since", since),
                                        ("If-None-Match", if_none_match.as_deref()),
                                        ("If-Unmodified-Since", unmodified),
                                        ("If-Match", if_match.as_deref()),
                                    ]
                                    .into_iter()
                                    .filter_map(|(name, value)| Some(header(name, value?)))
                                    .collect();
                                    let ours = answer(method, &headers, modified);
                                    let model = model(method, &headers, modified);
                                    assert_eq!(ours, model, "{method} {headers:?} {modified:?}");
                                    *met.entry(ours.http_status()).or_default() += 1;
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    let statuses: Vec<u16> = met.keys().copied().collect();
    assert_eq!(statuses, [200, 206, 304, 412, 416]);
    assert_eq!(met.values().sum::<usize>(), 3 * 2 * 4 * 4 * 5 * 5 * 5 * 8);
}

/// Each way to write each of them, alone and twice, with a range that is served
/// if nothing stands against it.
#[test]
fn each_condition_is_read_like_this() {
    let mut asked = 0;
    for (name, values) in [
        ("If-Match", lists()),
        ("If-None-Match", lists()),
        ("If-Range", if_ranges()),
        (
            "If-Modified-Since",
            DATES.iter().map(|&date| date.to_owned()).collect(),
        ),
        (
            "If-Unmodified-Since",
            DATES.iter().map(|&date| date.to_owned()).collect(),
        ),
        (
            "Range",
            RANGES.iter().map(|&range| range.to_owned()).collect(),
        ),
    ] {
        for method in METHODS {
            for first in &values {
                for second in values.iter().map(Some).chain([None]) {
                    let mut headers = vec![header(name, first)];
                    headers.extend(second.map(|second| header(&name.to_lowercase(), second)));
                    if name != "Range" {
                        headers.push(header("RANGE", "bytes=2-4"));
                    }
                    asked += 1;
                    assert_eq!(
                        answer(method, &headers, Some(MODIFIED)),
                        model(method, &headers, Some(MODIFIED)),
                        "{method} {headers:?}"
                    );
                }
            }
        }
    }
    assert_eq!(asked, 5 * (2 * 36 * 37 + 44 * 45 + 2 * 8 * 9 + 5 * 6));
}

/// A few that somebody looked up by hand, so that the model does not stand alone.
#[test]
#[rustfmt::skip]
fn some_answers_looked_up() {
    let tag = format!("\"{OPAQUE}\"");
    let tag = tag.as_str();
    let weak = format!("W/{tag}");
    let weak = weak.as_str();
    let among = format!("\"a,b\", {tag}");
    let inside = format!("\"x, {OPAQUE}\"");
    let part = FileAnswer::Part(ByteRange::new(2, 3).unwrap());
    use FileAnswer::{NotModified, PreconditionFailed, RangeNotSatisfiable, Whole};
    let range = ("Range", "bytes=2-4");
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], FileAnswer);
    let cases: &[Case<'_>] = &[
        ("no condition", "GET", &[], Whole),
        ("a range", "GET", &[range], part.clone()),
        ("a range is for GET alone", "HEAD", &[range], Whole),
        ("methods have a case", "get", &[range], Whole),
        ("a range behind the end", "GET", &[("Range", "bytes=11-")], RangeNotSatisfiable),
        ("two ranges headers", "GET", &[range, range], Whole),
        ("a blank around a range", "GET", &[("Range", " \tbytes=2-4 ")], part.clone()),
        ("has it", "GET", &[("If-None-Match", tag)], NotModified),
        ("has it, weakly", "GET", &[("If-None-Match", weak)], NotModified),
        ("has it, HEAD", "HEAD", &[("If-None-Match", tag)], NotModified),
        ("has it, but would write", "PUT", &[("If-None-Match", tag)], PreconditionFailed),
        ("would create it", "PUT", &[("If-None-Match", "*")], PreconditionFailed),
        ("has another", "GET", &[("If-None-Match", "\"x\"")], Whole),
        ("has another, though the date says it has it", "GET", &[("If-None-Match", "\"x\""), ("If-Modified-Since", "@1000")], Whole),
        ("has it, though the date says it has not", "GET", &[("If-None-Match", tag), ("If-Modified-Since", "@0")], NotModified),
        ("has it since then", "GET", &[("If-Modified-Since", "@1000")], NotModified),
        ("has it since later", "GET", &[("If-Modified-Since", "@1001")], NotModified),
        ("has an older one", "GET", &[("If-Modified-Since", "@999")], Whole),
        ("has it since then, but would write", "PUT", &[("If-Modified-Since", "@1000")], Whole),
        ("writes what it knows", "PUT", &[("If-Match", tag)], Whole),
        ("writes what it knows weakly", "PUT", &[("If-Match", weak)], PreconditionFailed),
        ("writes what is there", "PUT", &[("If-Match", "*")], Whole),
        ("writes what it does not know", "PUT", &[("If-Match", "\"x\"")], PreconditionFailed),
        ("a comma in a tag", "PUT", &[("If-Match", &among)], Whole),
        ("the tag within a tag", "PUT", &[("If-Match", &inside)], PreconditionFailed),
        ("a list on two lines", "PUT", &[("If-Match", "\"x\""), ("If-Match", tag)], Whole),
        ("unmodified since", "GET", &[("If-Unmodified-Since", "@1000"), range], part.clone()),
        ("modified since", "GET", &[("If-Unmodified-Since", "@999"), range], PreconditionFailed),
        ("the tag outdoes the date", "GET", &[("If-Unmodified-Since", "@999"), ("If-Match", tag)], Whole),
        ("412 before 304", "GET", &[("If-Match", "\"x\""), ("If-None-Match", tag)], PreconditionFailed),
        ("304 before 206", "GET", &[("If-None-Match", tag), range], NotModified),
        ("304 before 416", "GET", &[("If-None-Match", tag), ("Range", "bytes=99-")], NotModified),
        ("the rest of the same", "GET", &[("If-Range", tag), range], part.clone()),
        ("the rest of the same, weakly", "GET", &[("If-Range", weak), range], Whole),
        ("the rest of another", "GET", &[("If-Range", "\"x\""), range], Whole),
        ("the rest of another, behind its end", "GET", &[("If-Range", "\"x\""), ("Range", "bytes=99-")], Whole),
        ("the rest of the same, behind its end", "GET", &[("If-Range", tag), ("Range", "bytes=99-")], RangeNotSatisfiable),
        ("the rest, by the date", "GET", &[("If-Range", "@1000"), range], part.clone()),
        ("the rest, by a later date", "GET", &[("If-Range", "@1001"), range], Whole),
        ("If-Range is no list", "GET", &[("If-Range", &among), range], Whole),
        ("If-Range is no star", "GET", &[("If-Range", "*"), range], Whole),
        ("If-Range twice", "GET", &[("If-Range", tag), ("If-Range", tag), range], Whole),
        ("names have no case", "GET", &[("iF-nOnE-mAtCh", tag)], NotModified),
        ("other headers", "GET", &[("X-If-None-Match", tag), ("Ranges", "bytes=0-0")], Whole),
    ];
    for (name, method, headers, expected) in cases {
        let headers: Headers = headers.iter().map(|(name, value)| header(name, value)).collect();
        assert_eq!(answer(method, &headers, Some(MODIFIED)), *expected, "{name}");
        assert_eq!(model(method, &headers, Some(MODIFIED)), *expected, "{name}, the model");
    }
}

/// A date that is not known, or not sure, proves nothing either way.
#[test]
fn a_file_without_a_date_is_neither_old_nor_new() {
    for date in DATES {
        for name in ["If-Modified-Since", "If-Unmodified-Since"] {
            let headers = vec![header(name, date)];
            assert_eq!(
                answer("GET", &headers, None),
                FileAnswer::Whole,
                "{name}: {date}"
            );
        }
        let headers = vec![header("If-Range", date), header("Range", "bytes=0-0")];
        assert_eq!(answer("GET", &headers, None), FileAnswer::Whole, "{date}");
    }
}

#[test]
fn each_answer_has_its_status() {
    let range = ByteRange::new(2, 3).unwrap();
    let RangeAnswer::Many(ranges) = RangeAnswer::parse("bytes=0-0,-1", SIZE) else {
        panic!("two ranges are many")
    };
    for (answer, status) in [
        (FileAnswer::Whole, 200),
        (FileAnswer::Part(range), 206),
        (FileAnswer::Parts(ranges), 206),
        (FileAnswer::NotModified, 304),
        (FileAnswer::PreconditionFailed, 412),
        (FileAnswer::RangeNotSatisfiable, 416),
    ] {
        assert_eq!(answer.http_status(), status, "{answer:?}");
    }
}

/// Headers come as bytes, too, and may hold any.
#[test]
fn bytes_that_are_no_text_are_no_tag_and_no_date() {
    for name in [
        "If-Match",
        "If-None-Match",
        "If-Range",
        "If-Modified-Since",
        "If-Unmodified-Since",
        "Range",
    ] {
        for value in [&b"\xff"[..], b"\"\xff", b"\"\xff\"", b"W/\"\0\"", b"\n*\n"] {
            let headers = [(name.as_bytes(), value), (&b"Range"[..], &b"bytes=2-4"[..])];
            let status =
                FileAnswer::of(b"GET", headers, &facts(Some(MODIFIED)), date).http_status();
            let expected = match name {
                "If-Match" => 412,
                "If-Range" | "Range" => 200,
                _ => 206,
            };
            assert_eq!(status, expected, "{name}: {}", value.escape_ascii());
        }
    }
}

fn any_header() -> impl Strategy<Value = (String, String)> {
    let tags = prop::sample::select(vec!["If-Match", "if-none-match"]);
    let dates = prop::sample::select(vec!["If-Modified-Since", "IF-UNMODIFIED-SINCE"]);
    prop_oneof![
        3 => (tags, prop::sample::select(lists())).prop_map(|(name, value)| header(name, &value)),
        3 => (dates, prop::sample::select(DATES)).prop_map(|(name, value)| header(name, value)),
        2 => prop::sample::select(if_ranges()).prop_map(|value| header("If-Range", &value)),
        2 => prop::sample::select(RANGES).prop_map(|value| header("range", value)),
        1 => Just(header("Accept", "*")),
    ]
}

/// Lists made of what lists are made of.
fn any_list() -> impl Strategy<Value = String> {
    let pieces = [
        "\"", "\"", ",", ",", " ", "\t", "*", "W/", "x", OPAQUE, OPAQUE,
    ];
    let tag = prop::sample::select(vec![
        format!("\"{OPAQUE}\""),
        format!("W/\"{OPAQUE}\""),
        "\"x,\"".to_owned(),
    ]);
    let piece = prop_oneof![
        prop::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        tag
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_request_is_answered_as_the_rfc_says(
        method in prop::sample::select(METHODS),
        headers in prop::collection::vec(any_header(), 0..7),
        modified in prop_oneof![Just(Some(MODIFIED)), Just(None)],
    ) {
        prop_assert_eq!(answer(method, &headers, modified), model(method, &headers, modified));
    }

    #[test]
    fn any_list_of_tags_is_read_as_the_rfc_says(
        name in prop::sample::select(vec!["If-Match", "If-None-Match", "If-Range"]),
        list in any_list(),
    ) {
        let headers = vec![header(name, &list), header("Range", "bytes=2-4")];
        prop_assert_eq!(answer("GET", &headers, None), model("GET", &headers, None));
    }
}

/// A date of which more may be written proves a change, and nothing else.
#[test]
fn a_file_that_was_just_written_to() {
    let fresh = FileFacts {
        is_settled: false,
        ..facts(Some(MODIFIED))
    };
    let answer = |method, headers: &[(&str, &str)]| {
        FileAnswer::of(method, headers.iter().copied(), &fresh, date)
    };
    let (same, before) = (format!("@{MODIFIED}"), format!("@{}", MODIFIED - 1));
    for method in ["GET", "HEAD", "PUT"] {
        let unmodified = answer(method, &[("If-Unmodified-Since", &before)]);
        assert_eq!(unmodified, FileAnswer::PreconditionFailed, "{method}");
        let unmodified = answer(method, &[("If-Unmodified-Since", &same)]);
        assert_eq!(unmodified, FileAnswer::Whole, "{method}");
        let modified = answer(method, &[("If-Modified-Since", &same)]);
        assert_eq!(modified, FileAnswer::Whole, "{method}");
    }
    let part = answer("GET", &[("If-Range", &same), ("Range", "bytes=0-0")]);
    assert_eq!(part, FileAnswer::Whole);
}

#[test]
fn methods_without_preconditions() {
    for method in ["OPTIONS", "TRACE", "CONNECT"] {
        for header in [("If-None-Match", "*"), ("If-Match", "\"x\"")] {
            assert_eq!(answer_to(method, header), FileAnswer::Whole, "{method}");
        }
    }
}

fn answer_to(method: &str, header: (&str, &str)) -> FileAnswer {
    FileAnswer::of(method, [header], &facts(Some(MODIFIED)), date)
}

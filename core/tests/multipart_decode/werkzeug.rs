//! What Werkzeug 3.1.9 makes of 424 bodies (602 cases: the rest cuts the same bodies
//! otherwise), with its own faults mended where it is known to be wrong; see
//! `../data/NOTICE.md`. Where we differ from it is listed.

use crate::check_all;
use crate::data::{body, bytes, bytes_or_none, id, list, rows, size};
use crate::model::{Answer, Rules, Token};
use serde_json::Value;
use tidegate_core::{Boundary, BoundaryFault, DecodeFault};

/// What both give of a body: the parts with names, fields, data, and whether they
/// are over, and whether it is refused in the end.
#[derive(Clone, Debug, Default, PartialEq)]
struct Said {
    preamble: Vec<u8>,
    parts: Vec<Part>,
    refused: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Part {
    name: Option<Vec<u8>>,
    filename: Option<Vec<u8>>,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    data: Vec<u8>,
    is_whole: bool,
}

fn theirs(row: &Value) -> Said {
    let expect = &row["expect"];
    let part = |part: &Value| Part {
        name: bytes_or_none(&part["name"]),
        filename: bytes_or_none(&part["filename"]),
        fields: list(&part["headers"])
            .iter()
            .map(|pair| (bytes(&pair[0]), bytes(&pair[1])))
            .collect(),
        data: bytes(&part["data"]),
        is_whole: part["complete"] == true,
    };
    Said {
        preamble: bytes_or_none(&expect["preamble"]).unwrap_or_default(),
        parts: list(&expect["parts"]).iter().map(part).collect(),
        refused: !expect["error"].is_null(),
    }
}

fn ours(answer: &Answer) -> Said {
    let mut said = Said {
        refused: answer.fault.is_some(),
        ..Said::default()
    };
    for token in answer.tokens.iter().cloned() {
        match token {
            Token::Preamble(text) => said.preamble = text,
            Token::Head(head) => said.parts.push(Part {
                name: head.name,
                filename: head.filename,
                fields: head.fields,
                ..Part::default()
            }),
            Token::Data(data) => said.parts.last_mut().unwrap().data = data,
            Token::End => said.parts.last_mut().unwrap().is_whole = true,
            Token::Epilogue(_) => {}
        }
    }
    said
}

fn rules(row: &Value, lenient: bool) -> Result<Rules, BoundaryFault> {
    let mut rules = Rules {
        lenient,
        ..Rules::form(Boundary::new(bytes(&row["boundary"]))?)
    };
    if let Value::Number(_) = row["max_parts"] {
        rules.parts = size(&row["max_parts"]);
    }
    if let Value::Number(_) = row["max_memory"] {
        rules.fields_len = row["max_memory"].as_u64().unwrap();
    }
    Ok(rules)
}

/// How our answer stands to theirs: `same`, or what we say.
fn verdict(row: &Value, lenient: bool) -> String {
    let rules = match rules(row, lenient) {
        Ok(rules) => rules,
        Err(fault) => return format!("{fault:?}"),
    };
    let answer = check_all(&rules, &body(&row["body"]));
    let (mut ours, theirs) = (ours(&answer), theirs(row));
    // They were not told of the end, and hold more back.
    if row["open"] == true {
        let last = ours.parts.last_mut().unwrap();
        let their_last = theirs.parts.last().unwrap();
        assert!(last.data.starts_with(&their_last.data), "{}", id(row));
        last.data.clone_from(&their_last.data);
        if lenient {
            // Here an end is a good one.
            last.is_whole = false;
        } else {
            ours.refused = !matches!(answer.fault, Some((_, DecodeFault::Truncated)));
        }
    }
    // Which parts there were before is no part of a refusal.
    if ours == theirs || ours.refused && theirs.refused {
        return "same".to_owned();
    }
    match answer.fault {
        Some((offset, fault)) => format!("{fault:?} at {offset}"),
        None => brief(&ours),
    }
}

/// `preamble> name=data; name(filename)=data`
fn brief(said: &Said) -> String {
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let part = |part: &Part| {
        let name = text(part.name.as_deref().unwrap());
        let filename = part.filename.as_deref().map(text);
        let filename = filename.map(|name| format!("({name})")).unwrap_or_default();
        format!("{name}{filename}={}", text(&part.data))
    };
    let preamble = match &said.preamble[..] {
        [] => String::new(),
        preamble => text(preamble) + "> ",
    };
    preamble + &said.parts.iter().map(part).collect::<Vec<_>>().join("; ")
}

/// Why we differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// Lines end in CRLF. The lenient mode takes the others too.
    LineEnds,
    /// A line that begins with a whole delimiter and is none: half of 36 decoders
    /// take it for data, as the lenient mode does, and half for a delimiter.
    Lookalike,
    /// The last delimiter and junk behind it.
    JunkBehindTheEnd,
    /// The lenient mode takes a folded field, strictly it is refused.
    Folded,
    /// Neither undone nor preferred in a form (RFC 7578 section 4.2).
    ExtendedFilename,
    /// A delimiter begins a line.
    MiddleOfALine,
    /// What is no field is refused, and not left out.
    NoField,
    /// Every part of a form says so and has a name (RFC 7578 section 4.2).
    NoForm,
    /// A parameter that cannot be read is refused, and not left out.
    MalformedParameter,
    /// `%22` stays until the caller asks.
    PercentStays,
    /// `\\` is a backslash.
    EscapedBackslash,
    /// Names are bytes; whether they are UTF-8 is asked for by the caller.
    NamesAreBytes,
    /// In the lenient mode the last delimiter may be missing.
    MissingEnd,
    /// RFC 2046 allows no such byte in a boundary.
    BoundaryByte,
    /// It counts what its buffer holds, files and heads too.
    OtherLimit,
}

/// Name, why, what we say strictly, and what leniently.
#[rustfmt::skip]
const DIFFERENCES: &[(&str, Reason, &str, &str)] = &[
    ("up-limiting-ok", Reason::NoForm, "NotFormData at 28", "NotFormData at 28"),
    ("nonstandard-lf-bytewise", Reason::LineEnds, "BareLf at 5", "same"),
    ("up-rfc2231", Reason::ExtendedFilename, "Folded at 95", "rfc2231=file contents"),
    ("odd-preamble-inline-boundary", Reason::MiddleOfALine, "garbage--foo\\r\\nContent-Disposition: form-data; name=\\\"a\\\"\\r\\n\\r\\nx> ", "garbage--foo\\r\\nContent-Disposition: form-data; name=\\\"a\\\"\\r\\n\\r\\nx> "),
    ("odd-preamble-boundary-lookalike", Reason::Lookalike, "MalformedDelimiter at 5", "same"),
    ("odd-data-boundary-lookalike", Reason::Lookalike, "MalformedDelimiter at 59", "same"),
    ("odd-data-boundary-lookalike-end", Reason::JunkBehindTheEnd, "MalformedDelimiter at 61", "MalformedDelimiter at 61"),
    ("odd-final-single-dash", Reason::MissingEnd, "same", "a=x"),
    ("odd-header-no-colon", Reason::NoField, "MalformedField at 55", "MalformedField at 55"),
    ("odd-header-empty-name", Reason::NoField, "MalformedField at 49", "MalformedField at 49"),
    ("odd-header-fold", Reason::Folded, "Folded at 40", "same"),
    ("odd-header-spaces", Reason::NoField, "Folded at 7", "Folded at 7"),
    ("odd-header-latin1", Reason::NamesAreBytes, "\\xe9=x", "\\xe9=x"),
    ("odd-no-name-bytewise", Reason::NoForm, "NoName at 28", "NoName at 28"),
    ("odd-no-name-filename", Reason::NoForm, "NoName at 28", "NoName at 28"),
    ("odd-name-percent-quote-bytewise", Reason::PercentStays, "a%22b%0D%0A(c%22d%20)=x", "a%22b%0D%0A(c%22d%20)=x"),
    ("odd-filename-unc-path", Reason::EscapedBackslash, "a(\\\\srv\\\\share\\\\b.txt)=x", "a(\\\\srv\\\\share\\\\b.txt)=x"),
    ("odd-filename-star-bytewise", Reason::ExtendedFilename, "a=x", "a=x"),
    ("odd-filename-star-and-plain", Reason::ExtendedFilename, "a(p.txt)=x", "a(p.txt)=x"),
    ("odd-filename-unterminated", Reason::MalformedParameter, "Disposition(UnclosedQuote) at 58", "Disposition(UnclosedQuote) at 58"),
    ("odd-not-form-data", Reason::NoForm, "NotFormData at 28", "NotFormData at 28"),
    ("odd-regex-boundary-bytewise", Reason::BoundaryByte, "Forbidden { offset: 3 }", "Forbidden { offset: 3 }"),
    ("odd-boundary-is-prefix-of-data-line", Reason::Lookalike, "MalformedDelimiter at 61", "same"),
    ("odd-mixed-newlines-bytewise", Reason::LineEnds, "BareLf at 5", "same"),
    ("odd-mixed-lf-crlf-blank", Reason::LineEnds, "BareLf at 49", "same"),
    ("odd-mixed-lf-crlf-blank-2-bytewise", Reason::LineEnds, "same", "a=x"),
    ("odd-blank-line-before-headers", Reason::NoForm, "NoDisposition at 7", "NoDisposition at 7"),
    ("limit-mem-100", Reason::OtherLimit, "a=11111111111111111111; b(f)=2222222222222222222222222222222222222222; c=3333333333", "a=11111111111111111111; b(f)=2222222222222222222222222222222222222222; c=3333333333"),
];

#[test]
fn what_werkzeug_says_and_where_we_differ() {
    let rows = rows(include_str!("../data/multipart/werkzeug.json"));
    assert_eq!(rows.len(), 424);
    let mut left = DIFFERENCES.to_vec();
    for row in &rows {
        let (strict, lenient) = (verdict(row, false), verdict(row, true));
        match left.iter().position(|(listed, ..)| *listed == id(row)) {
            Some(at) => {
                let (listed, reason, strictly, leniently) = left.remove(at);
                assert_eq!(
                    (&*strict, &*lenient),
                    (strictly, leniently),
                    "{listed}, {reason:?}"
                );
            }
            None => assert_eq!((&*strict, &*lenient), ("same", "same"), "{}", id(row)),
        }
    }
    assert_eq!(left, [], "they do not differ");
}

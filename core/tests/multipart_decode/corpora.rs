//! Bodies of other projects' tests, and what real programs send: each has a
//! decision in `corpora.json`, to take it with these parts or to refuse it with
//! this fault at this offset.
//!
//! Many have a gate besides: three quarters of 36 real decoders, or more, take
//! the body, or refuse it. We refuse all that they refuse. What we refuse and
//! they take is listed here.

use crate::check_all;
use crate::data::{body, bytes, bytes_or_none, id, list, number, rows, size};
use crate::model::{Answer, Rules, Token};
use serde_json::Value;
use std::collections::BTreeMap;
use tidegate_core::testing::{End, Route, run};
use tidegate_core::{Decoded, MultipartType};

fn corpora() -> Vec<Value> {
    rows(include_str!("../data/multipart/corpora.json"))
}

fn rules(row: &Value) -> Result<Rules, (u64, String)> {
    let header = bytes(&row["type"]);
    match MultipartType::parse(&header) {
        Err(at) => Err((at.offset, format!("{:?}", at.fault))),
        Ok(kind) => Ok(Rules {
            form: kind.is_form_data(),
            ..Rules::form(kind.boundary())
        }),
    }
}

/// A part: its name, its file name and its data.
pub(crate) type Part = (Option<Vec<u8>>, Option<Vec<u8>>, Vec<u8>);

/// The parts that are there, of which the last may be without its end.
pub(crate) fn parts(answer: &Answer) -> Vec<Part> {
    let mut parts = Vec::<Part>::new();
    for token in &answer.tokens {
        match token {
            Token::Head(head) => parts.push((head.name.clone(), head.filename.clone(), Vec::new())),
            Token::Data(data) => parts.last_mut().unwrap().2.extend(data),
            Token::End | Token::Preamble(_) | Token::Epilogue(_) => {}
        }
    }
    parts
}

/// Those that the row says, whose data lie in the body.
fn decided(row: &Value, body: &[u8]) -> Vec<Part> {
    let of = |part: &Value| {
        let (start, len) = (size(&part[2]), size(&part[3]));
        let data = body[start..start + len].to_vec();
        (bytes_or_none(&part[0]), bytes_or_none(&part[1]), data)
    };
    list(&row["parts"]).iter().map(of).collect()
}

fn check_row(row: &Value) {
    let body = body(&row["body"]);
    let rules = match rules(row) {
        Ok(rules) => rules,
        Err((offset, fault)) => {
            let refused = &row["refused"];
            assert_eq!(
                (offset, fault.as_bytes()),
                (number(&refused[0]), &*bytes(&refused[1]))
            );
            return;
        }
    };
    let answer = check_all(&rules, &body);
    match answer.fault {
        Some((offset, fault)) => {
            let decided = &row["fault"];
            assert!(!decided.is_null(), "{}: {fault:?} at {offset}", id(row));
            let fault = format!("{fault:?}");
            assert_eq!(fault.as_bytes(), bytes(&decided[1]), "{}", id(row));
            assert_eq!(offset, number(&decided[0]), "{}", id(row));
        }
        None => assert_eq!(parts(&answer), decided(row, &body), "{}", id(row)),
    }
}

/// In two, so that they run side by side.
#[test]
fn every_body_has_its_decision_first_half() {
    corpora().iter().step_by(2).for_each(check_row);
}

#[test]
fn every_body_has_its_decision_second_half() {
    corpora().iter().skip(1).step_by(2).for_each(check_row);
}

#[test]
fn what_most_decoders_refuse_is_refused() {
    let corpora = corpora();
    let gates: Vec<_> = corpora
        .iter()
        .filter(|row| row["gate"] == "reject")
        .collect();
    assert_eq!(gates.len(), 145);
    for row in gates {
        assert!(row["parts"].is_null(), "{}", id(row));
    }
}

/// Why a body is refused that most decoders take. Each is of the rules that this
/// decoder was made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// A control character in a field: 28 of 36 let NUL through, and what then
    /// reads the name may end it there.
    ControlCharacter,
    /// The last delimiter and half a line break: nothing, blanks and CRLF may be
    /// there. The lenient mode takes it.
    HalfLineBreak,
    /// A parameter that cannot be read: whoever leaves it out reads less than the
    /// next one.
    MalformedParameter,
    /// A boundary with a byte that RFC 2046 allows in none.
    BoundaryByte,
}

#[test]
fn what_most_decoders_take_is_taken_with_these_exceptions() {
    let mut reasons = BTreeMap::new();
    let mut taken = 0;
    for row in corpora().iter().filter(|row| row["gate"] == "accept") {
        let fault = &row["fault"];
        let reason = match (&row["parts"], fault[1].as_str(), row["refused"][1].as_str()) {
            (Value::Array(_), ..) => {
                taken += 1;
                continue;
            }
            (_, Some("ForbiddenByte"), _) => Reason::ControlCharacter,
            (_, Some("Truncated"), _) if ends_in_half(row) => Reason::HalfLineBreak,
            (_, Some("Disposition(NoEqualsSign)" | "Disposition(UnquotedByte)"), _) => {
                Reason::MalformedParameter
            }
            (_, _, Some("Boundary(Forbidden { offset: 55 })")) => Reason::BoundaryByte,
            _ => panic!("{}: {fault}", id(row)),
        };
        *reasons.entry(reason).or_insert(0) += 1;
    }
    assert_eq!(taken, 1039);
    assert_eq!(
        Vec::from_iter(reasons),
        [
            (Reason::ControlCharacter, 21),
            (Reason::HalfLineBreak, 5),
            (Reason::MalformedParameter, 3),
            (Reason::BoundaryByte, 1),
        ]
    );
}

fn ends_in_half(row: &Value) -> bool {
    let body = body(&row["body"]);
    let rules = Rules {
        lenient: true,
        ..rules(row).unwrap()
    };
    body.ends_with(b"--\r") && crate::check_quickly(&rules, 0, &body).fault.is_none()
}

/// Of the bodies without a gate.
#[test]
fn what_decoders_do_not_agree_on_is_decided() {
    let corpora = corpora();
    let rest = corpora.iter().filter(|row| row["gate"].is_null());
    let (taken, refused): (Vec<_>, Vec<_>) = rest.partition(|row| row["parts"].is_array());
    assert_eq!((taken.len(), refused.len()), (213, 483));
}

/// A name that was sent with `%22`, `%0D` or `%0A` is what the encoder meant once
/// these are undone.
#[test]
fn names_are_what_their_senders_meant() {
    let mut meant = 0;
    for row in corpora() {
        let Some(names) = row["meant"].as_array() else {
            continue;
        };
        meant += 1;
        let names = names.iter().map(|part| {
            let [name, filename] = [&part[0], &part[1]].map(bytes_or_none);
            (name.unwrap(), filename)
        });
        let mut expected = names.collect::<Vec<_>>().into_iter();
        let machine = rules(&row).unwrap().decoder();
        let body = body(&row["body"]);
        let record = |found: &mut Vec<(Vec<u8>, Option<Vec<u8>>)>, token: Decoded<'_>| {
            if let Decoded::Head(head) = token {
                let name = head.name().unwrap().decode_form_escapes().into_owned();
                let filename = head.filename();
                found.push((
                    name,
                    filename.map(|name| name.decode_form_escapes().into_owned()),
                ));
            }
        };
        let outcome = run(
            machine,
            &[&body],
            Vec::new(),
            Route::Scan,
            End::Apart,
            &record,
        );
        assert!(outcome.tokens.into_iter().eq(&mut expected), "{}", id(&row));
    }
    assert_eq!(meant, 97);
}

/// Firefox 3, IE 6 and 7, Opera 8 and WebKit 3: heads and all. The recording of IE 7
/// has lost its carriage returns.
#[test]
fn old_browsers() {
    let corpora = corpora();
    let browsers = rows(include_str!("../data/multipart/browsers.json"));
    assert_eq!(browsers.len(), 6);
    for browser in browsers {
        let named = |row: &&Value| list(&row["ids"]).contains(&browser["id"]);
        let row = corpora.iter().find(named).unwrap();
        let body = body(&row["body"]);
        let rules = Rules {
            lenient: browser["lenient"] == true,
            ..rules(row).unwrap()
        };
        assert_eq!(rules.lenient, row["fault"][1] == "BareLf");
        let outcome = check_all(&rules, &body);
        assert_eq!(outcome.fault, None);
        let mut expected = Vec::new();
        for part in list(&browser["parts"]) {
            let header = |pair: &Value| (bytes(&pair[0]), bytes(&pair[1]));
            let headers: Vec<_> = list(&part["headers"]).iter().map(header).collect();
            let (start, len) = (size(&part["start"]), size(&part["length"]));
            let data = body[start..start + len].to_vec();
            let names = [&part["name"], &part["filename"]].map(bytes_or_none);
            expected.push((names, headers, data));
        }
        let mut found = Vec::new();
        for token in outcome.tokens {
            match token {
                Token::Head(head) => {
                    found.push(([head.name, head.filename], head.fields, Vec::new()));
                }
                Token::Data(data) => found.last_mut().unwrap().2 = data,
                Token::End => {}
                Token::Preamble(text) => assert_eq!(text.len(), size(&browser["preamble"])),
                Token::Epilogue(text) => assert_eq!(text.len(), size(&browser["epilogue"])),
            }
        }
        assert_eq!(found, expected, "{}", browser["id"]);
    }
}

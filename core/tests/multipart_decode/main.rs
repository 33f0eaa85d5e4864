//! The multipart decoder beside a slow model of it, on every cut; what others say
//! of the same bytes; its limits; what is known to be sent against it; and what the
//! encoder writes, read.

#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod bodies;
mod corpora;
mod cost;
mod data;
mod exhaustive;
mod fewer;
mod limits;
mod model;
mod threats;
mod werkzeug;

use model::{Answer, Head, Rules, Token, decode};
use tidegate_core::testing::{End, Outcome, Route, every_split, run};
use tidegate_core::{At, Boundary, DecodeFault, Decoded, ParameterValue};

/// Keeps a token, with neighbouring data as one.
pub(crate) fn record(tokens: &mut Vec<Token>, token: Decoded<'_>) {
    match (token, tokens.last_mut()) {
        (Decoded::Preamble(more), Some(Token::Preamble(text)))
        | (Decoded::Data(more), Some(Token::Data(text)))
        | (Decoded::Epilogue(more), Some(Token::Epilogue(text))) => text.extend(not_empty(more)),
        (Decoded::Preamble(text), _) => tokens.push(Token::Preamble(not_empty(text).to_vec())),
        (Decoded::Data(text), _) => tokens.push(Token::Data(not_empty(text).to_vec())),
        (Decoded::Epilogue(text), _) => tokens.push(Token::Epilogue(not_empty(text).to_vec())),
        (Decoded::End, _) => tokens.push(Token::End),
        (Decoded::Head(head), _) => {
            let bytes = |value: ParameterValue<'_>| value.to_cow().into_owned();
            assert_eq!(head.is_file(), head.filename().is_some());
            tokens.push(Token::Head(Head {
                bytes: head.as_bytes().to_vec(),
                fields: head
                    .fields()
                    .map(|(name, value)| (name.to_vec(), bytes(value)))
                    .collect(),
                name: head.name().map(bytes),
                filename: head.filename().map(bytes),
                content_type: head.content_type().map(bytes),
            }));
        }
    }
}

fn not_empty(text: &[u8]) -> &[u8] {
    assert!(!text.is_empty(), "nothing is no token");
    text
}

/// What a decoder says, in the shape of the model's answer.
pub(crate) fn answer(outcome: Outcome<Token, DecodeFault>) -> Answer {
    Answer {
        tokens: outcome.tokens,
        fault: outcome.fault.map(|At { offset, fault }| (offset, fault)),
    }
}

/// The model's answer, which the decoder gives on every cut in two, byte by byte,
/// by every route and in the smallest storage.
pub(crate) fn check(rules: &Rules, body: &[u8]) -> Answer {
    let expected = decode(rules, body);
    let found = answer(every_split(|| rules.decoder(), body, record));
    assert_eq!(found, expected, "{} by {rules:?}", body.escape_ascii());
    expected
}

/// The same, only whole and byte by byte behind a beginning that is not cut: for
/// very many bodies.
pub(crate) fn check_quickly(rules: &Rules, beginning: usize, body: &[u8]) -> Answer {
    let expected = decode(rules, body);
    let (first, rest) = body.split_at(beginning);
    let bytes: Vec<&[u8]> = [first].into_iter().chain(rest.chunks(1)).collect();
    for (pieces, route) in [(&[body][..], Route::Glance), (&bytes[..], Route::Scan)] {
        check_cut(rules, body, pieces, route, &expected);
    }
    expected
}

/// The same for bodies of any length: cut in two everywhere, or near line ends and
/// at some places more if it is long, each by another route.
pub(crate) fn check_all(rules: &Rules, body: &[u8]) -> Answer {
    let expected = check_quickly(rules, 0, body);
    for (i, cut) in cuts(body).into_iter().enumerate() {
        let (head, tail) = body.split_at(cut);
        let route = [Route::Scan, Route::Glance, Route::ScanAll][i % 3];
        check_cut(rules, body, &[head, tail], route, &expected);
    }
    expected
}

/// From here on a body is cut in some places only: to cut 70 KiB everywhere takes minutes.
const IS_LONG: usize = 7000;

fn cuts(body: &[u8]) -> Vec<usize> {
    if body.len() < IS_LONG {
        return (0..=body.len()).collect();
    }
    let line_ends = (0..body.len()).filter(|&at| b"\r\n".contains(&body[at]));
    let near = |at: usize| at.saturating_sub(1)..=at + 1;
    let mut cuts: Vec<usize> = line_ends.flat_map(near).collect();
    cuts.dedup();
    // The line ends of a body that is full of them are all alike.
    let most = (10_000_000 / body.len()).clamp(20, 300);
    let step = cuts.len() / most + 1;
    let apart = (0..body.len()).step_by(body.len() / 10);
    cuts.into_iter().step_by(step).chain(apart).collect()
}

pub(crate) fn check_cut(
    rules: &Rules,
    body: &[u8],
    pieces: &[&[u8]],
    route: Route,
    expected: &Answer,
) {
    let outcome = run(
        rules.decoder(),
        pieces,
        Vec::new(),
        route,
        End::Apart,
        &record,
    );
    let found = answer(outcome);
    let lengths: Vec<usize> = pieces.iter().map(|piece| piece.len()).take(20).collect();
    assert_eq!(
        &found,
        expected,
        "{} by {rules:?}, cut as {lengths:?}",
        body[..body.len().min(2000)].escape_ascii()
    );
}

pub(crate) fn boundary(boundary: &str) -> Boundary {
    Boundary::new(boundary).unwrap()
}

/// Every byte a character.
pub(crate) fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap()).collect()
}

//! The transfer room beside a slow model of it, on every cut; what others say of
//! the same bytes; its limits; and its encoder.

#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod body_kind;
mod corpora;
mod decode;
mod encode;
mod limits;
mod model;
mod vectors;

use model::{Answer, Limits};
use tidegate_core::testing::{End, Outcome, Route, every_split, run};
use tidegate_core::{At, Chunked, ChunkedDecoder, ChunkedFault, Event, Feed};

/// A token, with neighbouring data as one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Data(Vec<u8>),
    Trailer(Vec<u8>, Vec<u8>),
}

pub(crate) fn record(tokens: &mut Vec<Token>, token: Chunked<'_>) {
    match (token, tokens.last_mut()) {
        (Chunked::Data(more), Some(Token::Data(data))) => data.extend(more),
        (Chunked::Data(data), _) => tokens.push(Token::Data(data.to_vec())),
        (Chunked::Trailer { name, value }, _) => {
            tokens.push(Token::Trailer(name.to_vec(), value.to_vec()));
        }
    }
}

pub(crate) fn decoder(limits: Limits) -> ChunkedDecoder {
    ChunkedDecoder::new()
        .max_size_line(limits.size_line)
        .max_extensions(limits.extensions)
        .max_trailers(limits.trailers)
        .max_trailer_bytes(limits.trailer_bytes)
}

/// What a decoder says of an input, in the shape of the model's answer.
fn answer(outcome: Outcome<Token, ChunkedFault>, used: Option<usize>) -> Answer {
    let mut answer = Answer {
        data: Vec::new(),
        trailers: Vec::new(),
        end: match outcome.fault {
            Some(At { offset, fault }) => Err((offset, fault)),
            None => Ok(used.unwrap()),
        },
    };
    for token in outcome.tokens {
        match token {
            Token::Data(data) => {
                assert!(!data.is_empty(), "data is never empty");
                assert!(answer.trailers.is_empty(), "data comes before trailers");
                answer.data.extend(data);
            }
            Token::Trailer(name, value) => answer.trailers.push((name, value)),
        }
    }
    answer
}

/// How many bytes a feed takes until the body is over, if the input arrives in
/// these pieces; `None` if it faults.
fn taken(limits: Limits, pieces: &[&[u8]]) -> Option<usize> {
    let mut feed = Feed::new(decoder(limits), Vec::new()).unwrap();
    let mut taken = 0;
    for (i, piece) in pieces.iter().enumerate() {
        let mut rest = *piece;
        loop {
            let offer = feed.offer(rest, i + 1 == pieces.len()).ok()?;
            taken += offer.taken;
            rest = &rest[offer.taken..];
            match offer.event {
                Event::Found(_) => {}
                Event::More => break,
                Event::Done => {
                    assert!(feed.machine().is_done());
                    assert_eq!(feed.rest(), b"", "nothing is held behind the end");
                    return Some(taken);
                }
            }
        }
    }
    unreachable!("at the end it is done or faults")
}

/// The model's answer, which the decoder gives on every cut, by every route and
/// in the smallest storage, taking no byte behind the body's last.
pub(crate) fn check(limits: Limits, input: &[u8]) -> Answer {
    let expected = model::decode(limits, input);
    let used = taken(limits, &[input]);
    let outcome = every_split(|| decoder(limits), input, record);
    assert_eq!(answer(outcome, used), expected, "{}", input.escape_ascii());
    for cut in 0..=input.len() {
        let (head, tail) = input.split_at(cut);
        assert_eq!(taken(limits, &[head, tail]), used, "cut at {cut}");
    }
    let bytes: Vec<&[u8]> = input.chunks(1).chain([&[][..]]).collect();
    assert_eq!(taken(limits, &bytes), used, "byte by byte");
    expected
}

/// The same, only whole and byte by byte: for very many inputs.
pub(crate) fn check_quickly(limits: Limits, input: &[u8]) -> Answer {
    let expected = model::decode(limits, input);
    let used = taken(limits, &[input]);
    let bytes: Vec<&[u8]> = input.chunks(1).collect();
    for (pieces, route) in [(&[input][..], Route::Glance), (&bytes[..], Route::Scan)] {
        let machine = decoder(limits);
        let outcome = run(machine, pieces, Vec::new(), route, End::Apart, &record);
        assert_eq!(answer(outcome, used), expected, "{}", input.escape_ascii());
    }
    expected
}

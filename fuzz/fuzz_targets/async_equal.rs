//! Items and faults over futures-io, tokio and frames are those of the blocking
//! crate, however the input arrives.

#![cfg_attr(fuzzing, no_main)]

use arbitrary::{Arbitrary, Result, Unstructured};
use std::io::ErrorKind;
use tidegate_fuzz::async_equal::{
    Arrival, Limit, chunks_are_equal, limits_are_equal, lines_are_equal, parts_are_equal,
};
use tidegate_fuzz::chunk::Chunks;
use tidegate_fuzz::input::{Text, cut, expand, size};
use tidegate_fuzz::line::Lines;
use tidegate_fuzz::multipart::{Rules, words};
use tidegate_fuzz::room::Room;

/// In a seed: a digit for the room, one for how the input ends, one for the limit
/// (0: none, 1: of an exact length, 2: of a maximum) and one for its length, six
/// sizes for the pieces, each behind a `Pending`; then what the room is told, and
/// the input.
#[derive(Debug)]
struct Case {
    error: Option<ErrorKind>,
    limit: Option<Limit>,
    pieces: [u8; 6],
    told: Told,
    input: Text,
}

/// Lines: four digits as for the target `line`. Chunks: as for `chunk`. A limit
/// alone: the size of a read. Parts: as for `multipart_decode`, and a digit whose
/// bits say which of six parts in turn are passed over.
#[derive(Debug)]
enum Told {
    Lines(Lines),
    Chunks(Chunks),
    Limit(usize),
    Parts(Box<Rules>, u8),
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let room = u.arbitrary::<u8>()? % 4;
        let error = *u.choose(&[
            None,
            Some(ErrorKind::ConnectionReset),
            Some(ErrorKind::TimedOut),
        ])?;
        let kind = u.arbitrary::<u8>()? % 3;
        let max = size(u.arbitrary()?) as u64;
        let limit = (kind > 0).then_some(Limit {
            exact: kind == 1,
            max,
        });
        let pieces = u.arbitrary()?;
        let told = match room {
            0 => Told::Lines(Lines::arbitrary(u)?),
            1 => Told::Chunks(Chunks::arbitrary(u)?),
            2 => Told::Limit(size(u.arbitrary()?)),
            _ => Told::Parts(Box::new(Rules::arbitrary(u)?), u.arbitrary()?),
        };
        let words = told.words();
        let words: Vec<&[u8]> = words.iter().map(|word| &word[..]).collect();
        let input = expand(u.bytes(u.len())?, &words, 600);
        Ok(Self {
            error,
            limit,
            pieces,
            told,
            input,
        })
    }
}

impl Told {
    fn words(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Lines(_) | Self::Limit(_) => Vec::new(),
            Self::Chunks(chunks) => {
                let separator = &chunks.separator.0;
                vec![separator.clone(), separator[..separator.len() - 1].to_vec()]
            }
            Self::Parts(rules, _) => words(rules.boundary.as_str()),
        }
    }
}

tidegate_fuzz::target!(|case: Case| {
    let input = &case.input.0;
    let arrival = Arrival {
        pieces: cut(input, &case.pieces),
        error: case.error,
        // What is interrupted is a row of the table.
        stutters: false,
        limit: case.limit,
    };
    match &case.told {
        Told::Lines(lines) => lines_are_equal(input, &arrival, &lines.machine()),
        Told::Chunks(chunks) => chunks_are_equal(input, &arrival, &chunks.machine()),
        Told::Limit(read) => {
            let limit = case.limit.unwrap_or(Limit {
                exact: false,
                max: u64::MAX,
            });
            limits_are_equal(input, &arrival, limit, *read);
        }
        Told::Parts(rules, passes) => {
            let passes = [0, 1, 2, 3, 4, 5].map(|bit| passes >> bit & 1 == 1);
            parts_are_equal(input, &arrival, &rules.decoder(), &passes);
        }
    }
});

//! Items and faults are those of core and of the blocking crate, whatever the source:
//! a table of cases on every cut, and inputs at random, cut at random, that end, fail
//! or are limited.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;

mod body;
mod file;
mod form;
mod kinds;
mod machine;
mod table;
mod text;

use kinds::{Arrival, Limit};
use proptest::prelude::*;
use std::io::ErrorKind;
use table::Room;
use tidegate_async_io::core::{Boundary, ChunkScanner, Decoder, LineEnds, LineScanner, Overlong};

/// Cut into pieces of these lengths, over and over, and an empty one where it says.
fn cut<'a>(input: &'a [u8], lens: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = input;
    for &len in lens.iter().cycle().take(200) {
        let (piece, behind) = rest.split_at(len.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

prop_compose! {
    fn arrivals()(
        lens in prop::collection::vec(0_usize..9, 1..6),
        error in prop::sample::select(vec![
            None,
            Some(ErrorKind::ConnectionReset),
            Some(ErrorKind::TimedOut),
        ]),
        limit in prop::option::of(limits()),
        stutters in any::<bool>(),
    ) -> (Vec<usize>, Option<ErrorKind>, Option<Limit>, bool) {
        (lens, error, limit, stutters)
    }
}

fn limits() -> impl Strategy<Value = Limit> {
    (any::<bool>(), 0_u64..60).prop_map(|(exact, max)| Limit { exact, max })
}

fn overlong() -> impl Strategy<Value = Overlong> {
    prop::sample::select(vec![Overlong::Fail, Overlong::Skip, Overlong::Fragment])
}

/// Bytes that lines, chunks and delimiters are made of.
fn inputs(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let words = prop::collection::vec(prop::sample::select(words), 0..40);
    words.prop_map(|words| words.concat().into_bytes())
}

macro_rules! table {
    ($($name:ident: $room:pat,)*) => {
        mod the_table {
            use super::{Room, table};
            $(#[test] fn $name() { table::check(|room| matches!(room, $room)); })*
        }
    };
}

table! {
    lines: Room::Lines(_),
    chunks: Room::Chunks(_),
    limits: Room::Limit(..),
    parts: Room::Parts(..),
    texts: Room::Texts(_),
    bodies: Room::Body(..),
    forms: Room::Form(_),
    files: Room::File(_),
}

proptest! {
    #[test]
    fn lines(
        input in inputs(&["a", "bcd", "\n", "\r", "\r\n", "0123456789"]),
        (lens, error, limit, stutters) in arrivals(),
        ends in prop::sample::select(vec![LineEnds::Universal, LineEnds::Lf]),
        overlong in overlong(),
        interactive in any::<bool>(),
        max in 0_usize..20,
    ) {
        let scanner = LineScanner::new()
            .ends(ends)
            .overlong(overlong)
            .interactive(interactive)
            .max_len(max);
        let pieces = cut(&input, &lens);
        kinds::lines_are_equal(&input, &Arrival { pieces, error, limit, stutters }, &scanner);
    }

    #[test]
    fn chunks(
        input in inputs(&["a", "bcd", "-", "--", "--a", "0123456789"]),
        (lens, error, limit, stutters) in arrivals(),
        separator in prop::sample::select(vec!["-", "--", "--a--", "a"]),
        overlong in overlong(),
        max in 0_usize..20,
    ) {
        let scanner = ChunkScanner::new(separator).unwrap().overlong(overlong).max_len(max);
        let pieces = cut(&input, &lens);
        kinds::chunks_are_equal(&input, &Arrival { pieces, error, limit, stutters }, &scanner);
    }

    #[test]
    fn limits_alone(
        input in inputs(&["a", "bcd"]),
        (lens, error, _, stutters) in arrivals(),
        limit in limits(),
        size in 1_usize..20,
    ) {
        let pieces = cut(&input, &lens);
        let arrival = Arrival { pieces, error, limit: None, stutters };
        kinds::limits_are_equal(&input, &arrival, limit, size);
    }

    #[test]
    fn parts(
        body in inputs(&[
            "\r\n--b\r\n", "--b\r\n", "\r\n--b--", "\r\n--", "\r\n", "a: b\r\n", "\r", "-", "data",
            "Content-Disposition: form-data; name=\"a\"\r\n\r\n",
            "Content-Disposition: form-data; name=\"f\"; filename=\"g\"\r\n\r\n",
        ]),
        starts in any::<bool>(),
        (lens, error, limit, stutters) in arrivals(),
        form in any::<bool>(),
        max in 0_u64..20,
        passes in prop::collection::vec(any::<bool>(), 1..4),
    ) {
        let boundary = Boundary::new("b").unwrap();
        let decoder = match form {
            true => Decoder::form_data(boundary),
            false => Decoder::mixed(boundary),
        };
        let decoder = decoder.max_field_len(max).max_preamble(max);
        let head = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
        let input = [if starts { head.as_bytes() } else { b"" }, &body].concat();
        let limit = limit.map(|Limit { exact, max }| Limit { exact, max: max * 4 });
        let pieces = cut(&input, &lens);
        kinds::parts_are_equal(&input, &Arrival { pieces, error, limit, stutters }, &decoder, &passes);
    }
}

//! All short bodies, at each place of the grammar.

use crate::model::Rules;
use crate::{boundary, check, check_quickly};

/// What stands in front: nothing, so that it is a body; a part, so that it is the
/// data; the last delimiter, the same in the middle of a line, and a head.
const PLACES: &[(&[u8], &[u8])] = &[
    (b"", b"-x\r\na"),
    (b"--x\r\n\r\n", b"-x\r\na"),
    (b"--x--", b"-x\r\na"),
    (b"--x\r\n\r\na\r\n--x", b"- \r\na"),
    (b"--x\r\na:", b"a: \r\n"),
];

/// So that they are met by short bodies, and the smallest storage is small.
fn rules(lenient: bool) -> Rules {
    Rules {
        form: false,
        lenient,
        parts: 2,
        head_len: 16,
        headers: 2,
        preamble: 6,
        file_len: 6,
        epilogue: 5,
        ..Rules::form(boundary("x"))
    }
}

fn strings(alphabet: &[u8], lens: std::ops::RangeInclusive<u32>, mut each: impl FnMut(&[u8])) {
    let mut string = Vec::new();
    for len in lens {
        for mut number in 0..alphabet.len().pow(len) {
            string.clear();
            for _ in 0..len {
                string.push(alphabet[number % alphabet.len()]);
                number /= alphabet.len();
            }
            each(&string);
        }
    }
}

fn all_short(lenient: bool) {
    for &(prefix, alphabet) in PLACES {
        let rules = rules(lenient);
        strings(alphabet, 0..=7, |rest| {
            check_quickly(&rules, prefix.len(), &[prefix, rest].concat());
        });
    }
}

fn all_very_short_on_every_cut(lenient: bool) {
    for &(prefix, alphabet) in PLACES {
        let rules = rules(lenient);
        strings(
            alphabet,
            0..=if prefix.is_empty() { 5 } else { 4 },
            |rest| {
                check(&rules, &[prefix, rest].concat());
            },
        );
    }
}

#[test]
fn all_short_bodies_strictly() {
    all_short(false);
}

#[test]
fn all_short_bodies_leniently() {
    all_short(true);
}

#[test]
fn all_very_short_bodies_on_every_cut_strictly() {
    all_very_short_on_every_cut(false);
}

#[test]
fn all_very_short_bodies_on_every_cut_leniently() {
    all_very_short_on_every_cut(true);
}

//! `PieceReader`: what is read of an iterator, and what is left of it.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io::{BufRead, Read};
use tidegate_std_io::{PieceReader, make_line_iter};

const PIECES: [&str; 5] = ["one\nt", "", "wo", "", "\nthree"];

#[test]
fn pieces_are_read_one_after_the_other() {
    let mut text = String::new();
    PieceReader::new(PIECES).read_to_string(&mut text).unwrap();
    assert_eq!(text, "one\ntwo\nthree");
}

#[test]
fn no_piece_is_asked_for_before_it_is_needed() {
    let mut reader = PieceReader::new(PIECES);
    assert_eq!((reader.buffer(), reader.get_ref().len()), (&b""[..], 5));
    let mut byte = [0];
    reader.read_exact(&mut byte).unwrap();
    assert_eq!(
        (reader.buffer(), reader.get_ref().len()),
        (&b"ne\nt"[..], 4)
    );
    reader.consume(4);
    assert_eq!((reader.buffer(), reader.get_ref().len()), (&b""[..], 4));
    assert_eq!(reader.fill_buf().unwrap(), b"wo");
    assert_eq!(reader.into_inner().collect::<Vec<_>>(), ["", "\nthree"]);
}

#[test]
fn what_a_reader_of_lines_leaves_is_still_there() {
    let mut lines = make_line_iter(PieceReader::new(PIECES));
    assert_eq!(lines.next_line().unwrap().unwrap().text(), b"one");
    let reader = lines.into_inner();
    assert_eq!(reader.buffer(), b"t");
    assert_eq!(reader.into_inner().collect::<String>(), "wo\nthree");
}

/// It would otherwise begin anew with an iterator that does.
#[test]
fn an_iterator_that_ended_is_not_asked_again() {
    let mut asked = 0;
    let mut reader = PieceReader::new(std::iter::from_fn(|| {
        asked += 1;
        (asked != 2).then_some("x")
    }));
    let mut text = String::new();
    assert_eq!(reader.read_to_string(&mut text).unwrap(), 1);
    assert_eq!(reader.read_to_string(&mut text).unwrap(), 0);
    assert_eq!(reader.fill_buf().unwrap(), b"");
    assert_eq!(asked, 2);
}

#[test]
fn consuming_more_than_was_shown_is_no_panic() {
    let mut reader = PieceReader::new(["one", "two"]);
    reader.fill_buf().unwrap();
    reader.consume(10);
    assert_eq!(reader.fill_buf().unwrap(), b"two");
}

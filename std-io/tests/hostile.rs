//! `LineIter` over readers that do their worst: right answers, nothing lost,
//! nothing read too far, no wrong line after a fault.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use common::readers::{AfterEof, Cut, Drip, Moody, Shrinks, Stutter};
use common::{is_whole, lines};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tidegate_std_io::{
    At, LimitFault, LimitedStream, LineFault, LineIter, LineScanner, Overlong, PieceReader,
    make_line_iter,
};

const INPUTS: &[&[u8]] = &[
    b"",
    b"\n",
    b"\r",
    b"\r\n",
    b"unfinished",
    b"one\n",
    b"one\r",
    b"one\r\n",
    b"one\ntwo\r\nthree\rfour",
    b"\n\n\r\r\r\n\r\n\n\r",
    b"a\rb\rc\r",
    b"a\r\nb\r\nc\r\n",
    b"a line of some length\r\nx\nand another, which is longer than a block of 64 bytes is, \
      by a few\r\ry\n",
];

/// How lines are asked for.
#[derive(Clone, Copy, Debug)]
enum Way {
    NextLine,
    ForEachLine,
}

const WAYS: [Way; 2] = [Way::NextLine, Way::ForEachLine];

/// Asks until the end or an error, and keeps the lines.
fn ask<R: BufRead>(iter: &mut LineIter<R>, way: Way, lines: &mut Vec<Vec<u8>>) -> io::Result<()> {
    match way {
        Way::ForEachLine => iter.for_each_line(|line| lines.push(line.bytes().to_vec())),
        Way::NextLine => {
            while let Some(line) = iter.next_line() {
                lines.push(line?.bytes().to_vec());
            }
            Ok(())
        }
    }
}

/// Every input, through buffers of every size up to one that holds it all.
fn every_case(mut case: impl FnMut(&[u8], usize, Way)) {
    for input in INPUTS {
        for capacity in 1..=input.len() + 1 {
            for way in WAYS {
                case(input, capacity, way);
            }
        }
    }
}

#[test]
fn drip_changes_nothing() {
    every_case(|input, capacity, way| {
        let mut found = Vec::new();
        let reader = BufReader::with_capacity(capacity, Drip::new(input));
        ask(&mut make_line_iter(reader), way, &mut found).unwrap();
        assert_eq!(found, lines(input), "{input:?}, {capacity}, {way:?}");
    });
}

/// `Interrupted` is not seen at all, and after `WouldBlock` the next call goes on.
#[test]
fn stutter_loses_nothing() {
    every_case(|input, capacity, way| {
        let length = input.len() as u64;
        let reader = BufReader::with_capacity(capacity, Stutter::new(input));
        let mut iter = make_line_iter(LimitedStream::exact(reader, length));
        let mut found = Vec::new();
        let mut waits = 0;
        while let Err(error) = ask(&mut iter, way, &mut found) {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            waits += 1;
        }
        assert_eq!(found, lines(input), "{input:?}, {capacity}, {way:?}");
        assert_eq!(waits, input.len().div_ceil(capacity.min(3)), "{input:?}");
    });
}

/// Whatever is whole comes before the error, a line that ends with a lone `\r`
/// too; the start of what is not is given back.
#[test]
fn cut_anywhere_gives_the_whole_lines_and_then_the_error() {
    every_case(|input, capacity, way| {
        for cut in 0..=input.len() {
            let name = format!("{input:?}, cut at {cut}, {capacity}, {way:?}");
            let shown = &input[..cut];
            let reader = Cut::new(shown, cut, ErrorKind::ConnectionReset);
            let mut iter = make_line_iter(BufReader::with_capacity(capacity, reader));
            let (whole, torn): (Vec<_>, Vec<_>) =
                lines(shown).into_iter().partition(|line| is_whole(line));
            let mut found = Vec::new();
            for _ in 0..3 {
                let error = ask(&mut iter, way, &mut found).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{name}");
                assert_eq!(found, whole, "{name}");
            }
            assert_eq!(iter.into_parts().1, torn.concat(), "{name}");
        }
    });
}

#[test]
fn a_body_cut_short_gives_the_whole_lines_and_then_how_much_there_was() {
    every_case(|input, capacity, way| {
        let received = input.len() as u64;
        let expected = received + 1;
        let reader = BufReader::with_capacity(capacity, AfterEof::new(input));
        let mut iter = make_line_iter(LimitedStream::exact(reader, expected));
        let mut found = Vec::new();
        for _ in 0..3 {
            let error = ask(&mut iter, way, &mut found).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
            let at: &At<LimitFault> = error.get_ref().unwrap().downcast_ref().unwrap();
            assert_eq!(at.offset, received);
            assert_eq!(at.fault, LimitFault::Disconnected { expected, received });
        }
        let whole = lines(input).into_iter().filter(|line| is_whole(line));
        assert_eq!(
            found,
            whole.collect::<Vec<_>>(),
            "{input:?}, {capacity}, {way:?}"
        );
    });
}

/// The error may come with the look that nobody asked to be the last one.
#[test]
fn a_line_that_waits_is_not_lost_however_the_reader_fails_at_last() {
    for way in WAYS {
        for waits in 0..4 {
            let mut script = vec![Ok(&b"one\rtwo\r"[..])];
            script.resize_with(1 + waits, || Err(ErrorKind::WouldBlock));
            script.push(Err(ErrorKind::ConnectionReset));
            let mut iter = make_line_iter(BufReader::new(Script(script.into())));
            let mut found = Vec::new();
            for _ in 0..waits {
                let error = ask(&mut iter, way, &mut found).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::WouldBlock, "{way:?}, {waits}");
            }
            let error = ask(&mut iter, way, &mut found).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{way:?}, {waits}");
            assert_eq!(found, [b"one\r", b"two\r"], "{way:?}, {waits}");
        }
    }
}

/// Does what it is told, one entry a read, and then ends.
#[derive(Debug)]
struct Script(std::collections::VecDeque<Result<&'static [u8], ErrorKind>>);

impl Read for Script {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.0.pop_front() {
            None => Ok(0),
            Some(Ok(bytes)) => {
                buf[..bytes.len()].copy_from_slice(bytes);
                Ok(bytes.len())
            }
            Some(Err(kind)) => Err(kind.into()),
        }
    }
}

/// A terminal says its end and reads on: it must not be asked again.
#[test]
fn nothing_is_read_after_the_end() {
    every_case(|input, capacity, way| {
        let reader = BufReader::with_capacity(capacity, AfterEof::new(input));
        let mut iter = make_line_iter(reader);
        let mut found = Vec::new();
        ask(&mut iter, way, &mut found).unwrap();
        for again in [WAYS, [Way::ForEachLine, Way::NextLine]].concat() {
            ask(&mut iter, again, &mut found).unwrap();
        }
        assert_eq!(found, lines(input), "{input:?}, {capacity}, {way:?}");
        iter.into_parts();
    });
}

#[test]
fn an_iterator_is_not_asked_after_its_end() {
    for way in WAYS {
        let mut pieces = vec![Some("one\nt"), Some(""), Some("wo"), None].into_iter();
        let endless = std::iter::from_fn(|| pieces.next().expect("asked again after the end"));
        let mut iter = make_line_iter(PieceReader::new(endless));
        let mut found = Vec::new();
        for _ in 0..3 {
            ask(&mut iter, way, &mut found).unwrap();
        }
        assert_eq!(found, [&b"one\n"[..], b"two"]);
        let (mut reader, rest) = iter.into_parts();
        assert_eq!(
            (reader.fill_buf().unwrap(), &rest[..]),
            (&b""[..], &b""[..])
        );
    }
}

/// Nobody knows which line the callback had got to: no more lines.
#[test]
fn a_callback_that_panics_leaves_errors_behind() {
    every_case(|input, capacity, way| {
        for fatal in 0..lines(input).len() {
            let name = format!("{input:?}, line {fatal}, {capacity}, {way:?}");
            let reader = BufReader::with_capacity(capacity, input);
            let mut iter = make_line_iter(reader);
            let mut found = Vec::new();
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                iter.for_each_line(|line| {
                    if found.len() == fatal {
                        resume_unwind(Box::new("with the callback"));
                    }
                    found.push(line.bytes().to_vec());
                })
            }));
            assert!(panicked.is_err(), "{name}");
            for _ in 0..2 {
                let outcome = ask(&mut iter, way, &mut found);
                assert_eq!(found, lines(input)[..fatal], "{name}");
                assert!(outcome.is_err(), "{name}");
            }
            iter.into_parts();
        }
    });
}

/// Whatever follows the lines belongs to somebody else.
#[test]
fn dropping_it_leaves_the_reader_behind_the_last_line_handed_out() {
    every_case(|input, capacity, way| {
        for taken in 0..=lines(input).len() {
            let name = format!("{input:?}, {taken} lines, {capacity}, {way:?}");
            let mut reader = BufReader::with_capacity(capacity, input);
            let mut iter = make_line_iter(&mut reader);
            let mut found = Vec::new();
            match way {
                Way::NextLine => {
                    for _ in 0..taken {
                        found.push(iter.next_line().unwrap().unwrap().bytes().to_vec());
                    }
                }
                Way::ForEachLine if taken > 0 => {
                    let flow = iter.try_for_each_line(|line| {
                        found.push(line.bytes().to_vec());
                        match found.len() < taken {
                            true => ControlFlow::Continue(()),
                            false => ControlFlow::Break(()),
                        }
                    });
                    assert!(flow.unwrap().is_break(), "{name}");
                }
                Way::ForEachLine => {}
            }
            drop(iter);
            assert_eq!(found, lines(input)[..taken], "{name}");
            let mut rest = Vec::new();
            reader.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, lines(input)[taken..].concat(), "{name}");
        }
    });
}

/// The same by `into_parts` and `into_inner`, and in the middle of a line that
/// straddles: the reader's place and the rest together lose nothing.
#[test]
fn taking_it_apart_loses_nothing() {
    every_case(|input, capacity, _| {
        for cut in 0..=input.len() {
            let name = format!("{input:?}, {cut}, {capacity}");
            let make = || {
                let shown = Cut::new(&input[..cut], cut, ErrorKind::WouldBlock);
                let reader = BufReader::with_capacity(capacity, shown);
                let mut iter = make_line_iter(reader.chain(BufReader::new(&input[cut..])));
                let mut found = Vec::new();
                let outcome = ask(&mut iter, Way::NextLine, &mut found);
                assert!(outcome.is_err(), "{name}");
                (iter, found.concat())
            };
            let (iter, found) = make();
            let (reader, rest) = iter.into_parts();
            let (_, behind) = reader.into_inner();
            let behind = behind.into_inner();
            assert_eq!([&found, &rest[..], behind].concat(), *input, "{name}");
        }
    });
}

#[test]
fn what_is_owed_is_settled_before_the_reader_is_given_back() {
    let mut iter = make_line_iter(&b"one\ntwo\nthree"[..]);
    iter.next_line().unwrap().unwrap();
    assert_eq!(iter.into_inner(), b"two\nthree");

    let mut input = &b"one\ntwo\nthree"[..];
    let mut iter = make_line_iter(&mut input);
    iter.next_line().unwrap().unwrap();
    iter.next_line().unwrap().unwrap();
    drop(iter);
    assert_eq!(input, b"three");
}

/// At a terminal the answer to a `\r` cannot wait for the next key.
#[test]
fn an_interactive_return_is_reported_before_the_next_read() {
    let input = b"login\rpass\r\n\r\r\nok\n";
    let scanner = LineScanner::new().interactive(true);
    let reader = BufReader::with_capacity(1, Drip::new(&input[..]));
    let mut iter = LineIter::with_scanner(reader, scanner);
    let mut seen = Vec::new();
    while let Some(line) = iter.next_line() {
        let text = String::from_utf8(line.unwrap().text().to_vec()).unwrap();
        seen.push((text, iter.get_ref().get_ref().reads));
    }
    let expected = [("login", 6), ("pass", 11), ("", 13), ("", 14), ("ok", 18)];
    assert_eq!(seen, expected.map(|(text, reads)| (text.to_owned(), reads)));
}

/// So says the documentation of `into_parts`, and of the mode.
#[test]
fn the_line_feed_of_an_interactive_return_may_be_left_in_the_reader() {
    let scanner = LineScanner::new().interactive(true);
    let mut iter = LineIter::with_scanner(&b"one\r\ntwo"[..], scanner);
    assert_eq!(iter.next_line().unwrap().unwrap().text(), b"one");
    assert_eq!(iter.into_parts(), (&b"\ntwo"[..], Vec::new()));
}

#[test]
fn a_return_that_may_go_on_waits_for_one_byte_and_no_more() {
    let reader = BufReader::with_capacity(1, Drip::new(&b"one\rtwo\r\nthree\n"[..]));
    let mut iter = make_line_iter(reader);
    for reads in [5, 9, 15] {
        iter.next_line().unwrap().unwrap();
        assert_eq!(iter.get_ref().get_ref().reads, reads);
    }
}

/// The same fault at the same offset through every buffer, with any fault a
/// caller may resume after reported once.
#[test]
fn a_line_too_long_is_refused_at_the_same_place_through_every_buffer() {
    every_case(|input, capacity, way| {
        for max in 0..input.len() {
            let mut start = 0;
            let mut allowed = Vec::new();
            let mut offsets = Vec::new();
            for line in lines(input) {
                let text = line
                    .iter()
                    .take_while(|byte| !b"\r\n".contains(byte))
                    .count();
                match text <= max {
                    true => allowed.push(line),
                    false => offsets.push((start + max) as u64),
                }
                start += line.len();
            }
            for overlong in [Overlong::Fail, Overlong::Skip] {
                let name = format!("{input:?}, {max}, {overlong:?}, {capacity}, {way:?}");
                let scanner = LineScanner::new().max_len(max).overlong(overlong);
                let reader = BufReader::with_capacity(capacity, input);
                let mut iter = LineIter::with_scanner(reader, scanner);
                let mut found = Vec::new();
                let mut refused = Vec::new();
                while refused.len() < 99 {
                    let Err(error) = ask(&mut iter, way, &mut found) else {
                        break;
                    };
                    assert_eq!(error.kind(), ErrorKind::FileTooLarge, "{name}");
                    let at: &At<LineFault> = error.get_ref().unwrap().downcast_ref().unwrap();
                    assert_eq!(at.fault, LineFault::TooLong { max }, "{name}");
                    refused.push(at.offset);
                }
                match (overlong, offsets.first()) {
                    (Overlong::Fail, Some(&first)) => {
                        assert_eq!(refused, [first; 99], "{name}");
                        let before = found.concat().len();
                        assert_eq!(found.concat(), input[..before], "{name}");
                        assert!(before as u64 + max as u64 == first, "{name}");
                    }
                    _ => {
                        assert_eq!(refused, offsets, "{name}");
                        assert_eq!(found, allowed, "{name}");
                    }
                }
            }
        }
    });
}

/// Which breaks the contract of `BufRead`: errors are allowed, and fewer lines,
/// but no panic, no line that is none, and no consuming of what was not shown.
#[test]
fn shrinks_is_an_error_and_never_a_panic() {
    for input in INPUTS {
        for by in 1..=input.len() {
            for way in WAYS {
                let name = format!("{input:?}, {by}, {way:?}");
                let mut iter = make_line_iter(Shrinks::new(input, by));
                let mut found = Vec::new();
                let mut lost = false;
                for _ in 0..20 {
                    let before = found.len();
                    let outcome = ask(&mut iter, way, &mut found);
                    assert!(
                        !lost || found.len() == before,
                        "{name}: a line behind the error"
                    );
                    assert!(!lost || outcome.is_err(), "{name}: an end behind the error");
                    lost |= outcome.is_err();
                }
                if lost {
                    assert_eq!(found, lines(input)[..found.len()], "{name}");
                }
            }
        }
    }
}

/// Bytes in hand are no promise: the look that lends a line may fail too, for a
/// reader that looks at a clock first, and then the line is not lost.
#[test]
fn moody_loses_nothing() {
    let kinds = [
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::TimedOut,
    ];
    for kind in kinds {
        for patience in 3..8 {
            every_case(|input, capacity, way| {
                let name = format!("{input:?}, {kind}, every {patience}, {capacity}, {way:?}");
                let reader = BufReader::with_capacity(capacity, input);
                let mut iter = make_line_iter(Moody::new(reader, kind, patience));
                let mut found = Vec::new();
                let mut errors = 0;
                while let Err(error) = ask(&mut iter, way, &mut found) {
                    assert_eq!(error.kind(), kind, "{name}");
                    errors += 1;
                    assert!(errors < 1000, "{name}: no progress");
                }
                assert_eq!(found, lines(input), "{name}");
            });
        }
    }
}

//! `ClosingReader` over readers that do their worst: what is to happen happens
//! once and in time, and a failure never becomes a clean end.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use common::readers::{AfterEof, Cut, Drip, Moody, Shrinks, Stutter};
use proptest::prelude::*;
use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tidegate_std_io::{Closed, ClosingReader, Outcome};

const INPUT: &[u8] = b"Hello World, and all the rest of it";

const FATAL: [ErrorKind; 4] = [
    ErrorKind::ConnectionReset,
    ErrorKind::UnexpectedEof,
    ErrorKind::InvalidData,
    ErrorKind::Other,
];

const PASSING: [ErrorKind; 3] = [
    ErrorKind::Interrupted,
    ErrorKind::WouldBlock,
    ErrorKind::TimedOut,
];

/// How it was told, once for each time.
type Log = RefCell<Vec<Closed>>;

fn tell(log: &Log) -> impl FnOnce(&Closed) + '_ {
    |closed| log.borrow_mut().push(*closed)
}

fn told(log: &Log) -> Vec<(Outcome, u64)> {
    log.borrow()
        .iter()
        .map(|closed| (closed.outcome, closed.bytes))
        .collect()
}

/// How bytes are asked for.
#[derive(Clone, Copy, Debug)]
enum Way {
    Read(usize),
    /// Looks, and consumes so many at most.
    Look(usize),
}

const WAYS: [Way; 5] = [
    Way::Read(1),
    Way::Read(7),
    Way::Read(99),
    Way::Look(2),
    Way::Look(99),
];

/// Asks once.
fn ask(reader: &mut impl BufRead, way: Way, taken: &mut Vec<u8>) -> io::Result<usize> {
    match way {
        Way::Read(most) => {
            let mut buf = vec![0; most];
            let read = reader.read(&mut buf)?;
            taken.extend_from_slice(&buf[..read]);
            Ok(read)
        }
        Way::Look(most) => {
            let window = reader.fill_buf()?;
            let used = window.len().min(most);
            taken.extend_from_slice(&window[..used]);
            reader.consume(used);
            Ok(used)
        }
    }
}

/// Asks until the end or an error.
fn ask_all(reader: &mut impl BufRead, way: Way, taken: &mut Vec<u8>) -> io::Result<()> {
    while ask(reader, way, taken)? > 0 {}
    Ok(())
}

#[test]
fn the_end_closes_it_at_once_and_stays() {
    for way in WAYS {
        for capacity in [1, 5, 99] {
            let log = Log::default();
            let reader = BufReader::with_capacity(capacity, AfterEof::new(Drip::new(INPUT)));
            let mut body = ClosingReader::new(reader).on_close(tell(&log));
            let mut taken = Vec::new();
            for _ in 0..3 {
                ask_all(&mut body, way, &mut taken).unwrap();
                assert_eq!(taken, INPUT, "{way:?}");
                assert!(body.get_ref().is_none());
                assert_eq!(told(&log), [(Outcome::Finished, INPUT.len() as u64)]);
            }
            drop(body);
            assert_eq!(log.borrow().len(), 1);
        }
    }
}

#[test]
fn a_failure_closes_it_at_once_and_never_becomes_an_end() {
    for kind in FATAL {
        for way in WAYS {
            for cut in 0..=INPUT.len() {
                let name = format!("{kind:?}, {way:?}, {cut}");
                let log = Log::default();
                let reader = Cut::new(&INPUT[..cut], cut, kind);
                let mut body =
                    ClosingReader::new(BufReader::with_capacity(3, reader)).on_close(tell(&log));
                let mut taken = Vec::new();
                let error = ask_all(&mut body, way, &mut taken).unwrap_err();
                assert_eq!((error.kind(), &taken[..]), (kind, &INPUT[..cut]), "{name}");
                assert!(body.get_ref().is_none(), "{name}");
                for again in WAYS {
                    assert!(
                        ask(&mut body, again, &mut taken).is_err(),
                        "{name}, then {again:?}"
                    );
                }
                body.consume(0);
                assert!(body.read(&mut []).is_err(), "{name}, then nothing");
                drop(body);
                assert_eq!(taken.len(), cut, "{name}");
                assert_eq!(told(&log), [(Outcome::Failed, cut as u64)], "{name}");
            }
        }
    }
}

/// The error is handed on as it is, with all that is in it.
#[test]
fn the_error_is_the_readers_own() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is on fire"))
        }
    }
    let error = ClosingReader::new(Fails).read(&mut [0]).unwrap_err();
    assert_eq!(error.to_string(), "the disk is on fire");
}

#[test]
fn what_passes_does_not_close_it() {
    for way in WAYS {
        let log = Log::default();
        let reader = BufReader::with_capacity(4, Stutter::new(INPUT));
        let mut body = ClosingReader::new(reader).on_close(tell(&log));
        let mut taken = Vec::new();
        let mut waits = 0;
        while let Err(error) = ask_all(&mut body, way, &mut taken) {
            assert!(PASSING.contains(&error.kind()), "{error}");
            assert!(body.get_ref().is_some() && log.borrow().is_empty());
            waits += 1;
        }
        assert!(waits >= 2 * INPUT.len().div_ceil(3), "{way:?}: {waits}");
        assert_eq!(taken, INPUT, "{way:?}");
        assert_eq!(told(&log), [(Outcome::Finished, INPUT.len() as u64)]);
    }
}

#[test]
fn a_look_that_fails_and_passes_loses_nothing() {
    for kind in PASSING {
        // One look of ours is two of the reader's, one of which must pass.
        for patience in 3..7 {
            let log = Log::default();
            let reader = Moody::new(BufReader::with_capacity(4, INPUT), kind, patience);
            let mut body = ClosingReader::new(reader).on_close(tell(&log));
            let mut taken = Vec::new();
            let mut waits = 0;
            while let Err(error) = ask_all(&mut body, Way::Look(3), &mut taken) {
                assert_eq!(error.kind(), kind);
                waits += 1;
                assert!(waits < 99, "{kind:?}, {patience}");
            }
            assert!(waits > 0);
            assert_eq!(taken, INPUT, "{kind:?}, {patience}");
            assert_eq!(told(&log), [(Outcome::Finished, INPUT.len() as u64)]);
        }
    }
}

/// It may show its bytes at the first look, and fail at the second.
#[test]
fn a_failure_at_the_second_look_is_one_too() {
    for kind in FATAL {
        for patience in 1..7 {
            let log = Log::default();
            let reader = Moody::new(INPUT, kind, patience);
            let mut body = ClosingReader::new(reader).on_close(tell(&log));
            let mut taken = Vec::new();
            let error = ask_all(&mut body, Way::Look(3), &mut taken).unwrap_err();
            assert_eq!(error.kind(), kind, "{patience}");
            let before = taken.len();
            for again in WAYS.iter().filter(|way| matches!(way, Way::Look(_))) {
                assert!(ask(&mut body, *again, &mut taken).is_err(), "{patience}");
            }
            assert_eq!(taken.len(), before, "{patience}");
            assert_eq!(told(&log), [(Outcome::Failed, before as u64)], "{patience}");
        }
    }
}

#[test]
fn a_reader_that_shows_less_than_before_is_at_no_end() {
    for by in 1..=INPUT.len() + 1 {
        let log = Log::default();
        let mut body = ClosingReader::new(Shrinks::new(INPUT, by)).on_close(tell(&log));
        let mut taken = Vec::new();
        let outcome = ask_all(&mut body, Way::Look(4), &mut taken);
        assert!(INPUT.starts_with(&taken), "{by}");
        assert!(
            outcome.is_err() && taken.len() < INPUT.len(),
            "{by}: {outcome:?}"
        );
        assert!(body.fill_buf().is_err(), "{by}");
        assert_eq!(told(&log), [(Outcome::Failed, taken.len() as u64)], "{by}");
    }
}

#[test]
fn a_read_of_nothing_says_nothing() {
    let log = Log::default();
    let mut body = ClosingReader::new(AfterEof::new(&b"ab"[..])).on_close(tell(&log));
    for _ in 0..2 {
        assert_eq!(body.read(&mut []).unwrap(), 0);
    }
    assert!(log.borrow().is_empty());
    assert_eq!(body.read(&mut [0; 9]).unwrap(), 2);
    assert_eq!(body.read(&mut []).unwrap(), 0);
    assert!(log.borrow().is_empty());
    assert_eq!(body.read(&mut [0; 9]).unwrap(), 0);
    assert_eq!(told(&log), [(Outcome::Finished, 2)]);
    assert_eq!(body.read(&mut []).unwrap(), 0);
}

/// What was looked at and not consumed was not handed out.
#[test]
fn the_bytes_that_count_are_the_ones_that_were_taken() {
    for taken in 0..=INPUT.len() {
        for (promised, outcome) in [
            (None, Outcome::Dropped),
            (Some(taken as u64), Outcome::Finished),
            (Some(taken as u64 + 1), Outcome::Dropped),
        ] {
            for by_look in [true, false] {
                let log = Log::default();
                let mut body = ClosingReader::new(INPUT).on_close(tell(&log));
                if let Some(promised) = promised {
                    body = body.promised(promised);
                }
                if by_look {
                    body.fill_buf().unwrap();
                    body.consume(taken);
                    body.fill_buf().unwrap();
                } else {
                    body.read_exact(&mut vec![0; taken]).unwrap();
                }
                drop(body);
                let expected = match taken == INPUT.len() && by_look {
                    // The second look saw the end.
                    true => Outcome::Finished,
                    false => outcome,
                };
                assert_eq!(
                    told(&log),
                    [(expected, taken as u64)],
                    "{promised:?}, {by_look}"
                );
            }
        }
    }
}

/// Tells of its drop, and panics in a read.
struct Panics<'l>(&'l RefCell<Vec<&'static str>>);

impl Read for Panics<'_> {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        resume_unwind(Box::new("on purpose"))
    }
}

impl Drop for Panics<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().push("reader");
    }
}

#[test]
fn a_read_that_panics_closes_it_when_it_is_dropped() {
    let order = RefCell::new(Vec::new());
    let mut body = ClosingReader::new(Panics(&order))
        .on_close(|closed| {
            assert_eq!((closed.outcome, closed.bytes), (Outcome::Dropped, 0));
            order.borrow_mut().push("first");
        })
        .on_close(|_| order.borrow_mut().push("last"));
    for _ in 0..2 {
        let read = catch_unwind(AssertUnwindSafe(|| body.read(&mut [0])));
        assert!(read.is_err());
        assert!(order.borrow().is_empty());
    }
    drop(body);
    assert_eq!(order.take(), ["reader", "first", "last"]);
}

/// A file in the system's directory for such, which goes when it does.
struct TempFile(std::path::PathBuf);

impl Drop for TempFile {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

#[test]
fn a_temporary_file_goes_when_all_of_it_was_read() {
    let path = std::env::temp_dir().join(format!("tidegate-close-{}", std::process::id()));
    for (asked, gone) in [(INPUT.len() + 1, true), (INPUT.len(), false), (3, false)] {
        std::fs::write(&path, INPUT).unwrap();
        let guard = TempFile(path.clone());
        let mut body = ClosingReader::new(std::fs::File::open(&path).unwrap()).guard(guard);
        let mut taken = Vec::new();
        while taken.len() < asked {
            let mut byte = [0];
            match body.read(&mut byte).unwrap() {
                0 => break,
                _ => taken.extend(byte),
            }
        }
        assert_eq!(taken, INPUT[..asked.min(INPUT.len())]);
        assert_eq!(path.exists(), !gone, "{asked}");
        drop(body);
        assert!(!path.exists(), "{asked}");
    }
}

fn any_way() -> impl Strategy<Value = Way> {
    prop_oneof![
        (0..9usize).prop_map(Way::Read),
        (0..9usize).prop_map(Way::Look)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// In any mix of calls, over a reader that fails now and then or for good.
    #[test]
    fn any_use_is_told_of_once_and_truly(
        ways in prop::collection::vec(any_way(), 0..60),
        capacity in 1..9usize,
        cut in 0..=INPUT.len() + 1,
        kind in prop::sample::select([&FATAL[..], &PASSING[..]].concat()),
        promised in prop::option::of(0..40u64),
    ) {
        let log = Log::default();
        let inner = Cut::new(Cursor::new(INPUT), cut, kind);
        let mut body = ClosingReader::new(BufReader::with_capacity(capacity, inner)).on_close(tell(&log));
        if let Some(promised) = promised {
            body = body.promised(promised);
        }
        let mut taken = Vec::new();
        let mut ending = None;
        for &way in &ways {
            let before = taken.len();
            let asked = ask(&mut body, way, &mut taken);
            let of_nothing = matches!(way, Way::Read(0) | Way::Look(0));
            match (&asked, ending) {
                (Ok(0), Some(Outcome::Finished)) => {}
                (Ok(0), None) if of_nothing => {
                    // A look of no bytes may have seen the end all the same.
                    ending = body.get_ref().is_none().then_some(Outcome::Finished);
                }
                (Ok(0), None) => ending = Some(Outcome::Finished),
                (Ok(_), None) => {}
                (Err(error), None) => {
                    prop_assert_eq!(error.kind(), kind);
                    if FATAL.contains(&kind) {
                        ending = Some(Outcome::Failed);
                    }
                }
                (Err(_), Some(Outcome::Failed)) => {}
                other => prop_assert!(false, "{:?}", other),
            }
            prop_assert!(ending.is_none() || asked.is_err() || taken.len() == before);
            prop_assert_eq!(body.get_ref().is_none(), ending.is_some());
        }
        let bytes = taken.len() as u64;
        prop_assert!(INPUT.starts_with(&taken));
        drop(body);
        let at_drop = match promised {
            Some(promised) if bytes >= promised => Outcome::Finished,
            _ => Outcome::Dropped,
        };
        prop_assert_eq!(told(&log), [(ending.unwrap_or(at_drop), bytes)]);
    }
}

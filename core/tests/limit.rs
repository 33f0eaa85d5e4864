//! `Limit`: every transition, beside a model that counts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use proptest::prelude::*;
use std::panic::catch_unwind;
use tidegate_core::Plan::{End, Probe, Read};
use tidegate_core::{At, Fault, FaultClass, Limit, LimitFault, Plan};

type Answer<T> = Result<T, At<LimitFault>>;

/// The stream ended early.
fn cut(expected: u64, received: u64) -> At<LimitFault> {
    At {
        offset: received,
        fault: LimitFault::Disconnected { expected, received },
    }
}

/// The stream went on.
fn over(limit: u64) -> At<LimitFault> {
    At {
        offset: limit,
        fault: LimitFault::TooLarge { limit },
    }
}

/// What is done to a limit, and what it must answer.
#[derive(Debug)]
enum Step {
    Plan(usize, Answer<Plan>),
    Record(usize, Answer<()>),
}

fn plan(wanted: usize, plan: Plan) -> Step {
    Step::Plan(wanted, Ok(plan))
}

fn read(bytes: usize) -> Step {
    Step::Record(bytes, Ok(()))
}

fn no_plan(at: At<LimitFault>) -> Step {
    Step::Plan(9, Err(at))
}

fn bad_read(bytes: usize, at: At<LimitFault>) -> Step {
    Step::Record(bytes, Err(at))
}

#[test]
#[rustfmt::skip]
fn every_transition() {
    const MAX: usize = usize::MAX;
    let cases: &[(&str, Limit, &[Step])] = &[
        ("fewer wanted", Limit::exact(5), &[plan(3, Read(3))]),
        ("more wanted", Limit::exact(5), &[plan(9, Read(5))]),
        ("none wanted", Limit::exact(5), &[plan(0, Read(0))]),
        ("none wanted of none", Limit::exact(0), &[plan(0, Read(0))]),
        ("exact none", Limit::exact(0), &[plan(9, End)]),
        ("exact in one", Limit::exact(5), &[read(5), plan(9, End), plan(9, End)]),
        ("exact in two", Limit::exact(5), &[read(3), plan(9, Read(2)), read(2), plan(1, End)]),
        ("exact, end seen at the end", Limit::exact(2), &[read(2), read(0), plan(9, End)]),
        ("exact none, end seen", Limit::exact(0), &[read(0), plan(9, End)]),
        ("cut at once", Limit::exact(5), &[bad_read(0, cut(5, 0)), no_plan(cut(5, 0))]),
        ("cut inside", Limit::exact(5), &[read(4), bad_read(0, cut(5, 4)), no_plan(cut(5, 4))]),
        ("cut, none wanted", Limit::exact(5), &[bad_read(0, cut(5, 0)), plan(0, Read(0))]),
        ("cut, end seen again", Limit::exact(5), &[bad_read(0, cut(5, 0)), bad_read(0, cut(5, 0))]),
        ("at most none, none", Limit::at_most(0), &[plan(9, Probe), read(0), plan(9, End)]),
        ("at most none, one", Limit::at_most(0), &[plan(9, Probe), bad_read(1, over(0)), no_plan(over(0))]),
        ("under", Limit::at_most(5), &[read(3), read(0), plan(9, End), plan(9, End)]),
        ("under, none", Limit::at_most(5), &[plan(9, Read(5)), read(0), plan(9, End)]),
        ("under, none wanted", Limit::at_most(5), &[read(3), read(0), plan(0, Read(0))]),
        ("under, end seen again", Limit::at_most(5), &[read(0), read(0), plan(1, End)]),
        ("exactly", Limit::at_most(5), &[read(5), plan(9, Probe), read(0), plan(9, End)]),
        ("exactly, none wanted", Limit::at_most(2), &[read(2), plan(0, Read(0)), plan(1, Probe)]),
        ("over", Limit::at_most(5), &[read(5), plan(9, Probe), bad_read(1, over(5)), no_plan(over(5))]),
        ("over, none wanted", Limit::at_most(1), &[read(1), bad_read(1, over(1)), plan(0, Read(0))]),
        ("over, seen again", Limit::at_most(1), &[read(1), bad_read(1, over(1)), bad_read(1, over(1))]),
        ("over, end seen", Limit::at_most(1), &[read(1), bad_read(1, over(1)), bad_read(0, over(1))]),
        ("u64::MAX exact", Limit::exact(u64::MAX), &[plan(MAX, Read(MAX)), bad_read(0, cut(u64::MAX, 0))]),
        ("u64::MAX at most", Limit::at_most(u64::MAX), &[plan(MAX, Read(MAX)), read(7), read(0), plan(1, End)]),
    ];
    for (name, limit, steps) in cases {
        let mut limit = *limit;
        for (i, step) in steps.iter().enumerate() {
            match *step {
                Step::Plan(wanted, answer) => assert_eq!(limit.plan(wanted), answer, "{name}, step {i}"),
                Step::Record(read, answer) => assert_eq!(limit.record(read), answer, "{name}, step {i}"),
            }
        }
    }
}

#[test]
fn a_limit_says_where_it_stands() {
    #[rustfmt::skip]
    let cases = [
        // name, limit, reads: position, remaining, exhausted, complete, failed
        ("exact, fresh", Limit::exact(3), &[][..], (0, 3, false, false, false)),
        ("exact none", Limit::exact(0), &[], (0, 0, true, true, false)),
        ("exact, inside", Limit::exact(3), &[2], (2, 1, false, false, false)),
        ("exact, whole", Limit::exact(3), &[2, 1], (3, 0, true, true, false)),
        ("exact, cut", Limit::exact(3), &[2, 0], (2, 1, true, false, true)),
        ("at most, fresh", Limit::at_most(3), &[], (0, 3, false, false, false)),
        ("at most none", Limit::at_most(0), &[], (0, 0, true, false, false)),
        ("at most, inside", Limit::at_most(3), &[2], (2, 1, false, false, false)),
        ("at most, at the maximum", Limit::at_most(3), &[3], (3, 0, true, false, false)),
        ("at most, ended under", Limit::at_most(3), &[2, 0], (2, 1, true, false, false)),
        ("at most, ended exactly", Limit::at_most(3), &[3, 0], (3, 0, true, false, false)),
        ("at most, over", Limit::at_most(3), &[3, 1], (3, 0, true, false, true)),
    ];
    for (name, mut limit, reads, expected) in cases {
        for &read in reads {
            let _ = limit.record(read);
        }
        let stands = (
            limit.position(),
            limit.remaining(),
            limit.is_exhausted(),
            limit.is_complete(),
            limit.failure().is_some(),
        );
        assert_eq!(stands, expected, "{name}");
        assert_eq!(limit.failure(), limit.plan(1).err(), "{name}");
        assert_eq!(limit.position() + limit.remaining(), limit.max(), "{name}");
    }
}

/// Who records what was not planned has a bug, and hears of it.
#[test]
fn more_than_was_planned_is_a_panic() {
    let cases: &[(&str, Limit, &[usize])] = &[
        ("exact, over", Limit::exact(3), &[4]),
        ("exact, over in two", Limit::exact(3), &[2, 2]),
        ("exact, behind the end", Limit::exact(3), &[3, 1]),
        ("exact none", Limit::exact(0), &[1]),
        ("at most, two over", Limit::at_most(3), &[5]),
        ("at most, a probe of two", Limit::at_most(3), &[3, 2]),
        (
            "at most, behind the end at the maximum",
            Limit::at_most(3),
            &[3, 0, 1],
        ),
        (
            "at most, behind the end under it",
            Limit::at_most(3),
            &[1, 0, 1],
        ),
    ];
    for (name, limit, reads) in cases {
        let (last, before) = reads.split_last().unwrap();
        let mut limit = *limit;
        for &read in before {
            limit.record(read).unwrap();
        }
        let last = catch_unwind(move || limit.record(*last));
        assert!(last.is_err(), "{name}: {last:?}");
    }
}

/// The fault, its offset and the position stay, whatever is recorded after it.
#[test]
fn nothing_recorded_behind_a_fault_moves_it() {
    for (mut limit, reads) in [
        (Limit::exact(5), [3, 0]),
        (Limit::at_most(3), [3, 1]),
        (Limit::exact(5), [1, 0]),
    ] {
        let fault = reads.map(|read| limit.record(read))[1].unwrap_err();
        let position = limit.position();
        for again in [0, 1, 2, usize::MAX] {
            assert_eq!(limit.record(again), Err(fault), "{fault}, then {again}");
            assert_eq!(limit.plan(1), Err(fault), "{fault}, then {again}");
            assert_eq!(limit.position(), position, "{fault}, then {again}");
        }
    }
}

#[test]
fn faults_name_the_rule_and_the_place() {
    let early = cut(10, 3);
    assert_eq!(
        early.to_string(),
        "the stream ended after 3 of 10 bytes, at byte 3"
    );
    assert_eq!(
        early.fault.to_string(),
        "the stream ended after 3 of 10 bytes"
    );
    assert_eq!(early.fault.class(), FaultClass::Truncated);
    assert_eq!(early.http_status(), 400);

    let late = over(8);
    assert_eq!(
        late.to_string(),
        "the stream is longer than the 8 bytes allowed, at byte 8"
    );
    assert_eq!(late.fault.class(), FaultClass::TooLarge);
    assert_eq!(late.http_status(), 413);

    for at in [early, late] {
        // Its text stands in the message already.
        assert!(std::error::Error::source(&at).is_none());
    }
    let classes = [
        (FaultClass::Malformed, 400),
        (FaultClass::Truncated, 400),
        (FaultClass::TooSlow, 408),
        (FaultClass::TooLarge, 413),
    ];
    for (class, status) in classes {
        assert_eq!(class.http_status(), status, "{class:?}");
    }
}

#[cfg(feature = "std")]
#[test]
fn faults_travel_in_io_errors() {
    use std::io::{self, ErrorKind};
    let cases = [
        (cut(10, 3), ErrorKind::UnexpectedEof),
        (over(8), ErrorKind::FileTooLarge),
    ];
    for (at, kind) in cases {
        let error = io::Error::from(at);
        assert_eq!(error.kind(), kind);
        assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&at));
        assert_eq!(error.to_string(), at.to_string());
    }
    let classes = [
        (FaultClass::Malformed, ErrorKind::InvalidData),
        (FaultClass::Truncated, ErrorKind::UnexpectedEof),
        (FaultClass::TooSlow, ErrorKind::TimedOut),
        (FaultClass::TooLarge, ErrorKind::FileTooLarge),
    ];
    for (class, kind) in classes {
        assert_eq!(ErrorKind::from(class), kind, "{class:?}");
    }
}

/// Reads a source of `length` bytes, `(wanted, given)` at a time, to its end.
fn read_all(limit: &mut Limit, length: u64, turns: &[(usize, usize)]) -> (u64, Answer<()>) {
    let mut left = length;
    for &(wanted, given) in turns.iter().cycle().take(10_000) {
        let plan = match limit.plan(wanted) {
            Ok(plan) => plan,
            Err(at) => return (length - left, Err(at)),
        };
        let asked = match plan {
            End => return (length - left, Ok(())),
            Probe => 1,
            Read(0) => continue,
            Read(most) => {
                assert!(most <= wanted);
                most
            }
        };
        let read = asked.min(given).min(usize::try_from(left).unwrap());
        left -= read as u64;
        let recorded = limit.record(read);
        assert_eq!(recorded.err(), limit.plan(1).err());
    }
    panic!("no progress")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_source_read_in_any_way_ends_as_it_should(
        max in 0..40u64,
        length in 0..40u64,
        exact: bool,
        mut turns in prop::collection::vec((0..9usize, 1..9usize), 1..9),
    ) {
        turns.push((1, 1)); // somebody wants something, some time
        let mut limit = if exact { Limit::exact(max) } else { Limit::at_most(max) };
        let (consumed, outcome) = read_all(&mut limit, length, &turns);

        let expected = match (exact, length.cmp(&max)) {
            (true, std::cmp::Ordering::Less) => Err(cut(max, length)),
            (false, std::cmp::Ordering::Greater) => Err(over(max)),
            _ => Ok(()),
        };
        prop_assert_eq!(outcome, expected);
        prop_assert_eq!(limit.position(), length.min(max));
        prop_assert_eq!(consumed, length.min(if exact { max } else { max + 1 }));
        prop_assert_eq!(limit.is_complete(), exact && length >= max);
        prop_assert!(limit.is_exhausted());
    }
}

//! `Pace`: scenarios with a clock that is made up, beside a model that keeps
//! every read.

#![allow(clippy::unwrap_used, reason = "a test may")]

use proptest::prelude::*;
use std::time::Duration;
use tidegate_core::{At, Fault, FaultClass, Pace, PaceFault};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What is done to a pace, and what it must answer.
enum Step {
    /// A read that waited so long for so many bytes.
    Read(u64, usize),
    /// The next one may wait so many milliseconds.
    Waits(u64),
    ForEver,
    /// Fewer bytes than asked for, after so many in all.
    Slow(u64, u64),
    Late(u64),
}
use Step::*;

#[test]
#[rustfmt::skip]
fn scenarios() {
    let rate = |rate, window| Pace::new().min_rate(rate, ms(window));
    let deadline = |millis| Pace::new().deadline(ms(millis));
    let cases: &[(&str, Pace, &[Step])] = &[
        ("nothing is asked for", Pace::new(), &[ForEver, Read(1 << 40, 0), ForEver, Read(0, 9), ForEver]),
        ("a deadline", deadline(10), &[Waits(10), Read(3, 0), Waits(7), Read(7, 0), Late(0)]),
        ("a deadline is not moved by bytes", deadline(10), &[Read(4, 1 << 20), Waits(6), Read(6, 5), Late((1 << 20) + 5)]),
        ("bytes that come late are taken", deadline(10), &[Read(99, 3), Late(3), Late(3)]),
        ("no time at all", deadline(0), &[Late(0)]),
        ("waiting for nothing is no waiting", deadline(10), &[Read(0, 1), Read(0, 0), Waits(10)]),
        ("just fast enough", rate(100, 1000), &[Waits(1000), Read(999, 100), Waits(1000), Read(1000, 100), Waits(1000)]),
        ("a byte too few", rate(100, 1000), &[Read(1000, 99), Slow(99, 99)]),
        ("in a few reads", rate(100, 1000), &[Read(300, 60), Waits(700), Read(600, 39), Waits(100), Read(50, 1), Waits(1000)]),
        ("a window begins when one is full", rate(100, 1000), &[Read(900, 100), Read(900, 100), Read(900, 99), Waits(100)]),
        ("nobody rests on what came early", rate(100, 1000), &[Read(1, 1 << 30), Read(1000, 99), Slow((1 << 30) + 99, 99)]),
        ("a byte now and then", rate(100, 1000), &[Read(300, 1), Read(300, 1), Read(300, 1), Waits(100), Read(300, 1), Slow(4, 4)]),
        ("a late byte fills a window all the same", rate(2, 1000), &[Read(5000, 2), Waits(1000)]),
        ("a short window", rate(1000, 10), &[Read(9, 9), Waits(1), Read(0, 1), Waits(10)]),
        ("a rate of less than a byte a window", rate(1, 500), &[Waits(500), Read(499, 0), Waits(1), Read(1, 0), Slow(0, 0)]),
        ("a byte is enough for that", rate(1, 500), &[Read(499, 1), Waits(500)]),
        ("a rate of one byte and a half a window", rate(3, 500), &[Read(400, 1), Waits(100), Read(100, 0), Slow(1, 1)]),
        ("no rate is no window", rate(0, 500), &[ForEver, Read(500, 0), ForEver]),
        ("the shorter of both", rate(100, 1000).deadline(ms(1500)), &[Waits(1000), Read(800, 100), Waits(700), Read(700, 0), Late(100)]),
        ("a deadline ends before its window", rate(1, 9000).deadline(ms(100)), &[Waits(100), Read(100, 0), Late(0)]),
        ("both at once is the deadline", rate(1, 1000).deadline(ms(1000)), &[Read(1000, 0), Late(0)]),
        ("more than can be", rate(u64::MAX, u64::MAX), &[Waits(u64::MAX), Read(1, usize::MAX), Waits(u64::MAX - 1)]),
    ];
    for (name, pace, steps) in cases {
        let mut pace = pace.clone();
        for step in *steps {
            match *step {
                Read(waited, bytes) => pace.record(ms(waited), bytes),
                Waits(millis) => assert_eq!(pace.patience(), Ok(ms(millis)), "{name}"),
                ForEver => assert_eq!(pace.patience(), Ok(Duration::MAX), "{name}"),
                Slow(offset, bytes) => {
                    let at = pace.patience().unwrap_err();
                    assert_eq!(at.offset, offset, "{name}");
                    let PaceFault::TooSlow { bytes: found, .. } = at.fault else {
                        unreachable!("{name}: {at}")
                    };
                    assert_eq!(found, bytes, "{name}");
                }
                Late(offset) => {
                    let at = pace.patience().unwrap_err();
                    assert_eq!(at.offset, offset, "{name}");
                    assert!(matches!(at.fault, PaceFault::DeadlinePassed { .. }), "{name}");
                }
            }
        }
    }
}

#[test]
fn a_fault_says_what_was_asked_for_and_sticks() {
    let mut pace = Pace::new().min_rate(7, ms(2000));
    pace.record(ms(2000), 13);
    let at = At {
        offset: 13,
        fault: PaceFault::TooSlow {
            bytes: 13,
            rate: 7,
            window: ms(2000),
        },
    };
    assert_eq!(pace.patience(), Err(at));
    pace.record(ms(0), 1 << 20);
    assert_eq!(pace.patience(), Err(at));
    assert_eq!(at.http_status(), 408);
    assert_eq!(at.fault.class(), FaultClass::TooSlow);
    let text = "13 bytes in 2s, where 7 a second were asked for, at byte 13";
    assert_eq!(at.to_string(), text);

    let mut pace = Pace::new().deadline(ms(1500));
    pace.record(ms(1500), 5);
    let at = pace.patience().unwrap_err();
    assert_eq!(at.http_status(), 408);
    assert_eq!(at.to_string(), "it was not over after 1.5s, at byte 5");
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    rate: u64,
    window: u64,
    deadline: Option<u64>,
}

/// What is to be said after these reads, all of them looked at again.
fn model(asked: Asked, reads: &[(u64, usize)]) -> Result<Duration, u64> {
    let total: u64 = reads.iter().map(|(waited, _)| waited).sum();
    let offset: usize = reads.iter().map(|(_, bytes)| bytes).sum();
    let mut since = 0;
    for end in 1..=reads.len() {
        let bytes: usize = reads[since..end].iter().map(|(_, bytes)| bytes).sum();
        // In thousandths, as the window is.
        if bytes as u64 * 1000 >= asked.rate * asked.window {
            since = end;
        }
    }
    let waited: u64 = reads[since..].iter().map(|(waited, _)| waited).sum();
    let window = match asked.rate {
        0 => u64::MAX,
        _ => asked.window.saturating_sub(waited),
    };
    let deadline = asked
        .deadline
        .map_or(u64::MAX, |deadline| deadline.saturating_sub(total));
    match window.min(deadline) {
        0 => Err(offset as u64),
        u64::MAX => Ok(Duration::MAX),
        millis => Ok(ms(millis)),
    }
}

proptest! {
    #[test]
    fn the_model_says_the_same(
        rate in 0..50u64,
        window in 1..3000u64,
        deadline in proptest::option::of(0..5000u64),
        reads in prop::collection::vec((0..900u64, 0..60usize), 0..30),
    ) {
        let asked = Asked { rate, window, deadline };
        let mut pace = Pace::new().min_rate(rate, ms(window));
        if let Some(deadline) = deadline {
            pace = pace.deadline(ms(deadline));
        }
        for n in 0..=reads.len() {
            let expected = model(asked, &reads[..n]);
            prop_assert_eq!(pace.patience().map_err(|at| at.offset), expected, "{} reads", n);
            match (expected, reads.get(n)) {
                (Ok(_), Some(&(waited, bytes))) => pace.record(ms(waited), bytes),
                _ => break,
            }
        }
    }
}

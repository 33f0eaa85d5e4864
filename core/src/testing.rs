//! Holds a machine to the laws of [`scan`](crate::scan): the same input cut in
//! every way must give the same tokens and the same fault at the same place.
//!
//! For the tests of your own machines; tidegate's own stand on it.
//!
//! ```
//! use tidegate_core::{LineScanner, testing};
//!
//! let outcome = testing::every_split(LineScanner::new, b"one\r\ntwo", |lines, line| {
//!     lines.push(line.text().to_vec());
//! });
//! assert_eq!(outcome.tokens, [b"one", b"two"]);
//! assert_eq!(outcome.fault, None);
//! ```

use crate::{At, Event, Feed, Scan, Storage};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Debug;

/// Fixed storage larger than this is not tried.
const MOST_STORAGE: usize = 1 << 16;

/// What a machine made of an input: all its tokens, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<T, F> {
    /// The tokens, as the test recorded them.
    pub tokens: Vec<T>,
    /// The fault, or `None` for a good end.
    pub fault: Option<At<F>>,
}

/// By which of the machine's ways tokens are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Route {
    /// [`Scan::scan`] alone.
    Scan,
    /// [`Scan::recall`] and [`Scan::glance`] first, as a lending iterator does.
    Glance,
    /// [`Scan::scan_all`] first, as a loop over all tokens does.
    ScanAll,
    /// One [`Scan::glance`] and then [`Scan::scan_all`], as somebody does who
    /// looks at the first token and loops over the rest.
    GlanceThenAll,
}

const ROUTES: [Route; 4] = [
    Route::Scan,
    Route::Glance,
    Route::ScanAll,
    Route::GlanceThenAll,
];

/// How the end is said. Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// Together with the last piece.
    WithLast,
    /// By an empty piece of its own.
    Apart,
}

/// Runs a machine over an input in every way and returns the outcome, which is
/// the same in all of them.
///
/// That is: whole, cut in two at every place, byte by byte, byte by byte with
/// empty pieces between, each by every [`Route`], with the end said in both
/// ways, in a `Vec` and in the smallest fixed storage.
///
/// `record` keeps a token; where a machine hands out data in fragments, merge
/// it with the one before, since where those are cut is no part of the answer.
///
/// # Panics
///
/// When two ways differ, or the machine breaks another law.
pub fn every_split<M, T>(
    make: impl Fn() -> M,
    input: &[u8],
    record: impl Fn(&mut Vec<T>, M::Token<'_>),
) -> Outcome<T, M::Fault>
where
    M: Scan,
    T: PartialEq + Debug,
{
    let whole = run(
        make(),
        &[input],
        Vec::new(),
        Route::Scan,
        End::WithLast,
        &record,
    );
    let check = |pieces: &[&[u8]]| {
        for route in ROUTES {
            for end in [End::WithLast, End::Apart] {
                let outcome = run(make(), pieces, Vec::new(), route, end, &record);
                assert_eq!(outcome, whole, "{route:?}, {end:?}, cut as {pieces:?}");
            }
            let reach = make().reach();
            if reach <= MOST_STORAGE {
                let mut storage = vec![0; reach];
                let outcome = run(make(), pieces, &mut storage[..], route, End::Apart, &record);
                assert_eq!(
                    outcome, whole,
                    "{route:?}, {reach} bytes of storage, cut as {pieces:?}"
                );
            }
        }
    };
    for cut in 0..=input.len() {
        let (head, tail) = input.split_at(cut);
        check(&[head, tail]);
    }
    let bytes: Vec<&[u8]> = input.chunks(1).collect();
    check(&bytes);
    let stuttered: Vec<&[u8]> = bytes.iter().flat_map(|byte| [&[][..], *byte]).collect();
    check(&stuttered);
    whole
}

/// Runs a machine over an input that arrives in the given pieces.
///
/// # Panics
///
/// When an answer after the end differs from the one at the end, or the machine
/// takes more steps than there are bytes and pieces to take them for.
pub fn run<M, T>(
    machine: M,
    pieces: &[&[u8]],
    storage: impl Storage,
    route: Route,
    end: End,
    record: &impl Fn(&mut Vec<T>, M::Token<'_>),
) -> Outcome<T, M::Fault>
where
    M: Scan,
{
    #[expect(
        clippy::unwrap_used,
        reason = "a test's storage is of the size asked for"
    )]
    let mut feed = Feed::new(machine, storage).unwrap();
    let mut tokens = Vec::new();
    let total: usize = pieces.iter().map(|piece| piece.len()).sum();
    let mut steps = 4 * (total + pieces.len()) + 16;
    let apart: &[&[u8]] = match end {
        End::WithLast if !pieces.is_empty() => &[],
        _ => &[&[]],
    };
    let count = pieces.len() + apart.len();
    for (i, piece) in pieces.iter().chain(apart).enumerate() {
        let last = i + 1 == count;
        let mut rest = *piece;
        loop {
            steps -= 1;
            assert!(steps > 0, "the machine does not get on");
            let glances = match route {
                Route::Scan | Route::ScanAll => 0,
                Route::Glance => usize::MAX,
                Route::GlanceThenAll => 1,
            };
            for _ in 0..glances {
                let Some((used, found)) = feed.recall().or_else(|| feed.glance(rest)) else {
                    break;
                };
                record(&mut tokens, M::token(found, rest));
                rest = &rest[used..];
            }
            if let Route::ScanAll | Route::GlanceThenAll = route {
                let used = feed.scan_all(rest, &mut |found, window| {
                    record(&mut tokens, M::token(found, window));
                    true
                });
                rest = &rest[used..];
            }
            let offer = match feed.offer(rest, last) {
                Ok(offer) => offer,
                Err(at) => {
                    for again in [rest, b"more", b""] {
                        assert_eq!(feed.glance(again).map(|(used, _)| used), None);
                        let answer = feed.offer(again, last).map(|offer| offer.taken);
                        assert_eq!(answer, Err(at), "a fault must stick");
                    }
                    return Outcome {
                        tokens,
                        fault: Some(at),
                    };
                }
            };
            if let Event::Found(placed) = offer.event {
                record(&mut tokens, feed.token(placed, rest));
            }
            rest = &rest[offer.taken..];
            match offer.event {
                Event::Found(_) => {}
                Event::More => {
                    assert!(rest.is_empty(), "more was asked for while there was more");
                    break;
                }
                Event::Done => {
                    for again in [&b"\nmore\n"[..], b""] {
                        let answer = feed.offer(again, true);
                        let answer = answer.map(|offer| (offer.taken, offer.event));
                        assert!(matches!(answer, Ok((0, Event::Done))), "an end must stick");
                    }
                    assert_eq!(feed.glance(b"more\n\n").map(|(used, _)| used), None);
                    return Outcome {
                        tokens,
                        fault: None,
                    };
                }
            }
        }
    }
    unreachable!("at the end a machine says Done or faults")
}

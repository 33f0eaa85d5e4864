//! Inputs of many laps of the index behind lines and chunks, for the tests of both:
//! it goes from one way of looking to another by what it saw, and each way has
//! edges of its own.

use proptest::prelude::*;
use tidegate_core::testing::{End, Outcome, Route, run};
use tidegate_core::{Event, Feed, Scan};

/// Lengths of texts, in stretches that are alike: dense ones with more ends than
/// the index holds, sparse ones, and single texts around a block, a stride and a
/// lap of either kind.
pub(crate) fn lengths() -> impl Strategy<Value = Vec<usize>> {
    let edges = vec![64, 256, 1024, 8192, 16384, 65536, 2 * 65536];
    let edge = (prop::sample::select(edges), 0..7usize);
    let stretch = prop_oneof![
        (0..5usize, 1..800usize).prop_map(|(len, count)| vec![len; count]),
        (20..70usize, 1..300usize).prop_map(|(len, count)| vec![len; count]),
        prop::collection::vec(0..120usize, 1..200),
        prop::collection::vec(0..1500usize, 1..40),
        prop::collection::vec(900..9000usize, 1..30),
        edge.prop_map(|(edge, nudge)| vec![edge + nudge - 3]),
    ];
    prop::collection::vec(stretch, 1..7).prop_map(|stretches| stretches.concat())
}

/// The maximum: none to speak of, a small one, or the length of one of the texts, a
/// byte less, or a byte more.
pub(crate) fn maximum() -> impl Strategy<Value = Max> {
    prop_oneof![
        Just(Max::Free),
        (0..3000usize).prop_map(Max::Bytes),
        (any::<prop::sample::Index>(), 0..3usize).prop_map(|(text, more)| Max::Of(text, more)),
    ]
}

#[derive(Clone, Debug)]
pub(crate) enum Max {
    Free,
    Bytes(usize),
    Of(prop::sample::Index, usize),
}

impl Max {
    pub(crate) fn among(&self, texts: &[&[u8]]) -> usize {
        match self {
            Self::Of(text, more) if !texts.is_empty() => {
                (text.get(texts).len() + more).saturating_sub(1)
            }
            Self::Bytes(max) => *max,
            Self::Free | Self::Of(..) => 1 << 20,
        }
    }
}

/// How an input arrives, in pieces of these lengths over and over, and how its
/// tokens are asked for where the ways take turns.
pub(crate) fn course() -> impl Strategy<Value = Course> {
    let piece = prop_oneof![
        Just(usize::MAX),
        Just(8192usize),
        Just(16384usize),
        1..300usize,
        4000..9000usize,
        60_000..70_000usize,
    ];
    let pieces = prop::collection::vec(piece, 1..5);
    let turns = prop::collection::vec(0..400usize, 1..12);
    (pieces, turns).prop_map(|(pieces, turns)| Course { pieces, turns })
}

#[derive(Clone, Debug)]
pub(crate) struct Course {
    pieces: Vec<usize>,
    turns: Vec<usize>,
}

impl Course {
    /// By every route, and by turns, there comes what is expected.
    pub(crate) fn check<M: Scan, T: PartialEq>(
        &self,
        make: impl Fn() -> M,
        input: &[u8],
        record: &impl Fn(&mut Vec<T>, M::Token<'_>),
        expected: &Outcome<T, M::Fault>,
    ) {
        let pieces = self.cut(input);
        for route in [
            Route::Scan,
            Route::Glance,
            Route::ScanAll,
            Route::GlanceThenAll,
        ] {
            let found = run(make(), &pieces, Vec::new(), route, End::Apart, record);
            assert_same(&found, expected, &format!("{route:?}"));
        }
        let found = self.by_turns(make(), &pieces, record);
        assert_same(&found, expected, "by turns");
    }

    fn cut<'i>(&self, mut input: &'i [u8]) -> Vec<&'i [u8]> {
        let mut pieces = Vec::new();
        let mut lengths = self.pieces.iter().cycle();
        while let (false, Some(&len)) = (input.is_empty(), lengths.next()) {
            let (piece, behind) = input.split_at(len.min(input.len()));
            pieces.push(piece);
            input = behind;
        }
        pieces
    }

    /// Some by glances, some at once, one by an offer.
    fn by_turns<M: Scan, T>(
        &self,
        machine: M,
        pieces: &[&[u8]],
        record: &impl Fn(&mut Vec<T>, M::Token<'_>),
    ) -> Outcome<T, M::Fault> {
        let mut feed = Feed::new(machine, Vec::new()).unwrap();
        let mut tokens = Vec::new();
        let mut turns = self.turns.iter().cycle();
        let mut pieces = pieces.iter();
        let (mut rest, mut end) = (&b""[..], false);
        loop {
            let mut left = *turns.next().unwrap();
            while left > 0
                && let Some((used, found)) = feed.glance(rest)
            {
                record(&mut tokens, M::token(found, rest));
                rest = &rest[used..];
                left -= 1;
            }
            let mut left = *turns.next().unwrap();
            if left > 0 {
                let used = feed.scan_all(rest, &mut |found, window| {
                    record(&mut tokens, M::token(found, window));
                    left -= 1;
                    left > 0
                });
                rest = &rest[used..];
            }
            match feed.offer(rest, end) {
                Err(at) => {
                    let fault = Some(at);
                    return Outcome { tokens, fault };
                }
                Ok(offer) => {
                    if let Event::Found(placed) = offer.event {
                        record(&mut tokens, feed.token(placed, rest));
                    }
                    rest = &rest[offer.taken..];
                    match offer.event {
                        Event::Found(_) => {}
                        Event::More => match pieces.next() {
                            Some(piece) => rest = piece,
                            None => end = true,
                        },
                        Event::Done => {
                            let fault = None;
                            return Outcome { tokens, fault };
                        }
                    }
                }
            }
        }
    }
}

/// Says where they differ: all of them would fill the screen.
fn assert_same<T: PartialEq, F: PartialEq + std::fmt::Debug>(
    found: &Outcome<T, F>,
    expected: &Outcome<T, F>,
    how: &str,
) {
    let mut pairs = found.tokens.iter().zip(&expected.tokens);
    assert_eq!(
        pairs.position(|(found, expected)| found != expected),
        None,
        "{how}"
    );
    assert_eq!(found.tokens.len(), expected.tokens.len(), "{how}");
    assert_eq!(found.fault, expected.fault, "{how}");
}

//! The properties of every room that cuts: its tokens are the model's, however
//! the input arrives, whichever way they are asked for, and whatever the reader
//! does in between.

use crate::input::{Text, Which, cut, expand, size};
use crate::reader::Moody;
use crate::room::{Calls, Iter, Model, Room};
use arbitrary::{Result, Unstructured};
use std::error::Error;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::ops::ControlFlow;
use tidegate_core::testing::{End, Outcome, Route, run};
use tidegate_core::{Event, Feed, Overlong, Scan};

/// Four routes, and four more.
const CHECKS: u8 = 8;

/// By which tokens are asked for.
pub const ROUTES: [Route; 4] = [
    Route::Scan,
    Route::Glance,
    Route::ScanAll,
    Route::GlanceThenAll,
];

/// How an input arrives, and how its tokens are asked for.
///
/// In a seed: a digit for which checks to make (see `Which`), one for the number of
/// calls and one for the capacity of the buffer, six sizes for the pieces, six bytes of script, and then the input.
#[derive(Debug)]
pub struct Course {
    pub which: Which,
    /// After so many an iterator is taken apart.
    calls: usize,
    /// Of the reader's buffer. Zero is a reader that lends its own.
    capacity: usize,
    pieces: [u8; 6],
    /// What the reader does, and by which way a token is asked for.
    script: [u8; 6],
    pub input: Text,
}

impl Course {
    pub fn arbitrary(u: &mut Unstructured<'_>, max: usize, words: &[&[u8]]) -> Result<Self> {
        let which: Which = u.arbitrary()?;
        // A thousand fragments show no more than a hundred do. And no more than so long:
        // what differs behind a lap of the index, 64 KiB and more, is for the tests
        // (`core/tests/long`), which draw such texts by their lengths.
        let longest = if max < 64 { 512 } else { 12 << 10 };
        let longest = which.longest(longest);
        Ok(Self {
            which,
            calls: size(u.arbitrary()?),
            capacity: size(u.arbitrary()?),
            pieces: u.arbitrary()?,
            script: u.arbitrary()?,
            input: expand(u.bytes(u.len())?, words, longest),
        })
    }

    pub fn check<A: Room>(&self, room: &A) {
        let model = &room.model(&self.input.0);
        self.every_route_finds_the_model(room, model);
        if self.which.is(4, CHECKS) {
            self.routes_may_take_turns(room, model);
        }
        if self.which.is(5, CHECKS) {
            self.a_reader_is_cut_as_the_model(room, model);
        }
        if self.which.is(6, CHECKS) {
            self.kept_items_are_the_model_too(room, model);
        }
        if self.which.is(7, CHECKS) {
            self.a_window_that_shrinks_is_no_panic(room);
        }
    }

    fn every_route_finds_the_model<A: Room>(&self, room: &A, model: &Model<A>) {
        let pieces = cut(&self.input.0, &self.pieces);
        let end = [End::WithLast, End::Apart][self.calls % 2];
        for (i, route) in (0..).zip(ROUTES) {
            if !self.which.is(i, CHECKS) {
                continue;
            }
            let machine = room.machine();
            let record = |tokens: &mut Vec<A::Token>, token: Token<'_, A>| {
                tokens.push(A::token(token));
            };
            let mut storage = vec![0; machine.reach().min(1 << 14)];
            let smallest = self.capacity % 2 == 1 && storage.len() == machine.reach();
            let found = if smallest {
                run(machine, &pieces, &mut storage[..], route, end, &record)
            } else {
                run(machine, &pieces, Vec::new(), route, end, &record)
            };
            assert_eq!(
                found, model.outcome,
                "{route:?}, {end:?}, smallest: {smallest}"
            );
        }
    }

    /// Some by glances, some at once, one by an offer; and between two pieces
    /// somebody may believe that the source has failed.
    fn routes_may_take_turns<A: Room>(&self, room: &A, model: &Model<A>) {
        let mut feed = Feed::new(room.machine(), Vec::new()).unwrap();
        let mut tokens = Vec::new();
        let mut gave_up = false;
        let mut turns = self.script.iter().cycle().copied();
        let pieces = cut(&self.input.0, &self.pieces).into_iter();
        let mut pieces = pieces.map(|piece| (piece, false)).chain([(&b""[..], true)]);
        let (mut rest, mut end) = (&b""[..], false);
        let fault = loop {
            let turn = turns.next().unwrap_or(0);
            let mut left = size(turn / 4);
            match turn % 4 {
                0 => {
                    while left > 0
                        && let Some((used, found)) = feed.glance(rest)
                    {
                        tokens.push(A::token(A::Machine::token(found, rest)));
                        rest = &rest[used..];
                        left -= 1;
                    }
                }
                1 if left > 0 => {
                    let used = feed.scan_all(rest, &mut |found, window| {
                        tokens.push(A::token(A::Machine::token(found, window)));
                        left -= 1;
                        left > 0
                    });
                    rest = &rest[used..];
                }
                _ => {}
            }
            let offer = match feed.offer(rest, end) {
                Ok(offer) => offer,
                Err(at) => break Some(at),
            };
            match offer.event {
                Event::Found(placed) => {
                    tokens.push(A::token(feed.token(placed, rest)));
                    // What is behind the token was not taken of this input.
                    assert!(offer.taken == 0 || feed.rest().is_empty());
                    rest = &rest[offer.taken..];
                    continue;
                }
                Event::More => assert!(offer.taken == rest.len() && !end),
                Event::Done => {
                    assert!(offer.taken == rest.len() && end);
                    break None;
                }
            }
            if turn % 4 == 3 {
                while let Some(placed) = feed.give_up() {
                    tokens.push(A::token(feed.token(placed, b"")));
                    gave_up = true;
                }
            }
            (rest, end) = pieces.next().unwrap_or((b"", true));
        };
        for more in [&self.input.0[..], b"\nmore\n", b""] {
            assert_eq!(feed.scan_all(more, &mut |_, _| true), 0);
            assert!(feed.glance(more).is_none());
            let again = feed.offer(more, true);
            let again = again.map(|offer| (offer.taken, matches!(offer.event, Event::Done)));
            assert_eq!(again, fault.map_or(Ok((0, true)), Err), "an end must stick");
        }
        let mut outcome = model.outcome.clone();
        if gave_up {
            tokens = tokens.into_iter().map(A::at_once).collect();
            outcome.tokens = outcome.tokens.into_iter().map(A::at_once).collect();
        }
        assert_eq!(Outcome { tokens, fault }, outcome);
    }

    fn a_reader_is_cut_as_the_model<A: Room>(&self, room: &A, model: &Model<A>) {
        let reader = Moody::new(&self.input.0, &self.script);
        if self.capacity == 0 {
            let (found, iter) = self.read(room.iter(reader), room, model);
            let (reader, straddling) = iter.into_parts();
            self.nothing_is_lost(room, &found, [&straddling, reader.rest()].concat());
        } else {
            let reader = BufReader::with_capacity(self.capacity.min(1 << 14), reader);
            let (found, iter) = self.read(room.iter(reader), room, model);
            let (reader, straddling) = iter.into_parts();
            let rest = [&straddling, reader.buffer(), reader.get_ref().rest()].concat();
            self.nothing_is_lost(room, &found, rest);
        }
    }

    /// Makes as many calls as the course has, and returns what they gave.
    fn read<A: Room, R: BufRead, I: Iter<R, A::Token>>(
        &self,
        mut iter: I,
        room: &A,
        model: &Model<A>,
    ) -> (Found<A>, I) {
        let mut found = Found::new();
        let mut turns = self.script.iter().cycle();
        for _ in 0..self.most_calls() {
            let mut left = turns.next().map_or(0, |&turn| size(turn));
            let outcome = if left == 0 {
                iter.next().transpose().map(|token| {
                    found.ended = token.is_none();
                    found.calls.extend(token.map(Ok));
                })
            } else {
                let flow = iter.try_for_each(|token| {
                    found.calls.push(Ok(token));
                    left -= 1;
                    match left {
                        0 => ControlFlow::Break(()),
                        _ => ControlFlow::Continue(()),
                    }
                });
                flow.map(|flow| found.ended = flow.is_continue())
            };
            if let Err(error) = outcome {
                found.take(error, room);
            }
            if found.ended {
                let again = iter.next().map(|again| again.map_err(|error| error.kind()));
                let failed = found.calls.last().is_some_and(Result::is_err);
                match room.overlong() {
                    Overlong::Fail if failed => {
                        assert_eq!(again, Some(Err(ErrorKind::FileTooLarge)));
                    }
                    _ => assert_eq!(again, None, "an end must stick"),
                }
                break;
            }
        }
        let mut expected = model.calls.clone();
        if !found.ended {
            expected.truncate(found.calls.len());
        }
        if found.gone {
            let at_once = |calls: Calls<A>| calls.into_iter().map(|call| call.map(A::at_once));
            found.calls = at_once(found.calls).collect();
            expected = at_once(expected).collect();
        }
        assert_eq!(found.calls, expected);
        (found, iter)
    }

    fn kept_items_are_the_model_too<A: Room>(&self, room: &A, model: &Model<A>) {
        let reader = Moody::new(&self.input.0, &self.script);
        let reader = BufReader::with_capacity(self.capacity.clamp(1, 1 << 14), reader);
        let mut items = room.owned_iter(reader);
        let mut found = Found::<A>::new();
        let mut texts = Vec::new();
        for _ in 0..self.most_calls() {
            let errors = found.calls.len();
            match A::next_owned(&mut items) {
                Some(Ok(text)) => texts.push(Some(text)),
                Some(Err(error)) => {
                    found.take(error, room);
                    texts.extend((found.calls.len() > errors).then_some(None));
                }
                None => found.ended = true,
            }
            if found.ended {
                break;
            }
        }
        let wanted = if found.ended { usize::MAX } else { texts.len() };
        found.calls = model.calls.iter().take(wanted).cloned().collect();
        let expected = found
            .calls
            .iter()
            .map(|call| call.as_ref().ok().map(A::text));
        assert!(texts.iter().map(Option::as_deref).eq(expected), "{texts:?}");
        let (reader, straddling) = items.into_parts();
        let rest = [&straddling, reader.buffer(), reader.get_ref().rest()].concat();
        self.nothing_is_lost(room, &found, rest);
    }

    /// What was handed out, and then what is left, is the input.
    fn nothing_is_lost<A: Room>(&self, room: &A, found: &Found<A>, rest: Vec<u8>) {
        if found.gone || !room.rebuilds() || room.overlong() == Overlong::Skip {
            return;
        }
        let tokens = found.calls.iter().flatten();
        let handed_out = tokens
            .map(|token| A::text(token).len() + A::width(token))
            .sum();
        assert_eq!(Text(rest), Text(self.input.0[handed_out..].to_vec()));
    }

    /// That breaks the first law, and what is found then is anybody's guess.
    fn a_window_that_shrinks_is_no_panic<A: Room>(&self, room: &A) {
        let mut machine = room.machine();
        let mut rest = &self.input.0[..];
        let turns = self.script.iter().chain(&self.pieces).cycle();
        for (i, &turn) in turns.take(24).enumerate() {
            let window = &rest[..size(turn).min(rest.len())];
            let used = match (usize::from(turn) + i) % 4 {
                0 => {
                    let step = machine.scan(window, turn.is_multiple_of(7));
                    step.map_or(0, |step| step.used)
                }
                1 => machine.glance(window).map_or(0, |(used, found)| {
                    let _ = A::Machine::token(found, window);
                    used
                }),
                2 => machine.scan_all(window, &mut |_, _| i % 3 > 0),
                _ => machine.give_up(window).map_or(0, |(used, _)| used),
            };
            rest = &rest[used..];
        }
    }

    /// More than any input and script need.
    fn most_calls(&self) -> usize {
        self.calls.min(4 * self.input.0.len() + 512)
    }
}

type Token<'w, A> = <<A as Room>::Machine as Scan>::Token<'w>;

/// What the calls of an iterator gave.
struct Found<A: Room> {
    calls: Calls<A>,
    /// The end came, or a fault that stays.
    ended: bool,
    /// The reader failed in between as if for good.
    gone: bool,
}

impl<A: Room> Found<A> {
    fn new() -> Self {
        Self {
            calls: Vec::new(),
            ended: false,
            gone: false,
        }
    }

    /// An error of ours is one of the calls, the reader's are not.
    fn take(&mut self, error: io::Error, room: &A) {
        let cause: Option<&(dyn Error + Send + Sync)> = error.get_ref();
        match cause.and_then(|cause| cause.downcast_ref()) {
            Some(&at) => {
                self.calls.push(Err(at));
                self.ended = room.overlong() == Overlong::Fail;
            }
            None => {
                assert_ne!(error.kind(), ErrorKind::Interrupted);
                self.gone |= error.kind() == ErrorKind::ConnectionReset;
            }
        }
    }
}

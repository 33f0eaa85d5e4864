//! `Feed`: what it carries, what it gives back, and what it refuses, with
//! machines that are nothing but one hard case each.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use tidegate_core::{
    At, ChunkScanner, Event, Fault, FaultClass, Feed, LineFault, LineScanner, Overlong, Scan, Step,
    Storage, TooSmall,
};

/// Runs of one byte. Only the byte behind a run shows that it is over: a
/// look-ahead which belongs to the next token.
#[derive(Clone, Debug, Default)]
struct Runs {
    offset: u64,
    failed: Option<At<TooLong>>,
    done: bool,
}

impl Runs {
    const LONGEST: usize = 4;
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct TooLong;

impl Fault for TooLong {
    fn class(&self) -> FaultClass {
        FaultClass::TooLarge
    }
}

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the run is too long")
    }
}

impl std::error::Error for TooLong {}

impl Scan for Runs {
    type Found = usize;
    type Token<'w> = &'w [u8];
    type Fault = TooLong;

    fn reach(&self) -> usize {
        Self::LONGEST + 1
    }

    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<usize>, At<TooLong>> {
        if let Some(at) = self.failed {
            return Err(at);
        }
        let window = if self.done { b"" } else { window };
        let run = window.chunk_by(|a, b| a == b).next().map_or(0, <[u8]>::len);
        let (used, event) = match run {
            run if run > Self::LONGEST => {
                let at = At {
                    offset: self.offset + Self::LONGEST as u64,
                    fault: TooLong,
                };
                self.failed = Some(at);
                return Err(at);
            }
            0 if end => (0, Event::Done),
            run if run < window.len() || end => (run, Event::Found(run)),
            _ => (0, Event::More),
        };
        self.offset += used as u64;
        self.done |= matches!(event, Event::Done);
        Ok(Step { used, event })
    }

    fn token(found: usize, window: &[u8]) -> &[u8] {
        &window[..found]
    }
}

/// Each byte is a token, and so is the sum of it and the three behind it: what
/// was copied for one token is left over for the next three.
#[derive(Debug, Default)]
struct FarSighted {
    done: bool,
}

impl FarSighted {
    fn model(input: &[u8]) -> Vec<(u8, u32)> {
        let sum = |bytes: &[u8]| bytes.iter().copied().map(u32::from).sum();
        (0..input.len())
            .map(|i| (input[i], sum(&input[i..input.len().min(i + 4)])))
            .collect()
    }
}

impl Scan for FarSighted {
    type Found = u32;
    type Token<'w> = (u8, u32);
    type Fault = LineFault;

    fn reach(&self) -> usize {
        4
    }

    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<u32>, At<LineFault>> {
        let window = if self.done { b"" } else { window };
        let (used, event) = match Self::model(window).first() {
            None if end => (0, Event::Done),
            Some(&(_, sum)) if window.len() >= 4 || end => (1, Event::Found(sum)),
            _ => (0, Event::More),
        };
        self.done |= matches!(event, Event::Done);
        Ok(Step { used, event })
    }

    fn token(sum: u32, window: &[u8]) -> (u8, u32) {
        (window[0], sum)
    }
}

/// Waits for ever, whatever it said its reach was.
#[derive(Debug)]
struct Waits;

impl Scan for Waits {
    type Found = ();
    type Token<'w> = ();
    type Fault = LineFault;

    fn reach(&self) -> usize {
        4
    }

    fn scan(&mut self, _: &[u8], _: bool) -> Result<Step<()>, At<LineFault>> {
        Ok(Step {
            used: 0,
            event: Event::More,
        })
    }

    fn token((): (), _: &[u8]) {}
}

/// Storage that counts, and has no end of its own.
#[derive(Debug, Default)]
struct Counted {
    bytes: Vec<u8>,
    most: usize,
}

impl Storage for &mut Counted {
    fn most(&self) -> usize {
        usize::MAX
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn grow(&mut self, len: usize, most: usize) -> &mut [u8] {
        assert!(len <= most, "{len} bytes of at most {most}");
        self.most = self.most.max(len);
        self.bytes.resize(len.max(self.bytes.len()), 0);
        &mut self.bytes
    }
}

/// Everything a feed finds in these pieces, and the first fault.
fn feed_all<M: Scan, T>(
    machine: M,
    storage: impl Storage,
    pieces: &[&[u8]],
    keep: impl Fn(M::Token<'_>) -> T,
) -> (Vec<T>, Option<At<M::Fault>>) {
    let mut feed = Feed::new(machine, storage).unwrap();
    let mut tokens = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        let mut rest = *piece;
        loop {
            let offer = match feed.offer(rest, i + 1 == pieces.len()) {
                Ok(offer) => offer,
                Err(at) => return (tokens, Some(at)),
            };
            if let Event::Found(placed) = offer.event {
                tokens.push(keep(feed.token(placed, rest)));
            }
            rest = &rest[offer.taken..];
            match offer.event {
                Event::Found(_) => {}
                Event::More => break,
                Event::Done => return (tokens, None),
            }
        }
        assert!(rest.is_empty(), "More takes all");
    }
    unreachable!("the last piece says the end")
}

/// However long it is: twice as much would be copied if its length were guessed.
#[test]
fn a_straddling_token_is_copied_and_nothing_behind_it() {
    for (head, tail) in [(1, 1), (300, 700), (5, 40_000), (40_000, 5)] {
        let (head, mut next) = (vec![b'.'; head], vec![b'.'; tail]);
        next.extend_from_slice(b"\r\nanother line\n");
        let mut storage = Counted::default();
        let mut feed = Feed::new(LineScanner::new(), &mut storage).unwrap();
        let offer = feed.offer(&head, false).unwrap();
        assert_eq!((offer.taken, offer.event), (head.len(), Event::More));
        let offer = feed.offer(&next, false).unwrap();
        assert!(matches!(offer.event, Event::Found(placed) if placed.is_carried()));
        assert_eq!(offer.taken, tail + 2);
        assert_eq!(storage.most, head.len() + tail + 2);
    }
    let mut storage = Counted::default();
    let mut feed = Feed::new(ChunkScanner::new(b"--x").unwrap(), &mut storage).unwrap();
    feed.offer(b"......-", false).unwrap();
    let next = [&[b'.'; 1000][..], b"--x", &[b'.'; 1000]].concat();
    let offer = feed.offer(&next, false).unwrap();
    assert!(matches!(offer.event, Event::Found(_)));
    assert_eq!(offer.taken, 1003);
    assert_eq!(storage.most, 7 + 1003);
}

#[test]
fn a_look_ahead_goes_back_to_the_input() {
    let mut feed = Feed::new(Runs::default(), [0; 5]).unwrap();
    assert_eq!(feed.offer(b"aa", false).unwrap().taken, 2);
    assert_eq!(feed.rest(), b"aa");

    let offer = feed.offer(b"ab", false).unwrap();
    assert_eq!(offer.taken, 1, "the b was looked at and is not taken");
    let Event::Found(placed) = offer.event else {
        panic!("{offer:?}")
    };
    assert!(placed.is_carried());
    assert_eq!(placed.found(), 3);
    assert_eq!(feed.token(placed, b"").to_vec(), b"aaa");
    assert_eq!(feed.rest(), b"");
}

/// Four bytes, announced by a token of none once there are two of them.
#[derive(Default)]
struct Announced {
    announced: bool,
    waits: bool,
}

impl Scan for Announced {
    type Found = usize;
    type Token<'w> = &'w [u8];
    type Fault = TooLong;

    fn reach(&self) -> usize {
        4
    }

    fn scan(&mut self, window: &[u8], _: bool) -> Result<Step<usize>, At<TooLong>> {
        let used = match (window.len(), self.announced) {
            (2.., false) => 0,
            (4.., true) => 4,
            _ => {
                self.waits = true;
                let event = Event::More;
                return Ok(Step { used: 0, event });
            }
        };
        self.waits = false;
        self.announced = !self.announced;
        let event = Event::Found(used);
        Ok(Step { used, event })
    }

    fn token(len: usize, window: &[u8]) -> &[u8] {
        &window[..len]
    }

    fn wants(&mut self, held: usize, _: &[u8], _: usize) -> Option<usize> {
        assert!(self.waits, "it asked for nothing");
        Some(4 - held)
    }
}

#[test]
fn what_a_machine_wants_is_asked_only_if_it_asked_for_more() {
    let mut feed = Feed::new(Announced::default(), [0; 4]).unwrap();
    let mut tokens = Vec::new();
    for (input, taken) in [("a", 1), ("b", 0), ("bcd", 3)] {
        let offer = feed.offer(input.as_bytes(), false).unwrap();
        assert_eq!(offer.taken, taken);
        if let Event::Found(placed) = offer.event {
            tokens.push(feed.token(placed, input.as_bytes()).to_vec());
        }
    }
    assert_eq!(tokens, [&b""[..], b"abcd"]);
}

#[test]
fn bytes_of_earlier_inputs_stay_behind_the_token() {
    let mut feed = Feed::new(FarSighted::default(), [0; 4]).unwrap();
    for byte in [b"a", b"b", b"c"] {
        assert!(matches!(
            feed.offer(byte, false).unwrap().event,
            Event::More
        ));
    }
    assert_eq!(feed.rest(), b"abc");

    let offer = feed.offer(b"def", false).unwrap();
    let Event::Found(placed) = offer.event else {
        panic!("{offer:?}")
    };
    assert_eq!(
        offer.taken, 0,
        "b and c were there before the d, which is not used"
    );
    assert_eq!(feed.rest(), b"bc");
    assert!(feed.in_place().is_none() && feed.glance(b"def").is_none());
    assert_eq!(feed.token(placed, b""), FarSighted::model(b"abcd")[0]);
}

#[test]
fn tokens_decided_by_bytes_behind_them_are_the_same_however_cut() {
    let input = b"abcdefgh";
    for size in 1..=input.len() {
        let pieces: Vec<&[u8]> = input.chunks(size).collect();
        let (tokens, fault) = feed_all(FarSighted::default(), [0; 4], &pieces, |token| token);
        assert_eq!(tokens, FarSighted::model(input), "in pieces of {size}");
        assert_eq!(fault, None);
    }
}

#[test]
fn storage_smaller_than_the_reach_is_refused() {
    let refused = TooSmall {
        needed: 5,
        given: 4,
    };
    assert_eq!(Feed::new(Runs::default(), [0; 4]).err(), Some(refused));
    assert_eq!(
        Feed::new(Runs::default(), &mut [0; 4][..]).err(),
        Some(refused)
    );
    assert!(Feed::new(Runs::default(), [0; 5]).is_ok());
    assert!(Feed::new(Runs::default(), &mut [0; 5][..]).is_ok());
    assert_eq!(
        refused.to_string(),
        "storage of 4 bytes is smaller than the 5 that the machine may have to keep"
    );
    #[cfg(feature = "std")]
    {
        let error = std::io::Error::from(refused);
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        let cause = error.get_ref().unwrap().downcast_ref();
        assert_eq!(cause, Some(&refused));
    }
    // Nothing fixed holds a line without a limit.
    let unlimited = Feed::new(LineScanner::new().unlimited(), [0; 64]).err();
    assert_eq!(unlimited.map(|error| error.needed), Some(usize::MAX));
}

#[cfg(feature = "alloc")]
#[test]
fn a_vec_holds_any_reach() {
    let feed = Feed::new(LineScanner::new().unlimited(), Vec::new()).unwrap();
    assert_eq!(feed.into_parts().1.capacity(), 0, "nothing is set aside");
}

#[test]
fn all_kinds_of_storage_give_the_same() {
    fn check(storage: impl Storage) {
        let pieces = [&b"aa"[..], b"abb", b"", b"bbccc", b"d"];
        let (tokens, fault) = feed_all(Runs::default(), storage, &pieces, <[u8]>::to_vec);
        assert_eq!(tokens, [&b"aaa"[..], b"bbbb", b"ccc", b"d"]);
        assert_eq!(fault, None);
    }
    check([0; 5]);
    check([0; 64]);
    check(&mut [0; 5][..]);
    check(&mut Counted::default());
    #[cfg(feature = "alloc")]
    check(Vec::new());
}

#[test]
fn a_machine_that_breaks_its_reach_is_a_panic() {
    // What was offered before, what is offered then, and whether it is the end.
    let cases: [(&[u8], &[u8], bool); 5] = [
        (b"", b"1234", false),
        (b"", b"123", true),
        (b"", b"", true),
        (b"12", b"34", false),
        (b"12", b"", true),
    ];
    for (before, input, end) in cases {
        let mut feed = Feed::new(Waits, [0; 8]).unwrap();
        assert!(matches!(
            feed.offer(before, false).unwrap().event,
            Event::More
        ));
        let offered = catch_unwind(AssertUnwindSafe(|| feed.offer(input, end).is_ok()));
        assert!(offered.is_err(), "{before:?}, {input:?}, {end}");
    }
}

#[test]
fn the_carry_grows_with_the_token_and_not_past_the_reach() {
    let max = 300;
    for text in [1, 100, 127, 200, 299, 300] {
        for cut in 0..=text {
            let line = [
                vec![b'x'; text],
                b"\r\nnext line, and more of it".repeat(50),
            ]
            .concat();
            let mut storage = Counted::default();
            let mut feed = Feed::new(LineScanner::new().max_len(max), &mut storage).unwrap();
            let (head, tail) = line.split_at(cut);
            assert!(matches!(
                feed.offer(head, false).unwrap().event,
                Event::More
            ));
            let offer = feed.offer(tail, false).unwrap();
            assert!(matches!(offer.event, Event::Found(_)));
            assert_eq!(
                offer.taken,
                text + 2 - cut,
                "nothing behind the line is taken"
            );
            let (_, storage) = feed.into_parts();
            assert!(
                storage.most <= max + 2,
                "{} bytes held for {text}",
                storage.most
            );
            let frugal = 2 * text + 128 + 2;
            assert!(
                storage.most <= frugal,
                "{} bytes held for {text}",
                storage.most
            );
        }
    }
}

/// How many bytes were moved within the carry while an input was fed byte by
/// byte: those left over whose address no longer goes with their place in the
/// stream.
fn moved_bytewise<M: Scan>(machine: M, storage: impl Storage, input: &[u8]) -> usize {
    let mut feed = Feed::new(machine, storage).unwrap();
    let (mut moved, mut taken, mut origin) = (0, 0, None);
    for byte in input {
        let mut rest = std::slice::from_ref(byte);
        loop {
            let offer = feed.offer(rest, false).unwrap();
            taken += offer.taken;
            rest = &rest[offer.taken..];
            let left = feed.rest();
            let now = (left.as_ptr() as usize).wrapping_sub(taken - left.len());
            moved += match origin.replace(now) {
                Some(before) if before != now => left.len(),
                _ => 0,
            };
            origin = origin.filter(|_| !left.is_empty());
            if let Event::More = offer.event {
                break;
            }
        }
    }
    moved
}

/// A long separator keeps its length less one in the carry, and each byte that
/// is skipped drops one of them: to close the gap each time would be quadratic.
#[test]
fn bytes_in_the_carry_are_moved_less_often_than_dropped() {
    let separator = [&b"-"[..], &[b'='; 3000]].concat();
    let input = [&[b'x'; 10_000][..], &separator, &[b'y'; 10_000]].concat();
    for overlong in [Overlong::Skip, Overlong::Fragment] {
        let make = |max| {
            let chunks = ChunkScanner::new(&separator).unwrap();
            chunks.max_len(max).overlong(overlong)
        };
        // How long a chunk may be, and how much more than its reach is given.
        for (max, spare) in [(3000, 0), (5000, 0), (100_000, 0), (10, 3000)] {
            let mut fixed = vec![0; make(max).reach() + spare];
            let moved = moved_bytewise(make(max), &mut fixed[..], &input);
            let name = format!("{overlong:?}, {max}, {spare}: {moved} bytes moved");
            assert!(moved <= input.len(), "{name}");
            let expected = max < input.len();
            assert_eq!(moved > 0, expected, "it is seen; {name}");
        }
        // With room for eleven bytes only, one move in eleven must do.
        let mut fixed = vec![0; make(10).reach()];
        let moved = moved_bytewise(make(10), &mut fixed[..], &input);
        let most = input.len() * separator.len() / 11;
        assert!(moved <= most, "{overlong:?}: {moved} bytes moved");
    }
}

#[cfg(feature = "alloc")]
#[test]
fn a_vec_never_has_more_capacity_than_the_reach() {
    for max in [1, 100, 127, 128, 1000, 1023, 1024, 1500, 100_000] {
        for overlong in [Overlong::Fail, Overlong::Skip, Overlong::Fragment] {
            for piece in [1, 7, 100, 1000, 1 << 16] {
                let scanner = LineScanner::new().max_len(max).overlong(overlong);
                let reach = scanner.reach();
                let mut feed = Feed::new(scanner, Vec::new()).unwrap();
                'input: for piece in vec![b'x'; 2 * max + 10].chunks(piece) {
                    let mut rest = piece;
                    loop {
                        let Ok(offer) = feed.offer(rest, false) else {
                            break 'input;
                        };
                        rest = &rest[offer.taken..];
                        if let Event::More = offer.event {
                            break;
                        }
                    }
                }
                let capacity = feed.into_parts().1.capacity();
                assert!(
                    capacity <= reach,
                    "{max}, {overlong:?}, pieces of {piece}: {capacity} of {reach} bytes"
                );
            }
        }
    }
}

#[test]
fn rest_is_what_was_taken_and_not_handed_out() {
    let mut feed = Feed::new(LineScanner::new().max_len(30), [0; 32]).unwrap();
    assert_eq!(feed.rest(), b"");
    feed.offer(b"half", false).unwrap();
    feed.offer(b" a", false).unwrap();
    assert_eq!(feed.rest(), b"half a");
    feed.offer(b" line\nmore", false).unwrap();
    assert_eq!(feed.rest(), b"", "a token that is lent is not left over");
    feed.offer(b"more", false).unwrap();
    assert_eq!(feed.rest(), b"more");
    assert_eq!(&feed.into_parts().1[..4], b"more");
}

#[test]
fn the_fast_paths_stay_out_of_a_token_that_straddles() {
    let mut feed = Feed::new(LineScanner::new().max_len(30), [0; 32]).unwrap();
    feed.offer(b"a\rb", false).unwrap();
    feed.offer(b"b", false).unwrap();
    assert_eq!(feed.rest(), b"b");
    assert!(feed.glance(b"\nc\nd").is_none());
    assert!(feed.in_place().is_none());
    assert!(feed.recall().is_none());
    assert_eq!(feed.scan_all(b"\nc\nd", &mut |_, _| panic!("not here")), 0);

    // Once it is handed out they are back, though it still lies in the carry.
    let offer = feed.offer(b"\nc\nd", false).unwrap();
    assert_eq!(offer.taken, 1);
    assert_eq!(feed.glance(b"c\nd").map(|(used, _)| used), Some(2));
}

#[test]
fn a_fault_keeps_the_carry_and_sticks() {
    let mut feed = Feed::new(Runs::default(), [0; 5]).unwrap();
    feed.offer(b"baa", false).unwrap(); // b
    feed.offer(b"aa", false).unwrap();
    let at = At {
        offset: 5,
        fault: TooLong,
    };
    for input in [&b"aaa"[..], b"aaaa"] {
        assert_eq!(feed.offer(input, false).err(), Some(at));
        assert_eq!(feed.rest(), b"aa", "what was tried went back to the input");
    }
}

#[test]
fn giving_up_hands_out_what_only_waited_to_become_longer() {
    let cases: [(&[u8], Option<&[u8]>); 7] = [
        (b"", None),
        (b"half a line", None),
        (b"a line\r", Some(b"a line\r")),
        (b"\r", Some(b"\r")),
        (b"one\nhalf", None),
        (b"one\ntwo\r", Some(b"two\r")),
        (b"one\r\n", None),
    ];
    for (input, expected) in cases {
        let mut feed = Feed::new(LineScanner::new().max_len(30), [0; 32]).unwrap();
        let mut rest = input;
        while let Ok(offer) = feed.offer(rest, false) {
            rest = &rest[offer.taken..];
            if let Event::More = offer.event {
                break;
            }
        }
        let given = feed
            .give_up()
            .map(|placed| feed.token(placed, b"").bytes().to_vec());
        assert_eq!(given.as_deref(), expected, "{input:?}");
        if expected.is_some() {
            assert!(feed.give_up().is_none(), "only once");
        }
    }
    let mut feed = Feed::new(Runs::default(), [0; 5]).unwrap();
    feed.offer(b"aa", false).unwrap();
    assert!(feed.give_up().is_none(), "by default nothing is");
    assert_eq!(feed.rest(), b"aa");
}

/// A source may come back after all; the `\n` of a `\r\n` is then no line.
#[test]
fn after_giving_up_a_line_feed_belongs_to_the_line_before() {
    for pieces in [&[&b"\nb\n"[..]][..], &[b"\n", b"b\n"], &[b"", b"\nb\n"]] {
        let mut feed = Feed::new(LineScanner::new().max_len(30), [0; 32]).unwrap();
        feed.offer(b"a\r", false).unwrap();
        assert!(feed.give_up().is_some());
        let mut lines = Vec::new();
        for piece in pieces {
            let mut rest = *piece;
            loop {
                let offer = feed.offer(rest, false).unwrap();
                let Event::Found(placed) = offer.event else {
                    break;
                };
                lines.push(feed.token(placed, rest).text().to_vec());
                rest = &rest[offer.taken..];
            }
        }
        assert_eq!(lines, [b"b"], "{pieces:?}");
    }
}

#[cfg(feature = "testing")]
mod laws {
    use super::{At, FarSighted, Runs, TooLong};
    use tidegate_core::testing::every_split;

    #[test]
    fn runs_are_cut_as_the_model_does() {
        for len in 0..=7 {
            for n in 0..2u32.pow(len) {
                let input: Vec<u8> = (0..len).map(|i| b'a' + (n >> i & 1) as u8).collect();
                let mut tokens: Vec<&[u8]> = input.chunk_by(|a, b| a == b).collect();
                let mut fault = None;
                if let Some(bad) = tokens.iter().position(|run| run.len() > Runs::LONGEST) {
                    let offset = tokens.drain(bad..).map(<[u8]>::len).sum::<usize>();
                    let offset = (input.len() - offset + Runs::LONGEST) as u64;
                    fault = Some(At {
                        offset,
                        fault: TooLong,
                    });
                }
                let outcome = every_split(Runs::default, &input, |tokens, token| {
                    tokens.push(token.to_vec());
                });
                assert_eq!(outcome.tokens, tokens, "{input:?}");
                assert_eq!(outcome.fault, fault, "{input:?}");
            }
        }
    }

    #[test]
    fn far_sighted_tokens_are_split_blind() {
        let input = b"abcdefghij";
        let outcome = every_split(FarSighted::default, input, Vec::push);
        assert_eq!(outcome.tokens, FarSighted::model(input));
        assert_eq!(outcome.fault, None);
    }
}

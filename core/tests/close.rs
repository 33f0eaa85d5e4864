//! `Closing` and `ClosingIterator`: everything happens exactly once, in order,
//! whatever ends the stream and whoever panics.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tidegate_core::{Callbacks, Closed, Closing, ClosingIterator, OnClose, Outcome};

/// What happened, in order.
#[derive(Debug, Default)]
struct Log(RefCell<Vec<String>>);

impl Log {
    fn add(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

/// Panics without a word on the standard error.
fn panic_quietly() -> ! {
    resume_unwind(Box::new("on purpose"))
}

/// Whether the work panicked.
fn panics(work: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}

/// Who does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Panics {
    Nobody,
    Next,
    StreamsDrop,
    First,
    Middle,
    Last,
    Guard,
}

const EVERYBODY: [Panics; 7] = [
    Panics::Nobody,
    Panics::Next,
    Panics::StreamsDrop,
    Panics::First,
    Panics::Middle,
    Panics::Last,
    Panics::Guard,
];

/// A block, or the failure, or a panic.
#[derive(Clone, Copy, Debug)]
enum Item {
    Block(&'static str),
    Fails,
    Panics,
}

/// Must not be asked again after its end or failure, and tells of its drop.
struct Stream<'l> {
    items: std::slice::Iter<'l, Item>,
    over: bool,
    panics: bool,
    log: &'l Log,
}

impl Iterator for Stream<'_> {
    type Item = Result<&'static str, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        assert!(!self.over, "asked again after the end");
        let item = self.items.next();
        self.over = !matches!(item, Some(Block(_)));
        match item? {
            Block(block) => Some(Ok(*block)),
            Fails => Some(Err("the disk")),
            Item::Panics => panic_quietly(),
        }
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        self.log.add("stream");
        if self.panics {
            panic_quietly();
        }
    }
}

/// Tells of its drop.
struct Guard<'l> {
    name: &'static str,
    panics: bool,
    log: &'l Log,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.log.add(self.name);
        if self.panics {
            panic_quietly();
        }
    }
}

type Body<'l, C> = ClosingIterator<Stream<'l>, C>;

fn body<'l>(items: &'l [Item], who: Panics, log: &'l Log) -> Body<'l, impl Callbacks + 'l> {
    let tell = move |name: &'static str, panics: bool| {
        move |closed: &Closed| {
            log.add(format!("{name}: {:?} {}", closed.outcome, closed.bytes));
            if panics {
                panic_quietly();
            }
        }
    };
    let stream = Stream {
        items: items.iter(),
        over: false,
        panics: who == Panics::StreamsDrop,
        log,
    };
    ClosingIterator::new(stream)
        .on_close(tell("first", who == Panics::First))
        .on_close(tell("middle", who == Panics::Middle))
        .guard(Guard {
            name: "guard",
            panics: who == Panics::Guard,
            log,
        })
        .on_close(tell("last", who == Panics::Last))
}

/// All of it, once.
fn everything(outcome: Outcome, bytes: u64) -> Vec<String> {
    let told = |name| format!("{name}: {outcome:?} {bytes}");
    vec![
        "stream".to_owned(),
        told("first"),
        told("middle"),
        "guard".to_owned(),
        told("last"),
    ]
}

/// How a stream is used: how many items are asked for, and what was promised.
struct Use {
    name: &'static str,
    items: &'static [Item],
    asks: usize,
    promised: Option<u64>,
    /// What comes of it, and whether that is so before the drop.
    closed: (Outcome, u64),
    at_once: bool,
}

use Item::{Block, Fails};

#[rustfmt::skip]
const USES: &[Use] = &[
    Use { name: "to the end", items: &[Block("abc"), Block("de")], asks: 3, promised: None, closed: (Outcome::Finished, 5), at_once: true },
    Use { name: "to the end, and again", items: &[Block("abc"), Block("de")], asks: 9, promised: None, closed: (Outcome::Finished, 5), at_once: true },
    Use { name: "an empty one", items: &[], asks: 1, promised: None, closed: (Outcome::Finished, 0), at_once: true },
    Use { name: "of empty blocks", items: &[Block(""), Block("")], asks: 3, promised: None, closed: (Outcome::Finished, 0), at_once: true },
    Use { name: "fails", items: &[Block("abc"), Fails, Block("de")], asks: 2, promised: None, closed: (Outcome::Failed, 3), at_once: true },
    Use { name: "fails, and is asked again", items: &[Block("abc"), Fails, Block("de")], asks: 9, promised: None, closed: (Outcome::Failed, 3), at_once: true },
    Use { name: "fails at once", items: &[Fails], asks: 1, promised: None, closed: (Outcome::Failed, 0), at_once: true },
    Use { name: "fails behind what was promised", items: &[Block("abc"), Fails], asks: 2, promised: Some(3), closed: (Outcome::Failed, 3), at_once: true },
    Use { name: "not at all", items: &[Block("abc")], asks: 0, promised: None, closed: (Outcome::Dropped, 0), at_once: false },
    Use { name: "in part", items: &[Block("abc"), Block("de")], asks: 1, promised: None, closed: (Outcome::Dropped, 3), at_once: false },
    Use { name: "nobody asks for the end", items: &[Block("abc"), Block("de")], asks: 2, promised: None, closed: (Outcome::Dropped, 5), at_once: false },
    Use { name: "as promised, nobody asks for the end", items: &[Block("abc"), Block("de")], asks: 2, promised: Some(5), closed: (Outcome::Finished, 5), at_once: false },
    Use { name: "less than promised", items: &[Block("abc"), Block("de")], asks: 1, promised: Some(5), closed: (Outcome::Dropped, 3), at_once: false },
    Use { name: "more than promised", items: &[Block("abc"), Block("de")], asks: 2, promised: Some(4), closed: (Outcome::Finished, 5), at_once: false },
    Use { name: "nothing was promised", items: &[Block("abc")], asks: 0, promised: Some(0), closed: (Outcome::Finished, 0), at_once: false },
    Use { name: "shorter than promised", items: &[Block("abc")], asks: 2, promised: Some(5), closed: (Outcome::Finished, 3), at_once: true },
];

#[test]
fn all_happens_once_in_order_however_it_ends_and_whoever_panics() {
    for way in USES {
        for who in EVERYBODY {
            let name = format!("{}, {who:?} panics", way.name);
            let log = Log::default();
            let mut items = way.items.to_vec();
            let mut closed = way.closed;
            let mut at_once = way.at_once;
            if who == Panics::Next {
                // In place of the end, or of the failure.
                let ends = |item: &Item| !matches!(item, Block(_));
                items.truncate(items.iter().position(ends).unwrap_or(items.len()));
                items.push(Item::Panics);
                if way.at_once {
                    let kept = way.promised.is_some_and(|promised| closed.1 >= promised);
                    closed.0 = if kept {
                        Outcome::Finished
                    } else {
                        Outcome::Dropped
                    };
                    at_once = false;
                }
            }
            let mut body = body(&items, who, &log);
            if let Some(promised) = way.promised {
                body = body.promised(promised);
            }
            let mut panicked = false;
            for _ in 0..way.asks {
                panicked |= panics(|| _ = body.next());
                if panicked {
                    break;
                }
            }
            assert_eq!(body.get_ref().is_none(), at_once, "{name}");
            let before = log.take();
            panicked |= panics(|| drop(body));
            let after = log.take();
            let everything = everything(closed.0, closed.1);
            let expected = if at_once {
                (everything, Vec::new())
            } else {
                (Vec::new(), everything)
            };
            assert_eq!((before, after), expected, "{name}");
            let there = who != Panics::Nobody && (who != Panics::Next || way.at_once);
            assert_eq!(panicked, there, "{name}");
        }
    }
}

/// A panic of somebody else drops the body: what is to happen happens.
#[test]
fn all_happens_while_somebody_elses_panic_unwinds() {
    let log = Log::default();
    assert!(panics(|| {
        let mut body = body(&[Block("abc")], Panics::Nobody, &log);
        body.next();
        panic_quietly();
    }));
    assert_eq!(log.take(), everything(Outcome::Dropped, 3));
}

#[test]
fn the_items_and_the_failure_pass_unchanged_and_then_nothing_comes() {
    let log = Log::default();
    let mut passed: Vec<_> =
        body(&[Block("abc"), Block(""), Block("d")], Panics::Nobody, &log).collect();
    assert_eq!(passed, [Ok("abc"), Ok(""), Ok("d")]);
    passed = body(&[Block("abc"), Fails, Block("d")], Panics::Nobody, &log).collect();
    assert_eq!(passed, [Ok("abc"), Err("the disk")]);
}

#[test]
fn a_size_hint_is_no_more_than_the_stream_says() {
    let log = Log::default();
    let mut plain = ClosingIterator::new(["a", "b"].map(Ok::<_, ()>));
    assert_eq!(plain.size_hint(), (0, Some(2)));
    plain.next();
    assert_eq!(plain.size_hint(), (0, Some(1)));
    plain.next();
    assert!(plain.next().is_none());
    assert_eq!(plain.size_hint(), (0, Some(0)));
    let mut failing = body(&[Fails, Block("a")], Panics::Nobody, &log);
    failing.next();
    assert_eq!(failing.size_hint(), (0, Some(0)));
}

#[test]
fn the_stream_is_there_until_it_is_closed() {
    let mut body = ClosingIterator::new([Ok::<_, ()>("a")]);
    assert_eq!(body.get_ref().unwrap().len(), 1);
    body.next();
    assert_eq!(body.get_ref().unwrap().len(), 0);
    body.next();
    assert!(body.get_ref().is_none());
}

/// A resource is held as long as the stream, and no longer.
#[test]
fn a_guard_is_held_until_the_end_and_not_until_the_drop() {
    let log = Log::default();
    let guard = Guard {
        name: "guard",
        panics: false,
        log: &log,
    };
    let mut body = ClosingIterator::new([Ok::<_, ()>("a")]).guard(guard);
    body.next();
    assert!(log.take().is_empty());
    body.next();
    assert_eq!(log.take(), ["guard"]);
}

#[test]
fn closing_by_hand_happens_once() {
    type End = fn(&mut Closing<Guard<'_>, Told<'_>>);
    type Told<'l> = ((), OnClose<Box<dyn FnOnce(&Closed) + 'l>>);
    let ends: [(&str, End, Outcome); 3] = [
        (
            "finish, then fail",
            |closing| {
                closing.finish();
                closing.fail();
            },
            Outcome::Finished,
        ),
        (
            "fail, then finish",
            |closing| {
                closing.fail();
                closing.finish();
            },
            Outcome::Failed,
        ),
        (
            "finish twice",
            |closing| {
                closing.finish();
                closing.finish();
            },
            Outcome::Finished,
        ),
    ];
    for (name, end, outcome) in ends {
        let log = Log::default();
        let guard = Guard {
            name: "stream",
            panics: false,
            log: &log,
        };
        let told: Box<dyn FnOnce(&Closed)> = Box::new(|closed| log.add(format!("{closed:?}")));
        let mut closing = Closing::new(guard).on_close(told);
        closing.took(2);
        assert_eq!((closing.outcome(), closing.bytes()), (None, 2), "{name}");
        assert!(closing.stream().is_some() && closing.get_ref().is_some());
        end(&mut closing);
        assert_eq!(
            (closing.outcome(), closing.bytes()),
            (Some(outcome), 2),
            "{name}"
        );
        assert!(closing.stream().is_none() && closing.get_ref().is_none());
        drop(closing);
        let closed = Closed { outcome, bytes: 2 };
        assert_eq!(
            log.take(),
            ["stream".to_owned(), format!("{closed:?}")],
            "{name}"
        );
    }
}

#[test]
#[cfg(feature = "alloc")]
fn a_list_that_grows_runs_in_order_whoever_panics() {
    type Boxed<'l> = OnClose<Box<dyn FnOnce(&Closed) + 'l>>;
    for who in [None, Some(0), Some(1), Some(3)] {
        let log = Log::default();
        let mut closing = Closing::with((), Vec::<Boxed<'_>>::new());
        for i in 0..4 {
            let log = &log;
            let callback = move |closed: &Closed| {
                log.add(format!("{i} {}", closed.bytes));
                if who == Some(i) {
                    panic_quietly();
                }
            };
            closing
                .callbacks()
                .unwrap()
                .push(OnClose::new(Box::new(callback)));
        }
        closing.took(5);
        assert_eq!(panics(|| closing.finish()), who.is_some());
        assert!(closing.callbacks().is_none());
        drop(closing);
        assert_eq!(log.take(), ["0 5", "1 5", "2 5", "3 5"]);
    }
}

#[test]
fn what_is_asked_for_too_late_happens_at_once() {
    let log = Log::default();
    let mut closing = Closing::new("stream");
    closing.took(3);
    closing.fail();
    let closing =
        closing.on_close(|closed| log.add(format!("{:?} {}", closed.outcome, closed.bytes)));
    assert_eq!(log.take(), ["Failed 3"]);
    let closing = closing.guard(Guard {
        name: "guard",
        panics: false,
        log: &log,
    });
    assert_eq!(log.take(), ["guard"]);
    assert_eq!(
        (closing.outcome(), closing.bytes()),
        (Some(Outcome::Failed), 3)
    );
    drop(closing);
    assert!(log.take().is_empty());
}

#[test]
fn more_bytes_than_can_be_counted_are_as_many_as_can() {
    let mut closing = Closing::new(());
    closing.took(usize::MAX);
    closing.took(usize::MAX);
    closing.took(usize::MAX);
    assert!(closing.bytes() >= usize::MAX as u64);
    assert!(usize::BITS < 64 || closing.bytes() == u64::MAX);
}

/// Where we differ from Werkzeug on purpose, and in how many rows.
const DIFFERENT: &[(Different, usize)] = &[
    (Different::Once, 1),
    (Different::RestRuns, 1),
    (Different::AlwaysClosed, 1),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Different {
    /// Closing again runs nothing again.
    Once,
    /// A panic (an exception there) does not keep the rest from running.
    RestRuns,
    /// There is no way to forget it: what goes out of scope is closed.
    AlwaysClosed,
}

/// An iterable of Werkzeug's cases: with a `close` of its own, which here is its
/// drop, or a plain list.
struct Iterable<'l> {
    chunks: std::vec::IntoIter<String>,
    kind: &'l str,
    raises: bool,
    started: bool,
    log: &'l Log,
}

impl Iterator for Iterable<'_> {
    type Item = Result<String, ()>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.started && self.kind == "own_close" {
            self.log.add("iter");
        }
        self.started = true;
        self.chunks.next().map(Ok)
    }
}

impl Drop for Iterable<'_> {
    fn drop(&mut self) {
        if self.kind != "list" {
            self.log.add("close:iterable");
        }
        if self.raises {
            panic_quietly();
        }
    }
}

/// As many callbacks as a row has, which is two at most.
enum Closer<A, B, C> {
    None(A),
    One(B),
    Two(C),
}

impl<T, A: Iterator<Item = T>, B: Iterator<Item = T>, C: Iterator<Item = T>> Iterator
    for Closer<A, B, C>
{
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::None(iter) => iter.next(),
            Self::One(iter) => iter.next(),
            Self::Two(iter) => iter.next(),
        }
    }
}

#[test]
fn werkzeugs_closing_iterator() {
    let rows: Vec<Value> =
        serde_json::from_str(include_str!("data/closing_iterator.json")).unwrap();
    assert_eq!(rows.len(), 17);
    let mut seen = BTreeMap::<Different, usize>::new();
    for row in &rows {
        let args = &row["args"];
        let log = Log::default();
        let raises = args.get("raising").is_some();
        let iterable = Iterable {
            chunks: strings(&args["chunks"]).into_iter(),
            kind: args["iterable"].as_str().unwrap(),
            raises,
            started: false,
            log: &log,
        };
        let callbacks = match &args["callbacks"] {
            Value::Array(_) => strings(&args["callbacks"]),
            Value::String(one) => vec![one.clone()],
            _ => Vec::new(),
        };
        let iter = ClosingIterator::new(iterable);
        let mut iter = match &callbacks[..] {
            [] => Closer::None(iter),
            [one] => Closer::One(iter.on_close(tell_of(&log, one))),
            [one, two] => Closer::Two(
                iter.on_close(tell_of(&log, one))
                    .on_close(tell_of(&log, two)),
            ),
            more => panic!("{more:?}"),
        };
        let take = args
            .get("take")
            .map_or(usize::MAX, |take| take.as_u64().unwrap() as usize);
        let mut items = Vec::new();
        let panicked = panics(|| items.extend(iter.by_ref().take(take).map(Result::unwrap)));
        if panics(|| drop(iter)) || panicked {
            log.add("raised:iterable");
        }

        let id = row["id"].as_str().unwrap();
        assert_eq!(items, strings(&row["expect"]["items"]), "{id}");
        let mut there = strings(&row["expect"]["log"]);
        let callbacks: Vec<String> = callbacks
            .iter()
            .map(|name| format!("callback:{name}"))
            .collect();
        let different = match args.get("closes").and_then(Value::as_u64) {
            Some(0) => {
                there.push("close:iterable".to_owned());
                there.extend(callbacks);
                Some(Different::AlwaysClosed)
            }
            Some(2) => {
                there.truncate(there.len() - 1 - callbacks.len());
                Some(Different::Once)
            }
            _ if raises => {
                let at = there.len() - 1;
                there.splice(at..at, callbacks);
                Some(Different::RestRuns)
            }
            _ => None,
        };
        assert_eq!(log.take(), there, "{id}");
        if let Some(different) = different {
            *seen.entry(different).or_default() += 1;
        }
    }
    assert_eq!(Vec::from_iter(seen), DIFFERENT);
}

fn tell_of<'l>(log: &'l Log, name: &str) -> impl FnOnce(&Closed) + use<'l> {
    let name = name.to_owned();
    move |_| log.add(format!("callback:{name}"))
}

fn strings(value: &Value) -> Vec<String> {
    let strings = value.as_array().unwrap().iter();
    strings
        .map(|string| string.as_str().unwrap().to_owned())
        .collect()
}

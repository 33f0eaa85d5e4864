//! `LimitedStream`: what it reads and what it leaves, how it ends, and what a
//! caller may make of that.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use common::readers::{AfterEof, Cut, Drip, Stutter};
use proptest::prelude::*;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::time::{Duration, Instant};
use tidegate_std_io::{At, Budget, Drained, LimitFault, LimitHooks, LimitedStream};

fn fault(error: &io::Error) -> At<LimitFault> {
    *error.get_ref().unwrap().downcast_ref().unwrap()
}

fn cut(expected: u64, received: u64) -> (ErrorKind, At<LimitFault>) {
    let fault = LimitFault::Disconnected { expected, received };
    let offset = received;
    (ErrorKind::UnexpectedEof, At { offset, fault })
}

fn over(limit: u64) -> (ErrorKind, At<LimitFault>) {
    let fault = LimitFault::TooLarge { limit };
    let offset = limit;
    (ErrorKind::FileTooLarge, At { offset, fault })
}

type Ends = Result<(), (ErrorKind, At<LimitFault>)>;

/// The name, the limit, what is in the stream, what comes of it, how that ends,
/// and how much of the stream is left, read by `read` and by `fill_buf`.
type Case = (
    &'static str,
    fn(Cursor<&'static [u8]>) -> LimitedStream<Cursor<&'static [u8]>>,
    &'static str,
    &'static str,
    fn() -> Ends,
    (&'static str, &'static str),
);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("exact none of none", |r| LimitedStream::exact(r, 0), "", "", || Ok(()), ("", "")),
    ("exact none of some", |r| LimitedStream::exact(r, 0), "abc", "", || Ok(()), ("abc", "abc")),
    ("exact all", |r| LimitedStream::exact(r, 3), "abc", "abc", || Ok(()), ("", "")),
    ("exact some", |r| LimitedStream::exact(r, 3), "abcdef", "abc", || Ok(()), ("def", "def")),
    ("exact too many", |r| LimitedStream::exact(r, 5), "abc", "abc", || Err(cut(5, 3)), ("", "")),
    ("exact some of none", |r| LimitedStream::exact(r, 5), "", "", || Err(cut(5, 0)), ("", "")),
    ("exact as many as can be", |r| LimitedStream::exact(r, u64::MAX), "abc", "abc", || Err(cut(u64::MAX, 3)), ("", "")),
    ("at most none of none", |r| LimitedStream::at_most(r, 0), "", "", || Ok(()), ("", "")),
    ("at most none of some", |r| LimitedStream::at_most(r, 0), "abc", "", || Err(over(0)), ("bc", "abc")),
    ("at most, under", |r| LimitedStream::at_most(r, 5), "abc", "abc", || Ok(()), ("", "")),
    ("at most, exactly", |r| LimitedStream::at_most(r, 3), "abc", "abc", || Ok(()), ("", "")),
    ("at most, one over", |r| LimitedStream::at_most(r, 3), "abcd", "abc", || Err(over(3)), ("", "d")),
    ("at most, far over", |r| LimitedStream::at_most(r, 3), "abcdef", "abc", || Err(over(3)), ("ef", "def")),
    ("at most as many as can be", |r| LimitedStream::at_most(r, u64::MAX), "abc", "abc", || Ok(()), ("", "")),
];

fn rest_of<'a>(cursor: &Cursor<&'a [u8]>) -> &'a [u8] {
    &cursor.get_ref()[cursor.position() as usize..]
}

fn ends(outcome: &io::Result<usize>) -> Ends {
    match outcome {
        Ok(read) => {
            assert_eq!(*read, 0);
            Ok(())
        }
        Err(error) => Err((error.kind(), fault(error))),
    }
}

#[test]
fn reads_what_it_may_and_says_how_that_ends() {
    for &(name, limited, input, allowed, expected, (rest, _)) in CASES {
        for size in 1..=8 {
            let mut stream = limited(Cursor::new(input.as_bytes()));
            let mut body = Vec::new();
            let mut buf = vec![0; size];
            let outcome = loop {
                match stream.read(&mut buf) {
                    Ok(0) => break Ok(0),
                    Ok(read) => body.extend_from_slice(&buf[..read]),
                    Err(error) => break Err(error),
                }
            };
            assert_eq!(body, allowed.as_bytes(), "{name}, {size}");
            assert_eq!(ends(&outcome), expected(), "{name}, {size}");
            assert_eq!(
                ends(&stream.read(&mut buf)),
                expected(),
                "{name}, {size}, again"
            );
            assert_eq!(rest_of(stream.get_ref()), rest.as_bytes(), "{name}, {size}");
            assert_eq!(stream.position(), allowed.len() as u64, "{name}");
            assert_eq!(
                stream.remaining(),
                stream.limit() - stream.position(),
                "{name}"
            );
            assert!(stream.is_exhausted(), "{name}");
        }
    }
}

#[test]
fn lends_what_it_may_and_says_how_that_ends() {
    for &(name, limited, input, allowed, expected, (_, rest)) in CASES {
        for size in 1..=8 {
            let mut stream = limited(Cursor::new(input.as_bytes()));
            let mut body = Vec::new();
            let outcome = loop {
                match stream.fill_buf() {
                    Ok([]) => break Ok(0),
                    Ok(window) => {
                        let taken = size.min(window.len());
                        body.extend_from_slice(&window[..taken]);
                        stream.consume(taken);
                    }
                    Err(error) => break Err(error),
                }
            };
            assert_eq!(body, allowed.as_bytes(), "{name}, {size}");
            assert_eq!(ends(&outcome), expected(), "{name}, {size}");
            let again = stream.fill_buf().map(<[u8]>::len);
            assert_eq!(ends(&again), expected(), "{name}, {size}, again");
            assert_eq!(rest_of(stream.get_ref()), rest.as_bytes(), "{name}, {size}");
            assert_eq!(stream.position(), allowed.len() as u64, "{name}");
        }
    }
}

/// Looking does not count, and looking twice does not look further.
#[test]
fn what_is_shown_is_counted_when_it_is_consumed() {
    let mut stream = LimitedStream::at_most(&b"abcdef"[..], 4);
    assert_eq!(stream.fill_buf().unwrap(), b"abcd");
    assert_eq!(stream.fill_buf().unwrap(), b"abcd");
    assert_eq!(stream.position(), 0);
    stream.consume(0);
    stream.consume(3);
    assert_eq!(stream.position(), 3);
    assert_eq!(stream.read(&mut [0; 9]).unwrap(), 1);
    assert_eq!(ends(&stream.fill_buf().map(<[u8]>::len)), Err(over(4)));
    assert_eq!(stream.into_inner(), b"ef");
}

#[test]
fn a_read_of_nothing_says_nothing() {
    let inner = || Cut::new(&b""[..], 0, ErrorKind::Other);
    for mut stream in [
        LimitedStream::exact(inner(), 3),
        LimitedStream::at_most(inner(), 3),
    ] {
        assert_eq!(stream.read(&mut []).unwrap(), 0, "the reader was asked");
        assert!(!stream.is_exhausted());
    }
    let full = || &b"abc"[..];
    for mut stream in [
        LimitedStream::exact(full(), 3),
        LimitedStream::at_most(full(), 3),
    ] {
        for _ in 0..3 {
            assert_eq!(stream.read(&mut []).unwrap(), 0);
            assert_eq!(stream.read(&mut [0]).unwrap(), 1);
        }
        assert_eq!(stream.read(&mut []).unwrap(), 0);
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    }
}

/// After an end or a fault too.
#[test]
fn a_read_of_nothing_asks_no_hook() {
    let calls = Cell::new(0);
    for mut stream in [
        LimitedStream::exact(&b"abc"[..], 3),
        LimitedStream::exact(b"abc", 5),
        LimitedStream::at_most(b"abc", 5),
        LimitedStream::at_most(b"abc", 3),
        LimitedStream::at_most(b"abc", 2),
    ] {
        let _ = io::copy(&mut stream, &mut io::sink());
        let name = format!("{stream:?}");
        let mut stream = stream.with_hooks(Calls(&calls));
        assert_eq!(stream.read(&mut []).unwrap(), 0, "{name}");
        assert_eq!(calls.get(), 0, "{name}");
    }
}

/// Counts how often it is asked.
struct Calls<'a>(&'a Cell<usize>);

impl LimitHooks for Calls<'_> {
    fn on_exhausted(&mut self, _: Option<At<LimitFault>>) -> io::Result<()> {
        self.0.set(self.0.get() + 1);
        Ok(())
    }

    fn on_disconnect(&mut self, _: io::Error) -> io::Result<()> {
        self.0.set(self.0.get() + 1);
        Ok(())
    }
}

/// A socket would wait for ever: not one read is made at the limit, and none
/// after an end.
#[test]
fn no_read_is_made_that_could_only_wait() {
    let mut body = Vec::new();
    let reader = Cut::new(&b"abc"[..], 3, ErrorKind::Other);
    LimitedStream::exact(reader, 3)
        .read_to_end(&mut body)
        .unwrap();
    assert_eq!(body, b"abc");

    for max in [3, 4] {
        let mut stream = LimitedStream::at_most(AfterEof::new(&b"abc"[..]), max);
        stream.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(stream.read(&mut [0; 9]).unwrap(), 0);
    }
    let mut stream = LimitedStream::exact(AfterEof::new(&b"abc"[..]), 4);
    for _ in 0..3 {
        stream.read_to_end(&mut Vec::new()).unwrap_err();
    }
}

#[test]
fn an_error_of_the_reader_passes_unchanged_and_costs_nothing() {
    let kinds = [
        ErrorKind::ConnectionReset,
        ErrorKind::TimedOut,
        ErrorKind::WouldBlock,
    ];
    for kind in kinds {
        for limited in [LimitedStream::exact, LimitedStream::at_most] {
            let mut stream = limited(Cut::new(&b"abc"[..], 3, kind), 9);
            assert_eq!(stream.read(&mut [0; 9]).unwrap(), 3);
            for _ in 0..2 {
                let error = stream.read(&mut [0; 9]).unwrap_err();
                assert_eq!((error.kind(), error.get_ref().is_some()), (kind, false));
                assert_eq!((stream.position(), stream.is_exhausted()), (3, false));
            }
            // It may have been repaired.
            *stream.get_mut() = Cut::new(&b"defghi"[..], usize::MAX, kind);
            let mut rest = String::new();
            stream.read_to_string(&mut rest).unwrap();
            assert_eq!(rest, "defghi");
        }
    }
}

/// The read that looks behind the maximum may fail like any other.
#[test]
fn a_look_behind_the_maximum_is_repeated_after_an_error() {
    let mut stream = LimitedStream::at_most(Stutter::new(&b"abcd"[..]), 3);
    let mut body = Vec::new();
    let mut waits = 0;
    let error = loop {
        match stream.read_to_end(&mut body) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => waits += 1,
            outcome => break outcome.unwrap_err(),
        }
    };
    assert_eq!((error.kind(), fault(&error)), over(3));
    assert_eq!((&body[..], waits), (&b"abc"[..], 2));
}

#[test]
fn one_byte_at_a_time_is_enough() {
    let mut body = String::new();
    let mut stream = LimitedStream::exact(Drip::new(&b"abcdef"[..]), 4);
    stream.read_to_string(&mut body).unwrap();
    assert_eq!((&body[..], stream.get_ref().reads), ("abcd", 4));
}

#[test]
fn a_connection_may_be_reused_behind_a_whole_exact_body() {
    let read = |mut stream: LimitedStream<&'static [u8]>, bytes: usize| {
        let _ = stream
            .by_ref()
            .take(bytes as u64)
            .read_to_end(&mut Vec::new());
        stream.may_reuse_connection()
    };
    #[rustfmt::skip]
    let cases = [
        ("nothing to read", read(LimitedStream::exact(b"GET", 0), 0), true),
        ("unread", read(LimitedStream::exact(b"abcGET", 3), 0), false),
        ("read in part", read(LimitedStream::exact(b"abcGET", 3), 2), false),
        ("read whole, end not seen", read(LimitedStream::exact(b"abcGET", 3), 3), true),
        ("read whole, end seen", read(LimitedStream::exact(b"abcGET", 3), 4), true),
        ("cut short", read(LimitedStream::exact(b"abc", 4), 5), false),
        ("at most, ended", read(LimitedStream::at_most(b"abc", 3), 4), false),
        ("at most, unread", read(LimitedStream::at_most(b"abc", 3), 0), false),
        ("too large", read(LimitedStream::at_most(b"abcd", 3), 5), false),
    ];
    for (name, may, expected) in cases {
        assert_eq!(may, expected, "{name}");
    }
}

const LONG: Duration = Duration::from_secs(3600);

fn drain(
    mut stream: LimitedStream<impl Read>,
    bytes: u64,
    time: Duration,
) -> (io::Result<Drained>, bool) {
    let drained = stream.drain(Budget { bytes, time });
    (drained, stream.may_reuse_connection())
}

#[test]
fn drains_as_far_as_the_budget_goes() {
    use Drained::{All, OutOfBytes, OutOfTime};
    let body = vec![b'x'; 100_000];
    let exact = |length| LimitedStream::exact(&body[..], length);
    let at_most = |max| LimitedStream::at_most(&body[..], max);
    #[rustfmt::skip]
    let cases = [
        ("nothing", exact(0), 0, LONG, All(0), true),
        ("all, budget to spare", exact(100_000), 1 << 20, LONG, All(100_000), true),
        ("all of a part", exact(99_999), u64::MAX, LONG, All(99_999), true),
        ("all, just so", exact(100_000), 100_000, LONG, All(100_000), true),
        ("all but one", exact(100_000), 99_999, LONG, OutOfBytes(99_999), false),
        ("no bytes", exact(100_000), 0, LONG, OutOfBytes(0), false),
        ("no time", exact(100_000), 1 << 20, Duration::ZERO, OutOfTime(0), false),
        ("no time and nothing to read", exact(0), 1 << 20, Duration::ZERO, All(0), true),
        ("at most", at_most(1 << 20), 1 << 20, LONG, All(100_000), false),
        ("at most, budget spent", at_most(1 << 20), 50_000, LONG, OutOfBytes(50_000), false),
        ("at most, end unseen", at_most(1 << 20), 100_000, LONG, OutOfBytes(100_000), false),
        ("the maximum, end unseen", at_most(100_000), 100_000, LONG, OutOfBytes(100_000), false),
        ("the maximum, end seen", at_most(100_000), 100_001, LONG, All(100_000), false),
        ("over the maximum, unseen", at_most(99_999), 99_999, LONG, OutOfBytes(99_999), false),
    ];
    for (name, stream, bytes, time, expected, reusable) in cases {
        let (drained, may_reuse) = drain(stream, bytes, time);
        assert_eq!(drained.unwrap(), expected, "{name}");
        assert_eq!(may_reuse, reusable, "{name}");
    }
    let (drained, _) = drain(exact(100_001), u64::MAX, LONG);
    let error = drained.unwrap_err();
    assert_eq!((error.kind(), fault(&error)), cut(100_001, 100_000));
    let (drained, _) = drain(at_most(99_999), u64::MAX, LONG);
    assert_eq!(drained.unwrap_err().kind(), ErrorKind::FileTooLarge);
}

#[test]
fn draining_leaves_the_next_request_and_retries_what_was_interrupted() {
    let mut connection = &b"unwanted bodyGET / HTTP/1.1\r\n"[..];
    let (drained, _) = drain(LimitedStream::exact(&mut connection, 13), 1 << 20, LONG);
    assert_eq!(drained.unwrap(), Drained::All(13));
    assert_eq!(connection, b"GET / HTTP/1.1\r\n");

    let mut stream = LimitedStream::exact(Stutter::new(&b"abcdef"[..]), 6);
    let budget = Budget {
        bytes: 99,
        time: LONG,
    };
    assert_eq!(
        stream.drain(budget).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    assert_eq!(
        stream.drain(budget).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    assert_eq!(
        stream.drain(budget).unwrap(),
        Drained::All(3),
        "the other 3 were before"
    );
}

#[test]
fn draining_stops_when_the_time_is_over() {
    /// Never ends, and takes its time.
    struct Slow;
    impl Read for Slow {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            std::thread::sleep(Duration::from_millis(2));
            buf.fill(b'x');
            Ok(buf.len())
        }
    }
    let start = Instant::now();
    let (drained, _) = drain(
        LimitedStream::exact(Slow, u64::MAX),
        u64::MAX,
        Duration::from_millis(20),
    );
    assert!(
        matches!(drained, Ok(Drained::OutOfTime(bytes)) if bytes > 0),
        "{drained:?}"
    );
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// What the hooks were asked, and what they are to answer.
#[derive(Default)]
struct Log {
    asked: Vec<String>,
    refuse: bool,
}

impl Log {
    fn answer(&mut self, asked: String) -> io::Result<()> {
        self.asked.push(asked);
        match self.refuse {
            false => Ok(()),
            true => Err(io::Error::other("refused")),
        }
    }
}

impl LimitHooks for &mut Log {
    fn on_exhausted(&mut self, too_large: Option<At<LimitFault>>) -> io::Result<()> {
        self.answer(match too_large {
            None => "exhausted".to_owned(),
            Some(at) => format!("too large at {}", at.offset),
        })
    }

    fn on_disconnect(&mut self, error: io::Error) -> io::Result<()> {
        self.answer(format!("disconnect: {error}"))
    }
}

#[test]
fn hooks_decide_what_an_end_comes_to() {
    let reset = |after| Cut::new(&b"abc"[..], after, ErrorKind::ConnectionReset);
    let whole = || reset(usize::MAX);
    let reset_text = "disconnect: connection reset";
    #[rustfmt::skip]
    let cases = [
        ("exact", LimitedStream::exact(whole(), 2), "ab", "exhausted"),
        ("exact none", LimitedStream::exact(whole(), 0), "", "exhausted"),
        ("exact, cut", LimitedStream::exact(whole(), 5), "abc", "disconnect: the stream ended after 3 of 5 bytes, at byte 3"),
        ("exact, reset", LimitedStream::exact(reset(3), 5), "abc", reset_text),
        ("at most", LimitedStream::at_most(whole(), 5), "abc", "exhausted"),
        ("at most, exactly", LimitedStream::at_most(whole(), 3), "abc", "exhausted"),
        ("at most, over", LimitedStream::at_most(whole(), 2), "ab", "too large at 2"),
        ("at most, reset", LimitedStream::at_most(reset(3), 5), "abc", reset_text),
        ("at most, reset behind it", LimitedStream::at_most(reset(3), 3), "abc", reset_text),
    ];
    for (name, stream, body, asked) in cases {
        // Twice, since an end is asked about at every read there.
        let mut log = Log::default();
        let mut stream = stream.with_hooks(&mut log);
        let mut read = String::new();
        stream.read_to_string(&mut read).unwrap();
        assert_eq!(read, body, "{name}");
        assert_eq!(stream.read(&mut [0; 9]).unwrap(), 0, "{name}");
        stream.into_inner();
        assert_eq!(log.asked, [asked; 2], "{name}");
    }
}

#[test]
fn hooks_may_refuse_a_good_end_and_see_a_lent_one() {
    let mut log = Log {
        refuse: true,
        ..Log::default()
    };
    let mut stream = LimitedStream::exact(&b"abc"[..], 2).with_hooks(&mut log);
    assert_eq!(stream.fill_buf().unwrap(), b"ab");
    stream.consume(2);
    assert_eq!(stream.fill_buf().unwrap_err().to_string(), "refused");
    assert_eq!(stream.read(&mut [0; 9]).unwrap_err().to_string(), "refused");
    assert_eq!(stream.into_inner(), b"c");
    assert_eq!(log.asked, ["exhausted"; 2]);
}

/// What may pass is no end, and no business of a hook.
#[test]
fn hooks_are_not_asked_about_a_reader_that_waits() {
    for kind in [
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::TimedOut,
    ] {
        let mut log = Log::default();
        let reader = BufReader::new(Cut::new(&b""[..], 0, kind));
        let mut stream = LimitedStream::exact(reader, 5).with_hooks(&mut log);
        assert_eq!(stream.read(&mut [0; 9]).unwrap_err().kind(), kind);
        assert_eq!(stream.fill_buf().unwrap_err().kind(), kind);
        stream.into_inner();
        assert_eq!(log.asked, [""; 0]);
    }
}

#[test]
fn a_line_is_cut_at_its_maximum_or_its_end() {
    let mut stream = LimitedStream::exact(&b"one\ntwo\r\nthree"[..], 12);
    let mut line = b"> ".to_vec();
    let mut read = |max| {
        line.truncate(2);
        let read = stream.read_line_max(&mut line, max).unwrap();
        assert_eq!(read, line.len() - 2);
        String::from_utf8(line.clone()).unwrap()
    };
    assert_eq!(read(0), "> ");
    assert_eq!(read(2), "> on");
    assert_eq!(read(2), "> e\n");
    assert_eq!(read(99), "> two\r\n");
    assert_eq!(read(99), "> thr");
    assert_eq!(read(99), "> ");
}

#[test]
fn lines_before_an_error_are_kept() {
    let mut lines = Vec::new();
    let reader = BufReader::new(Cut::new(&b"one\ntw"[..], 6, ErrorKind::ConnectionReset));
    let mut stream = LimitedStream::exact(reader, 9);
    let error = stream.read_lines(&mut lines, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(lines, [&b"one\n"[..], b"tw"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// By `read`, by `fill_buf`, by line, in any order: the same bytes and the
    /// same end.
    #[test]
    fn any_mix_of_ways_to_read_gives_the_same(
        length in 0..60usize,
        limit in 0..60usize,
        exact: bool,
        capacity in 1..20usize,
        ways in prop::collection::vec((0..3, 1..9usize), 1..20),
    ) {
        let input: Vec<u8> = (0..length).map(|i| if i % 7 == 6 { b'\n' } else { b'a' + (i % 26) as u8 }).collect();
        let reader = BufReader::with_capacity(capacity, &input[..]);
        let mut stream = match exact {
            true => LimitedStream::exact(reader, limit as u64),
            false => LimitedStream::at_most(reader, limit as u64),
        };
        let mut body = Vec::new();
        let mut outcome = Ok(());
        for &(way, size) in ways.iter().cycle().take(10_000) {
            let read = match way {
                0 => {
                    let mut buf = [0; 9];
                    let read = stream.read(&mut buf[..size]);
                    body.extend_from_slice(&buf[..*read.as_ref().unwrap_or(&0)]);
                    read
                }
                1 => stream.fill_buf().map(|window| {
                    let window = &window[..size.min(window.len())];
                    body.extend_from_slice(window);
                    window.len()
                }).inspect(|&read| stream.consume(read)),
                _ => stream.read_line_max(&mut body, size),
            };
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    outcome = Err((error.kind(), fault(&error)));
                    break;
                }
            }
        }
        let expected = match exact {
            true if length < limit => Err(cut(limit as u64, length as u64)),
            false if length > limit => Err(over(limit as u64)),
            _ => Ok(()),
        };
        prop_assert_eq!(&body, &input[..length.min(limit)]);
        prop_assert_eq!(outcome, expected);
        prop_assert_eq!(stream.position(), body.len() as u64);
        if exact {
            let mut rest = Vec::new();
            stream.into_inner().read_to_end(&mut rest).unwrap();
            prop_assert_eq!(&rest, &input[length.min(limit)..]);
        }
    }
}

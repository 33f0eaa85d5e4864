//! Lines and chunks: the same from every kind of source, however it arrives and
//! wherever a future is dropped, as core gives from memory.

#![allow(clippy::panic, reason = "a test may")]

mod common;

use bytes::Bytes;
use common::{Drip, cuts, poll_once, said};
use futures_core::Stream;
use std::io::ErrorKind;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use tidegate_async_io::core::testing::every_split;
use tidegate_async_io::core::{ChunkFault, ChunkScanner, Fault, LineFault, LineScanner, Overlong};
use tidegate_async_io::{
    ChunkIter, Frames, FuturesIo, InFrames, LineIter, Source, TokioIo, futures, tokio,
};

const INPUTS: &[&[u8]] = &[
    b"",
    b"one",
    b"one\r\ntwo\rthree\n\nfour",
    b"\r\r\n\n\r",
    b"a line that is too long, and\none that is not\n",
    b"--a--b----c-d---",
    b"a--overlong chunk of all--b",
];

/// Texts, and what the error said that came instead of the next.
type Answer = (Vec<Vec<u8>>, Option<String>);

/// Asks until there is an end or an error, and drops every future at its first
/// `Pending`.
macro_rules! collect {
    ($iter:expr, $next:ident, $fault:ty) => {{
        let mut iter = $iter;
        let mut texts = Vec::new();
        loop {
            match poll_once(iter.$next()) {
                Poll::Pending => {}
                Poll::Ready(None) => break (texts, None),
                Poll::Ready(Some(Ok(token))) => texts.push(token.text().to_vec()),
                Poll::Ready(Some(Err(error))) => {
                    break (texts, Some(said::<$fault>(&error)));
                }
            }
        }
    }};
}

fn lines<R: Source<K>, K>(source: R, scanner: &LineScanner) -> Answer {
    collect!(
        LineIter::with_scanner(source, scanner.clone()),
        next_line,
        LineFault
    )
}

fn chunks<R: Source<K>, K>(source: R, scanner: &ChunkScanner<'_>) -> Answer {
    collect!(
        ChunkIter::with_scanner(source, scanner.clone()),
        next_chunk,
        ChunkFault
    )
}

fn collected<F: Fault>(mut stream: impl Stream<Item = std::io::Result<Bytes>> + Unpin) -> Answer {
    let mut cx = Context::from_waker(Waker::noop());
    let mut texts = Vec::new();
    loop {
        match Pin::new(&mut stream).poll_next(&mut cx) {
            Poll::Pending => {}
            Poll::Ready(None) => return (texts, None),
            Poll::Ready(Some(Ok(text))) => texts.push(text.to_vec()),
            Poll::Ready(Some(Err(error))) => return (texts, Some(said::<F>(&error))),
        }
    }
}

fn each_line<R: Source<K>, K>(source: R, scanner: &LineScanner) -> Answer {
    let mut iter = LineIter::with_scanner(source, scanner.clone());
    let mut texts = Vec::new();
    loop {
        match poll_once(iter.for_each_line(|line| texts.push(line.text().to_vec()))) {
            Poll::Pending => {}
            Poll::Ready(Ok(())) => return (texts, None),
            Poll::Ready(Err(error)) => return (texts, Some(said::<LineFault>(&error))),
        }
    }
}

fn line_scanners() -> [LineScanner; 2] {
    [LineScanner::new(), LineScanner::new().max_len(10)]
}

#[test]
fn lines_are_those_of_core_from_every_source_on_every_cut() {
    for input in INPUTS {
        for scanner in line_scanners() {
            let outcome = every_split(
                || scanner.clone(),
                input,
                |texts, line| texts.push(line.text().to_vec()),
            );
            let expected = (outcome.tokens, outcome.fault.map(|at| format!("{at:?}")));
            for cut in cuts(input) {
                let drip = Drip::new(&cut);
                assert_eq!(lines::<_, FuturesIo>(drip.clone(), &scanner), expected);
                assert_eq!(lines::<_, TokioIo>(drip.clone(), &scanner), expected);
                assert_eq!(
                    lines::<_, InFrames>(Frames::new(drip.clone()), &scanner),
                    expected
                );
                assert_eq!(each_line::<_, FuturesIo>(drip.clone(), &scanner), expected);
                assert_eq!(
                    each_line::<_, InFrames>(Frames::new(drip.clone()), &scanner),
                    expected
                );
                let owned = LineIter::<_, TokioIo>::with_scanner(drip.clone(), scanner.clone());
                assert_eq!(collected::<LineFault>(owned.into_bytes()), expected);
                let frames = Frames::new(drip);
                let owned = LineIter::<_, InFrames>::with_scanner(frames, scanner.clone());
                assert_eq!(collected::<LineFault>(owned.into_bytes()), expected);
            }
        }
    }
}

#[test]
fn chunks_are_those_of_core_from_every_source_on_every_cut() {
    for input in INPUTS {
        for max in [1 << 20, 10] {
            let scanner = ChunkScanner::new(b"--").unwrap().max_len(max);
            let outcome = every_split(
                || scanner.clone(),
                input,
                |texts, chunk| texts.push(chunk.text().to_vec()),
            );
            let expected = (outcome.tokens, outcome.fault.map(|at| format!("{at:?}")));
            for cut in cuts(input) {
                let drip = Drip::new(&cut);
                assert_eq!(chunks::<_, FuturesIo>(drip.clone(), &scanner), expected);
                assert_eq!(chunks::<_, TokioIo>(drip.clone(), &scanner), expected);
                let frames = Frames::new(drip);
                let owned = ChunkIter::<_, InFrames>::with_scanner(frames, scanner.clone());
                assert_eq!(collected::<ChunkFault>(owned.into_bytes()), expected);
            }
        }
    }
}

#[test]
fn an_overlong_line_is_an_error_once_where_it_is_skipped() {
    let scanner = LineScanner::new().max_len(3).overlong(Overlong::Skip);
    for cut in cuts(b"one\ntoo long\ntwo\n") {
        let drip = Drip::new(&cut);
        let mut iter = LineIter::<_, FuturesIo>::with_scanner(drip, scanner.clone());
        let mut seen = Vec::new();
        loop {
            match poll_once(iter.next_line()) {
                Poll::Pending => {}
                Poll::Ready(None) => break,
                Poll::Ready(Some(Ok(line))) => seen.push(line.text().to_vec()),
                Poll::Ready(Some(Err(error))) => {
                    assert_eq!(error.kind(), ErrorKind::FileTooLarge);
                    seen.push(b"error".to_vec());
                }
            }
        }
        assert_eq!(seen, [&b"one"[..], b"error", b"two"]);
    }
}

#[test]
fn what_came_before_an_error_comes_before_it_and_no_end_behind_it() {
    let (reset, scanner) = (ErrorKind::ConnectionReset, LineScanner::new());
    for cut in cuts(b"one\ntwo\r") {
        let texts = vec![b"one".to_vec(), b"two".to_vec()];
        let drip = Drip::failing(&cut, reset);
        let expected = (texts.clone(), Some("ConnectionReset".to_owned()));
        assert_eq!(lines::<_, FuturesIo>(drip.clone(), &scanner), expected);
        assert_eq!(lines::<_, TokioIo>(drip.clone(), &scanner), expected);
        let mut frames = LineIter::<_, InFrames>::new(Frames::new(drip));
        let mut seen = Vec::new();
        let mut errors = 0;
        while errors < 3 {
            match poll_once(frames.next_line()) {
                Poll::Pending => {}
                Poll::Ready(Some(Ok(line))) => seen.push(line.text().to_vec()),
                Poll::Ready(Some(Err(_))) => errors += 1,
                Poll::Ready(None) => panic!("a clean end behind an error"),
            }
        }
        assert_eq!(seen, texts);
    }
}

#[test]
fn nothing_is_pulled_before_it_is_asked_for() {
    let mut iter = LineIter::<_, InFrames>::new(Frames::new(Drip::new(&[b"one\n", b"two\n"])));
    assert_eq!(iter.get_ref().get_ref().polls, 0);
    assert!(poll_once(iter.next_line()).is_pending());
    let Poll::Ready(Some(Ok(line))) = poll_once(iter.next_line()) else {
        panic!("the frame is there")
    };
    assert_eq!(line.text(), b"one");
    assert_eq!(iter.get_ref().get_ref().polls, 2);
}

#[test]
fn a_token_within_a_frame_is_no_copy() {
    let frame = Bytes::from_static(b"one\ntwo\nthr");
    let range = frame.as_ptr_range();
    let stream = ::futures::stream::iter([Ok::<_, std::io::Error>(frame.clone())]);
    let lines = tidegate_async_io::frames::make_line_iter(stream).into_bytes();
    let lines: Vec<_> = ::futures::executor::block_on_stream(lines).collect();
    let lines: Vec<Bytes> = lines.into_iter().map(Result::unwrap).collect();
    assert_eq!(lines, ["one", "two", "thr"]);
    assert!(lines[..2].iter().all(|line| range.contains(&line.as_ptr())));
}

#[test]
fn what_was_not_handed_out_stays_in_the_source() {
    let mut source = &b"one\ntwo\nthree"[..];
    let mut lines = futures::make_line_iter(&mut source);
    let first = ::futures::executor::block_on(lines.next_line());
    assert_eq!(first.unwrap().unwrap().text(), b"one");
    let (rest, carried) = lines.into_parts();
    assert_eq!((&rest[..], &carried[..]), (&b"two\nthree"[..], &b""[..]));
    let chunks = tokio::make_chunk_iter(&b"a"[..], b"").map(drop);
    assert!(chunks.is_err(), "a separator is not empty");
}

#[test]
fn kept_items_are_consumed_when_they_are_taken() {
    let mut source = &b"one\ntwo\nthree\nfour"[..];
    for (taken, rest) in [
        (0, "one\ntwo\nthree\nfour"),
        (2, "three\nfour"),
        (1, "four"),
    ] {
        let lines = tokio::make_line_iter(&mut source).into_bytes();
        let mut lines = ::futures::executor::block_on_stream(lines);
        assert!(lines.by_ref().take(taken).all(|line| line.is_ok()));
        let (left, carried) = lines.into_inner().into_parts();
        assert_eq!((&left[..], &carried[..]), (rest.as_bytes(), &b""[..]));
    }
}

/// More of them than a block holds, and of lengths about its own and about that from
/// which on they are alone in one.
#[test]
fn kept_items_are_all_there_whatever_their_lengths() {
    let lens = [
        0, 1, 70_000, 65_535, 3, 65_536, 65_537, 2, 16_383, 16_384, 5,
    ];
    let lens = lens.into_iter().chain(2045..2051).chain(16_380..16_388);
    let lens = lens.chain((0..6000).map(|len| len % 7));
    let texts: Vec<String> = lens.map(|len| "x".repeat(len)).collect();
    let input = texts.join("\n") + "\n";
    let texts: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    let expected = (texts, None);
    let whole = LineIter::<_, TokioIo>::new(input.as_bytes()).into_bytes();
    assert_eq!(collected::<LineFault>(whole), expected);
    for size in [100, 8192, 66_000] {
        let pieces: Vec<&[u8]> = input.as_bytes().chunks(size).collect();
        let drip = Drip::new(&pieces);
        let lines = LineIter::<_, FuturesIo>::new(drip.clone()).into_bytes();
        assert_eq!(collected::<LineFault>(lines), expected);
        let lines = LineIter::<_, InFrames>::new(Frames::new(drip)).into_bytes();
        assert_eq!(collected::<LineFault>(lines), expected);
    }
}

#[test]
fn they_may_be_sent_to_another_thread() {
    fn check<T: Send + Sync + Unpin>(_: &T) {}
    check(&futures::make_line_iter(&b""[..]));
    check(&tokio::make_line_iter(&b""[..]).into_bytes());
    check(&tokio::make_chunk_iter(&b""[..], b"-").unwrap());
    fn sends<T: Send>(_: &T) {}
    let mut lines = tokio::make_line_iter(&b""[..]);
    sends(&lines.next_line());
}

/// Times out once where its first piece is used up, and goes on.
struct Late {
    pieces: [&'static [u8]; 2],
    is_late: bool,
}

impl futures_io::AsyncRead for Late {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<std::io::Result<usize>> {
        panic!("it is read by its buffer")
    }
}

impl futures_io::AsyncBufRead for Late {
    fn poll_fill_buf(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<std::io::Result<&[u8]>> {
        if self.pieces[0].is_empty() && !self.is_late {
            self.is_late = true;
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        let this = self.get_mut();
        Poll::Ready(Ok(match this.pieces {
            [[], piece] | [piece, _] => piece,
        }))
    }

    fn consume(mut self: Pin<&mut Self>, amount: usize) {
        let [first, second] = &mut self.pieces;
        let piece = if first.is_empty() { second } else { first };
        *piece = &piece[amount..];
    }
}

/// A `\r` is all of a line, or half of its end: nobody is to be told before it is
/// known, and the line is not to be lost meanwhile.
#[test]
fn a_line_is_not_lost_to_a_timeout() {
    let late = Late {
        pieces: [b"one\r", b"\ntwo"],
        is_late: false,
    };
    let mut lines = futures::make_line_iter(late);
    let Poll::Ready(Some(Err(error))) = poll_once(lines.next_line()) else {
        panic!("it is late")
    };
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    for expected in [&b"one"[..], b"two"] {
        let Poll::Ready(Some(Ok(line))) = poll_once(lines.next_line()) else {
            panic!("there is one")
        };
        assert_eq!(line.text(), expected);
    }
}

/// Lines of all lengths, some too long, so that blocks that are shared come between
/// looks at more than those hold.
#[test]
fn owned_lines_are_the_lent_ones_whatever_becomes_of_long_ones() {
    let mut input = Vec::new();
    let mut random = 1_u64;
    while input.len() < 1 << 20 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let len = match random >> 60 {
            0..10 => random >> 33 & 31,
            10..14 => random >> 33 & 1023,
            14 => random >> 33 & 8191,
            _ => random >> 33 & 65_535,
        };
        input.extend((0..len).map(|at| b'a' + (at % 26) as u8));
        input.extend_from_slice([&b"\n"[..], b"\r\n", b"\r"][(random >> 40) as usize % 3]);
    }
    let said = |line: std::io::Result<Vec<u8>>| line.map_err(|error| said::<LineFault>(&error));
    for overlong in [Overlong::Skip, Overlong::Fragment] {
        for max in [20, 700, 5000, 20_000] {
            let scanner = LineScanner::new().max_len(max).overlong(overlong);
            for size in [1000, 17 << 10, 64 << 10, input.len()] {
                let drip = Drip::new(&input.chunks(size).collect::<Vec<_>>());
                let mut iter =
                    LineIter::<_, FuturesIo>::with_scanner(drip.clone(), scanner.clone());
                let mut expected = Vec::new();
                loop {
                    match poll_once(iter.next_line()) {
                        Poll::Pending => {}
                        Poll::Ready(None) => break,
                        Poll::Ready(Some(line)) => {
                            expected.push(said(line.map(|line| line.text().to_vec())));
                        }
                    }
                }
                let frames = LineIter::<_, InFrames>::with_scanner(
                    Frames::new(drip.clone()),
                    scanner.clone(),
                );
                let reader = LineIter::<_, FuturesIo>::with_scanner(drip, scanner.clone());
                let streams: [Pin<Box<dyn Stream<Item = std::io::Result<Bytes>>>>; 2] =
                    [Box::pin(frames.into_bytes()), Box::pin(reader.into_bytes())];
                for mut stream in streams {
                    let mut cx = Context::from_waker(Waker::noop());
                    let mut seen = Vec::new();
                    loop {
                        match stream.as_mut().poll_next(&mut cx) {
                            Poll::Pending => {}
                            Poll::Ready(None) => break,
                            Poll::Ready(Some(line)) => {
                                seen.push(said(line.map(|line| line.to_vec())));
                            }
                        }
                    }
                    assert!(seen == expected, "{overlong:?} {max} {size}");
                }
            }
        }
    }
}

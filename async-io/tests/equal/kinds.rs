//! What each kind of source gives of an input, and what core alone and the blocking
//! crate give of it: the tests hold them to each other on a table of cases and on
//! inputs at random, and a fuzz target on those it thinks of.
#![allow(unreachable_pub, reason = "the fuzz target is held to it too")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use super::common::{Drip, poll_once};
use super::machine::{self, Arriving};
use bytes::Bytes;
use futures_core::Stream;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use tidegate_async_io::core::{
    At, ChunkFault, ChunkScanner, DecodeFault, Decoded, Decoder, Ending, Fault, LimitFault,
    LineFault, LineScanner, Piece, Scan,
};
use tidegate_async_io::{
    ChunkIter, Frames, FuturesIo, InFrames, LimitedStream, LineIter, Multipart, Source, TokioIo,
};
use tidegate_std_io as blocking;

/// An input, how it arrives, and how it ends.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    pub pieces: Vec<&'a [u8]>,
    /// Instead of the end, again and again.
    pub error: Option<ErrorKind>,
    /// It is interrupted before each piece.
    pub stutters: bool,
    pub limit: Option<Limit>,
}

/// A limit between the source and the room.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub exact: bool,
    pub max: u64,
}

impl Limit {
    fn of<R: Source<K>, K>(self, source: R) -> LimitedStream<R, K> {
        match self.exact {
            true => LimitedStream::exact(source, self.max),
            false => LimitedStream::at_most(source, self.max),
        }
    }

    fn blocking<R: BufRead>(self, reader: R) -> blocking::LimitedStream<R> {
        match self.exact {
            true => blocking::LimitedStream::exact(reader, self.max),
            false => blocking::LimitedStream::at_most(reader, self.max),
        }
    }
}

impl<'a> Arrival<'a> {
    pub(crate) fn drip(&self) -> Drip {
        let drip = match self.error {
            Some(kind) => Drip::failing(&self.pieces, kind),
            None => Drip::new(&self.pieces),
        };
        match self.stutters {
            true => drip.stuttering(),
            false => drip,
        }
    }

    /// Two blocking readers: of all at once, and of each piece by itself.
    pub(crate) fn readers(&self, input: &'a [u8]) -> [Pieces<'a>; 2] {
        let whole = Pieces {
            pieces: [input].into_iter().filter(|all| !all.is_empty()).collect(),
            error: self.error,
            stutters: false,
            interrupted: false,
        };
        let pieces = self.pieces.iter().copied();
        let dripping = Pieces {
            pieces: pieces.filter(|piece| !piece.is_empty()).collect(),
            stutters: self.stutters,
            ..whole.clone()
        };
        [whole, dripping]
    }

    fn limited(&self, input: &'a [u8]) -> [Box<dyn BufRead + 'a>; 2] {
        self.readers(input).map(|reader| -> Box<dyn BufRead + 'a> {
            match self.limit {
                Some(limit) => Box::new(limit.blocking(reader)),
                None => Box::new(reader),
            }
        })
    }
}

/// A blocking reader of these pieces.
#[derive(Clone, Debug)]
pub(crate) struct Pieces<'a> {
    pieces: VecDeque<&'a [u8]>,
    error: Option<ErrorKind>,
    stutters: bool,
    interrupted: bool,
}

impl Pieces<'_> {
    pub(crate) fn left(&self) -> Vec<u8> {
        self.pieces.iter().copied().flatten().copied().collect()
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, mut buf: &mut [u8]) -> io::Result<usize> {
        let len = buf.write(self.fill_buf()?)?;
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Pieces<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.stutters && !mem::replace(&mut self.interrupted, true) {
            return Err(ErrorKind::Interrupted.into());
        }
        match (self.pieces.front(), self.error) {
            (Some(piece), _) => Ok(piece),
            (None, Some(kind)) => Err(kind.into()),
            (None, None) => Ok(&[]),
        }
    }

    fn consume(&mut self, amount: usize) {
        let Some(piece) = self.pieces.front_mut() else {
            return assert_eq!(amount, 0);
        };
        *piece = &piece[amount..];
        if piece.is_empty() {
            self.pieces.pop_front();
            self.interrupted = false;
        }
    }
}

/// The same room over every kind of source that an input arrives by.
macro_rules! over_each_kind {
    ($arrival:expr, $room:ident($($setting:expr),*)) => {{
        let drip = || $arrival.drip();
        let frames = || Frames::new($arrival.drip());
        match $arrival.limit {
            Some(limit) => [
                $room::<_, FuturesIo>(limit.of::<_, FuturesIo>(drip()), $($setting),*),
                $room::<_, TokioIo>(limit.of::<_, TokioIo>(drip()), $($setting),*),
                $room::<_, InFrames>(limit.of::<_, InFrames>(frames()), $($setting),*),
            ],
            None => [
                $room::<_, FuturesIo>(drip(), $($setting),*),
                $room::<_, TokioIo>(drip(), $($setting),*),
                $room::<_, InFrames>(frames(), $($setting),*),
            ],
        }
    }};
}

/// Items, with the errors between them, to the end or to an error that sticks.
type Items<T> = Vec<Result<T, String>>;

fn collect<T: PartialEq, F: Fault>(
    mut next: impl FnMut() -> Poll<Option<io::Result<T>>>,
) -> Items<T> {
    let mut items = Vec::new();
    loop {
        let item = match next() {
            Poll::Pending => continue,
            Poll::Ready(None) => break,
            Poll::Ready(Some(item)) => item.map_err(|error| said::<F>(&error)),
        };
        if item.is_err() && items.last() == Some(&item) {
            return items;
        }
        items.push(item);
    }
    assert!(matches!(next(), Poll::Ready(None)), "an end sticks");
    items
}

/// A fault with its offset, that of a limit too, or the kind of another error.
pub(crate) fn said<F: Fault>(error: &io::Error) -> String {
    let cause = error.get_ref();
    if let Some(at) = cause.and_then(|cause| cause.downcast_ref::<At<F>>()) {
        format!("{at:?}, {:?}", error.kind())
    } else if let Some(at) = cause.and_then(|cause| cause.downcast_ref::<At<LimitFault>>()) {
        format!("{at:?}, {:?}", error.kind())
    } else {
        format!("{:?}", error.kind())
    }
}

fn collect_stream<F: Fault>(
    mut stream: impl Stream<Item = io::Result<Bytes>> + Unpin,
) -> Items<Vec<u8>> {
    let mut cx = Context::from_waker(Waker::noop());
    collect::<_, F>(|| {
        let next = Pin::new(&mut stream).poll_next(&mut cx);
        next.map(|item| item.map(|item| item.map(Into::into)))
    })
}

pub(crate) fn assert_all<T: PartialEq + Debug>(answers: [T; 3], expected: &T, how: &str) {
    for (kind, answer) in ["futures", "tokio", "frames"].iter().zip(&answers) {
        assert_eq!(answer, expected, "{how}, {kind}");
    }
}

/// What the blocking crate and core both make of it.
fn agreed<T: PartialEq + Debug>(blocking: [T; 2], core: &T, how: &str) -> T {
    let [whole, dripping] = blocking;
    assert_eq!(&whole, core, "{how}, core");
    assert_eq!(dripping, whole, "{how}, blocking");
    whole
}

fn core_items<M: Scan, T>(
    machine: M,
    arrival: &Arrival<'_>,
    mut see: impl FnMut(M::Token<'_>) -> T,
) -> Items<T> {
    let mut items = Vec::new();
    machine::each(machine, &mut Arriving::new(arrival), |item| {
        items.push(match item {
            Ok(token) => Ok(see(token)),
            Err(error) => Err(said::<M::Fault>(&error)),
        });
    });
    items
}

type Line = (Vec<u8>, Ending, Piece);

fn line(line: tidegate_async_io::core::Line<'_>) -> Line {
    (line.text().to_vec(), line.ending(), line.piece())
}

fn lent_lines<R: Source<K>, K>(source: R, scanner: &LineScanner) -> Items<Line> {
    let mut lines = LineIter::with_scanner(source, scanner.clone());
    collect::<_, LineFault>(|| {
        poll_once(lines.next_line()).map(|next| next.map(|next| next.map(line)))
    })
}

fn visited_lines<R: Source<K>, K>(source: R, scanner: &LineScanner) -> Items<Line> {
    let mut lines = LineIter::with_scanner(source, scanner.clone());
    let mut items = Vec::new();
    loop {
        let error = match poll_once(lines.for_each_line(|found| items.push(Ok(line(found))))) {
            Poll::Pending => continue,
            Poll::Ready(Ok(())) => return items,
            Poll::Ready(Err(error)) => Err(said::<LineFault>(&error)),
        };
        if items.last() == Some(&error) {
            return items;
        }
        items.push(error);
    }
}

fn owned_lines<R: Source<K>, K>(source: R, scanner: &LineScanner) -> Items<Vec<u8>> {
    let lines = LineIter::with_scanner(source, scanner.clone());
    collect_stream::<LineFault>(lines.into_bytes())
}

/// Lines, lent, visited and kept.
pub fn lines_are_equal(input: &[u8], arrival: &Arrival<'_>, scanner: &LineScanner) {
    let blocking = arrival.limited(input).map(|reader| {
        let mut lines = blocking::LineIter::with_scanner(reader, scanner.clone());
        collect::<_, LineFault>(|| Poll::Ready(lines.next_line().map(|next| next.map(line))))
    });
    let core = core_items(scanner.clone(), arrival, line);
    let expected = agreed(blocking, &core, "lines");
    assert_all(
        over_each_kind!(arrival, lent_lines(scanner)),
        &expected,
        "lent lines",
    );
    assert_all(
        over_each_kind!(arrival, visited_lines(scanner)),
        &expected,
        "visited lines",
    );
    let texts = expected.into_iter().map(|item| item.map(|(text, ..)| text));
    let texts = texts.collect();
    assert_all(
        over_each_kind!(arrival, owned_lines(scanner)),
        &texts,
        "owned lines",
    );
}

type Chunk = (Vec<u8>, bool, Piece);

fn chunk(chunk: tidegate_async_io::core::Chunk<'_>) -> Chunk {
    (chunk.text().to_vec(), chunk.is_terminated(), chunk.piece())
}

fn lent_chunks<R: Source<K>, K>(source: R, scanner: &ChunkScanner<'_>) -> Items<Chunk> {
    let mut chunks = ChunkIter::with_scanner(source, scanner.clone());
    collect::<_, ChunkFault>(|| {
        poll_once(chunks.next_chunk()).map(|next| next.map(|next| next.map(chunk)))
    })
}

fn owned_chunks<R: Source<K>, K>(source: R, scanner: &ChunkScanner<'_>) -> Items<Vec<u8>> {
    let chunks = ChunkIter::with_scanner(source, scanner.clone());
    collect_stream::<ChunkFault>(chunks.into_bytes())
}

/// Chunks, lent and kept.
pub fn chunks_are_equal(input: &[u8], arrival: &Arrival<'_>, scanner: &ChunkScanner<'_>) {
    let blocking = arrival.limited(input).map(|reader| {
        let mut chunks = blocking::ChunkIter::with_scanner(reader, scanner.clone());
        collect::<_, ChunkFault>(|| Poll::Ready(chunks.next_chunk().map(|next| next.map(chunk))))
    });
    let core = core_items(scanner.clone(), arrival, chunk);
    let expected = agreed(blocking, &core, "chunks");
    assert_all(
        over_each_kind!(arrival, lent_chunks(scanner)),
        &expected,
        "lent chunks",
    );
    let texts = expected.into_iter().map(|item| item.map(|(text, ..)| text));
    let texts = texts.collect();
    assert_all(
        over_each_kind!(arrival, owned_chunks(scanner)),
        &texts,
        "owned chunks",
    );
}

/// The head of a part, and what was read of its data.
type Entry = (Vec<u8>, Vec<u8>);

/// What was read of each part, and the error that came then.
type Entries = (Vec<Entry>, Option<String>);

fn parts<R: Source<K>, K>(source: R, decoder: &Decoder, passes: &[bool]) -> Entries {
    let mut multipart = Multipart::new(source, decoder.clone());
    let mut passes = passes.iter().copied().cycle();
    let mut entries = Vec::new();
    let error = loop {
        let mut part = match poll_once(multipart.next_part()) {
            Poll::Pending => continue,
            Poll::Ready(Ok(None)) => return (entries, None),
            Poll::Ready(Ok(Some(part))) => part,
            Poll::Ready(Err(error)) => break said::<DecodeFault>(&error),
        };
        let mut data: Vec<u8> = Vec::new();
        let passed = passes.next() == Some(true);
        let failed = loop {
            if passed {
                break None;
            }
            match poll_once(part.next_data()) {
                Poll::Pending => {}
                Poll::Ready(None) => break None,
                Poll::Ready(Some(Ok(more))) => data.extend(more),
                Poll::Ready(Some(Err(error))) => break Some(said::<DecodeFault>(&error)),
            }
        };
        entries.push((part.head().as_bytes().to_vec(), data));
        if let Some(error) = failed {
            break error;
        }
    };
    loop {
        match poll_once(multipart.next_part()) {
            Poll::Pending => {}
            Poll::Ready(Ok(_)) => panic!("{error} does not stick"),
            Poll::Ready(Err(again)) => {
                assert_eq!(said::<DecodeFault>(&again), error, "it sticks");
                return (entries, Some(error));
            }
        }
    }
}

fn blocking_parts(reader: impl BufRead, decoder: Decoder, passes: &[bool]) -> Entries {
    let mut multipart = blocking::Multipart::new(reader, decoder);
    let mut passes = passes.iter().copied().cycle();
    let mut entries = Vec::new();
    loop {
        let read = match multipart.next_part() {
            Ok(None) => return (entries, None),
            Ok(Some(mut part)) => {
                let mut data = Vec::new();
                let read = match passes.next() {
                    Some(true) => Ok(0),
                    _ => part.copy_to(&mut data),
                };
                entries.push((part.head().as_bytes().to_vec(), data));
                read
            }
            Err(error) => Err(error),
        };
        if let Err(error) = read {
            return (entries, Some(said::<DecodeFault>(&error)));
        }
    }
}

fn core_parts(arrival: &Arrival<'_>, decoder: Decoder, passes: &[bool]) -> Entries {
    let mut passes = passes.iter().copied().cycle();
    let mut entries: Vec<Entry> = Vec::new();
    let mut passed = false;
    let mut failed = None;
    machine::each(decoder, &mut Arriving::new(arrival), |item| match item {
        Ok(Decoded::Head(head)) => {
            passed = passes.next() == Some(true);
            entries.push((head.as_bytes().to_vec(), Vec::new()));
        }
        Ok(Decoded::Data(more)) if !passed => entries.last_mut().unwrap().1.extend(more),
        Ok(_) => {}
        Err(error) => failed = Some(said::<DecodeFault>(&error)),
    });
    (entries, failed)
}

/// Parts, of which some are passed over: `passes`, in turns.
pub fn parts_are_equal(input: &[u8], arrival: &Arrival<'_>, decoder: &Decoder, passes: &[bool]) {
    let blocking = arrival
        .limited(input)
        .map(|reader| blocking_parts(reader, decoder.clone(), passes));
    let core = core_parts(arrival, decoder.clone(), passes);
    let expected = agreed(blocking, &core, "parts");
    let answers = over_each_kind!(arrival, parts(decoder, passes));
    assert_all(answers, &expected, "parts");
}

/// What a limit lets through, how it ends, where it stands then, and how much it
/// left in the source.
type Passed = (Vec<u8>, Option<String>, u64, usize);

fn read_all(
    mut read: impl FnMut(&mut [u8]) -> Poll<io::Result<usize>>,
    size: usize,
) -> (Vec<u8>, Option<String>) {
    let mut buf = vec![0; size.clamp(1, 1 << 12)];
    let mut all = Vec::new();
    let mut once = |all: &mut Vec<u8>| loop {
        match read(&mut buf) {
            Poll::Pending => {}
            Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
            Poll::Ready(Err(error)) => return Err(said::<LimitFault>(&error)),
            Poll::Ready(Ok(len)) => {
                all.extend_from_slice(&buf[..len]);
                return Ok(len);
            }
        }
    };
    let error = loop {
        match once(&mut all) {
            Ok(0) => break None,
            Ok(_) => {}
            Err(error) => break Some(error),
        }
    };
    let again = once(&mut all);
    assert_eq!(again, error.clone().map_or(Ok(0), Err), "it sticks");
    (all, error)
}

/// What comes through the limit, in reads of that size.
pub fn limits_are_equal(input: &[u8], arrival: &Arrival<'_>, limit: Limit, size: usize) {
    let mut cx = Context::from_waker(Waker::noop());
    let blocking = arrival.readers(input).map(|reader| -> Passed {
        let mut stream = limit.blocking(reader);
        // A blocking `read` takes the byte behind a maximum, which a look at the
        // buffer leaves, as all async ones do.
        let mut read = |mut buf: &mut [u8]| {
            let len = buf.write(stream.fill_buf()?)?;
            stream.consume(len);
            Ok(len)
        };
        let (all, error) = read_all(|buf| Poll::Ready(read(buf)), size);
        let position = stream.position();
        (all, error, position, stream.get_ref().left().len())
    });
    let mut arriving = Arriving::new(&Arrival {
        limit: Some(limit),
        ..arrival.clone()
    });
    let mut read = |mut buf: &mut [u8]| {
        let len = buf.write(arriving.look()?)?;
        arriving.take(len);
        Ok(len)
    };
    let (all, error) = read_all(|buf| Poll::Ready(read(buf)), size);
    let core = (all, error, arriving.position(), arriving.left());
    let expected = agreed(blocking, &core, "limits");

    let mut stream: LimitedStream<_, FuturesIo> = limit.of(arrival.drip());
    let read =
        |buf: &mut [u8]| futures_io::AsyncRead::poll_read(Pin::new(&mut stream), &mut cx, buf);
    let (all, error) = read_all(read, size);
    let futures = (all, error, stream.position(), stream.get_ref().rest().len());

    let mut stream: LimitedStream<_, TokioIo> = limit.of(arrival.drip());
    let read = |buf: &mut [u8]| {
        let mut buf = tokio::io::ReadBuf::new(buf);
        let ready = tokio::io::AsyncRead::poll_read(Pin::new(&mut stream), &mut cx, &mut buf);
        ready.map_ok(|()| buf.filled().len())
    };
    let (all, error) = read_all(read, size);
    let tokio = (all, error, stream.position(), stream.get_ref().rest().len());

    let mut stream: LimitedStream<_, InFrames> = limit.of(Frames::new(arrival.drip()));
    let read =
        |buf: &mut [u8]| futures_io::AsyncRead::poll_read(Pin::new(&mut stream), &mut cx, buf);
    let (all, error) = read_all(read, size);
    let position = stream.position();
    let (source, frame) = stream.into_inner().into_parts();
    let frames = (all, error, position, frame.len() + source.rest().len());
    assert_all([futures, tokio, frames], &expected, "limits");
}

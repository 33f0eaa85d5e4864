//! The one loop which reads: it fills, offers, lends and consumes. Everything
//! that is decided about the bytes is decided by the machine.

use crate::limit::{Budget, Drained};
use crate::owned::Batch;
use std::io::{self, BufRead, ErrorKind, Read};
use std::ops::ControlFlow;
use std::time::Instant;
use tidegate_core::{Event, Feed, Offer, Placed, Scan};

pub(crate) struct Drive<R: BufRead, M> {
    /// `None` only behind `into_parts`.
    reader: Option<R>,
    feed: Feed<M, Vec<u8>>,
    /// Bytes of the reader's buffer that the last token was lent from. They are
    /// consumed when the next is asked for, or the reader is given back.
    owed: usize,
    source: Source,
}

/// Takes tokens, a window of them at a time where they lie whole in it.
pub(crate) trait Visit<M: Scan, B> {
    /// Takes those that lie whole in the window; says how many bytes they were.
    fn window(&mut self, machine: &mut M, window: &[u8]) -> (usize, ControlFlow<B>);

    fn token(&mut self, token: M::Token<'_>) -> ControlFlow<B>;
}

/// Takes them one by one.
pub(crate) struct Each<F>(pub(crate) F);

impl<M: Scan, B, F: FnMut(M::Token<'_>) -> ControlFlow<B>> Visit<M, B> for Each<F> {
    #[inline]
    fn window(&mut self, machine: &mut M, window: &[u8]) -> (usize, ControlFlow<B>) {
        let mut flow = ControlFlow::Continue(());
        let used = machine.scan_all(window, &mut |found, bytes| {
            flow = (self.0)(M::token(found, bytes));
            flow.is_continue()
        });
        (used, flow)
    }

    #[inline]
    fn token(&mut self, token: M::Token<'_>) -> ControlFlow<B> {
        (self.0)(token)
    }
}

/// What to expect of the reader.
enum Source {
    Reads,
    /// It said its end. It is not asked again: a terminal would read on.
    Ended,
    /// It failed after the token just handed out.
    Fails(io::Error),
    /// The machine and the reader no longer agree on where they are.
    Lost,
}

/// Where the next token lies.
enum Lies<F> {
    /// At the front of the reader's buffer.
    Front(F),
    Placed(Placed<F>),
    /// In the carry, or empty: the reader has nothing.
    AtEnd(Placed<F>),
}

impl<R: BufRead, M: Scan> Drive<R, M> {
    pub(crate) fn new(reader: R, machine: M) -> Self {
        #[expect(clippy::expect_used, reason = "a Vec holds any reach")]
        let feed = Feed::new(machine, Vec::new()).expect("a Vec has room");
        Self {
            reader: Some(reader),
            feed,
            owed: 0,
            source: Source::Reads,
        }
    }

    pub(crate) fn machine(&self) -> &M {
        self.feed.machine()
    }

    pub(crate) fn reader(&self) -> &R {
        #[expect(
            clippy::expect_used,
            reason = "only into_parts takes it, and self with it"
        )]
        self.reader.as_ref().expect("the reader is here")
    }

    pub(crate) fn reader_mut(&mut self) -> &mut R {
        present(&mut self.reader)
    }

    /// The reader, with all that was handed out consumed, and the start of a
    /// token which straddles what was read.
    pub(crate) fn into_parts(mut self) -> (R, Vec<u8>) {
        self.settle();
        let rest = self.feed.rest().to_vec();
        #[expect(clippy::expect_used, reason = "taken here and nowhere else")]
        let reader = self.reader.take().expect("the reader is here");
        (reader, rest)
    }

    /// The next token, lent from the reader's buffer or from the carry.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<io::Result<M::Token<'_>>> {
        self.settle();
        // A buffer may not be lent out of a loop that can fill it again, so
        // without this every token would cost a second look.
        if self.feed.is_ready() && matches!(self.source, Source::Reads) {
            return Some(match present(&mut self.reader).fill_buf() {
                Ok(window) => match self.feed.glance(window) {
                    Some((used, found)) => {
                        self.owed = used;
                        Ok(M::token(found, window))
                    }
                    None => Err(lost()),
                },
                Err(error) => Err(error),
            });
        }
        self.next_slowly()
    }

    #[inline(never)]
    fn next_slowly(&mut self) -> Option<io::Result<M::Token<'_>>> {
        match self.advance() {
            Ok(Some(lies)) => Some(self.token(lies)),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Hands every token to the visitor until that breaks, the fast way.
    #[inline]
    pub(crate) fn visit_all<B>(
        &mut self,
        mut visitor: impl Visit<M, B>,
    ) -> io::Result<ControlFlow<B>> {
        loop {
            if let Source::Reads = self.source {
                self.settle();
                let (used, flow) = self.look(|feed, source, window, _| {
                    let Some(machine) = feed.in_place() else {
                        return (0, ControlFlow::Continue(()));
                    };
                    // Should the visitor panic, nobody knows how far it got.
                    let before = std::mem::replace(source, Source::Lost);
                    let visited = visitor.window(machine, window);
                    *source = before;
                    visited
                })?;
                self.owed = used;
                self.settle();
                if flow.is_break() {
                    return Ok(flow);
                }
            }
            let Some(lies) = self.advance()? else {
                return Ok(ControlFlow::Continue(()));
            };
            let flow = visitor.token(self.token(lies)?);
            if flow.is_break() {
                return Ok(flow);
            }
        }
    }

    /// The next tokens in bytes that they share: those which lie whole in the
    /// reader's buffer, or the one which does not. Leaves the batch empty at the
    /// end.
    pub(crate) fn next_batch(
        &mut self,
        batch: &mut Batch,
        text: impl Fn(M::Token<'_>) -> usize,
    ) -> io::Result<()> {
        if let Source::Reads = self.source {
            self.settle();
            self.look(|feed, _, window, _| {
                let Some(machine) = feed.in_place() else {
                    return;
                };
                let used = machine.scan_all(window, &mut |found, bytes| {
                    batch.push(text(M::token(found, bytes)), bytes.len())
                });
                batch.share(&window[..used]);
            })?;
        }
        if batch.is_empty()
            && let Some(lies) = self.advance()?
        {
            // Its bytes are owed or settled already.
            let (window, found) = self.lies_in(lies)?;
            let text = text(M::token(found, window));
            batch.push(text, 0);
            batch.share(&window[..text]);
        }
        Ok(())
    }

    /// Somebody was handed so many more bytes of the reader.
    #[inline]
    pub(crate) fn owe(&mut self, used: usize) {
        if used > 0 {
            self.settle();
            self.owed = used;
        }
    }

    #[inline]
    fn settle(&mut self) {
        if self.owed > 0 {
            let owed = std::mem::take(&mut self.owed);
            present(&mut self.reader).consume(owed);
        }
    }

    /// Shows the reader's buffer, filled if it was empty, to `see`; empty it
    /// says the end.
    #[inline]
    fn look<T>(
        &mut self,
        see: impl FnOnce(&mut Feed<M, Vec<u8>>, &mut Source, &[u8], bool) -> T,
    ) -> io::Result<T> {
        loop {
            match &self.source {
                Source::Reads => {}
                Source::Ended => return Ok(see(&mut self.feed, &mut self.source, &[], true)),
                Source::Fails(_) | Source::Lost => return Err(self.failure()),
            }
            match present(&mut self.reader).fill_buf() {
                Ok(window) => {
                    let end = window.is_empty();
                    if end {
                        self.source = Source::Ended;
                    }
                    return Ok(see(&mut self.feed, &mut self.source, window, end));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    #[inline]
    fn advance(&mut self) -> io::Result<Option<Lies<M::Found>>> {
        self.settle();
        loop {
            let looked = self.look(|feed, _, window, end| match feed.glance(window) {
                Some(front) => Ok(front),
                None => Err(Self::offer(feed, window, end)),
            });
            match looked {
                Ok(Ok((used, found))) => {
                    self.owed = used;
                    return Ok(Some(Lies::Front(found)));
                }
                Ok(Err(offer)) => {
                    if let Some(next) = self.accept(offer?)? {
                        return Ok(next);
                    }
                }
                Err(error) => return self.give_up(error).map(Some),
            }
        }
    }

    #[cold]
    fn offer(feed: &mut Feed<M, Vec<u8>>, window: &[u8], end: bool) -> io::Result<Offer<M::Found>> {
        Ok(feed.offer(window, end)?)
    }

    /// What an offer comes to: `None` to look again.
    #[cold]
    fn accept(&mut self, offer: Offer<M::Found>) -> io::Result<Option<Option<Lies<M::Found>>>> {
        self.owed = offer.taken;
        let placed = match offer.event {
            Event::More => {
                self.settle();
                return Ok(None);
            }
            Event::Done => {
                self.settle();
                return Ok(Some(None));
            }
            Event::Found(placed) => placed,
        };
        if let Some(at) = self.feed.machine().refusal(placed.found()) {
            return Err(at.into());
        }
        Ok(Some(Some(match self.source {
            Source::Ended => Lies::AtEnd(placed),
            _ => Lies::Placed(placed),
        })))
    }

    #[inline]
    fn token(&mut self, lies: Lies<M::Found>) -> io::Result<M::Token<'_>> {
        let (window, found) = self.lies_in(lies)?;
        Ok(M::token(found, window))
    }

    /// The bytes in front of which a token lies.
    #[inline]
    fn lies_in(&mut self, lies: Lies<M::Found>) -> io::Result<(&[u8], M::Found)> {
        match lies {
            Lies::Front(found) => {
                let window = Self::second_look(&mut self.reader, self.owed)?;
                Ok((window, found))
            }
            Lies::Placed(placed) if placed.is_carried() => {
                self.settle();
                Ok((self.feed.window(placed, &[]), placed.found()))
            }
            Lies::Placed(placed) => {
                let window = Self::second_look(&mut self.reader, self.owed)?;
                Ok((self.feed.window(placed, window), placed.found()))
            }
            Lies::AtEnd(placed) => Ok((self.feed.window(placed, &[]), placed.found())),
        }
    }

    /// The buffer that was just looked at, once more: the first look may not be
    /// lent out of a loop that fills the buffer again.
    #[inline]
    fn second_look(reader: &mut Option<R>, owed: usize) -> io::Result<&[u8]> {
        let window = present(reader).fill_buf()?;
        if window.len() < owed {
            return Err(lost());
        }
        Ok(window)
    }

    /// The source failed: what is whole of what it gave comes before the error.
    #[cold]
    fn give_up(&mut self, error: io::Error) -> io::Result<Lies<M::Found>> {
        let may_go_on = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
        match self.source {
            Source::Reads if !may_go_on => match self.feed.give_up() {
                Some(placed) => {
                    self.source = Source::Fails(error);
                    Ok(Lies::AtEnd(placed))
                }
                None => Err(error),
            },
            _ => Err(error),
        }
    }

    #[cold]
    fn failure(&mut self) -> io::Error {
        match std::mem::replace(&mut self.source, Source::Reads) {
            Source::Fails(error) => error,
            source => {
                self.source = source;
                lost()
            }
        }
    }
}

impl<R: BufRead, M> Drop for Drive<R, M> {
    fn drop(&mut self) {
        if let Some(reader) = &mut self.reader
            && self.owed > 0
        {
            reader.consume(self.owed);
        }
    }
}

/// The reader is an `Option` for the sake of `into_parts` alone, which a type
/// that settles on drop could not have otherwise.
#[inline]
#[expect(
    clippy::expect_used,
    reason = "only into_parts takes it, and self with it"
)]
fn present<R>(reader: &mut Option<R>) -> &mut R {
    reader.as_mut().expect("the reader is here")
}

#[cold]
fn lost() -> io::Error {
    io::Error::other(
        "the place in the stream is lost: a callback panicked, or the reader showed less than before",
    )
}

/// Reads and drops what is left, as far as the budget goes.
pub(crate) fn drain(reader: &mut impl Read, budget: Budget) -> io::Result<Drained> {
    let mut scratch = [0; 8192];
    let mut drained = 0;
    let start = Instant::now();
    while drained < budget.bytes {
        if start.elapsed() >= budget.time {
            return Ok(Drained::OutOfTime(drained));
        }
        let most = scratch
            .len()
            .min(usize::try_from(budget.bytes - drained).unwrap_or(usize::MAX));
        match reader.read(&mut scratch[..most]) {
            Ok(0) => return Ok(Drained::All(drained)),
            Ok(read) => drained += read as u64,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Drained::OutOfBytes(drained))
}

//! The one loop which reads: it fills, offers, lends and consumes. Everything
//! that is decided about the bytes is decided by the machine.

mod front;
mod own;
mod plain;

pub(crate) use plain::{drain, read_planned, read_some};

use crate::visit::Visit;
use std::io::{self, BufRead, ErrorKind};
use std::mem;
use std::ops::ControlFlow;
use tidegate_core::{Event, Feed, Offer, Placed, Scan};

pub(crate) struct Drive<R: BufRead, M: Scan> {
    /// `None` only behind `into_parts`.
    reader: Option<R>,
    feed: Feed<M, Vec<u8>>,
    /// Bytes at the front of the reader's buffer that were handed out. They are
    /// consumed before it is looked at for more, or is given back: to consume
    /// each token by itself costs as much as to find it, where they are short.
    owed: usize,
    source: Source<M::Found>,
}

/// What to expect of the reader.
enum Source<F> {
    Reads,
    /// It failed when what was found in its buffer was to be lent out of it.
    Hides(Next<F>),
    /// It failed, and it is not said yet.
    Failed(io::Error),
    /// It said its end. It is not asked again: a terminal would read on.
    Ended,
    /// It failed behind the token just handed out.
    FailsBehind(io::Error),
    /// The machine and the reader no longer agree on where they are.
    Lost,
}

impl<F> Source<F> {
    #[cold]
    #[inline(never)]
    fn lose(&mut self) -> io::Error {
        *self = Self::Lost;
        lost()
    }

    #[cold]
    #[inline(never)]
    fn hide(&mut self, found: F, used: usize, error: io::Error) -> io::Error {
        let lies = Lies::Front(found);
        *self = Self::Hides(Next { lies, used });
        error
    }
}

/// Around a call of the reader that the machine does not wait for: should it panic,
/// somebody who catches that and asks again must not get the same bytes twice. It is a
/// guard, and no flag, so that a call that returns costs nothing.
struct LostIfItPanics<'s, F>(&'s mut Source<F>);

impl<F> LostIfItPanics<'_, F> {
    #[inline(always)]
    fn returned(self) {
        mem::forget(self);
    }
}

impl<F> Drop for LostIfItPanics<'_, F> {
    #[cold]
    fn drop(&mut self) {
        *self.0 = Source::Lost;
    }
}

/// A token that was found, and how much of the reader's buffer it settles.
#[derive(Clone, Copy)]
struct Next<F> {
    lies: Lies<F>,
    used: usize,
}

#[derive(Clone, Copy)]
enum Lies<F> {
    /// In the reader's buffer, right behind what is owed.
    Front(F),
    /// In the carry, or it is empty: the reader is not needed for it.
    Apart(Placed<F>),
}

/// What an offer comes to.
enum Accepted<F> {
    Next(Next<F>),
    /// Look again.
    More,
    Done,
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

    pub(crate) fn machine_mut(&mut self) -> &mut M {
        self.feed.machine_mut()
    }

    /// The bytes of the token just lent, if they are not the reader's own.
    pub(crate) fn carried(&self) -> &[u8] {
        self.feed.lent()
    }

    pub(crate) fn reader(&self) -> &R {
        #[expect(
            clippy::expect_used,
            reason = "only into_parts takes it, and self with it"
        )]
        self.reader.as_ref().expect("the reader is here")
    }

    /// The reader may not be where it was when it is looked at next.
    pub(crate) fn reader_mut(&mut self) -> &mut R {
        self.settle();
        self.forget();
        present(&mut self.reader)
    }

    /// What the machine knows of bytes ahead: nothing is used of nothing.
    pub(crate) fn forget(&mut self) {
        if let Some(machine) = self.feed.in_place() {
            let _ = machine.scan(&[], false);
        }
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
        // A buffer may not be lent out of a loop that can fill it again, so
        // without this every token would cost a second look.
        if matches!(self.source, Source::Reads)
            && let Some((used, found)) = self.feed.recall()
        {
            return Some(
                self.lend_front(found, used)
                    .map(|window| M::token(found, window)),
            );
        }
        let lent = self.next_slowly()?;
        Some(lent.map(|(window, found)| M::token(found, window)))
    }

    /// Its answer is not the token, or that would be made in memory for the sake
    /// of this call on the fast way too.
    #[inline(never)]
    fn next_slowly(&mut self) -> Option<io::Result<(&[u8], M::Found)>> {
        match self.find() {
            Ok(Some(next)) => Some(self.lend(next)),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Takes the next token, and says what `see` makes of it, and whether it lies at
    /// the front of the reader: for what need not be lent.
    pub(crate) fn take<T>(
        &mut self,
        see: impl FnOnce(M::Token<'_>) -> T,
    ) -> io::Result<Option<(T, bool)>> {
        loop {
            let Some(next) = self.find()? else {
                return Ok(None);
            };
            let is_front = matches!(next.lies, Lies::Front(_));
            match self.lend(next) {
                Ok((window, found)) => return Ok(Some((see(M::token(found, window)), is_front))),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes the next token if it lies whole in the reader's buffer, and says
    /// what `see` makes of it: for what need not be lent. `None` says nothing.
    #[inline]
    pub(crate) fn take_in_place<T>(&mut self, see: impl FnOnce(M::Token<'_>) -> T) -> Option<T> {
        self.look_in_place(|_, machine, window| match machine.glance(window) {
            Some((used, found)) => (used, Some(see(M::token(found, window)))),
            None => (0, None),
        })
    }

    /// Hands every token to the visitor until that breaks, the fast way.
    ///
    /// Should the visitor panic, nobody knows how far it got: all is lost then.
    #[inline]
    pub(crate) fn visit_all<B>(
        &mut self,
        mut visitor: impl Visit<M, B>,
    ) -> io::Result<ControlFlow<B>> {
        loop {
            let flow = self.look_in_place(|source, machine, window| {
                let before = mem::replace(source, Source::Lost);
                let (used, flow) = visitor.window(machine, window);
                *source = before;
                (used, Some(flow))
            });
            if let Some(flow @ ControlFlow::Break(_)) = flow {
                return Ok(flow);
            }
            let Some(next) = self.find()? else {
                return Ok(ControlFlow::Continue(()));
            };
            let before = mem::replace(&mut self.source, Source::Lost);
            let (window, found) = self.lend(next)?;
            let flow = visitor.token(M::token(found, window));
            self.source = before;
            if flow.is_break() {
                return Ok(flow);
            }
        }
    }

    #[inline]
    fn settle(&mut self) {
        if self.owed > 0 {
            let owed = mem::take(&mut self.owed);
            let guard = LostIfItPanics(&mut self.source);
            present(&mut self.reader).consume(owed);
            guard.returned();
        }
    }

    /// Shows the reader's buffer, filled if it was empty, to `see`; empty it
    /// says the end.
    #[inline]
    fn look<T>(
        &mut self,
        see: impl FnOnce(&mut Feed<M, Vec<u8>>, &mut Source<M::Found>, &[u8], bool) -> T,
    ) -> io::Result<T> {
        self.settle();
        loop {
            match &self.source {
                Source::Reads | Source::Hides(_) | Source::Failed(_) => {}
                Source::Ended => return Ok(see(&mut self.feed, &mut self.source, &[], true)),
                Source::FailsBehind(_) | Source::Lost => return Err(self.failure()),
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

    /// Shows the reader's buffer to `see` if tokens may lie whole in it, and
    /// consumes what that used. Where it cannot, `find` knows why.
    #[inline]
    fn look_in_place<T>(
        &mut self,
        see: impl FnOnce(&mut Source<M::Found>, &mut M, &[u8]) -> (usize, Option<T>),
    ) -> Option<T> {
        if !matches!(self.source, Source::Reads) || self.feed.in_place().is_none() {
            return None;
        }
        let looked = self.look(|feed, source, window, _| match feed.in_place() {
            Some(machine) => see(source, machine, window),
            None => (0, None),
        });
        match looked {
            Ok((used, seen)) => {
                self.owe(used);
                seen
            }
            Err(error) => {
                self.source = Source::Failed(error);
                None
            }
        }
    }

    /// Looks until there is a token, or none any more.
    #[inline]
    fn find(&mut self) -> io::Result<Option<Next<M::Found>>> {
        match mem::replace(&mut self.source, Source::Reads) {
            Source::Hides(next) => return Ok(Some(next)),
            Source::Failed(error) => return self.give_up(error).map(Some),
            source => self.source = source,
        }
        loop {
            let looked = self.look(|feed, _, window, end| match feed.glance(window) {
                Some((used, found)) => Ok(Next {
                    lies: Lies::Front(found),
                    used,
                }),
                None => Err(Self::offer(feed, window, end)),
            });
            match looked {
                Ok(Ok(next)) => return Ok(Some(next)),
                Ok(Err(offer)) => match self.accept(offer?)? {
                    Accepted::More => {}
                    Accepted::Next(next) => return Ok(Some(next)),
                    Accepted::Done => return Ok(None),
                },
                Err(error) => return self.give_up(error).map(Some),
            }
        }
    }

    #[cold]
    fn offer(feed: &mut Feed<M, Vec<u8>>, window: &[u8], end: bool) -> io::Result<Offer<M::Found>> {
        Ok(feed.offer(window, end)?)
    }

    #[cold]
    fn accept(&mut self, offer: Offer<M::Found>) -> io::Result<Accepted<M::Found>> {
        let used = offer.taken;
        let placed = match offer.event {
            Event::Found(placed) => placed,
            Event::More => {
                self.owe(used);
                return Ok(Accepted::More);
            }
            Event::Done => {
                self.owe(used);
                // What follows is not ours, and asking for it may wait for ever.
                self.source = Source::Ended;
                return Ok(Accepted::Done);
            }
        };
        if let Some(at) = self.feed.machine().refusal(placed.found()) {
            self.owe(used);
            return Err(at.into());
        }
        Ok(Accepted::Next(match (&self.source, placed.start()) {
            (Source::Reads, Some(start)) => {
                self.owe(start);
                Next {
                    lies: Lies::Front(placed.found()),
                    used: used - start,
                }
            }
            _ => Next {
                lies: Lies::Apart(placed),
                used,
            },
        }))
    }

    /// The bytes in front of which a token lies, and the token in them.
    ///
    /// The buffer is looked at once more for it, since the first look may not be
    /// lent out of a loop that fills the buffer again.
    #[inline]
    fn lend(&mut self, next: Next<M::Found>) -> io::Result<(&[u8], M::Found)> {
        match next.lies {
            Lies::Front(found) => Ok((self.lend_front(found, next.used)?, found)),
            Lies::Apart(placed) => {
                self.owe(next.used);
                Ok((self.feed.window(placed, &[]), placed.found()))
            }
        }
    }

    /// The bytes of the reader's buffer that are settled next.
    #[inline(always)]
    fn lend_front(&mut self, found: M::Found, used: usize) -> io::Result<&[u8]> {
        let start = self.owed;
        let stop = start + used;
        let guard = LostIfItPanics(&mut self.source);
        let shown = present(&mut self.reader).fill_buf();
        guard.returned();
        match shown {
            Ok(buffer) => match buffer.get(start..stop) {
                Some(window) => {
                    self.owed = stop;
                    Ok(window)
                }
                None => {
                    // A reader may panic if it is to consume what it does not show.
                    self.owed = start.min(buffer.len());
                    Err(self.source.lose())
                }
            },
            Err(error) => Err(self.source.hide(found, used, error)),
        }
    }

    /// The source failed: what is whole of what it gave comes before the error.
    #[cold]
    fn give_up(&mut self, error: io::Error) -> io::Result<Next<M::Found>> {
        match self.source {
            Source::Reads if !may_go_on(&error) => match self.feed.give_up() {
                Some(placed) => {
                    self.source = Source::FailsBehind(error);
                    let lies = Lies::Apart(placed);
                    Ok(Next { lies, used: 0 })
                }
                None => Err(error),
            },
            _ => Err(error),
        }
    }

    #[cold]
    fn failure(&mut self) -> io::Error {
        match mem::replace(&mut self.source, Source::Reads) {
            Source::FailsBehind(error) => error,
            source => {
                self.source = source;
                lost()
            }
        }
    }
}

impl<R: BufRead, M: Scan> Drop for Drive<R, M> {
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

/// A reader that failed like this may go on, with nothing lost.
pub(crate) fn may_go_on(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut
    )
}

#[cold]
pub(crate) fn lost() -> io::Error {
    io::Error::other(
        "the place in the stream is lost: a callback or the reader panicked, or it showed less than before",
    )
}

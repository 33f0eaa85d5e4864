//! The one loop which reads: it polls, offers, lends and consumes. Everything
//! that is decided about the bytes is decided by the machine.
//!
//! A future of it may be dropped after any `Pending`: what was found so far is
//! here, and not in the future.

mod front;
mod next;
mod own;

use crate::source::Source;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::marker::PhantomData;
use std::mem;
use std::task::{Context, Poll, Waker, ready};
use tidegate_core::{Event, Feed, Placed, Scan};

pub(crate) struct Drive<R: Source<K>, K, M: Scan> {
    /// `None` only behind `into_parts`.
    reader: Option<R>,
    feed: Feed<M, Vec<u8>>,
    /// Bytes at the front of the reader's buffer that were handed out, and are
    /// consumed before it is looked at for more.
    owed: usize,
    state: State,
    kind: PhantomData<fn() -> K>,
}

/// What to expect of the reader.
enum State {
    Reads,
    /// It failed, and it is not said yet.
    Failed(io::Error),
    /// It said its end, and is not asked again.
    Ended,
    /// It failed behind the token just handed out.
    FailsBehind(io::Error),
    /// The machine and the reader no longer agree on where they are.
    Lost,
}

/// Around a call of the reader that the machine does not wait for: should it panic,
/// somebody who catches that and asks again must not get the same bytes twice.
struct LostIfItPanics<'s>(&'s mut State);

impl LostIfItPanics<'_> {
    #[inline(always)]
    fn returned(self) {
        mem::forget(self);
    }
}

impl Drop for LostIfItPanics<'_> {
    #[cold]
    fn drop(&mut self) {
        *self.0 = State::Lost;
    }
}

/// A token that was found, how much of the reader's buffer it settles, and what
/// was made of it at the first look.
#[derive(Clone, Copy)]
pub(crate) struct Seen<F, T> {
    lies: Lies<F>,
    used: usize,
    seen: T,
}

#[derive(Clone, Copy)]
enum Lies<F> {
    /// In the reader's buffer, right behind what is owed.
    Front(F),
    /// In the carry, or it is empty: the reader is not needed for it.
    Apart(Placed<F>),
}

type Looked<F, T> = Poll<io::Result<Option<Seen<F, T>>>>;

impl<R: Source<K>, K, M: Scan> Drive<R, K, M> {
    pub(crate) fn new(reader: R, machine: M) -> Self {
        #[expect(clippy::expect_used, reason = "a Vec holds any reach")]
        let feed = Feed::new(machine, Vec::new()).expect("a Vec has room");
        Self {
            reader: Some(reader),
            feed,
            owed: 0,
            state: State::Reads,
            kind: PhantomData,
        }
    }

    pub(crate) fn machine(&self) -> &M {
        self.feed.machine()
    }

    pub(crate) fn machine_mut(&mut self) -> &mut M {
        self.feed.machine_mut()
    }

    /// The bytes of the token just taken, if they are not the reader's own.
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

    /// Hands every token that lies whole in the reader's buffer to `each`, and
    /// those that do not one by one, to the end.
    pub(crate) async fn for_each(&mut self, mut each: impl FnMut(M::Token<'_>)) -> io::Result<()> {
        loop {
            poll_fn(|cx| self.poll_scan_all(cx, &mut each)).await;
            let Some(next) = poll_fn(|cx| self.poll_find(cx)).await? else {
                return Ok(());
            };
            let (window, found) = self.lend(next)?;
            each(M::token(found, window));
        }
    }

    fn poll_scan_all(
        &mut self,
        cx: &mut Context<'_>,
        each: &mut impl FnMut(M::Token<'_>),
    ) -> Poll<()> {
        if !matches!(self.state, State::Reads) {
            return Poll::Ready(());
        }
        self.settle();
        self.state = match ready!(present(&mut self.reader).poll_fill_buf(cx)) {
            Ok([]) => State::Ended,
            Err(error) => State::Failed(error),
            Ok(window) => {
                // Should `each` panic, nobody knows how far it got.
                self.state = State::Lost;
                self.owed = scan_all(&mut self.feed, window, each);
                State::Reads
            }
        };
        Poll::Ready(())
    }

    /// Looks until there is a token, or none any more.
    #[inline]
    pub(crate) fn poll_find(&mut self, cx: &mut Context<'_>) -> Looked<M::Found, ()> {
        self.poll_see(cx, |_| ())
    }

    /// Takes the next token, and says what `see` makes of it, and whether it lies
    /// at the front of the reader: for what need not be lent.
    #[inline]
    pub(crate) fn poll_take<T>(
        &mut self,
        cx: &mut Context<'_>,
        see: impl FnOnce(M::Token<'_>) -> T,
    ) -> Poll<io::Result<Option<(T, bool)>>> {
        let next = ready!(self.poll_see(cx, see))?;
        Poll::Ready(Ok(next.map(|next| {
            self.owed += next.used;
            (next.seen, matches!(next.lies, Lies::Front(_)))
        })))
    }

    /// Looks until there is a token to see, or none any more.
    fn poll_see<T>(
        &mut self,
        cx: &mut Context<'_>,
        see: impl FnOnce(M::Token<'_>) -> T,
    ) -> Looked<M::Found, T> {
        if let State::Failed(_) = self.state
            && let State::Failed(error) = mem::replace(&mut self.state, State::Reads)
            && error.kind() != ErrorKind::Interrupted
        {
            return Poll::Ready(self.give_up(error, see).map(Some));
        }
        loop {
            self.settle();
            let (window, end): (&[u8], bool) = match &self.state {
                State::Reads => match ready!(present(&mut self.reader).poll_fill_buf(cx)) {
                    Ok(window) => (window, window.is_empty()),
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => return Poll::Ready(self.give_up(error, see).map(Some)),
                },
                State::Ended => (&[], true),
                State::Failed(_) | State::FailsBehind(_) | State::Lost => {
                    return Poll::Ready(Err(self.failure()));
                }
            };
            if end {
                self.state = State::Ended;
            }
            if let Some((used, found)) = self.feed.glance(window) {
                let lies = Lies::Front(found);
                let seen = see(M::token(found, window));
                return Poll::Ready(Ok(Some(Seen { lies, used, seen })));
            }
            let offer = self.feed.offer(window, end)?;
            let used = offer.taken;
            let placed = match offer.event {
                Event::Found(placed) => placed,
                Event::More => {
                    self.owed = used;
                    continue;
                }
                Event::Done => {
                    self.owed = used;
                    self.state = State::Ended;
                    return Poll::Ready(Ok(None));
                }
            };
            if let Some(at) = self.feed.machine().refusal(placed.found()) {
                self.owed = used;
                return Poll::Ready(Err(at.into()));
            }
            let seen = see(self.feed.token(placed, window));
            return Poll::Ready(Ok(Some(match (&self.state, placed.start()) {
                (State::Reads, Some(start)) => {
                    self.owed = start;
                    Seen {
                        lies: Lies::Front(placed.found()),
                        used: used - start,
                        seen,
                    }
                }
                _ => Seen {
                    lies: Lies::Apart(placed),
                    used,
                    seen,
                },
            })));
        }
    }

    /// The bytes in front of which a token lies, and the token in them.
    ///
    /// A reader that shows a buffer shows it until it is consumed: one that does
    /// not is an error, and no panic.
    #[inline]
    pub(crate) fn lend(&mut self, next: Seen<M::Found, ()>) -> io::Result<(&[u8], M::Found)> {
        match next.lies {
            Lies::Apart(placed) => {
                self.owed += next.used;
                Ok((self.feed.window(placed, &[]), placed.found()))
            }
            Lies::Front(found) => Ok((self.lend_front(next.used)?, found)),
        }
    }

    /// The bytes of the reader's buffer that are settled next.
    #[inline(always)]
    fn lend_front(&mut self, used: usize) -> io::Result<&[u8]> {
        let (start, stop) = (self.owed, self.owed + used);
        let mut cx = Context::from_waker(Waker::noop());
        let guard = LostIfItPanics(&mut self.state);
        let shown = present(&mut self.reader).poll_fill_buf(&mut cx);
        guard.returned();
        if let Poll::Ready(Ok(buffer)) = shown
            && let Some(window) = buffer.get(start..stop)
        {
            self.owed = stop;
            return Ok(window);
        }
        // A reader may panic if it is to consume what it does not show.
        self.owed = 0;
        self.state = State::Lost;
        Err(lost())
    }

    #[inline]
    fn settle(&mut self) {
        if self.owed > 0 {
            let owed = mem::take(&mut self.owed);
            let guard = LostIfItPanics(&mut self.state);
            present(&mut self.reader).consume(owed);
            guard.returned();
        }
    }

    /// The source failed: what is whole of what it gave comes before the error.
    #[cold]
    fn give_up<T>(
        &mut self,
        error: io::Error,
        see: impl FnOnce(M::Token<'_>) -> T,
    ) -> io::Result<Seen<M::Found, T>> {
        let may_go_on = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
        // What is given up is gone from the carry.
        if !may_go_on && let Some(placed) = self.feed.give_up() {
            self.state = State::FailsBehind(error);
            let seen = see(self.feed.token(placed, &[]));
            let lies = Lies::Apart(placed);
            let used = 0;
            return Ok(Seen { lies, used, seen });
        }
        Err(error)
    }

    #[cold]
    fn failure(&mut self) -> io::Error {
        match mem::replace(&mut self.state, State::Reads) {
            State::Failed(error) | State::FailsBehind(error) => error,
            state => {
                self.state = state;
                lost()
            }
        }
    }
}

/// Not inlined, so that all three are known to lie apart: what `each` counts then
/// stays in registers from token to token, also where it is the state of a future.
#[inline(never)]
fn scan_all<M: Scan>(
    feed: &mut Feed<M, Vec<u8>>,
    window: &[u8],
    each: &mut impl FnMut(M::Token<'_>),
) -> usize {
    feed.scan_all(window, &mut |found, bytes| {
        each(M::token(found, bytes));
        true
    })
}

/// What was handed out is gone, also where somebody leaves in the middle.
impl<R: Source<K>, K, M: Scan> Drop for Drive<R, K, M> {
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
        "the place in the stream is lost: a callback or the reader panicked, or it showed less than before",
    )
}

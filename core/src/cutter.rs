//! Cuts pieces of text off a stream, each with the terminator that ends it, and
//! holds them to a maximum: the slow path, which decides everything.

use crate::ahead::Ahead;
use crate::{At, Event, Fault, Overlong, Piece, Step};

/// A search for terminators: all that tells lines from chunks.
pub(crate) trait Terminator {
    type Fault: Fault;

    /// A terminator at the very end of the input is followed by an empty piece.
    const EMPTY_LAST: bool;

    /// The length of the longest terminator.
    fn longest(&self) -> usize;

    /// Looks for the first terminator which starts at or behind `from`, where
    /// it is known that none starts before.
    fn find(&self, window: &[u8], from: usize, end: bool) -> Find;

    /// How long the text of a piece is that ends with a terminator.
    fn text_of(&self, piece: &[u8]) -> usize;

    /// Fills the index of the fast path, by marks of its choice; see
    /// [`Ahead::fill`].
    fn look_ahead(&mut self, ahead: &mut Ahead, window: &[u8], seen: usize, max: usize);

    /// The text is longer than `max`.
    fn too_long(max: usize) -> Self::Fault;
}

pub(crate) enum Find {
    At {
        start: usize,
        len: usize,
    },
    /// None starts before this offset. At the end of the input that is the
    /// length of the window.
    NotBefore(usize),
}

/// Cuts a stream at its terminators.
#[derive(Clone, Debug)]
pub(crate) struct Cutter<F> {
    max: usize,
    overlong: Overlong,
    state: State<F>,
    /// No terminator starts in the first so many bytes of the window.
    seen: usize,
    /// Bytes of the stream before the window.
    offset: u64,
}

#[derive(Clone, Copy, Debug)]
enum State<F> {
    /// At the start of a piece.
    Start,
    /// Behind a fragment of one.
    Inside,
    /// Within the rest of an overlong one that was reported.
    Skipping,
    Done,
    Failed(At<F>),
}

/// What was cut off the front of the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) text: usize,
    pub(crate) len: usize,
    pub(crate) piece: Piece,
}

impl<F: Fault> Cutter<F> {
    pub(crate) const fn new(max: usize) -> Self {
        Self {
            max,
            overlong: Overlong::Fail,
            state: State::Start,
            seen: 0,
            offset: 0,
        }
    }

    pub(crate) fn set_max(&mut self, max: usize) {
        self.max = max;
    }

    pub(crate) fn set_overlong(&mut self, overlong: Overlong) {
        self.overlong = overlong;
    }

    pub(crate) fn reach(&self, longest: usize) -> usize {
        self.max_text().saturating_add(longest)
    }

    /// The fast paths may work here: at the start of a piece, with nothing
    /// reported or failed.
    #[inline]
    pub(crate) fn at_start(&self) -> bool {
        matches!(self.state, State::Start)
    }

    /// In a piece, be it at its start, and in nothing that is dropped or over.
    pub(crate) fn in_piece(&self) -> bool {
        matches!(self.state, State::Start | State::Inside)
    }

    #[inline]
    pub(crate) fn max_text(&self) -> usize {
        match self.overlong {
            Overlong::Fragment => self.max.max(1),
            Overlong::Fail | Overlong::Skip => self.max,
        }
    }

    #[inline]
    pub(crate) fn seen(&self) -> usize {
        self.seen
    }

    /// A fast path handed out whole pieces of `len` bytes in all, and knows that
    /// no terminator starts in the next `seen`.
    pub(crate) fn handed_out(&mut self, len: usize, seen: usize) {
        self.offset += len as u64;
        self.seen = if len > 0 { seen } else { self.seen.max(seen) };
    }

    /// The fault of an overlong piece whose start was just handed out.
    pub(crate) fn too_long<T: Terminator<Fault = F>>(&self) -> At<F> {
        At {
            offset: self.offset,
            fault: T::too_long(self.max_text()),
        }
    }

    /// Drops bytes that belong to no piece.
    pub(crate) fn discard(&mut self, len: usize) -> Step<Cut> {
        self.offset += len as u64;
        self.seen = self.seen.saturating_sub(len);
        Step {
            used: len,
            event: Event::More,
        }
    }

    pub(crate) fn scan<T: Terminator<Fault = F>>(
        &mut self,
        terminator: &T,
        window: &[u8],
        end: bool,
    ) -> Result<Step<Cut>, At<F>> {
        match self.state {
            State::Start | State::Inside => self.scan_piece(terminator, window, end),
            State::Skipping => Ok(self.scan_rest(terminator, window, end)),
            State::Done => Ok(Step {
                used: 0,
                event: Event::Done,
            }),
            State::Failed(at) => Err(at),
        }
    }

    /// See [`Scan::wants`](crate::Scan::wants).
    pub(crate) fn wants<T: Terminator<Fault = F>>(
        &mut self,
        terminator: &T,
        held: usize,
        input: &[u8],
        tried: usize,
    ) -> Option<usize> {
        if !self.in_piece() {
            return None;
        }
        // The start of a terminator may be held, and is looked at with what follows.
        let unseen = held.checked_sub(self.seen)?;
        let Some(from) = tried.checked_sub(unseen) else {
            return Some(terminator.longest());
        };
        let (start, stop) = match terminator.find(input, from, false) {
            Find::At { start, len } => (start, start + len),
            Find::NotBefore(start) => (start, input.len()),
        };
        self.seen += start - from;
        Some(stop.saturating_sub(tried).max(1))
    }

    fn scan_piece<T: Terminator<Fault = F>>(
        &mut self,
        terminator: &T,
        window: &[u8],
        end: bool,
    ) -> Result<Step<Cut>, At<F>> {
        let max = self.max_text();
        // What lies behind the reach cannot matter, however much is shown.
        let shown = window.len().min(self.reach(terminator.longest()));
        let end = end && shown == window.len();
        let window = &window[..shown];
        let from = self.seen.min(shown);
        match terminator.find(window, from, end) {
            Find::At { start, len } if start <= max => Ok(self.cut(start, len)),
            Find::NotBefore(seen) if seen <= max && !end => {
                self.seen = seen;
                Ok(Step {
                    used: 0,
                    event: Event::More,
                })
            }
            Find::NotBefore(0) => {
                let empty_last = T::EMPTY_LAST && self.offset > 0;
                self.state = State::Done;
                if empty_last {
                    return Ok(self.found(0, 0, Piece::Whole));
                }
                Ok(Step {
                    used: 0,
                    event: Event::Done,
                })
            }
            Find::NotBefore(rest) if rest <= max => {
                let cut = self.cut(rest, 0);
                self.state = State::Done;
                Ok(cut)
            }
            Find::At { start: known, .. } | Find::NotBefore(known) => {
                self.cut_overlong(known, T::too_long(max))
            }
        }
    }

    /// Cuts off a piece, or the last fragment of one, with its terminator.
    fn cut(&mut self, text: usize, terminator: usize) -> Step<Cut> {
        let piece = match self.state {
            State::Inside => Piece::Last,
            _ => Piece::Whole,
        };
        self.state = State::Start;
        self.seen = 0;
        self.found(text, terminator, piece)
    }

    /// No terminator starts before `known`, which is behind the maximum.
    fn cut_overlong(&mut self, known: usize, fault: F) -> Result<Step<Cut>, At<F>> {
        let max = self.max_text();
        let piece = match (self.overlong, self.state) {
            (Overlong::Fail, _) => {
                let offset = self.offset + max as u64;
                let at = At { offset, fault };
                self.state = State::Failed(at);
                return Err(at);
            }
            (Overlong::Skip, _) => {
                self.state = State::Skipping;
                Piece::Overlong
            }
            (Overlong::Fragment, State::Inside) => Piece::Middle,
            (Overlong::Fragment, _) => {
                self.state = State::Inside;
                Piece::First
            }
        };
        self.seen = known - max;
        Ok(self.found(max, 0, piece))
    }

    /// Drops the rest of an overlong piece, up to and with its terminator.
    fn scan_rest<T: Terminator<Fault = F>>(
        &mut self,
        terminator: &T,
        window: &[u8],
        end: bool,
    ) -> Step<Cut> {
        let from = self.seen.min(window.len());
        match terminator.find(window, from, end) {
            Find::At { start, len } => {
                self.state = State::Start;
                self.seen = 0;
                self.discard(start + len)
            }
            Find::NotBefore(_) if end => {
                self.state = State::Done;
                self.offset += window.len() as u64;
                Step {
                    used: window.len(),
                    event: Event::Done,
                }
            }
            Find::NotBefore(seen) => {
                self.seen = seen;
                self.discard(seen)
            }
        }
    }

    fn found(&mut self, text: usize, terminator: usize, piece: Piece) -> Step<Cut> {
        let len = text + terminator;
        self.offset += len as u64;
        Step {
            used: len,
            event: Event::Found(Cut { text, len, piece }),
        }
    }
}

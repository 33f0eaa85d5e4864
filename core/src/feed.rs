//! A machine with a carry: everything a driver needs but the reading.
//!
//! ```text
//!            carry                                input
//!   ┌─────────┬────────┬──────────────┐   ┌──────────────────────────────┐
//!   │ dropped │  lent  │  unfinished  │ + │ scanned where it lies        │
//!   └─────────┴────────┴──────────────┘   └──────────────────────────────┘
//!           start  start+lent      start+held
//! ```
//!
//! While the carry is empty the input is scanned in place. When a token starts
//! in one input and ends in another, its start is copied into the carry, and
//! then as much of the next input as it takes to finish it. What is dropped from
//! the front of the carry leaves a gap there. Moving the rest into it each time
//! would cost its whole length for every byte of a long separator; the gap is
//! closed only when there is no room behind.

use crate::{At, Event, Scan, Storage, TooSmall};

/// The first bytes copied behind an unfinished token, where the machine does not
/// know how many it [wants](Scan::wants). The next copies double what is held, so a
/// straddling token costs a little more than its own length and not a whole buffer.
const FIRST_COPY: usize = 128;

/// Feeds a machine from input that arrives in pieces.
///
/// Use this to drive a machine from anything that is not a reader (frames, an
/// interrupt handler, an event loop, an async stream). Over `std::io`,
/// `tidegate-std-io` does it for you; over one slice that holds all the input,
/// [`Scan::scan_all`] is enough.
///
/// ```
/// use tidegate_core::{Event, Feed, LineScanner};
///
/// let mut feed = Feed::new(LineScanner::new().max_len(30), [0; 32])?;
/// let offer = feed.offer(b"half a li", false)?;
/// assert!(matches!(offer.event, Event::More) && offer.taken == 9);
///
/// let input = b"ne\nand more";
/// let offer = feed.offer(input, false)?;
/// let Event::Found(placed) = offer.event else { unreachable!() };
/// assert_eq!(feed.token(placed, input).text(), b"half a line");
/// assert_eq!(offer.taken, 3); // offer input[3..] next
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Limits
///
/// The carry holds at most [`Scan::reach`] bytes, and a `Vec` never has more
/// capacity than that. Fixed storage that is smaller is refused when the feed is
/// made; what is larger is used, and bytes are moved less often.
///
/// # End of input
///
/// Offer with `end` set, with the last input or an empty one, until the answer is
/// [`Event::Done`].
#[derive(Debug)]
pub struct Feed<M, S> {
    machine: M,
    carry: S,
    /// Where in the storage the carry begins; 0 if it is empty.
    start: usize,
    /// `held <= machine.reach()`, `start + held <= carry.bytes().len()`: bytes
    /// in the carry.
    held: usize,
    /// `lent <= held`: leading bytes of it that the last token was made of.
    lent: usize,
    /// What `held` was when the machine last asked for more: it need not see
    /// the same bytes again before it gets some.
    asked: usize,
}

/// What came of one [`Feed::offer`].
///
/// ```
/// use tidegate_core::{Event, Feed, LineScanner};
///
/// let mut feed = Feed::new(LineScanner::new().max_len(30), [0; 32])?;
/// let input = b"one\ntwo\nthr";
/// let (mut at, mut lines) = (0, 0);
/// loop {
///     let offer = feed.offer(&input[at..], false)?;
///     at += offer.taken;
///     match offer.event {
///         Event::Found(_) => lines += 1,
///         Event::More | Event::Done => break,
///     }
/// }
/// assert_eq!((lines, at), (2, input.len())); // More takes the rest
/// assert_eq!(feed.rest(), b"thr"); // into the carry
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offer<F> {
    /// So many leading bytes of the input are settled: offer the rest next.
    pub taken: usize,
    /// What was found.
    pub event: Event<Placed<F>>,
}

/// Where a token lies: in the input of the offer that found it, or in the carry.
///
/// Offsets and no borrow, so that it may leave the loop that offers; give it to
/// [`Feed::token`] with that same input before the next offer.
///
/// ```
/// use tidegate_core::{Event, Feed, LineScanner};
///
/// let mut feed = Feed::new(LineScanner::new().max_len(30), [0; 32])?;
/// for (input, carried) in [(&b"one\nt"[..], false), (b"wo\n", true)] {
///     let offer = feed.offer(input, false)?;
///     let Event::Found(placed) = offer.event else { unreachable!() };
///     assert_eq!(placed.is_carried(), carried);
///     assert_eq!(feed.token(placed, input).text().len(), 3);
///     feed.offer(&input[offer.taken..], false)?;
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Placed<F> {
    found: F,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// From this offset of the input on.
    Input(usize),
    Carry,
}

impl<F: Copy> Placed<F> {
    /// What was found.
    pub fn found(&self) -> F {
        self.found
    }

    /// From where on in the input the token lies; `None` if it is in the carry.
    pub fn start(&self) -> Option<usize> {
        match self.place {
            Place::Input(at) => Some(at),
            Place::Carry => None,
        }
    }

    /// The token lies in the carry, so that the input it was found in may be
    /// dropped while it is in use.
    pub fn is_carried(&self) -> bool {
        self.place == Place::Carry
    }
}

impl<M: Scan, S: Storage> Feed<M, S> {
    /// A machine with storage for what straddles two inputs.
    ///
    /// # Errors
    ///
    /// [`TooSmall`] if the storage is fixed and smaller than the machine's reach.
    pub fn new(machine: M, carry: S) -> Result<Self, TooSmall> {
        let (needed, given) = (machine.reach(), carry.most());
        if given < needed {
            return Err(TooSmall { needed, given });
        }
        Ok(Self {
            machine,
            carry,
            start: 0,
            held: 0,
            lent: 0,
            asked: 0,
        })
    }

    /// Offers input and says what was found in it, and how much of it is taken.
    ///
    /// One token at a time: offer `input[taken..]` next. [`Event::More`] means
    /// that all of the input was taken.
    ///
    /// # Errors
    ///
    /// The machine's fault, at its offset in the stream. It comes again on
    /// every later call.
    ///
    /// # Panics
    ///
    /// When the machine breaks the third law and makes no progress within its
    /// reach.
    pub fn offer(&mut self, input: &[u8], end: bool) -> Result<Offer<M::Found>, At<M::Fault>> {
        self.drop_front(self.lent);
        self.lent = 0;
        if self.held == 0 {
            self.offer_in_place(input, 0, end)
        } else {
            self.offer_behind_carry(input, end)
        }
    }

    /// The fast path for one token that lies whole at the front of the input;
    /// see [`Scan::glance`]. `None` sends the caller to [`offer`](Self::offer).
    #[inline]
    pub fn glance(&mut self, input: &[u8]) -> Option<(usize, M::Found)> {
        if self.held != self.lent {
            return None;
        }
        self.machine.glance(input)
    }

    /// What [`glance`](Self::glance) would answer without a look; see
    /// [`Scan::recall`].
    #[inline]
    pub fn recall(&mut self) -> Option<(usize, M::Found)> {
        if self.held != self.lent {
            return None;
        }
        self.machine.recall()
    }

    /// The fast path for all tokens that lie whole in the input; see
    /// [`Scan::scan_all`]. What is left is for [`offer`](Self::offer).
    #[must_use = "the rest of the input is for `offer`"]
    #[inline]
    pub fn scan_all(
        &mut self,
        input: &[u8],
        each: &mut impl FnMut(M::Found, &[u8]) -> bool,
    ) -> usize {
        if self.held != self.lent {
            return 0;
        }
        self.machine.scan_all(input, each)
    }

    /// The machine, if nothing straddles, so that a fast path of its own may be
    /// used on the input; what that leaves is for [`offer`](Self::offer).
    pub fn in_place(&mut self) -> Option<&mut M> {
        (self.held == self.lent).then_some(&mut self.machine)
    }

    /// The token that the last offer found, from the same input.
    ///
    /// # Panics
    ///
    /// May panic if `input` is not what was offered.
    pub fn token<'a>(&'a self, placed: Placed<M::Found>, input: &'a [u8]) -> M::Token<'a> {
        M::token(placed.found, self.window(placed, input))
    }

    /// The bytes the token was found in: [`Placed::found`] is relative to them.
    ///
    /// # Panics
    ///
    /// May panic if `input` is not what was offered.
    pub fn window<'a>(&'a self, placed: Placed<M::Found>, input: &'a [u8]) -> &'a [u8] {
        match placed.place {
            Place::Input(at) => &input[at..],
            Place::Carry => self.held(),
        }
    }

    /// The source failed for good: the token in the carry that only waited for
    /// bytes which could have made it longer; see [`Scan::give_up`].
    pub fn give_up(&mut self) -> Option<Placed<M::Found>> {
        self.drop_front(self.lent);
        self.lent = 0;
        let window = &self.carry.bytes()[self.start..self.start + self.held];
        let (used, found) = self.machine.give_up(window)?;
        self.lent = used;
        Some(Placed {
            found,
            place: Place::Carry,
        })
    }

    /// The start of an unfinished token: bytes that were taken from the input
    /// and not handed out.
    pub fn rest(&self) -> &[u8] {
        &self.held()[self.lent..]
    }

    /// The bytes that the last offer found a token in, if they lie in the carry:
    /// they stay there until the next offer.
    pub fn lent(&self) -> &[u8] {
        &self.held()[..self.lent]
    }

    /// The machine.
    pub fn machine(&self) -> &M {
        &self.machine
    }

    /// The machine, for settings of its own that say nothing of where it is in
    /// the stream. Whoever scans with it breaks the first law.
    pub fn machine_mut(&mut self) -> &mut M {
        &mut self.machine
    }

    /// The machine and the storage, without what is left in it; copy
    /// [`rest`](Self::rest) first if it matters.
    pub fn into_parts(self) -> (M, S) {
        (self.machine, self.carry)
    }

    fn offer_in_place(
        &mut self,
        input: &[u8],
        mut at: usize,
        end: bool,
    ) -> Result<Offer<M::Found>, At<M::Fault>> {
        loop {
            let window = &input[at..];
            let step = self.machine.scan(window, end)?;
            let start = at;
            at += step.used;
            let event = match step.event {
                Event::More if step.used > 0 => continue,
                Event::More => {
                    self.expect_reach(window.len(), end);
                    self.append(window);
                    self.asked = self.held;
                    at = input.len();
                    Event::More
                }
                Event::Found(found) => Event::Found(Placed {
                    found,
                    place: Place::Input(start),
                }),
                Event::Done => Event::Done,
            };
            return Ok(Offer { taken: at, event });
        }
    }

    fn offer_behind_carry(
        &mut self,
        input: &[u8],
        end: bool,
    ) -> Result<Offer<M::Found>, At<M::Fault>> {
        let mut taken = 0;
        // Bytes of `input[taken..]` that lie at the back of the carry on trial.
        let mut tried = match self.held == self.asked {
            true => self.append_some(input, 0),
            false => 0,
        };
        loop {
            let last = end && taken + tried == input.len();
            let window = &self.carry.bytes()[self.start..self.start + self.held];
            let step = match self.machine.scan(window, last) {
                Ok(step) => step,
                Err(at) => {
                    self.held -= tried;
                    return Err(at);
                }
            };
            if let (Event::More, 0) = (step.event, step.used) {
                self.expect_reach(self.held, last);
                self.asked = self.held;
                let more = self.append_some(&input[taken..], tried);
                if more == 0 {
                    let event = Event::More;
                    return Ok(Offer {
                        taken: input.len(),
                        event,
                    });
                }
                tried += more;
                continue;
            }
            let left = self.held - step.used;
            let unused = left.min(tried);
            taken += tried - unused;
            if let (Event::More, true) = (step.event, left > unused) {
                // It is to be shown again, and so stays on trial.
                self.drop_front(step.used);
                tried = unused;
                continue;
            }
            // What was tried and is not used goes back to the input. Bytes of
            // earlier inputs cannot, they stay behind the token.
            self.held -= unused;
            let event = match step.event {
                Event::More => {
                    self.drop_front(step.used);
                    return self.offer_in_place(input, taken, end);
                }
                Event::Found(found) => {
                    // Of no bytes, it leaves as many as there were.
                    self.asked = 0;
                    self.lent = step.used;
                    Event::Found(Placed {
                        found,
                        place: Place::Carry,
                    })
                }
                Event::Done => {
                    self.drop_front(step.used);
                    Event::Done
                }
            };
            return Ok(Offer { taken, event });
        }
    }

    /// Copies as much of `input[tried..]` as may finish the token, and says how
    /// much that is.
    fn append_some(&mut self, input: &[u8], tried: usize) -> usize {
        let room = self.machine.reach() - self.held;
        let most = room.min(input.len() - tried);
        // Of one byte there is nothing to be known before it is copied.
        let wanted = match most {
            0 | 1 => Some(most),
            _ => self.machine.wants(self.held, &input[..tried + most], tried),
        };
        let some = match wanted {
            Some(wanted) => wanted.max(1).min(most),
            None => self.held.max(FIRST_COPY).min(most),
        };
        self.append(&input[tried..tried + some]);
        some
    }

    fn append(&mut self, bytes: &[u8]) {
        let held = self.held + bytes.len();
        if self.start + held > self.carry.bytes().len() {
            self.make_room(held);
        }
        let (from, stop) = (self.start + self.held, self.start + held);
        let room = self.carry.grow(stop, self.machine.reach());
        match bytes {
            // Not worth a call.
            [byte] => room[from] = *byte,
            _ => room[from..stop].copy_from_slice(bytes),
        }
        self.held = held;
    }

    #[cold]
    fn make_room(&mut self, held: usize) {
        let reach = self.machine.reach();
        // Moving what is held into a gap of its length costs no more than
        // the bytes dropped there; into a smaller one only if it must be.
        if self.start >= self.held || self.start + held > reach {
            let held = self.start..self.start + self.held;
            self.carry.grow(held.end, reach).copy_within(held, 0);
            self.start = 0;
        }
    }

    fn drop_front(&mut self, n: usize) {
        if n == 0 {
            return;
        }
        self.asked = 0;
        self.held -= n;
        self.start = if self.held == 0 { 0 } else { self.start + n };
    }

    /// What the carry holds.
    fn held(&self) -> &[u8] {
        &self.carry.bytes()[self.start..self.start + self.held]
    }

    /// A machine which waits within its reach, or at the end, would wait for
    /// ever: that is a bug of the machine and not of the stream.
    fn expect_reach(&self, shown: usize, end: bool) {
        assert!(
            !end && shown < self.machine.reach(),
            "the machine asked for more than its reach of {} bytes",
            self.machine.reach()
        );
    }
}

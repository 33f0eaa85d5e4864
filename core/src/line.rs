//! Lines with universal newlines: `\n`, `\r\n` and `\r` each end one.

mod newlines;
mod token;
mod utf8;

pub use token::{Ending, Line};

use crate::cutter::Cut;
use crate::splitter::Splitter;
use crate::{At, Event, Fault, FaultClass, Overlong, Piece, Scan, Step};
use core::fmt;
use newlines::Newlines;

/// 1 MiB: longer than any line that people write, and small enough to hold.
const DEFAULT_MAX: usize = 1 << 20;

/// Cuts a stream into lines.
///
/// A [`Scan`]: feed it with [`Feed`](crate::Feed), or use `make_line_iter` of
/// an adapter crate. Use it instead of `BufRead::lines` where a line may not be
/// UTF-8, may end with `\r`, may be hostile, or where a `String` for each is
/// too much.
///
/// ```
/// use tidegate_core::{LineScanner, Ending};
///
/// let log = b"first\nsecond\r\nthird\rfourth";
/// let mut lines = LineScanner::new();
/// let mut texts = Vec::new();
/// let used = lines.scan_lines(log, |line| {
///     texts.push(line.text());
///     true
/// });
/// assert_eq!(texts, [b"first".as_slice(), b"second", b"third"]);
/// assert_eq!(&log[used..], b"fourth"); // whole only when the input has ended
/// ```
///
/// # Limits
///
/// A line's text is at most 1 MiB, [`max_len`](Self::max_len) sets another
/// maximum. It counts the bytes of the text and not its terminator, and it is
/// inclusive. What becomes of a longer line [`overlong`](Self::overlong) says.
/// The scanner itself holds about 1400 bytes.
///
/// # Errors
///
/// [`LineFault::TooLong`] at the first byte that exceeds the maximum, with
/// [`Overlong::Fail`]; otherwise none.
///
/// # End of input
///
/// What follows the last terminator is a line if it is not empty, with
/// [`Ending::None`]. There is no empty line behind a final terminator.
///
/// # Reads past the end
///
/// A `\r` at the edge of what is known waits for one byte more, which may be
/// its `\n`; see [`interactive`](Self::interactive). Nothing else is held back.
#[derive(Clone)]
pub struct LineScanner {
    splitter: Splitter<Newlines>,
    /// A `\r` was reported without waiting: a `\n` that comes next is its own.
    swallow_lf: bool,
}

/// Which bytes end a line. Complete by definition: a
/// [`ChunkScanner`](crate::ChunkScanner) cuts at anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LineEnds {
    /// `\n`, `\r\n` and `\r`, as Python's universal newlines. Nothing else, in
    /// particular none of VT, FF, NEL and U+2028.
    #[default]
    Universal,
    /// `\n` alone: a `\r` is text, wherever it is.
    Lf,
}

impl LineScanner {
    /// Universal newlines, a maximum of 1 MiB, longer lines are a fault.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            splitter: Splitter::new(Newlines::new(), DEFAULT_MAX),
            swallow_lf: false,
        }
    }

    /// The longest text of a line, in bytes, its terminator not counted.
    #[must_use]
    pub fn max_len(mut self, max: usize) -> Self {
        self.splitter.set_max(max);
        self
    }

    /// Lets a line be as long as memory allows: only for input you trust.
    #[must_use]
    pub fn unlimited(self) -> Self {
        self.max_len(usize::MAX)
    }

    /// What becomes of a line that is longer than the maximum.
    #[must_use]
    pub fn overlong(mut self, overlong: Overlong) -> Self {
        self.splitter.set_overlong(overlong);
        self
    }

    /// Which bytes end a line.
    #[must_use]
    pub fn ends(mut self, ends: LineEnds) -> Self {
        self.splitter.fall_back();
        self.splitter.terminator.ends = ends;
        self
    }

    /// For terminals and dialogues: a line that ends with `\r` is handed out at
    /// once, instead of waiting to see whether `\n` follows.
    ///
    /// `\r` and `\r\n` are then one ending, [`Ending::Cr`], and the `\n` is
    /// swallowed wherever the input was cut. The price: [`Line::bytes`] no
    /// longer add up to the input, and a reader that is taken back after a line
    /// may still begin with its `\n`.
    #[must_use]
    pub fn interactive(mut self, interactive: bool) -> Self {
        self.splitter.fall_back();
        self.splitter.terminator.interactive = interactive;
        self
    }

    /// Hands each line that lies whole in the window to `each`, until that says
    /// `false`, and returns how many bytes they were.
    ///
    /// This is [`Scan::scan_all`] with lines instead of offsets.
    #[must_use = "the rest of the window is still to be scanned"]
    #[inline]
    pub fn scan_lines<'w>(
        &mut self,
        window: &'w [u8],
        mut each: impl FnMut(Line<'w>) -> bool,
    ) -> usize {
        let mut at = 0;
        self.scan_all(window, &mut |found: LineFound, _: &[u8]| {
            let line = Self::token(found, &window[at..]);
            at += found.len;
            each(line)
        })
    }

    /// A `\n` that may have to be swallowed is no line: the fast path is off.
    #[inline]
    fn is_interactive(&self) -> bool {
        self.splitter.terminator.are_interactive() || self.swallow_lf
    }

    #[inline]
    fn whole(&self, len: usize) -> LineFound {
        LineFound {
            len,
            piece: Piece::Whole,
            ends: self.splitter.terminator.ends,
        }
    }
}

impl Default for LineScanner {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LineScanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineScanner")
            .field("newlines", &self.splitter.terminator)
            .field("cutter", &self.splitter.cutter)
            .finish_non_exhaustive()
    }
}

/// Where a line lies: the offsets from which a [`Line`] is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineFound {
    len: usize,
    piece: Piece,
    ends: LineEnds,
}

impl LineFound {
    /// Whether it is all of the line, or which piece of a long one.
    #[inline]
    pub const fn piece(&self) -> Piece {
        self.piece
    }
}

impl Scan for LineScanner {
    type Found = LineFound;
    type Token<'w> = Line<'w>;
    type Fault = LineFault;

    fn reach(&self) -> usize {
        self.splitter.reach()
    }

    fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<LineFound>, At<LineFault>> {
        if self.swallow_lf && !window.is_empty() {
            self.swallow_lf = false;
            if window[0] == b'\n' {
                let Step { used, .. } = self.splitter.cutter.discard(1);
                return Ok(Step {
                    used,
                    event: Event::More,
                });
            }
        }
        let Step { used, event } = self.splitter.scan(window, end)?;
        // In that mode a `\r` is never text, so one that was used ended a line.
        // At the end there is nothing left to swallow.
        self.swallow_lf = match (event, used.checked_sub(1)) {
            (Event::Done, _) => false,
            (_, None) => self.swallow_lf,
            (_, Some(last)) => self.splitter.terminator.are_interactive() && window[last] == b'\r',
        };
        let event = match event {
            Event::More => Event::More,
            Event::Done => Event::Done,
            Event::Found(Cut { len, piece, .. }) => Event::Found(LineFound {
                len,
                piece,
                ends: self.splitter.terminator.ends,
            }),
        };
        Ok(Step { used, event })
    }

    #[inline]
    fn token(found: LineFound, window: &[u8]) -> Line<'_> {
        Line::new(&window[..found.len], found.piece, found.ends)
    }

    #[inline]
    fn recall(&mut self) -> Option<(usize, LineFound)> {
        let len = self.splitter.recall()?;
        Some((len, self.whole(len)))
    }

    #[inline]
    fn glance(&mut self, window: &[u8]) -> Option<(usize, LineFound)> {
        if !self.splitter.is_ready() && self.is_interactive() {
            return None;
        }
        let len = self.splitter.glance(window)?;
        Some((len, self.whole(len)))
    }

    fn wants(&mut self, held: usize, input: &[u8], tried: usize) -> Option<usize> {
        self.splitter.wants(held, input, tried)
    }

    #[inline]
    fn scan_all(
        &mut self,
        window: &[u8],
        each: &mut impl FnMut(LineFound, &[u8]) -> bool,
    ) -> usize {
        if self.is_interactive() {
            return 0;
        }
        let whole = self.whole(0);
        self.splitter.scan_all(window, |line| {
            let len = line.len();
            each(LineFound { len, ..whole }, line)
        })
    }

    fn refusal(&self, found: LineFound) -> Option<At<LineFault>> {
        (found.piece == Piece::Overlong).then(|| self.splitter.cutter.too_long::<Newlines>())
    }

    fn give_up(&mut self, window: &[u8]) -> Option<(usize, LineFound)> {
        let waits =
            self.splitter.terminator.ends == LineEnds::Universal && window.last() == Some(&b'\r');
        if !waits || !self.splitter.cutter.in_piece() {
            return None;
        }
        let Ok(Step {
            used,
            event: Event::Found(found),
        }) = self.scan(window, true)
        else {
            return None;
        };
        // Should the source come back after all, its `\n` is not another line.
        self.swallow_lf |= used == window.len();
        Some((used, found))
    }
}

/// What can be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LineFault {
    /// Its text is longer than the maximum.
    TooLong {
        /// The maximum in bytes.
        max: usize,
    },
}

impl Fault for LineFault {
    fn class(&self) -> FaultClass {
        match self {
            Self::TooLong { .. } => FaultClass::TooLarge,
        }
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { max } => write!(f, "a line is longer than the {max} bytes allowed"),
        }
    }
}

impl core::error::Error for LineFault {}

//! The machine under the line and the chunk scanner: the cutter which decides,
//! and beside it the index which is fast.

use crate::ahead::Ahead;
use crate::cutter::{Cut, Cutter, Terminator};
use crate::{At, Overlong, Step};

#[derive(Clone)]
pub(crate) struct Splitter<T: Terminator> {
    pub(crate) terminator: T,
    pub(crate) cutter: Cutter<T::Fault>,
    ahead: Ahead,
}

impl<T: Terminator> Splitter<T> {
    pub(crate) const fn new(terminator: T, max: usize) -> Self {
        Self {
            terminator,
            cutter: Cutter::new(max),
            ahead: Ahead::new(),
        }
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn map_terminator<U: Terminator<Fault = T::Fault>>(
        self,
        map: impl FnOnce(T) -> U,
    ) -> Splitter<U> {
        Splitter {
            terminator: map(self.terminator),
            cutter: self.cutter,
            ahead: self.ahead,
        }
    }

    /// How many bytes of whole pieces are known to be at the front of the window.
    pub(crate) fn known(&mut self, window: &[u8]) -> usize {
        if self.ahead.is_empty() && !self.look_ahead(window) {
            return 0;
        }
        self.ahead.known().min(window.len())
    }

    pub(crate) fn set_max(&mut self, max: usize) {
        self.fall_back();
        self.cutter.set_max(max);
    }

    pub(crate) fn set_overlong(&mut self, overlong: Overlong) {
        self.fall_back();
        self.cutter.set_overlong(overlong);
    }

    pub(crate) fn reach(&self) -> usize {
        self.cutter.reach(self.terminator.longest())
    }

    pub(crate) fn scan(&mut self, window: &[u8], end: bool) -> Result<Step<Cut>, At<T::Fault>> {
        self.fall_back();
        self.cutter.scan(&self.terminator, window, end)
    }

    pub(crate) fn wants(&mut self, held: usize, input: &[u8], tried: usize) -> Option<usize> {
        self.cutter.wants(&self.terminator, held, input, tried)
    }

    #[inline]
    pub(crate) fn is_ready(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// The length of the next piece, if that is known without a look.
    #[inline]
    pub(crate) fn recall(&mut self) -> Option<usize> {
        self.ahead.next()
    }

    /// The length of the whole piece at the front of the window.
    #[inline]
    pub(crate) fn glance(&mut self, window: &[u8]) -> Option<usize> {
        if self.ahead.is_empty() && !self.look_ahead(window) {
            return None;
        }
        self.ahead.next().filter(|&len| len <= window.len())
    }

    /// Hands each whole piece in the window to `each`, until that says `false`.
    #[inline]
    pub(crate) fn scan_all(&mut self, window: &[u8], mut each: impl FnMut(&[u8]) -> bool) -> usize {
        let mut at = 0;
        let mut going = true;
        while going && (!self.ahead.is_empty() || self.look_ahead(&window[at..])) {
            let mut rest = &window[at..];
            if self.ahead.known() > rest.len() {
                // Fewer bytes are shown than before.
                break;
            }
            let mut from = self.ahead.at();
            let mut pieces = 0;
            for &end in self.ahead.ends() {
                let next = end as usize + 1;
                // It is there. Were there a way out of the loop for where it is not,
                // what `each` counts could not stay in registers.
                let (piece, behind) = rest.split_at((next - from).min(rest.len()));
                pieces += 1;
                (rest, from) = (behind, next);
                going = each(piece);
                if !going {
                    break;
                }
            }
            at = window.len() - rest.len();
            self.ahead.advance(pieces, from);
        }
        at
    }

    /// The fast path works on whole pieces alone.
    fn look_ahead(&mut self, window: &[u8]) -> bool {
        if !self.cutter.at_start() {
            return false;
        }
        self.fall_back();
        let seen = self.cutter.seen().min(window.len());
        let max = self.cutter.max_text();
        self.terminator
            .look_ahead(&mut self.ahead, window, seen, max);
        !self.ahead.is_empty()
    }

    /// Leaves the fast path: tells the cutter what was done there.
    pub(crate) fn fall_back(&mut self) {
        let (handed_out, seen) = self.ahead.forget();
        self.cutter.handed_out(handed_out, seen);
    }
}

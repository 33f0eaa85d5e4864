use super::Closed;

/// What happens when a stream is closed: a list, one behind the other.
///
/// `()` is the empty list, `(C, D)` one more behind it. Made by
/// [`Closing::on_close`](super::Closing::on_close) and
/// [`Closing::guard`](super::Closing::guard), so that a list needs no
/// allocation.
pub trait Callbacks: Sized {
    /// Runs them in their order, all of them, even if one panics.
    fn run(self, closed: &Closed);
}

/// A callback.
#[derive(Clone, Copy, Debug)]
pub struct OnClose<F>(pub(super) F);

impl<F: FnOnce(&Closed)> OnClose<F> {
    /// This one.
    pub const fn new(callback: F) -> Self {
        Self(callback)
    }
}

/// A value that is dropped when its turn comes.
#[derive(Clone, Copy, Debug)]
pub struct Guarded<G>(pub(super) G);

impl Callbacks for () {
    fn run(self, _: &Closed) {}
}

impl<F: FnOnce(&Closed)> Callbacks for OnClose<F> {
    fn run(self, closed: &Closed) {
        (self.0)(closed);
    }
}

impl<G> Callbacks for Guarded<G> {
    fn run(self, _: &Closed) {
        drop(self.0);
    }
}

impl<C: Callbacks, D: Callbacks> Callbacks for (C, D) {
    fn run(self, closed: &Closed) {
        let (first, last) = self;
        let last = Due::new(last, closed);
        first.run(closed);
        drop(last);
    }
}

/// A list whose length is known when the program runs.
#[cfg(feature = "alloc")]
impl<C: Callbacks> Callbacks for alloc::vec::Vec<C> {
    fn run(self, closed: &Closed) {
        let callbacks = self.into_iter();
        drop(DueList { callbacks, closed });
    }
}

/// The same, one after the other: what is left of it while a panic unwinds runs
/// when it is dropped.
#[cfg(feature = "alloc")]
struct DueList<'c, C: Callbacks> {
    callbacks: alloc::vec::IntoIter<C>,
    closed: &'c Closed,
}

#[cfg(feature = "alloc")]
impl<C: Callbacks> Drop for DueList<'_, C> {
    fn drop(&mut self) {
        let Some(callback) = self.callbacks.next() else {
            return;
        };
        let _others = Self {
            callbacks: core::mem::take(&mut self.callbacks),
            closed: self.closed,
        };
        callback.run(self.closed);
    }
}

/// Callbacks that run when it is dropped, and so also while a panic unwinds.
pub(super) struct Due<'c, C: Callbacks> {
    callbacks: Option<C>,
    closed: &'c Closed,
}

impl<'c, C: Callbacks> Due<'c, C> {
    pub(super) fn new(callbacks: C, closed: &'c Closed) -> Self {
        Self {
            callbacks: Some(callbacks),
            closed,
        }
    }
}

impl<C: Callbacks> Drop for Due<'_, C> {
    fn drop(&mut self) {
        if let Some(callbacks) = self.callbacks.take() {
            callbacks.run(self.closed);
        }
    }
}

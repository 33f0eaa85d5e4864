//! What is to happen once when a stream is over, however it ends.

mod callbacks;
mod iter;

pub use callbacks::{Callbacks, Guarded, OnClose};
pub use iter::ClosingIterator;

/// How a stream ended, and how much of it was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Closed {
    /// How it ended.
    pub outcome: Outcome,
    /// How many bytes were handed out.
    pub bytes: u64,
}

/// How a stream ended.
///
/// Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was taken to its end, or to the length that was promised. An end before
    /// that is an end too: compare the bytes.
    Finished,
    /// It failed.
    Failed,
    /// Nobody wanted the rest.
    Dropped,
}

/// A stream that is closed exactly once: at its end, when it fails, or when it
/// is dropped, whichever comes first.
///
/// The mechanism under [`ClosingIterator`] and the closing readers of the
/// adapter crates, for a stream of your own: ask for the [`stream`](Self::stream),
/// and say what came of it.
///
/// Closing drops the stream first and then runs the callbacks in their order,
/// all of them, even if the stream's own drop or one of them panics. (A second
/// panic while the first unwinds aborts, as always.)
///
/// ```
/// use tidegate_core::{Closed, Closing, Outcome};
///
/// let mut log = Vec::new();
/// let mut closing = Closing::new(b"abc".iter()).on_close(|closed: &Closed| log.push(*closed));
/// while let Some(stream) = closing.stream() {
///     match stream.next() {
///         Some(_) => closing.took(1),
///         None => closing.finish(),
///     }
/// }
/// drop(closing); // it was closed before
/// assert_eq!(log, [Closed { outcome: Outcome::Finished, bytes: 3 }]);
/// ```
#[derive(Debug)]
pub struct Closing<S, C: Callbacks = ()> {
    /// `None` once it is closed.
    open: Option<Open<S, C>>,
    outcome: Option<Outcome>,
    bytes: u64,
    promised: Option<u64>,
}

/// In the order in which they are to be dropped.
#[derive(Debug)]
struct Open<S, C> {
    stream: S,
    callbacks: C,
}

impl<S> Closing<S> {
    /// With nothing to happen yet.
    pub const fn new(stream: S) -> Self {
        let open = Some(Open {
            stream,
            callbacks: (),
        });
        Self {
            open,
            outcome: None,
            bytes: 0,
            promised: None,
        }
    }
}

impl<S, C: Callbacks> Closing<S, C> {
    /// With this list of what is to happen. A `Vec` (`alloc`) of
    /// [`OnClose`] over boxes may grow later.
    ///
    /// ```
    /// use tidegate_core::{Closing, OnClose};
    ///
    /// let mut closed = 0;
    /// let closing = Closing::with("abc", OnClose::new(|_| closed += 1));
    /// drop(closing);
    /// assert_eq!(closed, 1);
    /// ```
    pub const fn with(stream: S, callbacks: C) -> Self {
        Self {
            open: Some(Open { stream, callbacks }),
            outcome: None,
            bytes: 0,
            promised: None,
        }
    }

    /// What is to happen, unless it has happened.
    pub fn callbacks(&mut self) -> Option<&mut C> {
        self.open.as_mut().map(|open| &mut open.callbacks)
    }

    /// Something more to happen, behind what there is already; at once, if it is
    /// closed.
    #[must_use]
    pub fn on_close<F: FnOnce(&Closed)>(self, callback: F) -> Closing<S, (C, OnClose<F>)> {
        self.chain(OnClose(callback))
    }

    /// A value that is kept until then, and dropped behind what there is
    /// already: a temporary file, a permit, a lock.
    #[must_use]
    pub fn guard<G>(self, guard: G) -> Closing<S, (C, Guarded<G>)> {
        self.chain(Guarded(guard))
    }

    /// Whoever takes the stream will stop at so many bytes without asking for
    /// its end, as a server does after a Content-Length: then it is finished,
    /// and not dropped.
    #[must_use]
    pub fn promised(mut self, len: u64) -> Self {
        self.promised = Some(len);
        self
    }

    /// The stream, unless it is closed.
    #[inline]
    pub fn stream(&mut self) -> Option<&mut S> {
        self.open.as_mut().map(|open| &mut open.stream)
    }

    /// The stream, unless it is closed.
    pub fn get_ref(&self) -> Option<&S> {
        self.open.as_ref().map(|open| &open.stream)
    }

    /// How it ended, once it is closed.
    pub const fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// How many bytes were handed out.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// So many bytes were handed out.
    #[inline]
    pub fn took(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// The stream is at its end.
    pub fn finish(&mut self) {
        self.close(Outcome::Finished);
    }

    /// The stream failed.
    pub fn fail(&mut self) {
        self.close(Outcome::Failed);
    }

    fn close(&mut self, outcome: Outcome) {
        let closed = Closed {
            outcome,
            bytes: self.bytes,
        };
        if let Some(Open { stream, callbacks }) = self.open.take() {
            self.outcome = Some(outcome);
            let callbacks = callbacks::Due::new(callbacks, &closed);
            drop(stream);
            drop(callbacks);
        }
    }

    fn chain<D: Callbacks>(mut self, last: D) -> Closing<S, (C, D)> {
        let open = match self.open.take() {
            Some(Open { stream, callbacks }) => Some(Open {
                stream,
                callbacks: (callbacks, last),
            }),
            None => {
                if let Some(outcome) = self.outcome {
                    let bytes = self.bytes;
                    last.run(&Closed { outcome, bytes });
                }
                None
            }
        };
        Closing {
            open,
            outcome: self.outcome,
            bytes: self.bytes,
            promised: self.promised,
        }
    }
}

impl<S, C: Callbacks> Drop for Closing<S, C> {
    fn drop(&mut self) {
        let outcome = match self.promised {
            Some(promised) if self.bytes >= promised => Outcome::Finished,
            _ => Outcome::Dropped,
        };
        self.close(outcome);
    }
}

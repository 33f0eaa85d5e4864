use super::{Callbacks, Closed, Closing, Guarded, OnClose};

/// An iterator of bytes with something to happen once when it is over: at its
/// end, when it fails, or when it is dropped before.
///
/// For the body of an answer that holds a resource, or is to be logged: what
/// Werkzeug's class of the same name is for. The iterator itself is dropped
/// first, which is its `close()`. For a `Read` use `ClosingReader` of an adapter
/// crate.
///
/// ```
/// use core::convert::Infallible;
/// use tidegate_core::{ClosingIterator, Outcome};
///
/// let mut log = None;
/// let blocks = ["Hello ", "World"].map(Ok::<_, Infallible>).into_iter();
/// let mut body = ClosingIterator::new(blocks).on_close(|closed| log = Some(*closed));
/// body.next();
/// drop(body); // the client has gone away
/// assert_eq!(log.unwrap().outcome, Outcome::Dropped);
/// assert_eq!(log.unwrap().bytes, 6);
/// ```
///
/// # Errors
///
/// The first item that is an error is the last one.
///
/// # End of input
///
/// Once ended it stays ended.
#[derive(Debug)]
#[must_use]
pub struct ClosingIterator<I, C: Callbacks = ()> {
    closing: Closing<I, C>,
}

impl<I> ClosingIterator<I> {
    /// With nothing to happen yet.
    pub fn new(iter: impl IntoIterator<IntoIter = I>) -> Self {
        Self {
            closing: Closing::new(iter.into_iter()),
        }
    }
}

impl<I, C: Callbacks> ClosingIterator<I, C> {
    /// Something more to happen; see [`Closing::on_close`].
    pub fn on_close<F: FnOnce(&Closed)>(self, callback: F) -> ClosingIterator<I, (C, OnClose<F>)> {
        ClosingIterator {
            closing: self.closing.on_close(callback),
        }
    }

    /// A value that is kept until then; see [`Closing::guard`].
    pub fn guard<G>(self, guard: G) -> ClosingIterator<I, (C, Guarded<G>)> {
        ClosingIterator {
            closing: self.closing.guard(guard),
        }
    }

    /// Whoever takes it will stop at so many bytes; see [`Closing::promised`].
    pub fn promised(self, len: u64) -> Self {
        Self {
            closing: self.closing.promised(len),
        }
    }

    /// The iterator, unless it is closed.
    pub fn get_ref(&self) -> Option<&I> {
        self.closing.get_ref()
    }
}

impl<I, C, T, E> Iterator for ClosingIterator<I, C>
where
    I: Iterator<Item = Result<T, E>>,
    C: Callbacks,
    T: AsRef<[u8]>,
{
    type Item = Result<T, E>;

    fn next(&mut self) -> Option<Result<T, E>> {
        let item = self.closing.stream()?.next();
        match &item {
            Some(Ok(bytes)) => self.closing.took(bytes.as_ref().len()),
            Some(Err(_)) => self.closing.fail(),
            None => self.closing.finish(),
        }
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self.closing.get_ref() {
            // It may fail before.
            Some(iter) => (0, iter.size_hint().1),
            None => (0, Some(0)),
        }
    }
}

impl<I, C, T, E> core::iter::FusedIterator for ClosingIterator<I, C>
where
    I: Iterator<Item = Result<T, E>>,
    C: Callbacks,
    T: AsRef<[u8]>,
{
}

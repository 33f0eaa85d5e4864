//! Parts that own what they need: the body goes with them, and comes back.

use super::{Multipart, Part};
use crate::source::Source;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

/// The parts of a multipart body as parts of their own, `'static` where the source
/// is, which can be moved into another task.
///
/// A part has the whole body while it is there, and hands it back when it is
/// dropped; the next one is not found before. So nothing is locked while a part is
/// read, and none is harmed where this is dropped first. Use
/// [`Multipart::next_part`] where a part stays in the task: it cannot be waited
/// for in vain.
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use tidegate_async_io::tokio::Multipart;
///
/// let body = &b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
///     --b\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--b--"[..];
/// let form = Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
/// let mut form = form.into_owned();
/// let mut tasks = Vec::new();
/// while let Some(part) = form.next_part().await? {
///     tasks.push(tokio::spawn(part.text(100)));
/// }
/// let mut texts = Vec::new();
/// for task in tasks {
///     texts.push(task.await??);
/// }
/// assert_eq!(texts, ["1", "2"]);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Limits, errors, end of input
///
/// Those of [`Multipart`].
///
/// # Cancel safety
///
/// As [`Multipart::next_part`].
pub struct OwnedMultipart<R: Source<K>, K> {
    /// `None` while a part has it.
    body: Option<Multipart<R, K>>,
    back: Arc<Back<R, K>>,
}

/// The body that an owned part has, and where it is to go then.
pub struct Baton<R: Source<K>, K> {
    /// `None` only in `drop`.
    body: Option<Multipart<R, K>>,
    back: Arc<Back<R, K>>,
}

/// Where a part leaves the body.
struct Back<R: Source<K>, K> {
    state: Mutex<State<Multipart<R, K>>>,
}

enum State<B> {
    /// A part has it, or nobody asked for one.
    Away,
    /// And somebody waits for it.
    Awaited(Waker),
    /// A part is dropped.
    Here(Box<B>),
}

impl<R: Source<K>, K> OwnedMultipart<R, K> {
    pub(super) fn new(body: Multipart<R, K>) -> Self {
        let state = Mutex::new(State::Away);
        Self {
            body: Some(body),
            back: Arc::new(Back { state }),
        }
    }

    /// Goes on to the next part, once the one before is dropped, and past what was
    /// not read of it. Never, if that one is not dropped: one that is forgotten
    /// ([`mem::forget`]), or that this task itself keeps, is waited for without an end,
    /// for nothing tells it from one that is still read. Where that may be, wait with a
    /// timeout.
    ///
    /// # Errors
    ///
    /// See [`Multipart`](Multipart#errors).
    ///
    /// # Cancel safety
    ///
    /// A later call finds the part that this one would have found.
    pub async fn next_part(&mut self) -> io::Result<Option<Part<Baton<R, K>>>> {
        let next = poll_fn(|cx| ready!(self.poll_body(cx)).poll_next_part(cx));
        if !next.await? {
            return Ok(None);
        }
        let body = self.body.take();
        let back = Arc::clone(&self.back);
        Ok(Some(Part::new(Baton { body, back })))
    }

    /// The body, once the part before is dropped; see
    /// [`next_part`](Self::next_part).
    pub async fn into_multipart(mut self) -> Multipart<R, K> {
        poll_fn(|cx| self.poll_body(cx).map(|_| ())).await;
        #[expect(clippy::expect_used, reason = "the line before waited for it")]
        self.body.take().expect("the body is here")
    }

    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<&mut Multipart<R, K>> {
        let body = match self.body.take() {
            Some(body) => body,
            None => ready!(self.back.poll_take(cx)),
        };
        Poll::Ready(self.body.insert(body))
    }
}

impl<R: Source<K>, K> Back<R, K> {
    /// Nothing that may panic is done under it, and nothing that may drop a part.
    fn lock(&self) -> MutexGuard<'_, State<Multipart<R, K>>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Multipart<R, K>> {
        let waker = cx.waker().clone();
        let mut state = self.lock();
        if let State::Here(_) = *state
            && let State::Here(body) = mem::replace(&mut *state, State::Away)
        {
            return Poll::Ready(*body);
        }
        let before = mem::replace(&mut *state, State::Awaited(waker));
        // The waker of a task may be the last that keeps it, and the part in it.
        drop(state);
        drop(before);
        Poll::Pending
    }

    fn put(&self, body: Multipart<R, K>) {
        let before = mem::replace(&mut *self.lock(), State::Here(Box::new(body)));
        if let State::Awaited(waker) = before {
            waker.wake();
        }
    }
}

impl<R: Source<K>, K> Baton<R, K> {
    #[expect(clippy::expect_used, reason = "only drop takes it")]
    pub(super) const fn get(&self) -> &Multipart<R, K> {
        self.body.as_ref().expect("the body is here")
    }

    #[expect(clippy::expect_used, reason = "only drop takes it")]
    pub(super) const fn get_mut(&mut self) -> &mut Multipart<R, K> {
        self.body.as_mut().expect("the body is here")
    }
}

impl<R: Source<K>, K> Drop for Baton<R, K> {
    fn drop(&mut self) {
        if let Some(body) = self.body.take() {
            self.back.put(body);
        }
    }
}

impl<R: Source<K>, K> fmt::Debug for OwnedMultipart<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedMultipart")
            .field("is_here", &self.body.is_some())
            .finish_non_exhaustive()
    }
}

impl<R: Source<K>, K> fmt::Debug for Baton<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Baton").finish_non_exhaustive()
    }
}

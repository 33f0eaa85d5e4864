use super::validate::{Watch, WatchedInput};
use crate::{Budget, Drained, InputStream};
use std::fmt;
use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tidegate_core::validate::InputCheck;
use tidegate_core::{At, BodyKind, InputLimits, LimitFault};

/// The body of a request, as an application gets it: an [`InputStream`] over
/// whatever the request came by.
///
/// Errors, limits and the end are those of [`InputStream`]. When it is dropped,
/// the handler has the stream back, and with it what is unread.
///
/// ```
/// use std::io::Read;
/// use tidegate_std_io::gateway::Input;
///
/// let mut input = Input::from("a body");
/// let mut text = String::new();
/// input.read_to_string(&mut text)?;
/// assert_eq!(text, "a body");
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "wsgi.input")]
pub struct Input {
    stream: Box<dyn Stream>,
    /// What is to happen before the first byte is asked for.
    invite: Option<Invite>,
}

/// Tells the client to send its body.
pub(super) struct Invite(pub(super) Box<dyn FnOnce() -> io::Result<()> + Send>);

impl Invite {
    /// The same until it is withdrawn, and what withdraws it.
    pub(super) fn watched(self) -> (Self, Awaited) {
        let awaited = Awaited(Arc::new(Mutex::new(true)));
        let waits = awaited.clone();
        let invite = move || {
            // Held while it is sent: who withdraws it waits for that.
            let mut waits = waits.lock();
            match std::mem::take(&mut *waits) {
                true => self.0(),
                false => Ok(()),
            }
        };
        (Self(Box::new(invite)), awaited)
    }
}

/// Whether the client still waits to be told to send its body.
#[derive(Clone, Debug)]
pub(super) struct Awaited(Arc<Mutex<bool>>);

impl Awaited {
    pub(super) fn is_awaited(&self) -> bool {
        *self.lock()
    }

    /// Nobody is invited from here on. Says whether nobody was.
    pub(super) fn withdraw(&self) -> bool {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invite").finish_non_exhaustive()
    }
}

impl Input {
    /// The body of this kind, read from here on.
    ///
    /// # Errors
    ///
    /// [`LimitFault::TooLarge`] if it announces to be longer than allowed.
    pub fn new(
        reader: impl BufRead + Send + 'static,
        kind: BodyKind,
        limits: InputLimits,
    ) -> Result<Self, At<LimitFault>> {
        let stream = InputStream::new(reader, kind, limits)?;
        Ok(Self::lend(stream).0)
    }

    /// A body of nothing.
    pub fn empty() -> Self {
        Self::from(&b""[..])
    }

    /// Something to happen once, before the first byte is asked for: a server
    /// sends `100 Continue` then. Its error is that of the read.
    #[must_use]
    pub fn on_first_read(
        mut self,
        invite: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> Self {
        self.invite = Some(Invite(Box::new(invite)));
        self
    }

    /// The stream, and where it will be when the input is dropped.
    pub(super) fn lend<R: BufRead + Send + 'static>(stream: InputStream<R>) -> (Self, Returned<R>) {
        let returned = Returned(Arc::new(Mutex::new(None)));
        let lent = Lent {
            stream: Some(stream),
            home: returned.clone(),
        };
        let input = Self {
            stream: Box::new(lent),
            invite: None,
        };
        (input, returned)
    }

    /// The same under the eyes of a validator.
    pub(super) fn watched(self, check: InputCheck, watch: Watch) -> Self {
        Self {
            stream: Box::new(WatchedInput::new(self, check, watch)),
            invite: None,
        }
    }

    /// How many bytes were handed out.
    pub fn position(&self) -> u64 {
        self.stream.position()
    }

    /// The length that was announced, or the most there may be.
    pub fn limit(&self) -> u64 {
        self.stream.limit()
    }

    /// How many bytes may still come.
    pub fn remaining(&self) -> u64 {
        self.stream.remaining()
    }

    /// The trailer fields of a chunked body, once it is read to its end. Never
    /// treat them as headers.
    pub fn trailers(&self) -> Vec<(&[u8], &[u8])> {
        self.stream.trailers()
    }

    /// Whether it was read to its end, and has one; see
    /// [`InputStream::may_reuse_connection`].
    pub fn may_reuse_connection(&self) -> bool {
        self.stream.may_reuse_connection()
    }

    /// Reads the rest and drops it, as far as the budget goes.
    ///
    /// # Errors
    ///
    /// Those of [`InputStream::drain`].
    pub fn drain(&mut self, budget: Budget) -> io::Result<Drained> {
        self.invite()?;
        self.stream.drain(budget)
    }

    fn invite(&mut self) -> io::Result<()> {
        self.invite.take().map_or(Ok(()), |invite| invite.0())
    }
}

/// An [`InputStream`] over a reader that nobody names.
pub(super) trait Stream: BufRead + Send {
    fn position(&self) -> u64;
    fn limit(&self) -> u64;
    fn remaining(&self) -> u64;
    fn trailers(&self) -> Vec<(&[u8], &[u8])>;
    fn may_reuse_connection(&self) -> bool;
    fn drain(&mut self, budget: Budget) -> io::Result<Drained>;
}

/// Where a stream is when nobody reads it any more.
pub(super) struct Returned<R: BufRead>(Arc<Mutex<Option<InputStream<R>>>>);

impl<R: BufRead> Clone for Returned<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: BufRead> Returned<R> {
    /// `None` while somebody has it.
    pub(super) fn take(&self) -> Option<InputStream<R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Back to where it was taken from.
    pub(super) fn put(&self, stream: InputStream<R>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
    }
}

/// Goes home when it is dropped.
struct Lent<R: BufRead> {
    /// There until the drop.
    stream: Option<InputStream<R>>,
    home: Returned<R>,
}

impl<R: BufRead> Lent<R> {
    #[expect(clippy::expect_used, reason = "it is only taken by the drop")]
    fn get(&self) -> &InputStream<R> {
        self.stream.as_ref().expect("there until the drop")
    }

    #[expect(clippy::expect_used, reason = "it is only taken by the drop")]
    fn get_mut(&mut self) -> &mut InputStream<R> {
        self.stream.as_mut().expect("there until the drop")
    }
}

impl<R: BufRead> Drop for Lent<R> {
    fn drop(&mut self) {
        let mut home = self.home.0.lock().unwrap_or_else(PoisonError::into_inner);
        *home = self.stream.take();
    }
}

impl<R: BufRead> Read for Lent<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.get_mut().read(buf)
    }
}

impl<R: BufRead> BufRead for Lent<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.get_mut().fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.get_mut().consume(amount);
    }
}

impl<R: BufRead + Send> Stream for Lent<R> {
    fn position(&self) -> u64 {
        self.get().position()
    }

    fn limit(&self) -> u64 {
        self.get().limit()
    }

    fn remaining(&self) -> u64 {
        self.get().remaining()
    }

    fn trailers(&self) -> Vec<(&[u8], &[u8])> {
        self.get().trailers().collect()
    }

    fn may_reuse_connection(&self) -> bool {
        self.get().may_reuse_connection()
    }

    fn drain(&mut self, budget: Budget) -> io::Result<Drained> {
        self.get_mut().drain(budget)
    }
}

impl From<Vec<u8>> for Input {
    /// All of it, for tests and for clients in process.
    fn from(bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        let limits = InputLimits::new().unlimited();
        #[expect(clippy::expect_used, reason = "no length is above no limit")]
        Self::new(io::Cursor::new(bytes), BodyKind::Length(length), limits).expect("unlimited")
    }
}

impl From<&[u8]> for Input {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.invite()?;
        self.stream.read(buf)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.invite()?;
        self.stream.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.stream.consume(amount);
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("limit", &self.limit())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

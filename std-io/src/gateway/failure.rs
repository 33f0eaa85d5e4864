use super::{Crowded, HeadFault};
use crate::InputStream;
use crate::status::class_of;
use http::StatusCode;
use std::backtrace::Backtrace;
use std::error::Error;
use std::fmt;
use std::io::{self, BufRead};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tidegate_core::{At, BodyKind, FileFault, PaceFault};

/// Why there is no answer of an application: its error, or its panic.
///
/// Any error becomes one by `?`, with the backtrace of that place if
/// `RUST_BACKTRACE` asks for backtraces. It is no `Error` itself, so that it can
/// be made of all of them.
///
/// ```
/// use tidegate_std_io::gateway::Failure;
///
/// fn number(text: &str) -> Result<u32, Failure> {
///     Ok(text.parse()?)
/// }
///
/// let failure = number("four").unwrap_err();
/// assert_eq!(failure.to_string(), "invalid digit found in string");
/// assert_eq!(failure.status(), None);
/// ```
pub struct Failure {
    error: Box<dyn Error + Send + Sync>,
    backtrace: Backtrace,
    /// What is said before the error.
    context: Option<String>,
}

impl Failure {
    /// The error.
    pub fn error(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }

    /// Where it became a failure. Of a panic it is empty: the panic hook has
    /// told of it.
    pub const fn backtrace(&self) -> &Backtrace {
        &self.backtrace
    }

    /// 400, 408 or 413 if the request is to blame, which is so for an error that
    /// tidegate made of it: see [`fault_class`](crate::fault_class).
    ///
    /// What a [`SimpleServer`](super::SimpleServer) refuses itself has a status
    /// too: that of a [`HeadFault`], and 503 of [`Crowded`].
    pub fn status(&self) -> Option<StatusCode> {
        let cause = self.cause()?;
        let status = match (cause.downcast_ref::<HeadFault>(), cause.is::<Crowded>()) {
            (Some(fault), _) => fault.http_status(),
            (None, true) => 503,
            // Of what a file is too short for the request is innocent.
            (None, false) if cause.is::<At<FileFault>>() => return None,
            (None, false) => class_of(cause)?.http_status(),
        };
        StatusCode::from_u16(status).ok()
    }

    /// The error, or what an `io::Error` holds.
    fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        match self.error().downcast_ref::<io::Error>() {
            Some(error) => error.get_ref(),
            None => Some(self.error()),
        }
    }

    pub(super) fn of_panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let text = match payload.downcast_ref::<&str>() {
            Some(text) => Some(*text),
            None => payload.downcast_ref::<String>().map(String::as_str),
        };
        let text = text.unwrap_or("of something that is no text");
        Self {
            error: format!("the application panicked: {text}").into(),
            backtrace: Backtrace::disabled(),
            context: None,
        }
    }

    /// What the client, the body or a disk may be to blame for, with how much of
    /// the body there was, unless that was all of it.
    pub(super) fn of_stream<R: BufRead>(self, stream: &InputStream<R>, kind: BodyKind) -> Self {
        let is_of_io = self.error().is::<io::Error>() || self.status().is_some();
        match is_of_io && !stream.may_reuse_connection() {
            true => self.of_body(kind, Some(stream.position())),
            false => self,
        }
    }

    /// Of a request whose body was to be of this kind, and of which so many bytes
    /// were read, if any could be.
    pub(super) fn of_body(mut self, kind: BodyKind, received: Option<u64>) -> Self {
        let announced = match kind.content_length() {
            Some(length) => format!("expected {length} bytes of body"),
            None => "expected a chunked body".to_owned(),
        };
        self.context = Some(match received {
            Some(received) => format!("{announced}, received {received}"),
            None => announced,
        });
        self
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            backtrace: Backtrace::capture(),
            context: None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(context) = &self.context {
            write!(f, "{context}: ")?;
        }
        match self.cause().and_then(|cause| cause.downcast_ref()) {
            // Its offset counts from wherever the patience began.
            Some(At::<PaceFault> { fault, .. }) => fault.fmt(f),
            None => self.error.fmt(f),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// What would unwind is a failure.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Failure> {
    // Nothing that was half done is looked at again: what a panic leaves is
    // dropped, or is a writer whose response is cut short.
    let caught = catch_unwind(AssertUnwindSafe(work));
    caught.map_err(|payload| Failure::of_panic(&*payload))
}

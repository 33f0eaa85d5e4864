use crate::status::class_of;
use http::StatusCode;
use std::backtrace::Backtrace;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{fmt, io};
use tidegate_core::{At, FileFault};

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
    pub fn status(&self) -> Option<StatusCode> {
        let error = self.error();
        let inner = match error.downcast_ref::<io::Error>() {
            Some(error) => error.get_ref()?,
            None => error,
        };
        // Of what a file is too short for the request is innocent.
        let class = class_of(inner).filter(|_| !inner.is::<At<FileFault>>())?;
        StatusCode::from_u16(class.http_status()).ok()
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
        }
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            backtrace: Backtrace::capture(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
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

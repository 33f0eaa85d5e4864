use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Where a handler and its applications write what is for the operator and not
/// for the client: in the extensions of each request.
///
/// Clones write to the same stream.
#[derive(Clone)]
#[doc(alias = "wsgi.errors")]
pub struct ErrorStream(Arc<Mutex<dyn Write + Send>>);

impl ErrorStream {
    /// This one.
    pub fn new(stream: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(stream)))
    }

    /// The standard error of the process.
    pub fn stderr() -> Self {
        static STDERR: LazyLock<ErrorStream> = LazyLock::new(|| ErrorStream::new(io::stderr()));
        STDERR.clone()
    }
}

impl Write for ErrorStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Who panicked while writing left no more than half a line.
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        // Under one lock, so that lines stay whole.
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
    }
}

impl fmt::Debug for ErrorStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorStream").finish_non_exhaustive()
    }
}

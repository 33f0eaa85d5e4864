use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Where a handler and its applications write what is for the operator and not
/// for the client: in the extensions of each request.
///
/// Clones write to the same stream. What one `write!` or `writeln!` writes stays
/// together.
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

    fn write_fmt(&mut self, line: fmt::Arguments<'_>) -> io::Result<()> {
        // Made before: it may hold something that writes here as it is shown.
        match line.as_str() {
            Some(line) => self.write_all(line.as_bytes()),
            None => self.write_all(line.to_string().as_bytes()),
        }
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

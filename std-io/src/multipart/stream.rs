use super::{Form, FormValue};
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use tempfile::SpooledTempFile;
use tidegate_core::Boundary;

/// How [`stream_encode_multipart`] encodes.
///
/// ```
/// use tidegate_std_io::StreamOptions;
///
/// let in_memory = StreamOptions::new().use_tempfile(false);
/// let options = StreamOptions::new().threshold(64 << 10);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct StreamOptions {
    use_tempfile: bool,
    threshold: usize,
    boundary: Option<Boundary>,
}

impl StreamOptions {
    /// Into a temporary file behind 512,000 bytes, with a random boundary: as
    /// Werkzeug does.
    pub const fn new() -> Self {
        Self {
            use_tempfile: true,
            threshold: 500 * 1024,
            boundary: None,
        }
    }

    /// How many bytes may stay in memory, at most.
    pub const fn threshold(mut self, bytes: usize) -> Self {
        self.threshold = bytes;
        self
    }

    /// Whether a temporary file may be used; otherwise all stays in memory,
    /// however much it is.
    pub const fn use_tempfile(mut self, allowed: bool) -> Self {
        self.use_tempfile = allowed;
        self
    }

    /// This boundary, which must not occur in what is encoded.
    pub const fn boundary(mut self, boundary: Boundary) -> Self {
        self.boundary = Some(boundary);
        self
    }
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Encodes a form whole, into memory or a temporary file: the body as a stream
/// that stands at its start, its length, and its boundary.
///
/// To send a form right away [`Form`] needs neither.
///
/// ```
/// use tidegate_std_io::{StreamOptions, stream_encode_multipart};
///
/// let values = [("title", "Tide"), ("gate", "open")];
/// let (mut body, length, boundary) = stream_encode_multipart(values, StreamOptions::new())?;
/// assert_eq!(std::io::copy(&mut body, &mut std::io::sink())?, length);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of the readers among the values and of the temporary file, and
/// `InvalidInput` for a head that would be broken by one of its fields or a
/// given boundary that occurs in a value that lies in memory: in files and
/// readers it is not looked for.
pub fn stream_encode_multipart<'a, N: AsRef<str>, V: Into<FormValue<'a>>>(
    values: impl IntoIterator<Item = (N, V)>,
    options: StreamOptions,
) -> io::Result<(MultipartStream, u64, Boundary)> {
    let mut form = match options.boundary {
        Some(boundary) => Form::with_boundary(boundary),
        None => Form::new()?,
    };
    form.values(values)?;
    let mut stream = SpooledTempFile::new(match options.use_tempfile {
        true => options.threshold,
        false => usize::MAX,
    });
    let mut body = form.finish()?;
    let length = body.write_to(&mut stream)?;
    stream.rewind()?;
    Ok((MultipartStream(stream), length, *body.boundary()))
}

/// A body made by [`stream_encode_multipart`]. Its temporary file is gone when
/// it is.
pub struct MultipartStream(SpooledTempFile);

impl MultipartStream {
    /// It was too long to stay in memory.
    pub fn is_on_disk(&self) -> bool {
        self.0.is_rolled()
    }
}

impl Read for MultipartStream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl Seek for MultipartStream {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.0.seek(position)
    }
}

impl fmt::Debug for MultipartStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultipartStream")
            .field("is_on_disk", &self.is_on_disk())
            .finish_non_exhaustive()
    }
}

use super::{Form, FormValue};
use std::io;
use tidegate_core::Boundary;

/// Encodes a form whole, in memory, with a boundary of its own.
///
/// For a form that is large, sent in pieces, or of files use [`Form`]; to get
/// the body as a stream that spills to disk, `stream_encode_multipart` (feature
/// `tempfile`).
///
/// ```
/// use tidegate_std_io::encode_multipart;
///
/// let (boundary, body) = encode_multipart([("title", "Tide"), ("gate", "open")])?;
/// assert!(body.starts_with(format!("--{}\r\n", boundary.as_str()).as_bytes()));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of the readers among the values, `InvalidInput` with a
/// [`PartFault`](tidegate_core::PartFault) for a field of a head that would
/// break it, and `OutOfMemory` if there is no room for the length that the parts
/// promise.
pub fn encode_multipart<'a, N: AsRef<str>, V: Into<FormValue<'a>>>(
    values: impl IntoIterator<Item = (N, V)>,
) -> io::Result<(Boundary, Vec<u8>)> {
    let mut form = Form::new()?;
    form.values(values)?;
    let mut form = form.finish()?;
    let mut body = Vec::new();
    if let Some(len) = form.content_length() {
        body.try_reserve_exact(usize::try_from(len).unwrap_or(usize::MAX))?;
    }
    form.write_to(&mut body)?;
    Ok((*form.boundary(), body))
}

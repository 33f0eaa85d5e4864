//! What the path of a file says of it.

use std::borrow::Cow;
use std::path::Path;

/// The file name alone: where it lies is nobody's business.
pub(super) fn file_name(path: &Path) -> Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}

/// The media type that belongs to its extension.
#[cfg(feature = "mime_guess")]
pub(super) fn media_type(filename: &str) -> &'static str {
    let guess = mime_guess::from_path(filename);
    guess.first_raw().unwrap_or(UNKNOWN)
}

/// Nobody knows.
#[cfg(not(feature = "mime_guess"))]
pub(super) fn media_type(_filename: &str) -> &'static str {
    UNKNOWN
}

/// RFC 7578 section 4.4.
const UNKNOWN: &str = "application/octet-stream";

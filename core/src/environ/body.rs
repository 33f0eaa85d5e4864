use super::Environ;
use super::variables::value;
use crate::{BodyKind, BodyKindFault, HttpVersion};

/// How the body of the request is delimited, by `CONTENT_LENGTH` and
/// `HTTP_TRANSFER_ENCODING`: what `input_stream` of an adapter crate needs.
///
/// A `CONTENT_LENGTH` of nothing is none (RFC 3875 section 4.1.2). A gateway
/// that has undone the chunked coding sets a length, or says so by
/// [`InputLimits::input_terminated`](crate::InputLimits::input_terminated).
///
/// # Errors
///
/// As [`BodyKind::of_request`]. Where Werkzeug takes a length that is no number
/// for 0, what the client takes for the body would be left for somebody else to
/// read as a request.
pub fn body_kind<E: Environ + ?Sized>(environ: &E) -> Result<BodyKind, BodyKindFault> {
    let version = match value(environ, "SERVER_PROTOCOL") {
        b"HTTP/1.0" => HttpVersion::Http10,
        _ => HttpVersion::Http11,
    };
    let length = environ.var("CONTENT_LENGTH").filter(|it| !it.is_empty());
    let coding = environ.var("HTTP_TRANSFER_ENCODING");
    let length = length.map(|value| ("Content-Length", value));
    let coding = coding.map(|value| ("Transfer-Encoding", value));
    BodyKind::of_request(version, length.into_iter().chain(coding))
}

/// The length of the body, if it is announced.
///
/// ```
/// use tidegate_core::BodyKindFault;
/// use tidegate_core::environ::content_length;
///
/// assert_eq!(content_length(&[("CONTENT_LENGTH", "42")]), Ok(Some(42)));
/// assert_eq!(content_length(&[("HTTP_TRANSFER_ENCODING", "chunked")]), Ok(None));
/// let signed = content_length(&[("CONTENT_LENGTH", "+42")]);
/// assert_eq!(signed, Err(BodyKindFault::SignedLength));
/// ```
///
/// # Errors
///
/// As [`body_kind`].
#[doc(alias = "get_content_length")]
pub fn content_length<E: Environ + ?Sized>(environ: &E) -> Result<Option<u64>, BodyKindFault> {
    body_kind(environ).map(BodyKind::content_length)
}

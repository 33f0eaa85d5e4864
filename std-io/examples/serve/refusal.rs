//! What is said where a route, or the server, has no answer. The connection ends
//! with it.

use crate::answer::Answer;
use http::{Response, StatusCode};
use std::io::{self, ErrorKind};
use tidegate_std_io::gateway::{Failure, IntoResponse, Output};

/// Everything is said: there is nothing in it that a client may not know.
pub(crate) fn page(failure: &Failure) -> Response<Output> {
    let status = status(failure);
    let text = format!("{} {}: {failure}\n", status.as_str(), reason(status));
    let page = Answer::text(status.as_u16(), text).into_response();
    // Its status and its headers are some.
    page.unwrap_or_default()
}

/// The faults of tidegate know their status. What else fails is the connection,
/// or our own fault.
fn status(failure: &Failure) -> StatusCode {
    let kind = failure.error().downcast_ref().map(io::Error::kind);
    failure.status().unwrap_or(match kind {
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe) => {
            StatusCode::BAD_REQUEST
        }
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => StatusCode::INSUFFICIENT_STORAGE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    })
}

/// The reason phrase of a status, which is for people alone.
fn reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Content Too Large",
        status => status.canonical_reason().unwrap_or_default(),
    }
}

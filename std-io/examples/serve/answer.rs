//! An answer of a route: a status, headers and content.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use std::time::SystemTime;
use tidegate_std_io::gateway::{Failure, IntoResponse, Output};

pub(crate) struct Answer {
    status: u16,
    headers: Vec<(HeaderName, String)>,
    content: Output,
}

impl Answer {
    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::typed(status, "text/plain; charset=utf-8", text.into())
    }

    /// The text of a JSON value; the newline behind it is added.
    pub(crate) fn json(value: impl Into<String>) -> Self {
        let mut content = value.into();
        content.push('\n');
        Self::typed(200, "application/json", content)
    }

    pub(crate) fn html(page: String) -> Self {
        Self::typed(200, "text/html; charset=utf-8", page)
    }

    /// With no other headers than those which every answer has.
    pub(crate) fn new(status: u16, content: impl Into<Output>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content: content.into(),
        }
    }

    fn typed(status: u16, content_type: &str, content: String) -> Self {
        Self::new(status, content).with(CONTENT_TYPE, content_type)
    }

    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        let mut response = Response::new(self.content);
        *response.status_mut() = StatusCode::from_u16(self.status)?;
        for (name, value) in self.headers {
            response
                .headers_mut()
                .append(name, HeaderValue::try_from(value)?);
        }
        Ok(response)
    }
}

/// A time as RFC 9110 section 5.6.7 writes it, which is only possible from 1970
/// to 9999. A clock that was never set may stand anywhere, and so may the date
/// of a file: of such a one nothing is said.
pub(crate) fn http_date(time: SystemTime) -> Option<String> {
    const YEAR_10000: u64 = 253_402_300_800;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (since.as_secs() < YEAR_10000).then(|| httpdate::fmt_http_date(time))
}

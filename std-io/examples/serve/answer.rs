//! An answer: a status, headers and content, and how it is written out.

use crate::request::Request;
use std::io::{self, Write};
use std::time::SystemTime;
use tidegate_std_io::HttpVersion;

pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    content: Vec<u8>,
}

/// What of the request, and of the connection's state, shows in an answer.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    with_content: bool,
    /// The value of the Connection header, where one is needed.
    connection: Option<&'static str>,
}

impl Manner {
    pub(crate) fn of(request: &Request<'_>, keep: bool) -> Self {
        Self {
            with_content: !request.is_head(),
            connection: match (keep, request.version()) {
                (false, _) => Some("close"),
                (true, HttpVersion::Http10) => Some("keep-alive"),
                (true, HttpVersion::Http11) => None,
            },
        }
    }

    pub(crate) fn last(with_content: bool) -> Self {
        Self {
            with_content,
            connection: Some("close"),
        }
    }
}

impl Answer {
    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.into())
    }

    /// The text of a JSON value; the newline behind it is added.
    pub(crate) fn json(value: impl Into<String>) -> Self {
        let mut content = value.into();
        content.push('\n');
        Self::new(200, "application/json", content)
    }

    fn new(status: u16, content_type: &str, content: String) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", content_type.to_owned())],
            content: content.into_bytes(),
        }
    }

    /// The value is ours and not the client's: it is written as it is.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn write_to(&self, mut to: impl Write, manner: Manner) -> io::Result<()> {
        let mut bytes = format!(
            "HTTP/1.1 {} {}\r\nContent-Length: {}\r\n",
            self.status,
            reason(self.status),
            self.content.len()
        )
        .into_bytes();
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let date = date();
        let date = date.as_deref().map(|value| ("Date", value));
        let connection = manner.connection.map(|value| ("Connection", value));
        for (name, value) in headers.chain(date).chain(connection) {
            write!(bytes, "{name}: {value}\r\n")?;
        }
        bytes.extend_from_slice(b"\r\n");
        if manner.with_content {
            bytes.extend_from_slice(&self.content);
        }
        to.write_all(&bytes)
    }
}

/// Now, as RFC 9110 section 6.6.1 wants it of who has a clock. A clock that was
/// never set may stand before 1970, or anywhere: who has such a one says nothing.
fn date() -> Option<String> {
    const YEAR_10000: u64 = 253_402_300_800;
    let now = SystemTime::now();
    let since = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (since.as_secs() < YEAR_10000).then(|| httpdate::fmt_http_date(now))
}

/// The reason phrase of a status, which is for people alone.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}

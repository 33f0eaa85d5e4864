//! An answer: a status, headers and content, and how it is written out.

use crate::content::Content;
use crate::request::Request;
use std::io::{self, Write};
use std::time::SystemTime;
use tidegate_std_io::{FileSink, HttpVersion};

pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    content: Content,
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
    pub(crate) fn new(status: u16, content: Content) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content,
        }
    }

    fn typed(status: u16, content_type: &str, content: String) -> Self {
        Self::new(status, Content::Bytes(content.into_bytes())).with("Content-Type", content_type)
    }

    /// The value is ours and not the client's: it is written as it is.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// How many bytes follow the head.
    pub(crate) fn length(&self, manner: Manner) -> u64 {
        match manner.with_content {
            true => self.content.left().unwrap_or(0),
            false => 0,
        }
    }

    /// Sends it. The error says how far it got.
    pub(crate) fn write_to(mut self, to: &mut impl FileSink, manner: Manner) -> io::Result<()> {
        let mut bytes = self.head(manner)?;
        if manner.with_content {
            bytes.append(&mut self.content.take_bytes());
        }
        to.write_all(&bytes)
            .map_err(|error| io::Error::new(error.kind(), format!("unanswered: {error}")))?;
        match manner.with_content {
            true => self.content.send_to(to),
            false => Ok(()),
        }
    }

    fn head(&self, manner: Manner) -> io::Result<Vec<u8>> {
        let status = self.status;
        let mut bytes = format!("HTTP/1.1 {status} {}\r\n", reason(status)).into_bytes();
        if let Some(length) = self.content.left() {
            write!(bytes, "Content-Length: {length}\r\n")?;
        }
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let date = http_date(SystemTime::now());
        let date = date.as_deref().map(|value| ("Date", value));
        let connection = manner.connection.map(|value| ("Connection", value));
        for (name, value) in headers.chain(date).chain(connection) {
            write!(bytes, "{name}: {value}\r\n")?;
        }
        bytes.extend_from_slice(b"\r\n");
        Ok(bytes)
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

/// The reason phrase of a status, which is for people alone.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ => "",
    }
}

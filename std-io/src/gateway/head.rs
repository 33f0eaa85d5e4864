//! What goes out in front of a body, and how the body is delimited.

use super::headers::write_field;
use super::input::Awaited;
use super::{HandlerOptions, Output, ResponseFault};
use http::header::{
    CONNECTION, CONTENT_LENGTH, DATE, HeaderName, HeaderValue, SERVER, TRANSFER_ENCODING,
};
use http::request::Parts as RequestParts;
use http::response::Parts;
use http::{Method, StatusCode, Version};
use std::time::SystemTime;
use tidegate_core::BodyKind;
use tidegate_core::environ::is_hop_by_hop;

/// What of a request its response depends on.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    pub(super) origin: bool,
    keep_alive: bool,
    is_head: bool,
    /// Both sides know chunks.
    is_1_1: bool,
    version: Version,
    server: Option<HeaderValue>,
    /// What may still invite the body of the request.
    awaited: Option<Awaited>,
}

impl Manner {
    /// Of a request that is none, nothing is known.
    pub(super) fn new(request: Option<&RequestParts>, options: &HandlerOptions) -> Self {
        Self {
            origin: options.origin_server,
            // Behind an answer to CONNECT comes what is in the tunnel, which is
            // no request (RFC 9110 section 9.3.6).
            keep_alive: options.keep_alive
                && request.is_some_and(|request| request.method != Method::CONNECT),
            is_head: request.is_some_and(|request| request.method == Method::HEAD),
            is_1_1: options.http_version > Version::HTTP_10
                && request.is_some_and(|request| request.version > Version::HTTP_10),
            version: options.http_version,
            server: options.server_software.clone(),
            awaited: None,
        }
    }

    /// The client may be invited to send its body, until there is an answer.
    pub(super) fn awaits(&mut self, awaited: Awaited) {
        self.awaited = Some(awaited);
    }

    /// Whether another request may come behind this one.
    ///
    /// Not if the client was not told to send its body: it may be sent or not, and
    /// nobody will know which.
    pub(super) fn keeps(&self) -> bool {
        self.keep_alive && !self.awaited.as_ref().is_some_and(Awaited::is_awaited)
    }

    /// No other request may come behind this one.
    pub(super) const fn close(&mut self) {
        self.keep_alive = false;
    }
}

/// The head of a response, checked, and not sent yet.
#[derive(Debug)]
pub(super) struct Head {
    parts: Parts,
    manner: Manner,
    /// The length of the body, if it is known.
    promised: Option<u64>,
}

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// Not at all, whatever there is of it.
    Nothing,
    Length(u64),
    Chunked,
    UntilClose,
}

impl Head {
    /// # Errors
    ///
    /// What no application may say.
    pub(super) fn new(
        mut parts: Parts,
        output: &Output,
        manner: Manner,
    ) -> Result<Self, ResponseFault> {
        if parts.status.is_informational() {
            return Err(ResponseFault::Informational);
        }
        if let Some(name) = parts.headers.keys().find(|name| is_hop_by_hop(name)) {
            return Err(ResponseFault::HopByHop(name.clone()));
        }
        if !manner.origin && parts.headers.contains_key("status") {
            return Err(ResponseFault::StatusField);
        }
        let promised = content_length(&parts)?;
        // Of what GET would be answered with nothing is known here.
        let has = output
            .length()
            .filter(|_| parts.status != StatusCode::NOT_MODIFIED);
        let promised = match parts.status {
            StatusCode::NO_CONTENT => {
                parts.headers.remove(CONTENT_LENGTH);
                None
            }
            // It has none, and says so (RFC 9110 section 15.3.6).
            StatusCode::RESET_CONTENT => Some(0),
            // To HEAD it says what GET would say.
            _ => match (promised, has) {
                (Some(promised), Some(has)) if !manner.is_head && promised != has => {
                    return Err(ResponseFault::OtherLength { promised, has });
                }
                (promised, has) => promised.or(has),
            },
        };
        Ok(Self {
            promised,
            parts,
            manner,
        })
    }

    /// Nothing of a body is sent, whatever there is.
    pub(super) fn has_no_body(&self) -> bool {
        let status = self.parts.status;
        self.manner.is_head
            || matches!(
                status,
                StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED
            )
    }

    pub(super) const fn promised(&self) -> Option<u64> {
        self.promised
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// Says how the body is delimited, where it is there or turned out to be
    /// empty.
    pub(super) fn settle(&mut self, is_empty: bool) -> Framing {
        let manner = &self.manner;
        let framing = match self.promised {
            _ if self.has_no_body() => Framing::Nothing,
            Some(promised) => Framing::Length(promised),
            None if is_empty => Framing::Length(0),
            None if manner.origin && manner.is_1_1 => Framing::Chunked,
            None => Framing::UntilClose,
        };
        let announced = match framing {
            Framing::Length(length) => Some(length),
            // Of 304 and 204 nothing is known but what was said.
            Framing::Nothing
                if manner.is_head || self.parts.status == StatusCode::RESET_CONTENT =>
            {
                self.promised
            }
            _ => None,
        };
        if let Some(length) = announced {
            self.parts.headers.insert(CONTENT_LENGTH, length.into());
        }
        framing
    }

    /// What it says, without what a server adds.
    #[cfg(feature = "testing")]
    pub(super) fn into_parts(self) -> Parts {
        self.parts
    }

    /// The bytes, where a body is there or turned out to be empty; and whether
    /// there may be another response behind it.
    pub(super) fn finish(mut self, is_empty: bool) -> (Vec<u8>, Framing, bool) {
        let framing = self.settle(is_empty);
        let Self {
            mut parts, manner, ..
        } = self;
        // Behind this head an invitation would be a part of the body.
        let is_awaited = manner.awaited.as_ref().is_some_and(Awaited::withdraw);
        let keeps = manner.keep_alive && !is_awaited && framing != Framing::UntilClose;
        let mut bytes = first_line(&manner, parts.status);
        if manner.origin {
            // The one that tells where it ends goes first.
            let length = parts.headers.remove(CONTENT_LENGTH);
            let length = length.as_ref().map(|length| (&CONTENT_LENGTH, length));
            for (name, value) in length.into_iter().chain(&parts.headers) {
                write_titled(&mut bytes, name, value);
            }
            let own = own_fields(&manner, framing, keeps);
            for (name, value) in own.into_iter().flatten() {
                if !parts.headers.contains_key(&name) {
                    write_titled(&mut bytes, &name, &value);
                }
            }
        } else {
            for (name, value) in &parts.headers {
                write_field(&mut bytes, name.as_str().as_bytes(), value.as_bytes());
            }
        }
        bytes.extend(b"\r\n");
        (bytes, framing, keeps)
    }
}

/// As people write a name, and old clients look for it: `Content-Length`.
fn write_titled(to: &mut Vec<u8>, name: &HeaderName, value: &HeaderValue) {
    let start = to.len();
    write_field(to, name.as_str().as_bytes(), value.as_bytes());
    let mut begins = true;
    for byte in &mut to[start..start + name.as_str().len()] {
        if begins {
            byte.make_ascii_uppercase();
        }
        begins = *byte == b'-';
    }
}

fn first_line(manner: &Manner, status: StatusCode) -> Vec<u8> {
    let word = match (manner.origin, manner.version) {
        (false, _) => "Status:",
        (true, Version::HTTP_09 | Version::HTTP_10) => "HTTP/1.0",
        (true, _) => "HTTP/1.1",
    };
    let reason = match status {
        // As RFC 9110 section 15.5.14 names it.
        StatusCode::PAYLOAD_TOO_LARGE => "Content Too Large",
        status => status.canonical_reason().unwrap_or("Unknown"),
    };
    format!("{word} {} {reason}\r\n", status.as_str()).into_bytes()
}

type Field = (HeaderName, HeaderValue);

/// What an origin server adds, unless the application has said it.
fn own_fields(manner: &Manner, framing: Framing, keeps: bool) -> [Option<Field>; 4] {
    let coding = (framing == Framing::Chunked).then(|| HeaderValue::from_static("chunked"));
    let connection = match (keeps, manner.is_1_1) {
        (true, true) => None,
        (true, false) => Some(HeaderValue::from_static("keep-alive")),
        (false, _) => Some(HeaderValue::from_static("close")),
    };
    [
        date().map(|date| (DATE, date)),
        manner.server.clone().map(|server| (SERVER, server)),
        coding.map(|coding| (TRANSFER_ENCODING, coding)),
        connection.map(|connection| (CONNECTION, connection)),
    ]
}

/// A clock that was never set may stand where no date can be written.
fn date() -> Option<HeaderValue> {
    const YEAR_10000: u64 = 253_402_300_800;
    let now = SystemTime::now();
    let since = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let date = (since.as_secs() < YEAR_10000).then(|| httpdate::fmt_http_date(now))?;
    HeaderValue::try_from(date).ok()
}

/// What the application says of its length, in the one way that all readers
/// take for the same.
fn content_length(parts: &Parts) -> Result<Option<u64>, ResponseFault> {
    let values = parts.headers.get_all(CONTENT_LENGTH).iter();
    let fields = values.map(|value| (CONTENT_LENGTH.as_str(), value.as_bytes()));
    BodyKind::of_request(tidegate_core::HttpVersion::Http11, fields)
        .map(BodyKind::content_length)
        .map_err(|_| ResponseFault::ContentLength)
}

//! Trailer fields: a line of them as it is read, and a list of them that may be
//! written.

use super::fault::ChunkedFault;
use crate::field::{is_token, is_token_byte, is_value_byte};
use core::fmt;

/// One line of the trailer section: `field-name ":" OWS field-value OWS CRLF`
/// (RFC 9112 section 5). A folded one is refused, as the RFC lets a server do.
#[derive(Clone, Debug)]
pub(super) struct TrailerLine {
    next: Next,
    /// Bytes at the front of the window that were seen.
    seen: usize,
    colon: usize,
}

/// What may come next.
#[derive(Clone, Copy, Debug)]
enum Next {
    NameByte,
    ValueByte,
    Lf,
}

/// A whole line: where its colon is, and how long it is with its CRLF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WholeLine {
    pub(super) colon: usize,
    pub(super) len: usize,
}

impl TrailerLine {
    pub(super) const fn new() -> Self {
        Self {
            next: Next::NameByte,
            seen: 0,
            colon: 0,
        }
    }

    /// Nothing of the line was seen.
    pub(super) fn is_new(&self) -> bool {
        self.seen == 0
    }

    /// Looks at the bytes that were not seen yet. A fault is at its offset in
    /// the window; `too_long` is the one of the byte behind `max`.
    pub(super) fn scan(
        &mut self,
        window: &[u8],
        max: usize,
        too_long: ChunkedFault,
    ) -> Result<Option<WholeLine>, (usize, ChunkedFault)> {
        while let Some(&byte) = window.get(self.seen) {
            let at = self.seen;
            if at == max {
                return Err((at, too_long));
            }
            self.seen += 1;
            self.next = match (self.next, byte) {
                (Next::NameByte, b':') if at > 0 => {
                    self.colon = at;
                    Next::ValueByte
                }
                (Next::NameByte, _) if is_token_byte(byte) => Next::NameByte,
                (Next::ValueByte, b'\r') => Next::Lf,
                (Next::ValueByte, _) if is_value_byte(byte) => Next::ValueByte,
                (Next::Lf, b'\n') => {
                    return Ok(Some(WholeLine {
                        colon: self.colon,
                        len: self.seen,
                    }));
                }
                (Next::Lf, _) => return Err((at, ChunkedFault::BareCr)),
                (Next::NameByte | Next::ValueByte, b'\n') => {
                    return Err((at, ChunkedFault::BareLf));
                }
                (Next::NameByte | Next::ValueByte, _) => {
                    return Err((at, ChunkedFault::MalformedTrailer));
                }
            };
        }
        Ok(None)
    }
}

/// Fields that may be sent behind a chunked body: checked when they are put
/// together, so that writing them cannot fail.
///
/// ```
/// use tidegate_core::{TrailerFault, Trailers};
///
/// assert!(Trailers::new(&[(b"Digest", b"sha-256=abc")]).is_ok());
/// let injected = Trailers::new(&[(b"Digest", b"x\r\nSet-Cookie: y")]);
/// assert_eq!(injected, Err(TrailerFault::MalformedValue { index: 0 }));
/// ```
///
/// # Errors
///
/// A name that is no token, a value with a control character other than the
/// tab, or a field that may not be a trailer since it says how to frame, route,
/// authenticate or process the message (RFC 9110 section 6.5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trailers<'t> {
    fields: &'t [(&'t [u8], &'t [u8])],
}

impl<'t> Trailers<'t> {
    /// None at all.
    pub const NONE: Trailers<'static> = Trailers { fields: &[] };

    /// Checks the fields, which are pairs of name and value.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    pub fn new(fields: &'t [(&'t [u8], &'t [u8])]) -> Result<Self, TrailerFault> {
        for (index, (name, value)) in fields.iter().enumerate() {
            if !is_token(name) {
                return Err(TrailerFault::MalformedName { index });
            }
            if !value.iter().all(|&byte| is_value_byte(byte)) {
                return Err(TrailerFault::MalformedValue { index });
            }
            if is_forbidden(name) {
                return Err(TrailerFault::Forbidden { index });
            }
        }
        Ok(Self { fields })
    }

    /// The fields.
    pub const fn fields(&self) -> &'t [(&'t [u8], &'t [u8])] {
        self.fields
    }
}

/// Fields of the kinds that RFC 9110 section 6.5.1 names, and those that speak
/// of the connection.
const FORBIDDEN: [&str; 36] = [
    "age",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "date",
    "expect",
    "expires",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "location",
    "max-forwards",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "retry-after",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "via",
    "warning",
    "www-authenticate",
];

pub(crate) fn is_forbidden(name: &[u8]) -> bool {
    FORBIDDEN
        .iter()
        .any(|forbidden| name.eq_ignore_ascii_case(forbidden.as_bytes()))
}

/// Why a field may not be sent as a trailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrailerFault {
    /// Its name is no token.
    MalformedName {
        /// Which of the fields, from 0.
        index: usize,
    },
    /// Its value holds a line break, NUL or another control character.
    MalformedValue {
        /// Which of the fields, from 0.
        index: usize,
    },
    /// It says how to frame, route, authenticate or process the message.
    Forbidden {
        /// Which of the fields, from 0.
        index: usize,
    },
}

impl fmt::Display for TrailerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, what) = match self {
            Self::MalformedName { index } => (index, "has a name that is no token"),
            Self::MalformedValue { index } => (index, "has a control character in its value"),
            Self::Forbidden { index } => (index, "may not be a trailer"),
        };
        write!(f, "trailer field {index} {what}")
    }
}

impl core::error::Error for TrailerFault {}

#[cfg(feature = "std")]
impl From<TrailerFault> for std::io::Error {
    fn from(fault: TrailerFault) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, fault)
    }
}

use crate::field::{is_token_byte, trim_blanks};
use crate::{Fault, FaultClass};
use core::fmt;

/// How the body of a message is delimited (RFC 9112 section 6.3).
///
/// What [`InputLimits`](crate::InputLimits) makes a reader's limits of, and
/// `input_stream` of an adapter crate the reader.
///
/// ```
/// use tidegate_core::{BodyKind, BodyKindFault, HttpVersion};
///
/// let headers = [("Host", "example.org"), ("content-length", "42")];
/// let kind = BodyKind::of_request(HttpVersion::Http11, headers)?;
/// assert_eq!(kind, BodyKind::Length(42));
///
/// let smuggled = [("Content-Length", "5"), ("Transfer-Encoding", "chunked")];
/// let fault = BodyKind::of_request(HttpVersion::Http11, smuggled).unwrap_err();
/// assert_eq!(fault, BodyKindFault::LengthAndCoding);
/// # Ok::<(), BodyKindFault>(())
/// ```
///
/// Complete by definition: there is no fifth way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// There is none: a request that announces none, or a response that has
    /// none whatever it announces.
    Empty,
    /// Exactly so many bytes.
    Length(u64),
    /// In the chunked transfer coding.
    Chunked,
    /// All that comes until the connection is closed: responses only.
    UntilClose,
}

/// The version of HTTP/1 that a message claims.
///
/// Complete by definition: other versions frame their messages otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// HTTP/1.0, which has no transfer codings.
    Http10,
    /// HTTP/1.1.
    Http11,
}

impl HttpVersion {
    /// HTTP/1 with this minor version, as parsers have it. A higher one than 1 is
    /// to be read as 1 (RFC 9110 section 2.5).
    pub const fn from_minor(minor: u8) -> Self {
        match minor {
            0 => Self::Http10,
            _ => Self::Http11,
        }
    }
}

impl BodyKind {
    /// The kind of a request's body. Without a length or a coding it is empty.
    ///
    /// The headers are pairs of name and value as any parser has them; blanks
    /// around a value are not looked at, and names in any case. Allocates
    /// nothing.
    ///
    /// # Errors
    ///
    /// Whatever makes the framing doubtful. Answer it with 400 and close the
    /// connection: where the next request begins nobody knows.
    pub fn of_request<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        version: HttpVersion,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, BodyKindFault> {
        Ok(Self::announced(version, headers)?.unwrap_or(Self::Empty))
    }

    /// The kind of a response's body, which depends on the method of the
    /// request. Without a length or a coding it lasts until the connection is
    /// closed.
    ///
    /// Responses to HEAD, those with status 1xx, 204 or 304, and a 2xx to
    /// CONNECT have no body whatever their headers say, which are not looked at.
    ///
    /// ```
    /// use tidegate_core::{BodyKind, BodyKindFault, HttpVersion};
    ///
    /// let none = [("Server", "x")];
    /// let of = |method, status| BodyKind::of_response(HttpVersion::Http11, method, status, none);
    /// assert_eq!(of("GET", 200)?, BodyKind::UntilClose);
    /// assert_eq!(of("GET", 304)?, BodyKind::Empty);
    /// # Ok::<(), BodyKindFault>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`of_request`](Self::of_request). Close the connection.
    pub fn of_response<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        version: HttpVersion,
        method: impl AsRef<[u8]>,
        status: u16,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, BodyKindFault> {
        match (method.as_ref(), status) {
            (b"HEAD", _) | (_, 100..=199 | 204 | 304) | (b"CONNECT", 200..=299) => Ok(Self::Empty),
            _ => Ok(Self::announced(version, headers)?.unwrap_or(Self::UntilClose)),
        }
    }

    /// The length that was announced, if one was.
    ///
    /// `None` for an empty body too, which announces none: that tells a request
    /// without a body from one whose body has no bytes.
    pub const fn content_length(self) -> Option<u64> {
        match self {
            Self::Length(length) => Some(length),
            Self::Empty | Self::Chunked | Self::UntilClose => None,
        }
    }

    fn announced<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        version: HttpVersion,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Option<Self>, BodyKindFault> {
        let mut length = None;
        let mut chunked = false;
        for (name, value) in headers {
            let value = value.as_ref();
            match Name::of(name.as_ref())? {
                Name::ContentLength => length = Some(one_length(length, value)?),
                Name::TransferEncoding => apply_codings(&mut chunked, value)?,
                Name::Other => {}
            }
        }
        match (length, chunked, version) {
            (Some(_), true, _) => Err(BodyKindFault::LengthAndCoding),
            (None, true, HttpVersion::Http10) => Err(BodyKindFault::CodingInHttp10),
            (None, true, HttpVersion::Http11) => Ok(Some(Self::Chunked)),
            (Some(length), false, _) => Ok(Some(Self::Length(length))),
            (None, false, _) => Ok(None),
        }
    }
}

enum Name {
    ContentLength,
    TransferEncoding,
    Other,
}

impl Name {
    /// A name with anything around it that is no part of a name is refused (RFC
    /// 9112 section 5.1): one reader takes it for the field and another does not.
    fn of(name: &[u8]) -> Result<Self, BodyKindFault> {
        let start = name.iter().position(|&byte| is_token_byte(byte));
        let end = name.iter().rposition(|&byte| is_token_byte(byte));
        let (Some(start), Some(end)) = (start, end) else {
            return Ok(Self::Other);
        };
        let bare = &name[start..=end];
        let found = if bare.eq_ignore_ascii_case(b"content-length") {
            Self::ContentLength
        } else if bare.eq_ignore_ascii_case(b"transfer-encoding") {
            Self::TransferEncoding
        } else {
            return Ok(Self::Other);
        };
        if bare.len() < name.len() {
            return Err(BodyKindFault::MalformedName);
        }
        Ok(found)
    }
}

fn one_length(before: Option<u64>, value: &[u8]) -> Result<u64, BodyKindFault> {
    let length = parse_length(trim_blanks(value))?;
    match before {
        None => Ok(length),
        Some(before) if before == length => Err(BodyKindFault::RepeatedLength),
        Some(_) => Err(BodyKindFault::DifferingLengths),
    }
}

/// `1*DIGIT`, and nothing that `str::parse` takes beside that.
fn parse_length(digits: &[u8]) -> Result<u64, BodyKindFault> {
    let mut length = 0u64;
    for &byte in digits {
        let digit = match byte {
            b'0'..=b'9' => u64::from(byte - b'0'),
            b'+' | b'-' => return Err(BodyKindFault::SignedLength),
            b',' => return Err(BodyKindFault::ListedLength),
            b' ' | b'\t' => return Err(BodyKindFault::BlankInLength),
            _ => return Err(BodyKindFault::MalformedLength),
        };
        length = length
            .checked_mul(10)
            .and_then(|length| length.checked_add(digit))
            .ok_or(BodyKindFault::LengthTooLarge)?;
    }
    match digits {
        [] => Err(BodyKindFault::EmptyLength),
        _ => Ok(length),
    }
}

/// Takes the codings of one more Transfer-Encoding field: `chunked`, once, in
/// all of them together.
///
/// RFC 9110 section 5.6.1 wants empty elements ignored. Here they are refused:
/// nobody who means `chunked` needs them, and not every reader agrees on them.
fn apply_codings(chunked: &mut bool, value: &[u8]) -> Result<(), BodyKindFault> {
    for coding in value.split(|&byte| byte == b',').map(trim_blanks) {
        match (*chunked, coding.eq_ignore_ascii_case(b"chunked")) {
            _ if coding.is_empty() => return Err(BodyKindFault::EmptyCoding),
            (false, true) => *chunked = true,
            (false, false) => return Err(BodyKindFault::UnknownCoding),
            (true, true) => return Err(BodyKindFault::ChunkedTwice),
            (true, false) => return Err(BodyKindFault::ChunkedNotLast),
        }
    }
    Ok(())
}

/// Why the framing of a message is refused.
///
/// All of them are [`FaultClass::Malformed`], and so 400. RFC 9112 section 6.1
/// would have 501 for an unknown coding in front of `chunked`; it is 400 here
/// like its neighbours, since it is used to probe how a server reads the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyKindFault {
    /// A Content-Length without a value.
    EmptyLength,
    /// `+5` or `-5`.
    SignedLength,
    /// Blanks between digits.
    BlankInLength,
    /// `5, 5`: a list, even of equal values.
    ListedLength,
    /// Anything else than digits.
    MalformedLength,
    /// More than fits 64 bits.
    LengthTooLarge,
    /// Two Content-Length fields that agree.
    RepeatedLength,
    /// Two that do not.
    DifferingLengths,
    /// Both Content-Length and Transfer-Encoding.
    LengthAndCoding,
    /// A Transfer-Encoding without a value, or with an empty one in its list.
    EmptyCoding,
    /// A coding other than `chunked`, or `chunked` with a parameter.
    UnknownCoding,
    /// `chunked` with another coding applied after it.
    ChunkedNotLast,
    /// `chunked` applied twice.
    ChunkedTwice,
    /// A Transfer-Encoding in a message of HTTP/1.0.
    CodingInHttp10,
    /// A blank, or another byte that no name has, between the name of a framing
    /// field and its colon, or before it.
    MalformedName,
}

impl BodyKindFault {
    /// The status code an HTTP server answers with: 400.
    pub fn http_status(&self) -> u16 {
        self.class().http_status()
    }
}

impl Fault for BodyKindFault {
    fn class(&self) -> FaultClass {
        FaultClass::Malformed
    }
}

impl fmt::Display for BodyKindFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyLength => "Content-Length has no value",
            Self::SignedLength => "Content-Length has a sign",
            Self::BlankInLength => "Content-Length has blanks in its number",
            Self::ListedLength => "Content-Length is a list",
            Self::MalformedLength => "Content-Length is not a number",
            Self::LengthTooLarge => "Content-Length does not fit 64 bits",
            Self::RepeatedLength => "Content-Length is repeated",
            Self::DifferingLengths => "two values of Content-Length differ",
            Self::LengthAndCoding => "Content-Length and Transfer-Encoding are both there",
            Self::EmptyCoding => "Transfer-Encoding has an empty value",
            Self::UnknownCoding => "Transfer-Encoding has an unknown coding",
            Self::ChunkedNotLast => "chunked is not the last transfer coding",
            Self::ChunkedTwice => "chunked is applied twice",
            Self::CodingInHttp10 => "HTTP/1.0 has no Transfer-Encoding",
            Self::MalformedName => {
                "there is more than its name in front of the colon of a framing field"
            }
        })
    }
}

impl core::error::Error for BodyKindFault {}

#[cfg(feature = "std")]
impl From<BodyKindFault> for std::io::Error {
    fn from(fault: BodyKindFault) -> Self {
        Self::new(fault.class().into(), fault)
    }
}

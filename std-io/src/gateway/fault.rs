use http::header::HeaderName;
use std::error::Error;
use std::{fmt, io};
use tidegate_core::{Fault, FaultClass};

/// Why the variables of a request are no request.
///
/// All of them are [`FaultClass::Malformed`], and so 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestFault {
    /// `REQUEST_METHOD` is missing, or no token.
    Method,
    /// `SCRIPT_NAME`, `PATH_INFO` and `QUERY_STRING` make no target, or too long
    /// a one.
    Target,
    /// A variable of a header field holds a control character, or its name is
    /// none.
    Header,
    /// There are more header fields than a request may have.
    Headers,
}

impl Fault for RequestFault {
    fn class(&self) -> FaultClass {
        FaultClass::Malformed
    }
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Method => "the method of the request is none",
            Self::Target => "the target of the request is none",
            Self::Header => "a header field of the request is none",
            Self::Headers => "the request has too many header fields",
        })
    }
}

impl Error for RequestFault {}

/// Why the response of an application is not sent, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseFault {
    /// This field is between the server and its neighbour alone.
    HopByHop(HeaderName),
    /// There is more than one Content-Length, or one that is no number.
    ContentLength,
    /// The Content-Length says another length than the body has.
    OtherLength {
        /// What it says.
        promised: u64,
        /// What there is.
        has: u64,
    },
    /// The body went on behind its Content-Length.
    TooLong {
        /// What it says.
        promised: u64,
    },
    /// The body ended before its Content-Length.
    TooShort {
        /// What it says.
        promised: u64,
        /// What there was.
        sent: u64,
    },
    /// A status of 1xx, behind which another response comes: those are the
    /// server's to send.
    Informational,
    /// A header field `Status`, which behind a server of CGI is the status
    /// itself (RFC 3875 section 6.3.3).
    StatusField,
}

impl fmt::Display for ResponseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HopByHop(name) => {
                write!(
                    f,
                    "the response has the field {name}, which is the server's to send"
                )
            }
            Self::ContentLength => f.write_str("the Content-Length of the response is none"),
            Self::OtherLength { promised, has } => {
                write!(f, "the response promises {promised} bytes, and has {has}")
            }
            Self::TooLong { promised } => {
                write!(
                    f,
                    "the response goes on behind the {promised} bytes it promised"
                )
            }
            Self::TooShort { promised, sent } => {
                write!(f, "the response ended after {sent} of {promised} bytes")
            }
            Self::Informational => f.write_str("the status of the response is not a final one"),
            Self::StatusField => f.write_str(
                "the response has the field status, which is how a server is told the status",
            ),
        }
    }
}

impl Error for ResponseFault {}

impl From<ResponseFault> for io::Error {
    fn from(fault: ResponseFault) -> Self {
        Self::other(fault)
    }
}

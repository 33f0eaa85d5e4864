use std::error::Error;
use std::fmt;

/// Why a [`SimpleServer`](super::SimpleServer) takes the bytes on a connection
/// for no request. It is answered, and the connection ends.
///
/// Whatever two readers of a connection may take apart in two ways is refused:
/// somebody in front of this server may see it otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadFault {
    /// The connection ended within it.
    CutShort,
    /// It is longer than this, in bytes, with the empty line at its end.
    TooLong {
        /// What it may have.
        limit: usize,
    },
    /// It has more fields than this.
    TooManyFields {
        /// What it may have.
        limit: usize,
    },
    /// A line of it does not end in CRLF (RFC 9112 section 2.2 lets a reader take
    /// a bare LF for one, and others do not).
    BareLf,
    /// Its grammar is broken (RFC 9112 sections 3 and 5).
    Malformed(httparse::Error),
    /// The target is none of its method (RFC 9112 section 3.2).
    Target,
    /// HTTP/1.1 without a Host field (RFC 9112 section 3.2).
    NoHost,
    /// More than one of them.
    Hosts,
    /// The Host field holds no host (RFC 9110 section 7.2).
    Host,
}

impl HeadFault {
    /// 431 for a limit (RFC 6585 section 5), and 400.
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::TooLong { .. } | Self::TooManyFields { .. } => 431,
            _ => 400,
        }
    }
}

impl fmt::Display for HeadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutShort => f.write_str("the head was cut short"),
            Self::TooLong { limit } => write!(f, "the head is longer than {limit} bytes"),
            Self::TooManyFields { limit } => write!(f, "a head has more than {limit} headers"),
            Self::BareLf => f.write_str("a line of the head does not end with CRLF"),
            Self::Malformed(error) => write!(f, "malformed head: {error}"),
            Self::Target => f.write_str("the target is invalid"),
            Self::NoHost => f.write_str("there is no Host header"),
            Self::Hosts => f.write_str("there is more than one Host header"),
            Self::Host => f.write_str("the Host header is invalid"),
        }
    }
}

impl Error for HeadFault {}

/// Why a [`SimpleServer`](super::SimpleServer) has no thread for a connection:
/// there are as many as there may be. 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowded;

impl fmt::Display for Crowded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there are too many connections")
    }
}

impl Error for Crowded {}

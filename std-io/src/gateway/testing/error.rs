use super::BuildFault;
use crate::gateway::Failure;
use http::StatusCode;
use std::error::Error;
use std::{fmt, io};

/// Why a [`Client`](super::Client) has no response.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientError {
    /// There is no request to be sent.
    Request(BuildFault),
    /// The application failed.
    Failure(Failure),
    /// The body of a response that redirects could not be read to its end.
    Body(io::Error),
    /// It was redirected there before, in the same way and to ask by the same
    /// method, and has learned no cookie since.
    RedirectLoop(RedirectLoop),
    /// There was one redirect more than allowed.
    TooManyRedirects {
        /// How many are allowed.
        limit: usize,
    },
    /// It is redirected to where the application is not.
    ExternalRedirect {
        /// To which URL.
        url: String,
    },
    /// What it is redirected to is no URL, or not one of HTTP.
    Location {
        /// What the Location header field says.
        location: Vec<u8>,
    },
    /// It is to send its body again, which can be read once.
    NotReplayable {
        /// The status that asks for it: 307 or 308.
        status: StatusCode,
    },
}

/// Which redirect came twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectLoop {
    /// The status of the response that redirects.
    pub status: StatusCode,
    /// To which URL.
    pub url: String,
}

impl fmt::Display for RedirectLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, url } = self;
        write!(f, "a redirect by {} to {url} came twice", status.as_str())
    }
}

impl Error for RedirectLoop {}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(fault) => fault.fmt(f),
            Self::Failure(failure) => failure.fmt(f),
            Self::Body(error) => error.fmt(f),
            Self::RedirectLoop(redirect) => redirect.fmt(f),
            Self::TooManyRedirects { limit } => {
                write!(
                    f,
                    "there are more than {limit} redirects, one behind another"
                )
            }
            Self::ExternalRedirect { url } => {
                write!(f, "the redirect to {url} leaves the application")
            }
            Self::Location { location } => {
                let location = location.escape_ascii();
                write!(f, "\"{location}\" is nothing to be redirected to")
            }
            Self::NotReplayable { status } => {
                let status = status.as_str();
                write!(
                    f,
                    "a redirect by {status} wants the body again, which can be read once"
                )
            }
        }
    }
}

impl Error for ClientError {
    /// What the error itself does not say.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Request(fault) => fault.source(),
            Self::Failure(failure) => failure.error().source(),
            Self::Body(error) => error.source(),
            _ => None,
        }
    }
}

impl From<ClientError> for io::Error {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Request(fault) => fault.into(),
            ClientError::Body(error) => error,
            error => Self::other(error),
        }
    }
}

impl From<BuildFault> for ClientError {
    fn from(fault: BuildFault) -> Self {
        Self::Request(fault)
    }
}

impl From<Failure> for ClientError {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

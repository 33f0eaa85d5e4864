use crate::gateway::{HeaderFault, RequestFault};
use std::error::Error;
use std::{fmt, io};
use tidegate_core::{At, BodyKindFault, FormError, LimitFault, MultipartTypeFault, PartFault};

/// Why a [`RequestBuilder`](super::RequestBuilder) makes no request.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildFault {
    /// The path is a whole URL. Give what is in front of the path as the base
    /// URL.
    Path,
    /// The base URL is none.
    BaseUrl(BaseUrlFault),
    /// There are arguments and a query.
    ArgsAndQuery,
    /// There are more than one of fields and files, a form, and a body.
    FormAndBody,
    /// There are files, and the Content-Type is that of fields alone.
    FileInUrlEncoded,
    /// There are fields, and a Content-Type that is not that of a form.
    ContentType(At<MultipartTypeFault>),
    /// A header field is none.
    Header(HeaderFault),
    /// A field of the head of a part is none.
    Part(PartFault),
    /// The form is none.
    Form(FormError),
    /// The variables make no request, or the target is too long.
    Request(RequestFault),
    /// The length of the body is not known, and there are no chunks in HTTP/1.0.
    UnknownLength,
    /// The headers contradict each other in how long the body is.
    Framing(BodyKindFault),
    /// The body is longer than allowed.
    TooLong(At<LimitFault>),
    /// A file could not be opened, or the system has no randomness.
    Io(io::Error),
}

/// Why a URL is not the base of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BaseUrlFault {
    /// It is no URL, or a relative one.
    Malformed,
    /// Its scheme is not `http`, `https`, `ws` or `wss`.
    Scheme,
    /// It names who asks.
    User,
    /// It has a query.
    Query,
    /// It has a fragment.
    Fragment,
}

impl fmt::Display for BaseUrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the base URL is no absolute URL",
            Self::Scheme => "the scheme of the base URL is not one of HTTP",
            Self::User => "the base URL names a user",
            Self::Query => "the base URL has a query",
            Self::Fragment => "the base URL has a fragment",
        })
    }
}

impl Error for BaseUrlFault {}

impl fmt::Display for BuildFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Path => "the path of the request is a whole URL",
            Self::ArgsAndQuery => "the request has arguments and a query",
            Self::FormAndBody => "the request has a body twice: of fields, a form, or bytes",
            Self::FileInUrlEncoded => "a urlencoded form has no files",
            Self::UnknownLength => "the length of a body of HTTP/1.0 must be known",
            Self::BaseUrl(fault) => return fault.fmt(f),
            Self::ContentType(at) => return at.fmt(f),
            Self::Header(fault) => return fault.fmt(f),
            Self::Part(fault) => return fault.fmt(f),
            Self::Form(error) => return error.fmt(f),
            Self::Request(fault) => return fault.fmt(f),
            Self::Framing(fault) => return fault.fmt(f),
            Self::TooLong(at) => return at.fmt(f),
            Self::Io(error) => return error.fmt(f),
        })
    }
}

impl Error for BuildFault {
    /// What the error itself does not say.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => error.source(),
            Self::Form(error) => error.source(),
            _ => None,
        }
    }
}

impl From<BuildFault> for io::Error {
    fn from(fault: BuildFault) -> Self {
        match fault {
            BuildFault::Io(error) => error,
            fault => Self::new(io::ErrorKind::InvalidInput, fault),
        }
    }
}

impl From<BaseUrlFault> for BuildFault {
    fn from(fault: BaseUrlFault) -> Self {
        Self::BaseUrl(fault)
    }
}

impl From<HeaderFault> for BuildFault {
    fn from(fault: HeaderFault) -> Self {
        Self::Header(fault)
    }
}

impl From<PartFault> for BuildFault {
    fn from(fault: PartFault) -> Self {
        Self::Part(fault)
    }
}

impl From<FormError> for BuildFault {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

impl From<RequestFault> for BuildFault {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault)
    }
}

impl From<BodyKindFault> for BuildFault {
    fn from(fault: BodyKindFault) -> Self {
        Self::Framing(fault)
    }
}

impl From<At<LimitFault>> for BuildFault {
    fn from(at: At<LimitFault>) -> Self {
        Self::TooLong(at)
    }
}

impl From<io::Error> for BuildFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

use core::fmt;

/// A rule that a server or an application may break; which is which, and where
/// each comes from, [the table of this module](crate::validate) says.
///
/// ```
/// use tidegate_core::validate::{Rule, Severity};
///
/// assert_eq!(Rule::TooShort.severity(), Severity::Violation);
/// assert!(Rule::TooShort.source().contains("RFC 9110 section 8.6"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// The name of a field is a token.
    FieldName,
    /// The value of a field has no control characters but the tab.
    FieldValue,
    /// The name of a field begins with a letter, and has letters, digits and
    /// hyphens, of which it does not end in one.
    NameStyle,
    /// The value of a field is ASCII, and has no blanks around it.
    ValueStyle,
    /// Fields that are between two neighbours alone are the server's.
    HopByHop,
    /// What becomes of the connection is left to the server.
    ConnectionOption,

    /// The method is a token.
    Method,
    /// The method is a known one.
    UnknownMethod,
    /// The scheme is one that is served.
    Scheme,
    /// The target is a path, or `*` for OPTIONS, or an authority for CONNECT.
    Target,
    /// The target has the bytes and escapes of a URI.
    TargetBytes,
    /// HTTP/1.1 has one Host field, which names a host.
    Host,
    /// How the body of the request is delimited is in no doubt.
    Framing,
    /// `SCRIPT_NAME` is nothing, or begins with a slash, and is not only that.
    ScriptName,
    /// `PATH_INFO` is nothing, or begins with a slash.
    PathInfo,
    /// `SCRIPT_NAME` or `PATH_INFO` is set.
    NoPath,
    /// `QUERY_STRING` is set, to nothing perhaps.
    NoQuery,
    /// `CONTENT_TYPE` and `CONTENT_LENGTH` have no `HTTP_` in front.
    HttpContent,
    /// There is no `HTTP_PROXY`.
    HttpProxy,
    /// `SERVER_PORT` is a number.
    ServerPort,
    /// What CGI has in every request is there.
    MissingVariable,
    /// The variables and the request say the same.
    Disagreement,

    /// The input ends where it was announced to end.
    InputTooLong,
    /// The input does not end before.
    InputTooShort,
    /// Behind its end the input has nothing.
    InputAfterEnd,
    /// No more of the input is consumed than was shown.
    Overconsumed,
    /// Nothing is read behind an error.
    ReadAfterFailure,
    /// Behind the end nobody asks for more, again and again.
    ReadPastEnd,

    /// The status is one of HTTP.
    Status,
    /// The status is a final one.
    Interim,
    /// The status is no field.
    StatusField,
    /// Content-Length is one number.
    ContentLength,
    /// There is no Content-Length with 1xx, 204, 205, and 2xx to CONNECT, but for a 0,
    /// which servers leave out.
    LengthForbidden,
    /// Content-Length says how long the body says it is.
    OtherLength,
    /// A field that has one value is there once.
    RepeatedField,
    /// Content-Type is a media type.
    ContentType,
    /// Where there is a body, Content-Type says what it is.
    TypeMissing,
    /// Where there can be none, there is no Content-Type.
    TypeUnneeded,
    /// ETag is an entity tag.
    ETag,
    /// What the status, or another field, cannot do without is there.
    RequiredField,
    /// What the status is better off with is there.
    AdvisedField,
    /// 206, 304 and 416 answer a request that asked for it.
    Unasked,

    /// The body goes no further than promised.
    TooLong,
    /// The body goes as far as promised.
    TooShort,
    /// There is no body with 204, 205, 304, and 2xx to CONNECT.
    BodyForbidden,
    /// To HEAD no body is sent.
    BodyForHead,
    /// A field may be a trailer.
    TrailerField,
    /// Trailers are announced.
    TrailerUnannounced,
    /// Behind the trailers there is nothing.
    AfterTrailers,
    /// Behind its end the body has nothing.
    AfterEnd,
    /// Behind its end the body is not asked for more.
    AskedAfterEnd,
    /// Nothing is sent behind the close.
    AfterClose,
    /// The body is closed once.
    ClosedTwice,
    /// What could not be sent is not followed by more.
    WriteAfterFailure,
    /// The body is taken to its end.
    Abandoned,
}

/// How bad it is.
///
/// Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Questionable, and may be meant.
    Warning,
    /// Against the rules.
    Violation,
}

/// What there is to say of a rule that was broken.
struct Facts {
    severity: Severity,
    /// What is wrong.
    says: &'static str,
    source: &'static str,
}

const fn violation(says: &'static str, source: &'static str) -> Facts {
    Facts {
        severity: Severity::Violation,
        says,
        source,
    }
}

const fn warning(says: &'static str, source: &'static str) -> Facts {
    Facts {
        severity: Severity::Warning,
        says,
        source,
    }
}

impl Rule {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 55] = [
        Self::FieldName,
        Self::FieldValue,
        Self::NameStyle,
        Self::ValueStyle,
        Self::HopByHop,
        Self::ConnectionOption,
        Self::Method,
        Self::UnknownMethod,
        Self::Scheme,
        Self::Target,
        Self::TargetBytes,
        Self::Host,
        Self::Framing,
        Self::ScriptName,
        Self::PathInfo,
        Self::NoPath,
        Self::NoQuery,
        Self::HttpContent,
        Self::HttpProxy,
        Self::ServerPort,
        Self::MissingVariable,
        Self::Disagreement,
        Self::InputTooLong,
        Self::InputTooShort,
        Self::InputAfterEnd,
        Self::Overconsumed,
        Self::ReadAfterFailure,
        Self::ReadPastEnd,
        Self::Status,
        Self::Interim,
        Self::StatusField,
        Self::ContentLength,
        Self::LengthForbidden,
        Self::OtherLength,
        Self::RepeatedField,
        Self::ContentType,
        Self::TypeMissing,
        Self::TypeUnneeded,
        Self::ETag,
        Self::RequiredField,
        Self::AdvisedField,
        Self::Unasked,
        Self::TooLong,
        Self::TooShort,
        Self::BodyForbidden,
        Self::BodyForHead,
        Self::TrailerField,
        Self::TrailerUnannounced,
        Self::AfterTrailers,
        Self::AfterEnd,
        Self::AskedAfterEnd,
        Self::AfterClose,
        Self::ClosedTwice,
        Self::WriteAfterFailure,
        Self::Abandoned,
    ];

    /// Whether it is a violation, or merely questionable.
    pub const fn severity(self) -> Severity {
        self.facts().severity
    }

    /// Where it comes from: the check of `wsgiref.validate` that asks for it, the
    /// section of the RFC, or both.
    pub const fn source(self) -> &'static str {
        self.facts().source
    }

    #[rustfmt::skip]
    const fn facts(self) -> Facts {
        match self {
            Self::FieldName => violation("the name of a field is no token", "check_headers; RFC 9110 section 5.1"),
            Self::FieldValue => violation("the value of a field has a control character", "check_headers; RFC 9110 section 5.5"),
            Self::NameStyle => warning("the name of a field is an odd one", "check_headers; RFC 9110 section 16.3.2.1"),
            Self::ValueStyle => warning("the value of a field has blanks around it or bytes beyond ASCII", "RFC 9110 section 5.5"),
            Self::HopByHop => violation("a field is the server's to send", "is_hop_by_hop; RFC 9110 section 7.6.1, RFC 9113 section 8.2.2"),
            Self::ConnectionOption => warning("a field says what becomes of the connection", "RFC 9110 section 7.6.1"),
            Self::Method => violation("the method is missing or no token", "check_environ; RFC 9110 section 9.1"),
            Self::UnknownMethod => warning("the method is not a known one", "check_environ; RFC 9110 section 9.3, RFC 5789"),
            Self::Scheme => violation("the scheme is none that is served", "check_environ; RFC 9110 section 4.2"),
            Self::Target => violation("the target is none of this method", "RFC 9112 section 3.2"),
            Self::TargetBytes => warning("the target has a byte or an escape that no URI has", "RFC 3986 section 2"),
            Self::Host => violation("there is not one Host that names a host", "check_environ; RFC 9112 section 3.2"),
            Self::Framing => violation("how the body of the request is delimited is in doubt", "check_environ; RFC 9112 section 6.3"),
            Self::ScriptName => violation("SCRIPT_NAME does not begin with a slash, or is only that", "check_environ; RFC 3875 section 4.1.13"),
            Self::PathInfo => violation("PATH_INFO does not begin with a slash", "check_environ; RFC 3875 section 4.1.5"),
            Self::NoPath => violation("neither SCRIPT_NAME nor PATH_INFO is set", "check_environ"),
            Self::NoQuery => warning("QUERY_STRING is not set", "check_environ; RFC 3875 section 4.1.7"),
            Self::HttpContent => violation("a variable has HTTP_ in front, and should have none", "check_environ; RFC 3875 section 4.1.18"),
            Self::HttpProxy => violation("a header field became HTTP_PROXY, which others take for a setting", "CVE-2016-5385"),
            Self::ServerPort => violation("SERVER_PORT is no number of a port", "check_environ; RFC 3875 section 4.1.15"),
            Self::MissingVariable => violation("a variable that CGI always has is not set", "check_environ; RFC 3875 section 4.1"),
            Self::Disagreement => violation("a variable and the request do not say the same", "RFC 3875 section 4.1"),
            Self::InputTooLong => violation("the input is longer than announced", "RFC 9112 section 6.3"),
            Self::InputTooShort => violation("the input ended before its announced length", "RFC 9112 section 6.3"),
            Self::InputAfterEnd => violation("the input went on behind its end", "std::io::Read::read; http_body::Body::poll_frame"),
            Self::Overconsumed => violation("more of the input was consumed than was shown", "InputWrapper; std::io::BufRead::consume"),
            Self::ReadAfterFailure => violation("the input was read on behind its error", "InputWrapper; http_body::Body::poll_frame"),
            Self::ReadPastEnd => warning("the input was read again and again behind its end", "InputWrapper"),
            Self::Status => violation("the status is none of HTTP", "check_status; RFC 9110 section 15"),
            Self::Interim => violation("the status is not a final one", "check_status; RFC 9110 section 15.2"),
            Self::StatusField => violation("the status is a field, which a server of CGI takes for another one", "check_headers; RFC 3875 section 6.3.3"),
            Self::ContentLength => violation("Content-Length is not one number", "RFC 9110 section 8.6"),
            Self::LengthForbidden => violation("Content-Length is there, and may not be", "RFC 9110 sections 8.6 and 15.3.6"),
            Self::OtherLength => violation("Content-Length says another length than the body", "RFC 9110 section 8.6"),
            Self::RepeatedField => violation("a field that has one value is repeated", "RFC 9110 section 5.3"),
            Self::ContentType => violation("Content-Type is no media type", "RFC 9110 section 8.3.1"),
            Self::TypeMissing => warning("there is a body without a Content-Type", "check_content_type; RFC 9110 section 8.3"),
            Self::TypeUnneeded => warning("there is a Content-Type without a body", "check_content_type; RFC 9110 section 15.4.5"),
            Self::ETag => violation("ETag is no entity tag", "RFC 9110 section 8.8.3"),
            Self::RequiredField => violation("a field is missing that has to be there", "RFC 9110 sections 7.8 and 15"),
            Self::AdvisedField => warning("a field is missing that belongs to the status", "RFC 9110 section 15"),
            Self::Unasked => violation("the request did not ask for what the status says", "RFC 9110 sections 13.1, 14.2 and 15.4.5"),
            Self::TooLong => violation("the body goes on behind its length", "RFC 9110 section 8.6"),
            Self::TooShort => violation("the body ended before its length", "RFC 9110 section 8.6"),
            Self::BodyForbidden => violation("there is a body, and the status has none", "check_content_type; RFC 9110 section 6.4.1"),
            Self::BodyForHead => violation("a body is sent to HEAD", "RFC 9110 section 9.3.2"),
            Self::TrailerField => violation("a field may not be a trailer", "RFC 9110 section 6.5.1"),
            Self::TrailerUnannounced => warning("a trailer was not announced", "RFC 9110 section 6.6.2"),
            Self::AfterTrailers => violation("there is something behind the trailers", "RFC 9112 section 7.1"),
            Self::AfterEnd => violation("the body went on behind its end", "IteratorWrapper; http_body::Body::poll_frame"),
            Self::AskedAfterEnd => warning("the body was asked for more behind its end", "IteratorWrapper"),
            Self::AfterClose => violation("there is output behind the close", "IteratorWrapper; PEP 3333"),
            Self::ClosedTwice => violation("the body was closed twice", "IteratorWrapper; PEP 3333"),
            Self::WriteAfterFailure => violation("more was written behind what could not be", "WriteWrapper; PEP 3333"),
            Self::Abandoned => warning("the body was dropped before its end", "IteratorWrapper"),
        }
    }
}

/// What is wrong where it is broken.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().says)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Violation => "violation",
        })
    }
}

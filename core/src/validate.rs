//! The rules that stand between a server and an application: what Python's
//! `wsgiref.validate` checks, in HTTP terms.
//!
//! Two machines, and a check of a head, are told what passes between the two, and
//! say which [`Rule`] that breaks, who has to mend it, and where:
//!
//! - [`RequestHead`]: what the server gives, checked before the application is
//!   called,
//! - [`InputCheck`]: the body of the request, and how it is read,
//! - [`ResponseCheck`], and the [`OutputCheck`] that its head gives: the response,
//!   and what the server does with it.
//!
//! They see no reader and no writer, and allocate nothing. Around an application
//! put `gateway::validator` of `tidegate-std-io`, or around any service of tower
//! `ValidatorLayer` of `tidegate-async-io`.
//!
//! Where something is against no rule, but seldom meant, it is a
//! [warning](Severity::Warning). Silence proves little; a violation is one.
//!
//! # The rules
//!
//! A source without a section is a check of `wsgiref.validate`, the trait or the
//! specification of that name.
//!
//! Fields, of requests (the server's) and responses (the application's):
//!
//! | rule | source | |
//! |---|---|---|
//! | [`FieldName`](Rule::FieldName): The name of a field is a token | check_headers; RFC 9110 section 5.1 |  |
//! | [`FieldValue`](Rule::FieldValue): The value of a field has no control characters but the tab | check_headers; RFC 9110 section 5.5 |  |
//! | [`NameStyle`](Rule::NameStyle): The name of a field begins with a letter, and has letters, digits and hyphens, of which it does not end in one | check_headers; RFC 9110 section 16.3.2.1 | warning |
//! | [`ValueStyle`](Rule::ValueStyle): The value of a field is ASCII, and has no blanks around it | RFC 9110 section 5.5 | warning |
//! | [`HopByHop`](Rule::HopByHop): Fields that are between two neighbours alone are the server's | is_hop_by_hop; RFC 9110 section 7.6.1, RFC 9113 section 8.2.2 |  |
//! | [`ConnectionOption`](Rule::ConnectionOption): What becomes of the connection is left to the server | RFC 9110 section 7.6.1 | warning |
//!
//! The request, which the server gives: its head and its variables:
//!
//! | rule | source | |
//! |---|---|---|
//! | [`Method`](Rule::Method): The method is a token | check_environ; RFC 9110 section 9.1 |  |
//! | [`UnknownMethod`](Rule::UnknownMethod): The method is a known one | check_environ; RFC 9110 section 9.3, RFC 5789 | warning |
//! | [`Scheme`](Rule::Scheme): The scheme is one that is served | check_environ; RFC 9110 section 4.2 |  |
//! | [`Target`](Rule::Target): The target is a path, or `*` for OPTIONS, or an authority for CONNECT | RFC 9112 section 3.2 |  |
//! | [`TargetBytes`](Rule::TargetBytes): The target has the bytes and escapes of a URI | RFC 3986 section 2 | warning |
//! | [`Host`](Rule::Host): HTTP/1.1 has one Host field, which names a host | check_environ; RFC 9112 section 3.2 |  |
//! | [`Framing`](Rule::Framing): How the body of the request is delimited is in no doubt | check_environ; RFC 9112 section 6.3 |  |
//! | [`ScriptName`](Rule::ScriptName): `SCRIPT_NAME` is nothing, or begins with a slash, and is not only that | check_environ; RFC 3875 section 4.1.13 |  |
//! | [`PathInfo`](Rule::PathInfo): `PATH_INFO` is nothing, or begins with a slash | check_environ; RFC 3875 section 4.1.5 |  |
//! | [`NoPath`](Rule::NoPath): `SCRIPT_NAME` or `PATH_INFO` is set | check_environ |  |
//! | [`NoQuery`](Rule::NoQuery): `QUERY_STRING` is set, to nothing perhaps | check_environ; RFC 3875 section 4.1.7 | warning |
//! | [`HttpContent`](Rule::HttpContent): `CONTENT_TYPE` and `CONTENT_LENGTH` have no `HTTP_` in front | check_environ; RFC 3875 section 4.1.18 |  |
//! | [`HttpProxy`](Rule::HttpProxy): There is no `HTTP_PROXY` | CVE-2016-5385 |  |
//! | [`ServerPort`](Rule::ServerPort): `SERVER_PORT` is a number | check_environ; RFC 3875 section 4.1.15 |  |
//! | [`MissingVariable`](Rule::MissingVariable): What CGI has in every request is there | check_environ; RFC 3875 section 4.1 |  |
//! | [`Disagreement`](Rule::Disagreement): The variables and the request say the same | RFC 3875 section 4.1 |  |
//!
//! The body of the request: what the server gives (three rules), and how the application reads it:
//!
//! | rule | source | |
//! |---|---|---|
//! | [`InputTooLong`](Rule::InputTooLong): The input ends where it was announced to end | RFC 9112 section 6.3 |  |
//! | [`InputTooShort`](Rule::InputTooShort): The input does not end before | RFC 9112 section 6.3 |  |
//! | [`InputAfterEnd`](Rule::InputAfterEnd): Behind its end the input has nothing | std::io::Read::read; http_body::Body::poll_frame |  |
//! | [`Overconsumed`](Rule::Overconsumed): No more of the input is consumed than was shown | InputWrapper; std::io::BufRead::consume |  |
//! | [`ReadAfterFailure`](Rule::ReadAfterFailure): Nothing is read behind an error | InputWrapper; http_body::Body::poll_frame |  |
//! | [`ReadPastEnd`](Rule::ReadPastEnd): Behind the end nobody asks for more, again and again | InputWrapper | warning |
//!
//! The head of the response, which the application gives:
//!
//! | rule | source | |
//! |---|---|---|
//! | [`Status`](Rule::Status): The status is one of HTTP | check_status; RFC 9110 section 15 |  |
//! | [`Interim`](Rule::Interim): The status is a final one | check_status; RFC 9110 section 15.2 |  |
//! | [`StatusField`](Rule::StatusField): The status is no field | check_headers; RFC 3875 section 6.3.3 |  |
//! | [`ContentLength`](Rule::ContentLength): Content-Length is one number | RFC 9110 section 8.6 |  |
//! | [`LengthForbidden`](Rule::LengthForbidden): There is no Content-Length with 1xx, 204, 205, and 2xx to CONNECT, but for a 0, which servers leave out | RFC 9110 sections 8.6 and 15.3.6 |  |
//! | [`OtherLength`](Rule::OtherLength): Content-Length says how long the body says it is | RFC 9110 section 8.6 |  |
//! | [`RepeatedField`](Rule::RepeatedField): A field that has one value is there once | RFC 9110 section 5.3 |  |
//! | [`ContentType`](Rule::ContentType): Content-Type is a media type | RFC 9110 section 8.3.1 |  |
//! | [`TypeMissing`](Rule::TypeMissing): Where there is a body, Content-Type says what it is | check_content_type; RFC 9110 section 8.3 | warning |
//! | [`TypeUnneeded`](Rule::TypeUnneeded): Where there can be none, there is no Content-Type | check_content_type; RFC 9110 section 15.4.5 | warning |
//! | [`ETag`](Rule::ETag): ETag is an entity tag | RFC 9110 section 8.8.3 |  |
//! | [`RequiredField`](Rule::RequiredField): What the status, or another field, cannot do without is there | RFC 9110 sections 7.8 and 15 |  |
//! | [`AdvisedField`](Rule::AdvisedField): What the status is better off with is there | RFC 9110 section 15 | warning |
//! | [`Unasked`](Rule::Unasked): 206, 304 and 416 answer a request that asked for it | RFC 9110 sections 13.1, 14.2 and 15.4.5 |  |
//!
//! The body of the response: what the application gives, and what the server does with it:
//!
//! | rule | source | |
//! |---|---|---|
//! | [`TooLong`](Rule::TooLong): The body goes no further than promised | RFC 9110 section 8.6 |  |
//! | [`TooShort`](Rule::TooShort): The body goes as far as promised | RFC 9110 section 8.6 |  |
//! | [`BodyForbidden`](Rule::BodyForbidden): There is no body with 204, 205, 304, and 2xx to CONNECT | check_content_type; RFC 9110 section 6.4.1 |  |
//! | [`BodyForHead`](Rule::BodyForHead): To HEAD no body is sent | RFC 9110 section 9.3.2 |  |
//! | [`TrailerField`](Rule::TrailerField): A field may be a trailer | RFC 9110 section 6.5.1 |  |
//! | [`TrailerUnannounced`](Rule::TrailerUnannounced): Trailers are announced | RFC 9110 section 6.6.2 | warning |
//! | [`AfterTrailers`](Rule::AfterTrailers): Behind the trailers there is nothing | RFC 9112 section 7.1 |  |
//! | [`AfterEnd`](Rule::AfterEnd): Behind its end the body has nothing | IteratorWrapper; http_body::Body::poll_frame |  |
//! | [`AskedAfterEnd`](Rule::AskedAfterEnd): Behind its end the body is not asked for more | IteratorWrapper | warning |
//! | [`AfterClose`](Rule::AfterClose): Nothing is sent behind the close | IteratorWrapper; PEP 3333 |  |
//! | [`ClosedTwice`](Rule::ClosedTwice): The body is closed once | IteratorWrapper; PEP 3333 |  |
//! | [`WriteAfterFailure`](Rule::WriteAfterFailure): What could not be sent is not followed by more | WriteWrapper; PEP 3333 |  |
//! | [`Abandoned`](Rule::Abandoned): The body is taken to its end | IteratorWrapper | warning |
//!
//! # What types rule out
//!
//! | `wsgiref.validate` | here |
//! |---|---|
//! | number and names of arguments, `exc_info`, types of values, `wsgi.version`, `wsgi.errors` | what compiles is right |
//! | no `start_response` before the body, or two | [`ResponseCheck::head`] gives the check of the body, once |
//! | `input.close()`, `errors.close()` | there is none |
//! | an iterator that is text | text is one block |
//! | a reason phrase behind the status | the server writes it |
//! | `Content-Type` where there is no body: refused; none where there may be one: refused | [`TypeUnneeded`](Rule::TypeUnneeded), and [`TypeMissing`](Rule::TypeMissing) once there is a body: both are questionable and no more (RFC 9110 sections 8.3 and 15.4.5) |
//! | names that end in `-` or `_`: refused | [`NameStyle`](Rule::NameStyle) |
//! | `SERVER_NAME`, `SERVER_PORT` missing: refused | only if `GATEWAY_INTERFACE` says that it is CGI; otherwise a Host is enough |

mod fields;
mod input;
mod output;
mod request;
mod response;
mod rule;
mod target;
mod violation;

pub use fields::Report;
pub use input::InputCheck;
pub use output::OutputCheck;
pub use request::RequestHead;
pub use response::ResponseCheck;
pub use rule::{Rule, Severity};
#[cfg(feature = "alloc")]
pub use violation::OwnedViolation;
pub use violation::{Place, Side, Violation};

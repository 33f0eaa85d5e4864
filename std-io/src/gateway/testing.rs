//! Requests made by hand, and a client that runs an application in the same
//! process: what Werkzeug's `test` module is for.
//!
//! | you want to | use |
//! |---|---|
//! | ask an application, as a browser would, and look at what it answers | [`Client`] |
//! | say what a request has: arguments, a form, files, headers, variables | [`RequestBuilder`] |
//! | call an application once, with a request of yours | [`run_app`] |
//! | have the variables of a request, for a handler or a function of [`environ`](tidegate_core::environ) | [`create_environ`] |
//!
//! There is no socket, no second process and no port: requests are the `http`
//! crate's, and streams stay streams, both ways. A response has the head that a
//! [handler](super::SimpleHandler) would send, without what a server adds
//! (`Date`, `Server`, `Connection`, `Transfer-Encoding`), and the rules are the
//! same: what a handler refuses is refused.
//!
//! ```
//! use http::{Request, StatusCode};
//! use std::io;
//! use tidegate_std_io::gateway::{Failure, Input, IntoResponse};
//! use tidegate_std_io::gateway::testing::{Client, RequestBuilder};
//!
//! /// The application: it counts the lines of what it is sent.
//! fn count(request: Request<Input>) -> Result<impl IntoResponse, Failure> {
//!     let text = io::read_to_string(request.into_body())?;
//!     Ok((StatusCode::CREATED, format!("{} lines\n", text.lines().count())))
//! }
//!
//! let mut client = Client::new(count);
//! let exchange = client.post(RequestBuilder::new("/count").body("one\ntwo\n")).send()?;
//! assert_eq!(exchange.status(), StatusCode::CREATED);
//! assert_eq!(exchange.text()?, "2 lines\n");
//! # Ok::<(), io::Error>(())
//! ```
//!
//! A form with a file, as a page sends it; the file is read when the application
//! reads:
//!
//! ```
//! use http::Request;
//! use tidegate_std_io::{FormValue, Multipart};
//! use tidegate_std_io::gateway::{Failure, Input};
//! use tidegate_std_io::gateway::testing::{Client, RequestBuilder};
//!
//! fn names(request: Request<Input>) -> Result<String, Failure> {
//!     let content_type = request.headers()["content-type"].as_bytes().to_vec();
//!     let mut parts = Multipart::for_type(request.into_body(), &content_type)?;
//!     let mut names = String::new();
//!     while let Some(part) = parts.next_part()? {
//!         // A part of a form has one, or it would have been refused.
//!         names.extend(part.name().map(|name| format!("{}\n", name.to_str_lossy())));
//!     }
//!     Ok(names)
//! }
//!
//! let form = RequestBuilder::new("/upload")
//!     .field("title", "Tide")
//!     .file("readme", FormValue::new("# Tide").filename("README.md"));
//! assert_eq!(Client::new(names).post(form).send()?.text()?, "title\nreadme\n");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Names
//!
//! | Werkzeug | here | what differs |
//! |---|---|---|
//! | `EnvironBuilder` | [`RequestBuilder`] | what excludes each other is [an error](BuildFault), in whatever order it was said |
//! | `path`, `query_string`, `args` | [`new`](RequestBuilder::new), [`query_string`](RequestBuilder::query_string), [`args`](RequestBuilder::args) | escapes in the path stay in the target; a whole URL as path is refused, and not cut; a `?` in a path beside a query is a part of it (2.0: an error) |
//! | `base_url` | [`base_url`](RequestBuilder::base_url) | also an empty query is refused, and a user; a default port is left out |
//! | `server_name`, `server_port` | the same | right for IPv6, which is cut at its first `:` there |
//! | `data`, `form`, `files` | [`field`](RequestBuilder::field), [`file`](RequestBuilder::file), [`form`](RequestBuilder::form), [`body`](RequestBuilder::body) | in the order they were given; files are streamed |
//! | `content_type` | the same | fields with a type that is no form's are an error, and not an empty body; files with the type of fields too |
//! | `input_stream` | [`input`](RequestBuilder::input) | of unknown length it is announced as `Transfer-Encoding: chunked`; not rewound |
//! | `json`, `auth` | | a [`body`](RequestBuilder::body), a [`header`](RequestBuilder::header) |
//! | `environ_base`, `environ_overrides` | the same | also in the request itself; kept over redirects, but for what describes one request |
//! | `close`, `closed` | dropping it | |
//! | `get_environ`, `get_request` | [`environ`](RequestBuilder::environ), [`request`](RequestBuilder::request) | |
//! | `from_environ` | a request that is [opened](Client::open) as it is | |
//! | `create_environ` | [`create_environ`] | |
//! | `run_wsgi_app` | [`run_app`] | status first; the head is checked, and known with the first byte of the body |
//! | `Client(app, response_wrapper, use_cookies, allow_subdomain_redirects)` | [`Client`] | the response is the `http` crate's |
//! | `open(.., buffered, follow_redirects)` | [`Client::open`], [`Call`] | |
//! | `TestResponse`: `request`, `history` | [`Exchange`], [`Hop`] | bodies of redirects are read, and not kept |
//! | `set_cookie`, `delete_cookie`, `get_cookie` | [`Client::set_cookie`], [`Client::delete_cookie`], [`Client::cookies`] | the jar of RFC 6265; a `Cookie` header of the request's own is sent too, and not replaced; `Secure` cookies go over HTTPS and to this machine |
//! | `resolve_redirect` | [`Client::resolve_redirect`] | relative to the request (RFC 3986); credentials do not go to another host; the way back to the first host is no external one |
//! | `ClientRedirectError` | [`RedirectLoop`], [`ClientError::TooManyRedirects`] | a cookie or a method that changed on the way makes it no loop; endless ones that never repeat end too |
//! | `RuntimeError` for an external target | [`ClientError::ExternalRedirect`] | |
//! | an exception of the application | [`ClientError::Failure`], a panic | where the request is to blame: 400, 408 or 413 |
//! | `encode_multipart`, `stream_encode_multipart` | [`encode_multipart`](crate::encode_multipart), [`Form`](crate::Form) | |
//!
//! There is no list of public suffixes: a cookie for all of `com` is kept.

mod base;
mod body;
mod builder;
mod client;
mod cookies;
mod error;
mod exchange;
mod fault;
mod plan;
mod redirect;
mod response;
mod run;
mod writer;

pub use builder::{RequestBuilder, create_environ};
pub use client::{Asked, Call, Client};
pub use cookies::{CookieFault, SetCookie};
pub use error::{ClientError, RedirectLoop};
pub use exchange::{Exchange, Hop};
pub use fault::{BaseUrlFault, BuildFault};
pub use response::ResponseBody;
pub use run::run_app;

//! Applications, and what runs them: over CGI, over a connection, in a test.
//!
//! What Python's `wsgiref` and Werkzeug's `wsgi` are for, in HTTP's own terms:
//! requests and responses are those of the `http` crate, bodies are streams. An
//! [`Application`] is any function from a request to what
//! [becomes a response](IntoResponse), and a handler runs it for one request.
//!
//! ```
//! use http::{Request, StatusCode};
//! use std::io::{self, BufRead};
//! use tidegate_std_io::gateway::{BaseCgiHandler, ErrorStream, Input, IntoResponse, Variables};
//!
//! /// Counts the lines of what it is sent.
//! fn count(request: Request<Input>) -> io::Result<impl IntoResponse> {
//!     let lines = request.into_body().lines().try_fold(0, |lines, line| line.map(|_| lines + 1))?;
//!     Ok((StatusCode::CREATED, format!("{lines} lines\n")))
//! }
//!
//! let variables: Variables = [("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", "8")].into_iter().collect();
//! let body = &b"one\ntwo\n"[..];
//! let handler = BaseCgiHandler::new(body, Vec::new(), ErrorStream::stderr(), variables);
//! let sent = handler.run(&count).writer;
//! assert!(sent.starts_with(b"Status: 201 Created\r\n"));
//! assert!(sent.ends_with(b"\r\n\r\n2 lines\n"));
//! ```
//!
//! To test one in the same process there is the module `testing` (feature
//! `testing`), with a table of Werkzeug's names.
//!
//! What variables such as `PATH_INFO` mean, [`environ`](tidegate_core::environ)
//! says, with a table of its own.
//!
//! # Names
//!
//! | `wsgiref`, Werkzeug | here | what differs |
//! |---|---|---|
//! | an application `(environ, start_response)` | [`Application`] | one argument, one result |
//! | `start_response(status, headers)` | the `http::Response` that is returned | so there is no second head to refuse, and no write before the first |
//! | `start_response(.., exc_info)`, an exception | an error that is returned, or a panic: [`Failure`] | |
//! | `responder` | [`IntoResponse`] | |
//! | `environ` | [`Variables`] in the extensions of the request; [`RequestEnviron`] | bytes, and not text that stands for bytes |
//! | `wsgi.input`, `get_input_stream` | [`Input`] | always limited |
//! | `wsgi.input_terminated` | [`InputLimits::input_terminated`](crate::InputLimits::input_terminated) | an option of the handler |
//! | `wsgi.errors` | [`ErrorStream`] in the extensions | a line stays whole |
//! | `wsgi.multithread`, `.multiprocess`, `.run_once` | [`Flags`] in the extensions | |
//! | `wsgi.url_scheme` | the variable of that name | |
//! | `wsgi.file_wrapper`, `wrap_file` | a [`FileWrapper`](crate::FileWrapper) as [`Output`] | |
//! | `wsgi.version` | | there is one |
//! | the iterable that is returned, its `close()` | [`Output`], its drop, [`Output::on_close`] | closed exactly once |
//! | the `write` callable | [`Output::writer`] | |
//! | `wsgiref.headers.Headers` | [`Headers`] | by index: by name alone |
//! | `BaseHandler`, `SimpleHandler` | [`SimpleHandler`], [`HandlerOptions`] | options instead of subclasses |
//! | `BaseCGIHandler`, `CGIHandler`, `IISCGIHandler` | [`BaseCgiHandler`], [`CgiHandler`], [`IisCgiHandler`] | |
//! | `read_environ` | [`read_environ`] | without `HTTP_PROXY` |
//! | a traceback, `traceback_limit` | a backtrace, [`backtrace_limit`](HandlerOptions::backtrace_limit) | if `RUST_BACKTRACE` asks for it |
//! | `charset`, `errors` | | bytes, with a view as text |
//! | `wsgiref.validate.validator` | [`validator`] | warnings beside violations; rules of HTTP, in [a table](tidegate_core::validate) |
//! | `simple_server`: `make_server`, `WSGIServer`, `WSGIRequestHandler` | [`make_server`], [`SimpleServer`], [`RequestHandler`] | threads, kept connections, limits |
//! | `demo_app`, `test_app` | [`demo_app`], [`test_app`] | |

mod application;
mod cgi;
mod demo;
mod errors;
mod failure;
mod fault;
mod handler;
mod head;
mod headers;
mod input;
mod options;
mod output;
mod promise;
mod request;
mod sending;
mod simple_server;
#[cfg(feature = "testing")]
pub mod testing;
mod validate;
mod variables;

pub use application::{Application, IntoResponse};
pub use cgi::{BaseCgiHandler, CgiHandler, IisCgiHandler};
pub use demo::{demo_app, test_app};
pub use errors::ErrorStream;
pub use failure::Failure;
pub use fault::{RequestFault, ResponseFault};
pub use handler::{Finished, Sent, SimpleHandler};
pub use headers::{HeaderFault, Headers};
pub use input::Input;
pub use options::{Flags, HandlerOptions};
pub use output::Output;
pub use request::RequestEnviron;
pub use simple_server::{
    Answered, Asked, Call, ConnectionInfo, Crowded, HeadFault, LogEntry, LogEvent, RequestHandler,
    SimpleServer, StopHandle, make_server,
};
pub use validate::{Validator, validator};
pub use variables::{Variables, read_environ};

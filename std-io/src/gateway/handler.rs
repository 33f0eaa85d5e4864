use super::head::{Head, Manner};
use super::request::parts_of;
use super::sending::Sending;
use super::{Application, ErrorStream, Failure, HandlerOptions, Input, Output, Variables};
use crate::{FileSink, InputStream};
use http::{Request, Response, StatusCode};
use std::io::{self, BufRead};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tidegate_core::environ::{Environ, body_kind, scheme};
use tidegate_core::{BodyKind, BodyKindFault, HttpVersion};

/// Runs an application for one request, over any reader and writer: what
/// `wsgiref`'s `BaseHandler.run` does.
///
/// For CGI there are [`CgiHandler`](super::CgiHandler) and
/// [`BaseCgiHandler`](super::BaseCgiHandler), which send their heads as CGI wants
/// them; this one answers in HTTP/1.1, for whoever reads requests from a
/// connection.
///
/// - The head goes out with the first byte of the body, or at its end if it has
///   none. Until then a failure becomes an error page.
/// - Content-Length is set when the length is known; a client of HTTP/1.1 gets
///   other bodies in chunks, and one of HTTP/1.0 until the connection is closed.
///   To HEAD, and with 204 and 304, no body is sent, and none is made.
/// - The body of the request is an [`InputStream`] by `CONTENT_LENGTH` and
///   `HTTP_TRANSFER_ENCODING`.
/// - [`Output`] is closed, whatever happens. A panic of the application is a
///   failure, and the handler lives.
///
/// ```
/// use http::Request;
/// use tidegate_std_io::gateway::{ErrorStream, Input, SimpleHandler, Variables};
///
/// let variables: Variables = [
///     ("REQUEST_METHOD", "GET"),
///     ("PATH_INFO", "/x"),
///     ("SERVER_PROTOCOL", "HTTP/1.1"),
/// ].into_iter().collect();
/// let app = |request: Request<Input>| format!("you asked for {}\n", request.uri());
/// let handler = SimpleHandler::new(std::io::empty(), Vec::new(), ErrorStream::stderr(), variables);
/// let finished = handler.run(&app);
/// assert!(finished.writer.starts_with(b"HTTP/1.1 200 OK\r\n"));
/// assert!(finished.writer.ends_with(b"\r\n\r\nyou asked for /x\n"));
/// ```
///
/// # Limits
///
/// The body of the request: 16 MiB, unless
/// [`input_limits`](HandlerOptions::input_limits) says otherwise. For the time a
/// client may take use [`PacedReader`](crate::PacedReader) and
/// [`PacedWriter`](crate::PacedWriter).
///
/// # Errors
///
/// See [`Sent`]. Failures are logged to the [`ErrorStream`]; see
/// [`HandlerOptions`].
#[derive(Debug)]
#[must_use]
pub struct SimpleHandler<R, W> {
    reader: R,
    writer: W,
    errors: ErrorStream,
    variables: Variables,
    options: HandlerOptions,
}

/// What came of a request.
#[derive(Debug)]
pub struct Finished<R: BufRead, W> {
    /// Where the response went, flushed.
    pub writer: W,
    /// The body of the request, to be drained if the connection is to be kept.
    /// `None` if there was no request, and while the application still holds the
    /// body.
    pub input: Option<InputStream<R>>,
    /// The status that was sent, or meant to be.
    pub status: StatusCode,
    /// How many bytes of the body went out, framing not counted.
    pub bytes: u64,
    /// How far the response got.
    pub sent: Sent,
    keeps: bool,
}

impl<R: BufRead, W> Finished<R, W> {
    /// Whether the head said that the connection is kept, and the response got
    /// to its end. The [`input`](Self::input) has to be at its end as well.
    pub const fn keeps_connection(&self) -> bool {
        self.keeps && matches!(self.sent, Sent::Whole | Sent::ErrorPage)
    }
}

/// How far a response got.
#[derive(Debug)]
#[non_exhaustive]
pub enum Sent {
    /// To its end.
    Whole,
    /// There was a failure in time, and the client has a page that says so.
    ErrorPage,
    /// There was a failure after the head had gone out. Close the connection: it
    /// is how the client knows.
    CutShort,
    /// The client, or the server in front, did not take it.
    Disconnected(io::Error),
}

impl<R: BufRead + Send + 'static, W: FileSink> SimpleHandler<R, W> {
    /// For the request that these variables describe, whose body the reader has.
    pub fn new(reader: R, writer: W, errors: ErrorStream, variables: Variables) -> Self {
        Self {
            reader,
            writer,
            errors,
            variables,
            options: HandlerOptions::new(),
        }
    }

    /// With these options.
    pub fn options(mut self, options: HandlerOptions) -> Self {
        self.options = options;
        self
    }

    /// Calls the application, and sends what it answers.
    pub fn run(mut self, app: &(impl Application + ?Sized)) -> Finished<R, W> {
        self.setup_environ();
        let parts = parts_of(&self.variables).map_err(Failure::from);
        let manner = Manner::new(parts.as_ref().ok(), &self.options);
        let Self {
            reader,
            mut writer,
            errors,
            variables,
            options,
        } = self;
        let mut returned = None;
        let response = parts
            .and_then(|parts| {
                let input = input_of(reader, &variables, &options)?;
                let (input, home) = Input::lend(input);
                returned = Some(home);
                Ok(Request::from_parts(parts, input))
            })
            .and_then(|mut request| {
                request.extensions_mut().insert(variables);
                request.extensions_mut().insert(options.flags);
                request.extensions_mut().insert(errors.clone());
                call(app, request)
            });
        let answered = Answering {
            writer: &mut writer,
            manner,
            options: &options,
            errors,
        }
        .answer(response);
        Finished {
            writer,
            input: returned.and_then(|returned| returned.take()),
            status: answered.status,
            bytes: answered.bytes,
            sent: answered.sent,
            keeps: answered.keeps,
        }
    }

    fn setup_environ(&mut self) {
        let Self {
            variables, options, ..
        } = self;
        for (name, value) in options.os_environ.iter() {
            variables.set_default(name, value);
        }
        let scheme = options.scheme.unwrap_or_else(|| scheme(variables));
        variables.set("wsgi.url_scheme", scheme.as_str());
        if let Some(name) = options
            .server_software
            .as_ref()
            .filter(|_| options.origin_server)
        {
            variables.set_default("SERVER_SOFTWARE", name.as_bytes());
        }
        if let Some(setup) = &options.setup_environ {
            setup(variables);
        }
    }
}

fn input_of<R: BufRead>(
    reader: R,
    variables: &Variables,
    options: &HandlerOptions,
) -> Result<InputStream<R>, Failure> {
    let kind = match options.origin_server {
        true => body_kind(variables)?,
        false => kind_behind_server(variables)?,
    };
    Ok(InputStream::new(reader, kind, options.limits.clone())?)
}

/// A transfer coding is undone by the server in front, which then knows the
/// length (RFC 3875 section 4.2), or ends the input where the body ends.
fn kind_behind_server(variables: &Variables) -> Result<BodyKind, BodyKindFault> {
    let length = variables.var("CONTENT_LENGTH").filter(|it| !it.is_empty());
    match (length, variables.var("HTTP_TRANSFER_ENCODING")) {
        (None, Some(_)) => Ok(BodyKind::UntilClose),
        (length, _) => {
            let length = length.map(|length| ("Content-Length", length));
            BodyKind::of_request(HttpVersion::Http11, length)
        }
    }
}

fn call(
    app: &(impl Application + ?Sized),
    request: Request<Input>,
) -> Result<Response<Output>, Failure> {
    catch(|| app.answer(request))?
}

/// What would unwind is a failure.
fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Failure> {
    // Nothing that was half done is looked at again: what a panic leaves is
    // dropped, or is a writer whose response is cut short.
    let caught = catch_unwind(AssertUnwindSafe(work));
    caught.map_err(|payload| Failure::of_panic(&*payload))
}

/// What came of sending one response.
struct Answered {
    status: StatusCode,
    bytes: u64,
    sent: Sent,
    keeps: bool,
}

/// Sends a response, or what takes its place.
struct Answering<'h, W> {
    writer: &'h mut W,
    manner: Manner,
    options: &'h HandlerOptions,
    errors: ErrorStream,
}

impl<W: FileSink> Answering<'_, W> {
    fn answer(mut self, response: Result<Response<Output>, Failure>) -> Answered {
        let failure = match response.and_then(|response| self.send(response)) {
            Ok(answered) => return answered,
            Err(failure) => failure,
        };
        self.log(&failure);
        // What is left of the request nobody wants to read.
        self.manner.close();
        let page = catch(|| self.options.error_page(&failure));
        let sent = page
            .and_then(|page| self.send(page))
            .or_else(|page_failure| {
                self.log(&page_failure);
                self.send(self.options.plain_error_page(&failure))
            });
        match sent {
            Ok(answered) => answered.of_error_page(),
            Err(page_failure) => {
                self.log(&page_failure);
                Answered {
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                    bytes: 0,
                    sent: Sent::CutShort,
                    keeps: false,
                }
            }
        }
    }

    /// # Errors
    ///
    /// What went wrong before anything was sent.
    fn send(&mut self, response: Response<Output>) -> Result<Answered, Failure> {
        let (parts, mut output) = response.into_parts();
        let head = match Head::new(parts, &output, self.manner.clone()) {
            Ok(head) => head,
            Err(fault) => {
                catch(|| output.close(0, false))?;
                return Err(fault.into());
            }
        };
        let status = head.status();
        let mut sending = Sending::new(head, self.writer, self.options.sendfile);
        let result = catch(|| sending.send(&mut output));
        let (bytes, keeps) = (sending.sent(), sending.keeps());
        let is_gone = sending.client_is_gone();
        let is_unsent = sending.is_unsent();
        let is_whole = matches!(result, Ok(Ok(())));
        // The response is what it is, whatever happens at its close.
        if let Err(failure) = catch(|| output.close(bytes, is_whole)) {
            self.log(&failure);
        }
        let sent = match result {
            Ok(Ok(())) => Sent::Whole,
            Ok(Err(error)) if is_gone => Sent::Disconnected(error),
            Ok(Err(error)) if is_unsent => return Err(failure_of(error)),
            Err(failure) if is_unsent => return Err(failure),
            Ok(Err(error)) => self.cut_short(&failure_of(error)),
            Err(failure) => self.cut_short(&failure),
        };
        Ok(Answered {
            status,
            bytes,
            sent,
            keeps,
        })
    }

    fn cut_short(&mut self, failure: &Failure) -> Sent {
        self.log(failure);
        // So that the client has what there is. That it is not all, it sees.
        let _ = self.writer.flush();
        Sent::CutShort
    }

    fn log(&mut self, failure: &Failure) {
        // There is nobody left to be told of a log that panics.
        let _ = catch(|| self.options.log(failure, &mut self.errors));
    }
}

impl Answered {
    fn of_error_page(self) -> Self {
        match self.sent {
            Sent::Whole => Self {
                sent: Sent::ErrorPage,
                ..self
            },
            _ => self,
        }
    }
}

fn failure_of(error: io::Error) -> Failure {
    error.into()
}

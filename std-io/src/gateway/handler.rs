pub(super) mod answering;
mod leaving;
pub(super) mod source;

use super::failure::catch;
use super::head::Manner;
use super::input::Invite;
use super::{Application, ErrorStream, Failure, HandlerOptions, Input, Output, Variables};
use crate::{FileSink, InputStream};
use answering::{Answered, Answering};
use http::request::Parts;
use http::{Request, Response, StatusCode};
pub(super) use leaving::Leaving;
use source::Source;
use std::io::{self, BufRead};
use tidegate_core::BodyKind;

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
///   To HEAD, and with 204, 205 and 304, no body is sent, and none is made.
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
///
/// A [`ResponseFault`](super::ResponseFault) is one as well: a field that is the
/// server's to send, a length that is not that of the body, a status of 1xx. Those
/// are no answers (RFC 9110 section 15.2): `100 Continue` goes out by
/// [`on_first_read`](Self::on_first_read), and to switch protocols (101) takes a
/// server that has the connection to itself.
#[derive(Debug)]
#[must_use]
pub struct SimpleHandler<R, W> {
    reader: R,
    writer: W,
    errors: ErrorStream,
    source: Source,
    options: HandlerOptions,
    invite: Option<Invite>,
    leaving: Option<Leaving<R>>,
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
    /// How many it was to have, if that was known.
    pub promised: Option<u64>,
    /// How far the response got.
    pub sent: Sent,
    /// All that went wrong on this side, the first of it first. It is logged.
    pub failures: Vec<Failure>,
    pub(super) kind: Option<BodyKind>,
    keeps: bool,
}

impl<R: BufRead, W> Finished<R, W> {
    fn new(
        writer: W,
        input: Option<InputStream<R>>,
        kind: Option<BodyKind>,
        answered: Answered,
        failures: Vec<Failure>,
    ) -> Self {
        Self {
            writer,
            input,
            status: answered.status,
            bytes: answered.bytes,
            promised: answered.promised,
            sent: answered.sent,
            failures,
            kind,
            keeps: answered.keeps,
        }
    }

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
            source: Source::Variables(variables),
            options: HandlerOptions::new(),
            invite: None,
            leaving: None,
        }
    }

    /// For this request, whose head was read from the reader before. Its body is
    /// framed by its headers (RFC 9112 section 6.3).
    ///
    /// There are no [`Variables`] in its extensions then, unless an option asks
    /// for some: [`RequestEnviron`](super::RequestEnviron) derives what is asked for, and a server that
    /// is asked for nothing makes nothing.
    ///
    /// ```
    /// use http::Request;
    /// use std::io;
    /// use tidegate_std_io::gateway::{ErrorStream, Input, SimpleHandler};
    ///
    /// let (parts, ()) = Request::post("/").header("Content-Length", "5").body(())?.into_parts();
    /// let echo = |request: Request<Input>| io::read_to_string(request.into_body());
    /// let connection = &b"HelloGET / HTTP/1.1\r\n"[..];
    /// let handler = SimpleHandler::of_request(connection, Vec::new(), ErrorStream::stderr(), parts);
    /// let finished = handler.run(&echo);
    /// assert!(finished.writer.ends_with(b"\r\n\r\nHello"));
    /// let input = finished.input.unwrap();
    /// assert!(input.may_reuse_connection());
    /// assert_eq!(input.into_inner(), b"GET / HTTP/1.1\r\n");
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn of_request(reader: R, writer: W, errors: ErrorStream, parts: Parts) -> Self {
        Self::in_server(reader, writer, errors, parts, HandlerOptions::new())
    }

    /// The same with options at once: for a server, which makes none anew.
    pub(super) fn in_server(
        reader: R,
        writer: W,
        errors: ErrorStream,
        parts: Parts,
        options: HandlerOptions,
    ) -> Self {
        Self {
            reader,
            writer,
            errors,
            source: Source::Request(Box::new(parts)),
            options,
            invite: None,
            leaving: None,
        }
    }

    /// Something to happen once, before the application asks for the first byte
    /// of the body; see [`Input::on_first_read`].
    ///
    /// Not behind the head of the response, of whose body it would be a part. If
    /// it has not happened by then, the client may send the body or not: the
    /// connection is not kept.
    pub fn on_first_read(
        mut self,
        invite: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> Self {
        self.invite = Some(Invite(Box::new(invite)));
        self
    }

    /// With another error stream.
    pub(super) fn set_errors(&mut self, errors: ErrorStream) {
        self.errors = errors;
    }

    /// With these options.
    pub fn options(mut self, options: HandlerOptions) -> Self {
        self.options = options;
        self
    }

    /// Before the head goes out, which says whether the connection is kept, see
    /// whether the body that is left can be read past.
    pub(super) fn leaving(mut self, leaving: Leaving<R>) -> Self {
        self.leaving = Some(leaving);
        self
    }

    /// Calls the application, and sends what it answers.
    pub fn run(self, app: &(impl Application + ?Sized)) -> Finished<R, W> {
        let Self {
            reader,
            mut writer,
            errors,
            source,
            options,
            invite,
            leaving,
        } = self;
        let request = catch(|| source.read(&options)).and_then(|request| request);
        let mut manner = Manner::new(request.as_ref().ok().map(|(parts, _)| parts), &options);
        let mut returned = None;
        let mut beside = None;
        let kind = request.as_ref().ok().and_then(|(_, framed)| framed.ok());
        let response = request.and_then(|(mut parts, framed)| {
            let kind = framed?;
            let stream = InputStream::new(reader, kind, options.limits.clone())
                .map_err(|at| Failure::from(at).of_body(kind, None))?;
            let (mut input, home) = Input::lend(stream);
            // For nothing nobody waits.
            let is_empty = matches!(kind, BodyKind::Empty | BodyKind::Length(0));
            if let Some(invite) = invite.filter(|_| !is_empty) {
                let (invite, awaited) = invite.watched();
                input = input.on_first_read(invite.0);
                manner.awaits(awaited);
            }
            parts.extensions.insert(options.flags);
            parts.extensions.insert(errors.clone());
            let response = call(app, Request::from_parts(parts, input));
            let Some(mut stream) = home.take() else {
                // The response has it, and may read on.
                returned = Some(home);
                return response;
            };
            let response = match (response, &leaving) {
                (Err(failure), _) => Err(failure.of_stream(&stream, kind)),
                (Ok(response), Some(leaving)) if manner.keeps() => {
                    match leaving.may_stay(&mut stream, kind) {
                        Ok(true) => Ok(response),
                        Ok(false) => {
                            manner.close();
                            Ok(response)
                        }
                        Err(error) => {
                            // Closed here, where its panic is caught.
                            beside = catch(|| response.into_body().close(0, false)).err();
                            Err(Failure::from(error).of_stream(&stream, kind))
                        }
                    }
                }
                (response, _) => response,
            };
            home.put(stream);
            returned = Some(home);
            response
        });
        let mut answering = Answering {
            writer: &mut writer,
            manner,
            options: &options,
            errors,
            failures: Vec::new(),
        };
        if let Some(failure) = beside {
            answering.log(failure);
        }
        let answered = answering.answer(response);
        let failures = answering.failures;
        let input = returned.and_then(|returned| returned.take());
        Finished::new(writer, input, kind, answered, failures)
    }
}

/// Sends what is no answer of an application: of a request that is refused, as
/// far as there is one, or of none.
pub(super) fn send_page<W: FileSink>(
    page: Result<Response<Output>, Failure>,
    request: Option<&Parts>,
    writer: W,
    errors: ErrorStream,
    options: &HandlerOptions,
) -> Finished<io::Empty, W> {
    let mut writer = writer;
    let mut manner = Manner::new(request, options);
    manner.close();
    let mut answering = Answering {
        writer: &mut writer,
        manner,
        options,
        errors,
        failures: Vec::new(),
    };
    let answered = answering.answer(page);
    let failures = answering.failures;
    Finished::new(writer, None, None, answered, failures)
}

fn call(
    app: &(impl Application + ?Sized),
    request: Request<Input>,
) -> Result<Response<Output>, Failure> {
    catch(|| app.answer(request))?
}

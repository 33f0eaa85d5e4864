pub(super) mod answering;
pub(super) mod source;

use super::failure::catch;
use super::head::Manner;
use super::input::Invite;
use super::{Application, ErrorStream, Failure, HandlerOptions, Input, Output, Variables};
use crate::{FileSink, InputStream};
use answering::Answering;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use source::Source;
use std::io::{self, BufRead};

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
    source: Source,
    options: HandlerOptions,
    invite: Option<Invite>,
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
            source: Source::Variables(variables),
            options: HandlerOptions::new(),
            invite: None,
        }
    }

    /// For this request, whose head was read from the reader before. Its body is
    /// framed by its headers (RFC 9112 section 6.3).
    ///
    /// There are no [`Variables`] in its extensions then, unless an option asks
    /// for some: [`RequestEnviron`] derives what is asked for, and a server that
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
        let source = Source::Request(Box::new(parts));
        Self {
            source,
            ..Self::new(reader, writer, errors, Variables::new())
        }
    }

    /// Something to happen once, before the application asks for the first byte
    /// of the body; see [`Input::on_first_read`].
    pub fn on_first_read(
        mut self,
        invite: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> Self {
        self.invite = Some(Invite(Box::new(invite)));
        self
    }

    /// With these options.
    pub fn options(mut self, options: HandlerOptions) -> Self {
        self.options = options;
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
        } = self;
        let request = catch(|| source.read(&options)).and_then(|request| request);
        let manner = Manner::new(request.as_ref().ok().map(|(parts, _)| parts), &options);
        let mut returned = None;
        let response = request.and_then(|(mut parts, framed)| {
            let stream = InputStream::new(reader, framed?, options.limits.clone())?;
            let (input, home) = Input::lend(stream);
            returned = Some(home);
            let input = match invite {
                Some(invite) => input.on_first_read(invite.0),
                None => input,
            };
            parts.extensions.insert(options.flags);
            parts.extensions.insert(errors.clone());
            call(app, Request::from_parts(parts, input))
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
}

fn call(
    app: &(impl Application + ?Sized),
    request: Request<Input>,
) -> Result<Response<Output>, Failure> {
    catch(|| app.answer(request))?
}

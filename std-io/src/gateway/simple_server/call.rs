//! One request, and what a server does with it.

use super::connection::hurry;
use super::site::Site;
use super::socket::{Reader, Socket, Writer};
use super::{Asked, LogEntry, LogEvent, request};
use crate::gateway::handler::Leaving;
use crate::gateway::{
    Application, ErrorStream, Failure, Finished, HandlerOptions, RequestEnviron, Sent,
    SimpleHandler, Variables,
};
use crate::{Budget, PacedWriter};
use http::request::Parts;
use std::fmt;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;
use tidegate_core::Pace;

/// What a [`SimpleServer`](super::SimpleServer) does with each request:
/// `wsgiref`'s `WSGIRequestHandler`, whose methods may be replaced one by one.
///
/// ```
/// use tidegate_std_io::core::InputLimits;
/// use tidegate_std_io::gateway::{
///     Answered, Application, Call, RequestHandler, Variables, demo_app, make_server,
/// };
///
/// struct Behind;
///
/// impl RequestHandler for Behind {
///     /// What the proxy in front says of the user.
///     fn environ(&self, call: &Call<'_>) -> Option<Variables> {
///         let mut variables = call.variables();
///         let user = call.request().headers.get("x-user")?.as_bytes();
///         variables.set("REMOTE_USER", user);
///         Some(variables)
///     }
///
///     /// Uploads may be longer than other bodies.
///     fn handle(&self, mut call: Call<'_>, app: &dyn Application) -> Answered {
///         if call.request().uri.path() == "/upload" {
///             call.input_limits(InputLimits::new().max_length(1 << 30));
///         }
///         call.run(app)
///     }
/// }
///
/// let server = make_server("127.0.0.1", 0, demo_app)?.request_handler(Behind);
/// # let _ = server;
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait RequestHandler: Send + Sync + 'static {
    /// The variables of a request: [those it has](Call::variables), with others
    /// beside them.
    ///
    /// `None`, as unless it is replaced, for exactly those: they are made when the
    /// application asks for them, and not before.
    #[doc(alias = "get_environ")]
    fn environ(&self, call: &Call<'_>) -> Option<Variables> {
        let _ = call;
        None
    }

    /// Where applications, and the log, write what is for the operator: the
    /// standard error unless it is replaced. Whoever reads it, or does not, must
    /// not be able to stop the threads that write to it.
    #[doc(alias = "get_stderr")]
    fn error_stream(&self) -> ErrorStream {
        ErrorStream::stderr()
    }

    /// Takes note of what happens; a line on the [error
    /// stream](Self::error_stream) unless it is replaced, and for requests that
    /// were answered nothing.
    ///
    /// What [`log_error`](HandlerOptions::log_error) says of an application is
    /// said here too.
    #[doc(alias("log_message", "log_request"))]
    fn log(&self, entry: &LogEntry<'_>) {
        if !matches!(entry.event, LogEvent::Answered { .. }) {
            // Nobody hears of an error of the log.
            let _ = self
                .error_stream()
                .write_all(format!("{entry}\n").as_bytes());
        }
    }

    /// Answers a request: [`Call::run`], with whatever is to be done before and
    /// after it.
    fn handle(&self, call: Call<'_>, app: &dyn Application) -> Answered {
        call.run(app)
    }
}

/// The handler of a server that has no other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain;

impl RequestHandler for Plain {}

/// What is spent on a body that an application left unread, to keep the
/// connection.
const LEAVING: Leaving<Reader> = Leaving {
    budget: Budget {
        bytes: 1 << 20,
        time: Duration::from_secs(2),
    },
    hurry,
};

/// A request whose head was read, and the connection it came by.
#[must_use = "a request is answered by `run`"]
pub struct Call<'c> {
    pub(super) asked: &'c Asked,
    pub(super) parts: Parts,
    pub(super) peer: SocketAddr,
    pub(super) socket: &'c Socket,
    pub(super) reader: Reader,
    pub(super) writer: &'c mut Writer,
    pub(super) errors: ErrorStream,
    pub(super) options: HandlerOptions,
    /// Whether the server may want another request on the connection.
    pub(super) may_keep: bool,
    pub(super) site: &'c Site,
}

/// That a request was answered, well or not.
#[must_use = "the connection goes on from it"]
pub struct Answered {
    /// The connection, if there may be another request on it.
    pub(super) reader: Option<Reader>,
    /// Whether there is nothing on it which was not read.
    pub(super) is_read: bool,
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("keeps_connection", &self.reader.is_some())
            .finish()
    }
}

impl Call<'_> {
    /// The request, but for its body.
    pub const fn request(&self) -> &Parts {
        &self.parts
    }

    /// The same, to change what the application gets. The body is framed by its
    /// headers.
    pub const fn request_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }

    /// The address of the client, or of what is in front of this server.
    pub const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The variables it has without [`RequestHandler::environ`].
    pub fn variables(&self) -> Variables {
        RequestEnviron::of_parts(&self.parts).to_variables()
    }

    /// How long the body of this request may be.
    pub fn input_limits(&mut self, limits: tidegate_core::InputLimits) {
        self.options.limits = limits;
    }

    /// Other options for this request than those of the server.
    pub fn set_options(&mut self, options: HandlerOptions) {
        self.options = options;
    }

    /// Calls the application, and sends what it answers.
    pub fn run(self, app: &dyn Application) -> Answered {
        let keep = self.may_keep && request::keep_alive(&self.parts);
        let expects = request::expects_continue(&self.parts);
        let options = self.options.quiet().keep_alive(keep);
        let (reader, writer) = (self.reader, self.writer);
        let handler = SimpleHandler::in_server(reader, writer, self.errors, self.parts, options);
        let mut handler = handler.leaving(LEAVING);
        if expects {
            let pace = Pace::new().deadline(self.site.limits.stall);
            let mut invited = PacedWriter::new(self.socket.clone(), pace);
            handler =
                handler.on_first_read(move || invited.write_all(b"HTTP/1.1 100 Continue\r\n\r\n"));
        }
        let mut finished = handler.run(app);
        let log = |event: LogEvent<'_>| self.site.log(Some(self.peer), Some(self.asked), event);
        report(&finished, log);
        let keeps = finished.keeps_connection();
        let is_read = finished.input.as_ref().is_some_and(|input| {
            input.may_reuse_connection() && input.get_ref().buffer().is_empty()
        });
        let reader = finished
            .input
            .take()
            .filter(|_| keeps)
            .and_then(|mut input| match LEAVING.drain(&mut input) {
                Ok(()) => input.may_reuse_connection().then(|| input.into_inner()),
                Err(error) => {
                    let failure = Failure::from(error);
                    let failure = match finished.kind {
                        Some(kind) => failure.of_stream(&input, kind),
                        None => failure,
                    };
                    log(LogEvent::Unread(&failure));
                    None
                }
            });
        Answered { reader, is_read }
    }
}

/// Says what came of a request.
pub(super) fn report<R: std::io::BufRead, W>(
    finished: &Finished<R, W>,
    log: impl Fn(LogEvent<'_>),
) {
    let (status, sent, promised) = (finished.status, finished.bytes, finished.promised);
    let failures = &finished.failures[..];
    let beside = match (&finished.sent, failures) {
        // What cut it short was found last, behind a close that failed.
        (Sent::CutShort, [beside @ .., failure]) => {
            log(LogEvent::CutShort {
                sent,
                promised,
                failure,
            });
            beside
        }
        (Sent::Disconnected(error), []) => {
            log(LogEvent::Untaken {
                sent,
                promised,
                error,
            });
            &[]
        }
        // That its error page was not taken is no news.
        (Sent::ErrorPage | Sent::Disconnected(_), [failure, beside @ ..]) => {
            log(LogEvent::Refused { status, failure });
            beside
        }
        (_, beside) => {
            log(LogEvent::Answered {
                status,
                bytes: sent,
            });
            beside
        }
    };
    beside
        .iter()
        .for_each(|failure| log(LogEvent::Beside(failure)));
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("request", &self.parts)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

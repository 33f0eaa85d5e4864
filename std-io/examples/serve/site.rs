//! The application, and how the server is set up for it.

use crate::args::Settings;
use crate::routes::Root;
use crate::store::Store;
use crate::{log, refusal, routes};
use http::request::Parts;
use http::{Request, Response};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use tidegate_std_io::InputLimits;
use tidegate_std_io::gateway::{
    Answered, Application, Call, ErrorStream, Failure, HandlerOptions, Input, IntoResponse,
    LogEntry, LogEvent, Output, RequestHandler, SimpleServer, make_server, validator,
};

/// What every route may know of the server. It answers any request, whoever reads
/// that: the server here, or a test.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) settings: Settings,
    /// What `/files/` shows, if anything.
    pub(crate) root: Option<Root>,
    /// Where uploads are kept, if they are.
    pub(crate) store: Option<Store>,
}

impl Application for Site {
    fn answer(&self, request: Request<Input>) -> Result<Response<Output>, Failure> {
        let (request, mut body) = request.into_parts();
        routes::answer(&request, &mut body, self)?.into_response()
    }
}

/// Serves until it is told to stop; with `TIDEGATE_VALIDATE` set, held to the rules
/// of HTTP, of which the log says what was broken. The error says what it could not begin with.
pub(crate) fn run(settings: Settings) -> io::Result<()> {
    let root = settings.root.as_deref().map(Root::new).transpose()?;
    let store = settings.save.as_deref().map(Store::new).transpose()?;
    let server = listen(&settings)?;
    let address = server.local_addr();
    let site = Arc::new(Site {
        address,
        settings,
        root,
        store,
    });
    let app = Arc::clone(&site);
    let app = move |request| app.answer(request);
    match std::env::var_os("TIDEGATE_VALIDATE") {
        None => server.set_app(app),
        Some(_) => server.set_app(validator(app)),
    }
    let server = server.request_handler(Log(site));
    #[cfg(unix)]
    server.stop_at_signals()?;
    log::start()?;
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "listening on http://{address}").and_then(|()| stdout.flush());
    server.serve_forever()
}

/// With an application that is replaced before anybody is answered: which port it
/// is only the listening server knows.
fn listen(settings: &Settings) -> io::Result<SimpleServer> {
    let port = settings.port;
    let server = make_server("127.0.0.1", port, |_: Request<Input>| "")
        .map_err(|error| io::Error::new(error.kind(), format!("port {port}: {error}")))?;
    Ok(server
        .options(HandlerOptions::new().error_output(refusal::page))
        .max_connections(settings.max_connections)
        .deadline(settings.deadline)
        .min_rate(settings.min_rate)
        .idle(settings.idle)
        .stall(settings.stall))
}

/// Knows how long the body of each request may be, and where lines go.
struct Log(Arc<Site>);

impl RequestHandler for Log {
    fn error_stream(&self) -> ErrorStream {
        log::stream()
    }

    fn log(&self, entry: &LogEntry<'_>) {
        if !matches!(entry.event, LogEvent::Answered { .. }) {
            log::line(format_args!("{entry}"));
        }
    }

    fn handle(&self, mut call: Call<'_>, app: &dyn Application) -> Answered {
        let max = routes::max_body(call.request(), &self.0.settings);
        call.input_limits(InputLimits::new().max_length(max));
        call.run(app)
    }
}

/// All values of this header.
pub(crate) fn values<'h>(request: &'h Parts, name: &str) -> impl Iterator<Item = &'h [u8]> {
    let values = request.headers.get_all(name).into_iter();
    values.map(|value| value.as_bytes())
}

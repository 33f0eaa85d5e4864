//! A server for applications: small, blocking, and hard to hurt.

mod authority;
mod call;
mod connection;
mod fault;
mod head;
mod limits;
mod log;
mod peer;
mod pool;
mod request;
mod serving;
#[cfg(all(unix, feature = "signals"))]
mod signals;
mod site;
mod socket;
mod stop;
mod wake;

use super::{Application, HandlerOptions, Variables};
use limits::Limits;
use site::{CurrentApp, Site};
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use wake::Waker;

pub use call::{Answered, Call, RequestHandler};
pub use fault::{Crowded, HeadFault};
pub use log::{LogEntry, LogEvent};
pub use peer::ConnectionInfo;
pub use request::Asked;
pub use stop::StopHandle;

/// A server for an application, on this host and port; an empty host is every
/// address of the machine, and port 0 any that is free.
///
/// It listens, so that connections wait for it, and answers nobody yet:
/// [`serve_forever`](SimpleServer::serve_forever) does, and
/// [`handle_request`](SimpleServer::handle_request).
///
/// ```no_run
/// use tidegate_std_io::gateway::{demo_app, make_server};
///
/// let server = make_server("127.0.0.1", 8000, demo_app)?;
/// println!("listening on http://{}", server.local_addr());
/// server.serve_forever()?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of the system: the host has no address here, or the port is taken.
pub fn make_server(
    host: &str,
    port: u16,
    app: impl Application + Send + Sync + 'static,
) -> io::Result<SimpleServer> {
    let listener = match host {
        "" => TcpListener::bind(("0.0.0.0", port)),
        host => TcpListener::bind((host, port)),
    }?;
    SimpleServer::new(listener, host, app)
}

/// A blocking HTTP/1.1 server for an [`Application`]: `wsgiref`'s `WSGIServer`,
/// fit to be spoken to by strangers. [`make_server`] makes one.
///
/// Each connection has a thread, out of a pool that has no more than there may be
/// connections: for hundreds of clients at once. Connections are kept, and
/// requests may come on them one behind the other (pipelining). For thousands
/// take an asynchronous server, and applications in `tower`'s sense.
///
/// ```
/// use http::Request;
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use std::thread;
/// use tidegate_std_io::gateway::{Input, make_server};
///
/// let app = |request: Request<Input>| format!("you asked for {}\n", request.uri());
/// let server = make_server("127.0.0.1", 0, app)?;
/// let (address, stop) = (server.local_addr(), server.stop_handle());
/// let serving = thread::spawn(move || server.serve_forever());
///
/// let mut client = TcpStream::connect(address)?;
/// client.write_all(b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
/// let mut answer = String::new();
/// client.read_to_string(&mut answer)?;
/// assert!(answer.ends_with("\r\n\r\nyou asked for /x\n"));
///
/// stop.stop();
/// serving.join().unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// | `wsgiref.simple_server` | here | what differs |
/// |---|---|---|
/// | `make_server` | [`make_server`] | |
/// | `serve_forever`, `shutdown` | [`serve_forever`](Self::serve_forever), [`stop_handle`](Self::stop_handle) | |
/// | `handle_request`, `server_close` | [`handle_request`](Self::handle_request), [`server_close`](Self::server_close) | |
/// | `set_app`, `get_app` | [`set_app`](Self::set_app), [`app`](Self::app) | |
/// | `base_environ`, `setup_environ` | [`base_environ`](Self::base_environ), [`base_environ_mut`](Self::base_environ_mut) | what is empty is not set |
/// | `server_name`, `server_port` | [`local_addr`](Self::local_addr), [`base_environ`](Self::base_environ) | |
/// | `WSGIRequestHandler`: `get_environ`, `get_stderr`, `handle` | [`RequestHandler`] | |
/// | `ServerHandler` | [`SimpleHandler`](super::SimpleHandler), [`HandlerOptions`] | |
/// | `demo_app` | [`demo_app`](super::demo_app) | |
///
/// # Limits
///
/// | what | by default | then |
/// |---|---|---|
/// | [connections at once](Self::max_connections) | 256 | 503, without a thread |
/// | the head of a request | 64 KiB, 100 fields | 431 |
/// | its body | 16 MiB, see [`options`](Self::options) | 413 |
/// | [a request](Self::deadline), head and body | 120 s | 408 |
/// | [the rate](Self::min_rate) of it, and of a long answer | 100 bytes a second, over 10 s | 408, or cut off |
/// | [a connection without a request](Self::idle) | 15 s | closed |
/// | [an answer that is not taken](Self::stall) | 30 s | cut off |
/// | a body that the application left | 1 MiB, 2 s | the connection is not kept |
/// | a client that sends on behind its last answer | 64 MiB, 5 s | closed |
///
/// A connection holds 64 KiB, and at most a head more, whatever comes over it.
///
/// # Errors
///
/// What is no request is a [`HeadFault`], what frames no body a
/// [`BodyKindFault`](tidegate_core::BodyKindFault): each is answered with 400 or
/// what its table says, and the connection ends. A panic of the application is
/// answered 500. [`RequestHandler::log`] hears of it.
#[must_use = "a server serves when it is told to"]
pub struct SimpleServer {
    listener: TcpListener,
    address: SocketAddr,
    site: Site,
    stop: StopHandle,
}

impl SimpleServer {
    fn new(
        listener: TcpListener,
        host: &str,
        app: impl Application + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let name = match host {
            "" => address.ip().to_string(),
            host => host.to_owned(),
        };
        let port = address.port().to_string();
        let software = concat!("tidegate/", env!("CARGO_PKG_VERSION"));
        let base = [
            ("SERVER_NAME", &*name),
            ("SERVER_PORT", &*port),
            ("SERVER_SOFTWARE", software),
            ("GATEWAY_INTERFACE", "CGI/1.1"),
        ];
        let stop = StopHandle::new(Waker::new(&listener)?);
        Ok(Self {
            listener,
            address,
            site: Site {
                app: Arc::new(CurrentApp::new(Arc::new(app))),
                handler: Arc::new(call::Plain),
                options: HandlerOptions::new(),
                limits: Limits::default(),
                base: Arc::new(base.into_iter().collect()),
            },
            stop,
        })
    }

    /// What is done with each request, and where the log goes.
    pub fn request_handler(mut self, handler: impl RequestHandler) -> Self {
        self.site.handler = Arc::new(handler);
        self
    }

    /// Error pages, the length of bodies, and the other options of a handler;
    /// whether a connection is kept the server decides.
    pub fn options(mut self, options: HandlerOptions) -> Self {
        self.site.options = options;
        self
    }

    /// How many connections there may be at once: one more is answered 503.
    pub const fn max_connections(mut self, most: NonZeroUsize) -> Self {
        self.site.limits.max_connections = most;
        self
    }

    /// How long a request may take to arrive, head and body; only waiting counts.
    /// `Duration::MAX` is for ever.
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.site.limits.deadline = deadline;
        self
    }

    /// How many bytes a second of a request must come, counted anew when those of
    /// ten seconds are there; and of a long answer be taken. 0 is any.
    pub const fn min_rate(mut self, bytes_per_second: u64) -> Self {
        self.site.limits.min_rate = bytes_per_second;
        self
    }

    /// How long a connection may be kept without a request. `Duration::MAX` is
    /// for ever.
    pub const fn idle(mut self, idle: Duration) -> Self {
        self.site.limits.idle = idle;
        self
    }

    /// How long a client may take to make room for more of its answers: for 64 KiB
    /// of those that are no longer, for the [least rate](Self::min_rate) times
    /// this of a longer one, counted anew when it has. `Duration::MAX` is for
    /// ever.
    pub const fn stall(mut self, stall: Duration) -> Self {
        self.site.limits.stall = stall;
        self
    }

    /// How long those who are being answered may take when the server is stopped.
    /// 10 s unless it is set.
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.site.limits.grace = grace;
        self
    }

    /// Where it listens.
    #[doc(alias("server_address", "server_port"))]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The variables that all requests have: `SERVER_NAME`, `SERVER_PORT`,
    /// `SERVER_SOFTWARE` and `GATEWAY_INTERFACE`.
    pub fn base_environ(&self) -> &Variables {
        &self.site.base
    }

    /// The same, to set others before it serves.
    #[doc(alias = "setup_environ")]
    pub fn base_environ_mut(&mut self) -> &mut Variables {
        Arc::make_mut(&mut self.site.base)
    }

    /// The application.
    #[doc(alias = "get_app")]
    pub fn app(&self) -> Arc<dyn Application + Send + Sync> {
        self.site.app.get()
    }

    /// Another application, for all requests whose head is not read yet.
    pub fn set_app(&self, app: impl Application + Send + Sync + 'static) {
        self.site.app.set(Arc::new(app));
    }

    /// What stops it.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Stops it, as a [`StopHandle`] does, at SIGINT and SIGTERM, which are this
    /// process's from here on. A second one ends the process at once.
    ///
    /// # Errors
    ///
    /// If the system has no room for a handler.
    #[cfg(all(unix, feature = "signals"))]
    pub fn stop_at_signals(&self) -> io::Result<()> {
        signals::stop(&self.stop)
    }

    /// Stops listening: connections are refused from here on. Dropping it does
    /// the same.
    pub fn server_close(self) {}
}

impl fmt::Debug for SimpleServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimpleServer")
            .field("address", &self.address)
            .field("limits", &self.site.limits)
            .finish_non_exhaustive()
    }
}

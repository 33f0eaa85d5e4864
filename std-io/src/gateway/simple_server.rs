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
#[cfg(all(unix, feature = "signals"))]
mod signals;
mod site;
mod socket;
mod stop;
mod wake;

use super::failure::catch;
use super::handler::send_page;
use super::{Application, HandlerOptions, Variables};
use connection::Requests;
use http::header::{HeaderValue, RETRY_AFTER};
use limits::Limits;
use pool::Pool;
use site::{CurrentApp, Site};
use socket::Socket;
use std::fmt;
use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use wake::Waker;

pub use call::{Answered, Call, RequestHandler};
pub use fault::{Crowded, HeadFault};
pub use log::{LogEntry, LogEvent};
pub use peer::ConnectionInfo;
pub use request::Asked;
pub use stop::StopHandle;

/// After a failure to accept, such as too many open files: it will not be
/// better at once.
const PAUSE: Duration = Duration::from_millis(50);

/// When to come again if all threads are taken, in seconds.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// How long connections that were cut off have to notice.
const LAST_MOMENT: Duration = Duration::from_secs(1);

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

    /// Serves until it is [stopped](Self::stop_handle): it accepts connections on
    /// this thread, and answers on others.
    ///
    /// When it is stopped it accepts nobody more and closes those connections
    /// that wait for a request; those who are being answered have the
    /// [grace](Self::grace), and are then cut off.
    ///
    /// # Errors
    ///
    /// None today: where the system has no more sockets or threads it says so in
    /// the log, and tries again.
    pub fn serve_forever(&self) -> io::Result<()> {
        let site = Arc::new(self.site.clone());
        let pool = Pool::new(site.limits.max_connections.get());
        let mut was_full = false;
        while !self.stop.is_stopped() {
            let outcome = match wake::accept(&self.listener, self.stop.waker()) {
                Ok(None) => break,
                Ok(Some((stream, peer))) if pool.is_full() => {
                    let is_news = !std::mem::replace(&mut was_full, true);
                    turn_away(&stream, peer, &site, is_news)
                }
                Ok(Some((stream, peer))) => {
                    was_full = false;
                    self.start(&pool, stream, peer, &site)
                }
                Err(error) => Err(error),
            };
            if let Err(error) = outcome {
                site.log(None, None, LogEvent::Accept(&error));
                thread::sleep(PAUSE);
            }
        }
        self.stop.send_away_idle();
        if !pool.wait(site.limits.grace) {
            self.stop.send_away_all();
            pool.wait(LAST_MOMENT);
        }
        Ok(())
    }

    fn start(
        &self,
        pool: &Pool,
        stream: TcpStream,
        peer: SocketAddr,
        site: &Arc<Site>,
    ) -> io::Result<()> {
        let seat = self.stop.seat(Socket::new(stream));
        let site = Arc::clone(site);
        pool.run(move || connection::serve(&seat, peer, &site, Requests::Many))
    }

    /// Accepts one connection, and answers one request on it, on this thread. It
    /// is closed then. Nothing is answered if the server is stopped first.
    ///
    /// # Errors
    ///
    /// Those of the system, where there is no connection to be had.
    pub fn handle_request(&self) -> io::Result<()> {
        if let Some((stream, peer)) = wake::accept(&self.listener, self.stop.waker())? {
            let seat = self.stop.seat(Socket::new(stream));
            if let Some(close) = connection::serve(&seat, peer, &self.site, Requests::One) {
                close();
            }
        }
        Ok(())
    }

    /// Stops listening: connections are refused from here on. Dropping it does
    /// the same.
    pub fn server_close(self) {}
}

/// Answers 503 without a thread and without waiting.
///
/// One could leave those who are too many in the backlog of the system instead.
/// But whoever holds all threads fills the backlog as well: then everybody else
/// waits behind it and is told nothing. This way the queue is always empty, who
/// comes next has the next thread that is free, and an honest client, or the
/// proxy in front, knows at once.
///
/// The price is that nobody stays to drain what the client sends after this,
/// and a reset may take the answer away from it. That is still an answer.
fn turn_away(
    mut stream: &TcpStream,
    peer: SocketAddr,
    site: &Site,
    is_news: bool,
) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    let page = catch(|| site.options.error_page(&Crowded.into()));
    let page = page.map(|mut page| {
        page.headers_mut()
            .entry(RETRY_AFTER)
            .or_insert(RETRY_AFTER_SECONDS);
        page
    });
    // Who is gone does not read it. An empty send buffer has room for it.
    let errors = site.errors();
    let _ = send_page(page, None, stream, errors, &site.options.clone().quiet());
    let _ = stream
        .shutdown(Shutdown::Write)
        .and_then(|()| stream.read(&mut [0; 4096]));
    if is_news {
        site.log(Some(peer), None, LogEvent::Crowded);
    }
    Ok(())
}

impl fmt::Debug for SimpleServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimpleServer")
            .field("address", &self.address)
            .field("limits", &self.site.limits)
            .finish_non_exhaustive()
    }
}

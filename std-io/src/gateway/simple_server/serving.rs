//! Connections are accepted, and each is given a thread.

use super::connection::{self, Requests};
use super::pool::Pool;
use super::site::Site;
use super::socket::Socket;
use super::{Crowded, LogEvent, SimpleServer, wake};
use crate::gateway::failure::catch;
use crate::gateway::handler::send_page;
use http::header::{HeaderValue, RETRY_AFTER};
use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// After a failure to accept, such as too many open files: it will not be
/// better at once.
const PAUSE: Duration = Duration::from_millis(50);

/// When to come again if all threads are taken, in seconds.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// How long connections that were cut off have to notice.
const LAST_MOMENT: Duration = Duration::from_secs(1);

impl SimpleServer {
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

//! Accepts connections, and gives each a thread, of which there are only so
//! many.

use crate::args::Settings;
use crate::refusal::Refusal;
use crate::routes::Root;
use crate::store::Store;
use crate::{connection, log};
use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// After a failure to accept, such as too many open files: it will not be
/// better at once.
const PAUSE: Duration = Duration::from_millis(50);

/// When to come again if all threads are taken, in seconds.
const RETRY_AFTER: &str = "5";

/// What every route may know of the server.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) settings: Settings,
    /// What `/files/` shows, if anything.
    pub(crate) root: Option<Root>,
    /// Where uploads are kept, if they are.
    pub(crate) store: Option<Store>,
}

/// Serves for ever; the error says what it could not begin with.
pub(crate) fn run(settings: Settings) -> io::Result<Infallible> {
    let root = settings.root.as_deref().map(Root::new).transpose()?;
    let store = settings.save.as_deref().map(Store::new).transpose()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).map_err(|error| {
        io::Error::new(error.kind(), format!("port {}: {error}", settings.port))
    })?;
    let address = listener.local_addr()?;
    let max_connections = settings.max_connections.get();
    let site = Arc::new(Site {
        address,
        settings,
        root,
        store,
    });
    log::start()?;
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "listening on http://{address}").and_then(|()| stdout.flush());
    // Each connection has a share, and gives it back whatever way it ends: also
    // when its thread panics, or could not be started.
    let shares = Arc::new(());
    let mut was_full = false;
    loop {
        let accepted = listener.accept();
        // One share is our own.
        let is_full = Arc::strong_count(&shares) > max_connections;
        let outcome = match accepted {
            Ok((stream, peer)) if is_full => {
                let outcome = turn_away(&stream);
                // Said once, or those who knock would fill the log.
                if !was_full {
                    log::line(format_args!("{peer}: 503, as long as there are too many"));
                }
                outcome
            }
            Ok((stream, peer)) => start(stream, peer, Arc::clone(&site), Arc::clone(&shares)),
            Err(error) => Err(error),
        };
        was_full = is_full;
        if let Err(error) = outcome {
            log::line(format_args!("accept: {error}"));
            thread::sleep(PAUSE);
        }
    }
}

fn start(stream: TcpStream, peer: SocketAddr, site: Arc<Site>, share: Arc<()>) -> io::Result<()> {
    thread::Builder::new()
        .name(peer.to_string())
        .spawn(move || {
            let _share = share;
            connection::serve(&stream, peer, &site);
        })
        .map(drop)
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
fn turn_away(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    let refusal = Refusal::new(503, "there are too many connections");
    let answer = refusal.answer().with("Retry-After", RETRY_AFTER);
    // Who is gone does not read it. An empty send buffer has room for it.
    let _ = answer
        .write_to(&mut stream, refusal.manner())
        .and_then(|()| stream.shutdown(Shutdown::Write))
        .and_then(|()| stream.read(&mut [0; 4096]));
    Ok(())
}

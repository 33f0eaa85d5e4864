//! Accepts connections, and gives each a thread.

use crate::args::Settings;
use crate::{connection, log};
use std::convert::Infallible;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// After a failure to accept, such as too many open files: it will not be
/// better at once.
const PAUSE: Duration = Duration::from_millis(50);

/// What every route may know of the server.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) settings: Settings,
}

/// Serves for ever; the error is one of binding the port.
pub(crate) fn run(settings: Settings) -> io::Result<Infallible> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port))?;
    let address = listener.local_addr()?;
    let site = Arc::new(Site { address, settings });
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "listening on http://{address}").and_then(|()| stdout.flush());
    loop {
        let started = listener
            .accept()
            .and_then(|(stream, peer)| start(stream, peer, Arc::clone(&site)));
        if let Err(error) = started {
            log::line(format_args!("accept: {error}"));
            thread::sleep(PAUSE);
        }
    }
}

fn start(stream: TcpStream, peer: SocketAddr, site: Arc<Site>) -> io::Result<()> {
    thread::Builder::new()
        .name(peer.to_string())
        .spawn(move || connection::serve(&stream, peer, &site))
        .map(drop)
}

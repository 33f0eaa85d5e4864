//! How a server is stopped: nobody new is let in, who is idle is sent away, and
//! who is answered is answered.

use super::socket::Socket;
use super::wake::Waker;
use std::collections::HashMap;
use std::io;
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Stops a [`SimpleServer`](super::SimpleServer) from elsewhere: another thread,
/// or an application of its own.
///
/// ```
/// use std::thread;
/// use tidegate_std_io::gateway::{demo_app, make_server};
///
/// let server = make_server("127.0.0.1", 0, demo_app)?;
/// let stop = server.stop_handle();
/// let serving = thread::spawn(move || server.serve_forever());
/// stop.stop();
/// serving.join().unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct StopHandle(Arc<Stopping>);

#[derive(Debug)]
struct Stopping {
    is_down: Arc<AtomicBool>,
    waker: Waker,
    /// Those who are served, by a number that none had before.
    seats: Mutex<Seats>,
}

#[derive(Debug, Default)]
struct Seats {
    next: u64,
    taken: HashMap<u64, Arc<Taken>>,
}

#[derive(Debug)]
struct Taken {
    socket: Socket,
    /// No byte of a request has come.
    rests: AtomicBool,
}

impl StopHandle {
    pub(super) fn new(waker: Waker) -> Self {
        Self(Arc::new(Stopping {
            is_down: Arc::default(),
            waker,
            seats: Mutex::default(),
        }))
    }

    /// Stops it, for good: [`serve_forever`](super::SimpleServer::serve_forever)
    /// returns when those who are being answered have their answers, or after the
    /// [grace](super::SimpleServer::grace).
    #[doc(alias = "shutdown")]
    pub fn stop(&self) {
        self.0.is_down.store(true, SeqCst);
        self.0.waker.wake();
    }

    /// Whether it was told to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.is_down.load(SeqCst)
    }

    #[cfg(all(unix, feature = "signals"))]
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.is_down)
    }

    pub(super) fn waker(&self) -> &Waker {
        &self.0.waker
    }

    /// A connection that is known here until the seat is dropped.
    pub(super) fn seat(&self, socket: Socket) -> Seat {
        let taken = Arc::new(Taken {
            socket,
            rests: AtomicBool::new(false),
        });
        let mut seats = self.0.seats();
        let number = seats.next;
        seats.next += 1;
        seats.taken.insert(number, Arc::clone(&taken));
        drop(seats);
        let server = self.clone();
        Seat {
            server,
            number,
            taken,
        }
    }

    /// Has those who rest leave. A request may come at that moment: it is not
    /// answered, as any may be that is sent on a kept connection.
    pub(super) fn send_away_idle(&self) {
        for taken in self.0.seats().taken.values() {
            if taken.rests.load(SeqCst) {
                let _ = taken.shut(Shutdown::Read);
            }
        }
    }

    /// Ends all connections, whatever they are at.
    pub(super) fn send_away_all(&self) {
        for taken in self.0.seats().taken.values() {
            let _ = taken.shut(Shutdown::Both);
        }
    }
}

impl Stopping {
    /// Nothing panics while it is held.
    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn shut(&self, how: Shutdown) -> io::Result<()> {
        self.socket.stream().shutdown(how)
    }
}

/// The place of a connection in a server.
#[derive(Debug)]
pub(super) struct Seat {
    server: StopHandle,
    number: u64,
    taken: Arc<Taken>,
}

impl Seat {
    pub(super) fn socket(&self) -> &Socket {
        &self.taken.socket
    }

    /// Waits for a request from here on. `false` if none is to be waited for.
    ///
    /// This is said first and then looked at, and the other way about where the
    /// server is stopped: so one of them sees the other.
    pub(super) fn rest(&self) -> bool {
        self.taken.rests.store(true, SeqCst);
        let is_up = self.is_up();
        if !is_up {
            // Who has sent nothing is not waited for until it closes.
            let _ = self.taken.shut(Shutdown::Read);
        }
        is_up
    }

    /// A request has come.
    pub(super) fn begin(&self) {
        self.taken.rests.store(false, SeqCst);
    }

    /// Whether the server goes on.
    pub(super) fn is_up(&self) -> bool {
        !self.server.is_stopped()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.server.0.seats().taken.remove(&self.number);
    }
}

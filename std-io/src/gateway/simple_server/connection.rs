//! One request after the other on a connection, and how it ends.

use super::call::report;
use super::head::{self, NoHead};
use super::pool::Later;
use super::request::{self, Refused};
use super::site::Site;
use super::socket::{Reader, Socket, Writer};
use super::stop::Seat;
use super::{Asked, Call, ConnectionInfo, LogEvent, wake};
use crate::gateway::Failure;
use crate::gateway::failure::catch;
use crate::gateway::handler::send_page;
use crate::{Budget, LimitedStream, PacedReader};
use http::request::Parts;
use std::io::Read;
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tidegate_core::Pace;

/// What is spent on a client that is still sending after its last answer, so
/// that it gets to read it: closing with unread bytes would reset the
/// connection and take the answer away.
const TO_CLOSE: Budget = Budget {
    bytes: 64 << 20,
    time: Duration::from_secs(5),
};

/// Whether there may be another request behind the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Requests {
    One,
    Many,
}

/// Waits no longer than this for what nobody wants.
pub(super) fn hurry(reader: &mut Reader, time: Duration) {
    reader.get_mut().set_pace(Pace::new().deadline(time));
}

/// Serves a connection to its end. What it may return is how it is closed, where
/// that can wait.
pub(super) fn serve(
    seat: &Seat,
    peer: SocketAddr,
    site: &Site,
    requests: Requests,
) -> Option<Later> {
    let socket = seat.socket();
    let mut connection = Connection {
        socket,
        seat,
        peer,
        site,
        requests,
        info: ConnectionInfo::new(peer, Arc::clone(&site.base)),
        writer: Writer::new(socket, &site.limits),
        is_read: false,
    };
    if !wake::HANDS_ON_NODELAY {
        // Without it answers are late, and not wrong.
        let _ = socket.stream().set_nodelay(true);
    }
    let mut reader = Some(socket.reader(&site.limits));
    while let Some(kept) = reader {
        reader = connection.turn(kept);
    }
    // First our side, so that the client sees the end of the answer.
    socket.stream().shutdown(Shutdown::Write).ok()?;
    let socket = socket.clone();
    let close = move || close(&socket);
    match connection.is_read {
        // It is most likely gone when the thread has another.
        true => Some(Box::new(close)),
        false => {
            close();
            None
        }
    }
}

struct Connection<'s> {
    socket: &'s Socket,
    seat: &'s Seat,
    peer: SocketAddr,
    site: &'s Site,
    requests: Requests,
    info: ConnectionInfo,
    writer: Writer,
    /// All that came was read.
    is_read: bool,
}

impl Connection<'_> {
    /// Answers one request, and gives the reader back if there may be another.
    fn turn(&mut self, mut reader: Reader) -> Option<Reader> {
        let limits = &self.site.limits;
        reader.get_mut().set_pace(limits.between_requests());
        // What came behind the last request has no need to wait.
        let waits = reader.buffer().is_empty();
        if waits && !self.seat.rest() {
            return None;
        }
        if !head::begins(&mut reader) {
            return None;
        }
        self.seat.begin();
        self.is_read = false;
        reader.get_mut().set_pace(limits.with_request());
        self.writer.begin(limits);
        let head = match head::read(&mut reader) {
            Ok(head) => head?,
            Err(NoHead::Fault(fault)) => {
                self.refuse(fault.into(), None);
                return None;
            }
            Err(NoHead::Connection(error)) => {
                self.refuse(error.into(), None);
                return None;
            }
        };
        match request::parse(&head) {
            Ok((asked, parts)) => self.answer(&asked, parts, reader),
            Err(refused) => {
                let Refused { fault, asked } = *refused;
                self.refuse(fault.into(), asked.as_ref());
                None
            }
        }
    }

    fn answer(&mut self, asked: &Asked, mut parts: Parts, reader: Reader) -> Option<Reader> {
        let site = self.site;
        parts.extensions.insert(self.info.clone());
        let mut call = Call {
            asked,
            parts,
            peer: self.peer,
            socket: self.socket,
            reader,
            writer: &mut self.writer,
            errors: site.errors(),
            options: site.options.clone(),
            may_keep: self.requests == Requests::Many && self.seat.is_up(),
            site,
        };
        let app = site.app.get();
        // That of an application the handler has caught before.
        let answered = catch(|| {
            if let Some(variables) = site.handler.environ(&call) {
                call.parts.extensions.insert(variables);
            }
            site.handler.handle(call, &*app)
        });
        match answered {
            Ok(answered) => {
                self.is_read = answered.is_read;
                answered.reader
            }
            Err(failure) => {
                site.log(Some(self.peer), Some(asked), LogEvent::Beside(&failure));
                None
            }
        }
    }

    /// Says why there is no answer. Who is gone does not read it.
    fn refuse(&mut self, failure: Failure, asked: Option<&(Asked, Box<Parts>)>) {
        let site = self.site;
        let request = asked.map(|(asked, _)| asked);
        let finished = send_page(
            Err(failure),
            asked.map(|(_, parts)| &**parts),
            &mut self.writer,
            site.errors(),
            &site.options.clone().quiet(),
        );
        report(&finished, |event| site.log(Some(self.peer), request, event));
    }
}

/// Closes in stages (RFC 9112 section 9.6): our side is closed, and when the
/// client has seen that, or the budget is spent, the rest.
fn close(socket: &Socket) {
    let pace = Pace::new().deadline(TO_CLOSE.time);
    let mut rest = PacedReader::new(socket.clone(), pace);
    // Nearly always there is nothing.
    if !matches!(rest.read(&mut [0; 512]), Ok(0) | Err(_)) {
        let _ = LimitedStream::at_most(rest, u64::MAX).drain(TO_CLOSE);
    }
}

//! One request after the other on a connection, and how it ends.

use crate::answer::{Answer, Manner};
use crate::body::{self, Body};
use crate::refusal::Refusal;
use crate::request::{self, Request};
use crate::server::Site;
use crate::{head, log, routes};
use std::io::{self, BufReader};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;
use tidegate_std_io::{Budget, LimitedStream};

/// How much of a connection is held in memory, whatever comes over it.
const BUFFER: usize = 64 << 10;

/// How long one read or write may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is spent on a body that a route left unread, to keep the connection.
const TO_KEEP: Budget = Budget {
    bytes: 1 << 20,
    time: Duration::from_secs(2),
};

/// What is spent on a client that is still sending after its last answer, so
/// that it gets to read it: closing with unread bytes would reset the
/// connection and take the answer away.
const TO_CLOSE: Budget = Budget {
    bytes: 64 << 20,
    time: Duration::from_secs(5),
};

pub(crate) type Reader<'s> = BufReader<&'s TcpStream>;

/// Serves a connection to its end.
pub(crate) fn serve(stream: &TcpStream, peer: SocketAddr, site: &Site) {
    if let Err(error) = prepare(stream) {
        return log::line(format_args!("{peer}: {error}"));
    }
    let mut reader = BufReader::with_capacity(BUFFER, stream);
    loop {
        match turn(&mut reader, peer, site) {
            Ok(true) => {}
            Ok(false) => break,
            Err(refusal) => {
                log::line(format_args!("{peer} {refusal}"));
                // Who is gone does not read it.
                let _ = refusal.answer().write_to(stream, refusal.manner());
                break;
            }
        }
    }
    close(stream, reader);
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))
}

/// Answers one request, and says whether there may be another.
fn turn(reader: &mut Reader<'_>, peer: SocketAddr, site: &Site) -> Result<bool, Refusal> {
    let Some(head) = head::read(reader)? else {
        return Ok(false);
    };
    let mut headers = [httparse::EMPTY_HEADER; request::MAX_HEADERS];
    let request = Request::parse(&head, &mut headers)?;
    let length =
        body::length(&request, site.settings.max_body).map_err(|refusal| refusal.of(&request))?;
    let mut body = Body::new(reader, length, request.expects_continue());
    let answer = routes::answer(&request, &mut body, site)
        .map_err(|error| body.blame(error).of(&request))?;
    Ok(deliver(&answer, &request, &mut body, peer))
}

/// Writes the answer of a route, reads what it left of the body, and says
/// whether the next byte is that of another request.
fn deliver(
    answer: &Answer,
    request: &Request<'_>,
    body: &mut Body<'_, '_>,
    peer: SocketAddr,
) -> bool {
    let keep = request.keep_alive() && body.is_worth_draining(TO_KEEP);
    if let Err(error) = answer.write_to(body.connection(), Manner::of(request, keep)) {
        log::line(format_args!("{peer} {request}: unanswered, {error}"));
        return false;
    }
    if keep && let Err(error) = body.drain(TO_KEEP, PATIENCE) {
        let refusal = body.blame(error).of(request);
        log::line(format_args!("{peer} answered {refusal}"));
    }
    keep && body.may_reuse_connection()
}

/// Closes in stages (RFC 9112 section 9.6): first our side, so that the client
/// sees the end of the answer, and when it has seen it, or the budget is spent,
/// the rest.
fn close(stream: &TcpStream, reader: Reader<'_>) {
    let _ = stream
        .shutdown(Shutdown::Write)
        .and_then(|()| stream.set_read_timeout(Some(TO_CLOSE.time)))
        .and_then(|()| LimitedStream::at_most(reader, u64::MAX).drain(TO_CLOSE));
}

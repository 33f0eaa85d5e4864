//! One request after the other on a connection, and how it ends.

use crate::answer::{Answer, Manner};
use crate::args::Settings;
use crate::body::Body;
use crate::refusal::Refusal;
use crate::request::{self, Request};
use crate::server::Site;
use crate::{head, log, patience, routes};
use std::io::{self, BufReader};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;
use tidegate_std_io::{Budget, LimitedStream, PacedReader, PacedWriter};

/// How much of a connection is held in memory, whatever comes over it.
const BUFFER: usize = 64 << 10;

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

pub(crate) type Reader<'s> = BufReader<PacedReader<&'s TcpStream>>;

/// Where the answers of a connection go. The next request is read when one is
/// written, and not before: who does not take answers cannot ask for more.
struct Writer<'s> {
    short: PacedWriter<&'s TcpStream>,
    settings: &'s Settings,
}

impl Writer<'_> {
    fn send(&mut self, answer: Answer, manner: Manner) -> io::Result<()> {
        if answer.length(manner) <= patience::SHORT {
            return answer.write_to(&mut self.short, manner);
        }
        let pace = patience::with_long_answer(self.settings);
        answer.write_to(&mut PacedWriter::new(*self.short.get_ref(), pace), manner)
    }
}

/// Serves a connection to its end.
pub(crate) fn serve(stream: &TcpStream, peer: SocketAddr, site: &Site) {
    if let Err(error) = stream.set_nodelay(true) {
        return log::line(format_args!("{peer}: {error}"));
    }
    let paced = PacedReader::new(stream, patience::between_requests(&site.settings));
    let mut reader = BufReader::with_capacity(BUFFER, paced);
    let mut writer = Writer {
        short: PacedWriter::new(stream, patience::with_short_answers(&site.settings)),
        settings: &site.settings,
    };
    loop {
        match turn(&mut reader, &mut writer, peer, site) {
            Ok(true) => {}
            Ok(false) => break,
            Err(refusal) => {
                // Who is gone does not read it.
                let _ = writer.send(refusal.answer(), refusal.manner());
                log::line(format_args!("{peer} {refusal}"));
                break;
            }
        }
    }
    close(stream, reader);
}

/// Answers one request, and says whether there may be another.
fn turn(
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    peer: SocketAddr,
    site: &Site,
) -> Result<bool, Refusal> {
    let settings = &site.settings;
    reader
        .get_mut()
        .set_pace(patience::between_requests(settings));
    if !head::begins(reader) {
        return Ok(false);
    }
    reader.get_mut().set_pace(patience::with_request(settings));
    let Some(head) = head::read(reader)? else {
        return Ok(false);
    };
    let mut headers = [httparse::EMPTY_HEADER; request::MAX_HEADERS];
    let request = Request::parse(&head, &mut headers)?;
    respond(&request, reader, writer, peer, site).map_err(|refusal| refusal.of(&request))
}

fn respond(
    request: &Request<'_>,
    reader: &mut Reader<'_>,
    writer: &mut Writer<'_>,
    peer: SocketAddr,
    site: &Site,
) -> Result<bool, Refusal> {
    let max = routes::max_body(request, &site.settings);
    let mut body = Body::of(request, reader, max, &site.settings)?;
    let answer = routes::answer(request, &mut body, site).map_err(|error| body.blame(error))?;
    let keep = request.keep_alive() && body.may_be_left_behind(TO_KEEP)?;
    let manner = Manner::of(request, keep);
    if let Err(error) = writer.send(answer, manner) {
        log::line(format_args!("{peer} {request}: {error}"));
        return Ok(false);
    }
    if keep && let Err(error) = body.drain(TO_KEEP) {
        let refusal = body.blame(error).of(request);
        log::line(format_args!("{peer} answered {refusal}"));
    }
    Ok(keep && body.may_reuse_connection())
}

/// Closes in stages (RFC 9112 section 9.6): first our side, so that the client
/// sees the end of the answer, and when it has seen it, or the budget is spent,
/// the rest.
fn close(stream: &TcpStream, mut reader: Reader<'_>) {
    reader.get_mut().set_pace(patience::within(TO_CLOSE.time));
    let _ = stream
        .shutdown(Shutdown::Write)
        .and_then(|()| LimitedStream::at_most(reader, u64::MAX).drain(TO_CLOSE));
}

//! What happens on the connections of a server, for who wants to know.

use super::Asked;
use crate::fault_class;
use crate::gateway::Failure;
use http::StatusCode;
use std::fmt::{self, Write};
use std::io;
use std::net::SocketAddr;
use tidegate_core::FaultClass;

/// How many characters of what happened are shown.
const MAX_SHOWN: usize = 1000;

/// Something that happened: shown as a line without its end.
///
/// A client can add no line to it, and no long one.
#[derive(Debug)]
#[non_exhaustive]
pub struct LogEntry<'l> {
    /// Whose connection it is, if it concerns one.
    pub peer: Option<SocketAddr>,
    /// The request, as far as it was understood.
    pub request: Option<&'l Asked>,
    /// What happened.
    pub event: LogEvent<'l>,
}

/// What happened: shown as a part of such a line.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogEvent<'l> {
    /// A request was answered to the end of the response. [The default
    /// log](super::RequestHandler::log) says nothing of it.
    Answered {
        /// The status that was sent.
        status: StatusCode,
        /// How many bytes of the body went out.
        bytes: u64,
    },
    /// A request was not answered as it wanted to be: the server refused it, or
    /// the application failed, and there is an error page.
    Refused {
        /// The status of the page.
        status: StatusCode,
        /// Why.
        failure: &'l Failure,
    },
    /// The application failed when the head had gone out, so that the client has
    /// a part of the body, and sees that.
    CutShort {
        /// How many bytes of the body went out.
        sent: u64,
        /// How many were promised, if any were.
        promised: Option<u64>,
        /// Why.
        failure: &'l Failure,
    },
    /// The client did not take the answer.
    Untaken {
        /// How many bytes of the body went out.
        sent: u64,
        /// How many were promised, if any were.
        promised: Option<u64>,
        /// What became of the connection.
        error: &'l io::Error,
    },
    /// Something failed beside an answer: a callback of it, or its error page.
    Beside(&'l Failure),
    /// It was answered, and the body that the application had left could not be
    /// read past.
    Unread(&'l Failure),
    /// There are as many connections as may be, and this one was turned away. Said
    /// once, until there is room again: or those who knock would fill the log.
    Crowded,
    /// No connection could be accepted, or no thread be started for one.
    Accept(&'l io::Error),
}

impl fmt::Display for LogEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(peer) = self.peer {
            write!(f, "{peer}")?;
        }
        if matches!(self.event, LogEvent::Unread(_)) {
            f.write_str(" answered")?;
        }
        match (&self.event, self.request) {
            (LogEvent::Accept(_), _) => {}
            (LogEvent::Crowded, _) => f.write_str(": ")?,
            (_, Some(request)) => write!(f, " {request}: ")?,
            (_, None) => f.write_str(" -: ")?,
        }
        self.event.fmt(f)
    }
}

impl fmt::Display for LogEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tell(&mut OneLine {
            to: f,
            left: MAX_SHOWN,
        })
    }
}

/// A failure may say what a client has sent: control characters are escaped, and
/// what is long is cut off.
struct OneLine<'f, 'o> {
    to: &'f mut fmt::Formatter<'o>,
    left: usize,
}

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            let Some(left) = self.left.checked_sub(1) else {
                return Ok(());
            };
            self.left = left;
            match char {
                _ if left == 0 => self.to.write_str("...")?,
                _ if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}') => {
                    write!(self.to, "{}", char.escape_default())?;
                }
                char => self.to.write_char(char)?,
            }
        }
        Ok(())
    }
}

impl LogEvent<'_> {
    fn tell(&self, f: &mut OneLine<'_, '_>) -> fmt::Result {
        match self {
            Self::Answered { status, bytes } => write!(f, "{} {bytes} bytes", status.as_str()),
            Self::Refused { status, failure } => write!(f, "{} {failure}", status.as_str()),
            Self::CutShort {
                sent,
                promised,
                failure,
            } => {
                cut_short(f, *sent, *promised)?;
                write!(f, "{failure}")
            }
            Self::Untaken {
                sent,
                promised,
                error,
            } => {
                match sent {
                    0 => f.write_str("unanswered: ")?,
                    sent => cut_short(f, *sent, *promised)?,
                }
                if fault_class(error) == Some(FaultClass::TooSlow) {
                    f.write_str("the client is too slow to take it: ")?;
                }
                write!(f, "{error}")
            }
            Self::Beside(failure) => write!(f, "{failure}"),
            Self::Unread(failure) => {
                if let Some(status) = failure.status() {
                    write!(f, "{} ", status.as_str())?;
                }
                write!(f, "{failure}")
            }
            Self::Crowded => f.write_str("503, as long as there are too many"),
            Self::Accept(error) => write!(f, "accept: {error}"),
        }
    }
}

fn cut_short(f: &mut OneLine<'_, '_>, sent: u64, promised: Option<u64>) -> fmt::Result {
    write!(f, "cut short after {sent}")?;
    match promised {
        Some(promised) => write!(f, " of {promised} bytes: "),
        None => f.write_str(" bytes: "),
    }
}

//! How long a body is, and the reader of it.

use crate::connection::Reader;
use crate::refusal::Refusal;
use crate::request::Request;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tidegate_std_io::{Budget, LimitedStream};

/// The length of a request's body, which is 0 where nothing is said.
///
/// Wherever RFC 9112 section 6.3 lets one choose between a guess and a refusal,
/// this refuses: two readers of one connection that guess differently are how
/// requests are smuggled.
pub(crate) fn length(request: &Request<'_>, max: u64) -> Result<u64, Refusal> {
    if request.values("transfer-encoding").next().is_some() {
        return Err(Refusal::new(501, "no transfer coding is known here"));
    }
    let mut lengths = request.values("content-length");
    let length = match (lengths.next(), lengths.next()) {
        (None, _) => 0,
        (Some(digits), None) => {
            number(digits).ok_or_else(|| Refusal::bad("Content-Length is not a number of bytes"))?
        }
        (Some(_), Some(_)) => return Err(Refusal::bad("there is more than one Content-Length")),
    };
    if length > max {
        let reason = format!("a body of {length} bytes is longer than the {max} allowed");
        return Err(Refusal::new(413, reason));
    }
    Ok(length)
}

/// `1*DIGIT`, and nothing that `str::parse` takes beside that.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |number, &digit| match digit {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

/// The body of a request: what routes read.
pub(crate) struct Body<'r, 's> {
    stream: LimitedStream<&'r mut Reader<'s>>,
    /// The client waits for `100 Continue`, which the first read sends.
    awaited: bool,
}

impl<'r, 's> Body<'r, 's> {
    pub(crate) fn new(reader: &'r mut Reader<'s>, length: u64, expects_continue: bool) -> Self {
        Self {
            stream: LimitedStream::exact(reader, length),
            awaited: expects_continue && length > 0,
        }
    }

    /// What went wrong while a route was at work. If the body is not whole,
    /// with how much of it there was.
    pub(crate) fn blame(&self, error: io::Error) -> Refusal {
        if self.may_reuse_connection() {
            return error.into();
        }
        let (expected, received) = (self.stream.limit(), self.stream.position());
        let counted = format!("expected {expected} bytes of body, received {received}");
        match error.kind() {
            ErrorKind::UnexpectedEof => Refusal::bad(counted),
            _ => Refusal::from(error).because(&counted),
        }
    }

    /// What is left fits the budget, and will be sent without another word.
    pub(crate) fn is_worth_draining(&self, budget: Budget) -> bool {
        !self.awaited && self.stream.remaining() <= budget.bytes
    }

    /// Reads what is left, with a shorter patience than with a body that is
    /// wanted.
    pub(crate) fn drain(&mut self, budget: Budget, patience: Duration) -> io::Result<()> {
        if self.may_reuse_connection() {
            return Ok(());
        }
        self.connection().set_read_timeout(Some(budget.time))?;
        self.stream.drain(budget)?;
        self.connection().set_read_timeout(Some(patience))
    }

    pub(crate) fn may_reuse_connection(&self) -> bool {
        self.stream.may_reuse_connection()
    }

    pub(crate) fn connection(&self) -> &'s TcpStream {
        self.stream.get_ref().get_ref()
    }

    fn invite(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.awaited) {
            self.connection()
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(())
    }
}

impl Read for Body<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.invite()?;
        self.stream.read(buf)
    }
}

impl BufRead for Body<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.invite()?;
        self.stream.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.stream.consume(amount);
    }
}

//! The body of a request: what routes read.

use crate::args::Settings;
use crate::connection::Reader;
use crate::patience;
use crate::refusal::Refusal;
use crate::request::Request;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::net::TcpStream;
use tidegate_std_io::{BodyKind, Budget, InputLimits, InputStream, PacedWriter, input_stream};

pub(crate) struct Body<'r, 's> {
    stream: InputStream<&'r mut Reader<'s>>,
    kind: BodyKind,
    /// The client waits for `100 Continue`, which the first read sends.
    awaited: bool,
    settings: &'r Settings,
}

impl<'r, 's> Body<'r, 's> {
    /// The body that the head announces, of so many bytes at most.
    pub(crate) fn of(
        request: &Request<'_>,
        reader: &'r mut Reader<'s>,
        max: u64,
        settings: &'r Settings,
    ) -> Result<Self, Refusal> {
        let kind =
            BodyKind::of_request(request.version(), request.headers()).map_err(io::Error::from)?;
        let stream = input_stream(reader, kind, InputLimits::new().max_length(max))
            .map_err(|at| Refusal::from(io::Error::from(at)).because(&announcement(kind)))?;
        let is_empty = matches!(kind, BodyKind::Empty | BodyKind::Length(0));
        Ok(Self {
            stream,
            kind,
            awaited: request.expects_continue() && !is_empty,
            settings,
        })
    }

    /// What went wrong while a route was at work. If the body is not whole,
    /// with how much of it there was.
    pub(crate) fn blame(&self, error: io::Error) -> Refusal {
        if self.may_reuse_connection() {
            return error.into();
        }
        let counted = format!(
            "{}, received {}",
            announcement(self.kind),
            self.stream.position()
        );
        Refusal::from(error).because(&counted)
    }

    /// Whether it is worth it to read what is left, so that the connection may
    /// be kept.
    ///
    /// A length that was announced says so at once. A chunked body says nothing
    /// until its end has been seen, and the answer has to say whether the
    /// connection is kept: so it is read here, before the answer. What breaks
    /// its framing is then refused as if a route had read it.
    pub(crate) fn may_be_left_behind(&mut self, budget: Budget) -> Result<bool, Refusal> {
        match self.kind {
            // It may send the body or not, and nobody will know which.
            _ if self.awaited => Ok(false),
            BodyKind::Chunked => match self.drain(budget) {
                Ok(()) => Ok(self.may_reuse_connection()),
                Err(error) if error.kind() == ErrorKind::TimedOut => Ok(false),
                Err(error) => Err(self.blame(error)),
            },
            _ => Ok(self.stream.remaining() <= budget.bytes),
        }
    }

    /// Reads what is left, with a shorter patience than with a body that is
    /// wanted.
    pub(crate) fn drain(&mut self, budget: Budget) -> io::Result<()> {
        if self.may_reuse_connection() {
            return Ok(());
        }
        let connection = self.stream.get_mut().get_mut();
        connection.set_pace(patience::within(budget.time));
        self.stream.drain(budget).map(drop)
    }

    pub(crate) fn may_reuse_connection(&self) -> bool {
        self.stream.may_reuse_connection()
    }

    pub(crate) fn connection(&self) -> &'s TcpStream {
        self.stream.get_ref().get_ref().get_ref()
    }

    fn invite(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.awaited) {
            let pace = patience::within(self.settings.stall);
            PacedWriter::new(self.connection(), pace)
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

fn announcement(kind: BodyKind) -> String {
    match kind.content_length() {
        Some(length) => format!("expected {length} bytes of body"),
        None => "expected a chunked body".to_owned(),
    }
}

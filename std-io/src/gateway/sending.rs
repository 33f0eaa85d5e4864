//! A response on its way.

use super::ResponseFault;
use super::head::{Framing, Head};
use super::output::{Output, SendFile, Sink};
use super::promise::Promise;
use crate::{ChunkedWriter, FileSink};
use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, Write};
use tidegate_core::Trailers;

/// A head and a first piece up to this size go out together.
const TOGETHER: usize = 16 << 10;

/// A response whose head goes out with the first byte of its body, or at its
/// end.
pub(super) struct Sending<'w, W> {
    /// `None` once it went out.
    head: Option<Head>,
    body: Body<'w, W>,
    sendfile: bool,
    sent: u64,
    keeps: bool,
    /// What the body broke, whether the application took notice or not.
    broken: Option<ResponseFault>,
}

enum Body<'w, W> {
    /// The head did not go out.
    Ahead(Client<'w, W>),
    Nothing(Client<'w, W>),
    Length {
        client: Client<'w, W>,
        promise: Promise,
    },
    Chunked(ChunkedWriter<Client<'w, W>>),
    UntilClose(Client<'w, W>),
    /// Between two of them.
    Moving,
}

/// The other side of a writer: an error here is not the application's.
struct Client<'w, W> {
    writer: &'w mut W,
    /// What goes out in front of the next bytes.
    head: Vec<u8>,
    /// The error that it ended with. What was lost then is not sent again, so that
    /// nothing else may be.
    gone: Option<ErrorKind>,
}

impl<'w, W: FileSink> Sending<'w, W> {
    pub(super) const fn new(head: Head, writer: &'w mut W, sendfile: bool) -> Self {
        let client = Client {
            writer,
            head: Vec::new(),
            gone: None,
        };
        Self {
            head: Some(head),
            body: Body::Ahead(client),
            sendfile,
            sent: 0,
            keeps: false,
            broken: None,
        }
    }

    /// Sends the body, and ends it.
    pub(super) fn send(&mut self, output: &mut Output) -> io::Result<()> {
        if !self.wants_no_body() {
            output.send_to(self)?;
            self.check()?;
            self.expect_promised(0)?;
        }
        self.begin(true);
        match &mut self.body {
            Body::Length { promise, .. } => promise.end()?,
            Body::Chunked(body) => body.try_finish(Trailers::NONE)?,
            _ => {}
        }
        self.flush()
    }

    /// Whether nothing of the head went out, so that there may be another.
    pub(super) const fn is_unsent(&self) -> bool {
        self.head.is_some()
    }

    /// How many bytes of the body went out.
    pub(super) const fn sent(&self) -> u64 {
        self.sent
    }

    /// Whether the head said that the connection is kept.
    pub(super) const fn keeps(&self) -> bool {
        self.keeps
    }

    /// Whether the error was that of the client.
    pub(super) fn client_is_gone(&self) -> bool {
        self.client().is_some_and(|client| client.gone.is_some())
    }

    fn client(&self) -> Option<&Client<'w, W>> {
        match &self.body {
            Body::Ahead(client)
            | Body::Nothing(client)
            | Body::Length { client, .. }
            | Body::UntilClose(client) => Some(client),
            Body::Chunked(body) => Some(body.get_ref()),
            Body::Moving => None,
        }
    }

    /// An application may have gone on in spite of an error.
    fn check(&self) -> io::Result<()> {
        self.client().map_or(Ok(()), Client::check)?;
        match &self.broken {
            Some(fault) => Err(fault.clone().into()),
            None => Ok(()),
        }
    }

    fn refuse(&mut self, fault: ResponseFault) -> io::Error {
        self.broken = Some(fault.clone());
        fault.into()
    }

    fn wants_no_body(&self) -> bool {
        self.head.as_ref().is_some_and(Head::has_no_body)
    }

    /// The length that a head which did not go out promises.
    fn promised(&self) -> Option<u64> {
        self.head.as_ref().and_then(Head::promised)
    }

    /// Of a body that breaks the promise at once there is still time for an error
    /// page. `first` is the length of what comes first, and 0 at the end.
    fn expect_promised(&self, first: usize) -> Result<(), ResponseFault> {
        let Some(promise) = self.promised().map(Promise::new) else {
            return Ok(());
        };
        match first {
            0 => promise.end(),
            first => promise.allows(first).map(drop),
        }
    }

    /// Makes the head ready, unless it is.
    fn begin(&mut self, is_empty: bool) {
        let Some(head) = self.head.take() else {
            return;
        };
        let (bytes, framing, keeps) = head.finish(is_empty);
        self.keeps = keeps;
        self.body = match (std::mem::replace(&mut self.body, Body::Moving), framing) {
            (Body::Ahead(client), framing) => client.begin(bytes, framing),
            (body, _) => body,
        };
    }
}

impl<'w, W> Client<'w, W> {
    fn begin(mut self, head: Vec<u8>, framing: Framing) -> Body<'w, W> {
        self.head = head;
        match framing {
            Framing::Nothing => Body::Nothing(self),
            Framing::Length(promised) => Body::Length {
                client: self,
                promise: Promise::new(promised),
            },
            Framing::Chunked => Body::Chunked(ChunkedWriter::new(self)),
            Framing::UntilClose => Body::UntilClose(self),
        }
    }
}

impl<W: FileSink> Write for Sending<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        self.check()?;
        if !self.wants_no_body() {
            let kept = self.expect_promised(bytes.len());
            kept.map_err(|fault| self.refuse(fault))?;
        }
        self.begin(false);
        let written = match &mut self.body {
            Body::Ahead(_) | Body::Nothing(_) | Body::Moving => return Ok(bytes.len()),
            Body::Length { client, promise } => {
                let most = match promise.allows(bytes.len()) {
                    Ok(most) => most,
                    Err(fault) => return Err(self.refuse(fault)),
                };
                let written = client.write(&bytes[..most])?;
                promise.sent(written as u64);
                written
            }
            Body::Chunked(body) => body.write(bytes)?,
            Body::UntilClose(client) => client.write(bytes)?,
        };
        self.sent += written as u64;
        Ok(written)
    }

    /// Of a head that waits for the first byte nothing goes out.
    fn flush(&mut self) -> io::Result<()> {
        match &mut self.body {
            Body::Ahead(_) | Body::Moving => Ok(()),
            Body::Nothing(client) | Body::Length { client, .. } | Body::UntilClose(client) => {
                client.flush()
            }
            Body::Chunked(body) => body.flush(),
        }
    }
}

impl<W: FileSink> Sink for Sending<'_, W> {
    fn send_file(&mut self, file: &mut dyn SendFile) -> io::Result<()> {
        // All that is promised is in the file, so that it may go by itself.
        let goes_by_itself = |len| self.sendfile && len > 0 && self.promised() == Some(len);
        if !file.left().is_some_and(goes_by_itself) {
            return file.write_to(self);
        }
        self.begin(false);
        let Body::Length { client, promise } = &mut self.body else {
            return file.write_to(self);
        };
        client.write_head()?;
        let whole = file.left().unwrap_or_default();
        let result = file.send_to(client);
        let sent = whole - file.left().unwrap_or_default().min(whole);
        promise.sent(sent);
        self.sent += sent;
        result
    }
}

impl<W> Client<'_, W> {
    fn check(&self) -> io::Result<()> {
        match self.gone {
            Some(kind) => Err(kind.into()),
            None => Ok(()),
        }
    }
}

impl<W: Write> Client<'_, W> {
    fn write_head(&mut self) -> io::Result<()> {
        self.check()?;
        let head = std::mem::take(&mut self.head);
        let written = self.writer.write_all(&head);
        self.note(written)
    }

    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.gone = Some(error.kind());
        }
        result
    }
}

impl<W: Write> Write for Client<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.check()?;
        if self.head.is_empty() {
            let written = match pieces {
                [piece] => self.writer.write(piece),
                pieces => self.writer.write_vectored(pieces),
            };
            return match written {
                Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
                Ok(0) if pieces.iter().any(|piece| !piece.is_empty()) => {
                    self.note(Err(ErrorKind::WriteZero.into()))
                }
                written => self.note(written),
            };
        }
        let mut taken = 0;
        for piece in pieces {
            let most = TOGETHER.saturating_sub(taken).min(piece.len());
            self.head.extend(&piece[..most]);
            taken += most;
        }
        self.write_head()?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_head()?;
        loop {
            match self.writer.flush() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                flushed => return self.note(flushed),
            }
        }
    }
}

impl<W: FileSink> FileSink for Client<'_, W> {
    fn block_size(&self) -> usize {
        self.writer.block_size()
    }

    fn most_at_once(&self) -> usize {
        self.writer.most_at_once()
    }

    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        let sent = self.writer.send_file(file, offset, most)?;
        // The system does not say which of the two it is of.
        match sent {
            Err(error) if is_of_connections(error.kind()) => Some(self.note(Err(error))),
            sent => Some(sent),
        }
    }
}

const fn is_of_connections(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::BrokenPipe
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::NotConnected
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::TimedOut
            | ErrorKind::WouldBlock
    )
}

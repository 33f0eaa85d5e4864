//! A server for one form, which keeps what it gets.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use tidegate_std_io::{BodyKind, HttpVersion, InputLimits, input_stream};

#[derive(Debug)]
pub(super) struct Capture {
    listener: TcpListener,
    url: String,
}

impl Capture {
    pub(super) fn new() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}/", listener.local_addr()?);
        Ok(Self { listener, url })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The body that is sent meanwhile, and its type.
    pub(super) fn during(
        self,
        send: impl FnOnce() -> Result<(), Box<dyn Error>>,
    ) -> Result<(Vec<u8>, String), Box<dyn Error>> {
        thread::scope(|scope| {
            let received = scope.spawn(|| self.receive());
            let sent = send();
            if sent.is_err() {
                // It may not have come as far as a connection.
                drop(TcpStream::connect(self.listener.local_addr()?));
            }
            let received = received.join().map_err(|_| "the server panicked")?;
            sent?;
            Ok(received?)
        })
    }

    fn receive(&self) -> io::Result<(Vec<u8>, String)> {
        let (connection, _) = self.listener.accept()?;
        let mut reader = BufReader::new(&connection);
        let head = head(&mut reader)?;
        let mut fields = [httparse::EMPTY_HEADER; 32];
        let mut request = httparse::Request::new(&mut fields);
        request.parse(&head).map_err(io::Error::other)?;
        let fields = request
            .headers
            .iter()
            .map(|field| (field.name, field.value));
        let content_type = fields
            .clone()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
            .unwrap_or_default();
        let kind = BodyKind::of_request(HttpVersion::Http11, fields)?;
        let limits = InputLimits::new().unlimited();
        let mut body = Vec::new();
        input_stream(&mut reader, kind, limits)?.read_to_end(&mut body)?;
        (&connection)
            .write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")?;
        Ok((body, content_type))
    }
}

/// All up to the empty line.
fn head(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

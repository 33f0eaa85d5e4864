//! A connection that sends exactly the bytes it is given.

use rustix::net::sockopt::set_socket_linger;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long a client waits for what should come at once: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Wire {
    reader: BufReader<TcpStream>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content: Vec<u8>,
}

impl Answer {
    pub(crate) fn expect(self, status: u16) -> Result<Vec<u8>, String> {
        if self.status == status {
            return Ok(self.content);
        }
        let content = String::from_utf8_lossy(&self.content);
        Err(format!("{} and not {status}: {content:.200}", self.status))
    }
}

impl Wire {
    pub(crate) fn connect(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(said("connect"))?;
        stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(PATIENCE)))
            .and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
            .map_err(said("connect"))?;
        Ok(Self {
            reader: BufReader::new(stream),
        })
    }

    fn stream(&self) -> &TcpStream {
        self.reader.get_ref()
    }

    pub(crate) fn send(&self, bytes: &[u8]) -> Result<(), String> {
        self.stream().write_all(bytes).map_err(said("send"))
    }

    /// Whether there is still somebody to send to: a server that refuses closes.
    pub(crate) fn try_send(&self, bytes: &[u8]) -> bool {
        self.stream().write_all(bytes).is_ok()
    }

    /// There is nothing more to come.
    pub(crate) fn shut_down(&self) -> Result<(), String> {
        let shut = self.stream().shutdown(Shutdown::Write);
        shut.map_err(said("shut down"))
    }

    /// Goes without an end.
    pub(crate) fn reset(self) -> Result<(), String> {
        set_socket_linger(self.stream(), Some(Duration::ZERO))
            .map_err(|error| format!("reset: {error}"))
    }

    pub(crate) fn answer(&mut self) -> Result<Answer, String> {
        let (mut status, mut length) = (None, None);
        for number in 0.. {
            let mut line = String::new();
            match self.reader.read_line(&mut line).map_err(said("answer"))? {
                0 => return Err(format!("the connection ended in line {number} of a head")),
                _ if line == "\r\n" => break,
                _ if number == 0 => status = line.get(9..12).and_then(|code| code.parse().ok()),
                _ => {}
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
        let (Some(status), Some(length)) = (status, length) else {
            return Err(format!("a head with {status:?} and {length:?}"));
        };
        let mut content = vec![0; length];
        let read = self.reader.read_exact(&mut content);
        read.map_err(said("content"))?;
        Ok(Answer { status, content })
    }

    /// The server closes after the last answer, and says nothing more. That it resets
    /// those who are still sending is its right.
    pub(crate) fn expect_end(mut self) -> Result<(), String> {
        let mut rest = Vec::new();
        match self.reader.read_to_end(&mut rest) {
            Ok(0) => Ok(()),
            Err(error) if error.kind() == ErrorKind::ConnectionReset && rest.is_empty() => Ok(()),
            outcome => Err(format!("and then {outcome:?}: {} bytes", rest.len())),
        }
    }

    /// Nobody is there any more; what was said before is no matter.
    pub(crate) fn expect_gone(mut self) -> Result<(), String> {
        let gone = self.reader.read_to_end(&mut Vec::new());
        match gone.map_err(|error| error.kind()) {
            Ok(_) | Err(ErrorKind::ConnectionReset) => Ok(()),
            Err(kind) => Err(format!("still there: {kind}")),
        }
    }

    /// How many bytes come until the connection is closed or reset.
    pub(crate) fn count_to_end(mut self) -> Result<u64, String> {
        let mut count = 0;
        let mut bytes = vec![0; 64 << 10];
        loop {
            match self.reader.read(&mut bytes) {
                Ok(0) => return Ok(count),
                Ok(read) => count += read as u64,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(count),
                Err(error) => return Err(said("read")(error)),
            }
        }
    }
}

fn said(what: &str) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{what}: {error}")
}

//! A client that sends exactly the bytes it is given.

use crate::server::PATIENCE;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, SystemTime};

pub(crate) struct Client {
    reader: BufReader<TcpStream>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) content: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// To `PAGE`.
    pub(crate) fn is_page(&self) -> bool {
        self.status == 200 && self.content.contains("<h1>Upload files</h1>")
    }

    pub(crate) fn closes(&self) -> bool {
        self.header("connection") == Some("close")
    }

    /// Every answer says when it was made.
    fn expect_date(&self) {
        let date = self.header("date").unwrap();
        let date = httpdate::parse_http_date(date).unwrap();
        let (now, minute) = (SystemTime::now(), Duration::from_secs(60));
        assert!(now - minute < date && date < now + minute, "{self:?}");
    }
}

/// A whole GET of the page.
pub(crate) const PAGE: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// A whole GET with these headers, each with its line end.
pub(crate) fn get(target: &str, headers: &str) -> Vec<u8> {
    request("GET", target, headers)
}

/// A whole request without a body.
pub(crate) fn request(method: &str, target: &str, headers: &str) -> Vec<u8> {
    format!("{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n").into_bytes()
}

/// A whole `POST /lines`.
pub(crate) fn post(body: impl AsRef<[u8]>) -> Vec<u8> {
    post_to("/lines", body)
}

/// A whole POST.
pub(crate) fn post_to(target: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut request = head(target, body.len() as u64);
    request.extend_from_slice(body);
    request
}

/// A whole POST whose body is cut into chunks of so many bytes.
pub(crate) fn chunked(target: &str, body: &[u8], size: usize) -> Vec<u8> {
    let mut request = chunked_head(target);
    for chunk in body.chunks(size) {
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    request
}

/// The head of a POST with a chunked body.
pub(crate) fn chunked_head(target: &str) -> Vec<u8> {
    format!("POST {target} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes()
}

/// The head of a `POST /lines` with so long a body.
pub(crate) fn promise(length: u64) -> Vec<u8> {
    head("/lines", length)
}

fn head(target: &str, length: u64) -> Vec<u8> {
    format!("POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n").into_bytes()
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self {
            reader: BufReader::new(stream),
        }
    }

    /// Waits so long for an answer.
    pub(crate) fn be_patient(&self, time: Duration) {
        self.stream().set_read_timeout(Some(time)).unwrap();
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        self.reader.get_ref()
    }

    pub(crate) fn send(&self, bytes: &[u8]) {
        self.stream().write_all(bytes).unwrap();
    }

    pub(crate) fn shut_down(&self) {
        self.stream().shutdown(Shutdown::Write).unwrap();
    }

    /// The next answer to anything but a HEAD.
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.answer_to_head();
        let length = answer.header("content-length").unwrap().parse().unwrap();
        let mut content = vec![0; length];
        self.reader.read_exact(&mut content).unwrap();
        answer.content = String::from_utf8(content).unwrap();
        answer
    }

    /// The next answer, without content.
    pub(crate) fn answer_to_head(&mut self) -> Answer {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.reader.read_line(&mut head).unwrap();
            assert!(read > 0, "the connection ended in {head:?}");
        }
        let status = head.strip_prefix("HTTP/1.1 ").unwrap()[..3].parse();
        let answer = Answer {
            status: status.unwrap(),
            head,
            content: String::new(),
        };
        if answer.status >= 200 {
            answer.expect_date();
        }
        answer
    }

    /// So many bytes more.
    pub(crate) fn read(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.reader.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// All that comes until the server closes, which it does without a reset.
    pub(crate) fn read_to_end(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.reader.read_to_end(&mut rest).unwrap();
        rest
    }

    /// Whether a GET is answered, and not turned away.
    pub(crate) fn is_served(&mut self) -> bool {
        // Who is turned away may find the connection closed already.
        let _ = self.stream().write_all(PAGE);
        let served = self.reader.fill_buf();
        served.is_ok_and(|bytes| bytes.starts_with(b"HTTP/1.1 200")) && {
            self.answer();
            true
        }
    }

    /// The server closes, after nothing more and without a reset.
    pub(crate) fn expect_end(&mut self) {
        let rest = self.read_to_end();
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
}

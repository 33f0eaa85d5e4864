//! A server on a thread of its own, and a client that sends exactly the bytes it
//! is given.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tidegate_std_io::gateway::{
    Application, LogEntry, RequestHandler, SimpleServer, StopHandle, make_server,
};

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Lines, as the default would write them.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn wait_for(&self, words: &[&str]) -> String {
        let start = Instant::now();
        loop {
            let lines = self.lines();
            let found = |line: &&String| words.iter().all(|word| line.contains(word));
            if let Some(line) = lines.iter().find(found) {
                return line.clone();
            }
            assert!(start.elapsed() < PATIENCE, "no {words:?} in {lines:#?}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl RequestHandler for Log {
    fn log(&self, entry: &LogEntry<'_>) {
        self.0.lock().unwrap().push(entry.to_string());
    }
}

/// A server that runs until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) stop: StopHandle,
    pub(crate) log: Log,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn new(app: impl Application + Send + Sync + 'static) -> Self {
        Self::with(app, |server| server)
    }

    pub(crate) fn with(
        app: impl Application + Send + Sync + 'static,
        set_up: impl FnOnce(SimpleServer) -> SimpleServer,
    ) -> Self {
        let log = Log::default();
        let server = make_server("127.0.0.1", 0, app).unwrap();
        let server = set_up(server.request_handler(log.clone()));
        let (address, stop) = (server.local_addr(), server.stop_handle());
        let thread = thread::spawn(move || server.serve_forever().unwrap());
        Self {
            address,
            stop,
            log,
            thread: Some(thread),
        }
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, request: impl AsRef<[u8]>) -> Answer {
        let mut client = self.connect();
        client.send(request);
        client.answer()
    }

    /// Whether it has returned, when it has.
    pub(crate) fn join(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking());
        }
    }
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

    pub(crate) fn closes(&self) -> bool {
        self.header("connection") == Some("close")
    }
}

pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        self.0.get_ref()
    }

    pub(crate) fn send(&self, bytes: impl AsRef<[u8]>) {
        self.stream().write_all(bytes.as_ref()).unwrap();
    }

    pub(crate) fn shut_down(&self) {
        self.stream().shutdown(Shutdown::Write).unwrap();
    }

    /// What is not read yet.
    pub(crate) fn into_inner(self) -> impl Read {
        self.0
    }

    pub(crate) fn head(&mut self) -> Answer {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.0.read_line(&mut head).unwrap();
            assert!(read > 0, "the connection ended in {head:?}");
        }
        let status = head.strip_prefix("HTTP/1.1 ").unwrap()[..3].parse();
        Answer {
            status: status.unwrap(),
            head,
            content: String::new(),
        }
    }

    /// With a length, or in chunks.
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.head();
        let mut content = Vec::new();
        match answer.header("content-length") {
            Some(length) => {
                content.resize(length.parse().unwrap(), 0);
                self.0.read_exact(&mut content).unwrap();
            }
            None => {
                assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
                while let Some(chunk) = self.chunk() {
                    content.extend(chunk);
                }
            }
        }
        answer.content = String::from_utf8(content).unwrap();
        answer
    }

    fn chunk(&mut self) -> Option<Vec<u8>> {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let size = usize::from_str_radix(line.trim_end(), 16).unwrap();
        let mut chunk = vec![0; size + 2];
        self.0.read_exact(&mut chunk).unwrap();
        assert!(chunk.ends_with(b"\r\n"));
        chunk.truncate(size);
        (size > 0).then_some(chunk)
    }

    /// The server closes, after nothing more and without a reset.
    pub(crate) fn expect_end(&mut self) {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).unwrap();
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
}

pub(crate) fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")
}

pub(crate) fn post(target: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}")
}

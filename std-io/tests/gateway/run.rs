//! One request through a handler.

use std::io::{self, BufReader, Read, Write};
use std::sync::{Arc, Mutex};
use tidegate_std_io::FileSink;
use tidegate_std_io::gateway::{
    Application, ErrorStream, Finished, HandlerOptions, SimpleHandler, Variables,
};

pub(crate) type Reader = BufReader<Box<dyn Read + Send>>;

pub(crate) fn variables(pairs: &[(&str, &str)]) -> Variables {
    let defaults = [
        ("REQUEST_METHOD", "GET"),
        ("PATH_INFO", "/"),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
    ];
    defaults.iter().chain(pairs).copied().collect()
}

/// A stream that can be looked at while somebody else has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Shared {}

/// What was sent and logged, and how it ended.
pub(crate) struct Ran {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) log: String,
    pub(crate) finished: Finished<Reader, Vec<u8>>,
}

impl Ran {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The values of this header field.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1);
        let fields = lines.filter_map(|line| line.split_once(": "));
        let named = fields.filter(|(other, _)| other.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value).collect()
    }
}

pub(crate) fn run_with(
    app: &(impl Application + ?Sized),
    pairs: &[(&str, &str)],
    body: impl Read + Send + 'static,
    options: HandlerOptions,
) -> Ran {
    let log = Shared::default();
    let body: Box<dyn Read + Send> = Box::new(body);
    let errors = ErrorStream::new(log.clone());
    let handler = SimpleHandler::new(BufReader::new(body), Vec::new(), errors, variables(pairs));
    // Whatever `RUST_BACKTRACE` says.
    let finished = handler.options(options.backtrace_limit(0)).run(app);
    let sent = &finished.writer;
    let end = sent
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map_or(0, |at| at + 4);
    let head = std::str::from_utf8(&sent[..end]).unwrap().to_owned();
    Ran {
        head,
        body: sent[end..].to_vec(),
        log: log.text(),
        finished,
    }
}

pub(crate) fn run(app: &(impl Application + ?Sized), pairs: &[(&str, &str)]) -> Ran {
    run_with(app, pairs, io::empty(), HandlerOptions::new())
}

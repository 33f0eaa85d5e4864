//! The server, as a process of its own.

use crate::client::Client;
use crate::example::example;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
    /// Held open, if nobody reads it.
    unread: Option<ChildStderr>,
}

pub(crate) fn binary() -> PathBuf {
    example("serve")
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(args: &[&str]) -> Self {
        let mut server = Self::unread(args);
        let (stderr, lines) = (server.unread.take().unwrap(), Arc::clone(&server.log));
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                lines.lock().unwrap().push(line.unwrap());
            }
        });
        server
    }

    /// Whose log nobody reads.
    pub(crate) fn unread(args: &[&str]) -> Self {
        let mut process = Command::new(binary())
            .args(["--port", "0"])
            // A rule that it breaks is a line of the log.
            .env("TIDEGATE_VALIDATE", "1")
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        let address = said.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("said {said:?}"));
        Self {
            address: address.parse().unwrap(),
            log: Arc::default(),
            unread: process.stderr.take(),
            process,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Waits for a line of the log that holds all of these.
    pub(crate) fn wait_for_log(&self, words: &[&str]) -> String {
        let start = Instant::now();
        loop {
            let log = self.log.lock().unwrap().clone();
            let found = |line: &&String| words.iter().all(|word| line.contains(word));
            if let Some(line) = log.iter().find(found) {
                return line.clone();
            }
            assert!(start.elapsed() < PATIENCE, "no {words:?} in {log:#?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many lines of the log hold this.
    pub(crate) fn count_log(&self, word: &str) -> usize {
        let log = self.log.lock().unwrap();
        log.iter().filter(|line| line.contains(word)).count()
    }

    pub(crate) fn forget_log(&self) {
        self.log.lock().unwrap().clear();
    }

    /// A connection that has a thread: it may take a moment until one is free.
    pub(crate) fn seat(&self) -> Client {
        let start = Instant::now();
        loop {
            let mut client = self.connect();
            if client.is_served() {
                return client;
            }
            assert!(start.elapsed() < PATIENCE, "no thread becomes free");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The most memory it ever held.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_kib(&self) -> u64 {
        let peak = self.status("VmHWM:");
        peak.strip_suffix(" kB").unwrap().parse().unwrap()
    }

    /// How many threads it has now.
    #[cfg(target_os = "linux")]
    pub(crate) fn threads(&self) -> usize {
        self.status("Threads:").parse().unwrap()
    }

    /// How many files and sockets it has open now.
    #[cfg(target_os = "linux")]
    pub(crate) fn open_files(&self) -> usize {
        let open = format!("/proc/{}/fd", self.process.id());
        fs::read_dir(open).unwrap().count()
    }

    #[cfg(target_os = "linux")]
    fn status(&self, name: &str) -> String {
        let status = format!("/proc/{}/status", self.process.id());
        let status = fs::read_to_string(status).unwrap();
        let value = status.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap().trim().to_owned()
    }
}

/// Whatever a test did to it, a server must live and never have panicked.
impl Drop for Server {
    fn drop(&mut self) {
        if !thread::panicking() {
            let mut client = self.seat();
            client.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assert_eq!(client.answer().status, 200);
            client.expect_end();
            let log = self.log.lock().unwrap();
            assert!(
                !log.iter().any(|line| line.contains("panicked")),
                "{log:#?}"
            );
            assert!(
                !log.iter().any(|line| line.starts_with("validator:")),
                "{log:#?}"
            );
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! The server, as a process of its own, and what it holds.

use crate::example::example;
use crate::load::Load;
use crate::noise::Noise;
use crate::wire::Wire;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::{Arc, atomic::AtomicU64, atomic::Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long it may take to give back what it held, and to stop.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Server {
    process: Mutex<Child>,
    id: u32,
    pub(crate) address: SocketAddr,
    pub(crate) deadline: Duration,
    pub(crate) stall: Duration,
    pub(crate) max_body: u64,
    pub(crate) max_connections: u64,
    /// What `/files/file` is.
    pub(crate) file: Vec<u8>,
    /// The length of `/files/large`, which no socket takes at once.
    pub(crate) large: u64,
    log: Arc<Log>,
    _root: TempDir,
}

#[derive(Default)]
struct Log {
    lines: AtomicU64,
    panics: Mutex<Vec<String>>,
}

/// At one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) kib: u64,
    pub(crate) threads: u64,
    pub(crate) files: u64,
}

impl Server {
    pub(crate) fn start(load: &Load) -> Self {
        let root = TempDir::new().unwrap();
        let file = Noise::new(0).bytes(4 << 20);
        fs::write(root.path().join("file"), &file).unwrap();
        let large = 256 << 20;
        let sparse = File::create(root.path().join("large")).unwrap();
        sparse.set_len(large).unwrap();
        // Long enough that a busy machine makes nobody late who is not.
        let seconds = load.time.as_secs().clamp(5, 10);
        // A connection that is being closed has its thread still, and its client the
        // next one.
        let max_connections = 4 * load.clients as u64 + 16;
        let max_body = 1 << 20;
        let mut process = Command::new(example("serve"))
            .args(["--port=0", "--min-rate=1", "--max-upload=4194304"])
            .args([
                format!("--max-body={max_body}"),
                format!("--max-connections={max_connections}"),
                format!("--deadline={seconds}"),
                format!("--idle={seconds}"),
                format!("--stall={seconds}"),
            ])
            .arg("--root")
            .arg(root.path())
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
        let (stderr, log) = (process.stderr.take().unwrap(), Arc::<Log>::default());
        let reader = Arc::clone(&log);
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                reader.lines.fetch_add(1, Ordering::Relaxed);
                if line.contains("panicked") {
                    reader.panics.lock().unwrap().push(line);
                }
            }
        });
        Self {
            address: address.parse().unwrap(),
            id: process.id(),
            process: Mutex::new(process),
            deadline: Duration::from_secs(seconds),
            stall: Duration::from_secs(seconds),
            max_body,
            max_connections,
            file,
            large,
            log,
            _root: root,
        }
    }

    pub(crate) fn holds(&self) -> Held {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap();
        let value = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name));
            let value = value.unwrap_or_else(|| panic!("{name} is not in {status}"));
            value.trim().trim_end_matches(" kB").parse().unwrap()
        };
        let files = fs::read_dir(format!("/proc/{}/fd", self.id)).unwrap();
        Held {
            kib: value("VmRSS:"),
            threads: value("Threads:"),
            files: files.count() as u64,
        }
    }

    /// When nobody is there any more it holds what it held before.
    pub(crate) fn expect_given_back(&self, before: Held) {
        let start = Instant::now();
        loop {
            let now = self.holds();
            if now.threads <= before.threads && now.files <= before.files {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{now:?}, and {before:?} before");
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn expect_no_panic(&self) {
        let panics = self.log.panics.lock().unwrap();
        assert!(panics.is_empty(), "{panics:#?}");
    }

    /// That has been used, and waits for the next request.
    pub(crate) fn kept_connection(&self) -> Wire {
        let mut wire = Wire::connect(self.address).unwrap();
        wire.send(b"GET /help HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        wire.answer().and_then(|answer| answer.expect(200)).unwrap();
        wire
    }

    /// With a request that is half there.
    pub(crate) fn begun_request(&self) -> Wire {
        let wire = Wire::connect(self.address).unwrap();
        let begun = b"POST /lines HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\none\n";
        wire.send(begun).unwrap();
        wire
    }

    /// Tells it to stop, and waits until it has: by itself, or by the signal where it
    /// leaves that to the system.
    pub(crate) fn stop(&self, signal: Signal) {
        let id = Pid::from_raw(self.id.cast_signed()).unwrap();
        kill_process(id, signal).unwrap();
        let start = Instant::now();
        let mut process = self.process.lock().unwrap();
        let status = loop {
            if let Some(status) = process.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not stop by {signal:?}");
            thread::sleep(Duration::from_millis(10));
        };
        let told = status.signal() == Some(signal.as_raw());
        assert!(told || status.success(), "{signal:?}: {status}");
        self.expect_no_panic();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let process = self.process.get_mut().unwrap();
        let _ = process.kill();
        let _ = process.wait();
    }
}

//! One line at a time on stderr.

use std::fmt::Arguments;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{LazyLock, OnceLock};
use std::thread;
use tidegate_std_io::gateway::ErrorStream;

/// How many lines may wait for a reader of stderr.
const WAITING: usize = 1024;

/// Where lines go once there are clients: whoever reads stderr, or does not,
/// must not be able to stop the threads that answer.
static QUEUE: OnceLock<SyncSender<String>> = OnceLock::new();

/// How many lines found no place in the queue.
static LOST: AtomicU64 = AtomicU64::new(0);

/// From now on a thread of its own writes the lines.
pub(crate) fn start() -> io::Result<()> {
    let (sender, lines) = sync_channel(WAITING);
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(|| write_all(lines))?;
    let _ = QUEUE.set(sender);
    Ok(())
}

pub(crate) fn line(text: Arguments<'_>) {
    let text = format!("{text}\n");
    match QUEUE.get() {
        None => write(&text),
        Some(queue) if queue.try_send(text).is_err() => {
            LOST.fetch_add(1, Relaxed);
        }
        Some(_) => {}
    }
}

/// For an application, and whoever else writes lines.
pub(crate) fn stream() -> ErrorStream {
    static STREAM: LazyLock<ErrorStream> = LazyLock::new(|| ErrorStream::new(Lines));
    STREAM.clone()
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        line(format_args!("{}", text.trim_end()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_all(lines: Receiver<String>) {
    for text in lines {
        write(&text);
        match LOST.swap(0, Relaxed) {
            0 => {}
            lost => write(&format!("{lost} lines of the log were lost\n")),
        }
    }
}

/// Unlike `eprint!` it does not panic where nobody reads stderr.
fn write(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

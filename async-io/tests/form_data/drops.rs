//! A future that is dropped, wherever it is pending.

use crate::bodies::{TYPE, URLENCODED, form};
use crate::common::{Drip, cuts};
use crate::kinds::RUNTIME;
use futures::executor::block_on;
use std::fs;
use std::io;
use std::path::Path;
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tidegate_async_io::core::Spill;
use tidegate_async_io::{FormData, FormOptions, FormSource, Frames, FuturesIo, Threads, TokioIo};
use tokio::runtime::Builder;

/// Polled that often, if it is pending as often.
fn poll_times<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..times {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return Some(output),
            // Writes are done by and by.
            Poll::Pending => thread::yield_now(),
        }
    }
    None
}

/// What is open of a directory, named or not, and what has a name there.
fn left_in(dir: &Path) -> usize {
    let names = fs::read_dir(dir).unwrap().count();
    #[cfg(target_os = "linux")]
    let names = names
        + fs::read_dir("/proc/self/fd")
            .unwrap()
            .filter_map(|fd| fs::read_link(fd.ok()?.path()).ok())
            .filter(|target| target.starts_with(dir))
            .count();
    names
}

/// Once a write that was under way is done.
fn is_left_clean(dir: &Path) {
    let begun = Instant::now();
    while left_in(dir) > 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it is still there"
        );
        thread::yield_now();
    }
}

fn options<K: Threads>(dir: &Path) -> FormOptions<'static, K> {
    FormOptions::new()
        .spill(Spill::new().memory(0))
        .temp_dir(dir)
}

/// Drops it at every pending there is, until it comes to an end.
fn drop_everywhere<R: FormSource<K>, K: Threads>(
    drip: &Drip,
    content_type: &[u8],
    source: fn(Drip) -> R,
) -> io::Result<FormData<K>> {
    for times in 1.. {
        let dir = TempDir::new().unwrap();
        let read = options::<K>(dir.path()).read(source(drip.clone()), content_type);
        match poll_times(read, times) {
            None => is_left_clean(dir.path()),
            Some(form) => return form,
        }
        // A write takes any number of polls.
        if times > 200 {
            let read = options::<K>(dir.path()).read(source(drip.clone()), content_type);
            return block_on(async { poll_times(read, usize::MAX).unwrap() });
        }
    }
    unreachable!("it ends")
}

#[test]
fn no_file_is_left_wherever_it_was_dropped() {
    let _entered = RUNTIME.enter();
    let data = vec![b'x'; 300 << 10];
    let multipart = form(&[("a", Some("f"), b"12345"), ("b", Some("g"), &data)]);
    let urlencoded = b"a=12345&b=67890";
    for (body, content_type) in [(&multipart[..], TYPE), (urlencoded, URLENCODED)] {
        let size = body.len().div_ceil(12);
        let drip = Drip::new(&body.chunks(size).collect::<Vec<_>>());
        let tokio = drop_everywhere::<_, TokioIo>(&drip, content_type, |drip| drip).unwrap();
        let smol = drop_everywhere::<_, FuturesIo>(&drip, content_type, |drip| drip).unwrap();
        let frames = drop_everywhere::<_, FuturesIo>(&drip, content_type, Frames::new).unwrap();
        assert_eq!((tokio.len(), smol.len(), frames.len()), (2, 2, 2));
    }
}

/// The one thread of the runtime is taken, so that the write waits when it is dropped.
#[test]
fn a_write_that_is_under_way_leaves_nothing_either() {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let _entered = runtime.enter();
    let body = form(&[("a", Some("f"), &[b'x'; 1 << 20])]);
    let drip = Drip::new(&body.chunks(64 << 10).collect::<Vec<_>>());
    // One batch, and one that waits behind it.
    for times in [12, 100] {
        let dir = TempDir::new().unwrap();
        let read = options::<TokioIo>(dir.path()).read(drip.clone(), TYPE);
        let (let_go, held) = mpsc::channel::<()>();
        runtime.spawn_blocking(move || held.recv());
        assert!(poll_times(read, times).is_none());
        let_go.send(()).unwrap();
        // Behind what was written for nobody.
        runtime.block_on(runtime.spawn_blocking(|| ())).unwrap();
        is_left_clean(dir.path());
    }
}

/// To take back a long file takes the system as long as to write it.
#[cfg(target_os = "linux")]
#[test]
fn the_file_is_closed_on_another_thread() {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let body = form(&[("a", Some("f"), b"data"), ("b", Some("f"), b"more")]);
    let dir = TempDir::new().unwrap();
    let read = options::<TokioIo>(dir.path()).read(&body[..], TYPE);
    let form = runtime.block_on(read).unwrap();
    let reader = form.file("a").unwrap().reader();
    let (let_go, held) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || held.recv());
    runtime.block_on(async { drop(form) });
    assert_eq!(left_in(dir.path()), 1, "a reader has it");
    runtime.block_on(async { drop(reader) });
    assert_eq!(left_in(dir.path()), 1, "the thread has not had it yet");
    let_go.send(()).unwrap();
    is_left_clean(dir.path());
}

/// Nothing behind what was taken is lost with the form: what is left is an end of the
/// body.
#[test]
fn a_source_that_was_lent_stands_where_the_reading_was() {
    let body = form(&[("a", None, b"12345"), ("b", None, b"67890")]);
    for cut in cuts(&body) {
        let mut left = body.len();
        for times in 1.. {
            let mut drip = Drip::new(&cut);
            let form = {
                let read = FormOptions::<FuturesIo>::new();
                poll_times(read.read(&mut drip, TYPE), times)
            };
            let rest = drip.rest();
            assert!(body.ends_with(&rest));
            assert!(rest.len() <= left, "it goes on and not back");
            left = rest.len();
            if let Some(form) = form {
                assert_eq!((form.unwrap().len(), left), (2, 0));
                break;
            }
        }
    }
}

#[test]
fn a_limited_source_is_lent_too() {
    let body = form(&[("a", None, b"12345")]);
    let drip = Drip::new(&[&body[..20], &body[20..], b"next"]);
    let len = body.len() as u64;
    let mut limited = tidegate_async_io::frames::LimitedStream::exact(Frames::new(drip), len);
    let read = FormOptions::<FuturesIo>::new().read(&mut limited, TYPE);
    assert_eq!(poll_times(read, 100).unwrap().unwrap().len(), 1);
    assert_eq!(limited.remaining(), 0);
}

#[test]
fn a_file_that_nobody_waited_for_is_not_there() {
    let data = vec![b'x'; 1 << 20];
    let body = form(&[("a", Some("f"), &data)]);
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("kept");
    RUNTIME.block_on(async {
        let form = FormData::<TokioIo>::read(&body[..], TYPE).await.unwrap();
        let file = form.file("a").unwrap();
        for times in 1..20 {
            match poll_times(file.persist(&path), times) {
                None => is_left_clean(dir.path()),
                Some(len) => {
                    assert_eq!(len.unwrap(), 1 << 20);
                    fs::remove_file(&path).unwrap();
                }
            }
        }
        assert_eq!(file.persist(&path).await.unwrap(), 1 << 20);
        assert!(fs::read(&path).unwrap() == data);
    });
}

/// A try that was given up before a thread had it is not in the way of the next one.
#[cfg(target_os = "linux")]
#[test]
fn a_file_is_not_begun_for_nobody() {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let _entered = runtime.enter();
    let body = form(&[("a", Some("f"), b"data")]);
    let form = block_on(FormData::<TokioIo>::read(&body[..], TYPE)).unwrap();
    let file = form.file("a").unwrap();
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("kept");
    let touched = || fs::metadata(dir.path()).unwrap().modified().unwrap();
    let (let_go, held) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || held.recv());
    assert!(poll_times(file.persist(&path), 1).is_none());
    let before = touched();
    // The clock of a file system is no finer.
    thread::sleep(Duration::from_millis(50));
    let_go.send(()).unwrap();
    // Behind it.
    runtime.block_on(runtime.spawn_blocking(|| ())).unwrap();
    assert_eq!(touched(), before);
    assert_eq!(runtime.block_on(file.persist(&path)).unwrap(), 4);
    assert!(touched() > before);
}

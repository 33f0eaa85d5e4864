//! What goes to disk: in batches, while the next is read, and no more than that.

use crate::bodies::{TYPE, form};
use bytes::Bytes;
use futures::executor::block_on;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::{Context, Waker};
use std::thread;
use tidegate_async_io::Frames;
use tidegate_async_io::core::Spill;
use tidegate_async_io::{futures as smol, tokio as on_tokio};
use tokio::runtime::Builder;

/// Longer than many batches, and of no period that one has.
fn data(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at % 251) as u8).collect()
}

/// A body in frames of so many bytes, and how many of these bytes were pulled.
fn frames(
    body: &[u8],
    size: usize,
) -> (
    Frames<impl futures::Stream<Item = io::Result<Bytes>> + Unpin + use<>>,
    Arc<AtomicUsize>,
) {
    let pulled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&pulled);
    let frames: Vec<Bytes> = body.chunks(size).map(Bytes::copy_from_slice).collect();
    let stream = frames.into_iter().map(move |frame| {
        count.fetch_add(frame.len(), SeqCst);
        Ok(frame)
    });
    (Frames::new(futures::stream::iter(stream)), pulled)
}

#[test]
fn what_is_written_in_batches_is_what_was_sent() {
    let (long, short) = (data(3_000_001), data(300));
    let mut parts: Vec<(&str, Option<&str>, &[u8])> = vec![("long", Some("l"), &long)];
    parts.extend((0..900).map(|_| ("short", Some("s"), &short[..])));
    parts.push(("last", Some("l"), &long));
    let body = form(&parts);
    let spill = Spill::new().max_in_memory(200);
    for size in [1000, 8 << 10, 64 << 10, 1 << 20, body.len()] {
        let options = smol::FormOptions::new().spill(spill);
        let read = block_on(options.read(frames(&body, size).0, TYPE)).unwrap();
        assert_eq!(read.len(), parts.len());
        for (entry, (_, _, data)) in read.iter().zip(&parts) {
            assert_eq!(entry.as_bytes(), None);
            let text: Vec<u8> = block_on(async {
                let mut all = Vec::new();
                let mut reader = entry.reader();
                while let Some(block) = reader.next_block().await {
                    all.extend(block.unwrap());
                }
                all
            });
            assert!(text == *data, "{size}");
        }
    }
}

/// A value moves from memory to disk with what lies in front of it still on the way.
#[test]
fn values_that_move_to_disk_keep_their_order() {
    let values: Vec<Vec<u8>> = [700_000, 10, 300_000, 100_000, 600_000, 1]
        .iter()
        .map(|&len| data(len))
        .collect();
    let parts: Vec<_> = values.iter().map(|it| ("n", Some("f"), &it[..])).collect();
    let body = form(&parts);
    let spill = Spill::new().max_in_memory(500_000).memory(400_000);
    for size in [5000, 100_000] {
        let options = smol::FormOptions::new().spill(spill);
        let read = block_on(options.read(frames(&body, size).0, TYPE)).unwrap();
        for (entry, data) in read.iter().zip(&values) {
            let reader = entry.as_blocking().reader();
            let all = io::Read::bytes(io::BufReader::new(reader)).collect::<Result<Vec<_>, _>>();
            assert!(all.unwrap() == *data);
        }
    }
}

/// The one thread of the runtime is taken, so nothing can be written.
#[test]
fn nothing_is_pulled_beyond_a_batch_while_one_is_written() {
    const FRAME: usize = 64 << 10;
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let _entered = runtime.enter();
    let (let_go, held) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || held.recv());

    let data = data(4 << 20);
    let body = form(&[("a", Some("f"), &data)]);
    let (source, pulled) = frames(&body, FRAME);
    let options = on_tokio::FormOptions::new().spill(Spill::new().memory(0));
    let mut form = pin!(options.read(source, TYPE));
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..100 {
        assert!(form.as_mut().poll(&mut cx).is_pending());
    }
    let held_back = pulled.load(SeqCst);
    // A batch on its way, one that waits, and what of the frame did not fit.
    assert!(
        (512 << 10..=(512 << 10) + FRAME).contains(&held_back),
        "{held_back}"
    );
    let_go.send(()).unwrap();
    let form = runtime.block_on(form).unwrap();
    let mut reader = form.file("a").unwrap().as_blocking().reader();
    let mut all = Vec::new();
    io::Read::read_to_end(&mut reader, &mut all).unwrap();
    assert!(all == data);
}

/// It is found out at the end at the latest.
#[test]
fn a_runtime_that_is_shut_down_is_an_error() {
    for len in [10, 300 << 10, 2 << 20] {
        let runtime = Builder::new_current_thread().build().unwrap();
        let handle = runtime.handle().clone();
        runtime.shutdown_background();
        let _entered = handle.enter();
        let body = form(&[("a", Some("f"), &data(len))]);
        let options = on_tokio::FormOptions::new().spill(Spill::new().memory(0));
        let error = block_on(options.read(frames(&body, 1000).0, TYPE)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Other);
    }
}

/// No thread is asked for what is in memory: there is no runtime here.
#[test]
fn what_is_in_memory_needs_no_runtime() {
    let body = form(&[("a", Some("f"), b"data"), ("b", None, b"")]);
    let form = block_on(on_tokio::FormData::read(frames(&body, 9).0, TYPE)).unwrap();
    let a = form.file("a").unwrap();
    assert_eq!(block_on(a.text()).unwrap(), "data");
    let mut reader = a.reader();
    let block = block_on(reader.next_block()).unwrap().unwrap();
    assert_eq!((&block[..], reader.len_hint()), (&b"data"[..], Some(0)));
    assert!(block_on(reader.next_block()).is_none());
    let mut empty = form.field("b").unwrap().reader();
    assert!(block_on(empty.next_block()).is_none());
}

#[test]
fn futures_may_go_to_other_tasks() {
    fn sends<T: Send + 'static>(it: T) -> T {
        it
    }
    fn check<T: Send + Sync + Unpin + Clone + 'static>(_: &T) {}

    let body = form(&[("a", Some("f"), b"data")]);
    let content_type = TYPE.to_vec();
    let read = sends(on_tokio::FormData::read(frames(&body, 9).0, &content_type));
    drop(content_type);
    let form = block_on(read).unwrap();
    let entry = form.into_iter().next().unwrap();
    check(&entry);
    drop(sends(entry.persist("nowhere")));
    let options =
        smol::FormOptions::new().choose(|_| smol::FormSink::Writer(Box::new(futures::io::sink())));
    let read = sends(options.read(futures::io::BufReader::new(&b""[..]), TYPE));
    block_on(read).unwrap_err();
    let text = thread::spawn(move || block_on(entry.text()).unwrap().into_owned());
    assert_eq!(text.join().unwrap(), "data");
}

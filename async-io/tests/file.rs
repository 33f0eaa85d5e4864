//! `FileWrapper`: blocks read elsewhere, the right ones, in time and in order.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod common;

use bytes::Bytes;
use common::{poll_once, said};
use futures::StreamExt;
use http_body::Body;
use std::io::{self, Cursor, ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::thread;
use tidegate_async_io::core::{ByteRange, FileFault};
use tidegate_async_io::{FileWrapper, Form, FuturesIo, PartBody, Threads, TokioIo};
use tokio::io::AsyncReadExt;

/// On the threads of each.
macro_rules! on_each {
    ($($name:ident)*) => {
        mod of_tokio {
            $(#[test] fn $name() { super::$name::<super::TokioIo>(); })*
        }
        mod of_smol {
            $(#[test] fn $name() { super::$name::<super::FuturesIo>(); })*
        }
    };
}

on_each! {
    blocks_are_those_of_the_file
    blocks_of_nothing_are_none
    ranges_are_those_of_the_file
    a_read_is_for_many_blocks
    nothing_is_read_before_it_is_asked_for_and_no_more_than_one_ahead
    blocks_that_are_kept_stay_what_they_are
    futures_may_be_dropped_wherever_they_are_pending
    a_file_that_shrinks_is_an_error_behind_what_there_is
    what_fails_elsewhere_is_told_here
    files_of_a_directory
}

fn data(len: usize) -> Vec<u8> {
    (0..=250_u8).cycle().take(len).collect()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

/// Counts how often it was read, by whom, and into how long a buffer.
struct Counted<R> {
    inner: R,
    reads: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.reads.fetch_add(1, SeqCst);
        self.most.fetch_max(buf.len(), SeqCst);
        self.inner.read(buf)
    }
}

fn blocks_are_those_of_the_file<K: Threads>() {
    for len in [0, 1, 4095, 4096, 4097, 70_000, 1_300_000] {
        let data = data(len);
        for block_size in [1000, 4096, 64 << 10, 1 << 20] {
            for promised in [false, true] {
                let mut file =
                    FileWrapper::<_, K>::with_block_size(Cursor::new(data.clone()), block_size);
                if promised {
                    file = file.exact(len as u64);
                    assert_eq!(file.size_hint().exact(), Some(len as u64));
                }
                let blocks: Vec<Bytes> = block_on(file.map(Result::unwrap).collect());
                assert!(blocks.concat() == data);
                assert!(
                    blocks
                        .iter()
                        .all(|block| !block.is_empty() && block.len() <= block_size)
                );
                assert!(blocks.len() <= len.div_ceil(block_size) + len / 4096 / 16 + 1);
            }
        }
    }
}

fn blocks_of_nothing_are_none<K: Threads>() {
    let mut file = FileWrapper::<_, K>::with_block_size(Cursor::new("hello"), 0);
    assert!(block_on(file.next_block()).is_none());
}

fn ranges_are_those_of_the_file<K: Threads>() {
    let data = data(300_000);
    for (start, len) in [(0, 1), (299_999, 1), (1000, 200_000), (100_000, 200_000)] {
        let range = ByteRange::new(start, len).unwrap();
        let file = FileWrapper::<_, K>::new(Cursor::new(data.clone()))
            .range(range)
            .unwrap();
        assert_eq!(file.len_hint(), Some(len));
        let blocks: Vec<Bytes> = block_on(file.map(Result::unwrap).collect());
        let (start, end) = (start as usize, (start + len) as usize);
        assert!(blocks.concat() == data[start..end]);
    }
}

/// Not one for each block; and nothing behind what was promised, nor its end.
fn a_read_is_for_many_blocks<K: Threads>() {
    let (reads, most) = (Arc::default(), Arc::default());
    let file = Counted {
        inner: Cursor::new(data(4 << 20)),
        reads: Arc::clone(&reads),
        most: Arc::clone(&most),
    };
    let file = FileWrapper::<_, K>::with_block_size(file, 4096).exact(4 << 20);
    let blocks = block_on(file.count());
    assert_eq!(blocks, 1024);
    // 64, 128, 256 KiB, and then 512 at a time.
    assert_eq!((reads.load(SeqCst), most.load(SeqCst)), (11, 512 << 10));
}

fn nothing_is_read_before_it_is_asked_for_and_no_more_than_one_ahead<K: Threads>() {
    let reads = Arc::default();
    let file = Counted {
        inner: Cursor::new(data(4 << 20)),
        reads: Arc::clone(&reads),
        most: Arc::default(),
    };
    let mut file = FileWrapper::<_, K>::new(file);
    let settle = || thread::sleep(std::time::Duration::from_millis(50));
    block_on(async {
        settle();
        assert_eq!(reads.load(SeqCst), 0);
        assert_eq!(file.next_block().await.unwrap().unwrap().len(), 64 << 10);
        settle();
        assert_eq!(reads.load(SeqCst), 2);
    });
}

/// The buffers that are used again are not those that somebody keeps.
fn blocks_that_are_kept_stay_what_they_are<K: Threads>() {
    let data = data(3 << 20);
    for keep in [1, 2, 7] {
        let mut file = FileWrapper::<_, K>::new(Cursor::new(data.clone()));
        let kept: Vec<(usize, Bytes)> = block_on(async {
            let (mut kept, mut at) = (Vec::new(), 0);
            let mut turn = 0;
            while let Some(block) = file.next_block().await {
                let block = block.unwrap();
                let len = block.len();
                turn += 1;
                if turn % keep == 0 {
                    kept.push((at, block));
                }
                at += len;
            }
            assert_eq!(at, data.len());
            kept
        });
        assert!(
            kept.iter()
                .all(|(at, block)| block == &data[*at..at + block.len()])
        );
    }
}

/// A future that is dropped while somebody reads loses nothing.
fn futures_may_be_dropped_wherever_they_are_pending<K: Threads>() {
    let data = data(2 << 20);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let _entered = runtime.enter();
    let mut file = FileWrapper::<_, K>::new(Cursor::new(data.clone()));
    let mut all = Vec::new();
    let mut turn = 0;
    loop {
        turn += 1;
        let mut room = [0; 10_000];
        let some = match turn % 2 {
            0 => poll_once(file.read(&mut room)).map_ok(|len| room[..len].to_vec()),
            _ => poll_once(file.next_block())
                .map(|block| block.map_or(Ok(Vec::new()), |block| block.map(Vec::from))),
        };
        match some {
            Poll::Pending => thread::yield_now(),
            Poll::Ready(Ok(some)) if some.is_empty() => break,
            Poll::Ready(Ok(some)) => all.extend(some),
            Poll::Ready(Err(error)) => panic!("{error}"),
        }
        assert_eq!(file.position(), all.len() as u64);
    }
    assert!(all == data);
}

fn a_file_that_shrinks_is_an_error_behind_what_there_is<K: Threads>() {
    let mut file = FileWrapper::<_, K>::new(Cursor::new(data(100_000))).exact(100_001);
    block_on(async {
        let mut all = Vec::new();
        let error = file.read_to_end(&mut all).await.unwrap_err();
        assert!(all == data(100_000));
        for error in [error, file.next_block().await.unwrap().unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
            let fault = "Truncated { expected: 100001, sent: 100000 }";
            assert!(said::<FileFault>(&error).contains(fault));
        }
        assert!(!file.is_end_stream());
    });
}

struct Fails(bool);

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        assert!(!self.0, "it panics");
        Err(ErrorKind::PermissionDenied.into())
    }
}

fn what_fails_elsewhere_is_told_here<K: Threads>() {
    block_on(async {
        let mut file = FileWrapper::<_, K>::new(Fails(false));
        for _ in 0..2 {
            let error = file.next_block().await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        }
        let mut file = FileWrapper::<_, K>::new(Fails(true));
        for _ in 0..2 {
            let error = file.next_block().await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Other);
        }
    });
}

/// What was read before is handed out, and then it is an error: no end, and nobody
/// waits for a thread that is gone.
#[test]
fn a_runtime_that_is_shut_down_is_an_error() {
    for blocks in 0..3 {
        let mut file = FileWrapper::<_, TokioIo>::new(Cursor::new(data(4 << 20))).exact(4 << 20);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let handle = runtime.handle().clone();
        let mut len = 0;
        for _ in 0..blocks {
            len += runtime.block_on(file.next_block()).unwrap().unwrap().len();
        }
        runtime.shutdown_background();
        let _entered = handle.enter();
        let error = loop {
            match futures::executor::block_on(file.next_block()) {
                Some(Ok(block)) => len += block.len(),
                Some(Err(error)) => break error,
                None => panic!("it is no end"),
            }
        };
        assert_eq!(error.kind(), ErrorKind::Other);
        assert!(len < 4 << 20);
        assert_eq!(file.len_hint(), Some((4 << 20) - len as u64));
        assert!(!file.is_end_stream());
        let again = futures::executor::block_on(file.next_block());
        assert_eq!(again.unwrap().unwrap_err().kind(), ErrorKind::Other);
    }
}

fn files_of_a_directory<K: Threads>() {
    let mut named = tempfile::NamedTempFile::new().unwrap();
    named.write_all(&data(1000)).unwrap();
    block_on(async {
        let file = FileWrapper::<_, K>::open(named.path()).await.unwrap();
        assert_eq!(file.len_hint(), Some(1000));
        let error = FileWrapper::<_, K>::open(std::env::temp_dir())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::IsADirectory);
        let error = FileWrapper::<_, K>::open("/not/there").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);

        let mut form = Form::new().unwrap();
        form.file("f", named.path()).await.unwrap();
        form.futures_file("g", named.path()).await.unwrap();
        form.bytes("range", PartBody::file(file));
        let mut body = form.finish().unwrap();
        let length = body.content_length().unwrap();
        let mut all = Vec::new();
        body.read_to_end(&mut all).await.unwrap();
        assert_eq!(all.len() as u64, length);
        let found = all.windows(1000).filter(|window| *window == data(1000));
        assert_eq!(found.count(), 3);
        let name = named.path().file_name().unwrap().to_str().unwrap();
        for field in ["f", "g"] {
            let head =
                format!("name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/");
            assert!(String::from_utf8_lossy(&all).contains(&head));
        }
    });
}

#[test]
fn they_may_be_sent_and_shared() {
    fn check<T: Send + Sync + Unpin + 'static>(_: &T) {}
    // Of what is not `Sync`.
    struct Cells(std::cell::Cell<u8>);
    impl Read for Cells {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Ok(self.0.take().into())
        }
    }
    check(&FileWrapper::<_, TokioIo>::new(Cells(
        std::cell::Cell::new(0),
    )));
    check(&FileWrapper::<_, FuturesIo>::new(Cells(
        std::cell::Cell::new(0),
    )));
}

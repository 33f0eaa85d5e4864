//! Parts that own what they need, in other tasks.

use crate::common::{Drip, poll_once};
use crate::forms::{body, decoder, entry, hard_entries, text};
use crate::ways::{WHOLE, Way, frames_as_tokio, futures_io_ways, tokio_ways};
use futures::executor::block_on;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;
use tidegate_async_io::{Frames, FuturesIo, InFrames, Multipart, Source, TokioIo};

/// Counts how often it was woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

macro_rules! each_in_a_thread {
    ($source:expr, $kind:ty, $ways:ident, $way:expr) => {{
        let mut multipart = Multipart::<_, $kind>::new($source, decoder()).into_owned();
        let mut entries = Vec::new();
        loop {
            let mut part = match poll_once(multipart.next_part()) {
                Poll::Pending => continue,
                Poll::Ready(Ok(Some(part))) => part,
                Poll::Ready(Ok(None)) => break,
                Poll::Ready(Err(error)) => panic!("{error}"),
            };
            let read = thread::spawn(move || {
                let mut data = Vec::new();
                $ways::read(&mut part, $way, &mut data).unwrap();
                (text(part.name().unwrap()), part.filename().map(text), data)
            });
            entries.push(read.join().unwrap());
        }
        entries
    }};
}

#[test]
fn parts_read_elsewhere_are_the_same() {
    let body = body(&hard_entries());
    for size in [1, 3, 40, 1000] {
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        let drip = || Drip::new(&pieces);
        for way in WHOLE {
            let expected = hard_entries();
            assert_eq!(
                each_in_a_thread!(drip(), FuturesIo, futures_io_ways, way),
                expected
            );
            assert_eq!(
                each_in_a_thread!(drip(), TokioIo, tokio_ways, way),
                expected
            );
            assert_eq!(
                each_in_a_thread!(Frames::new(drip()), InFrames, frames_as_tokio, way),
                expected
            );
        }
    }
}

/// What the part was dropped with is passed over, as with one that borrows.
#[test]
fn a_part_that_is_dropped_half_read_is_passed_over() {
    let body = body(&hard_entries());
    let drip = Drip::new(&[&body]);
    let read = each_in_a_thread!(drip, FuturesIo, futures_io_ways, Way::Half(2));
    let lens: Vec<usize> = read.iter().map(|(_, _, data)| data.len()).collect();
    assert_eq!(lens, [2, 0, 2, 2, 1]);
}

fn first<R: Source<K>, K>(
    multipart: &mut tidegate_async_io::OwnedMultipart<R, K>,
) -> tidegate_async_io::Part<tidegate_async_io::Baton<R, K>> {
    loop {
        if let Poll::Ready(part) = poll_once(multipart.next_part()) {
            return part.unwrap().unwrap();
        }
    }
}

#[test]
fn a_part_outlives_what_it_came_from() {
    let body = body(&[entry("a", None, b"12345"), entry("b", None, b"next")]);
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    let mut multipart = Multipart::<_, TokioIo>::new(Drip::new(&bytes), decoder()).into_owned();
    let mut part = first(&mut multipart);
    drop(multipart);
    let mut data = Vec::new();
    tokio_ways::read(&mut part, Way::NextData, &mut data).unwrap();
    assert_eq!(data, b"12345");
    assert_eq!(part.name().unwrap(), "a");
}

#[test]
fn the_next_part_waits_for_the_one_before_and_is_woken() {
    let body = body(&[entry("a", None, b"12345"), entry("b", None, b"next")]);
    let mut multipart =
        tidegate_async_io::futures::Multipart::new(&body[..], decoder()).into_owned();
    let part = first(&mut multipart);
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut cx = Context::from_waker(&waker);
    // Dropped while it waits, and asked anew.
    assert!(pin!(multipart.next_part()).poll(&mut cx).is_pending());
    let mut next = pin!(multipart.next_part());
    assert!(next.as_mut().poll(&mut cx).is_pending());
    assert_eq!(woken.0.load(SeqCst), 0);
    drop(part);
    assert_eq!(woken.0.load(SeqCst), 1);
    let Poll::Ready(Ok(Some(part))) = next.as_mut().poll(&mut cx) else {
        panic!("the body is back")
    };
    assert_eq!(block_on(part.text(9)).unwrap(), "next");
}

/// A task that lives as long as its waker, and has a part.
struct Task<P>(Mutex<Option<P>>);

impl<P: Send> Wake for Task<P> {
    fn wake(self: Arc<Self>) {}
}

/// Whoever waited first kept the part, and is gone with its waker.
#[test]
fn a_waker_may_take_the_part_with_it() {
    let body: &'static [u8] =
        b"--b0\r\nContent-Disposition: form-data; name=a\r\n\r\nabc\r\n--b0--";
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let multipart = tidegate_async_io::futures::Multipart::new(body, decoder());
        let mut multipart = multipart.into_owned();
        let part = first(&mut multipart);
        let task = Waker::from(Arc::new(Task(Mutex::new(Some(part)))));
        let mut cx = Context::from_waker(&task);
        assert!(pin!(multipart.next_part()).poll(&mut cx).is_pending());
        drop(task);
        // Another task takes its place.
        let next = block_on(multipart.next_part());
        done.send(next.unwrap().is_none()).unwrap();
    });
    let is_over = is_done.recv_timeout(Duration::from_secs(20));
    assert!(is_over.expect("nobody waits for ever"));
}

#[test]
fn the_body_comes_back_where_the_reading_is() {
    let body = body(&[entry("a", None, b"12345"), entry("b", None, b"next")]);
    let mut multipart =
        tidegate_async_io::futures::Multipart::new(&body[..], decoder()).into_owned();
    let part = first(&mut multipart);
    assert_eq!(block_on(part.bytes(9)).unwrap(), "12345");
    let mut borrowed = block_on(multipart.into_multipart());
    let next = block_on(borrowed.next_part()).unwrap().unwrap();
    assert_eq!(block_on(next.text(9)).unwrap(), "next");
}

/// The error stays with the body, whoever found it.
#[test]
fn a_fault_found_elsewhere_is_there_for_the_next_part() {
    let body = b"--b0\r\nContent-Disposition: form-data; name=a\r\n\r\nabc\r\n--b0junk";
    let mut multipart = tidegate_async_io::tokio::Multipart::new(&body[..], decoder()).into_owned();
    let part = first(&mut multipart);
    let error = thread::spawn(|| block_on(part.bytes(9)).unwrap_err());
    let found = error.join().unwrap().to_string();
    let again = block_on(multipart.next_part()).unwrap_err();
    assert_eq!(again.to_string(), found);
}

#[test]
fn they_may_be_sent_and_shared() {
    fn check<T: Send + Sync + Unpin + 'static>(_: &T) {}
    fn sends<T: Send>(_: &T) {}
    let body: &'static [u8] =
        b"--b0\r\nContent-Disposition: form-data; name=a\r\n\r\nabc\r\n--b0--";
    let mut borrowed = tidegate_async_io::tokio::Multipart::new(body, decoder());
    check(&borrowed);
    sends(&borrowed.next_part());
    let mut multipart = borrowed.into_owned();
    check(&multipart);
    sends(&multipart.next_part());
    let mut part = first(&mut multipart);
    check(&part);
    sends(&part.next_data());
    sends(&part.copy_to(&mut tokio::io::sink()));
    sends(&part.text(1));
}

//! What frames are for: no copies, and nothing pulled before it is asked for.

use crate::common::{Drip, poll_once};
use crate::forms::{body, decoder, entry};
use bytes::Bytes;
use futures::executor::{block_on, block_on_stream};
use std::io;
use std::task::Poll;
use tidegate_async_io::Frames;
use tidegate_async_io::frames::Multipart;

fn of(frames: Vec<Bytes>) -> Multipart<impl futures::Stream<Item = io::Result<Bytes>> + Unpin> {
    let stream = futures::stream::iter(frames.into_iter().map(Ok));
    Multipart::new(Frames::new(stream), decoder())
}

#[test]
fn data_within_a_frame_are_no_copy() {
    let data = b"0123456789".repeat(20);
    let frame = Bytes::from(body(&[entry("a", None, &data), entry("b", None, &data)]));
    let range = frame.as_ptr_range();
    let mut multipart = of(vec![frame.clone()]);
    for by_stream in [false, true] {
        let part = block_on(multipart.next_part()).unwrap().unwrap();
        let bytes = match by_stream {
            true => block_on_stream(part).next().unwrap().unwrap(),
            false => block_on(part.bytes(1000)).unwrap(),
        };
        assert_eq!(bytes, data);
        assert!(range.contains(&bytes.as_ptr()));
    }
}

/// All but what may be the start of a delimiter.
#[test]
fn data_of_several_frames_share_each_of_them() {
    let data = b"0123456789".repeat(20);
    let whole = Bytes::from(body(&[entry("a", None, &data)]));
    let frames: Vec<Bytes> = (0..whole.len())
        .step_by(64)
        .map(|at| whole.slice(at..whole.len().min(at + 64)))
        .collect();
    let range = whole.as_ptr_range();
    let mut multipart = of(frames);
    let part = block_on(multipart.next_part()).unwrap().unwrap();
    let pieces: Vec<Bytes> = block_on_stream(part).map(Result::unwrap).collect();
    assert_eq!(pieces.concat(), data);
    let copied: usize = pieces
        .iter()
        .filter(|piece| !range.contains(&piece.as_ptr()))
        .map(Bytes::len)
        .sum();
    assert_eq!(copied, 0);
}

#[test]
fn nothing_is_pulled_before_it_is_asked_for() {
    let body = body(&[entry("a", None, b"12345"), entry("b", None, b"next")]);
    let head = body.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    let pieces = [&body[..head], &body[head..head + 3], &body[head + 3..]];
    let mut multipart = Multipart::new(Frames::new(Drip::new(&pieces)), decoder());
    assert_eq!(multipart.get_ref().get_ref().polls, 0);
    assert!(poll_once(multipart.next_part()).is_pending());
    let Poll::Ready(Ok(Some(mut part))) = poll_once(multipart.next_part()) else {
        panic!("the head is there")
    };
    assert!(poll_once(part.next_data()).is_pending());
    let Poll::Ready(Some(Ok(data))) = poll_once(part.next_data()) else {
        panic!("data are there")
    };
    assert_eq!(data, "123");
    // The head, and the first data: the third frame is untouched.
    assert_eq!(multipart.get_ref().get_ref().polls, 4);
}

#[test]
fn a_part_is_read_by_readers_of_both_kinds() {
    let body = body(&[entry("a", None, b"12345"), entry("b", None, b"67")]);
    let mut multipart = of(body.chunks(3).map(Bytes::copy_from_slice).collect());
    let mut first = block_on(multipart.next_part()).unwrap().unwrap();
    let mut all = Vec::new();
    block_on(tokio::io::copy_buf(&mut first, &mut all)).unwrap();
    let second = block_on(multipart.next_part()).unwrap().unwrap();
    block_on(futures::io::copy_buf(second, &mut all)).unwrap();
    assert_eq!(all, b"1234567");
}

/// An endless stream of them would keep all others of a thread waiting.
#[test]
fn empty_frames_that_are_always_there_let_others_have_their_turn() {
    let body = Bytes::from(body(&[entry("a", None, b"12345")]));
    let empty = std::iter::repeat_n(Bytes::new(), 1000);
    let mut multipart = of(empty.chain([body]).collect());
    let mut pending = 0;
    let part = loop {
        match poll_once(multipart.next_part()) {
            Poll::Pending => pending += 1,
            Poll::Ready(part) => break part.unwrap().unwrap(),
        }
    };
    assert!(pending > 10, "{pending}");
    // And it is woken for the rest.
    assert_eq!(block_on(part.bytes(9)).unwrap(), "12345");
    let mut endless = Multipart::new(
        Frames::new(futures::stream::repeat_with(|| {
            Ok::<_, io::Error>(Bytes::new())
        })),
        decoder(),
    );
    assert!(poll_once(endless.next_part()).is_pending());
}

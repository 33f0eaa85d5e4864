//! The limit of a part, wherever its data lie; and texts.

use crate::common::{Drip, cuts, poll_once, said};
use crate::forms::{body, decoder, entry};
use futures::executor::block_on;
use std::io::{self, ErrorKind};
use std::task::Poll;
use tidegate_async_io::core::DecodeFault;
use tidegate_async_io::{Frames, FuturesIo, InFrames, Multipart, Source};

const DATA: &[u8] = b"01234\r\n--b\r\n\rabcde";

/// Reads so many bytes, shows the next, and sets the limit.
fn limited<R: Source<K>, K>(source: R, shown: bool, max: u64) -> (Vec<u8>, Option<String>) {
    let mut multipart = Multipart::new(source, decoder());
    loop {
        let Poll::Ready(part) = poll_once(multipart.next_part()) else {
            continue;
        };
        let mut part = part.unwrap().unwrap();
        let mut got = Vec::new();
        if shown {
            // A look at data which is dropped before they are taken.
            while poll_once(part.next_data()).map(|data| got.extend(data.unwrap().unwrap()))
                == Poll::Pending
            {}
        }
        part.limit(max);
        loop {
            match poll_once(part.next_data()) {
                Poll::Pending => {}
                Poll::Ready(None) => return (got, None),
                Poll::Ready(Some(Ok(data))) => got.extend(data),
                Poll::Ready(Some(Err(error))) => {
                    return (got, Some(said::<DecodeFault>(&error)));
                }
            }
        }
    }
}

#[test]
fn so_many_more_bytes_come_and_not_one_more() {
    let body = body(&[entry("a", Some("f"), DATA)]);
    let head = body.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    for cut in cuts(&body) {
        for max in 0..=DATA.len() + 1 {
            let (drip, limit) = (Drip::new(&cut), max as u64);
            let answers = [
                limited::<_, FuturesIo>(drip.clone(), false, limit),
                limited::<_, InFrames>(Frames::new(drip), false, limit),
            ];
            for (got, error) in answers {
                assert_eq!(got, DATA[..max.min(DATA.len())]);
                let offset = head + max;
                let expected =
                    format!("At {{ offset: {offset}, fault: PartTooLong {{ max: {max} }} }}");
                assert_eq!(error, (max < DATA.len()).then_some(expected));
            }
        }
    }
}

/// A limit that is set behind the first data counts from there.
#[test]
fn a_limit_counts_from_where_the_reading_is() {
    let body = body(&[entry("a", Some("f"), DATA)]);
    for cut in cuts(&body) {
        for max in 0..=DATA.len() {
            let drip = Drip::new(&cut);
            let (got, error) = limited::<_, FuturesIo>(drip.clone(), true, max as u64);
            let (shared, same) = limited::<_, InFrames>(Frames::new(drip), true, max as u64);
            assert_eq!((&got, &error), (&shared, &same));
            assert!(DATA.starts_with(&got) && got.len() >= max);
            assert_eq!(error.is_none(), got == DATA);
        }
    }
}

/// Data that are shown and not read count as well.
#[test]
fn a_limit_holds_for_what_is_shown() {
    use futures::AsyncBufReadExt;
    let body = body(&[entry("a", None, b"12345")]);
    for max in 0..7 {
        let mut multipart = tidegate_async_io::futures::Multipart::new(&body[..], decoder());
        let mut part = block_on(multipart.next_part()).unwrap().unwrap();
        assert_eq!(block_on(part.fill_buf()).unwrap(), b"12345");
        let position = part.position();
        part.limit(max);
        assert_eq!(part.position(), position);
        match (block_on(part.bytes(9)), max) {
            (Err(error), 0..5) => assert_eq!(error.kind(), ErrorKind::FileTooLarge),
            (result, _) => assert_eq!(result.unwrap(), "12345"),
        }
    }
}

async fn taken(body: &[u8], max: u64, by_text: bool, cut: usize) -> io::Result<Vec<u8>> {
    let pieces =
        [&body[..cut], &body[cut..]].map(|piece| Ok::<_, io::Error>(piece.to_vec().into()));
    let stream = futures::stream::iter(pieces);
    let mut multipart = tidegate_async_io::frames::Multipart::new(Frames::new(stream), decoder());
    let part = multipart.next_part().await?.unwrap();
    match by_text {
        true => part.text(max).await.map(String::into_bytes),
        false => part.bytes(max).await.map(Vec::from),
    }
}

#[test]
fn bytes_and_text_are_never_more_than_allowed() {
    let body = body(&[entry("a", None, b"12345")]);
    for cut in 0..body.len() {
        for max in 0..8 {
            for by_text in [false, true] {
                match (block_on(taken(&body, max, by_text, cut)), max) {
                    (Err(error), 0..5) => assert_eq!(error.kind(), ErrorKind::FileTooLarge),
                    (result, _) => assert_eq!(result.unwrap(), b"12345"),
                }
            }
        }
    }
}

#[test]
fn what_is_no_utf8_is_no_text() {
    let body = body(&[entry("a", None, b"\xFF"), entry("b", None, b"ok")]);
    let mut multipart = tidegate_async_io::tokio::Multipart::new(&body[..], decoder());
    let part = block_on(multipart.next_part()).unwrap().unwrap();
    let error = block_on(part.text(9)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.get_ref().unwrap().is::<std::string::FromUtf8Error>());
    // It is no fault of the body.
    let next = block_on(multipart.next_part()).unwrap().unwrap();
    assert_eq!(block_on(next.text(2)).unwrap(), "ok");
}

/// What `bytes` had is lost with it, as it says, and nothing else is.
#[test]
fn a_body_goes_on_behind_bytes_that_were_dropped() {
    let body = body(&[entry("a", None, b"12345"), entry("b", None, b"next")]);
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    let mut multipart = Multipart::<_, InFrames>::new(Frames::new(Drip::new(&bytes)), decoder());
    let mut texts = Vec::new();
    loop {
        let Poll::Ready(part) = poll_once(multipart.next_part()) else {
            continue;
        };
        let Some(part) = part.unwrap() else { break };
        let name = part.name().unwrap().to_cow().into_owned();
        let is_pending = poll_once(part.bytes(9)).is_pending();
        texts.push((name, is_pending));
    }
    assert_eq!(texts, [(b"a".to_vec(), true), (b"b".to_vec(), true)]);
}

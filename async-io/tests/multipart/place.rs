//! Where the source is: `get_ref`, `get_mut`, `into_inner`, and when it is dropped.

use crate::forms::{body, decoder, entry};
use futures::AsyncReadExt;
use futures::executor::block_on;
use tidegate_async_io::futures::{LimitedStream, Multipart, make_line_iter};

#[test]
fn into_inner_gives_the_source_where_the_reading_is() {
    let body = body(&[entry("a", None, b"0123456789")]);
    let head = body.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    for read in 0..=10 {
        let mut multipart = Multipart::new(&body[..], decoder());
        let mut part = block_on(multipart.next_part()).unwrap().unwrap();
        block_on(part.read_exact(&mut vec![0; read])).unwrap();
        assert_eq!(multipart.into_inner(), &body[head + read..], "{read}");
    }
}

#[test]
fn what_was_handed_out_is_gone_where_somebody_leaves() {
    let body = body(&[entry("a", None, b"0123456789")]);
    let head = body.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    let mut source = &body[..];
    let mut multipart = Multipart::new(&mut source, decoder());
    let mut part = block_on(multipart.next_part()).unwrap().unwrap();
    block_on(part.read_exact(&mut [0; 4])).unwrap();
    drop(multipart);
    assert_eq!(source, &body[head + 4..]);

    let mut source = &b"one\ntwo\n"[..];
    let mut lines = make_line_iter(&mut source);
    assert!(block_on(lines.next_line()).is_some());
    drop(lines);
    assert_eq!(source, b"two\n");
}

#[test]
fn get_mut_passes_over_what_nobody_reads_any_more() {
    let body = body(&[entry("a", None, b"0123456789"), entry("b", None, b"next")]);
    for capacity in [1, 3, 60, 1000] {
        let reader = futures::io::BufReader::with_capacity(capacity, &body[..]);
        let mut multipart = Multipart::new(reader, decoder());
        let mut part = block_on(multipart.next_part()).unwrap().unwrap();
        block_on(part.read_exact(&mut [0; 4])).unwrap();
        // To look does no harm, however often.
        multipart.get_mut();
        multipart.get_mut();
        let next = block_on(multipart.next_part()).unwrap().unwrap();
        assert_eq!(block_on(next.text(4)).unwrap(), "next", "{capacity}");
    }
}

#[test]
fn what_follows_a_limited_body_is_untouched() {
    let body = body(&[entry("a", None, b"0123456789")]);
    let stream = [&body[..], b"GET / HTTP/1.1\r\n"].concat();
    for capacity in [1, 10, 64, 1000] {
        let mut connection = futures::io::BufReader::with_capacity(capacity, &stream[..]);
        let limited = LimitedStream::exact(&mut connection, body.len() as u64);
        let mut multipart = Multipart::new(limited, decoder());
        while block_on(multipart.next_part()).unwrap().is_some() {}
        drop(multipart);
        let mut rest = Vec::new();
        block_on(connection.read_to_end(&mut rest)).unwrap();
        assert_eq!(rest, b"GET / HTTP/1.1\r\n");
    }
}

#[test]
fn a_part_and_a_body_can_be_shown() {
    let body = body(&[entry("name", None, b"data")]);
    let mut multipart = Multipart::new(&body[..], decoder());
    assert!(format!("{multipart:?}").starts_with("Multipart { source: ["));
    let part = block_on(multipart.next_part()).unwrap().unwrap();
    assert!(format!("{part:?}").starts_with("Part { head: Head {"));
}

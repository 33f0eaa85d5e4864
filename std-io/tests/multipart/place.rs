//! Where the reader is: `get_ref`, `get_mut`, `into_inner`.

use super::forms::{body, entry, multipart};
use std::io::{BufRead, BufReader, Read};

#[test]
fn into_inner_gives_the_reader_where_the_reading_is() {
    let body = body(&[entry("a", None, b"0123456789")]);
    let head = body.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    for read in 0..=10 {
        for shown in [false, true] {
            let mut multipart = multipart(&body[..]);
            let mut part = multipart.next_part().unwrap().unwrap();
            part.read_exact(&mut vec![0; read]).unwrap();
            if shown {
                part.fill_buf().unwrap();
            }
            let rest = multipart.into_inner();
            // The delimiter is read once the end of the part was seen.
            let seen = match (read, shown) {
                (10, true) => b"\r\n--b0--".len(),
                _ => 0,
            };
            assert_eq!(rest, &body[head + read + seen..], "{read}, {shown}");
        }
    }
}

#[test]
fn get_mut_passes_over_what_nobody_reads_any_more() {
    let body = body(&[entry("a", None, b"0123456789"), entry("b", None, b"next")]);
    for capacity in [1, 3, 60, 1000] {
        let mut multipart = multipart(BufReader::with_capacity(capacity, &body[..]));
        let mut part = multipart.next_part().unwrap().unwrap();
        part.read_exact(&mut [0; 4]).unwrap();
        part.fill_buf().unwrap();
        assert!(multipart.get_ref().capacity() == capacity);
        // To look does no harm, however often.
        multipart.get_mut();
        multipart.get_mut().fill_buf().unwrap();
        let next = multipart.next_part().unwrap().unwrap();
        assert_eq!(next.text(4).unwrap(), "next", "{capacity}");
    }
}

#[test]
fn a_part_and_a_body_can_be_shown() {
    let body = body(&[entry("name", None, b"data")]);
    let mut multipart = multipart(&body[..]);
    assert!(format!("{multipart:?}").starts_with("Multipart { reader: ["));
    let part = multipart.next_part().unwrap().unwrap();
    assert!(format!("{part:?}").starts_with("Part { head: Head {"));
}

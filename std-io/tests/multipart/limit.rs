//! The limit of a part, set wherever its data lie.

use super::forms::{body, entry, multipart};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use tidegate_std_io::{At, DecodeFault, FaultClass, fault_class};

const DATA: &[u8] = b"0123456789\r\n--b\r\n\rabcdefghij";

/// All places to set it, behind bytes that were read and with bytes shown.
#[test]
fn so_many_more_bytes_come_and_not_one_more() {
    let body = body(&[entry("a", Some("f"), DATA), entry("b", None, b"next")]);
    let head = body.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    for capacity in [1, 2, 5, 13, head, head + 10, head + 12, 1000] {
        for read in 0..=DATA.len() {
            for shown in [false, true] {
                for max in 0..=DATA.len() + 2 {
                    let name = format!("{capacity}, {read}, {shown}, {max}");
                    let reader = BufReader::with_capacity(capacity, &body[..]);
                    let mut multipart = multipart(reader);
                    let mut part = multipart.next_part().unwrap().unwrap();
                    part.read_exact(&mut vec![0; read]).unwrap();
                    if shown {
                        part.fill_buf().unwrap();
                    }
                    // The delimiter is behind it once the end of the part was seen.
                    let delimiter = match shown && read == DATA.len() {
                        true => b"\r\n--b0\r\n".len(),
                        false => 0,
                    };
                    let position = (head + read + delimiter) as u64;
                    assert_eq!(part.position(), position, "{name}");
                    part.limit(max as u64);
                    assert_eq!(part.position(), position, "{name}");
                    let mut got = Vec::new();
                    let result = part.copy_to(&mut got);
                    let rest = &DATA[read..];
                    assert_eq!(got, rest[..max.min(rest.len())], "{name}");
                    if max >= rest.len() {
                        assert_eq!(result.unwrap(), rest.len() as u64);
                        let next = multipart.next_part().unwrap().unwrap();
                        assert_eq!(next.text(4).unwrap(), "next");
                        continue;
                    }
                    let again = part.read(&mut [0; 3]);
                    let next = multipart.next_part().map(drop);
                    for error in [result.map(drop), again.map(drop), next] {
                        let error = error.unwrap_err();
                        let at: &At<DecodeFault> = error.get_ref().unwrap().downcast_ref().unwrap();
                        assert_eq!(at.fault, DecodeFault::PartTooLong { max: max as u64 });
                        assert_eq!(at.offset, (head + read + max) as u64, "{name}");
                        assert_eq!(fault_class(&error), Some(FaultClass::TooLarge));
                        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
                    }
                }
            }
        }
    }
}

#[test]
fn bytes_and_text_are_never_more_than_allowed() {
    let body = body(&[entry("a", None, b"12345")]);
    for max in 0..8 {
        for shown in [false, true] {
            for by_text in [false, true] {
                let mut multipart = multipart(&body[..]);
                let mut part = multipart.next_part().unwrap().unwrap();
                if shown {
                    part.fill_buf().unwrap();
                }
                let got = match by_text {
                    true => part.text(max).map(String::into_bytes),
                    false => part.bytes(max),
                };
                match max {
                    0..5 => assert_eq!(got.unwrap_err().kind(), ErrorKind::FileTooLarge),
                    _ => assert_eq!(got.unwrap(), b"12345"),
                }
            }
        }
    }
}

/// The lowest counts, whichever was said first, and only for this part.
#[test]
fn a_limit_is_never_raised() {
    let body = body(&[entry("a", None, b"12345"), entry("b", None, b"12345")]);
    // Bytes that were shown may already be more than the first allows.
    for (first, second) in [(3, 9), (9, 3), (4, 3), (3, 4)] {
        for shown in [false, true] {
            let mut multipart = multipart(&body[..]);
            let mut part = multipart.next_part().unwrap().unwrap();
            let start = part.position();
            if shown {
                part.fill_buf().unwrap();
            }
            part.limit(first);
            part.limit(second);
            assert_eq!(part.position(), start);
            let mut got = Vec::new();
            let error = part.copy_to(&mut got).unwrap_err();
            assert_eq!(got, b"123", "{first}, {second}, {shown}");
            let at: &At<DecodeFault> = error.get_ref().unwrap().downcast_ref().unwrap();
            assert_eq!(at.fault, DecodeFault::PartTooLong { max: 3 });
            assert_eq!(at.offset, start + 3);
        }
    }
    let mut multipart = multipart(&body[..]);
    let mut part = multipart.next_part().unwrap().unwrap();
    part.limit(5);
    // A part that is over takes no limit into the next one.
    part.copy_to(&mut Vec::new()).unwrap();
    part.limit(0);
    let next = multipart.next_part().unwrap().unwrap();
    assert_eq!(next.bytes(5).unwrap(), b"12345");
}

#[test]
fn what_is_no_utf8_is_no_text() {
    let body = body(&[entry("a", None, b"\xFF"), entry("b", None, b"ok")]);
    let mut multipart = multipart(&body[..]);
    let error = multipart.next_part().unwrap().unwrap().text(9).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.get_ref().unwrap().is::<std::string::FromUtf8Error>());
    // It is no fault of the body.
    let next = multipart.next_part().unwrap().unwrap();
    assert_eq!(next.text(2).unwrap(), "ok");
}

//! What fails stays so: no end of a part or a body behind a fault or an error.

use super::forms::{Entry, body, entry, hard_entries, multipart};
use super::ways::{WHOLE, Way, read_all};
use crate::common::readers::Cut;
use std::io::{self, BufReader, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tidegate_std_io::{At, DecodeFault, FaultClass, fault_class};

/// Nothing was read that is not there.
fn assert_start(read: &[Entry], whole: &[Entry]) {
    for (n, (read, whole)) in read.iter().zip(whole).enumerate() {
        assert_eq!((&read.0, &read.1), (&whole.0, &whole.1), "{n}");
        // The start of a delimiter is data, where nothing follows it.
        let data = [&whole.2[..], b"\r\n--b0--"].concat();
        assert!(data.starts_with(&read.2), "{n}");
    }
    assert!(read.len() <= whole.len());
}

#[test]
fn a_body_cut_anywhere_is_truncated() {
    let entries = hard_entries();
    let body = body(&entries);
    let complete = body.len() - b"\r\n".len();
    for way in WHOLE {
        for end in 0..complete {
            for capacity in [1, 20, 1000] {
                let mut multipart = multipart(BufReader::with_capacity(capacity, &body[..end]));
                let (read, result) = read_all(&mut multipart, way);
                assert_start(&read, &entries);
                for error in [result, multipart.next_part().map(drop)].map(Result::unwrap_err) {
                    let at: &At<DecodeFault> = error.get_ref().unwrap().downcast_ref().unwrap();
                    assert_eq!((at.fault, at.offset), (DecodeFault::Truncated, end as u64));
                    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
                    assert_eq!(fault_class(&error), Some(FaultClass::Truncated));
                }
            }
        }
        for end in [complete, complete + 2] {
            let (read, result) = read_all(&mut multipart(&body[..end]), way);
            assert_eq!(read, entries);
            result.unwrap();
        }
    }
}

#[test]
fn an_error_of_the_reader_is_passed_on_and_no_end() {
    let entries = hard_entries();
    let body = body(&entries);
    for way in WHOLE {
        for after in 0..=body.len() {
            for capacity in [1, 20] {
                let cut = Cut::new(&body[..], after, ErrorKind::ConnectionReset);
                let mut multipart = multipart(BufReader::with_capacity(capacity, cut));
                let (read, result) = read_all(&mut multipart, way);
                assert_start(&read, &entries);
                assert_eq!(result.unwrap_err().kind(), ErrorKind::ConnectionReset);
                let again = multipart.next_part().map(drop).unwrap_err();
                assert_eq!(again.kind(), ErrorKind::ConnectionReset);
            }
        }
    }
}

#[test]
fn a_fault_comes_behind_what_is_good_and_again() {
    let junk = b"--b0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc\r\n--b0junk";
    for way in WHOLE {
        for capacity in 1..junk.len() + 1 {
            let mut multipart = multipart(BufReader::with_capacity(capacity, &junk[..]));
            let (read, result) = read_all(&mut multipart, way);
            assert_eq!(read, [entry("a", None, b"abc")], "{way:?}");
            for error in [result, multipart.next_part().map(drop)].map(Result::unwrap_err) {
                let at: &At<DecodeFault> = error.get_ref().unwrap().downcast_ref().unwrap();
                assert_eq!(
                    (at.fault, at.offset),
                    (DecodeFault::MalformedDelimiter, junk.len() as u64 - 4)
                );
            }
        }
    }
}

/// A part that nobody reads is held to the limits all the same.
#[test]
fn what_is_passed_over_is_checked() {
    let junk = b"--b0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc\r\n--b0junk";
    let mut multipart = multipart(&junk[..]);
    assert!(multipart.next_part().unwrap().is_some());
    assert_eq!(
        multipart.next_part().unwrap_err().kind(),
        ErrorKind::InvalidData
    );
    let (entries, _) = read_all(&mut multipart, Way::CopyTo);
    assert!(entries.is_empty());
}

/// Takes a byte, and then has no room for once.
struct Narrow(Vec<u8>, bool);

impl Write for Narrow {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.1 = !self.1;
        match self.1 {
            true => {
                self.0.push(buf[0]);
                Ok(1)
            }
            false => Err(ErrorKind::WouldBlock.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What it took before it had no room is not written again.
#[test]
fn a_writer_that_does_not_block_gets_each_byte_once() {
    let body = body(&[entry("a", None, b"0123456789")]);
    for capacity in [1, 20, 1000] {
        let mut multipart = multipart(BufReader::with_capacity(capacity, &body[..]));
        let mut part = multipart.next_part().unwrap().unwrap();
        let mut narrow = Narrow(Vec::new(), false);
        let mut waits = 0;
        while let Err(error) = part.copy_to(&mut narrow) {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            waits += 1;
            assert!(waits <= 10);
        }
        assert_eq!(narrow.0, b"0123456789");
    }
}

/// A broken contract of the caller, and the only panic there is.
#[test]
fn to_consume_more_than_was_shown_panics() {
    use std::io::BufRead;
    let body = body(&hard_entries());
    for shown in [false, true] {
        let mut multipart = multipart(&body[..]);
        let mut part = multipart.next_part().unwrap().unwrap();
        if shown {
            assert_eq!(part.fill_buf().unwrap(), b"one");
        }
        let work = AssertUnwindSafe(|| part.consume(4));
        assert!(catch_unwind(work).is_err());
    }
}

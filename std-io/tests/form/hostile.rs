//! Readers that lie and fail, writers that take little, wait and fail, and
//! boundaries that occur: an error that names the part, and never a body that
//! looks whole.

use crate::common::readers::{Cut, Stutter};
use crate::{form, read_until, written};
use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tidegate_std_io::{Boundary, FileSink, Form, FormBody, FormError, FormFault, PartBody};

const END: &[u8] = b"--b--\r\n";

fn fault(error: &io::Error) -> FormFault {
    let error = error
        .get_ref()
        .and_then(|error| error.downcast_ref::<FormError>());
    error.unwrap().fault()
}

/// What was written before it failed, and the error; the same by reading.
fn cut(make: impl Fn() -> FormBody<'static>) -> (Vec<u8>, io::Error) {
    let mut bytes = Vec::new();
    let mut body = make();
    let error = body.write_to(&mut bytes).unwrap_err();
    let again = body.write_to(&mut Vec::new()).unwrap_err();
    assert_eq!(body.read(&mut [0; 9]).unwrap_err().kind(), again.kind());
    for size in [1, 7, 100_000] {
        let mut body = make();
        let mut read = Vec::new();
        let mut buf = vec![0; size];
        let end = loop {
            match body.read(&mut buf) {
                Ok(0) => panic!("a clean end"),
                Ok(some) => read.extend_from_slice(&buf[..some]),
                Err(error) => break error,
            }
        };
        assert_eq!(
            (end.kind(), &read),
            (error.kind(), &bytes),
            "read by {size}"
        );
        for _ in 0..3 {
            assert!(body.read(&mut buf).is_err(), "an error stays");
        }
    }
    assert!(!bytes.windows(END.len()).any(|window| window == END));
    (bytes, error)
}

/// A part that lies between two that do not.
fn between(liar: impl Fn() -> PartBody<'static>) -> FormBody<'static> {
    let mut form = form();
    form.text("before", "1")
        .bytes("liar \"", liar())
        .text("behind", "2");
    form.finish().unwrap()
}

#[test]
fn a_part_that_lies_about_its_length_is_named() {
    for (bytes, promised) in [
        ("", 1),
        ("abc", 4),
        ("abc", u64::MAX >> 1),
        ("a", 0),
        ("abc", 2),
    ] {
        let (sent, error) =
            cut(|| between(|| PartBody::reader(bytes.as_bytes()).with_len(promised)));
        let received = bytes.len() as u64;
        let (kind, expected) = match received < promised {
            true => (
                ErrorKind::UnexpectedEof,
                FormFault::Short {
                    part: 1,
                    promised,
                    received,
                },
            ),
            false => (
                ErrorKind::InvalidData,
                FormFault::Long { part: 1, promised },
            ),
        };
        assert_eq!((error.kind(), fault(&error)), (kind, expected));
        assert!(error.to_string().ends_with(": \"liar %22\""), "{error}");
        let whole = &bytes[..bytes.len().min(promised as usize)];
        assert!(
            sent.ends_with(format!("\r\n\r\n{whole}").as_bytes()),
            "nothing more is sent"
        );
    }
}

#[test]
fn a_file_that_has_shrunk_is_named_and_one_that_has_grown_is_cut() {
    for (then, short) in [("ab", true), ("abcdefgh", false), ("abcd", false)] {
        let made = || {
            let file = crate::file("abcd");
            let body = between(|| PartBody::open(file.path()).unwrap());
            std::fs::write(file.path(), then).unwrap();
            body
        };
        if short {
            let (_, error) = cut(made);
            let expected = FormFault::Short {
                part: 1,
                promised: 4,
                received: 2,
            };
            assert_eq!(fault(&error), expected);
        } else {
            assert!(
                written(made())
                    .windows(8)
                    .any(|window| window == b"abcd\r\n--")
            );
        }
    }
}

#[test]
fn a_reader_that_fails_is_over_even_if_it_goes_on() {
    /// Fails once, and then says its end.
    struct Once(bool);
    impl Read for Once {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            match std::mem::replace(&mut self.0, true) {
                false => Err(ErrorKind::ConnectionReset.into()),
                true => Ok(0),
            }
        }
    }
    let (_, error) = cut(|| between(|| PartBody::reader(Once(false))));
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let mut body = between(|| PartBody::reader(Once(false)));
    let _ = body.write_to(&mut Vec::new()).unwrap_err();
    let error = body.write_to(&mut Vec::new()).unwrap_err();
    assert_eq!(fault(&error), FormFault::Failed { part: 1 });

    for after in [1, 3, 1000] {
        let bytes = &[b'x'; 2000][..];
        let (sent, error) = cut(|| {
            between(|| {
                PartBody::reader(Cut::new(
                    bytes.take(after),
                    after as usize,
                    ErrorKind::BrokenPipe,
                ))
                .with_len(2000)
            })
        });
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert!(sent.ends_with(&[b"\r\n\r\n", &bytes[..after as usize]].concat()));
    }
    // One that cannot be made.
    let missing =
        || PartBody::reopened(|| io::Result::<io::Empty>::Err(ErrorKind::NotFound.into()));
    assert_eq!(cut(|| between(missing)).1.kind(), ErrorKind::NotFound);
}

#[test]
fn a_reader_that_says_more_than_there_is_room_for_is_an_error() {
    struct Boaster;
    impl Read for Boaster {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            Ok(buf.len() + 1)
        }
    }
    let (_, error) = cut(|| between(|| PartBody::reader(Boaster).with_len(100)));
    assert_eq!(error.kind(), ErrorKind::InvalidData);
}

#[test]
fn a_reader_that_stutters_loses_nothing() {
    let value = b"0123456789".repeat(10);
    let make = || {
        let value: &[u8] = Vec::leak(value.clone());
        between(|| PartBody::reader(Stutter::new(value)).with_len(100))
    };
    let mut plain = form();
    plain
        .text("before", "1")
        .bytes("liar \"", &value[..])
        .text("behind", "2");
    let expected = written(plain.finish().unwrap());
    let (mut body, mut bytes, mut waits) = (make(), Vec::new(), 0);
    while let Err(error) = body.write_to(&mut bytes) {
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        waits += 1;
    }
    assert_eq!(bytes, expected);
    assert!(waits > 30);
    let (mut body, mut bytes, mut buf) = (make(), Vec::new(), [0; 11]);
    loop {
        match body.read(&mut buf) {
            Ok(0) => break,
            Ok(read) => bytes.extend_from_slice(&buf[..read]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    assert_eq!(bytes, expected);
}

/// Interrupts, waits, takes one byte; and fails for good behind so many.
struct Sullen {
    written: Vec<u8>,
    turn: usize,
    fails_after: usize,
}

impl Write for Sullen {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.written.len() == self.fails_after {
            return Err(ErrorKind::BrokenPipe.into());
        }
        match self.turn % 3 {
            1 => Err(ErrorKind::Interrupted.into()),
            2 => Err(ErrorKind::WouldBlock.into()),
            _ => {
                self.written.push(buf[0]);
                Ok(1)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_at_any_byte_has_all_that_was_before() {
    let file = crate::file("from a file");
    let make = || {
        let mut form = form();
        form.text("a", "1")
            .bytes("b", vec![b'x'; 600])
            .reader_with_len("c", &b"read"[..], 4)
            .bytes("d", PartBody::open(file.path()).unwrap());
        form.finish().unwrap()
    };
    let expected = written(make());
    for fails_after in 0..expected.len() {
        let mut body = make();
        let mut writer = Sullen {
            written: Vec::new(),
            turn: 0,
            fails_after,
        };
        let error = loop {
            let error = body.write_to(&mut writer).unwrap_err();
            if error.kind() != ErrorKind::WouldBlock {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert_eq!(writer.written, expected[..fails_after]);
        assert_eq!(body.position(), fails_after as u64);
        assert_eq!(
            body.content_length(),
            Some((expected.len() - fails_after) as u64)
        );
        // Nothing is lost: another writer gets the rest.
        body.write_to(&mut writer.written).unwrap();
        assert_eq!(writer.written, expected);
    }
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Ok(0)
        }
        fn write_vectored(&mut self, _: &[IoSlice<'_>]) -> io::Result<usize> {
            Ok(0)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    assert_eq!(
        make().write_to(&mut Full).unwrap_err().kind(),
        ErrorKind::WriteZero
    );
}

/// Says that it took a byte more than it was given.
struct Greedy;

impl Write for Greedy {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        Ok(buf.len() + 1)
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        Ok(bufs.iter().map(|buf| buf.len()).sum::<usize>() + 1)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Greedy {
    fn send_file(&mut self, _: &File, _: Option<u64>, most: usize) -> Option<io::Result<usize>> {
        Some(Ok(most + 1))
    }
}

#[test]
fn a_writer_that_says_more_than_it_was_given_is_an_error() {
    const HEAD_END: &str = "name=\"liar %22\"\r\n\r\n";

    let file = crate::file("from a file");
    for value in [
        || PartBody::from("in memory"),
        || PartBody::reader(&b"read"[..]),
    ] {
        let mut body = between(value);
        let error = body.write_to(&mut Greedy).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        read_until(&mut body, HEAD_END);
        let error = body.write_to(&mut Greedy).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }
    let mut body = between(|| PartBody::open(file.path()).unwrap());
    read_until(&mut body, HEAD_END);
    let error = body.send_to(&mut Greedy).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    // Where the file stands nobody knows any more.
    let error = body.write_to(&mut Vec::new()).unwrap_err();
    assert_eq!(fault(&error), FormFault::Failed { part: 1 });
}

#[test]
fn what_was_read_is_lost_if_the_callback_panics_and_that_is_said() {
    let mut form = form();
    form.text("a", "1").text("b", "2");
    form.on_progress(|progress| {
        if progress.sent == 20 {
            panic!("the callback");
        }
    });
    let mut body = form.finish().unwrap();
    let (mut first, mut second) = ([0; 10], [0; 10]);
    assert_eq!(body.read(&mut first).unwrap(), 10);
    let panicked = catch_unwind(AssertUnwindSafe(|| body.read(&mut second)));
    assert!(panicked.is_err());
    assert_eq!(
        fault(&body.read(&mut second).unwrap_err()),
        FormFault::Failed { part: 0 }
    );
    assert!(body.write_to(&mut Vec::new()).is_err());
    body.rewind().unwrap();
    assert_eq!(body.read(&mut first).unwrap(), 10);
}

#[test]
fn a_given_boundary_that_occurs_is_refused_before_the_first_byte() {
    let large = [&[b'x'; 5000][..], b"\r\n--b"].concat();
    for value in [&b"--b"[..], b"x--bx", &large] {
        let mut form = form();
        form.text("fine", "b").bytes("n", value);
        assert_eq!(form.check_boundary().unwrap_err().name(), Some("n"));
        let error = form.finish().unwrap_err();
        assert_eq!(error.fault(), FormFault::BoundaryInPart { part: 1 });
        let error = io::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), "the boundary occurs in part 1: \"n\"");
    }
    // A random one is looked for if somebody asks.
    let mut form = Form::new().unwrap();
    let value = format!("x\r\n--{}--\r\n", form.boundary().as_str());
    form.text("a", "").text("n", value);
    assert_eq!(form.check_boundary().unwrap_err().name(), Some("n"));
    assert!(form.finish().is_ok());
    // What only looks like it is not.
    let mut form = Form::with_boundary(Boundary::new("bound").unwrap());
    form.text("a", "--boun")
        .text("b", "-bound")
        .text("c", "--\r\nbound\r\n--");
    assert!(form.finish().is_ok());
}

#[test]
fn a_length_that_does_not_fit_is_refused_before_the_first_byte() {
    let mut form = form();
    form.reader_with_len("a", io::empty(), u64::MAX);
    assert_eq!(form.content_length(), None);
    assert_eq!(form.finish().unwrap_err().fault(), FormFault::TooLong);
}

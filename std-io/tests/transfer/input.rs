//! `InputStream` over hostile readers: content, trailers, what is left in the
//! connection, faults and their places.

use crate::bodies::{BEHIND, BODIES, Body, Ended, WAYS, Way, ask, is_mood, read_all, trailers};
use crate::common;
use crate::common::readers::{AfterEof, Cut, Drip, Moody, Shrinks, Stutter};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::time::Duration;
use tidegate_std_io::{
    At, BodyKind, Budget, ChunkedDecoder, ChunkedFault, Drained, InputLimits, InputStream,
    LimitFault, input_stream, make_line_iter,
};

fn capacities() -> impl Iterator<Item = usize> {
    (1..=12).chain([16, 31, 64, 4096])
}

fn stream<R: BufRead>(reader: R, kind: BodyKind) -> InputStream<R> {
    input_stream(reader, kind, InputLimits::new()).unwrap()
}

fn every_case(mut each: impl FnMut(&Body, usize, Way)) {
    for body in BODIES {
        for capacity in capacities() {
            for way in WAYS {
                each(body, capacity, way);
            }
        }
    }
}

/// What is read of a body, and what is left behind it.
fn check<R: BufRead>(
    mut reader: R,
    body: &Body,
    way: Way,
    name: &str,
    rest: impl FnOnce(R) -> Vec<u8>,
) {
    let mut input = stream(&mut reader, body.kind);
    let (content, end) = read_all(&mut input, way);
    assert_eq!((&content[..], end), (body.content, Ok(())), "{name}");
    let expected: Vec<_> = body
        .trailers
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(trailers(&input), expected, "{name}");
    assert!(input.may_reuse_connection(), "{name}");
    drop(input);
    assert_eq!(
        rest(reader).escape_ascii().to_string(),
        BEHIND.escape_ascii().to_string(),
        "{name}"
    );
}

/// What is left of a buffered connection.
fn left<R: Read>(mut reader: BufReader<R>) -> Vec<u8> {
    let mut rest = reader.buffer().to_vec();
    loop {
        match reader.get_mut().read_to_end(&mut rest) {
            Ok(_) => return rest,
            Err(error) => assert!(is_mood(&error)),
        }
    }
}

#[test]
fn whole() {
    every_case(|body, capacity, way| {
        let name = format!("{body:?}, {capacity}, {way:?}");
        let input = [body.bytes, BEHIND].concat();
        check(
            BufReader::with_capacity(capacity, &input[..]),
            body,
            way,
            &name,
            left,
        );
        check(&input[..], body, way, &name, <[u8]>::to_vec);
    });
}

#[test]
fn drip() {
    every_case(|body, capacity, way| {
        let name = format!("{body:?}, {capacity}, {way:?}");
        let input = [body.bytes, BEHIND].concat();
        let reader = BufReader::with_capacity(capacity, Drip::new(&input[..]));
        check(reader, body, way, &name, left);
    });
}

#[test]
fn stutter() {
    every_case(|body, capacity, way| {
        let name = format!("{body:?}, {capacity}, {way:?}");
        let input = [body.bytes, BEHIND].concat();
        let reader = BufReader::with_capacity(capacity, Stutter::new(&input[..]));
        check(reader, body, way, &name, left);
    });
}

/// A look may fail though there are bytes in hand.
#[test]
fn moody() {
    let kinds = [
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::TimedOut,
    ];
    for kind in kinds {
        for patience in 3..7 {
            every_case(|body, capacity, way| {
                let name = format!("{body:?}, {kind}, every {patience}, {capacity}, {way:?}");
                let input = [body.bytes, BEHIND].concat();
                let reader = BufReader::with_capacity(capacity, &input[..]);
                check(
                    Moody::new(reader, kind, patience),
                    body,
                    way,
                    &name,
                    |reader| left(reader.inner),
                );
            });
        }
    }
}

/// Gives the bytes of a body, so many a read, and must not be asked for one
/// more: on a connection that is kept open, that waits for ever.
struct Patient {
    body: &'static [u8],
    most: usize,
}

impl Read for Patient {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        assert!(!self.body.is_empty(), "asked behind the end of the body");
        let most = buf.len().min(self.most);
        self.body.read(&mut buf[..most])
    }
}

#[test]
fn the_connection_is_not_read_behind_the_end() {
    every_case(|body, capacity, way| {
        for most in [1, 3, usize::MAX] {
            let bytes = body.bytes;
            let reader = BufReader::with_capacity(capacity, Patient { body: bytes, most });
            let mut input = stream(reader, body.kind);
            let (content, end) = read_all(&mut input, way);
            assert_eq!((&content[..], end), (body.content, Ok(())));
            assert!(input.may_reuse_connection());
            let all = Budget {
                bytes: 9,
                time: Duration::MAX,
            };
            assert_eq!(input.drain(all).unwrap(), Drained::All(0));
            assert_eq!(
                left_of(input.into_inner()),
                b"",
                "{body:?}, {capacity}, {way:?}"
            );
        }
    });
}

fn left_of(reader: BufReader<Patient>) -> Vec<u8> {
    [reader.buffer(), reader.get_ref().body].concat()
}

/// An end anywhere before the last byte is an error, with all that came before
/// it, and again; and nobody asks a reader that has ended.
#[test]
fn cut_short_anywhere() {
    for body in BODIES {
        for cut in 0..body.bytes.len() {
            for capacity in [1, 2, 5, 64] {
                for way in WAYS {
                    let name = format!("{body:?}, {cut}, {capacity}, {way:?}");
                    let reader = AfterEof::new(&body.bytes[..cut]);
                    let mut input = stream(BufReader::with_capacity(capacity, reader), body.kind);
                    let (content, end) = read_all(&mut input, way);
                    assert!(body.content.starts_with(&content), "{name}");
                    let expected = match body.kind {
                        BodyKind::Length(length) => {
                            assert_eq!(content.len(), cut, "{name}");
                            Ended::Limit(At {
                                offset: cut as u64,
                                fault: LimitFault::Disconnected {
                                    expected: length,
                                    received: cut as u64,
                                },
                            })
                        }
                        _ => Ended::Framing(At {
                            offset: cut as u64,
                            fault: ChunkedFault::Truncated,
                        }),
                    };
                    assert_eq!(end, Err(expected), "{name}");
                    assert!(!input.may_reuse_connection(), "{name}");
                }
            }
        }
    }
}

/// An error of the reader is passed on as it is; what came before it was handed
/// out.
#[test]
fn cut_by_an_error_anywhere() {
    for body in BODIES {
        for cut in 0..body.bytes.len() {
            for capacity in [1, 2, 5, 64] {
                for way in WAYS {
                    let name = format!("{body:?}, {cut}, {capacity}, {way:?}");
                    let reader = Cut::new(&body.bytes[..cut], cut, ErrorKind::ConnectionReset);
                    let mut input = stream(BufReader::with_capacity(capacity, reader), body.kind);
                    let (content, end) = read_all(&mut input, way);
                    assert!(body.content.starts_with(&content), "{name}");
                    let whole = stream(&body.bytes[..cut], body.kind);
                    assert_eq!(content, readable(whole), "{name}");
                    assert_eq!(
                        end,
                        Err(Ended::Reader(ErrorKind::ConnectionReset)),
                        "{name}"
                    );
                    assert!(!input.may_reuse_connection(), "{name}");
                }
            }
        }
    }
}

/// All the content before an error.
fn readable(mut stream: InputStream<&[u8]>) -> Vec<u8> {
    let mut content = Vec::new();
    let _ = stream.read_to_end(&mut content);
    content
}

/// After an error of the reader that passes, reading goes on where it was.
#[test]
fn resumed_anywhere() {
    for body in BODIES {
        for cut in 0..body.bytes.len() {
            for way in WAYS {
                let input = [body.bytes, BEHIND].concat();
                let (head, tail) = input.split_at(cut);
                let reader =
                    BufReader::with_capacity(64, Cut::new(head, cut.max(1), ErrorKind::WouldBlock));
                // The first fails from its end on, and then the second is there.
                let reader = Resumed {
                    first: reader,
                    second: tail,
                    failed: cut == 0,
                };
                let name = format!("{body:?}, {cut}, {way:?}");
                check(reader, body, way, &name, |reader| {
                    [reader.first.buffer(), reader.second].concat()
                });
            }
        }
    }
}

/// One reader until it fails, and then another.
struct Resumed<'a> {
    first: BufReader<Cut<&'a [u8]>>,
    second: &'a [u8],
    failed: bool,
}

impl Read for Resumed<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Resumed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.failed {
            return Ok(self.second);
        }
        let outcome = self.first.fill_buf();
        self.failed = outcome.is_err();
        outcome
    }

    fn consume(&mut self, amount: usize) {
        match self.failed {
            true => self.second.consume(amount),
            false => self.first.consume(amount),
        }
    }
}

/// Which breaks the contract of `BufRead`: errors are allowed and less content,
/// but no panic, and no consuming of what was not shown.
#[test]
fn shrinks_is_an_error_and_never_a_panic() {
    for body in BODIES {
        for by in 1..=body.bytes.len() {
            for way in [Way::Consume(1), Way::Consume(3), Way::Read(2)] {
                let mut input = stream(Shrinks::new(body.bytes, by), body.kind);
                let mut content = Vec::new();
                for _ in 0..50 {
                    let _ = ask(&mut input, way, &mut content);
                    assert!(content.len() <= body.bytes.len());
                }
            }
        }
    }
}

/// What is wrong, where, and what is good before it.
#[rustfmt::skip]
const WRONG: &[(&str, &str, u64, ChunkedFault)] = &[
    ("\r\n", "", 0, ChunkedFault::EmptySize),
    ("+5\r\nhello\r\n", "", 0, ChunkedFault::MalformedSize),
    ("0x5\r\nhello\r\n", "", 1, ChunkedFault::MalformedSize),
    ("5 \r\nhello\r\n", "", 2, ChunkedFault::TrailingBlank),
    ("5;\nhello\r\n", "", 2, ChunkedFault::BareLf),
    ("5;a=\"\r\n", "", 5, ChunkedFault::MalformedExtension),
    ("f0000000000000003\r\n", "", 16, ChunkedFault::SizeTooLong),
    ("3\r\nxxx__1a\r\n", "xxx", 6, ChunkedFault::UnterminatedData),
    ("3\r\nxxx\r_1a\r\n", "xxx", 7, ChunkedFault::UnterminatedData),
    ("1\r\nx\r\n1\r\ny\r\nz", "xy", 12, ChunkedFault::MalformedSize),
    ("1\r\nx\r\n0\r\n\r\r\n", "x", 10, ChunkedFault::BareCr),
    ("1\r\nx\r\n0\r\n\n", "x", 9, ChunkedFault::BareLf),
    ("1\r\nx\r\n0\r\na : b\r\n\r\n", "x", 10, ChunkedFault::MalformedTrailer),
    ("1\r\nx\r\n0\r\na: b\r\n c\r\n\r\n", "x", 15, ChunkedFault::MalformedTrailer),
];

#[test]
fn broken_framing_is_refused_at_its_byte() {
    for &(bytes, good, offset, fault) in WRONG {
        for capacity in capacities() {
            for way in WAYS {
                let name = format!("{bytes:?}, {capacity}, {way:?}");
                let reader = Stutter::new(AfterEof::new(bytes.as_bytes()));
                let reader = BufReader::with_capacity(capacity, reader);
                let mut input = stream(reader, BodyKind::Chunked);
                let (content, end) = read_all(&mut input, way);
                assert_eq!(content, good.as_bytes(), "{name}");
                assert_eq!(end, Err(Ended::Framing(At { offset, fault })), "{name}");
                assert!(!input.may_reuse_connection(), "{name}");
            }
        }
    }
}

/// The kinds by which a server answers.
#[test]
fn errors_are_of_a_fitting_kind() {
    let kind_of = |bytes: &'static str, kind, limits: InputLimits| {
        let mut input = input_stream(bytes.as_bytes(), kind, limits).unwrap();
        input.read_to_end(&mut Vec::new()).unwrap_err().kind()
    };
    let limits = || InputLimits::new().max_length(3);
    let tight = || limits().decoder(ChunkedDecoder::new().max_size_line(3).max_trailers(0));
    let chunked = BodyKind::Chunked;
    assert_eq!(
        kind_of("3\r\nab", chunked, limits()),
        ErrorKind::UnexpectedEof
    );
    assert_eq!(
        kind_of("ab", BodyKind::Length(3), limits()),
        ErrorKind::UnexpectedEof
    );
    assert_eq!(
        kind_of("4\r\nabcd\r\n", chunked, limits()),
        ErrorKind::FileTooLarge
    );
    assert_eq!(
        kind_of("abcd", BodyKind::UntilClose, limits()),
        ErrorKind::FileTooLarge
    );
    assert_eq!(kind_of("x", chunked, limits()), ErrorKind::InvalidData);
    assert_eq!(
        kind_of("1;a=b\r\n", chunked, tight()),
        ErrorKind::FileTooLarge
    );
    assert_eq!(
        kind_of("0\r\na: b\r\n\r\n", chunked, tight()),
        ErrorKind::FileTooLarge
    );
}

/// Exactly the maximum passes, and of one byte more all but that.
#[test]
fn the_maximum_is_inclusive() {
    let content = b"hello, world!";
    let full = content.len() as u64;
    for max in 0..=full + 1 {
        for capacity in capacities() {
            for way in WAYS {
                let limits = || InputLimits::new().max_length(max);
                for cut in [1, 3, content.len()] {
                    let mut bytes = Vec::new();
                    for data in content.chunks(cut) {
                        bytes.extend(format!("{:x}\r\n", data.len()).bytes());
                        bytes.extend([data, b"\r\n"].concat());
                    }
                    bytes.extend(b"0\r\na: b\r\n\r\n");
                    bytes.extend(BEHIND);
                    let mut reader = BufReader::with_capacity(capacity, &bytes[..]);
                    let input = input_stream(&mut reader, BodyKind::Chunked, limits()).unwrap();
                    let whole = expect_up_to(max, content, input, way);
                    if whole {
                        assert_eq!(left(reader), BEHIND);
                    }
                }
                let reader = BufReader::with_capacity(capacity, AfterEof::new(&content[..]));
                let input = input_stream(reader, BodyKind::UntilClose, limits()).unwrap();
                expect_up_to(max, content, input, way);

                let reader = BufReader::with_capacity(capacity, &content[..]);
                let announced = input_stream(reader, BodyKind::Length(full), limits());
                match announced {
                    Ok(input) => assert!(expect_up_to(max, content, input, way)),
                    Err(at) => {
                        let fault = LimitFault::TooLarge { limit: max };
                        assert_eq!(at, At { offset: 0, fault });
                        assert!(max < full);
                    }
                }
            }
        }
    }
}

fn expect_up_to<R: BufRead>(max: u64, content: &[u8], mut input: InputStream<R>, way: Way) -> bool {
    let full = content.len() as u64;
    let (found, end) = read_all(&mut input, way);
    assert_eq!(found, content[..max.min(full) as usize]);
    let too_large = At {
        offset: max,
        fault: LimitFault::TooLarge { limit: max },
    };
    let expected = if max < full {
        Err(Ended::Limit(too_large))
    } else {
        Ok(())
    };
    assert_eq!(end, expected);
    assert!(end.is_ok() || !input.may_reuse_connection());
    end.is_ok()
}

/// Until the close there is no next message.
#[test]
fn until_close() {
    for capacity in capacities() {
        for way in WAYS {
            let reader = BufReader::with_capacity(capacity, AfterEof::new(BEHIND));
            let mut input = stream(reader, BodyKind::UntilClose);
            assert_eq!(read_all(&mut input, way), (BEHIND.to_vec(), Ok(())));
            assert!(!input.may_reuse_connection());
            assert_eq!(trailers(&input), []);
        }
    }
}

/// What is said of a body before, while, and after it is read.
#[test]
fn where_it_is() {
    let mut input = stream(
        &b"3\r\nabc\r\n2\r\nde\r\n0\r\na: b\r\n\r\nrest"[..],
        BodyKind::Chunked,
    );
    assert_eq!(
        (input.position(), input.limit(), input.remaining()),
        (0, 16 << 20, 16 << 20)
    );
    assert!(!input.may_reuse_connection());
    assert_eq!(input.fill_buf().unwrap(), b"abc");
    input.consume(0);
    assert_eq!(input.fill_buf().unwrap(), b"abc");
    input.consume(2);
    assert_eq!(input.fill_buf().unwrap(), b"c");
    assert_eq!((input.position(), input.remaining()), (2, (16 << 20) - 2));
    let mut buf = [0; 9];
    assert_eq!(input.read(&mut buf).unwrap(), 1);
    assert_eq!(input.read(&mut buf).unwrap(), 2);
    assert_eq!((input.position(), &buf[..2]), (5, &b"de"[..]));
    // All of the content, and not yet the end.
    assert!(!input.may_reuse_connection());
    assert_eq!(trailers(&input), []);
    assert_eq!(input.read(&mut buf).unwrap(), 0);
    assert!(input.may_reuse_connection());
    assert_eq!(trailers(&input), [("a".to_owned(), "b".to_owned())]);
    assert!(format!("{input:?}").contains("position: 5"));
    assert_eq!(input.into_inner(), b"rest");

    let input = stream(&b"abc"[..], BodyKind::Length(2));
    assert_eq!((input.limit(), input.remaining()), (2, 2));
    assert!(!input.may_reuse_connection());
    assert_eq!(input.get_ref(), b"abc");
    assert!(stream(&b""[..], BodyKind::Empty).may_reuse_connection());
}

/// What is unread of the content is in the reader when it is given back.
#[test]
fn a_body_may_be_left_in_its_middle() {
    for body in BODIES {
        for taken in 0..=body.content.len() {
            let name = format!("{body:?}, {taken}");
            let connection = [body.bytes, BEHIND].concat();
            for by_drop in [false, true] {
                let mut reader = &connection[..];
                let mut input = stream(&mut reader, body.kind);
                let mut content = vec![0; taken];
                input.read_exact(&mut content).unwrap();
                assert_eq!(content, body.content[..taken], "{name}");
                if by_drop {
                    drop(input);
                } else {
                    let _ = input.into_inner();
                }
                assert!(reader.ends_with(BEHIND), "{name}");
                let unread = &reader[..reader.len() - BEHIND.len()];
                assert!(body.bytes.ends_with(unread), "{name}");
                let read = body.bytes.len() - unread.len();
                let again = readable(stream(&body.bytes[..read], body.kind));
                assert_eq!(again, content, "{name}: no more was consumed than read");
            }
        }
    }
}

#[test]
fn drained() {
    every_case(|body, capacity, way| {
        let name = format!("{body:?}, {capacity}, {way:?}");
        let connection = [body.bytes, BEHIND].concat();
        for first in [0, 1, 2] {
            let mut reader = BufReader::with_capacity(capacity, &connection[..]);
            let mut input = stream(&mut reader, body.kind);
            let mut content = Vec::new();
            for _ in 0..first {
                ask(&mut input, way, &mut content).unwrap();
            }
            let all = Budget {
                bytes: 1 << 20,
                time: Duration::MAX,
            };
            let rest = (body.content.len() - content.len()) as u64;
            assert_eq!(input.drain(all).unwrap(), Drained::All(rest), "{name}");
            assert!(input.may_reuse_connection(), "{name}");
            assert_eq!(trailers(&input).len(), body.trailers.len(), "{name}");
            drop(input);
            assert_eq!(left(reader), BEHIND, "{name}");
        }
    });
}

#[test]
fn drained_no_further_than_the_budget() {
    let body = b"5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n";
    let budget = |bytes| Budget {
        bytes,
        time: Duration::MAX,
    };
    for bytes in 0..10 {
        let mut input = stream(&body[..], BodyKind::Chunked);
        assert_eq!(
            input.drain(budget(bytes)).unwrap(),
            Drained::OutOfBytes(bytes)
        );
        assert_eq!(input.position(), bytes);
        assert!(!input.may_reuse_connection());
        assert_eq!(input.drain(budget(99)).unwrap(), Drained::All(10 - bytes));
        assert!(input.may_reuse_connection());
    }
    let mut input = stream(&body[..], BodyKind::Chunked);
    assert_eq!(input.drain(budget(10)).unwrap(), Drained::All(10));
    assert_eq!(input.drain(budget(0)).unwrap(), Drained::All(0));
    let mut input = stream(&body[..], BodyKind::Chunked);
    let no_time = Budget {
        bytes: 99,
        time: Duration::ZERO,
    };
    assert_eq!(input.drain(no_time).unwrap(), Drained::OutOfTime(0));
    let mut input = stream(&body[..12], BodyKind::Chunked);
    assert!(input.drain(budget(99)).is_err());
    assert!(!input.may_reuse_connection());
}

#[test]
fn trailers_of_a_body_that_failed_are_none() {
    let mut input = stream(&b"0\r\na: b\r\nbad\r\n\r\n"[..], BodyKind::Chunked);
    assert!(input.read_to_end(&mut Vec::new()).is_err());
    assert_eq!(trailers(&input), []);
}

#[test]
#[should_panic(expected = "no more is consumed than was shown")]
fn consuming_more_than_was_shown() {
    let body = b"5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n";
    let mut input = stream(&body[..], BodyKind::Chunked);
    assert_eq!(input.fill_buf().unwrap(), b"hello");
    input.consume(9);
}

/// Lines straddle chunks, and chunks straddle reads.
#[test]
fn lines_of_a_body() {
    for body in BODIES {
        for capacity in capacities() {
            let connection = [body.bytes, BEHIND].concat();
            let mut reader = BufReader::with_capacity(capacity, &connection[..]);
            let mut lines = make_line_iter(stream(&mut reader, body.kind));
            let mut found = Vec::new();
            while let Some(line) = lines.next_line() {
                found.push(line.unwrap().bytes().to_vec());
            }
            assert_eq!(found, common::lines(body.content), "{body:?}, {capacity}");
            drop(lines);
            assert_eq!(left(reader), BEHIND);
        }
    }
}

/// One message after the other on one connection.
#[test]
fn pipelined() {
    let connection: Vec<u8> = BODIES.iter().flat_map(|body| body.bytes.to_vec()).collect();
    for capacity in capacities() {
        for way in WAYS {
            let reader = AfterEof::new(Drip::new(&connection[..]));
            let mut reader = BufReader::with_capacity(capacity, reader);
            for body in BODIES {
                let mut input = stream(&mut reader, body.kind);
                assert_eq!(read_all(&mut input, way), (body.content.to_vec(), Ok(())));
            }
            assert_eq!(left(reader), b"");
        }
    }
}

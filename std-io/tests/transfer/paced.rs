//! `PacedReader` over a source whose clock is made up, and over a socket.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;
use tidegate_std_io::{
    At, BodyKind, InputLimits, Pace, PaceFault, PacedReader, ReadTimeout, input_stream,
};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What comes of a read.
#[derive(Clone, Copy, Debug)]
enum Comes {
    Bytes(&'static [u8]),
    /// Nothing, for as long as the read may wait.
    Silence(ErrorKind),
    /// Nothing, and at once: a socket that does not wait.
    Nothing,
    Fails(ErrorKind),
}
use Comes::*;

/// A socket of made-up traffic, which then ends.
#[derive(Debug)]
struct Traffic {
    comes: RefCell<VecDeque<Comes>>,
    timeout: Cell<Option<Duration>>,
    timeouts: RefCell<Vec<Option<Duration>>>,
}

impl Traffic {
    fn new(comes: &[Comes]) -> Self {
        Self {
            comes: RefCell::new(comes.iter().copied().collect()),
            timeout: Cell::new(None),
            timeouts: RefCell::default(),
        }
    }
}

impl ReadTimeout for Traffic {
    fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        assert_ne!(timeout, Some(Duration::ZERO), "a time is never zero");
        self.timeout.set(timeout);
        self.timeouts.borrow_mut().push(timeout);
        Ok(())
    }
}

impl Read for Traffic {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let comes = self.comes.get_mut().pop_front();
        match comes {
            None => Ok(0),
            Some(Bytes(bytes)) => {
                let read = (&bytes[..]).read(buf)?;
                if read < bytes.len() {
                    self.comes.get_mut().push_front(Bytes(&bytes[read..]));
                }
                Ok(read)
            }
            Some(Silence(kind)) => {
                let timeout = self.timeout.get();
                thread::sleep(timeout.expect("nobody waits for ever"));
                Err(kind.into())
            }
            Some(Nothing) => Err(ErrorKind::WouldBlock.into()),
            Some(Fails(kind)) => Err(kind.into()),
        }
    }
}

fn pace_fault(error: &io::Error) -> PaceFault {
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    let at: &At<PaceFault> = error.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!(at.http_status(), 408);
    at.fault
}

/// Reads to the end or to an error, which comes again.
fn read(reader: &mut PacedReader<Traffic>) -> (Vec<u8>, io::Result<()>) {
    let mut content = Vec::new();
    let end = reader.read_to_end(&mut content).map(drop);
    if end.as_ref().is_err_and(|error| error.get_ref().is_some()) {
        for _ in 0..3 {
            assert_eq!(
                reader.read(&mut []).unwrap(),
                0,
                "a read of nothing says nothing"
            );
            let again = reader.read(&mut [0]).unwrap_err();
            assert_eq!(again.to_string(), end.as_ref().unwrap_err().to_string());
        }
    }
    (content, end)
}

#[test]
fn without_a_pace_it_waits_for_ever() {
    let traffic = Traffic::new(&[Bytes(b"a"), Bytes(b"b")]);
    let mut reader = PacedReader::new(traffic, Pace::new());
    let (content, end) = read(&mut reader);
    assert_eq!((content, end.is_ok()), (b"ab".to_vec(), true));
    assert_eq!(*reader.get_ref().timeouts.borrow(), [None; 3]);
}

/// All that came comes before the error.
#[test]
fn silence_is_too_slow() {
    for kind in [ErrorKind::WouldBlock, ErrorKind::TimedOut] {
        let traffic = Traffic::new(&[Bytes(b"some"), Silence(kind), Bytes(b"late")]);
        let pace = Pace::new().min_rate(1000, ms(10));
        let (content, end) = read(&mut PacedReader::new(traffic, pace));
        assert_eq!(content, b"some");
        let rate = 1000;
        let window = ms(10);
        let fault = PaceFault::TooSlow {
            bytes: 4,
            rate,
            window,
        };
        assert_eq!(pace_fault(&end.unwrap_err()), fault);
    }
}

#[test]
fn silence_passes_the_deadline() {
    let traffic = Traffic::new(&[Bytes(b"some"), Silence(ErrorKind::WouldBlock)]);
    let pace = Pace::new().deadline(ms(10));
    let (content, end) = read(&mut PacedReader::new(traffic, pace));
    assert_eq!(content, b"some");
    let fault = PaceFault::DeadlinePassed { deadline: ms(10) };
    assert_eq!(pace_fault(&end.unwrap_err()), fault);
}

/// Bytes that came at once have not waited, and enough of them begin anew.
#[test]
fn what_comes_in_time_is_read() {
    let traffic = Traffic::new(&[Bytes(b"0123456789"); 50]);
    let pace = Pace::new().min_rate(1, ms(60_000)).deadline(ms(60_000));
    let mut reader = PacedReader::new(traffic, pace);
    let (content, end) = read(&mut reader);
    assert_eq!((content.len(), end.is_ok()), (500, true));
    let timeouts = reader.get_ref().timeouts.borrow();
    assert!(
        timeouts
            .iter()
            .all(|timeout| timeout.is_some_and(|time| time <= ms(60_000)))
    );
}

/// A socket that does not wait has not waited in vain: its errors are its own.
#[test]
fn errors_of_the_source_are_passed_on() {
    for kind in [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe] {
        let traffic = Traffic::new(&[Bytes(b"a"), Fails(kind), Bytes(b"b")]);
        let pace = Pace::new().deadline(ms(60_000));
        let mut reader = PacedReader::new(traffic, pace);
        let (content, end) = read(&mut reader);
        assert_eq!((content, end.unwrap_err().kind()), (b"a".to_vec(), kind));
        let (content, end) = read(&mut reader);
        assert_eq!((content, end.is_ok()), (b"b".to_vec(), true));
    }
    let traffic = Traffic::new(&[Nothing, Nothing, Fails(ErrorKind::Interrupted), Bytes(b"x")]);
    let pace = Pace::new().min_rate(1, ms(60_000));
    let mut reader = PacedReader::new(traffic, pace);
    for _ in 0..2 {
        let error = reader.read(&mut [0]).unwrap_err();
        assert_eq!(
            (error.kind(), error.get_ref().is_none()),
            (ErrorKind::WouldBlock, true)
        );
    }
    let (content, end) = read(&mut reader);
    assert_eq!((content, end.is_ok()), (b"x".to_vec(), true));
}

#[test]
fn a_new_pace_begins_anew() {
    let silence = Silence(ErrorKind::WouldBlock);
    let traffic = Traffic::new(&[silence, Bytes(b"next"), silence]);
    let pace = || Pace::new().deadline(ms(5));
    let mut reader = PacedReader::new(traffic, pace());
    let (content, end) = read(&mut reader);
    assert_eq!(content, b"");
    pace_fault(&end.unwrap_err());
    reader.set_pace(pace());
    let (content, end) = read(&mut reader);
    assert_eq!(content, b"next");
    pace_fault(&end.unwrap_err());
    assert!(reader.into_inner().comes.borrow().is_empty());
}

/// No time at all is a fault before anything is read.
#[test]
fn nothing_is_read_when_the_time_is_over() {
    let traffic = Traffic::new(&[Bytes(b"a")]);
    let pace = Pace::new().deadline(Duration::ZERO);
    let mut reader = PacedReader::new(traffic, pace);
    pace_fault(&reader.read(&mut [0]).unwrap_err());
    assert!(reader.get_ref().timeouts.borrow().is_empty());
    assert_eq!(reader.get_ref().comes.borrow().len(), 1);
}

/// A body says it too, and again.
#[test]
fn a_body_that_is_too_slow() {
    let traffic = Traffic::new(&[
        Bytes(b"5\r\nhel"),
        Silence(ErrorKind::TimedOut),
        Bytes(b"lo\r\n"),
    ]);
    let pace = Pace::new().min_rate(1000, ms(10));
    let reader = BufReader::new(PacedReader::new(traffic, pace));
    let mut body = input_stream(reader, BodyKind::Chunked, InputLimits::new()).unwrap();
    let mut content = Vec::new();
    pace_fault(&body.read_to_end(&mut content).unwrap_err());
    pace_fault(&body.read_to_end(&mut content).unwrap_err());
    assert_eq!(content, b"hel");
    assert!(!body.may_reuse_connection());
}

fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

#[test]
fn a_client_that_goes_silent() {
    for pace in [
        Pace::new().deadline(ms(40)),
        Pace::new().min_rate(1000, ms(40)),
    ] {
        let (mut client, server) = connection();
        client.write_all(b"some").unwrap();
        let mut reader = PacedReader::new(&server, pace);
        let mut content = Vec::new();
        let error = reader.read_to_end(&mut content).unwrap_err();
        pace_fault(&error);
        assert_eq!(content, b"some");
        // It was there all the time.
        drop(client);
    }
}

#[test]
fn a_client_that_sends_a_byte_now_and_then() {
    let (mut client, server) = connection();
    let trickle = thread::spawn(move || {
        while client.write_all(b"x").is_ok() {
            thread::sleep(ms(5));
        }
    });
    let pace = Pace::new().min_rate(100_000, ms(60));
    let mut reader = PacedReader::new(server, pace);
    let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
    assert!(matches!(pace_fault(&error), PaceFault::TooSlow { .. }));
    drop(reader);
    trickle.join().unwrap();
}

#[test]
fn a_client_that_is_fast_enough() {
    let (mut client, server) = connection();
    client.write_all(b"5\r\nhello\r\n0\r\n\r\n").unwrap();
    let pace = Pace::new().min_rate(1, ms(30_000)).deadline(ms(60_000));
    let reader = BufReader::new(PacedReader::new(server, pace));
    let mut body = input_stream(reader, BodyKind::Chunked, InputLimits::new()).unwrap();
    let mut content = String::new();
    body.read_to_string(&mut content).unwrap();
    assert_eq!(content, "hello");
    assert!(body.may_reuse_connection());
    drop(client);
}

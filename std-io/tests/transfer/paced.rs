//! `PacedReader` and `PacedWriter` over made-up traffic, and over a socket.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;
use tidegate_std_io::{
    At, BodyKind, FileAt, FileSink, FileWrapper, InputLimits, Pace, PaceFault, PacedReader,
    PacedWriter, ReadTimeout, WriteTimeout, input_stream, wrap_file,
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

/// What comes of a write.
#[derive(Clone, Copy, Debug)]
enum Room {
    /// For so many bytes, at once.
    For(usize),
    /// For so many bytes, after so long.
    After(Duration, usize),
    /// None, for as long as the write may wait.
    Full(ErrorKind),
    /// None, and at once.
    Never,
    Breaks(ErrorKind),
}
use Room::*;

/// A socket of made-up room, which then takes everything.
#[derive(Debug)]
struct Drain {
    room: VecDeque<Room>,
    taken: Vec<u8>,
    /// What was offered with each call.
    offered: Vec<usize>,
    sends_files: bool,
    timeout: Cell<Option<Duration>>,
    timeouts: RefCell<Vec<Option<Duration>>>,
}

impl Drain {
    fn new(room: &[Room]) -> Self {
        Self {
            room: room.iter().copied().collect(),
            taken: Vec::new(),
            offered: Vec::new(),
            sends_files: true,
            timeout: Cell::new(None),
            timeouts: RefCell::default(),
        }
    }

    /// How much of so many bytes it takes.
    fn take(&mut self, offered: usize) -> io::Result<usize> {
        self.offered.push(offered);
        match self.room.pop_front() {
            None => Ok(offered),
            Some(For(room)) => Ok(offered.min(room)),
            Some(After(time, room)) => {
                thread::sleep(time);
                Ok(offered.min(room))
            }
            Some(Full(kind)) => {
                let timeout = self.timeout.get();
                thread::sleep(timeout.expect("nobody waits for ever"));
                Err(kind.into())
            }
            Some(Never) => Err(ErrorKind::WouldBlock.into()),
            Some(Breaks(kind)) => Err(kind.into()),
        }
    }
}

impl WriteTimeout for Drain {
    fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        assert_ne!(timeout, Some(Duration::ZERO), "a time is never zero");
        self.timeout.set(timeout);
        self.timeouts.borrow_mut().push(timeout);
        Ok(())
    }
}

impl Write for Drain {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let taken = self.take(buf.len())?;
        self.taken.extend_from_slice(&buf[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileSink for Drain {
    fn block_size(&self) -> usize {
        1000
    }

    fn send_file(
        &mut self,
        file: &File,
        offset: Option<u64>,
        most: usize,
    ) -> Option<io::Result<usize>> {
        if !self.sends_files {
            return None;
        }
        assert!(offset.is_some());
        let left = file.metadata().unwrap().len() - offset.unwrap();
        let most = most.min(usize::try_from(left).unwrap());
        Some(self.take(most))
    }
}

/// Writes all of it, or until there is an error, which comes again.
fn write(writer: &mut PacedWriter<Drain>, bytes: &[u8]) -> io::Result<()> {
    let end = writer.write_all(bytes);
    if end.as_ref().is_err_and(|error| error.get_ref().is_some()) {
        for _ in 0..3 {
            assert_eq!(writer.write(&[]).unwrap(), 0);
            let again = writer.write(&[0]).unwrap_err();
            assert_eq!(again.to_string(), end.as_ref().unwrap_err().to_string());
        }
    }
    end
}

#[test]
fn a_writer_without_a_pace_waits_for_ever() {
    let mut writer = PacedWriter::new(Drain::new(&[For(1)]), Pace::new());
    write(&mut writer, b"abc").unwrap();
    writer.flush().unwrap();
    assert_eq!(writer.get_ref().taken, b"abc");
    assert_eq!(*writer.get_ref().timeouts.borrow(), [None; 2]);
}

#[test]
fn no_room_is_too_slow() {
    for kind in [ErrorKind::WouldBlock, ErrorKind::TimedOut] {
        let drain = Drain::new(&[For(4), Full(kind)]);
        let pace = Pace::new().min_rate(1000, ms(10));
        let mut writer = PacedWriter::new(drain, pace);
        let error = write(&mut writer, b"some and more").unwrap_err();
        let fault = PaceFault::TooSlow {
            bytes: 4,
            rate: 1000,
            window: ms(10),
        };
        assert_eq!(pace_fault(&error), fault);
        assert_eq!(writer.into_inner().taken, b"some");
    }
}

/// Which is what a timeout for each write does not see.
#[test]
fn some_room_now_and_then_is_too_slow() {
    for (pace, deadline) in [
        (Pace::new().min_rate(1000, ms(50)), false),
        (Pace::new().deadline(ms(50)), true),
    ] {
        let drain = Drain::new(&[After(ms(5), 1); 100]);
        let mut writer = PacedWriter::new(drain, pace);
        let fault = pace_fault(&write(&mut writer, &[0; 1000]).unwrap_err());
        let is_deadline = matches!(fault, PaceFault::DeadlinePassed { .. });
        assert_eq!(is_deadline, deadline);
        let taken = writer.get_ref().taken.len();
        assert!((1..=10).contains(&taken), "{taken}");
    }
}

/// Where there is time the write is tried again: there may be some room.
#[test]
fn a_write_is_tried_again() {
    let drain = Drain::new(&[Full(ErrorKind::WouldBlock), For(2)]);
    let mut writer = PacedWriter::new(drain, Pace::new().deadline(ms(60_000)));
    write(&mut writer, b"late").unwrap();
    assert_eq!(writer.get_ref().taken, b"late");
    let timeouts = writer.get_ref().timeouts.borrow();
    assert_eq!(*timeouts, [Some(ms(1000)); 3]);
}

#[test]
fn errors_of_the_sink_are_passed_on() {
    let drain = Drain::new(&[Never, Breaks(ErrorKind::BrokenPipe), For(1), Never]);
    let mut writer = PacedWriter::new(drain, Pace::new().deadline(ms(60_000)));
    for kind in [ErrorKind::WouldBlock, ErrorKind::BrokenPipe] {
        let error = writer.write(b"a").unwrap_err();
        assert_eq!((error.kind(), error.get_ref().is_none()), (kind, true));
    }
    assert_eq!(writer.write(b"ab").unwrap(), 1);
    assert!(writer.write(b"b").is_err());
    write(&mut writer, b"b").unwrap();
    assert_eq!(writer.get_ref().taken, b"ab");
    // Also where there is no pace that could be over.
    let mut writer = PacedWriter::new(Drain::new(&[Never]), Pace::new());
    assert!(
        writer
            .write(b"a")
            .is_err_and(|error| error.get_ref().is_none())
    );
}

#[test]
fn a_new_pace_for_the_next_answer() {
    let full = Full(ErrorKind::WouldBlock);
    let pace = || Pace::new().deadline(ms(5));
    let mut writer = PacedWriter::new(Drain::new(&[full, For(4), full]), pace());
    pace_fault(&write(&mut writer, b"lost").unwrap_err());
    writer.set_pace(pace());
    pace_fault(&write(&mut writer, b"next answer").unwrap_err());
    assert_eq!(writer.get_ref().taken, b"next");
}

#[test]
fn nothing_is_written_when_the_time_is_over() {
    let pace = Pace::new().deadline(Duration::ZERO);
    let mut writer = PacedWriter::new(Drain::new(&[]), pace);
    pace_fault(&write(&mut writer, b"a").unwrap_err());
    assert!(writer.get_ref().offered.is_empty());
}

/// So that one call does not wait for many times the patience.
#[test]
fn a_call_offers_little() {
    let mut writer = PacedWriter::new(Drain::new(&[]), Pace::new());
    write(&mut writer, &[0; 150_000]).unwrap();
    assert_eq!(
        writer.get_ref().offered,
        [65_536, 65_536, 150_000 - 131_072]
    );
}

/// This file.
fn source() -> (FileWrapper<FileAt<File>>, usize) {
    let file = File::open(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/transfer/paced.rs"
    ));
    let file = file.unwrap();
    let length = file.metadata().unwrap().len();
    let sink = PacedWriter::new(Drain::new(&[]), Pace::new());
    (
        wrap_file(&sink, FileAt::new(file)),
        usize::try_from(length).unwrap(),
    )
}

#[test]
fn files_are_sent_by_the_sink() {
    let (mut file, length) = source();
    let full = Full(ErrorKind::WouldBlock);
    let pace = Pace::new().min_rate(1_000_000, ms(20));
    let mut writer = PacedWriter::new(Drain::new(&[For(10), full, For(5)]), pace.clone());
    pace_fault(&file.send_to(&mut writer).unwrap_err());
    assert_eq!(file.position(), 10);
    // It goes on where it was.
    writer.set_pace(pace);
    assert_eq!(file.send_to(&mut writer).unwrap(), length as u64 - 10);
    assert!(writer.get_ref().taken.is_empty(), "never in memory");
}

#[test]
fn files_are_written_where_the_sink_cannot_send_them() {
    let (mut file, length) = source();
    let mut drain = Drain::new(&[For(1000), For(500), Full(ErrorKind::TimedOut)]);
    drain.sends_files = false;
    let mut writer = PacedWriter::new(drain, Pace::new().deadline(ms(20)));
    assert_eq!((writer.block_size(), writer.most_at_once()), (1000, 65_536));
    pace_fault(&file.send_to(&mut writer).unwrap_err());
    assert_eq!(file.position(), 1500);
    writer.set_pace(Pace::new());
    file.send_to(&mut writer).unwrap();
    assert_eq!(writer.get_ref().taken.len(), length);
}

#[test]
fn a_client_that_takes_nothing() {
    for pace in [
        Pace::new().deadline(ms(40)),
        Pace::new().min_rate(1000, ms(40)),
    ] {
        let (client, server) = connection();
        let mut writer = PacedWriter::new(&server, pace);
        let error = writer.write_all(&vec![0; 64 << 20]).unwrap_err();
        pace_fault(&error);
        // It was there all the time.
        drop(client);
    }
}

#[test]
fn a_client_that_takes_a_little_now_and_then() {
    let (mut client, server) = connection();
    // Left to itself: it has megabytes to read before it sees the end.
    thread::spawn(move || {
        while client.read(&mut [0; 1000]).is_ok_and(|read| read > 0) {
            thread::sleep(ms(5));
        }
    });
    let pace = Pace::new().min_rate(10_000_000, ms(100));
    let mut writer = PacedWriter::new(&server, pace);
    let error = writer.write_all(&vec![0; 64 << 20]).unwrap_err();
    assert!(matches!(pace_fault(&error), PaceFault::TooSlow { .. }));
}

#[test]
fn a_client_that_takes_it_fast_enough() {
    let (mut client, server) = connection();
    let all = thread::spawn(move || io::copy(&mut client, &mut io::sink()).unwrap());
    let pace = Pace::new().min_rate(1, ms(30_000)).deadline(ms(60_000));
    let mut writer = PacedWriter::new(server, pace);
    writer.write_all(&vec![0; 8 << 20]).unwrap();
    drop(writer);
    assert_eq!(all.join().unwrap(), 8 << 20);
}

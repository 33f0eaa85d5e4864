//! Whatever the reader does, and however parts are read, the same comes out.

use super::forms::{Entry, body, decoded, entry, hard_entries, multipart};
use super::ways::{HALF, WHOLE, Way, read_all};
use crate::common::readers::{AfterEof, Drip, Moody, Shrinks, Stutter};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use tidegate_std_io::LimitedStream;

/// Shows a byte more at every look, and does not wait for what it showed to be
/// consumed.
#[derive(Debug)]
struct Grows<'a> {
    rest: &'a [u8],
    shown: usize,
}

impl Read for Grows<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Grows<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.shown = (self.shown + 1).min(self.rest.len());
        Ok(&self.rest[..self.shown])
    }

    fn consume(&mut self, amount: usize) {
        assert!(amount <= self.shown, "{amount} consumed of {}", self.shown);
        self.shown -= amount;
        self.rest = &self.rest[amount..];
    }
}

fn check<R: BufRead>(reader: R, entries: &[Entry], way: Way, name: &str) {
    let expected: Vec<Entry> = entries
        .iter()
        .map(|(name, filename, data)| {
            (
                name.clone(),
                filename.clone(),
                data[..way.len(data.len())].to_vec(),
            )
        })
        .collect();
    let mut multipart = multipart(reader);
    let (read, result) = read_all(&mut multipart, way);
    assert_eq!(read, expected, "{name}, {way:?}");
    result.unwrap();
    assert!(multipart.next_part().unwrap().is_none());
}

#[test]
fn the_same_comes_out_of_every_reader_by_every_way() {
    let entries = hard_entries();
    let body = body(&entries);
    for way in WHOLE.into_iter().chain(HALF) {
        check(&body[..], &entries, way, "slice");
        check(
            Grows {
                rest: &body,
                shown: 0,
            },
            &entries,
            way,
            "grows",
        );
        for capacity in (1..80).chain([100, 200, 300, body.len(), body.len() + 1]) {
            let name = format!("capacity {capacity}");
            let buffered = || BufReader::with_capacity(capacity, AfterEof::new(&body[..]));
            check(buffered(), &entries, way, &name);
            for kind in [
                ErrorKind::Interrupted,
                ErrorKind::WouldBlock,
                ErrorKind::TimedOut,
            ] {
                for patience in [2, 3, 5] {
                    let moody = Moody::new(buffered(), kind, patience);
                    check(
                        moody,
                        &entries,
                        way,
                        &format!("{name}, {kind} at {patience}"),
                    );
                }
            }
        }
        for capacity in [1, 7, 100] {
            let name = format!("capacity {capacity}");
            let drip = Drip::new(AfterEof::new(&body[..]));
            check(
                BufReader::with_capacity(capacity, drip),
                &entries,
                way,
                &name,
            );
            let stutter = Stutter::new(AfterEof::new(&body[..]));
            check(
                BufReader::with_capacity(capacity, stutter),
                &entries,
                way,
                &name,
            );
        }
    }
}

/// `Interrupted` is the reader's and nobody else's business.
#[test]
fn an_interruption_is_not_seen() {
    let entries = hard_entries();
    let body = body(&entries);
    for capacity in 1..60 {
        for patience in 2..5 {
            let buffered = BufReader::with_capacity(capacity, &body[..]);
            let moody = Moody::new(buffered, ErrorKind::Interrupted, patience);
            assert_eq!(decoded(multipart(moody)), entries, "{capacity}, {patience}");
        }
    }
}

/// It breaks its contract: anything may come but a panic, and the reader is never
/// made to consume what it does not show.
#[test]
fn a_reader_that_shows_less_is_survived() {
    let body = body(&hard_entries());
    for by in 1..60 {
        for way in WHOLE.into_iter().chain(HALF) {
            let mut multipart = multipart(Shrinks::new(&body, by));
            let _ = read_all(&mut multipart, way);
            let _ = multipart.next_part().map(drop);
            multipart.get_mut();
        }
    }
}

#[test]
fn what_follows_a_limited_body_is_untouched() {
    let entries = hard_entries();
    let body = body(&entries);
    let stream = [&body[..], b"GET / HTTP/1.1\r\n"].concat();
    for capacity in [1, 10, 64, 1000] {
        let mut connection = BufReader::with_capacity(capacity, &stream[..]);
        let limited = LimitedStream::exact(&mut connection, body.len() as u64);
        assert_eq!(decoded(multipart(limited)), entries);
        let mut rest = Vec::new();
        connection.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"GET / HTTP/1.1\r\n");
    }
}

#[test]
fn an_early_end_of_a_limited_body_is_its_fault() {
    let body = body(&[entry("a", None, b"data")]);
    let limited = LimitedStream::exact(&body[..], body.len() as u64 + 1);
    let mut multipart = multipart(limited);
    let (entries, result) = read_all(&mut multipart, Way::CopyTo);
    assert_eq!(entries, [entry("a", None, b"data")]);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::UnexpectedEof);
}

//! tidegate.

use super::case::{Case, Tally};
use super::source::block_on;
use std::convert::Infallible;
use std::io::{self, BufRead, BufReader, Read};
use tidegate_async_io::Frames;
use tidegate_benches::Answer;
use tidegate_core::{Boundary, Decoded, Decoder, Event, Feed, Scan};
use tidegate_std_io::Multipart;

/// The core alone: each read is looked at in place, and offered where that says
/// nothing.
pub(crate) fn feed(case: &Case) -> Answer {
    let mut tally = case.tally();
    let mut feed = Feed::new(decoder(case), Vec::new()).expect("a Vec has room");
    for read in case.slices() {
        let mut rest = read;
        while !rest.is_empty() {
            if let Some((used, found)) = feed.glance(rest) {
                add(&mut tally, Decoder::token(found, rest));
                rest = &rest[used..];
                continue;
            }
            let offer = feed.offer(rest, false).expect("it is well formed");
            if let Event::Found(placed) = offer.event {
                add(&mut tally, feed.token(placed, rest));
            }
            rest = &rest[offer.taken..];
        }
    }
    let end = feed.offer(&[], true).expect("it is well formed");
    assert_eq!(end.event, Event::Done);
    tally.answer
}

fn decoder(case: &Case) -> Decoder {
    let boundary = Boundary::new(&*case.boundary).expect("it is one");
    Decoder::form_data(boundary)
        .max_parts(usize::MAX)
        .max_fields(usize::MAX)
}

#[inline]
fn add(tally: &mut Tally, token: Decoded<'_>) {
    match token {
        Decoded::Data(data) => tally.data(data),
        Decoded::Head(head) => tally.part(head.name().expect("it has one").as_raw()),
        Decoded::End | Decoded::Preamble(_) | Decoded::Epilogue(_) => {}
    }
}

/// From a reader that lends each read, as a connection's buffer does.
pub(crate) fn multipart(case: &Case) -> Answer {
    read_parts(case, Lent::new(case))
}

/// From a buffer of this size that is filled by copying.
pub(crate) fn multipart_copied(case: &Case) -> Answer {
    let reader = BufReader::with_capacity(case.read(), Lent::new(case));
    read_parts(case, reader)
}

fn read_parts(case: &Case, reader: impl BufRead) -> Answer {
    let mut tally = case.tally();
    let mut multipart = Multipart::new(reader, decoder(case));
    while let Some(mut part) = multipart.next_part().expect("it is well formed") {
        tally.part(part.name().expect("it has one").as_raw());
        loop {
            let data = part.fill_buf().expect("it is well formed");
            if data.is_empty() {
                break;
            }
            tally.data(data);
            let used = data.len();
            part.consume(used);
        }
    }
    tally.answer
}

/// From a stream of what comes, as the peers that are async.
pub(crate) fn frames(case: &Case) -> Answer {
    let mut tally = case.tally();
    let frames = Frames::new(case.socket::<Infallible>());
    let mut multipart = tidegate_async_io::Multipart::new(frames, decoder(case));
    block_on(async {
        while let Some(mut part) = multipart.next_part().await.expect("it is well formed") {
            tally.part(part.name().expect("it has one").as_raw());
            while let Some(data) = part.next_data().await {
                tally.data(&data.expect("it is well formed"));
            }
        }
    });
    tally.answer
}

/// A reader whose buffer is what came.
struct Lent<'c, I> {
    reads: I,
    read: &'c [u8],
}

impl<'c> Lent<'c, ()> {
    fn new(case: &'c Case) -> Lent<'c, impl Iterator<Item = &'c [u8]>> {
        let reads = case.slices();
        Lent { reads, read: &[] }
    }
}

impl<'c, I: Iterator<Item = &'c [u8]>> Read for Lent<'c, I> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl<'c, I: Iterator<Item = &'c [u8]>> BufRead for Lent<'c, I> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read.is_empty() {
            self.read = self.reads.next().unwrap_or_default();
        }
        Ok(self.read)
    }

    #[inline]
    fn consume(&mut self, used: usize) {
        self.read = &self.read[used..];
    }
}

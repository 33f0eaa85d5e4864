//! tidegate.

use super::case::{Case, Count};
use std::io::{BufRead, Read, Write};
use tidegate_benches::Answer;
use tidegate_benches::input::BUFFER;
use tidegate_core::{Chunked, ChunkedDecoder, Event, Scan};
use tidegate_std_io::{BodyKind, ChunkedWriter, InputLimits, InputStream, input_stream};

pub(crate) fn scan_all(case: &Case) -> Answer {
    let mut answer = Answer::default();
    let mut decoder = ChunkedDecoder::new();
    let used = decoder.scan_all(case.body(), &mut |found, window| {
        // There are no trailers.
        if let Chunked::Data(data) = ChunkedDecoder::token(found, window) {
            answer.add(data);
        }
        true
    });
    let step = decoder
        .scan(&case.body()[used..], true)
        .expect("it is well formed");
    assert!(matches!(step.event, Event::Done));
    answer
}

pub(crate) fn fill_buf(reader: impl BufRead) -> Answer {
    let mut answer = Answer::default();
    let mut body = stream(reader);
    loop {
        let data = body.fill_buf().expect("it is well formed");
        if data.is_empty() {
            return answer;
        }
        answer.add(data);
        let used = data.len();
        body.consume(used);
    }
}

pub(crate) fn read(reader: impl BufRead) -> Answer {
    let mut answer = Answer::default();
    let mut body = stream(reader);
    let mut buffer = vec![0; BUFFER];
    loop {
        match body.read(&mut buffer).expect("it is well formed") {
            0 => return answer,
            read => answer.add(&buffer[..read]),
        }
    }
}

pub(crate) fn count(case: &Case) -> Answer {
    let (count, mut answer) = write(case, Count::default());
    answer.bytes = count.0 as u64;
    answer
}

pub(crate) fn memory(case: &Case) -> Answer {
    let mut room = case.room.borrow_mut();
    let all = room.len();
    let (left, mut answer) = write(case, &mut room[..]);
    answer.bytes = (all - left.len()) as u64;
    answer
}

fn stream<R: BufRead>(reader: R) -> InputStream<R> {
    let limits = InputLimits::new().unlimited();
    input_stream(reader, BodyKind::Chunked, limits).expect("no length is announced")
}

/// The writer behind the body, and how many chunks were written.
fn write<W: Write>(case: &Case, writer: W) -> (W, Answer) {
    let mut answer = Answer::default();
    let mut body = ChunkedWriter::new(writer);
    for chunk in case.chunks() {
        body.write_all(chunk).expect("memory does not fail");
        answer.pieces += 1;
    }
    (body.finish().expect("memory does not fail"), answer)
}

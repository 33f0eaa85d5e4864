//! What writes.

use crate::operation::{Bench, Operation, Step, Tokens};
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;
use tidegate_std_io::{
    Boundary, ByteRange, ChunkedWriter, FileWrapper, MultiRange, Pace, PacedWriter, RangeAnswer,
    Trailers,
};

const DATA: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::new("chunks", b"", |bench| {
            chunked_by(ChunkedWriter::new(bench.sink()), false)
        }),
        Operation::new("chunks that are flushed", b"", |bench| {
            chunked_by(ChunkedWriter::new(bench.sink()), true)
        }),
        Operation::new("chunks at a pace", b"", |bench| {
            let pace = Pace::new().min_rate(1, Duration::from_secs(3600));
            chunked_by(
                ChunkedWriter::new(PacedWriter::new(bench.sink(), pace)),
                true,
            )
        }),
        Operation::new("a file that is written", DATA, |bench| {
            let mut file = FileWrapper::with_block_size(bench.source(), 7);
            let mut sink = bench.sink();
            Box::new(move |_| file.write_to(&mut sink).map(|_| false))
        })
        .holds_back(0),
        Operation::new("a file of a length that is sent", DATA, |bench| {
            let file = FileWrapper::with_block_size(bench.source(), 7);
            let mut file = file.exact(DATA.len() as u64);
            let mut sink = bench.sink();
            Box::new(move |_| file.send_to(&mut sink).map(|_| false))
        })
        .holds_back(0),
        Operation::new("a file by turns", DATA, |bench| {
            let mut file = FileWrapper::with_block_size(bench.source(), 7);
            let mut sink = bench.sink();
            let mut buf = [0; 3];
            let mut turn = 0;
            let mut held = Vec::new();
            // What is read goes into the sink too, but for what it does not take.
            Box::new(move |_| {
                turn += 1;
                if !held.is_empty() {
                    let written = sink.write(&held)?;
                    if written == 0 {
                        return Err(io::ErrorKind::WriteZero.into());
                    }
                    held.drain(..written);
                    return Ok(true);
                }
                if turn < 12 {
                    let read = file.read(&mut buf)?;
                    held.extend_from_slice(&buf[..read]);
                    return Ok(true);
                }
                file.write_to(&mut sink).map(|_| false)
            })
        }),
        Operation::new("a file that the sink takes by itself", b"", |bench| {
            let mut file = FileWrapper::new(file()).exact(DATA.len() as u64);
            let mut sink = bench.sink().taking_files();
            Box::new(move |_| file.send_to(&mut sink).map(|_| false))
        }),
        Operation::new("a range that the sink takes by itself", b"", |bench| {
            let range = ByteRange::new(9, 20).unwrap();
            let mut file = FileWrapper::new(file()).range(range).unwrap();
            let mut sink = bench.sink().taking_files();
            Box::new(move |_| file.send_to(&mut sink).map(|_| false))
        }),
        Operation::new("ranges that the sink takes by itself", b"", |bench| {
            ranges(bench, true)
        }),
        Operation::new("ranges that are sent", b"", |bench| ranges(bench, false)),
    ]
}

/// Writes of many sizes, a chunk each, and trailers.
fn chunked_by<W: Write + 'static>(writer: ChunkedWriter<W>, flushes: bool) -> Step {
    let mut writer = writer;
    let mut writes = vec![&DATA[..1], &DATA[1..20], b"", &DATA[20..], b"!"];
    writes.reverse();
    let mut is_due = false;
    Box::new(move |_: &mut Tokens| {
        if is_due {
            writer.flush()?;
            is_due = false;
        }
        let Some(data) = writes.last_mut() else {
            let fields = [(&b"X-Sum"[..], &b"42"[..])];
            return writer
                .try_finish(Trailers::new(&fields).unwrap())
                .map(|()| false);
        };
        let written = writer.write(data)?;
        *data = &data[written..];
        if data.is_empty() {
            writes.pop();
            is_due = flushes;
        }
        Ok(true)
    })
}

fn ranges(bench: &Bench, by_itself: bool) -> Step {
    let RangeAnswer::Many(ranges) = RangeAnswer::parse("bytes=3-9,20-", DATA.len() as u64) else {
        panic!("there are two")
    };
    let size = DATA.len() as u64;
    let boundary = Boundary::new("b").unwrap();
    let mut parts = MultiRange::new(Arc::new(file()), size, &ranges, "a/b", boundary).unwrap();
    let mut sink = match by_itself {
        true => bench.sink().taking_files(),
        false => bench.sink(),
    };
    Box::new(move |_| parts.send_to(&mut sink).map(|_| false))
}

/// The data, in a file without a name.
fn file() -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(DATA).unwrap();
    io::Seek::rewind(&mut file).unwrap();
    file
}

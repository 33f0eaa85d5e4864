//! What reads.

use crate::fault::Shared;
use crate::operation::{Bench, Operation, Step, Tokens, more, once};
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;
use tidegate_std_io::{
    BodyKind, Boundary, Budget, ByteRange, ChunkIter, Closed, ClosingReader, FileAt, FileWrapper,
    InputLimits, InputStream, LimitedStream, LineIter, MultiRange, OwnedIter, Pace, PacedReader,
    RangeAnswer, input_stream, make_chunk_iter, make_line_iter,
};

const LINES: &[u8] = b"one\r\n\ntwo and more\rthree\r\r\n\nand what has no end";
const CHUNKS: &[u8] = b"a--b----c-d---- more of it --and the last";
const CHUNKED: &[u8] =
    b"5\r\nhello\r\n0a;x=\"y\"\r\n0123456789\r\n1\r\n!\r\n0\r\nX-Sum: 42\r\n\r\n";
const DATA: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

pub(crate) fn operations() -> Vec<Operation> {
    let mut operations = tokens();
    operations.extend(limits());
    operations.extend(bodies());
    operations.extend(files());
    operations.extend(others());
    operations
}

fn tokens() -> Vec<Operation> {
    vec![
        Operation::new("next_line", LINES, |bench| {
            let mut lines = make_line_iter(bench.reader());
            Box::new(move |tokens| match lines.next_line().transpose()? {
                Some(line) => Ok(push(tokens, line.bytes())),
                None => Ok(false),
            })
        })
        .gives_up(),
        Operation::new("for_each_line", LINES, |bench| {
            let mut lines = make_line_iter(bench.reader());
            Box::new(move |tokens| {
                lines.for_each_line(|line| tokens.push(line.bytes().to_vec()))?;
                Ok(false)
            })
        })
        .gives_up(),
        Operation::new("lines by turns", LINES, |bench| {
            let mut lines = make_line_iter(bench.reader());
            let mut turn = 0;
            Box::new(move |tokens| {
                turn += 1;
                if turn % 2 == 0 {
                    return match lines.next_line().transpose()? {
                        Some(line) => Ok(push(tokens, line.bytes())),
                        None => Ok(false),
                    };
                }
                let mut left = 2;
                let flow = lines.try_for_each_line(|line| {
                    push(tokens, line.bytes());
                    left -= 1;
                    match left {
                        0 => std::ops::ControlFlow::Break(()),
                        _ => std::ops::ControlFlow::Continue(()),
                    }
                })?;
                Ok(flow.is_break())
            })
        })
        .gives_up(),
        Operation::new("owned lines", LINES, |bench| {
            let mut lines = make_line_iter(bench.reader()).into_bytes();
            Box::new(move |tokens| match lines.next().transpose()? {
                Some(line) => Ok(push(tokens, &line)),
                None => Ok(false),
            })
        })
        .gives_up(),
        Operation::new("lines as vecs", LINES, |bench| {
            let mut lines = make_line_iter(bench.reader()).into_vecs();
            Box::new(move |tokens| match lines.next().transpose()? {
                Some(line) => Ok(push(tokens, &line)),
                None => Ok(false),
            })
        })
        .gives_up(),
        Operation::new("lines as strings", LINES, |bench| {
            let mut lines = make_line_iter(bench.reader()).into_strings();
            Box::new(move |tokens| match lines.next().transpose()? {
                Some(line) => Ok(push(tokens, line.as_bytes())),
                None => Ok(false),
            })
        })
        .gives_up(),
        Operation::new("lines taken apart", LINES, |bench| {
            // Behind each error the reader and what is carried go on in another.
            let reader: Box<dyn BufRead + Send> = Box::new(bench.reader());
            let mut lines = Some(LineIter::new(reader));
            Box::new(move |tokens| {
                let line = lines.as_mut().unwrap().next_line().transpose();
                let line = line.map(|line| line.is_some_and(|line| push(tokens, line.bytes())));
                if line.is_err() {
                    let (reader, carried) = lines.take().unwrap().into_parts();
                    let reader = io::Cursor::new(carried).chain(reader);
                    lines = Some(LineIter::new(Box::new(reader)));
                }
                line
            })
        })
        .gives_up(),
        Operation::new("next_chunk", CHUNKS, |bench| {
            let mut chunks = make_chunk_iter(bench.reader(), b"--").unwrap();
            Box::new(move |tokens| match chunks.next_chunk().transpose()? {
                Some(chunk) => Ok(push(tokens, chunk.bytes())),
                None => Ok(false),
            })
        }),
        Operation::new("for_each_chunk", CHUNKS, |bench| {
            let mut chunks = make_chunk_iter(bench.reader(), b"--").unwrap();
            Box::new(move |tokens| {
                chunks.for_each_chunk(|chunk| tokens.push(chunk.bytes().to_vec()))?;
                Ok(false)
            })
        }),
        Operation::new("owned chunks", CHUNKS, |bench| {
            let chunks: ChunkIter<'_, _> = make_chunk_iter(bench.reader(), b"--").unwrap();
            let mut chunks: OwnedIter<_, _> = chunks.into_bytes();
            Box::new(move |tokens| match chunks.next().transpose()? {
                Some(chunk) => Ok(push(tokens, &chunk)),
                None => Ok(false),
            })
        }),
    ]
}

fn limits() -> Vec<Operation> {
    vec![
        Operation::new("an exact length", DATA, |bench| {
            read_by(LimitedStream::exact(bench.reader(), DATA.len() as u64), 7)
        })
        .holds_back(0),
        Operation::new("at most", DATA, |bench| {
            read_by(LimitedStream::at_most(bench.reader(), DATA.len() as u64), 7)
        })
        .holds_back(0),
        Operation::new("an exact length, by looks", DATA, |bench| {
            look_by(LimitedStream::exact(bench.reader(), DATA.len() as u64), 3)
        })
        .holds_back(0),
        Operation::new("at most, by looks", DATA, |bench| {
            look_by(LimitedStream::at_most(bench.reader(), 50), 1000)
        })
        .holds_back(0),
        Operation::new("lines within a limit", LINES, |bench| {
            let body = LimitedStream::exact(bench.reader(), LINES.len() as u64);
            let mut lines = make_line_iter(body);
            Box::new(move |tokens| match lines.next_line().transpose()? {
                Some(line) => Ok(push(tokens, line.bytes())),
                None => Ok(false),
            })
        })
        .gives_up(),
        Operation::new("read_line_max", LINES, |bench| {
            let mut stream = LimitedStream::exact(bench.reader(), LINES.len() as u64);
            let mut line = Vec::new();
            Box::new(move |tokens| {
                let result = stream.read_line_max(&mut line, 6);
                more(tokens, &line);
                line.clear();
                Ok(result? > 0)
            })
        })
        .holds_back(0),
        Operation::new("read_lines", LINES, |bench| {
            let mut stream = LimitedStream::at_most(bench.reader(), LINES.len() as u64);
            let mut lines = Vec::new();
            Box::new(move |tokens| {
                let result = stream.read_lines(&mut lines, Some(5));
                tokens.splice(.., [lines.concat()]);
                Ok(result? > 0)
            })
        })
        .holds_back(0),
        Operation::new("drain", DATA, |bench| {
            let mut stream = LimitedStream::exact(bench.reader(), DATA.len() as u64);
            Box::new(move |tokens| {
                let result = stream.drain(Budget {
                    bytes: u64::MAX,
                    time: Duration::MAX,
                });
                assert_eq!(stream.may_reuse_connection(), result.is_ok());
                result?;
                *tokens = vec![stream.position().to_string().into_bytes()];
                Ok(false)
            })
        }),
    ]
}

fn bodies() -> Vec<Operation> {
    vec![
        Operation::new("a chunked body", CHUNKED, |bench| {
            body_by(body(bench, BodyKind::Chunked), 4)
        })
        .holds_back(0),
        Operation::new("a chunked body, by looks", CHUNKED, |bench| {
            look_by(body(bench, BodyKind::Chunked), 3)
        })
        .holds_back(0),
        Operation::new("a body of a length", DATA, |bench| {
            body_by(body(bench, BodyKind::Length(DATA.len() as u64)), 4)
        })
        .holds_back(0),
        Operation::new("a body until the end", DATA, |bench| {
            body_by(body(bench, BodyKind::UntilClose), 4)
        })
        .holds_back(0),
        Operation::new("lines of a chunked body", CHUNKED, |bench| {
            let mut lines = make_line_iter(body(bench, BodyKind::Chunked));
            Box::new(move |tokens| match lines.next_line().transpose()? {
                Some(line) => Ok(push(tokens, line.bytes())),
                None => Ok(false),
            })
        }),
        Operation::new("a drained body", CHUNKED, |bench| {
            let mut body = body(bench, BodyKind::Chunked);
            Box::new(move |tokens| {
                let result = body.drain(Budget {
                    bytes: u64::MAX,
                    time: Duration::MAX,
                });
                assert_eq!(body.may_reuse_connection(), result.is_ok());
                result?;
                *tokens = vec![body.position().to_string().into_bytes()];
                Ok(false)
            })
        }),
    ]
}

fn body(bench: &Bench, kind: BodyKind) -> InputStream<Box<dyn BufRead + Send>> {
    input_stream(bench.reader(), kind, InputLimits::new()).unwrap()
}

fn files() -> Vec<Operation> {
    vec![
        Operation::new("blocks of a file", DATA, |bench| {
            let mut file = FileWrapper::with_block_size(bench.source(), 5);
            Box::new(move |tokens| match file.next_block().transpose()? {
                Some(block) => {
                    more(tokens, block);
                    Ok(true)
                }
                None => Ok(false),
            })
        })
        .holds_back(0),
        Operation::new("a file of a length", DATA, |bench| {
            read_by(FileWrapper::new(bench.source()).exact(DATA.len() as u64), 4)
        })
        .holds_back(0),
        Operation::new("shared blocks of a file", DATA, |bench| {
            let file = FileWrapper::with_block_size(bench.source(), 5);
            let blocks = file.exact(DATA.len() as u64).into_bytes();
            // An error is its last item.
            once(move |tokens| {
                for block in blocks {
                    more(tokens, &block?);
                }
                Ok(())
            })
        })
        .loses_when_it_waits(),
        Operation::new("a range that is read to", DATA, |bench| {
            let range = ByteRange::new(9, 20).unwrap();
            read_by(FileWrapper::new(bench.source()).range_by_reading(range), 4)
        })
        .holds_back(0),
        Operation::new("a range that is sought", DATA, |bench| {
            let range = ByteRange::new(9, 20).unwrap();
            let mut file = Err(Some(FileWrapper::new(bench.source())));
            Box::new(move |tokens| {
                if let Err(plain) = &mut file {
                    file = Ok(plain.take().ok_or_else(lost)?.range(range)?);
                }
                read(file.as_mut().map_err(|_| lost())?, 4, tokens)
            })
        })
        .knows_the_end()
        .holds_back(0),
        Operation::new("a file that is shared", DATA, |bench| {
            let shared = shared(bench);
            read_by(
                FileWrapper::new(FileAt::new(shared)).exact(DATA.len() as u64),
                4,
            )
        })
        .knows_the_end()
        .holds_back(0),
        Operation::new("ranges of a file", DATA, |bench| {
            let RangeAnswer::Many(ranges) = RangeAnswer::parse("bytes=3-9,20-", DATA.len() as u64)
            else {
                panic!("there are two")
            };
            let boundary = Boundary::new("b").unwrap();
            let size = DATA.len() as u64;
            read_by(
                MultiRange::new(shared(bench), size, &ranges, "a/b", boundary).unwrap(),
                9,
            )
        })
        .knows_the_end()
        .holds_back(0),
    ]
}

fn shared(bench: &Bench) -> Shared {
    Shared {
        script: Arc::clone(&bench.script),
        data: bench.input,
    }
}

fn lost() -> io::Error {
    io::Error::other("it was lost before")
}

fn others() -> Vec<Operation> {
    vec![
        Operation::new("a reader that is closed", DATA, |bench| {
            read_by(closing(bench), 4)
        })
        .holds_back(0)
        .closes(),
        Operation::new("a reader that is closed, by looks", DATA, |bench| {
            look_by(closing(bench), 4)
        })
        .holds_back(0)
        .closes(),
        Operation::new("a reader that is held to a pace", DATA, |bench| {
            let pace = Pace::new().min_rate(1, Duration::from_secs(3600));
            let reader = PacedReader::new(bench.source(), pace);
            read_by(LimitedStream::exact(reader, DATA.len() as u64), 4)
        })
        .holds_back(0),
        Operation::new("all of it at once", DATA, |bench| {
            let mut body = LimitedStream::exact(bench.reader(), DATA.len() as u64);
            once(move |tokens| {
                let mut all = Vec::new();
                let result = body.read_to_end(&mut all);
                tokens.push(all);
                result.map(drop)
            })
        })
        .loses_when_it_waits(),
    ]
}

fn closing(
    bench: &Bench,
) -> ClosingReader<Box<dyn BufRead + Send>, impl tidegate_std_io::core::Callbacks + use<>> {
    let closed = Arc::clone(&bench.closed);
    ClosingReader::new(bench.reader()).on_close(move |_: &Closed| {
        closed.fetch_add(1, SeqCst);
    })
}

fn push(tokens: &mut Tokens, token: &[u8]) -> bool {
    tokens.push(token.to_vec());
    true
}

/// So many bytes at a time.
fn read_by(mut reader: impl Read + 'static, most: usize) -> Step {
    Box::new(move |tokens| read(&mut reader, most, tokens))
}

fn read(reader: &mut impl Read, most: usize, tokens: &mut Tokens) -> io::Result<bool> {
    let mut buf = vec![0; most];
    let read = match reader.read(&mut buf) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
        read => read?,
    };
    more(tokens, &buf[..read]);
    Ok(read > 0)
}

/// The same, and then the trailers.
fn body_by(mut body: InputStream<Box<dyn BufRead + Send>>, most: usize) -> Step {
    Box::new(move |tokens| {
        let is_more = read(&mut body, most, tokens)?;
        if !is_more {
            tokens.truncate(1);
            tokens.extend(
                body.trailers()
                    .map(|(name, value)| [name, b": ", value].concat()),
            );
        }
        Ok(is_more)
    })
}

/// So many bytes of each look.
fn look_by(mut reader: impl BufRead + 'static, most: usize) -> Step {
    Box::new(move |tokens| {
        let seen = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
            seen => seen?,
        };
        let len = seen.len().min(most);
        more(tokens, &seen[..len]);
        reader.consume(len);
        Ok(len > 0)
    })
}

//! What reads.

use crate::operation::{Bench, Operation, Step};
use crate::polled::{Kind, Polled, at_once, by_frames, by_futures, by_items, by_tokio};
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use tidegate_async_io::core::{BodyKind, Closed, InputLimits};
use tidegate_async_io::{
    ChunkIter, ClosingStream, FuturesIo, InFrames, InputStream, LimitedStream, LineIter, Source,
    TokioIo,
};

const LINES: &[u8] = b"one\r\n\ntwo and more\rthree\r\r\n\nand what has no end";
const CHUNKS: &[u8] = b"a--b----c-d---- more of it --and the last";
const CHUNKED: &[u8] =
    b"5\r\nhello\r\n0a;x=\"y\"\r\n0123456789\r\n1\r\n!\r\n0\r\nX-Sum: 42\r\n\r\n";
const DATA: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

pub(crate) fn operations() -> Vec<Operation> {
    let mut operations = tokens::<FuturesIo>();
    operations.extend(tokens::<TokioIo>());
    operations.extend(tokens::<InFrames>());
    operations.extend(bodies());
    operations.push(
        Operation::new("a stream that is closed", DATA, |bench| {
            let closed = Arc::clone(&bench.closed);
            let stream = ClosingStream::new(Polled(bench.source()));
            let mut stream = Some(stream.on_close(move |_: &Closed| {
                closed.fetch_add(1, SeqCst);
            }));
            // An error is its last item.
            let mut step = by_frames(stream.take().unwrap());
            let mut failed = false;
            Box::new(move |tokens| {
                if failed {
                    return Err(io::Error::other("it failed before"));
                }
                let result = step(tokens);
                failed =
                    (result.as_ref()).is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock);
                result
            })
        })
        .holds_back(0)
        .closes()
        .fails_for_good(),
    );
    operations
}

fn tokens<K: Kind>() -> Vec<Operation>
where
    LimitedStream<K::Source, K>: Source<K>,
{
    let operations = vec![
        Operation::new("next_line", LINES, next_line::<K>).gives_up(),
        Operation::new("for_each_line", LINES, |bench| {
            let mut lines = LineIter::<_, K>::new(K::source(bench));
            Box::new(move |tokens| {
                at_once(lines.for_each_line(|line| tokens.push(line.bytes().to_vec())))??;
                Ok(false)
            })
        })
        .gives_up(),
        Operation::new("owned lines", LINES, |bench| {
            by_items(LineIter::<_, K>::new(K::source(bench)).into_bytes())
        })
        .gives_up(),
        Operation::new("lines within a limit", LINES, |bench| {
            let body = LimitedStream::<_, K>::exact(K::source(bench), LINES.len() as u64);
            lines_of(LineIter::<_, K>::new(body))
        })
        .gives_up(),
        Operation::new("next_chunk", CHUNKS, |bench| {
            let mut chunks = ChunkIter::<_, K>::new(K::source(bench), b"--").unwrap();
            Box::new(
                move |tokens| match at_once(chunks.next_chunk())?.transpose()? {
                    Some(chunk) => {
                        tokens.push(chunk.bytes().to_vec());
                        Ok(true)
                    }
                    None => Ok(false),
                },
            )
        }),
        Operation::new("for_each_chunk", CHUNKS, |bench| {
            let mut chunks = ChunkIter::<_, K>::new(K::source(bench), b"--").unwrap();
            Box::new(move |tokens| {
                at_once(chunks.for_each_chunk(|chunk| tokens.push(chunk.bytes().to_vec())))??;
                Ok(false)
            })
        }),
        Operation::new("owned chunks", CHUNKS, |bench| {
            by_items(
                ChunkIter::<_, K>::new(K::source(bench), b"--")
                    .unwrap()
                    .into_bytes(),
            )
        }),
        Operation::new("a drained body", CHUNKED, |bench| {
            let mut body = chunked::<K>(bench);
            Box::new(move |tokens| {
                assert!(at_once(body.drain(u64::MAX))??);
                *tokens = vec![body.position().to_string().into_bytes()];
                Ok(false)
            })
        }),
    ];
    operations.into_iter().map(K::of).collect()
}

fn next_line<K: Kind>(bench: &Bench) -> Step {
    lines_of(LineIter::<_, K>::new(K::source(bench)))
}

fn lines_of<R: Source<K> + 'static, K: 'static>(mut lines: LineIter<R, K>) -> Step {
    Box::new(
        move |tokens| match at_once(lines.next_line())?.transpose()? {
            Some(line) => {
                tokens.push(line.bytes().to_vec());
                Ok(true)
            }
            None => Ok(false),
        },
    )
}

fn chunked<K: Kind>(bench: &Bench) -> InputStream<K::Source, K> {
    InputStream::new(K::source(bench), BodyKind::Chunked, InputLimits::new()).unwrap()
}

fn exact<K: Kind>(bench: &Bench) -> LimitedStream<K::Source, K> {
    LimitedStream::exact(K::source(bench), DATA.len() as u64)
}

fn at_most<K: Kind>(bench: &Bench) -> LimitedStream<K::Source, K> {
    LimitedStream::at_most(K::source(bench), DATA.len() as u64)
}

fn bodies() -> Vec<Operation> {
    let operations = [
        Operation::new("an exact length of futures", DATA, |bench| {
            by_futures(exact::<FuturesIo>(bench), 3)
        }),
        Operation::new("an exact length of tokio", DATA, |bench| {
            by_tokio(exact::<TokioIo>(bench), 3)
        }),
        Operation::new("an exact length of frames", DATA, |bench| {
            by_frames(exact::<InFrames>(bench))
        })
        .fails_for_good(),
        Operation::new("at most of futures", DATA, |bench| {
            by_futures(at_most::<FuturesIo>(bench), 3)
        }),
        Operation::new("at most of tokio", DATA, |bench| {
            by_tokio(at_most::<TokioIo>(bench), 3)
        }),
        Operation::new("at most of frames", DATA, |bench| {
            by_frames(at_most::<InFrames>(bench))
        })
        .fails_for_good(),
        Operation::new("a chunked body of futures", CHUNKED, |bench| {
            by_futures(chunked::<FuturesIo>(bench), 3)
        }),
        Operation::new("a chunked body of tokio", CHUNKED, |bench| {
            by_tokio(chunked::<TokioIo>(bench), 3)
        }),
        Operation::new("a chunked body of frames", CHUNKED, |bench| {
            by_frames(chunked::<InFrames>(bench))
        })
        .fails_for_good(),
    ];
    let operations = operations.into_iter();
    operations
        .map(|operation| operation.holds_back(0))
        .collect()
}

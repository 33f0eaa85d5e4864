//! Files: the bytes that were promised, by every way to read them.

use super::common::said;
use bytes::Bytes;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};
use tidegate_async_io::core::{BlockPlan, Blocks, ByteRange, FileFault};
use tidegate_async_io::{FileWrapper, FuturesIo, Threads, TokioIo};
use tidegate_std_io as blocking;

/// What was promised of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Promise {
    Nothing,
    Exact(u64),
    /// From here so many.
    Range(u64, u64),
}

/// A file that gives so many bytes a read, is interrupted before each, and may fail
/// at a place.
#[derive(Clone, Debug)]
pub(crate) struct Shaky {
    pub(crate) bytes: Cursor<Vec<u8>>,
    pub(crate) most: usize,
    pub(crate) fails_at: Option<u64>,
    pub(crate) interrupted: bool,
}

impl Read for Shaky {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let at = self.bytes.position();
        let most = match self.fails_at {
            Some(place) if place <= at => return Err(ErrorKind::ConnectionReset.into()),
            Some(place) => self.most.min((place - at) as usize),
            None => self.most,
        };
        let most = most.min(buf.len());
        self.bytes.read(&mut buf[..most])
    }
}

impl Seek for Shaky {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(position)
    }
}

/// The bytes, how it ended, what was handed out, and what was promised still.
type Answer = (Vec<u8>, Option<String>, u64, Option<u64>);

pub(crate) fn files_are_equal(file: &Shaky, promise: Promise, block_size: usize) {
    let how = format!("{file:?}, {promise:?}, {block_size}");
    let expected = core_blocks(file.clone(), promise, block_size);
    let whole = || {
        let file = blocking::FileWrapper::with_block_size(file.clone(), block_size);
        match promise {
            Promise::Nothing => file,
            Promise::Exact(len) => file.exact(len),
            Promise::Range(start, len) => file.range(ByteRange::new(start, len).unwrap()).unwrap(),
        }
    };
    let mut file_blocks = whole();
    let (all, error) = until_it_sticks(block_size, || {
        file_blocks
            .next_block()
            .map(|block| block.map(<[u8]>::to_vec))
    });
    let answer = (all, error, file_blocks.position(), file_blocks.len_hint());
    assert_eq!(answer, expected, "blocks, {how}");

    // A read gives at most a block too, and of blocks of nothing there are none.
    let mut reader = whole();
    let (all, error) = until_it_sticks(7, || {
        let mut buf = [0; 7];
        let read = reader.read(&mut buf).map(|len| buf[..len].to_vec());
        Some(read).filter(|read| !matches!(read, Ok(read) if read.is_empty()))
    });
    let answer = (all, error, reader.position(), reader.len_hint());
    assert_eq!(answer, expected, "read, {how}");

    on_threads::<TokioIo>(file, promise, block_size, &expected, &how);
    on_threads::<FuturesIo>(file, promise, block_size, &expected, &how);
}

fn on_threads<K: Threads>(
    file: &Shaky,
    promise: Promise,
    block_size: usize,
    expected: &Answer,
    how: &str,
) {
    let whole = || {
        let file = FileWrapper::<_, K>::with_block_size(file.clone(), block_size);
        match promise {
            Promise::Nothing => file,
            Promise::Exact(len) => file.exact(len),
            Promise::Range(start, len) => file.range(ByteRange::new(start, len).unwrap()).unwrap(),
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut blocks = whole();
    let (all, error) = until_it_sticks(block_size, || {
        let block: Option<io::Result<Bytes>> = runtime.block_on(blocks.next_block());
        block.map(|block| block.map(Vec::from))
    });
    let answer = (all, error, blocks.position(), blocks.len_hint());
    assert_eq!(&answer, expected, "async blocks, {how}");

    let mut reader = whole();
    let (all, error) = until_it_sticks(7, || {
        let mut buf = [0; 7];
        let read = runtime.block_on(tokio::io::AsyncReadExt::read(&mut reader, &mut buf));
        let read = read.map(|len| buf[..len].to_vec());
        Some(read).filter(|read| !matches!(read, Ok(read) if read.is_empty()))
    });
    let answer = (all, error, reader.position(), reader.len_hint());
    assert_eq!(&answer, expected, "tokio read, {how}");

    let mut reader = whole();
    let (all, error) = until_it_sticks(7, || {
        let mut buf = [0; 7];
        let read = runtime.block_on(futures::AsyncReadExt::read(&mut reader, &mut buf));
        let read = read.map(|len| buf[..len].to_vec());
        Some(read).filter(|read| !matches!(read, Ok(read) if read.is_empty()))
    });
    let answer = (all, error, reader.position(), reader.len_hint());
    assert_eq!(&answer, expected, "futures read, {how}");
}

/// All blocks, none of them longer than is said, and the error, which comes again; or
/// the end, which does too.
fn until_it_sticks(
    longest: usize,
    mut next: impl FnMut() -> Option<io::Result<Vec<u8>>>,
) -> (Vec<u8>, Option<String>) {
    let mut all = Vec::new();
    loop {
        match next() {
            None => {
                assert!(next().is_none(), "an end sticks");
                return (all, None);
            }
            Some(Ok(block)) => {
                assert!((1..=longest).contains(&block.len()));
                all.extend(block);
            }
            Some(Err(error)) => {
                let error = said::<FileFault>(&error);
                let again = next().map(|again| again.map_err(|again| said::<FileFault>(&again)));
                assert_eq!(again, Some(Err(error.clone())), "an error sticks");
                return (all, Some(error));
            }
        }
    }
}

/// What is planned, read and recorded, by nobody else.
fn core_blocks(mut file: Shaky, promise: Promise, block_size: usize) -> Answer {
    let mut blocks = match promise {
        Promise::Nothing => Blocks::until_end(block_size),
        Promise::Exact(len) => Blocks::exact(len, block_size),
        Promise::Range(start, len) => {
            Blocks::of_range(ByteRange::new(start, len).unwrap(), block_size)
        }
    };
    let mut all = Vec::new();
    let mut step = || -> io::Result<bool> {
        match blocks.plan()? {
            BlockPlan::Skip(left) => {
                file.seek(SeekFrom::Current(left as i64))?;
                blocks.skipped(left)?;
            }
            BlockPlan::Read(most) => {
                let mut block = vec![0; most];
                let read = file.read(&mut block)?;
                all.extend_from_slice(&block[..read]);
                blocks.record(read)?;
            }
            BlockPlan::End => return Ok(false),
        }
        Ok(true)
    };
    let error = loop {
        match step() {
            Ok(true) => {}
            Ok(false) => break None,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => break Some(said::<FileFault>(&error)),
        }
    };
    (all, error, blocks.position(), blocks.remaining())
}

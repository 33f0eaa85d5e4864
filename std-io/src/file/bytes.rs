use super::FileWrapper;
use bytes::{Bytes, BytesMut};
use std::io::{self, Read};
use std::iter::FusedIterator;
use std::mem;

/// The blocks of a file, to be kept or given away.
///
/// Made by [`FileWrapper::into_bytes`]. A block costs an allocation, unless the
/// one before it is no longer held by anybody: then its memory is used again.
///
/// ```
/// use tidegate_std_io::FileWrapper;
///
/// let blocks = FileWrapper::with_block_size(&b"Hello World"[..], 6).into_bytes();
/// let blocks = blocks.collect::<std::io::Result<Vec<bytes::Bytes>>>()?;
/// assert_eq!(blocks, ["Hello ", "World"]);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of the [`FileWrapper`]; an error is the last item.
#[derive(Debug)]
#[must_use]
pub struct FileBytes<F> {
    file: Option<FileWrapper<F>>,
    /// The last block, which whoever got it may be done with by now.
    last: Bytes,
}

impl<F> FileBytes<F> {
    pub(super) fn new(file: FileWrapper<F>) -> Self {
        Self {
            file: Some(file),
            last: Bytes::new(),
        }
    }
}

impl<F: Read> FileBytes<F> {
    fn read(file: &mut FileWrapper<F>, last: &mut Bytes) -> io::Result<Bytes> {
        let left = file.len_hint().unwrap_or(u64::MAX);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let len = file.block_size().min(left);
        // A fresh one is zeroed first, which is a quarter of all the time.
        let mut block = match mem::take(last).try_into_mut() {
            Ok(block) if block.len() >= len => block,
            _ => BytesMut::zeroed(len),
        };
        let read = file.read(&mut block[..len])?;
        *last = block.freeze();
        // A pipe may give little at a time, and a little one must not keep a
        // whole block.
        if read < len / 2 {
            return Ok(Bytes::copy_from_slice(&last[..read]));
        }
        Ok(last.slice(..read))
    }
}

impl<F: Read> Iterator for FileBytes<F> {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<io::Result<Bytes>> {
        let block = Self::read(self.file.as_mut()?, &mut self.last);
        match &block {
            Ok(bytes) if !bytes.is_empty() => return Some(block),
            _ => (self.file, self.last) = (None, Bytes::new()),
        }
        block.err().map(Err)
    }
}

impl<F: Read> FusedIterator for FileBytes<F> {}

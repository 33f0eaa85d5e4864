use super::FileWrapper;
use bytes::Bytes;
use std::io::{self, Read};
use std::iter::FusedIterator;

/// The blocks of a file, each in an allocation of its own.
///
/// Made by [`FileWrapper::into_bytes`].
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
}

impl<F> FileBytes<F> {
    pub(super) fn new(file: FileWrapper<F>) -> Self {
        Self { file: Some(file) }
    }
}

impl<F: Read> FileBytes<F> {
    fn read(file: &mut FileWrapper<F>) -> io::Result<Bytes> {
        let left = file.len_hint().unwrap_or(u64::MAX);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let mut block = vec![0; file.block_size().min(left)];
        let read = file.read(&mut block)?;
        block.truncate(read);
        Ok(block.into())
    }
}

impl<F: Read> Iterator for FileBytes<F> {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<io::Result<Bytes>> {
        let block = Self::read(self.file.as_mut()?);
        match &block {
            Ok(bytes) if !bytes.is_empty() => return Some(block),
            _ => self.file = None,
        }
        block.err().map(Err)
    }
}

impl<F: Read> FusedIterator for FileBytes<F> {}

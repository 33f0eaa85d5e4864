use crate::drive::Drive;
use std::io::{self, BufRead, Read};
use tidegate_core::{ChunkedDecoder, KeptTrailers};

/// The content of a chunked body, lent from the reader's own buffer.
pub(super) struct ChunkedReader<R: BufRead> {
    drive: Drive<R, ChunkedDecoder>,
    /// Bytes of data at the front of the reader that are not consumed yet.
    data: usize,
    trailers: KeptTrailers,
}

impl<R: BufRead> ChunkedReader<R> {
    pub(super) fn new(reader: R, decoder: ChunkedDecoder) -> Self {
        Self {
            drive: Drive::new(reader, decoder),
            data: 0,
            trailers: KeptTrailers::default(),
        }
    }

    /// The body was read to its end, which is where the reader is.
    pub(super) fn is_done(&self) -> bool {
        self.drive.machine().is_done()
    }

    pub(super) fn trailers(&self) -> &KeptTrailers {
        &self.trailers
    }

    pub(super) fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    pub(super) fn get_mut(&mut self) -> &mut R {
        self.drive.reader_mut()
    }

    pub(super) fn into_inner(self) -> R {
        self.drive.into_parts().0
    }

    /// Goes on to the next data, or to the end.
    #[inline]
    fn find_data(&mut self) -> io::Result<()> {
        let Self {
            drive, trailers, ..
        } = self;
        match drive.take_in_place(|token| trailers.data_or_push(token)) {
            Some(data) if data > 0 => self.keep(data),
            _ => self.find_data_slowly()?,
        }
        Ok(())
    }

    #[inline(never)]
    fn find_data_slowly(&mut self) -> io::Result<()> {
        while let Some(token) = self.drive.next() {
            let data = self.trailers.data_or_push(token?);
            if data > 0 {
                self.keep(data);
                break;
            }
        }
        Ok(())
    }

    /// So many bytes of data were taken last, and stay in the reader.
    #[inline]
    fn keep(&mut self, data: usize) {
        self.data = data;
        self.drive.keep(data);
    }
}

impl<R: BufRead> Read for ChunkedReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for ChunkedReader<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.data == 0 {
            self.find_data()?;
        }
        self.drive.front(self.data)
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        let left = self.data.checked_sub(amount);
        #[expect(clippy::expect_used, reason = "a broken contract of the caller")]
        let left = left.expect("no more is consumed than was shown");
        self.data = left;
        self.drive.owe(amount);
    }
}

//! A chunked body, the request it comes in, and what must come of it.

use std::cell::RefCell;
use std::io::{self, BufReader, IoSlice, Write};
use tidegate_benches::input::{Copying, buffered, text};
use tidegate_benches::{Answer, Gives};

/// 64 MiB, which fit no cache: it shows who touches the data and who does not.
pub(crate) const TOTAL: usize = 64 << 20;

/// How long the head of the request is. How fast a copy is depends on where its
/// two ends lie in a page, so the body has to begin where the request does.
const HEAD: usize = 4096;

#[derive(Debug)]
pub(crate) struct Case {
    /// Of each chunk.
    pub(crate) size: usize,
    pub(crate) content: Vec<u8>,
    /// What hyper reads; the others begin behind the head.
    pub(crate) request: Vec<u8>,
    /// Room for what is copied or written, which has been written to before: new
    /// pages would measure how fast the system hands them out.
    pub(crate) room: RefCell<Vec<u8>>,
}

impl Case {
    /// So many bytes, in chunks of this size.
    pub(crate) fn new(total: usize, size: usize) -> Self {
        let content = text(total);
        let mut request =
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nX: ".to_vec();
        request.resize(HEAD - 4, b'x');
        request.extend_from_slice(b"\r\n\r\n");
        for chunk in content.chunks(size) {
            write!(request, "{:x}\r\n", chunk.len()).expect("a Vec does not fail");
            request.extend_from_slice(chunk);
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"0\r\n\r\n");
        let room = RefCell::new(request.clone());
        Self {
            size,
            content,
            request,
            room,
        }
    }

    /// In the chunked coding.
    pub(crate) fn body(&self) -> &[u8] {
        &self.request[HEAD..]
    }

    pub(crate) fn buffered(&self) -> BufReader<Copying<'_>> {
        buffered(self.body())
    }

    pub(crate) fn chunks(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.content.chunks(self.size)
    }

    /// The chunks' data, or no more than how many bytes they are.
    pub(crate) fn read(&self, gives: Gives) -> Answer {
        match gives {
            Gives::Whole | Gives::Texts => self.chunks().collect(),
            Gives::Bytes => bytes(self.content.len()),
        }
    }

    /// How many chunks, and how many bytes they are written as; or how many
    /// bytes their data are.
    pub(crate) fn written(&self, gives: Gives) -> Answer {
        match gives {
            Gives::Whole | Gives::Texts => Answer {
                pieces: self.chunks().len() as u64,
                ..bytes(self.body().len())
            },
            Gives::Bytes => bytes(self.content.len()),
        }
    }
}

pub(crate) fn bytes(bytes: usize) -> Answer {
    Answer {
        bytes: bytes as u64,
        ..Answer::default()
    }
}

/// A writer that only counts.
#[derive(Debug, Default)]
pub(crate) struct Count(pub(crate) usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let written = pieces.iter().map(|piece| piece.len()).sum();
        self.0 += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

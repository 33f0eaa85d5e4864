//! A serial port that has received this, and gives a few bytes of it at a time.

use core::convert::Infallible;
use embedded_io::{ErrorType, Read, Write};
use std::vec::Vec;

pub(crate) struct Port<'a> {
    received: &'a [u8],
    at_once: usize,
    written: Vec<u8>,
}

impl<'a> Port<'a> {
    pub(crate) const fn new(received: &'a [u8], at_once: usize) -> Self {
        let written = Vec::new();
        Self {
            received,
            at_once,
            written,
        }
    }

    pub(crate) fn written(&self) -> &[u8] {
        &self.written
    }
}

impl ErrorType for Port<'_> {
    type Error = Infallible;
}

impl Read for Port<'_> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Infallible> {
        let len = self.received.len().min(self.at_once).min(buf.len());
        let (read, rest) = self.received.split_at(len);
        buf[..len].copy_from_slice(read);
        self.received = rest;
        Ok(len)
    }
}

impl Write for Port<'_> {
    fn write(&mut self, data: &[u8]) -> Result<usize, Infallible> {
        self.written.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

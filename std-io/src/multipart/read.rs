use super::FormBody;
use crate::drive;
use std::io::{self, Read};
use tidegate_core::Turn;

/// What lies in memory is copied once, into the buffer of whoever reads; what is
/// read goes there directly. To copy nothing use
/// [`write_to`](FormBody::write_to).
impl Read for FormBody<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        if !self.unsent.is_empty() {
            let read = (&self.block[self.unsent.clone()]).read(buf)?;
            self.unsent.start += read;
            self.report();
            return Ok(read);
        }
        let mut read = 0;
        while read < buf.len() {
            let rest = &mut buf[read..];
            let recorded = match self.parts.turn(rest.len()) {
                Ok(Turn::Ready(bytes)) => {
                    let len = bytes.len().min(rest.len());
                    rest[..len].copy_from_slice(&bytes[..len]);
                    self.parts.advance(len);
                    read += len;
                    continue;
                }
                // What comes of a reader, or its error, is for the next call.
                Ok(Turn::Done) => break,
                _ if read > 0 => break,
                Ok(Turn::Read(source, most)) => match drive::read_some(source, &mut rest[..most]) {
                    Ok(0) => self.parts.record(0),
                    Ok(some) => {
                        read = some;
                        self.parts.record(some).map_err(|fault| self.error(fault))?;
                        break;
                    }
                    Err(error) => return Err(self.give_up(error)),
                },
                Ok(Turn::Probe(source)) => match drive::read_some(source, &mut [0]) {
                    Ok(more) => self.parts.record(more),
                    Err(error) => return Err(self.give_up(error)),
                },
                Err(fault) => Err(fault),
            };
            recorded.map_err(|fault| self.error(fault))?;
        }
        self.report();
        Ok(read)
    }
}

use super::part::Source;
use super::{Form, PartBody};
use crate::drive;
use std::io::{self, Write};
use tempfile::{SpooledData, SpooledTempFile};
use tidegate_core::{BodyLength, InMemory};

impl Form<'_> {
    /// Reads all parts whose length is not known, so that it is: into memory up
    /// to so many bytes of all of them together, and what is more into temporary
    /// files, which are gone when the form is.
    ///
    /// [`content_length`](Self::content_length) is known then, and the form can
    /// be [sent again](super::FormBody::rewind) if no promised reader is in it.
    ///
    /// # Errors
    ///
    /// Those of the readers and of the temporary files. Some of a part is lost
    /// then, so the form fails for good.
    pub fn spool(&mut self, threshold: usize) -> io::Result<()> {
        if let Some(fault) = self.parts.failure() {
            return Err(self.parts.error(fault).into());
        }
        let block = &mut self.block;
        let mut left = threshold;
        let mut lost = None;
        for (part, source, length) in self.parts.bodies_mut() {
            if *length != BodyLength::Unknown || source.in_memory().is_some() {
                continue;
            }
            match spool(source, left, block) {
                Ok(spooled) => {
                    left -= spooled.source.in_memory().map_or(0, <[u8]>::len);
                    (*source, *length) = (spooled.source, spooled.length);
                }
                Err(error) => {
                    lost = Some((part, error));
                    break;
                }
            }
        }
        match lost {
            Some((part, error)) => {
                self.parts.fail(part);
                Err(error)
            }
            None => Ok(()),
        }
    }
}

fn spool<'a>(
    source: &mut Source<'a>,
    threshold: usize,
    block: &mut [u8],
) -> io::Result<PartBody<'a>> {
    let mut spooled = SpooledTempFile::new(threshold);
    loop {
        match drive::read_some(source, block)? {
            0 => break,
            read => spooled.write_all(&block[..read])?,
        }
    }
    match spooled.into_inner() {
        SpooledData::InMemory(bytes) => {
            let mut bytes = bytes.into_inner();
            // It grew by doubling, and the threshold counts bytes.
            bytes.shrink_to_fit();
            Ok(bytes.into())
        }
        SpooledData::OnDisk(file) => PartBody::file(file),
    }
}

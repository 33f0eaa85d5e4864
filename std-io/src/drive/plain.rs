//! The loops that read without a machine.

use crate::limit::{Budget, Drained};
use std::io::{self, ErrorKind, Read};
use std::time::Instant;
use tidegate_core::{BlockPlan, Blocks};

/// Reads and drops what is left, as far as the budget goes.
pub(crate) fn drain(reader: &mut impl Read, budget: Budget) -> io::Result<Drained> {
    let mut scratch = [0; 8192];
    let mut drained = 0;
    let start = Instant::now();
    while drained < budget.bytes {
        if start.elapsed() >= budget.time {
            return Ok(Drained::OutOfTime(drained));
        }
        let most = scratch
            .len()
            .min(usize::try_from(budget.bytes - drained).unwrap_or(usize::MAX));
        match reader.read(&mut scratch[..most]) {
            Ok(0) => return Ok(Drained::All(drained)),
            Ok(read) => drained += read as u64,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Drained::OutOfBytes(drained))
}

/// Reads what there is next, whatever interrupts it; 0 at the end.
///
/// # Errors
///
/// Those of the reader, and one that says it read more than there is room for.
pub(crate) fn read_some(reader: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buf) {
            Ok(read) if read > buf.len() => {
                let why = "a reader gave more than was asked for";
                return Err(io::Error::new(ErrorKind::InvalidData, why));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Reads the next of what is planned of a file, as far as the buffer goes; 0 at
/// the end.
pub(crate) fn read_planned(
    file: &mut impl Read,
    blocks: &mut Blocks,
    buf: &mut [u8],
) -> io::Result<usize> {
    loop {
        let most = match blocks.plan()? {
            BlockPlan::Skip(_) => {
                skip_planned(file, blocks)?;
                continue;
            }
            BlockPlan::Read(most) => most.min(buf.len()),
            BlockPlan::End => return Ok(0),
        };
        match file.read(&mut buf[..most]) {
            Ok(read) => {
                blocks.record(read)?;
                return Ok(read);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads and drops what is to be skipped, in steps that do not depend on how
/// much somebody wants of what follows.
#[cold]
fn skip_planned(file: &mut impl Read, blocks: &mut Blocks) -> io::Result<()> {
    let mut scratch = [0; 8192];
    while let BlockPlan::Skip(left) = blocks.plan()? {
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        let most = scratch.len().min(most);
        match file.read(&mut scratch[..most]) {
            Ok(read) => blocks.skipped(read as u64)?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

//! The parts of a multipart form, each to where it was decided to go.

use super::options::Choose;
use super::spill_file::SpillFile;
use crate::multipart::Multipart;
use std::io::{self, BufRead, ErrorKind, Write};
use tidegate_core::{Arriving, Collector, Decoder, Stow};

pub(super) fn parts(
    reader: impl BufRead,
    decoder: Decoder,
    choose: &mut Choose<'_>,
    collector: &mut Collector,
    file: &mut SpillFile,
) -> io::Result<()> {
    let mut multipart = Multipart::new(reader, decoder);
    while let Some(mut part) = multipart.next_part()? {
        let head = part.head();
        let Some((mut arriving, mut writer)) =
            Arriving::part(&head, part.position(), choose(&head))?
        else {
            continue;
        };
        part.visit(|data| {
            stow(collector.push(&mut arriving, data)?, data, file)?;
            match &mut writer {
                Some(writer) => writer.write_all(data),
                None => Ok(()),
            }
        })?;
        if let Some(writer) = &mut writer {
            flush(&mut **writer)?;
        }
        collector.end(arriving);
    }
    Ok(())
}

pub(super) fn stow(stow: Stow, data: &[u8], file: &mut SpillFile) -> io::Result<()> {
    match stow {
        Stow::Kept => Ok(()),
        Stow::OnDisk { before } => {
            file.write_all(&before)?;
            file.write_all(data)
        }
    }
}

fn flush(writer: &mut dyn Write) -> io::Result<()> {
    loop {
        match writer.flush() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

//! The parts of a multipart form, each to where it was decided to go.

use super::entry::{Content, FormEntry};
use super::options::{Choose, FormSink};
use super::store::{Store, Value, Within};
use crate::multipart::{Multipart, Part};
use std::io::{self, BufRead, ErrorKind, Write};
use tidegate_core::{Decoder, ParameterValue};

pub(super) fn entries(
    reader: impl BufRead,
    decoder: Decoder,
    store: &mut Store,
    choose: &mut Choose<'_>,
) -> io::Result<Vec<FormEntry>> {
    let mut multipart = Multipart::new(reader, decoder);
    let mut entries = Vec::new();
    while let Some(mut part) = multipart.next_part()? {
        let (within, tee) = match choose(&part.head()) {
            FormSink::Keep => (Within::Any, None),
            FormSink::Memory => (Within::Memory, None),
            FormSink::Disk => (Within::Disk, None),
            FormSink::Tee(writer) => (Within::Any, Some(writer)),
            FormSink::Skip => continue,
            FormSink::Refuse(error) => return Err(error),
            FormSink::Writer(mut writer) => {
                let len = part.copy_to(&mut writer)?;
                flush(&mut *writer)?;
                entries.push(entry(&part, Content::Elsewhere { len }));
                continue;
            }
        };
        let content = keep(&mut part, store, within, tee)?;
        entries.push(entry(&part, content));
    }
    Ok(entries)
}

fn keep<R: BufRead>(
    part: &mut Part<'_, R>,
    store: &mut Store,
    within: Within,
    mut tee: Option<Box<dyn Write + '_>>,
) -> io::Result<Content> {
    let mut value = Value::default();
    // Where the value begins, however it is read.
    let offset = part.position();
    part.visit(|data| {
        store.push(&mut value, within, data, offset)?;
        match &mut tee {
            Some(tee) => tee.write_all(data),
            None => Ok(()),
        }
    })?;
    if let Some(tee) = &mut tee {
        flush(&mut **tee)?;
    }
    Ok(value.finish())
}

fn flush(writer: &mut dyn Write) -> io::Result<()> {
    loop {
        match writer.flush() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn entry<R: BufRead>(part: &Part<'_, R>, content: Content) -> FormEntry {
    let owned = |value: ParameterValue<'_>| value.to_cow().into_owned();
    FormEntry {
        name: part.name().map(owned).unwrap_or_default(),
        filename: part.filename().map(owned),
        content_type: part.content_type().map(owned),
        content,
    }
}

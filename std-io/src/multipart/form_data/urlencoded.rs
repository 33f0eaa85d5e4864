//! Forms as `application/x-www-form-urlencoded`, a field at a time.

use super::entry::FormEntry;
use super::store::{Store, Value, Within};
use crate::chunk::ChunkIter;
use std::io::{self, BufRead};
use tidegate_core::{At, ChunkFault, ChunkScanner, DecodeFault, PartKind, PartMeter};

pub(super) fn entries(
    reader: impl BufRead,
    mut meter: PartMeter,
    store: &mut Store,
) -> io::Result<Vec<FormEntry>> {
    let mut entries = Vec::new();
    let mut offset = 0;
    let separator = ChunkScanner::new(b"&")?.max_len(longest(&meter));
    let mut fields = ChunkIter::with_scanner(reader, separator);
    while let Some(field) = fields.next_chunk() {
        let field = field.map_err(|error| too_long(error, &meter))?;
        let at = |fault| At { offset, fault };
        // Nothing between two separators is no field.
        if let Some((name, value)) = form_urlencoded::parse(field.text()).next() {
            meter.begin(PartKind::Field, name.len()).map_err(at)?;
            let allowed = meter.allow(value.len()).map_err(at)?;
            // What is not allowed is a fault, whichever limit it is of.
            meter.allow(value.len() - allowed).map_err(at)?;
            let mut content = Value::default();
            store.push(&mut content, Within::Any, value.as_bytes(), offset)?;
            entries.push(FormEntry {
                name: name.into_owned().into_bytes(),
                filename: None,
                content_type: None,
                content: content.finish(),
            });
        }
        offset += field.bytes().len() as u64;
    }
    Ok(entries)
}

/// The longest field that may be allowed, if every byte of it is escaped.
fn longest(meter: &PartMeter) -> usize {
    let value = usize::try_from(meter.max_field_len()).unwrap_or(usize::MAX);
    let both = meter.max_name_len().saturating_add(value);
    both.saturating_mul("%XX".len()).saturating_add("=".len())
}

/// A chunk is none of the form's words.
fn too_long(error: io::Error, meter: &PartMeter) -> io::Error {
    match error.get_ref().and_then(|error| error.downcast_ref()) {
        Some(&At {
            offset,
            fault: ChunkFault::TooLong { .. },
        }) => {
            let max = meter.max_field_len();
            let fault = DecodeFault::FieldTooLong { max };
            At { offset, fault }.into()
        }
        _ => error,
    }
}

//! Forms as `application/x-www-form-urlencoded`, a field at a time.

use super::entry::FormEntry;
use super::store::{Store, Value, Within};
use crate::chunk::ChunkIter;
use std::borrow::Cow;
use std::io::{self, BufRead, ErrorKind};
use tidegate_core::{At, ChunkFault, ChunkScanner, DecodeFault, PartKind, PartMeter};

type Pair<'f> = (Cow<'f, str>, Cow<'f, str>);

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
        let field = match field {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            field => field.map_err(|error| too_long(error, &meter))?,
        };
        let at = |fault| At { offset, fault };
        if let Some((name, value)) = decode(field.text(), &mut meter).map_err(at)? {
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

/// A name and its value, if they are allowed.
fn decode<'f>(field: &'f [u8], meter: &mut PartMeter) -> Result<Option<Pair<'f>>, DecodeFault> {
    // Nothing between two separators is no field.
    if field.is_empty() {
        return Ok(None);
    }
    // As text, with U+FFFD for what is none, they may be three times as long.
    let (name_len, value_len) = decoded_lens(field);
    count(&mut meter.clone(), name_len, value_len)?;
    let Some((name, value)) = form_urlencoded::parse(field).next() else {
        return Ok(None);
    };
    count(meter, name.len(), value.len())?;
    Ok(Some((name, value)))
}

fn count(meter: &mut PartMeter, name_len: usize, value_len: usize) -> Result<(), DecodeFault> {
    meter.begin(PartKind::Field, name_len)?;
    let allowed = meter.allow(value_len)?;
    // What is not allowed is a fault, whichever limit it is of.
    meter.allow(value_len - allowed)?;
    Ok(())
}

/// How many bytes a name and its value stand for.
fn decoded_lens(field: &[u8]) -> (usize, usize) {
    let name_end = field.iter().position(|&byte| byte == b'=');
    let (name, value) = field.split_at(name_end.unwrap_or(field.len()));
    let escapes = |coded: &[u8]| {
        let escapes = coded
            .windows(3)
            .filter(|three| three[0] == b'%' && three[1..].iter().all(u8::is_ascii_hexdigit));
        escapes.count()
    };
    // The equals sign is of none.
    let value = value.get(1..).unwrap_or_default();
    (
        name.len() - 2 * escapes(name),
        value.len() - 2 * escapes(value),
    )
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

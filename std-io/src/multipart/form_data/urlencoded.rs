//! Forms as `application/x-www-form-urlencoded`, a field at a time.

use super::collect::stow;
use super::spill_file::SpillFile;
use crate::chunk::ChunkIter;
use std::borrow::Cow;
use std::io::{self, BufRead, ErrorKind};
use tidegate_core::{
    Arriving, At, Chunk, ChunkFault, ChunkScanner, Collector, DecodeFault, Decoder, PartKind,
    PartMeter,
};

pub(super) fn fields(
    reader: impl BufRead,
    decoder: &Decoder,
    collector: &mut Collector,
    file: &mut SpillFile,
) -> io::Result<()> {
    let mut form = UrlEncoded::new(decoder);
    let mut chunks = ChunkIter::with_scanner(reader, form.scanner());
    while let Some(chunk) = chunks.next_chunk() {
        let chunk = match chunk {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            chunk => chunk.map_err(|error| form.fault(error))?,
        };
        if let Some(field) = form.field(chunk)? {
            let value = field.value.as_bytes();
            let mut arriving = Arriving::field(field.name.into_owned().into(), field.offset);
            stow(collector.push(&mut arriving, value)?, value, file)?;
            collector.end(arriving);
        }
    }
    Ok(())
}

/// Takes a form apart that is `application/x-www-form-urlencoded` (WHATWG URL),
/// within the limits that a multipart one has.
///
/// It is for who has no blocking reader; others let [`FormData`](super::FormData) do
/// it. The fields are the chunks that its [`scanner`](Self::scanner) finds.
///
/// ```
/// use tidegate_std_io::{ChunkIter, FormType, UrlEncoded};
///
/// let coding = FormType::parse(b"application/x-www-form-urlencoded")?;
/// let mut form = UrlEncoded::new(&coding.decoder().max_fields(2));
/// let body = &b"title=High+tide&&gate=%6Fpen"[..];
/// let mut chunks = ChunkIter::with_scanner(body, form.scanner());
/// let mut texts = Vec::new();
/// while let Some(chunk) = chunks.next_chunk() {
///     let chunk = chunk.map_err(|error| form.fault(error))?;
///     if let Some(field) = form.field(chunk)? {
///         texts.push(format!("{} {} {}", field.offset, field.name, field.value));
///     }
/// }
/// assert_eq!(texts, ["0 title High tide", "17 gate open"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Limits
///
/// Those of the [`Decoder`]: fields, names and values are counted as those of parts,
/// in bytes that they stand for.
#[derive(Debug)]
pub struct UrlEncoded {
    meter: PartMeter,
    offset: u64,
}

/// A field of a urlencoded form.
#[derive(Debug)]
pub struct UrlEncodedField<'f> {
    /// Its name, with U+FFFD for what is no UTF-8.
    pub name: Cow<'f, str>,
    /// Its value, in the same way.
    pub value: Cow<'f, str>,
    /// Where it begins in the body.
    pub offset: u64,
}

impl UrlEncoded {
    /// With the limits of this decoder.
    pub fn new(decoder: &Decoder) -> Self {
        Self {
            meter: decoder.meter().clone(),
            offset: 0,
        }
    }

    /// What cuts the form into chunks. They are bounded by the longest field that may
    /// be allowed, if every byte of it is escaped.
    pub fn scanner(&self) -> ChunkScanner<'static> {
        let value = usize::try_from(self.meter.max_field_len()).unwrap_or(usize::MAX);
        let both = self.meter.max_name_len().saturating_add(value);
        let longest = both.saturating_mul("%XX".len()).saturating_add("=".len());
        #[expect(clippy::expect_used, reason = "it is not empty")]
        let scanner = ChunkScanner::new(b"&").expect("a separator");
        scanner.max_len(longest)
    }

    /// The field that the next chunk is, all of it. `None` where there is nothing
    /// between two separators.
    ///
    /// # Errors
    ///
    /// The limit that it exceeds, where the field begins.
    pub fn field<'f>(
        &mut self,
        chunk: Chunk<'f>,
    ) -> Result<Option<UrlEncodedField<'f>>, At<DecodeFault>> {
        let offset = self.offset;
        self.offset += chunk.bytes().len() as u64;
        let field = decode(chunk.text(), &mut self.meter).map_err(|fault| At { offset, fault })?;
        Ok(field.map(|(name, value)| UrlEncodedField {
            name,
            value,
            offset,
        }))
    }

    /// The error of a reader of chunks in the words of the form: that a chunk is too
    /// long is that a field is. All others stay what they are.
    pub fn fault(&self, error: io::Error) -> io::Error {
        match error.get_ref().and_then(|error| error.downcast_ref()) {
            Some(&At {
                offset,
                fault: ChunkFault::TooLong { .. },
            }) => {
                let max = self.meter.max_field_len();
                let fault = DecodeFault::FieldTooLong { max };
                At { offset, fault }.into()
            }
            _ => error,
        }
    }
}

type Pair<'f> = (Cow<'f, str>, Cow<'f, str>);

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

//! Content-Disposition: what kind of part it is, its name, its file name.

use super::parameter_fault::ParameterFault;
use super::parameters::{
    MAX_LEN, Parameters, Refused, Span, Tokenizer, each_parameter, plain_until_quote, token_str,
};
use super::value::ParameterValue;
use crate::fault::At;

/// A Content-Disposition (RFC 2183, and RFC 7578 section 4.2 for forms).
///
/// Names of parameters have no case. A parameter that is there twice is refused,
/// since one reader takes the first and the next one the last. `filename*` is
/// handed out as it was sent and never taken for the file name: RFC 7578 forbids
/// it in a form, where it would give a file two names. So are numbered parameters
/// (`filename*0`, RFC 2231).
///
/// ```
/// use tidegate_core::{ContentDisposition, ParameterFault};
///
/// let value = b"form-data; note=\"x; filename=evil\"; name=\"photo\"";
/// let disposition = ContentDisposition::parse(value)?;
/// assert!(disposition.is_form_data());
/// assert_eq!(disposition.name().expect("there is one"), "photo");
/// assert_eq!(disposition.filename(), None);
///
/// let twice = ContentDisposition::parse(b"form-data; name=a; NAME=b").unwrap_err();
/// assert_eq!((twice.offset, twice.fault), (19, ParameterFault::Duplicate));
/// # Ok::<(), tidegate_core::At<ParameterFault>>(())
/// ```
///
/// # Limits
///
/// 16 parameters, and 1 MiB of the value, of which each byte is looked at no more
/// than some 20 times. Whoever reads the header limits it to less.
#[derive(Clone, Copy, Debug)]
pub struct ContentDisposition<'v> {
    value: &'v [u8],
    spans: DispositionSpans,
}

/// The same as offsets into the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DispositionSpans {
    kind: Span,
    pub(super) name: Option<Span>,
    pub(super) filename: Option<Span>,
    extended_filename: Option<Span>,
}

impl DispositionSpans {
    /// Lenient: a line break and the blanks behind it are a blank. A fault is at
    /// its offset in the value.
    pub(super) fn parse(value: &[u8], lenient: bool) -> Result<Self, Refused> {
        if let Some(spans) = Self::known(value) {
            return Ok(spans);
        }
        let mut tokenizer = Tokenizer::new(value, lenient)?;
        let kind = tokenizer.token(ParameterFault::MalformedKind)?;
        let mut spans = Self {
            kind,
            name: None,
            filename: None,
            extended_filename: None,
        };
        each_parameter(tokenizer, |name, content| {
            let known = match name.len() {
                4 if name.eq_ignore_ascii_case(b"name") => &mut spans.name,
                8 if name.eq_ignore_ascii_case(b"filename") => &mut spans.filename,
                9 if name.eq_ignore_ascii_case(b"filename*") => &mut spans.extended_filename,
                _ => return,
            };
            *known = Some(content);
        })?;
        Ok(spans)
    }

    #[inline]
    pub(super) fn is_form_data(self, value: &[u8]) -> bool {
        let kind = self.kind.bytes(value);
        kind == b"form-data" || kind.eq_ignore_ascii_case(b"form-data")
    }

    /// What nearly all parts of forms have, as browsers write it and with nothing to
    /// undo: form data with a name, or with a name and a file name. It is what the
    /// tokenizer finds.
    #[inline]
    pub(super) fn known(value: &[u8]) -> Option<Self> {
        const NAME: &[u8] = b"form-data; name=\"";
        const FILENAME: &[u8] = b"\"; filename=\"";
        if value.len() > MAX_LEN || !value.starts_with(NAME) {
            return None;
        }
        let name = plain_until_quote(&value[NAME.len()..])?;
        let name_end = NAME.len() + name.len();
        let filename = match &value[name_end..] {
            [b'"'] => None,
            rest => {
                let filename = plain_until_quote(rest.strip_prefix(FILENAME)?)?;
                let start = name_end + FILENAME.len();
                let end = start + filename.len();
                if end + 1 != value.len() {
                    return None;
                }
                Some(Span::new(start, end))
            }
        };
        Some(Self {
            kind: Span::new(0, b"form-data".len()),
            name: Some(Span::new(NAME.len(), name_end)),
            filename,
            extended_filename: None,
        })
    }

    /// What they are in the value that they were found in.
    pub(super) fn of(self, value: &[u8]) -> ContentDisposition<'_> {
        ContentDisposition { value, spans: self }
    }
}

impl<'v> ContentDisposition<'v> {
    /// Takes the value of the header apart, with or without blanks around it.
    ///
    /// # Errors
    ///
    /// The rule that it breaks, and the offset in the value.
    pub fn parse(value: &'v [u8]) -> Result<Self, At<ParameterFault>> {
        match DispositionSpans::parse(value, false) {
            Ok(spans) => Ok(spans.of(value)),
            Err((offset, fault)) => Err(At {
                offset: offset as u64,
                fault,
            }),
        }
    }

    /// `form-data`, `attachment`, `inline` or another token, as it was sent: it has
    /// no case.
    pub fn kind(&self) -> &'v str {
        token_str(self.spans.kind.bytes(self.value))
    }

    /// Whether it is of a part of a form.
    pub fn is_form_data(&self) -> bool {
        self.spans.is_form_data(self.value)
    }

    /// The name of the field.
    pub fn name(&self) -> Option<ParameterValue<'v>> {
        self.spans.name.map(|span| span.of(self.value))
    }

    /// The name of the file, with whatever path the other side gave it: never use
    /// it as one.
    pub fn filename(&self) -> Option<ParameterValue<'v>> {
        self.spans.filename.map(|span| span.of(self.value))
    }

    /// `filename*`, as it was sent: a charset, a language and a name in percent
    /// encoding (RFC 8187), none of it checked.
    pub fn extended_filename(&self) -> Option<ParameterValue<'v>> {
        self.spans.extended_filename.map(|span| span.of(self.value))
    }

    /// The parameter of that name, in whatever case.
    pub fn parameter(&self, name: &str) -> Option<ParameterValue<'v>> {
        self.parameters().find(name)
    }

    /// All parameters, in their order.
    pub fn parameters(&self) -> Parameters<'v> {
        Parameters::behind(self.spans.kind, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::DispositionSpans;

    /// A value without its folds, each of which is one space, and where each byte
    /// of it was.
    fn unfolded(value: &[u8]) -> ([u8; 32], [usize; 33], usize) {
        let (mut bytes, mut places, mut len) = ([0; 32], [0; 33], 0);
        let mut at = 0;
        while at < value.len() {
            let line_break = match &value[at..] {
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => 0,
            };
            let behind = &value[at + line_break..];
            let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
            let blanks = behind.iter().take_while(is_blank).count();
            places[len] = at;
            (bytes[len], at) = match (line_break, blanks) {
                (0, _) | (_, 0) => (value[at], at + 1),
                _ => (b' ', at + line_break + blanks),
            };
            len += 1;
        }
        places[len] = at;
        (bytes, places, len)
    }

    fn check(value: &[u8]) {
        let (bytes, places, len) = unfolded(value);
        let bytes = &bytes[..len];
        let given = value.escape_ascii();
        let lenient = DispositionSpans::parse(value, true);
        match (lenient, DispositionSpans::parse(bytes, false)) {
            (Ok(lenient), Ok(strict)) => {
                let (lenient, strict) = (lenient.of(value), strict.of(bytes));
                assert_eq!(lenient.kind(), strict.kind(), "{given}");
                // They are equal if they stand for the same bytes.
                assert!(lenient.parameters().eq(strict.parameters()), "{given}");
                assert_eq!(lenient.name(), strict.name(), "{given}");
                assert_eq!(lenient.filename(), strict.filename(), "{given}");
                for (_, value) in lenient.parameters() {
                    let mut bytes = value.pieces().flatten();
                    assert!(bytes.all(|byte| !matches!(byte, b'\r' | b'\n')), "{given}");
                }
            }
            (lenient, strict) => {
                let strict = strict.map_err(|(at, fault)| (places[at], fault));
                assert_eq!(lenient.err(), strict.err(), "{given}");
            }
        }
    }

    #[test]
    fn a_fold_is_one_space_wherever_it_is() {
        let signs = b";=\"\\a \r\n";
        for before in ["a", "a;b=", "a; name=\"", "a; name=\"b\"; filename=\""] {
            let mut value = [0; 32];
            value[..before.len()].copy_from_slice(before.as_bytes());
            for len in 0..=6 {
                let end = before.len() + len as usize;
                for number in 0..signs.len().pow(len) {
                    for (n, byte) in (0..len).zip(&mut value[before.len()..end]) {
                        *byte = signs[number / signs.len().pow(n) % signs.len()];
                    }
                    check(&value[..end]);
                }
            }
        }
    }
}

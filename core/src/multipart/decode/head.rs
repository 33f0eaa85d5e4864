use crate::multipart::disposition::{ContentDisposition, DispositionSpans};
use crate::multipart::value::ParameterValue;
use core::iter::FusedIterator;
use memchr::memchr2_iter;

/// The head of a part: its fields, and what they say of it.
///
/// It was checked when it was read, so that nothing here can fail.
///
/// ```
/// use tidegate_core::{Boundary, Decoded, Decoder, Event, Scan};
///
/// let body = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--";
/// let mut decoder = Decoder::form_data(Boundary::new("b")?);
/// let first = decoder.scan(body, true)?;
/// let head = &body[first.used..];
/// let Event::Found(found) = decoder.scan(head, true)?.event else { unreachable!() };
/// let Decoded::Head(head) = Decoder::token(found, head) else { unreachable!() };
/// assert_eq!(head.name().unwrap(), "a");
/// assert!(head.filename().is_none() && !head.is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Head<'w> {
    block: &'w [u8],
    layout: HeadLayout,
}

/// Where in a head everything is that has a meaning here: what is left of a
/// [`Head`] when its bytes are copied, to be kept while the data are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadLayout {
    /// Where the value begins and ends, and what is where in it.
    pub(super) disposition: Option<(usize, usize, DispositionSpans)>,
    pub(super) is_form_data: bool,
    pub(super) content_type: Option<(usize, usize)>,
}

impl HeadLayout {
    /// The head in a copy of its [bytes](Head::as_bytes).
    ///
    /// # Panics
    ///
    /// If the copy is none, its values may panic.
    pub const fn head(self, bytes: &[u8]) -> Head<'_> {
        Head {
            block: bytes,
            layout: self,
        }
    }
}

impl<'w> Head<'w> {
    /// The Content-Disposition. A part of a form has one.
    #[inline]
    pub fn disposition(&self) -> Option<ContentDisposition<'w>> {
        let (start, end, spans) = self.layout.disposition?;
        Some(spans.of(&self.block[start..end]))
    }

    /// The name of the field. A part of a form has one, which may be empty.
    #[inline]
    pub fn name(&self) -> Option<ParameterValue<'w>> {
        self.disposition()?.name()
    }

    /// The name of the file. Never a path to write to: it is what the sender
    /// wrote.
    #[inline]
    pub fn filename(&self) -> Option<ParameterValue<'w>> {
        self.disposition()?.filename()
    }

    /// It has a file name, be it an empty one: browsers send that for a field
    /// where no file was chosen.
    #[inline]
    pub fn is_file(&self) -> bool {
        self.filename().is_some()
    }

    /// The media type, as it was sent.
    pub fn content_type(&self) -> Option<ParameterValue<'w>> {
        let (start, end) = self.layout.content_type?;
        Some(bare(&self.block[start..end]))
    }

    /// All fields, in order.
    pub fn fields(&self) -> HeadFields<'w> {
        HeadFields { rest: self.block }
    }

    /// The value of the first field with this name, in whatever case.
    pub fn field(&self, name: &str) -> Option<ParameterValue<'w>> {
        self.fields()
            .find(|(here, _)| here.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The bytes of it, with the line ends and the empty line.
    pub fn as_bytes(&self) -> &'w [u8] {
        self.block
    }

    /// What is where in it.
    pub const fn layout(&self) -> HeadLayout {
        self.layout
    }
}

/// Without the blanks around it. A fold is a blank too, and there is no other line
/// break: one that lost the blanks behind it would be none any more.
fn bare(value: &[u8]) -> ParameterValue<'_> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let start = value.iter().position(|byte| !is_blank(byte));
    let end = value.iter().rposition(|byte| !is_blank(byte));
    let text = match (start, end) {
        (Some(start), Some(end)) => &value[start..=end],
        _ => &[],
    };
    ParameterValue::new(text, false)
}

/// The fields of a head, as names and values without the blanks around them.
#[derive(Clone, Debug)]
pub struct HeadFields<'w> {
    rest: &'w [u8],
}

impl<'w> Iterator for HeadFields<'w> {
    type Item = (&'w [u8], ParameterValue<'w>);

    fn next(&mut self) -> Option<Self::Item> {
        let colon = self.rest.iter().position(|&byte| byte == b':')?;
        let (name, behind) = self.rest.split_at(colon);
        let value = &behind[1..];
        // A line that begins with a blank belongs to the one before.
        let end = memchr2_iter(b'\r', b'\n', value).find(|&at| {
            let behind = value[at..]
                .strip_prefix(b"\r\n")
                .unwrap_or(&value[at + 1..]);
            !matches!(behind, [b' ' | b'\t', ..])
        })?;
        let (value, behind) = value.split_at(end);
        self.rest = behind.strip_prefix(b"\r\n").unwrap_or(&behind[1..]);
        Some((name, bare(value)))
    }
}

impl FusedIterator for HeadFields<'_> {}

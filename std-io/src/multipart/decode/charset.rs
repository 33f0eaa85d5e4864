//! The charsets of the parts of a form, where they are something else than UTF-8.

use super::Part;
use encoding_rs::{Encoding, UTF_8};
use std::fmt;
use std::io::{self, BufRead};
use tidegate_core::{At, Fault, FaultClass, Head, MediaType};

impl<R: BufRead> Part<'_, R> {
    /// The rest of the data as text, of which there may be `max` bytes before it is
    /// decoded: three times as many come out at most.
    ///
    /// Its charset is, in this order,
    ///
    /// 1. the parameter `charset` of its Content-Type;
    /// 2. what a field named `_charset_` said (RFC 7578 section 4.6) that came
    ///    before and was read by this, [`text`](Self::text) or [`bytes`](Self::bytes);
    /// 3. UTF-8.
    ///
    /// The labels are those of the WHATWG Encoding Standard, so that `iso-8859-1` is
    /// `windows-1252`, as in browsers. A byte order mark is text and says nothing.
    ///
    /// ```
    /// use tidegate_std_io::Multipart;
    ///
    /// let body = &b"--b\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\n\
    ///     windows-1252\r\n--b\r\n\
    ///     Content-Disposition: form-data; name=\"price\"\r\n\r\n\
    ///     10 \x80\r\n--b--"[..];
    /// let mut form = Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
    /// let mut texts = Vec::new();
    /// while let Some(part) = form.next_part()? {
    ///     texts.push(part.decoded_text(100)?);
    /// }
    /// assert_eq!(texts, ["windows-1252", "10 €"]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `At<CharsetFault>` for a label that nobody knows, and for data that are none in
    /// their charset: to replace them would change what was sent, and is up to who
    /// asks for the [bytes](Self::bytes). `At<ParameterFault>` for a
    /// Content-Type that cannot be taken apart. The rest as [`bytes`](Self::bytes).
    pub fn decoded_text(self, max: u64) -> io::Result<String> {
        let charset = self.multipart.charset;
        let charset = charset.of_part(&self.head(), self.position())?;
        charset.decode(self.bytes(max)?)
    }

    /// Keeps what the field says, if it is the one.
    pub(super) fn heed(&mut self, bytes: &[u8]) {
        let mut charset = self.multipart.charset;
        charset.heed(&self.head(), bytes);
        self.multipart.charset = charset;
    }
}

/// What the parts of a form say of the charsets that they are in.
///
/// [`Part::decoded_text`] is all that it takes, and says by which rules. This is for
/// parts that are read in another way.
///
/// ```
/// use tidegate_std_io::{FormCharset, Multipart};
///
/// let body = &b"--b\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\n\
///     windows-1252\r\n--b\r\n\
///     Content-Disposition: form-data; name=\"price\"\r\n\r\n\
///     10 \x80\r\n--b--"[..];
/// let mut form = Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
/// let mut charset = FormCharset::default();
/// let mut last = String::new();
/// while let Some(mut part) = form.next_part()? {
///     let mut data = Vec::new();
///     part.copy_to(&mut data)?;
///     charset.heed(&part.head(), &data);
///     last = charset.of_part(&part.head(), part.position())?.decode(data)?;
/// }
/// assert_eq!(last, "10 €");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct FormCharset {
    said: Said,
}

/// What a field `_charset_` said.
#[derive(Clone, Copy, Debug, Default)]
enum Said {
    #[default]
    Nothing,
    Known(&'static Encoding),
    Unknown,
}

impl FormCharset {
    /// Takes note of a part that was read: a field named `_charset_` says it of those
    /// behind it.
    pub fn heed(&mut self, head: &Head<'_>, data: &[u8]) {
        if says_charset(head) {
            self.said = Said::of(data);
        }
    }

    /// The charset of a part. Where it lies is said of a fault.
    ///
    /// # Errors
    ///
    /// Those of [`Part::decoded_text`], but for data that are none in it.
    pub fn of_part(&self, head: &Head<'_>, position: u64) -> io::Result<TextCharset> {
        let encoding = match self.said_of(head)? {
            Said::Nothing => UTF_8,
            Said::Known(encoding) => encoding,
            Said::Unknown => {
                let fault = CharsetFault::UnknownLabel;
                let offset = position;
                return Err(At { offset, fault }.into());
            }
        };
        Ok(TextCharset { encoding, position })
    }

    fn said_of(&self, head: &Head<'_>) -> io::Result<Said> {
        // The field names the charset of the others: its own is ASCII.
        if says_charset(head) {
            return Ok(Said::Nothing);
        }
        if let Some(content_type) = head.content_type() {
            let media_type = MediaType::parse(content_type.as_raw())?;
            if let Some(label) = media_type.parameter("charset") {
                return Ok(Said::of(&label.to_cow()));
            }
        }
        Ok(self.said)
    }
}

impl Said {
    fn of(label: &[u8]) -> Self {
        // Not the one that reads everything as U+FFFD.
        match Encoding::for_label_no_replacement(label) {
            Some(encoding) => Self::Known(encoding),
            None => Self::Unknown,
        }
    }
}

fn says_charset(head: &Head<'_>) -> bool {
    !head.is_file() && head.name().is_some_and(|name| name == "_charset_")
}

/// The charset of the text of a part; see [`FormCharset::of_part`].
#[derive(Clone, Copy, Debug)]
pub struct TextCharset {
    encoding: &'static Encoding,
    /// Of the part.
    position: u64,
}

impl TextCharset {
    /// The text that these bytes are.
    ///
    /// # Errors
    ///
    /// [`CharsetFault::Malformed`] if they are none.
    pub fn decode(self, bytes: impl Into<Vec<u8>> + AsRef<[u8]>) -> io::Result<String> {
        let text = match self.encoding == UTF_8 {
            true => String::from_utf8(bytes.into()).ok(),
            false => self
                .encoding
                .decode_without_bom_handling_and_without_replacement(bytes.as_ref())
                .map(Into::into),
        };
        let offset = self.position;
        let fault = CharsetFault::Malformed;
        Ok(text.ok_or(At { offset, fault })?)
    }
}

/// Why a part is no text. Its offset is where the reading was when that was asked
/// for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CharsetFault {
    /// It is in a charset that nobody knows.
    UnknownLabel,
    /// It has bytes that are none in its charset.
    Malformed,
}

impl Fault for CharsetFault {
    fn class(&self) -> FaultClass {
        FaultClass::Malformed
    }
}

impl fmt::Display for CharsetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownLabel => "a part is in an unknown charset",
            Self::Malformed => "a part is malformed in its charset",
        })
    }
}

impl std::error::Error for CharsetFault {}

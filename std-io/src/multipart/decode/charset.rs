//! The charsets of the parts of a form, where they are something else than UTF-8.

use super::{Multipart, Part};
use encoding_rs::{Encoding, UTF_8};
use std::fmt;
use std::io::{self, BufRead};
use tidegate_core::{At, Fault, FaultClass, MediaType};

/// What a field `_charset_` said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum FormCharset {
    #[default]
    Unsaid,
    Known(&'static Encoding),
    Unknown,
}

impl FormCharset {
    fn of(label: &[u8]) -> Self {
        // Not the one that reads everything as U+FFFD.
        match Encoding::for_label_no_replacement(label) {
            Some(encoding) => Self::Known(encoding),
            None => Self::Unknown,
        }
    }
}

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
        let offset = self.position();
        let refused = |fault| io::Error::from(At { offset, fault });
        let encoding = match self.charset()? {
            FormCharset::Unsaid => UTF_8,
            FormCharset::Known(encoding) => encoding,
            FormCharset::Unknown => return Err(refused(CharsetFault::UnknownLabel)),
        };
        let bytes = self.bytes(max)?;
        if encoding == UTF_8 {
            return String::from_utf8(bytes).map_err(|_| refused(CharsetFault::Malformed));
        }
        encoding
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .map(Into::into)
            .ok_or_else(|| refused(CharsetFault::Malformed))
    }

    fn charset(&self) -> io::Result<FormCharset> {
        // The field names the charset of the others: its own is ASCII.
        if self.says_charset() {
            return Ok(FormCharset::Unsaid);
        }
        if let Some(content_type) = self.content_type() {
            let media_type = MediaType::parse(content_type.as_raw())?;
            if let Some(label) = media_type.parameter("charset") {
                return Ok(FormCharset::of(&label.to_cow()));
            }
        }
        Ok(self.multipart.charset())
    }

    pub(super) fn says_charset(&self) -> bool {
        !self.is_file() && self.name().is_some_and(|name| name == "_charset_")
    }

    /// Keeps what the field says, if it is the one.
    pub(super) fn heed(&mut self, bytes: &[u8]) {
        if self.says_charset() {
            self.multipart.set_charset(FormCharset::of(bytes));
        }
    }
}

impl<R: BufRead> Multipart<R> {
    const fn charset(&self) -> FormCharset {
        self.charset
    }

    const fn set_charset(&mut self, charset: FormCharset) {
        self.charset = charset;
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

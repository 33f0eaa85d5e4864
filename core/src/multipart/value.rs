//! The value of a parameter, with its escapes and without them.

use super::parameters::fold;
use core::fmt::{self, Write as _};
use core::iter::FusedIterator;

#[cfg(feature = "alloc")]
use alloc::{borrow::Cow, vec::Vec};

/// The value of a parameter of a header, a name or a file name, or that of a
/// whole field of a part's head.
///
/// It compares with text as what it stands for: `\"` between quotes is a quote,
/// `\\` is one backslash, and every other backslash is itself, since browsers
/// write `C:\dir\new` as it is. `%22`, `%0D` and `%0A` stay; where a browser wrote
/// them, `decode_form_escapes` undoes them. It is bytes: nothing says that a name
/// is UTF-8.
///
/// ```
/// use tidegate_core::ContentDisposition;
///
/// let disposition = ContentDisposition::parse(br#"form-data; name="C:\new \"a\"""#)?;
/// let name = disposition.name().expect("there is one");
/// assert_eq!(name, r#"C:\new "a""#);
/// assert_eq!(name.as_raw(), br#"C:\new \"a\""#);
/// # Ok::<(), tidegate_core::At<tidegate_core::ParameterFault>>(())
/// ```
#[derive(Clone, Copy)]
pub struct ParameterValue<'v> {
    raw: &'v [u8],
    quoted: bool,
}

impl<'v> ParameterValue<'v> {
    pub(super) const fn new(raw: &'v [u8], quoted: bool) -> Self {
        Self { raw, quoted }
    }

    /// As it was sent, without the quotes around it.
    pub const fn as_raw(&self) -> &'v [u8] {
        self.raw
    }

    /// It stood between quotes.
    pub const fn is_quoted(&self) -> bool {
        self.quoted
    }

    /// The bytes it stands for, in pieces that lie in the header. A fold, which
    /// only a lenient decoder lets through, is one space: no piece has a line
    /// break.
    pub const fn pieces(&self) -> ParameterPieces<'v> {
        ParameterPieces {
            rest: self.raw,
            quoted: self.quoted,
        }
    }

    /// The bytes it stands for, if they lie in the header as they are: there is no
    /// escape to undo.
    pub fn to_bytes(&self) -> Option<&'v [u8]> {
        let mut pieces = self.pieces();
        let first = pieces.next().unwrap_or_default();
        (first.len() == self.raw.len()).then_some(first)
    }

    /// How many bytes it stands for.
    pub fn len(&self) -> usize {
        self.pieces().map(<[u8]>::len).sum()
    }

    /// Whether it stands for nothing: `name=""`.
    pub const fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The bytes it stands for, copied only if there is an escape to undo.
    #[cfg(feature = "alloc")]
    pub fn to_cow(&self) -> Cow<'v, [u8]> {
        match self.to_bytes() {
            Some(bytes) => Cow::Borrowed(bytes),
            None => Cow::Owned(self.pieces().flatten().copied().collect()),
        }
    }

    /// The text it stands for, with U+FFFD for what is no UTF-8.
    #[cfg(feature = "alloc")]
    pub fn to_str_lossy(&self) -> Cow<'v, str> {
        match self.to_cow() {
            Cow::Borrowed(bytes) => alloc::string::String::from_utf8_lossy(bytes),
            Cow::Owned(bytes) => {
                Cow::Owned(alloc::string::String::from_utf8_lossy(&bytes).into_owned())
            }
        }
    }

    /// The bytes it stands for, with `%22`, `%0D` and `%0A` undone to `"`, CR and
    /// LF: what browsers write for these three (WHATWG HTML, "escape a multipart
    /// form data name").
    ///
    /// Whether they did cannot be seen, since they leave `%` alone: a name that
    /// was `100%22` comes out as `100"`. So it is for who knows that the other side
    /// is a browser. No other `%` is touched, nor is `%0a`, which none writes.
    /// What comes out may hold line breaks.
    ///
    /// ```
    /// # use tidegate_core::ContentDisposition;
    /// let sent = ContentDisposition::parse(b"form-data; name=\"a%22b%0D%0A%20\"")?;
    /// let name = sent.name().expect("there is one");
    /// assert_eq!(*name.decode_form_escapes(), *b"a\"b\r\n%20");
    /// # Ok::<(), tidegate_core::At<tidegate_core::ParameterFault>>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn decode_form_escapes(&self) -> Cow<'v, [u8]> {
        match self.to_cow() {
            Cow::Borrowed(bytes) => decode_form_escapes(bytes),
            Cow::Owned(bytes) => Cow::Owned(decode_form_escapes(&bytes).into_owned()),
        }
    }
}

/// A name or a file name as it was before a browser wrote `%22`, `%0D` and `%0A`
/// for a quote, CR and LF; nothing else is changed. For one that is a
/// [`ParameterValue`] still there is [its own](ParameterValue::decode_form_escapes).
///
/// ```
/// use tidegate_core::decode_form_escapes;
///
/// assert_eq!(*decode_form_escapes(b"a%22b%0D%0A%20"), *b"a\"b\r\n%20");
/// ```
#[cfg(feature = "alloc")]
pub fn decode_form_escapes(bytes: &[u8]) -> Cow<'_, [u8]> {
    let first = |rest: &[u8]| {
        rest.windows(3)
            .position(|three| form_escape(three).is_some())
    };
    let Some(mut plain) = first(bytes) else {
        return Cow::Borrowed(bytes);
    };
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        decoded.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
        match form_escape(rest) {
            Some(byte) => {
                decoded.push(byte);
                rest = &rest[3..];
            }
            None => return Cow::Owned(decoded),
        }
        plain = first(rest).unwrap_or(rest.len());
    }
}

#[cfg(feature = "alloc")]
fn form_escape(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [b'%', b'2', b'2', ..] => Some(b'"'),
        [b'%', b'0', b'D', ..] => Some(b'\r'),
        [b'%', b'0', b'A', ..] => Some(b'\n'),
        _ => None,
    }
}

/// The bytes that a parameter's value stands for, in pieces, none of them empty.
#[derive(Clone, Debug)]
pub struct ParameterPieces<'v> {
    rest: &'v [u8],
    quoted: bool,
}

impl<'v> ParameterPieces<'v> {
    /// The next piece is that long, behind so many bytes that say nothing.
    fn split(&mut self, skipped: usize, len: usize) -> &'v [u8] {
        let (piece, rest) = self.rest[skipped..].split_at(len);
        self.rest = rest;
        piece
    }
}

impl<'v> Iterator for ParameterPieces<'v> {
    type Item = &'v [u8];

    #[inline]
    fn next(&mut self) -> Option<&'v [u8]> {
        let rest = self.rest;
        if rest.is_empty() {
            return None;
        }
        if let Some(len) = fold(rest) {
            self.rest = &rest[len..];
            return Some(b" ");
        }
        // What is escaped is the first byte of the piece, and means nothing else.
        let escaped = usize::from(self.quoted && matches!(rest, [b'\\', b'"' | b'\\', ..]));
        let mut end = escaped + 1;
        while end < rest.len() {
            match &rest[end..] {
                [b'\\', b'"' | b'\\', ..] if self.quoted => break,
                [b'\r' | b'\n', ..] => break,
                _ => end += 1,
            }
        }
        Some(self.split(escaped, end - escaped))
    }
}

impl FusedIterator for ParameterPieces<'_> {}

impl PartialEq<[u8]> for ParameterValue<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        let mut rest = other;
        for piece in self.pieces() {
            match rest.strip_prefix(piece) {
                Some(behind) => rest = behind,
                None => return false,
            }
        }
        rest.is_empty()
    }
}

impl PartialEq<&[u8]> for ParameterValue<'_> {
    fn eq(&self, other: &&[u8]) -> bool {
        *self == **other
    }
}

impl PartialEq<str> for ParameterValue<'_> {
    fn eq(&self, other: &str) -> bool {
        *self == *other.as_bytes()
    }
}

impl PartialEq<&str> for ParameterValue<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == *other.as_bytes()
    }
}

impl PartialEq for ParameterValue<'_> {
    /// Two are equal if they stand for the same bytes.
    fn eq(&self, other: &Self) -> bool {
        self.pieces().flatten().eq(other.pieces().flatten())
    }
}

impl Eq for ParameterValue<'_> {}

impl fmt::Debug for ParameterValue<'_> {
    /// The bytes it stands for, as a literal of bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("b\"")?;
        for piece in self.pieces() {
            write!(f, "{}", piece.escape_ascii())?;
        }
        f.write_char('"')
    }
}

use core::fmt::{self, Write};
use core::str::{self, Utf8Error};

#[cfg(feature = "alloc")]
use alloc::{borrow::Cow, string::String};

/// Bytes of a variable, to be shown as text.
///
/// Nothing says that a path is UTF-8. What is not is shown as U+FFFD, one for
/// each maximal part of a character, as Python and [WHATWG
/// Encoding](https://encoding.spec.whatwg.org/#utf-8-decoder) do.
///
/// ```
/// use tidegate_core::environ::path_info;
///
/// let variables = [("PATH_INFO", b"/gr\xC3\xBCn/\xFF")];
/// let path = path_info(&variables);
/// assert_eq!(path.as_bytes(), b"/gr\xC3\xBCn/\xFF");
/// assert_eq!(path.to_string(), "/grün/\u{FFFD}");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Text<'e>(&'e [u8]);

impl<'e> Text<'e> {
    pub(super) const fn new(bytes: &'e [u8]) -> Self {
        Self(bytes)
    }

    /// As it was sent.
    pub const fn as_bytes(&self) -> &'e [u8] {
        self.0
    }

    /// Whether there is nothing in it.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, if it is UTF-8.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub const fn to_str(&self) -> Result<&'e str, Utf8Error> {
        str::from_utf8(self.0)
    }

    /// The text, copied only if there is something to replace.
    #[cfg(feature = "alloc")]
    pub fn to_str_lossy(&self) -> Cow<'e, str> {
        String::from_utf8_lossy(self.0)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                f.write_char(char::REPLACEMENT_CHARACTER)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

impl PartialEq<[u8]> for Text<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        self.0 == other
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

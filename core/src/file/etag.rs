use crate::field::trim_blanks;
use core::fmt::{self, Write};
use core::time::Duration;

/// The two quotes, and as much as a SHA-256 in hexadecimal digits. The 16 digits
/// of a size, a dash and 24 of a time fit too.
const MOST: usize = 2 + 64;

/// A strong entity tag: of a file its size and the time it was last modified, or
/// one of your own.
///
/// That of a file changes when it is written to, unless that happens twice within
/// what the file system's clock can tell. Where that may be, make a
/// [`new`](Self::new) one of a hash.
///
/// ```
/// use core::time::Duration;
/// use tidegate_core::ETag;
///
/// let etag = ETag::of_file(11, Duration::new(1_700_000_000, 5));
/// assert_eq!(etag.as_str(), "\"b-17979cfe362a0005\"");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ETag {
    bytes: [u8; MOST],
    len: usize,
}

impl ETag {
    /// This one, without its quotes: a hash or a revision of your own. `None` if
    /// it is longer than 64 bytes, or has a byte in it that is no visible ASCII,
    /// or a quote.
    ///
    /// ```
    /// use tidegate_core::ETag;
    ///
    /// assert_eq!(ETag::new("v1.2").unwrap().as_str(), "\"v1.2\"");
    /// assert!(ETag::new("a\"b").is_none());
    /// ```
    pub fn new(opaque: &str) -> Option<Self> {
        let is_allowed = |byte: u8| matches!(byte, b'!' | b'#'..=b'~');
        if !opaque.bytes().all(is_allowed) {
            return None;
        }
        let mut etag = Self {
            bytes: [0; MOST],
            len: 0,
        };
        write!(etag, "\"{opaque}\"").ok()?;
        Some(etag)
    }

    /// Of a file of this size that was modified so long after the epoch.
    pub fn of_file(size: u64, modified: Duration) -> Self {
        let mut etag = Self {
            bytes: [0; MOST],
            len: 0,
        };
        #[expect(clippy::expect_used, reason = "MOST is what it takes")]
        write!(etag, "\"{size:x}-{:x}\"", modified.as_nanos()).expect("an entity tag fits");
        etag
    }

    /// As it stands in an ETag header, with its quotes.
    pub fn as_str(&self) -> &str {
        #[expect(clippy::expect_used, reason = "only written as str")]
        core::str::from_utf8(&self.bytes[..self.len]).expect("ASCII")
    }

    /// Whether it is in a list of entity tags, or the list is `*`: what If-Match
    /// (only strong ones count) and If-None-Match (weak ones too) ask for. Of a
    /// malformed list what comes before the fault counts.
    pub(super) fn is_in(&self, list: &[u8], weak_too: bool) -> bool {
        let mut rest = trim_blanks(list);
        if rest == b"*" {
            return true;
        }
        loop {
            while let [b',' | b' ' | b'\t', tail @ ..] = rest {
                rest = tail;
            }
            let Some((tag, tail)) = split_tag(rest) else {
                return false;
            };
            if self.is(tag, weak_too) {
                return true;
            }
            rest = trim_blanks(tail);
            if !rest.starts_with(b",") {
                return false;
            }
        }
    }

    /// Whether a single entity tag is this one.
    pub(super) fn is(&self, tag: &[u8], weak_too: bool) -> bool {
        let opaque = match tag.strip_prefix(b"W/") {
            Some(opaque) if weak_too => opaque,
            Some(_) => return false,
            None => tag,
        };
        opaque == self.as_str().as_bytes()
    }
}

/// The entity tag at the front. A comma may be part of it.
fn split_tag(list: &[u8]) -> Option<(&[u8], &[u8])> {
    let quote = match list {
        [b'"', ..] => 0,
        [b'W', b'/', b'"', ..] => 2,
        _ => return None,
    };
    let opaque = &list[quote + 1..];
    let len = opaque.iter().position(|&byte| byte == b'"')?;
    Some(list.split_at(quote + 1 + len + 1))
}

impl Write for ETag {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let end = self.len + s.len();
        let place = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        place.copy_from_slice(s.as_bytes());
        self.len = end;
        Ok(())
    }
}

impl fmt::Debug for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

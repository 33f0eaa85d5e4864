//! Percent-encoding (RFC 3986 section 2.1).

use super::Environ;
use super::variables::value;
use core::fmt;
use core::iter::FusedIterator;
use core::str;

/// What stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// `wsgiref`'s of SCRIPT_NAME: unreserved characters and slashes.
    ScriptName,
    /// `wsgiref`'s of PATH_INFO: these and `;=,`.
    PathInfo,
    /// All that a path may hold (`pchar`) and slashes.
    Path,
    /// All that a query may hold, with the escapes that are in it already.
    Query,
}

impl Plain {
    const fn has(self, byte: u8) -> bool {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => true,
            b';' | b'=' | b',' => !matches!(self, Self::ScriptName),
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b':' | b'@' => {
                !matches!(self, Self::ScriptName | Self::PathInfo)
            }
            b'?' | b'%' => matches!(self, Self::Query),
            _ => false,
        }
    }
}

/// Bytes, percent-encoded: pieces which are ASCII and safe in a URL.
///
/// ```
/// use tidegate_core::environ::query_string;
///
/// let query = query_string(&[("QUERY_STRING", "q=gr\u{fc}n")]).collect::<Vec<_>>();
/// assert_eq!(query, ["q=gr", "%C3", "%BC", "n"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'e> {
    rest: &'e [u8],
    plain: Plain,
}

impl<'e> Escaped<'e> {
    pub(super) const fn new(rest: &'e [u8], plain: Plain) -> Self {
        Self { rest, plain }
    }

    /// A path or a query that somebody wrote by hand: what neither may hold (RFC
    /// 3986 sections 3.3 and 3.4) is percent-encoded, so that an IRI becomes a URI.
    /// Its own escapes stay as they are, and so does `?`.
    ///
    /// ```
    /// use tidegate_core::environ::Escaped;
    ///
    /// let target = Escaped::of_iri("/gr\u{fc}n%2F?q=a b");
    /// assert_eq!(target.to_string(), "/gr%C3%BCn%2F?q=a%20b");
    /// ```
    #[doc(alias = "iri_to_uri")]
    pub fn of_iri<T: AsRef<[u8]> + ?Sized>(iri: &'e T) -> Self {
        Self::new(iri.as_ref(), Plain::Query)
    }

    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'e> Iterator for Escaped<'e> {
    type Item = &'e str;

    fn next(&mut self) -> Option<&'e str> {
        let is_escaped = |&byte: &u8| !self.plain.has(byte);
        let len = self.rest.iter().position(is_escaped);
        let len = len.unwrap_or(self.rest.len());
        let piece;
        (piece, self.rest) = match (len, self.rest) {
            (_, []) => return None,
            (0, [byte, rest @ ..]) => (&ESCAPES[usize::from(*byte)][..], rest),
            (_, rest) => rest.split_at(len),
        };
        #[expect(
            clippy::expect_used,
            reason = "plain bytes are ASCII, and so are escapes"
        )]
        let piece = str::from_utf8(piece).expect("ASCII");
        Some(piece)
    }
}

impl FusedIterator for Escaped<'_> {}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pieces = *self;
        pieces.try_for_each(|piece| f.write_str(piece))
    }
}

static ESCAPES: [[u8; 3]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut escapes = [[b'%'; 3]; 256];
    let mut byte = 0;
    while byte < escapes.len() {
        escapes[byte][1] = DIGITS[byte >> 4];
        escapes[byte][2] = DIGITS[byte & 15];
        byte += 1;
    }
    escapes
};

/// The query, which is ASCII: what no query may hold (RFC 3986 section 3.4) is
/// percent-encoded. Its own escapes stay as they are.
///
/// ```
/// use tidegate_core::environ::query_string;
///
/// let query = query_string(&[("QUERY_STRING", "q=%41 b&\u{e9}")]);
/// assert_eq!(query.to_string(), "q=%41%20b&%C3%A9");
/// ```
#[doc(alias = "get_query_string")]
pub fn query_string<E: Environ + ?Sized>(environ: &E) -> Escaped<'_> {
    Escaped::new(value(environ, "QUERY_STRING"), Plain::Query)
}

/// The byte that an escape at the front stands for.
pub(super) fn unescape(bytes: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    match bytes {
        [b'%', high, low, ..] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    }
}

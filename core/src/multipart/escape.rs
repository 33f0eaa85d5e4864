use core::iter::FusedIterator;

/// How a name or file name is written between the quotes of a
/// Content-Disposition, so that it can neither end them nor begin a line.
///
/// | | `"` | CR, LF | `\` | `%` | other bytes |
/// |---|---|---|---|---|---|
/// | `Browser` | `%22` | `%0D`, `%0A` | as it is | as it is | as they are |
/// | `Percent` | `%22` | `%0D`, `%0A` | `%5C` | `%25` | `%XX` for those that are no printable ASCII |
/// | `Backslash` | `\"` | `%0D`, `%0A` | `\\` | as it is | as they are |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Escaping {
    /// What all browsers send and what servers expect (WHATWG HTML, "multipart
    /// form data"). Names in UTF-8 are sent as they are.
    #[default]
    Browser,
    /// RFC 7578 section 2 to the letter: whoever undoes percent-encoding gets
    /// the name back, whatever it holds. Few servers do.
    Percent,
    /// What Go, curl's `--form-escape` and older programs send (RFC 2183).
    Backslash,
}

/// Which bytes are replaced, and with what.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    Quoted(Escaping),
    /// The value of a `filename*` (RFC 8187 section 3.2.1).
    Extended,
}

impl Rule {
    fn replaces(self, byte: u8) -> bool {
        match self {
            Self::Quoted(Escaping::Browser) => matches!(byte, b'"' | b'\r' | b'\n'),
            Self::Quoted(Escaping::Percent) => {
                !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'%' | b'\\')
            }
            Self::Quoted(Escaping::Backslash) => matches!(byte, b'"' | b'\\' | b'\r' | b'\n'),
            Self::Extended => !matches!(
                byte,
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'!' | b'#' | b'$' | b'&' | b'+' | b'-'
                    | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
            ),
        }
    }

    fn replacement(self, byte: u8) -> &'static [u8] {
        match (self, byte) {
            (Self::Quoted(Escaping::Backslash), b'"') => b"\\\"",
            (Self::Quoted(Escaping::Backslash), b'\\') => b"\\\\",
            _ => &PERCENT[usize::from(byte)],
        }
    }
}

/// `%00` to `%FF`.
static PERCENT: [[u8; 3]; 256] = percent();

const fn percent() -> [[u8; 3]; 256] {
    let digits = b"0123456789ABCDEF";
    let mut table = [[b'%'; 3]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte][1] = digits[byte >> 4];
        table[byte][2] = digits[byte & 0xF];
        byte += 1;
    }
    table
}

/// A value as it is written: what can stay, in one piece, and what replaces the
/// rest.
#[derive(Clone, Debug)]
pub(super) struct Escaped<'v> {
    rest: &'v [u8],
    rule: Rule,
}

impl<'v> Escaped<'v> {
    pub(super) fn new(value: &'v [u8], rule: Rule) -> Self {
        Self { rest: value, rule }
    }
}

impl<'v> Iterator for Escaped<'v> {
    type Item = &'v [u8];

    #[inline]
    fn next(&mut self) -> Option<&'v [u8]> {
        let rule = self.rule;
        let (&first, behind) = self.rest.split_first()?;
        if rule.replaces(first) {
            self.rest = behind;
            return Some(rule.replacement(first));
        }
        let stays = self.rest.iter().position(|&byte| rule.replaces(byte));
        let (piece, rest) = self.rest.split_at(stays.unwrap_or(self.rest.len()));
        self.rest = rest;
        Some(piece)
    }
}

impl FusedIterator for Escaped<'_> {}

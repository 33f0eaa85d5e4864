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
    /// How many bytes can stay, up to the first that is replaced.
    #[inline(always)]
    fn leaves(self, value: &[u8]) -> usize {
        let replaced = match self {
            Self::Quoted(Escaping::Browser | Escaping::Backslash) if is_plain(value) => None,
            _ => value.iter().position(|&byte| self.replaces(byte)),
        };
        replaced.unwrap_or(value.len())
    }

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

/// Whether there is none of `"`, `\`, CR and LF.
///
/// Names are short, and mostly plain. A block that overlaps the one before costs
/// less than to look at what is left byte by byte.
#[inline]
pub(super) fn is_plain(value: &[u8]) -> bool {
    if let Some(last) = value.last_chunk::<16>() {
        let blocks = value.as_chunks::<16>().0;
        blocks.iter().all(is_plain_block) && is_plain_block(last)
    } else if let (Some(first), Some(last)) = (value.first_chunk::<8>(), value.last_chunk::<8>()) {
        is_plain_block(first) & is_plain_block(last)
    } else if let (Some(first), Some(last)) = (value.first_chunk::<4>(), value.last_chunk::<4>()) {
        is_plain_block(first) & is_plain_block(last)
    } else {
        value.iter().all(|&byte| is_plain_block(&[byte]))
    }
}

/// Without a branch, so that the compiler compares all bytes at once.
#[inline(always)]
fn is_plain_block<const N: usize>(block: &[u8; N]) -> bool {
    let occurs = |byte: u8| (byte == b'"') | (byte == b'\\') | (byte == b'\r') | (byte == b'\n');
    !block
        .iter()
        .fold(false, |found, &byte| found | occurs(byte))
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

    #[inline(always)]
    fn next(&mut self) -> Option<&'v [u8]> {
        let &first = self.rest.first()?;
        let stays = self.rule.leaves(self.rest);
        let (piece, rest) = self.rest.split_at(stays.max(1));
        self.rest = rest;
        match stays {
            0 => Some(self.rule.replacement(first)),
            _ => Some(piece),
        }
    }

    #[inline(always)]
    fn fold<B, F: FnMut(B, &'v [u8]) -> B>(self, init: B, mut f: F) -> B {
        // Nearly always, and without the loop, which costs a short name as much
        // as its copy.
        if !self.rest.is_empty() && self.rule.leaves(self.rest) == self.rest.len() {
            return f(init, self.rest);
        }
        let mut sum = init;
        for piece in self {
            sum = f(sum, piece);
        }
        sum
    }
}

impl FusedIterator for Escaped<'_> {}

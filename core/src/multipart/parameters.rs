//! The tokenizer of a header value with parameters: what stands first, and then
//! `; name=value` over and over.
//!
//! One pass from the left. A byte means what the bytes before it say and nothing
//! else, so that `note="x; filename=evil"` is one parameter.
//!
//! ```text
//! value     = BLANKS first BLANKS *( ";" BLANKS [ parameter BLANKS ] )
//! first     = token / token "/" token
//! parameter = token BLANKS "=" BLANKS ( token / quoted )
//! quoted    = DQUOTE *( "\" DQUOTE / "\\" / any byte but DQUOTE and controls ) DQUOTE
//! BLANKS    = *( SP / HTAB )
//! ```
//!
//! Blanks around `;` and empty parameters are of RFC 9110 section 5.6.6. Blanks
//! around `=` are of RFC 2045 section 5.1, as Go, aiohttp and multer read it. A `\"`
//! that nothing follows closes its quotes if it is the first of them (see
//! `quoted`). A parameter that cannot be read is a fault and never left out: the
//! next program may read it.

use super::parameter_fault::ParameterFault;
use super::value::ParameterValue;
use crate::field::{is_blank, is_token_byte, is_value_byte};
use core::iter::FusedIterator;

/// How many parameters a value may have: Rack's limit, and four times what any
/// client sends. Each name is compared with those before it, so it also bounds
/// how often a byte is looked at.
pub(super) const MAX_PARAMETERS: usize = 16;

/// How long a value may be, whatever the limit of who reads it. It makes every
/// offset fit into 32 bits.
pub(super) const MAX_LEN: usize = 1 << 20;

/// A fault, and its offset in the value.
pub(super) type Refused = (usize, ParameterFault);

/// Where a token lies in a header value, or what is between quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// `start <= end <= MAX_LEN`
    start: u32,
    end: u32,
}

impl Span {
    pub(super) const fn new(start: usize, end: usize) -> Self {
        // Both fit: a value is no longer than `MAX_LEN`.
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    pub(super) const fn start(self) -> usize {
        self.start as usize
    }

    pub(super) fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    #[inline]
    pub(super) fn bytes(self, value: &[u8]) -> &[u8] {
        &value[self.start as usize..self.end as usize]
    }

    /// The value of a parameter.
    pub(super) fn of(self, value: &[u8]) -> ParameterValue<'_> {
        // A token has the `=` or a blank in front of it.
        let quoted = value[..self.start()].ends_with(b"\"");
        ParameterValue::new(self.bytes(value), quoted)
    }
}

/// Looks at a value from the left, a token at a time.
#[derive(Clone, Debug)]
pub(super) struct Tokenizer<'v> {
    value: &'v [u8],
    /// `at <= value.len() <= MAX_LEN`
    at: usize,
    /// A line break and the blanks behind it are a blank.
    folds: bool,
}

impl<'v> Tokenizer<'v> {
    pub(super) fn new(value: &'v [u8], folds: bool) -> Result<Self, Refused> {
        if value.len() > MAX_LEN {
            return Err((MAX_LEN, ParameterFault::TooLong));
        }
        let mut tokenizer = Self {
            value,
            at: 0,
            folds,
        };
        tokenizer.skip_blanks();
        Ok(tokenizer)
    }

    /// The token here, or `fault` if none is.
    #[inline]
    pub(super) fn token(&mut self, fault: ParameterFault) -> Result<Span, Refused> {
        let start = self.at;
        self.skip(TOKEN);
        if self.at == start {
            return Err(self.refused(fault));
        }
        Ok(Span::new(start, self.at))
    }

    /// This byte, or `fault` if another one is here.
    #[inline]
    pub(super) fn byte(&mut self, byte: u8, fault: ParameterFault) -> Result<(), Refused> {
        if self.value.get(self.at) != Some(&byte) {
            return Err(self.refused(fault));
        }
        self.at += 1;
        Ok(())
    }

    /// The next parameter's name and value, if there is one.
    #[inline]
    fn parameter(&mut self) -> Result<Option<(Span, Span)>, Refused> {
        loop {
            self.skip_blanks();
            if self.at == self.value.len() {
                return Ok(None);
            }
            self.byte(b';', ParameterFault::NoSemicolon)?;
            self.skip_blanks();
            if !matches!(self.value.get(self.at), None | Some(b';')) {
                break;
            }
        }
        let name = self.token(ParameterFault::MalformedName)?;
        self.skip_blanks();
        self.byte(b'=', ParameterFault::NoEqualsSign)?;
        self.skip_blanks();
        let value = match self.value.get(self.at) {
            Some(b'"') => self.quoted()?,
            _ => self.unquoted()?,
        };
        Ok(Some((name, value)))
    }

    #[inline]
    fn unquoted(&mut self) -> Result<Span, Refused> {
        let start = self.at;
        self.skip(TOKEN);
        match self.value.get(self.at) {
            None | Some(b';' | b' ' | b'\t' | b'\r' | b'\n') if self.at > start => {
                Ok(Span::new(start, self.at))
            }
            None | Some(b';') => Err(self.refused(ParameterFault::NoValue)),
            Some(_) => Err(self.refused(ParameterFault::UnquotedByte)),
        }
    }

    #[inline]
    fn quoted(&mut self) -> Result<Span, Refused> {
        let quote = self.at;
        self.at += 1;
        let mut escapes_quotes = false;
        loop {
            self.skip(PLAIN);
            let rest = &self.value[self.at..];
            match rest {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(Span::new(quote + 1, self.at - 1));
                }
                // A browser writes a backslash in front of the last quote alone, for
                // a name that ends in one: inside a name a quote is `%22`.
                [b'\\', b'"', behind @ ..]
                    if !escapes_quotes && self.blanks(self.at + 2) == behind.len() =>
                {
                    self.at += 1;
                }
                [b'\\', b'"', ..] => {
                    escapes_quotes = true;
                    self.at += 2;
                }
                [b'\\', b'\\', ..] => self.at += 2,
                [b'\\', ..] => self.at += 1,
                [] => return Err((quote, ParameterFault::UnclosedQuote)),
                _ => match fold(rest) {
                    Some(len) if self.folds => self.at += len,
                    _ => return Err(self.refused(ParameterFault::UnclosedQuote)),
                },
            }
        }
    }

    #[inline]
    fn skip_blanks(&mut self) {
        if let Some(b' ' | b'\t' | b'\r' | b'\n') = self.value.get(self.at) {
            self.at += self.blanks(self.at);
        }
    }

    /// How long the run of blanks is that begins there.
    fn blanks(&self, start: usize) -> usize {
        let mut at = start;
        loop {
            let rest = &self.value[at..];
            let other = rest.iter().position(|&byte| !is_blank(byte));
            at += other.unwrap_or(rest.len());
            match fold(&self.value[at..]) {
                Some(len) if self.folds => at += len,
                _ => return at - start,
            }
        }
    }

    /// To the first byte that is none of the class.
    #[inline]
    fn skip(&mut self, class: u8) {
        self.at += run(&self.value[self.at..], class);
    }

    /// The fault of the byte here: that it may be in no value, or this one.
    #[cold]
    fn refused(&self, fault: ParameterFault) -> Refused {
        let fault = match self.value.get(self.at) {
            Some(b'\r' | b'\n') => ParameterFault::LineBreak,
            Some(&byte) if !is_value_byte(byte) => ParameterFault::ControlByte,
            _ => fault,
        };
        (self.at, fault)
    }
}

/// Shows each parameter that is left to `each`, and refuses a name that was
/// there already.
#[inline]
pub(super) fn each_parameter<'v>(
    mut tokenizer: Tokenizer<'v>,
    mut each: impl FnMut(&'v [u8], Span),
) -> Result<(), Refused> {
    let all = tokenizer.clone();
    let value = tokenizer.value;
    // One bit for names of a kind: only where it is set already may one be there
    // twice.
    let mut kinds = 0_u64;
    let mut count = 0;
    while let Some((name, content)) = tokenizer.parameter()? {
        let bytes = name.bytes(value);
        let kind = 1 << (kind_of_name(bytes) % 64);
        if kinds & kind != 0 && is_before(name, all.clone()) {
            return Err((name.start(), ParameterFault::Duplicate));
        }
        if count == MAX_PARAMETERS {
            return Err((name.start(), ParameterFault::TooMany));
        }
        kinds |= kind;
        count += 1;
        each(bytes, content);
    }
    Ok(())
}

/// The same for names that differ in case.
fn kind_of_name(name: &[u8]) -> usize {
    match name {
        [first, second, .., last] => {
            let [first, second, last] = [first, second, last].map(|byte| usize::from(byte | 0x20));
            name.len() ^ first ^ (second << 1) ^ (last << 2)
        }
        _ => 1,
    }
}

/// Whether a parameter in front of that one has its name.
#[cold]
fn is_before(name: Span, mut all: Tokenizer<'_>) -> bool {
    let bytes = name.bytes(all.value);
    while let Ok(Some((other, _))) = all.parameter() {
        if other.bytes(all.value).eq_ignore_ascii_case(bytes) {
            return other != name;
        }
    }
    false
}

/// How long the fold is that the bytes begin with, if they do: a line break of
/// any kind and the blanks behind it, at least one (`obs-fold` of RFC 9112
/// section 5.2, with any line break).
#[inline]
pub(super) fn fold(bytes: &[u8]) -> Option<usize> {
    let line_break = match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    let behind = &bytes[line_break..];
    let other = behind.iter().position(|&byte| !is_blank(byte));
    match other.unwrap_or(behind.len()) {
        0 => None,
        blanks => Some(line_break + blanks),
    }
}

/// How many bytes are of the class before the first that is none.
#[inline]
fn run(bytes: &[u8], class: u8) -> usize {
    let other = bytes
        .iter()
        .position(|&byte| CLASS[usize::from(byte)] & class == 0);
    other.unwrap_or(bytes.len())
}

/// The bytes that mean themselves between quotes, from here to the quote that
/// ends them.
#[inline]
pub(super) fn plain_until_quote(bytes: &[u8]) -> Option<&[u8]> {
    let (plain, rest) = bytes.split_at(run(bytes, PLAIN));
    rest.starts_with(b"\"").then_some(plain)
}

const TOKEN: u8 = 1;
/// May be in quotes, where it means nothing else.
const PLAIN: u8 = 2;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let it = byte as u8;
        table[byte] = (is_token_byte(it) as u8 * TOKEN)
            | ((is_value_byte(it) && !matches!(it, b'"' | b'\\')) as u8 * PLAIN);
        byte += 1;
    }
    table
}

/// The parameters of a header value, as pairs of name and value.
///
/// Those whose names end in `*` (RFC 8187), or are numbered (`name*0`, RFC 2231),
/// come as they are.
#[derive(Clone, Debug)]
pub struct Parameters<'v> {
    /// Behind what stands first, in a value that was found well-formed.
    rest: Tokenizer<'v>,
}

impl<'v> Parameters<'v> {
    /// Those behind `first`, in a value that was tokenized.
    pub(super) fn behind(first: Span, value: &'v [u8]) -> Self {
        Self {
            rest: Tokenizer {
                value,
                at: first.end as usize,
                // If there are any they were found to be right.
                folds: true,
            },
        }
    }

    pub(super) fn find(mut self, name: &str) -> Option<ParameterValue<'v>> {
        self.find_map(|(other, value)| other.eq_ignore_ascii_case(name).then_some(value))
    }
}

impl<'v> Iterator for Parameters<'v> {
    type Item = (&'v str, ParameterValue<'v>);

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.rest.parameter();
        let (name, content) = next.ok().flatten()?;
        let value = self.rest.value;
        Some((token_str(name.bytes(value)), content.of(value)))
    }
}

impl FusedIterator for Parameters<'_> {}

/// A token as text.
pub(super) fn token_str(token: &[u8]) -> &str {
    #[expect(clippy::expect_used, reason = "all bytes of a token are ASCII")]
    core::str::from_utf8(token).expect("ASCII")
}

//! Bodies as RFC 9112 sections 6 and 7.1 read, with all of the input in hand:
//! slow, and obviously right.

use crate::input::size;
use arbitrary::{Result as Drawn, Unstructured};
use tidegate_core::{BodyKind, BodyKindFault, ChunkedDecoder, ChunkedFault as Fault, HttpVersion};

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub size_line: usize,
    pub extensions: usize,
    pub trailers: usize,
    pub trailer_bytes: usize,
}

impl Limits {
    /// A digit for each; see [`size`].
    pub fn arbitrary(u: &mut Unstructured<'_>) -> Drawn<Self> {
        Ok(Self {
            size_line: size(u.arbitrary()?),
            extensions: size(u.arbitrary()?),
            trailers: size(u.arbitrary()?),
            trailer_bytes: size(u.arbitrary()?),
        })
    }

    pub fn decoder(self) -> ChunkedDecoder {
        ChunkedDecoder::new()
            .max_size_line(self.size_line)
            .max_extensions(self.extensions)
            .max_trailers(self.trailers)
            .max_trailer_bytes(self.trailer_bytes)
    }
}

/// Bytes of a body that a fuzzer would be long in finding: `FD`, `FC` and so on.
pub const WORDS: &[&[u8]] = &[
    b"\r\n",
    b"0\r\n\r\n",
    b"5\r\nhello\r\n",
    b";a=\"b\"",
    b"Name: value\r\n",
];

/// What a body holds, and how many bytes it takes or where what is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub data: Vec<u8>,
    pub trailers: Vec<(Vec<u8>, Vec<u8>)>,
    pub end: Result<usize, (u64, Fault)>,
}

pub fn decode(limits: Limits, input: &[u8]) -> Answer {
    let mut body = Body {
        limits,
        input,
        at: 0,
        extensions: 0,
        data: Vec::new(),
        trailers: Vec::new(),
    };
    let end = match body.read() {
        Ok(()) => Ok(body.at),
        Err(fault) => Err((body.at as u64, fault)),
    };
    Answer {
        data: body.data,
        trailers: body.trailers,
        end,
    }
}

/// A cursor: a fault is where it stands.
struct Body<'i> {
    limits: Limits,
    input: &'i [u8],
    at: usize,
    extensions: usize,
    data: Vec<u8>,
    trailers: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Body<'_> {
    /// `chunked-body = *chunk last-chunk trailer-section CRLF`
    fn read(&mut self) -> Result<(), Fault> {
        loop {
            let size = self.size_line()?;
            if size == 0 {
                break;
            }
            for _ in 0..size {
                let byte = self.peek()?;
                self.data.push(byte);
                self.at += 1;
            }
            self.expect(b'\r', Fault::UnterminatedData)?;
            self.expect(b'\n', Fault::UnterminatedData)?;
        }
        let start = self.at;
        while self.peek()? != b'\r' {
            self.trailer(start)?;
        }
        self.at += 1;
        self.expect(b'\n', Fault::BareCr)
    }

    /// `chunk-size [ chunk-ext ] CRLF`
    fn size_line(&mut self) -> Result<u128, Fault> {
        let start = self.at;
        let mut digits = String::new();
        while (self.peek()? as char).is_ascii_hexdigit() {
            if digits.len() == 16 {
                return Err(Fault::SizeTooLong);
            }
            self.within_line(start)?;
            digits.push(self.input[self.at] as char);
            self.at += 1;
        }
        let mut garbage = Fault::MalformedSize;
        if digits.is_empty() {
            return Err(match self.peek()? {
                b'\n' => Fault::BareLf,
                b'\r' | b';' => Fault::EmptySize,
                _ => Fault::MalformedSize,
            });
        }
        loop {
            let blanks = self.blanks(start)?;
            match self.peek()? {
                b';' => self.extension(start)?,
                b'\r'
                    if blanks == 0
                        && self.input[self.at - 1] != b' '
                        && self.input[self.at - 1] != b'\t' =>
                {
                    break;
                }
                b'\r' => return Err(Fault::TrailingBlank),
                byte => {
                    if blanks > 0 || self.input[start..self.at].contains(&b';') {
                        garbage = Fault::MalformedExtension;
                    }
                    return Err(or_bare_lf(byte, garbage));
                }
            }
        }
        self.at += 1;
        self.expect(b'\n', Fault::BareCr)?;
        Ok(u128::from_str_radix(&digits, 16).unwrap())
    }

    /// `";" BWS token [ BWS "=" BWS ( token / quoted-string ) ]`, and blanks.
    fn extension(&mut self, start: usize) -> Result<(), Fault> {
        self.extension_byte(start)?;
        self.blanks(start)?;
        self.token(start)?;
        self.blanks(start)?;
        if self.peek()? != b'=' {
            return Ok(());
        }
        self.extension_byte(start)?;
        self.blanks(start)?;
        if self.peek()? != b'"' {
            return self.token(start);
        }
        self.extension_byte(start)?;
        loop {
            match self.peek()? {
                b'"' => return self.extension_byte(start),
                b'\\' => {
                    self.extension_byte(start)?;
                    self.text(start)?;
                }
                _ => self.text(start)?,
            }
        }
    }

    fn token(&mut self, start: usize) -> Result<(), Fault> {
        let byte = self.peek()?;
        if !is_tchar(byte) {
            return Err(or_bare_lf(byte, Fault::MalformedExtension));
        }
        while is_tchar(self.peek()?) {
            self.extension_byte(start)?;
        }
        Ok(())
    }

    fn blanks(&mut self, start: usize) -> Result<usize, Fault> {
        let mut count = 0;
        while matches!(self.peek()?, b' ' | b'\t') {
            self.extension_byte(start)?;
            count += 1;
        }
        Ok(count)
    }

    /// A byte of a quoted string.
    fn text(&mut self, start: usize) -> Result<(), Fault> {
        let byte = self.peek()?;
        match is_text(byte) {
            true => self.extension_byte(start),
            false => Err(or_bare_lf(byte, Fault::MalformedExtension)),
        }
    }

    fn extension_byte(&mut self, start: usize) -> Result<(), Fault> {
        self.within_line(start)?;
        let max = self.limits.extensions;
        if self.extensions == max {
            return Err(Fault::ExtensionsTooLong { max });
        }
        self.extensions += 1;
        self.at += 1;
        Ok(())
    }

    fn within_line(&self, start: usize) -> Result<(), Fault> {
        let max = self.limits.size_line;
        match self.at - start < max {
            true => Ok(()),
            false => Err(Fault::SizeLineTooLong { max }),
        }
    }

    /// `field-name ":" OWS field-value OWS CRLF`
    fn trailer(&mut self, start: usize) -> Result<(), Fault> {
        if self.trailers.len() == self.limits.trailers {
            let max = self.limits.trailers;
            return Err(Fault::TooManyTrailers { max });
        }
        let name = self.while_in(start, is_tchar)?;
        if name.is_empty() || self.peek()? != b':' {
            return Err(or_bare_lf(self.peek()?, Fault::MalformedTrailer));
        }
        self.at += 1;
        let value = self.while_in(start, is_text)?;
        if self.peek()? != b'\r' {
            return Err(or_bare_lf(self.peek()?, Fault::MalformedTrailer));
        }
        self.at += 1;
        self.while_in(start, |_| false)?;
        self.expect(b'\n', Fault::BareCr)?;
        let blanks: &[char] = &[' ', '\t'];
        let value: String = value.iter().map(|&byte| byte as char).collect();
        let value = value.trim_matches(blanks).chars().map(|c| c as u8);
        self.trailers.push((name, value.collect()));
        Ok(())
    }

    /// The bytes of a trailer line that are of this kind. The next one is not
    /// behind the limit either.
    fn while_in(&mut self, start: usize, kind: fn(u8) -> bool) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        loop {
            let byte = self.peek()?;
            let max = self.limits.trailer_bytes;
            if self.at - start == max {
                return Err(Fault::TrailersTooLong { max });
            }
            if !kind(byte) {
                return Ok(bytes);
            }
            bytes.push(byte);
            self.at += 1;
        }
    }

    fn peek(&self) -> Result<u8, Fault> {
        self.input.get(self.at).copied().ok_or(Fault::Truncated)
    }

    fn expect(&mut self, wanted: u8, otherwise: Fault) -> Result<(), Fault> {
        match self.peek()? == wanted {
            true => {
                self.at += 1;
                Ok(())
            }
            false => Err(otherwise),
        }
    }
}

fn or_bare_lf(byte: u8, fault: Fault) -> Fault {
    match byte {
        b'\n' => Fault::BareLf,
        _ => fault,
    }
}

fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `HTAB / SP / VCHAR / obs-text`
fn is_text(byte: u8) -> bool {
    byte == b'\t' || byte >= b' ' && byte != 0x7f
}

/// A header as characters, each of which is a byte.
pub type Header = (String, String);

/// What the headers announce, the first fault in their order before all that is
/// only seen in the end.
pub fn announced(
    version: HttpVersion,
    headers: &[Header],
) -> Result<Option<BodyKind>, BodyKindFault> {
    let mut lengths = Vec::new();
    let mut codings = Vec::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let is_none = |c: char| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(c);
        let bare = name.trim_matches(is_none);
        let framing = ["content-length", "transfer-encoding"].contains(&bare);
        if framing && bare != name {
            return Err(BodyKindFault::MalformedName);
        }
        let blanks: &[char] = &[' ', '\t'];
        match bare {
            "content-length" => {
                lengths.push(length(value.trim_matches(blanks))?);
                match lengths[..] {
                    [first, second] if first == second => {
                        return Err(BodyKindFault::RepeatedLength);
                    }
                    [_, _] => return Err(BodyKindFault::DifferingLengths),
                    _ => {}
                }
            }
            "transfer-encoding" => {
                for coding in value.split(',') {
                    codings.push(coding.trim_matches(blanks).to_ascii_lowercase());
                    let codings: Vec<&str> = codings.iter().map(|coding| &coding[..]).collect();
                    match codings[..] {
                        [.., ""] => return Err(BodyKindFault::EmptyCoding),
                        ["chunked"] => {}
                        ["chunked", "chunked"] => return Err(BodyKindFault::ChunkedTwice),
                        ["chunked", _] => return Err(BodyKindFault::ChunkedNotLast),
                        _ => return Err(BodyKindFault::UnknownCoding),
                    }
                }
            }
            _ => {}
        }
    }
    match (&lengths[..], codings.len(), version) {
        ([], 0, _) => Ok(None),
        ([length], 0, _) => Ok(Some(BodyKind::Length(*length))),
        ([], _, HttpVersion::Http11) => Ok(Some(BodyKind::Chunked)),
        ([], _, HttpVersion::Http10) => Err(BodyKindFault::CodingInHttp10),
        _ => Err(BodyKindFault::LengthAndCoding),
    }
}

fn length(text: &str) -> Result<u64, BodyKindFault> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, behind) = text.split_at(end.unwrap_or(text.len()));
    let odd = match behind.chars().next() {
        Some('+' | '-') => Some(BodyKindFault::SignedLength),
        Some(',') => Some(BodyKindFault::ListedLength),
        Some(' ' | '\t') => Some(BodyKindFault::BlankInLength),
        Some(_) => Some(BodyKindFault::MalformedLength),
        None if digits.is_empty() => Some(BodyKindFault::EmptyLength),
        None => None,
    };
    match (digits.parse(), odd) {
        (Err(_), _) if !digits.is_empty() => Err(BodyKindFault::LengthTooLarge),
        (_, Some(fault)) => Err(fault),
        (length, None) => Ok(length.unwrap()),
    }
}

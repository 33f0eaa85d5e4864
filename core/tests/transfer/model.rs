//! Chunked bodies as the grammar of RFC 9112 section 7.1 reads, with all of the
//! input in hand: slow, and obviously right.
#![allow(unreachable_pub, reason = "the fuzz targets are held to it too")]

use tidegate_core::ChunkedFault as Fault;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub size_line: usize,
    pub extensions: usize,
    pub trailers: usize,
    pub trailer_bytes: usize,
}

impl Limits {
    /// Those of the decoder, if nobody says otherwise.
    pub const DEFAULT: Self = Self {
        size_line: 4096,
        extensions: 16384,
        trailers: 64,
        trailer_bytes: 8192,
    };
}

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

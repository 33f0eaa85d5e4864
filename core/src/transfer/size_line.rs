use super::fault::ChunkedFault;
use crate::field::{is_blank, is_token_byte, is_value_byte};

/// More digits do not fit 64 bits, and zeros in front serve nobody honest.
pub(super) const MAX_DIGITS: usize = 16;

/// The line in front of a chunk's data (RFC 9112 section 7.1):
///
/// ```text
/// 1*HEXDIG *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] ) CRLF
/// ```
///
/// A byte at a time, so that a line which straddles two reads is neither kept
/// nor looked at again. Extensions are checked and dropped. Every byte counts:
/// a reader that lets any of them pass unseen ends the line elsewhere than its
/// neighbour does.
#[derive(Clone, Debug)]
pub(super) struct SizeLine {
    next: Next,
    size: u64,
    digits: usize,
    /// Bytes so far.
    len: usize,
}

/// What may come next.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// The first digit.
    Size,
    Digit,
    /// Behind a blank, where only another extension may follow.
    Semicolon,
    ExtensionName,
    ExtensionNameByte,
    /// Behind a blank: the value of the extension, or another one.
    Equals,
    ExtensionValue,
    TokenByte,
    QuotedByte,
    EscapedByte,
    /// Behind the closing quote.
    QuoteEnd,
    Lf,
}

/// What a byte was.
pub(super) enum Taken {
    /// One of the size.
    Digit,
    /// One of an extension.
    Extension,
    LineEnd,
    /// The last of the line.
    Size(u64),
}

impl SizeLine {
    pub(super) const fn new() -> Self {
        Self {
            next: Next::Size,
            size: 0,
            digits: 0,
            len: 0,
        }
    }

    /// Nothing of the line was seen.
    #[inline]
    pub(super) fn is_new(&self) -> bool {
        self.len == 0
    }

    /// How many bytes of the line were taken.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn take(&mut self, byte: u8) -> Result<Taken, ChunkedFault> {
        let (next, taken) = match (self.next, byte) {
            (Next::Size | Next::Digit, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                self.push(byte)?;
                (Next::Digit, Taken::Digit)
            }
            (Next::Lf, b'\n') => return Ok(Taken::Size(self.size)),
            (Next::Lf, _) => return Err(ChunkedFault::BareCr),
            (_, b'\n') => return Err(ChunkedFault::BareLf),
            (Next::Size, b'\r' | b';') => return Err(ChunkedFault::EmptySize),
            (Next::Size, _) => return Err(ChunkedFault::MalformedSize),
            (Next::Semicolon | Next::Equals, b'\r') => return Err(ChunkedFault::TrailingBlank),
            (Next::Digit | Next::ExtensionNameByte | Next::TokenByte | Next::QuoteEnd, b'\r') => {
                (Next::Lf, Taken::LineEnd)
            }
            (next, _) => (next.within_extension(byte)?, Taken::Extension),
        };
        self.next = next;
        self.len += 1;
        Ok(taken)
    }

    fn push(&mut self, digit: u8) -> Result<(), ChunkedFault> {
        if self.digits == MAX_DIGITS {
            return Err(ChunkedFault::SizeTooLong);
        }
        self.digits += 1;
        self.size = self.size << 4 | hex_value(digit);
        Ok(())
    }
}

impl Next {
    fn within_extension(self, byte: u8) -> Result<Self, ChunkedFault> {
        Ok(match (self, byte) {
            (
                Self::Digit
                | Self::Semicolon
                | Self::Equals
                | Self::ExtensionNameByte
                | Self::TokenByte
                | Self::QuoteEnd,
                b';',
            ) => Self::ExtensionName,
            (Self::Digit | Self::Semicolon | Self::TokenByte | Self::QuoteEnd, _)
                if is_blank(byte) =>
            {
                Self::Semicolon
            }
            (Self::Digit, _) => return Err(ChunkedFault::MalformedSize),
            (Self::ExtensionName, _) if is_blank(byte) => Self::ExtensionName,
            (Self::ExtensionName | Self::ExtensionNameByte, _) if is_token_byte(byte) => {
                Self::ExtensionNameByte
            }
            (Self::ExtensionNameByte | Self::Equals, _) if is_blank(byte) => Self::Equals,
            (Self::ExtensionNameByte | Self::Equals, b'=') => Self::ExtensionValue,
            (Self::ExtensionValue, _) if is_blank(byte) => Self::ExtensionValue,
            (Self::ExtensionValue, b'"') => Self::QuotedByte,
            (Self::ExtensionValue | Self::TokenByte, _) if is_token_byte(byte) => Self::TokenByte,
            (Self::QuotedByte, b'"') => Self::QuoteEnd,
            (Self::QuotedByte, b'\\') => Self::EscapedByte,
            (Self::QuotedByte | Self::EscapedByte, _) if is_value_byte(byte) => Self::QuotedByte,
            _ => return Err(ChunkedFault::MalformedExtension),
        })
    }
}

fn hex_value(digit: u8) -> u64 {
    // Letters have the bit of 0x40 set, and A is 10.
    u64::from(digit & 0xF) + if digit >= b'A' { 9 } else { 0 }
}

/// A size line without extensions that lies whole at the front of the window:
/// how long it is, and the size. `None` decides nothing.
#[inline]
pub(super) fn plain(window: &[u8]) -> Option<(usize, u64)> {
    let mut size = 0;
    let mut digits = 0;
    for &byte in window.iter().take(MAX_DIGITS) {
        let digit = HEX[usize::from(byte)];
        if digit == NO_DIGIT {
            break;
        }
        size = size << 4 | u64::from(digit);
        digits += 1;
    }
    let ends = digits > 0 && window.get(digits..digits + 2) == Some(b"\r\n");
    ends.then_some((digits + 2, size))
}

const NO_DIGIT: u8 = 0xFF;

/// What each byte is worth as a digit. A table, for this is the longest part of
/// the way from one short chunk to the next.
const HEX: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value] as usize] = value as u8;
        values[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    values
};

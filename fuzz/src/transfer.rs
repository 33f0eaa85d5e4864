//! Bodies as RFC 9112 sections 6 and 7.1 read, with all of the input in hand:
//! slow, and obviously right.

use crate::input::size;
use arbitrary::{Result as Drawn, Unstructured};
use tidegate_core::{BodyKind, BodyKindFault, ChunkedDecoder, HttpVersion};

/// One model for the tests and for these.
#[path = "../../core/tests/transfer/model.rs"]
mod model;

pub use model::{Answer, Limits, decode};

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

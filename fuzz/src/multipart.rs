//! Multipart bodies as the rules of `Decoder` read, with all of the body in hand:
//! slow, and obviously right.

use crate::input::size;
use arbitrary::{Result as Drawn, Unstructured};
use tidegate_core::testing::Outcome;
use tidegate_core::{At, Boundary, DecodeFault, Decoded, ParameterValue};

/// One model for the tests and for these.
#[path = "../../core/tests/multipart_decode/model.rs"]
mod model;

pub use model::{Answer, Head, Rules, Token, decode};

/// A short one, one of bytes that all bodies have, one that begins like its own
/// delimiter, and the longest.
pub const BOUNDARIES: [&str; 4] = [
    "x",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "--",
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
];

/// Bytes of a body that a fuzzer would be long in finding: `FD`, `FC` and so on.
pub fn words(boundary: &str) -> Vec<Vec<u8>> {
    let delimiter = format!("\r\n--{boundary}");
    let words = [
        "\r\n",
        &delimiter,
        &delimiter[..delimiter.len() - 1],
        "Content-Disposition: form-data; name=\"",
        "\"; filename=\"",
        "\r\n\r\n",
    ];
    words.map(|word| word.as_bytes().to_vec()).to_vec()
}

impl Rules {
    /// A digit for what kind it is and for the boundary, and one for each limit; see
    /// [`size`].
    pub fn arbitrary(u: &mut Unstructured<'_>) -> Drawn<Self> {
        let kind: u8 = u.arbitrary()?;
        let at = BOUNDARIES[usize::from(u.arbitrary::<u8>()? % 4)];
        let mut limit = || Ok(size(u.arbitrary()?));
        Ok(Self {
            boundary: boundary(at),
            form: kind & 1 == 0,
            lenient: kind & 2 != 0,
            parts: limit()?,
            files: limit()?,
            fields: limit()?,
            headers: limit()?,
            head_len: limit()?,
            name_len: limit()?,
            preamble: limit()? as u64,
            epilogue: limit()? as u64,
            file_len: limit()? as u64,
            field_len: limit()? as u64,
            fields_len: limit()? as u64,
        })
    }
}

pub fn boundary(boundary: &str) -> Boundary {
    Boundary::new(boundary).unwrap()
}

/// Keeps a token, with neighbouring data as one.
pub fn record(tokens: &mut Vec<Token>, token: Decoded<'_>) {
    match (token, tokens.last_mut()) {
        (Decoded::Preamble(more), Some(Token::Preamble(text)))
        | (Decoded::Data(more), Some(Token::Data(text)))
        | (Decoded::Epilogue(more), Some(Token::Epilogue(text))) => {
            assert!(!more.is_empty());
            text.extend(more);
        }
        (Decoded::Preamble(text), _) => tokens.push(Token::Preamble(text.to_vec())),
        (Decoded::Data(text), _) => tokens.push(Token::Data(text.to_vec())),
        (Decoded::Epilogue(text), _) => tokens.push(Token::Epilogue(text.to_vec())),
        (Decoded::End, _) => tokens.push(Token::End),
        (Decoded::Head(head), _) => {
            let bytes = |value: ParameterValue<'_>| value.to_cow().into_owned();
            tokens.push(Token::Head(Head {
                bytes: head.as_bytes().to_vec(),
                fields: head
                    .fields()
                    .map(|(name, value)| (name.to_vec(), bytes(value)))
                    .collect(),
                name: head.name().map(bytes),
                filename: head.filename().map(bytes),
                content_type: head.content_type().map(bytes),
            }));
        }
    }
}

pub fn answer(outcome: Outcome<Token, DecodeFault>) -> Answer {
    Answer {
        tokens: outcome.tokens,
        fault: outcome.fault.map(|At { offset, fault }| (offset, fault)),
    }
}

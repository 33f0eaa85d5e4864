use crate::{Fault, FaultClass};
use core::fmt;

/// What can be wrong with a chunked body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChunkedFault {
    /// A size line without a size.
    EmptySize,
    /// A size with anything in it that is no hexadecimal digit.
    MalformedSize,
    /// A size of more than 16 digits.
    SizeTooLong,
    /// Blanks at the end of a size line.
    TrailingBlank,
    /// An extension which is none, or with a byte in it that may not be there.
    MalformedExtension,
    /// A line feed that no carriage return precedes.
    BareLf,
    /// A carriage return that no line feed follows.
    BareCr,
    /// Data without CRLF behind them: more of them than the size says, or
    /// fewer.
    UnterminatedData,
    /// A trailer line that is no field, or is folded.
    MalformedTrailer,
    /// A size line is longer than the maximum.
    SizeLineTooLong {
        /// The maximum in bytes.
        max: usize,
    },
    /// The extensions are longer than the maximum.
    ExtensionsTooLong {
        /// The maximum in bytes.
        max: usize,
    },
    /// The trailer lines are longer than the maximum.
    TrailersTooLong {
        /// The maximum in bytes.
        max: usize,
    },
    /// There are more trailers than the maximum.
    TooManyTrailers {
        /// The maximum.
        max: usize,
    },
    /// The input ended before the body did.
    Truncated,
}

impl Fault for ChunkedFault {
    fn class(&self) -> FaultClass {
        match self {
            Self::EmptySize
            | Self::MalformedSize
            | Self::SizeTooLong
            | Self::TrailingBlank
            | Self::MalformedExtension
            | Self::BareLf
            | Self::BareCr
            | Self::UnterminatedData
            | Self::MalformedTrailer => FaultClass::Malformed,
            Self::SizeLineTooLong { .. }
            | Self::ExtensionsTooLong { .. }
            | Self::TrailersTooLong { .. }
            | Self::TooManyTrailers { .. } => FaultClass::TooLarge,
            Self::Truncated => FaultClass::Truncated,
        }
    }
}

impl fmt::Display for ChunkedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptySize => f.write_str("a chunk has no size"),
            Self::MalformedSize => f.write_str("a chunk size is not a hexadecimal number"),
            Self::SizeTooLong => f.write_str("a chunk size has more than 16 digits"),
            Self::TrailingBlank => f.write_str("a chunk size line ends in blanks"),
            Self::MalformedExtension => f.write_str("a chunk extension is malformed"),
            Self::BareLf => f.write_str("a line feed has no carriage return"),
            Self::BareCr => f.write_str("a carriage return has no line feed"),
            Self::UnterminatedData => f.write_str("the data of a chunk do not end in CRLF"),
            Self::MalformedTrailer => f.write_str("a trailer line is malformed"),
            Self::SizeLineTooLong { max } => {
                write!(
                    f,
                    "a chunk size line is longer than the {max} bytes allowed"
                )
            }
            Self::ExtensionsTooLong { max } => {
                write!(
                    f,
                    "the chunk extensions are longer than the {max} bytes allowed"
                )
            }
            Self::TrailersTooLong { max } => {
                write!(f, "the trailers are longer than the {max} bytes allowed")
            }
            Self::TooManyTrailers { max } => {
                write!(f, "there are more than the {max} trailers allowed")
            }
            Self::Truncated => f.write_str("the input ended before the chunked body did"),
        }
    }
}

impl core::error::Error for ChunkedFault {}

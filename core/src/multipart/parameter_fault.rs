use crate::fault::{Fault, FaultClass};
use core::fmt;

/// Which rule a header value with parameters breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterFault {
    /// What stands first is no token, or no pair of them in a media type.
    MalformedKind,
    /// NUL or another control character, of which only the tab is allowed.
    ControlByte,
    /// CR or LF. Where folds are allowed, one with no blank behind it.
    LineBreak,
    /// Something other than `;` is behind what stands first, or behind a value.
    NoSemicolon,
    /// The name of a parameter is no token.
    MalformedName,
    /// Something other than `=` is behind the name of a parameter.
    NoEqualsSign,
    /// Nothing is behind the `=`. An empty value is written `""`.
    NoValue,
    /// A value without quotes has a byte which is allowed only between them.
    UnquotedByte,
    /// The quote of a value is never closed. The offset is that of the quote.
    UnclosedQuote,
    /// A name is there twice, in whatever case. The offset is that of the second.
    Duplicate,
    /// There are more than 16 parameters.
    TooMany,
    /// The value is longer than 1 MiB.
    TooLong,
}

impl Fault for ParameterFault {
    fn class(&self) -> FaultClass {
        match self {
            Self::TooMany | Self::TooLong => FaultClass::TooLarge,
            _ => FaultClass::Malformed,
        }
    }
}

impl fmt::Display for ParameterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedKind => "a header value does not begin with a token",
            Self::ControlByte => "a header value has a control character",
            Self::LineBreak => "a header value has a line break",
            Self::NoSemicolon => "a header value has no semicolon where one has to be",
            Self::MalformedName => "the name of a parameter is no token",
            Self::NoEqualsSign => "a parameter has no equals sign behind its name",
            Self::NoValue => "a parameter has no value",
            Self::UnquotedByte => "a parameter has a byte that may only be in quotes",
            Self::UnclosedQuote => "the quote of a parameter is not closed",
            Self::Duplicate => "a parameter is there twice",
            Self::TooMany => "a header value has more than 16 parameters",
            Self::TooLong => "a header value is longer than 1 MiB",
        })
    }
}

impl core::error::Error for ParameterFault {}

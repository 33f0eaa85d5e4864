use crate::multipart::ParameterFault;
use crate::{Fault, FaultClass};
use core::fmt;

/// What can be wrong with a multipart body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeFault {
    /// The line of a delimiter goes on with something that is no line end.
    MalformedDelimiter,
    /// A line feed that no carriage return precedes.
    BareLf,
    /// A carriage return that no line feed follows.
    BareCr,
    /// A line of a head that is no field, or whose name is no token.
    MalformedField,
    /// A control character in the value of a field.
    ForbiddenByte,
    /// A line of a head that begins with a blank.
    Folded,
    /// A part of a form without a Content-Disposition.
    NoDisposition,
    /// A second Content-Disposition.
    DuplicateDisposition,
    /// A second Content-Type.
    DuplicateContentType,
    /// A part of a form whose Content-Disposition says that it is none.
    NotFormData,
    /// A Content-Disposition that is none.
    Disposition(ParameterFault),
    /// A part of a form without a name.
    NoName,
    /// There are blanks behind a delimiter without an end.
    DelimiterTooLong {
        /// The maximum of blanks.
        max: usize,
    },
    /// There are more parts than the maximum.
    TooManyParts {
        /// The maximum.
        max: usize,
    },
    /// There are more parts with a file name than the maximum.
    TooManyFiles {
        /// The maximum.
        max: usize,
    },
    /// There are more parts without a file name than the maximum.
    TooManyFields {
        /// The maximum.
        max: usize,
    },
    /// The head of a part has more fields than the maximum.
    TooManyHeaders {
        /// The maximum.
        max: usize,
    },
    /// The head of a part is longer than the maximum.
    HeadTooLong {
        /// The maximum in bytes.
        max: usize,
    },
    /// The name of a part is longer than the maximum.
    NameTooLong {
        /// The maximum in bytes.
        max: usize,
    },
    /// There is more in front of the first part than the maximum.
    PreambleTooLong {
        /// The maximum in bytes.
        max: u64,
    },
    /// There is more behind the last part than the maximum.
    EpilogueTooLong {
        /// The maximum in bytes.
        max: u64,
    },
    /// A part with a file name is longer than the maximum.
    FileTooLong {
        /// The maximum in bytes.
        max: u64,
    },
    /// A part without a file name is longer than the maximum.
    FieldTooLong {
        /// The maximum in bytes.
        max: u64,
    },
    /// The parts without a file name are longer together than the maximum.
    FieldsTooLong {
        /// The maximum in bytes.
        max: u64,
    },
    /// A part is longer than the caller allowed when it saw the head.
    PartTooLong {
        /// The maximum in bytes.
        max: u64,
    },
    /// A body lies deeper within others than the maximum.
    TooDeep {
        /// The maximum of bodies around it.
        max: usize,
    },
    /// The input ended before the last delimiter.
    Truncated,
}

impl Fault for DecodeFault {
    fn class(&self) -> FaultClass {
        match self {
            Self::MalformedDelimiter
            | Self::BareLf
            | Self::BareCr
            | Self::MalformedField
            | Self::ForbiddenByte
            | Self::Folded
            | Self::NoDisposition
            | Self::DuplicateDisposition
            | Self::DuplicateContentType
            | Self::NotFormData
            | Self::Disposition(_)
            | Self::NoName => FaultClass::Malformed,
            Self::DelimiterTooLong { .. }
            | Self::TooManyParts { .. }
            | Self::TooManyFiles { .. }
            | Self::TooManyFields { .. }
            | Self::TooManyHeaders { .. }
            | Self::HeadTooLong { .. }
            | Self::NameTooLong { .. }
            | Self::PreambleTooLong { .. }
            | Self::EpilogueTooLong { .. }
            | Self::FileTooLong { .. }
            | Self::FieldTooLong { .. }
            | Self::FieldsTooLong { .. }
            | Self::PartTooLong { .. }
            | Self::TooDeep { .. } => FaultClass::TooLarge,
            Self::Truncated => FaultClass::Truncated,
        }
    }
}

impl fmt::Display for DecodeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MalformedDelimiter => f.write_str("a delimiter does not end its line"),
            Self::BareLf => f.write_str("a line feed has no carriage return"),
            Self::BareCr => f.write_str("a carriage return has no line feed"),
            Self::MalformedField => f.write_str("a line of a part's head is no field"),
            Self::ForbiddenByte => f.write_str("a field of a part has a control character"),
            Self::Folded => f.write_str("a field of a part is folded"),
            Self::NoDisposition => f.write_str("a part of a form has no Content-Disposition"),
            Self::DuplicateDisposition => f.write_str("a part has two Content-Dispositions"),
            Self::DuplicateContentType => f.write_str("a part has two Content-Types"),
            Self::NotFormData => f.write_str("a part of a form is no form-data"),
            Self::Disposition(fault) => write!(f, "the Content-Disposition of a part: {fault}"),
            Self::NoName => f.write_str("a part of a form has no name"),
            Self::DelimiterTooLong { max } => {
                write!(f, "a delimiter has more than {max} blanks behind it")
            }
            Self::TooManyParts { max } => write!(f, "there are more than the {max} parts allowed"),
            Self::TooManyFiles { max } => write!(f, "there are more than the {max} files allowed"),
            Self::TooManyFields { max } => {
                write!(f, "there are more than the {max} form fields allowed")
            }
            Self::TooManyHeaders { max } => {
                write!(f, "a part has more than the {max} header fields allowed")
            }
            Self::HeadTooLong { max } => {
                write!(
                    f,
                    "the head of a part is longer than the {max} bytes allowed"
                )
            }
            Self::NameTooLong { max } => {
                write!(
                    f,
                    "the name of a part is longer than the {max} bytes allowed"
                )
            }
            Self::PreambleTooLong { max } => {
                write!(f, "the preamble is longer than the {max} bytes allowed")
            }
            Self::EpilogueTooLong { max } => {
                write!(f, "the epilogue is longer than the {max} bytes allowed")
            }
            Self::FileTooLong { max } => {
                write!(f, "a file is longer than the {max} bytes allowed")
            }
            Self::FieldTooLong { max } => {
                write!(f, "a form field is longer than the {max} bytes allowed")
            }
            Self::FieldsTooLong { max } => {
                write!(f, "the form fields are longer than the {max} bytes allowed")
            }
            Self::PartTooLong { max } => {
                write!(f, "this part is longer than the {max} bytes allowed")
            }
            Self::TooDeep { max } => {
                write!(f, "a body lies within more than the {max} others allowed")
            }
            Self::Truncated => f.write_str("the input ended before the multipart body did"),
        }
    }
}

impl core::error::Error for DecodeFault {}

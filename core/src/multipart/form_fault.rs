use core::fmt;

/// Why a multipart body cannot be sent, or is cut off. Parts are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FormFault {
    /// A part ended before the length that was promised for it.
    Short {
        /// Which part.
        part: usize,
        /// Its length in bytes, as it was said.
        promised: u64,
        /// How many bytes there were.
        received: u64,
    },
    /// A part goes on after the length that was promised for it.
    Long {
        /// Which part.
        part: usize,
        /// Its length in bytes, as it was said.
        promised: u64,
    },
    /// A part could not be read to its end, and that was said before.
    Failed {
        /// Which part.
        part: usize,
    },
    /// The boundary occurs in a part.
    BoundaryInPart {
        /// Which part.
        part: usize,
    },
    /// A part was read, and cannot be read a second time.
    NotReplayable {
        /// Which part.
        part: usize,
    },
    /// The length of the whole does not fit 64 bits.
    TooLong,
}

impl FormFault {
    /// Which part it is about.
    pub const fn part(&self) -> Option<usize> {
        match *self {
            Self::Short { part, .. }
            | Self::Long { part, .. }
            | Self::Failed { part }
            | Self::BoundaryInPart { part }
            | Self::NotReplayable { part } => Some(part),
            Self::TooLong => None,
        }
    }
}

impl fmt::Display for FormFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short {
                part,
                promised,
                received,
            } => write!(f, "part {part} ended after {received} of {promised} bytes"),
            Self::Long { part, promised } => {
                write!(
                    f,
                    "part {part} is longer than the {promised} bytes promised"
                )
            }
            Self::Failed { part } => write!(f, "part {part} could not be read to its end"),
            Self::BoundaryInPart { part } => write!(f, "the boundary occurs in part {part}"),
            Self::NotReplayable { part } => {
                write!(f, "part {part} cannot be read a second time")
            }
            Self::TooLong => f.write_str("the length of the parts together does not fit 64 bits"),
        }
    }
}

impl core::error::Error for FormFault {}

#[cfg(feature = "std")]
impl From<FormFault> for std::io::ErrorKind {
    fn from(fault: FormFault) -> Self {
        match fault {
            FormFault::Short { .. } => Self::UnexpectedEof,
            FormFault::Long { .. } => Self::InvalidData,
            FormFault::Failed { .. } => Self::Other,
            FormFault::BoundaryInPart { .. } | FormFault::TooLong => Self::InvalidInput,
            FormFault::NotReplayable { .. } => Self::Unsupported,
        }
    }
}

use crate::field::is_token;
use core::fmt;

/// What stands between the parts of a multipart body: 1 to 70 bytes of those
/// that RFC 2046 section 5.1.1 allows.
///
/// ```
/// use tidegate_core::Boundary;
///
/// let boundary = Boundary::new("simple boundary")?;
/// assert_eq!(boundary.as_str(), "simple boundary");
/// assert_eq!(boundary.parameter().to_string(), "boundary=\"simple boundary\"");
/// # Ok::<(), tidegate_core::BoundaryFault>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Boundary {
    bytes: [u8; Self::MAX],
    /// `1 <= len <= Self::MAX`
    len: usize,
}

impl Boundary {
    /// RFC 2046 section 5.1.1.
    pub(super) const MAX: usize = 70;

    /// This one. It must not occur in what is put between: where the content is
    /// somebody else's, take [`from_random`](Self::from_random).
    ///
    /// # Errors
    ///
    /// [`BoundaryFault`], which names the rule.
    pub fn new(boundary: impl AsRef<[u8]>) -> Result<Self, BoundaryFault> {
        let given = boundary.as_ref();
        let last = *given.last().ok_or(BoundaryFault::Empty)?;
        if given.len() > Self::MAX {
            return Err(BoundaryFault::TooLong);
        }
        if let Some(offset) = given.iter().position(|&byte| !is_boundary_byte(byte)) {
            return Err(BoundaryFault::Forbidden { offset });
        }
        if last == b' ' {
            return Err(BoundaryFault::TrailingBlank);
        }
        let mut bytes = [0; Self::MAX];
        bytes[..given.len()].copy_from_slice(given);
        Ok(Self {
            bytes,
            len: given.len(),
        })
    }

    /// Made of 128 random bits, which nobody can guess who writes content: they
    /// must come from the system's secure source. A boundary that can be guessed
    /// lets content end its own part (CVE-2025-7783).
    pub fn from_random(random: [u8; 16]) -> Self {
        let mut bytes = [0; Self::MAX];
        let digits = bytes.chunks_exact_mut(2);
        for (digits, byte) in digits.zip(random) {
            digits[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            digits[1] = b"0123456789abcdef"[usize::from(byte & 0xF)];
        }
        Self { bytes, len: 32 }
    }

    /// As it was given, without dashes.
    pub fn as_str(&self) -> &str {
        #[expect(clippy::expect_used, reason = "all bytes that are allowed are ASCII")]
        core::str::from_utf8(&self.bytes[..self.len]).expect("ASCII")
    }

    /// As a parameter of a media type: `boundary=...`, in quotes if it has to
    /// be.
    pub const fn parameter(&self) -> BoundaryParameter<'_> {
        BoundaryParameter(self)
    }
}

/// `bchars`, with the blank.
const fn is_boundary_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'\'' | b'(' | b')' | b'+' | b'_' | b','
            | b'-' | b'.' | b'/' | b':' | b'=' | b'?' | b' '
    )
}

impl fmt::Debug for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Boundary({:?})", self.as_str())
    }
}

/// A boundary as a parameter of a media type, to be formatted.
#[derive(Clone, Copy, Debug)]
pub struct BoundaryParameter<'b>(&'b Boundary);

impl fmt::Display for BoundaryParameter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let boundary = self.0.as_str();
        match is_token(boundary.as_bytes()) {
            true => write!(f, "boundary={boundary}"),
            // None of the bytes that are allowed needs an escape.
            false => write!(f, "boundary=\"{boundary}\""),
        }
    }
}

/// Why something is no boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BoundaryFault {
    /// There is nothing of it.
    Empty,
    /// It is longer than 70 bytes.
    TooLong,
    /// It has a byte that none may have.
    Forbidden {
        /// Which byte.
        offset: usize,
    },
    /// It ends in a blank.
    TrailingBlank,
}

impl fmt::Display for BoundaryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a boundary is empty"),
            Self::TooLong => f.write_str("a boundary is longer than 70 bytes"),
            Self::Forbidden { offset } => {
                write!(f, "byte {offset} of a boundary is none that may be there")
            }
            Self::TrailingBlank => f.write_str("a boundary ends in a blank"),
        }
    }
}

impl core::error::Error for BoundaryFault {}

#[cfg(feature = "std")]
impl From<BoundaryFault> for std::io::Error {
    fn from(fault: BoundaryFault) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, fault)
    }
}

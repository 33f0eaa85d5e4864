//! Faults: small `Copy` values which name the rule that was broken, carried
//! together with the place where it was.

use core::error::Error;
use core::fmt;

/// A fault of a stream: which rule or limit, small and comparable.
///
/// It travels as [`At<Self>`](At), which adds the place.
pub trait Fault: Copy + PartialEq + Error + Send + Sync + 'static {
    /// What kind of fault it is, for answering a client or choosing an
    /// `io::ErrorKind`.
    fn class(&self) -> FaultClass;
}

/// What kind of fault it is, whatever the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultClass {
    /// The bytes break the grammar.
    Malformed,
    /// The stream stopped before its end.
    Truncated,
    /// A limit was exceeded.
    TooLarge,
    /// The other side was too slow.
    TooSlow,
}

impl FaultClass {
    /// The status code an HTTP server answers with: 400, 408 or 413
    /// (RFC 9110 sections 15.5.1, 15.5.9 and 15.5.14).
    ///
    /// ```
    /// assert_eq!(tidegate_core::FaultClass::TooLarge.http_status(), 413);
    /// ```
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Malformed | Self::Truncated => 400,
            Self::TooSlow => 408,
            Self::TooLarge => 413,
        }
    }
}

/// A fault and the place in the stream where it is.
///
/// With the `std` feature it converts into an `io::Error` whose
/// `get_ref().downcast_ref()` gives it back.
///
/// ```
/// use tidegate_core::{At, LimitFault};
///
/// let early = At { offset: 3, fault: LimitFault::Disconnected { expected: 5, received: 3 } };
/// assert_eq!(early.to_string(), "the stream ended after 3 of 5 bytes, at byte 3");
/// assert_eq!(early.http_status(), 400);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct At<E> {
    /// How many bytes of the stream lie before the fault.
    pub offset: u64,
    /// What is wrong there.
    pub fault: E,
}

impl<E: Fault> At<E> {
    /// The status code an HTTP server answers with: 400, 408 or 413.
    pub fn http_status(&self) -> u16 {
        self.fault.class().http_status()
    }
}

impl<E: fmt::Display> fmt::Display for At<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.fault, self.offset)
    }
}

// The fault is no source of it: its text stands in this one's already.
impl<E: Error> Error for At<E> {}

#[cfg(feature = "std")]
impl From<FaultClass> for std::io::ErrorKind {
    fn from(class: FaultClass) -> Self {
        match class {
            FaultClass::Malformed => Self::InvalidData,
            FaultClass::Truncated => Self::UnexpectedEof,
            FaultClass::TooLarge => Self::FileTooLarge,
            FaultClass::TooSlow => Self::TimedOut,
        }
    }
}

#[cfg(feature = "std")]
impl<E: Fault> From<At<E>> for std::io::Error {
    fn from(at: At<E>) -> Self {
        Self::new(at.fault.class().into(), at)
    }
}

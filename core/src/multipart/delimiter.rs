use super::Boundary;
use core::fmt;

/// CRLF, two dashes and the boundary, and CRLF.
#[derive(Clone, Copy)]
pub(super) struct Delimiter {
    bytes: [u8; Self::MAX + 2],
    /// Without the last CRLF; `4 < len <= Self::MAX`.
    len: usize,
}

impl Delimiter {
    /// How long one may be, without the last CRLF.
    pub(super) const MAX: usize = 4 + Boundary::MAX;

    pub(super) fn new(boundary: Boundary) -> Self {
        let boundary = boundary.as_str().as_bytes();
        let mut bytes = [0; Self::MAX + 2];
        let len = 4 + boundary.len();
        bytes[..4].copy_from_slice(b"\r\n--");
        bytes[4..len].copy_from_slice(boundary);
        bytes[len..len + 2].copy_from_slice(b"\r\n");
        Self { bytes, len }
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// With the CRLF behind it.
    #[inline]
    pub(super) fn line(&self) -> &[u8] {
        &self.bytes[..self.len + 2]
    }

    /// From the dashes on: what stands where a line begins anyway.
    #[inline]
    pub(super) fn without_line_break(&self) -> &[u8] {
        &self.bytes[2..self.len]
    }
}

impl fmt::Debug for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_slice().escape_ascii())
    }
}

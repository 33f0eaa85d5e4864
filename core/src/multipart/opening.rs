use super::Boundary;
use super::delimiter::Delimiter;
use super::head::FORM_LEAD;
use core::fmt;

/// What nearly all parts of forms begin with: the delimiter in front of one, and
/// its head up to the name.
#[derive(Clone)]
pub(super) struct Opening {
    bytes: [u8; Self::ROOM],
    /// Of the delimiter, without the CRLF behind it.
    delimiter: usize,
    /// `delimiter + 2 + FORM_LEAD.len() <= Self::ROOM`
    len: usize,
}

impl Opening {
    const ROOM: usize = Delimiter::MAX + 2 + FORM_LEAD.len();

    pub(super) fn new(boundary: Boundary) -> Self {
        let delimiter = Delimiter::new(boundary);
        let line = delimiter.line();
        let len = line.len() + FORM_LEAD.len();
        let mut bytes = [0; Self::ROOM];
        bytes[..line.len()].copy_from_slice(line);
        bytes[line.len()..len].copy_from_slice(FORM_LEAD);
        Self {
            bytes,
            delimiter: line.len() - 2,
            len,
        }
    }

    /// CRLF, two dashes and the boundary.
    #[inline]
    pub(super) fn delimiter(&self) -> &[u8] {
        &self.bytes[..self.delimiter]
    }

    /// With the CRLF behind it, and the start of a head of a form if that is
    /// asked for.
    #[inline]
    pub(super) fn line(&self, with_lead: bool) -> &[u8] {
        match with_lead {
            true => &self.bytes[..self.len],
            false => &self.bytes[..self.delimiter + 2],
        }
    }

    /// All of it up to the name, with something behind it, and where that begins:
    /// to copy so many bytes costs less than to ask how many there are. `None`
    /// if the boundary is much longer than a random one.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(super) fn block(&self) -> Option<(&[u8; Self::BLOCK], usize)> {
        let block = self.bytes.first_chunk()?;
        (self.len <= block.len()).then_some((block, self.len))
    }

    #[cfg(feature = "alloc")]
    pub(super) const BLOCK: usize = 80;
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.delimiter().escape_ascii())
    }
}

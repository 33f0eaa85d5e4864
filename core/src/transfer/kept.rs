use super::Chunked;
use alloc::vec::Vec;

/// The trailer fields of a chunked body, kept one behind the other.
///
/// For adapters, which lend the data of a body and have the trailers when it is
/// over. How many bytes these may be, the
/// [`ChunkedDecoder`](super::ChunkedDecoder) says.
///
/// ```
/// use tidegate_core::{Chunked, KeptTrailers};
///
/// let mut trailers = KeptTrailers::default();
/// assert_eq!(trailers.data_or_push(Chunked::Data(b"data")), 4);
/// let (name, value) = (&b"X-Sum"[..], &b"42"[..]);
/// assert_eq!(trailers.data_or_push(Chunked::Trailer { name, value }), 0);
/// assert_eq!(trailers.iter().collect::<Vec<_>>(), [(name, value)]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeptTrailers {
    bytes: Vec<u8>,
    /// Where each name and its value end.
    ends: Vec<(usize, usize)>,
}

impl KeptTrailers {
    /// How many bytes of data the token is; as a trailer it is kept.
    #[inline]
    pub fn data_or_push(&mut self, token: Chunked<'_>) -> usize {
        match token {
            Chunked::Data(data) => data.len(),
            Chunked::Trailer { name, value } => {
                self.push(name, value);
                0
            }
        }
    }

    fn push(&mut self, name: &[u8], value: &[u8]) {
        self.bytes.extend_from_slice(name);
        let colon = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.ends.push((colon, self.bytes.len()));
    }

    /// Names and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut start = 0;
        self.ends.iter().map(move |&(colon, end)| {
            let field = (&self.bytes[start..colon], &self.bytes[colon..end]);
            start = end;
            field
        })
    }
}

//! What an engine made of its input, in few enough words to be compared.

/// A sum over the pieces an engine hands out: lines, chunks, the bytes of a read.
///
/// Small on purpose: it must not hide the cost of finding the pieces, and yet
/// need each of them, so that none can be optimised away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// How many there were.
    pub pieces: u64,
    /// The sum of their lengths.
    pub bytes: u64,
    /// The sum of their first bytes. The input is random, so that pieces which
    /// are cut elsewhere come to another sum.
    pub firsts: u64,
}

impl Answer {
    /// Counts one more piece.
    #[inline]
    pub fn add(&mut self, piece: &[u8]) {
        self.pieces += 1;
        self.bytes += piece.len() as u64;
        self.firsts += piece.first().map_or(0, |&first| u64::from(first));
    }
}

impl<'a> FromIterator<&'a [u8]> for Answer {
    #[inline]
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(pieces: I) -> Self {
        let mut answer = Self::default();
        pieces.into_iter().for_each(|piece| answer.add(piece));
        answer
    }
}

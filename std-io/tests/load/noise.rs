//! Noise for each client, and more than text of it.

pub(crate) use crate::common_noise::Noise;

impl Noise {
    /// Of each number another.
    pub(crate) fn new(number: usize) -> Self {
        let mut noise = Self((number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        noise.next();
        noise
    }

    pub(crate) fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len + 8);
        while bytes.len() < len {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(len);
        bytes
    }
}

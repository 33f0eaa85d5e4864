//! Something like noise, and always the same (xorshift).

pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Lines with every ending, empty ones, and `\r` and `\n` in all orders.
    pub(crate) fn text(&mut self, len: usize) -> Vec<u8> {
        let mut text = Vec::with_capacity(len + 64);
        while text.len() < len {
            match self.below(8) {
                0 => text.extend_from_slice(b"\r\n"),
                1 => text.push(b'\r'),
                2 | 3 => text.push(b'\n'),
                _ => {
                    let word = self.below(60);
                    text.extend((0..word).map(|at| b'a' + (at % 26) as u8));
                }
            }
        }
        text.truncate(len);
        text
    }
}

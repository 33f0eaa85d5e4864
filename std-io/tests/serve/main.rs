//! The example `serve`, as it is built, over real sockets.

// A test may.
#![allow(clippy::unwrap_used, clippy::panic)]

mod browser;
mod chunked;
mod chunks;
mod client;
mod counts;
mod crowd;
mod curl;
mod disconnects;
#[path = "../common/example.rs"]
mod example;
mod expect;
mod files;
mod form;
mod framing;
mod many;
mod page;
mod refusals;
#[cfg(target_os = "linux")]
mod resets;
mod server;
mod slow;
mod smuggling;
mod upload;
mod usage;

/// Something like noise, and always the same (xorshift).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Lines with every ending, empty ones, and `\r` and `\n` in all orders.
    fn text(&mut self, len: usize) -> Vec<u8> {
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

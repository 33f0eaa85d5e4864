//! The application of the example `serve` without its server: the tests that
//! `tests/serve` runs over sockets, run again in the same process, and each
//! answer beside the one over a socket.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]
#![allow(
    dead_code,
    reason = "a part of the example, and of its tests, is not needed"
)]

// The application, whose modules call each other by where they are there.
#[path = "../../examples/serve"]
mod serve {
    pub(crate) mod answer;
    pub(crate) mod args;
    pub(crate) mod log;
    pub(crate) mod refusal;
    pub(crate) mod routes;
    pub(crate) mod site;
    pub(crate) mod store;
}
#[path = "../../examples/shared/part.rs"]
mod part;
use serve::{answer, args, log, refusal, routes, site, store};

// What is asked in place of a server, and of a connection to it.
mod client;
mod server;

// The tests.
#[path = "../serve/chunks.rs"]
mod chunks;
mod files;
mod forms;
mod same;

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

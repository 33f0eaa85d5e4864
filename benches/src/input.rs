//! Inputs of known origin: everything here is generated from a fixed seed, so
//! that two machines, and two years, measure the same bytes.
//!
//! | input | what it stands for | where it runs |
//! |---|---|---|
//! | [`lines`], [`chunks`], [`text`] | one length at a time, with nothing else in the way | everywhere |
//! | [`access_log`] | what servers write and log shippers read | `line`, `owning` |
//! | [`csv`] | exports, line by line or as a file in a form | `line`, `decode` |
//! | [`mailbox`] | lines of headers and text, and messages between separators | `line`, `chunk` |
//!
//! The forms, hostile and not, are made where they are decoded, in
//! `benches/decode/body.rs`.

mod copying;
mod csv;
mod log;
mod mail;
mod random;

pub use copying::{BUFFER, Copying, buffered};
pub use csv::csv;
pub use log::access_log;
pub use mail::{MESSAGE, mailbox};
pub use random::Random;

/// How much input a case has: 4 MiB.
///
/// It fits the L3 of every machine we measure on (32 MiB here) and no L2 (512
/// KiB), so the bytes come from where a socket's or a page cache's bytes come
/// from. 64 MiB would come from memory, and measure how busy the neighbours on
/// a shared machine keep its bus.
pub const TOTAL: usize = 4 << 20;

/// All letters and digits, and two more so that there are 64: six bits of a
/// random number each.
const ALPHABET: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .";

/// Lines of random text, at least `total` bytes of them and the last one whole.
///
/// Their lengths, `ending` included, are uniform in `mean / 2..mean * 3 / 2`:
/// lines of one length would let the processor learn the pattern by heart.
/// `mean` must leave room for a text of one byte.
pub fn lines(mean: usize, ending: &[u8], total: usize) -> Vec<u8> {
    let mut random = Random::new(mean as u64);
    let mut bytes = Vec::with_capacity(total + 2 * mean);
    while bytes.len() < total {
        let text = mean / 2 + random.below(mean) - ending.len();
        extend_with_text(&mut bytes, text, &mut random);
        bytes.extend_from_slice(ending);
    }
    bytes
}

/// Chunks of random text with the separator between them, at least `total`
/// bytes in all. The last is a text: behind a last separator some know an empty
/// chunk, and others none.
///
/// The lengths of the texts alone are uniform in `mean / 2..mean * 3 / 2`: a
/// separator may be longer than most of them.
pub fn chunks(mean: usize, separator: &[u8], total: usize) -> Vec<u8> {
    let mut random = Random::new(mean as u64);
    let mut bytes = Vec::with_capacity(total + 2 * mean);
    loop {
        let text = mean / 2 + random.below(mean);
        extend_with_text(&mut bytes, text, &mut random);
        if bytes.len() >= total {
            return bytes;
        }
        bytes.extend_from_slice(separator);
    }
}

/// So many bytes of random text.
pub fn text(len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    extend_with_text(&mut bytes, len, &mut Random::new(len as u64));
    bytes
}

const WORDS: &[&str] = &[
    "the", "of", "and", "a", "tide", "gate", "water", "lets", "through", "measured", "amount",
    "shuts", "by", "itself", "harbour", "spring", "neap", "at", "low", "high", "was", "noticed",
    "before", "noon", "sluice", "level",
];

/// So many words, with a blank between them.
fn words(random: &mut Random, count: usize) -> String {
    let words: Vec<_> = (0..count).map(|_| random.pick(WORDS)).collect();
    words.join(" ")
}

fn extend_with_text(bytes: &mut Vec<u8>, len: usize, random: &mut Random) {
    bytes.extend((0..len).map(|_| ALPHABET[random.below(ALPHABET.len())]));
}

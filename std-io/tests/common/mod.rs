//! What the test files share.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

pub(crate) mod example;
pub(crate) mod readers;
pub(crate) mod vectors;

/// The lines of an input with their terminators, one byte at a time: the model.
pub(crate) fn lines(input: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    for i in 0..input.len() {
        let ended = match (input[i], input.get(i + 1)) {
            (b'\n', _) => true,
            (b'\r', next) => next != Some(&b'\n'),
            _ => false,
        };
        if ended {
            lines.push(&input[start..=i]);
            start = i + 1;
        }
    }
    if start < input.len() {
        lines.push(&input[start..]);
    }
    lines
}

/// The line has its terminator, or what could be the whole of it.
pub(crate) fn is_whole(line: &[u8]) -> bool {
    matches!(line.last(), Some(b'\n' | b'\r'))
}

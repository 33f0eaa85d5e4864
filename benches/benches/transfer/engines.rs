//! Which engines run over what.

use crate::case::Case;
use crate::{hyper, limits, ours, peers};
use tidegate_benches::{Answer, Engine, Gives};

/// All of the body is in memory.
pub(crate) fn over_slice() -> Vec<Engine<Case>> {
    vec![
        Engine::ours("scan_all", ours::scan_all),
        Engine::ours("fill_buf", |case| ours::fill_buf(case.body())),
        Engine::ours("read", |case| ours::read(case.body())),
        Engine::peer("chunked_transfer", |case| {
            peers::chunked_transfer(case.body())
        }),
        Engine::peer("hyper", |case| bytes(hyper::frames(case))).giving(Gives::Bytes),
        Engine::limit("memcpy", limits::memcpy).giving(Gives::Bytes),
    ]
}

/// The body comes through a buffer of 64 KiB that is filled by copying; hyper
/// has one of its own, which grows to more than 400.
///
/// Where a buffer ends within a chunk the chunk is cut, so that only the bytes
/// can be compared.
pub(crate) fn over_reader() -> Vec<Engine<Case>> {
    [
        Engine::ours("fill_buf", |case: &Case| {
            bytes(ours::fill_buf(case.buffered()))
        }),
        Engine::ours("read", |case| bytes(ours::read(case.buffered()))),
        Engine::peer("chunked_transfer", |case| {
            bytes(peers::chunked_transfer(case.buffered()))
        }),
        Engine::peer("hyper", |case| bytes(hyper::frames(case))),
        Engine::limit("copy", limits::copy),
        Engine::limit("memcpy", limits::memcpy),
    ]
    .map(|engine| engine.giving(Gives::Bytes))
    .to_vec()
}

/// Each chunk is written at once, to somebody who only counts.
pub(crate) fn to_nobody(case: &Case) -> Vec<Engine<Case>> {
    let mut engines = vec![Engine::ours("ChunkedWriter", ours::count)];
    if is_short_enough(case) {
        engines.push(Engine::peer("chunked_transfer", peers::count));
    }
    engines
}

/// The same to memory.
pub(crate) fn to_memory(case: &Case) -> Vec<Engine<Case>> {
    let mut engines = vec![
        Engine::ours("ChunkedWriter", ours::memory),
        Engine::limit("memcpy", limits::memcpy).giving(Gives::Bytes),
    ];
    if is_short_enough(case) {
        engines.push(Engine::peer("chunked_transfer", peers::memory));
    }
    engines
}

/// It has room for four digits of a length, and panics at the fifth.
const fn is_short_enough(case: &Case) -> bool {
    case.size <= 0xffff
}

fn bytes(answer: Answer) -> Answer {
    Answer {
        bytes: answer.bytes,
        ..Answer::default()
    }
}

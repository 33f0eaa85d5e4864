//! Which engines run over what.

use crate::case::Case;
use crate::{limits, ours, peers};
use tidegate_benches::limits::copy;
use tidegate_benches::{Engine, Gives};
use tidegate_std_io::make_chunk_iter;

/// Peers that are wrong about some inputs, and what is wrong with them. Leaving
/// them out for good would flatter us: they run where they happen to be right.
pub(crate) const FLAWED: [(Engine<Case>, &str); 2] = [
    (
        Engine::peer("byte_stream_splitter", peers::byte_stream_splitter).giving(Gives::Texts),
        "it misses a separator that straddles two reads",
    ),
    (
        Engine::peer("buf_read_splitter", peers::buf_read_splitter).giving(Gives::Texts),
        "it misses a separator right behind the start of one",
    ),
];

/// All of the input is in memory, and a `&[u8]` is a `BufRead` that copies
/// nothing.
pub(crate) fn over_slice() -> Vec<Engine<Case>> {
    texts([
        Engine::ours("for_each_chunk", |case| {
            ours::for_each_chunk(make_chunk_iter(&case.bytes[..], case.separator))
        }),
        Engine::ours("next_chunk", |case| {
            ours::next_chunk(make_chunk_iter(&case.bytes[..], case.separator))
        }),
        Engine::ours("scan_chunks", ours::scan_chunks),
        Engine::limit("memmem", limits::memmem),
    ])
}

/// The input comes through a buffer that is filled by copying.
pub(crate) fn over_reader(case: &Case) -> Vec<Engine<Case>> {
    let mut engines = texts([
        Engine::ours("for_each_chunk", |case| {
            ours::for_each_chunk(make_chunk_iter(case.buffered(), case.separator))
        }),
        Engine::ours("next_chunk", |case| {
            ours::next_chunk(make_chunk_iter(case.buffered(), case.separator))
        }),
        Engine::peer("read_until", peers::read_until),
    ]);
    if case.separator.len() == 1 {
        engines.extend(texts([
            Engine::peer("bstr", peers::bstr),
            Engine::peer("split", peers::split),
        ]));
    }
    let copy = Engine::limit("copy", |case: &Case| copy(&case.bytes));
    engines.push(copy.giving(Gives::Bytes));
    engines
}

fn texts<const N: usize>(engines: [Engine<Case>; N]) -> Vec<Engine<Case>> {
    engines.map(|engine| engine.giving(Gives::Texts)).to_vec()
}

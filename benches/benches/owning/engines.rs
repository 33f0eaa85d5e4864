//! Which engines make what.

use crate::take::{take_all, take_and_keep};
use crate::{ours, peers};
use bstr::io::BufReadExt;
use std::io::BufRead;
use tidegate_benches::input::buffered;
use tidegate_benches::{Engine, Gives};
use tidegate_std_io::make_line_iter;

/// Each line is an item of its own, and gone before the next one.
pub(crate) fn dropped() -> Vec<Engine> {
    texts([
        Engine::ours("into_bytes", |i| {
            take_all(make_line_iter(buffered(i)).into_bytes())
        }),
        Engine::ours("into_vecs", |i| {
            take_all(make_line_iter(buffered(i)).into_vecs())
        }),
        Engine::ours("into_strings", |i| {
            take_all(make_line_iter(buffered(i)).into_strings())
        }),
        Engine::peer("split", |i| take_all(buffered(i).split(b'\n'))),
        Engine::peer("lines", |i| take_all(buffered(i).lines())),
        Engine::peer("byte_lines", |i| take_all(buffered(i).byte_lines())),
    ])
}

/// The last 1024 of the items live: no allocator has just the right block warm.
pub(crate) fn kept() -> Vec<Engine> {
    texts([
        Engine::ours("into_bytes", |i| {
            take_and_keep(make_line_iter(buffered(i)).into_bytes())
        }),
        Engine::ours("into_vecs", |i| {
            take_and_keep(make_line_iter(buffered(i)).into_vecs())
        }),
        Engine::peer("split", |i| take_and_keep(buffered(i).split(b'\n'))),
    ])
}

/// Each line is lent, and known to be text.
pub(crate) fn lent_strs() -> Vec<Engine> {
    texts([
        Engine::ours("try_for_each_str", |i| {
            ours::try_for_each_str(make_line_iter(buffered(i)))
        }),
        Engine::ours("to_str", |i| ours::to_str(make_line_iter(buffered(i)))),
        Engine::peer("read_line", |i| peers::read_line(buffered(i))),
        Engine::peer("bstr", |i| peers::bstr(buffered(i))),
        Engine::peer("lines", |i| take_all(buffered(i).lines())),
    ])
}

fn texts<const N: usize>(engines: [Engine; N]) -> Vec<Engine> {
    engines.map(|engine| engine.giving(Gives::Texts)).to_vec()
}

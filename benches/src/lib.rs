//! What the benches of every room share: inputs of known origin, and engines
//! which are held to one answer before any of them is timed.
//!
//! | to | run, from the root |
//! |---|---|
//! | measure everything | `cargo bench` |
//! | measure one room | `cargo bench --bench line` |
//! | measure some rows | `cargo bench --bench line -- slice/40/` |
//! | check the answers and time nothing | `cargo bench --bench line -- --test` |
//! | keep a baseline | `cargo bench -- --save-baseline x` |
//! | read bodies beside hyper, over a socket | `cargo bench --bench differential` |
//! | see the ratios | `cargo run --release -p tidegate-benches --bin report -- --print` |
//! | write them down, with plots | `cargo run --release -p tidegate-benches --bin report` |
//! | count instructions | `cargo bench --bench counts` |
//! | see who is wrong, and keeps how much | `cargo bench --bench decode_facts` |
//!
//! A row is called `room/source/input/side/engine`. A new room is a file in
//! `benches/benches`, with a `[[bench]]` of its own, which hands its engines to
//! `harness::race`. Criterion and the peers are dev-dependencies and so only
//! known there.

#![forbid(unsafe_code)]

mod answer;
mod engine;
pub mod input;
mod kept;
pub mod limits;

pub use answer::Answer;
pub use engine::{Engine, Gives, Side};
pub use kept::{criterion_directory, facts, keep_facts};

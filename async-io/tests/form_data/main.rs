//! Whole forms: all that std-io's are held to, over sources of every kind, and what is
//! of their own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]
#![allow(
    clippy::duplicate_mod,
    reason = "each kind of source runs the same tests"
)]

mod back;
#[path = "../../../std-io/tests/form_data/bodies.rs"]
mod bodies;
#[path = "../common/mod.rs"]
mod common;
mod drops;
mod flush;
mod frames_on_smol;
mod frames_on_tokio;
mod http_body_on_tokio;
mod kinds;
mod over;
#[path = "../../../std-io/tests/common/readers.rs"]
#[allow(dead_code, reason = "it uses a part of it")]
mod readers;
mod smol_reader;
mod spool;
mod tokio_reader;
#[path = "../../../std-io/tests/common/vectors.rs"]
#[allow(dead_code, reason = "it uses a part of it")]
mod vectors;

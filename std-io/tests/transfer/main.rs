//! Bodies of HTTP/1.1 messages, through readers and writers as bad as they come.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;

mod bodies;
mod httparse;
mod input;
mod paced;
mod werkzeug;
mod writer;

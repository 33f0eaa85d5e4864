//! The simple server over real sockets. What clients of all kinds may do to it
//! the tests of the example `serve` try, which is an application on it.
#![cfg(feature = "gateway")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod bodies;
mod calls;
mod client;
#[path = "../common/example.rs"]
mod example;
mod failures;
mod files;
mod requests;
mod stopping;
mod threads;

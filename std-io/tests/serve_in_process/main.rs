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

#[path = "../common/noise.rs"]
mod noise;
use noise::Noise;

// The tests.
#[path = "../serve/chunks.rs"]
mod chunks;
mod files;
mod forms;
mod same;

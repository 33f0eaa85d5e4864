//! The example `serve`, as it is built, over real sockets.

// A test may.
#![allow(clippy::unwrap_used, clippy::panic)]

mod browser;
mod chunked;
mod chunks;
mod client;
mod counts;
mod crowd;
mod curl;
mod disconnects;
#[path = "../common/example.rs"]
mod example;
mod expect;
mod files;
mod form;
mod framing;
mod many;
#[path = "../common/noise.rs"]
mod noise;
mod page;
mod refusals;
#[cfg(target_os = "linux")]
mod resets;
mod server;
mod slow;
mod smuggling;
mod upload;
mod usage;

use noise::Noise;

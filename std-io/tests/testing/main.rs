//! Requests made by hand, and applications asked in the same process.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod builder;
mod client;
mod cookies;
mod loopback;
mod redirects;
mod responses;
mod streams;

//! Applications under their handlers: what is sent, whatever the application,
//! the client or the server in front does.
#![cfg(feature = "gateway")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod bodies;
mod cgi;
mod closing;
#[path = "../common/mod.rs"]
mod common;
mod faults;
mod files;
mod headers;
mod heads;
mod input;
mod model;
mod request;
mod run;
#[cfg(unix)]
mod servers;
mod validate;

//! Whole forms: what is kept of them, where, and what is left when they break.
//!
//! The files name what they test by `super`: async-io runs them over its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod bodies;
#[path = "../common/mod.rs"]
mod common;
mod disk;
mod flush;
mod readers;
mod send;
mod sinks;
mod spill;
mod urlencoded;
mod werkzeug;

use bodies::{TYPE, URLENCODED, fault, form};
use common::readers::{Cut, Moody};
use common::vectors;
use tidegate_std_io::{FormData, FormEntry, FormOptions, FormSink};

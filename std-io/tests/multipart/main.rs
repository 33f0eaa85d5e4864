//! `Multipart` and `Part` over readers that do their worst, and the example
//! `decode_form`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;

mod charset;
mod decode_form;
mod faults;
mod forms;
mod limit;
mod nested;
mod place;
mod readers;
mod ways;

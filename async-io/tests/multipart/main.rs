//! `Multipart`: the same parts from every kind of source as the blocking one
//! gives, however the body arrives and wherever a future is dropped.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;

mod faults;
mod forms;
mod frames;
mod limit;
mod nested;
mod owned;
mod place;
mod same;
mod ways;

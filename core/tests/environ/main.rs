//! What CGI-style variables mean, beside a model, and beside what Werkzeug and
//! `wsgiref` answer.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod asked;
mod body;
mod check;
mod defaults;
mod extract;
mod header;
mod hosts;
mod model;
mod paths;
mod urls;
#[cfg(feature = "std")]
mod variables;
mod werkzeug;
mod wsgiref;

/// The bytes of a string of which each character is one.
fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|char| u8::try_from(char).unwrap())
        .collect()
}

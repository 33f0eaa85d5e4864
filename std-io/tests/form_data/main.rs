//! Whole forms: what is kept of them, where, and what is left when they break.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;
mod disk;
mod readers;
mod sinks;
mod spill;
mod urlencoded;
mod werkzeug;

use std::fmt::Write as _;
use std::io;
use tidegate_std_io::{At, Fault};

const TYPE: &[u8] = b"multipart/form-data; boundary=b";
const URLENCODED: &[u8] = b"application/x-www-form-urlencoded";

/// A form of fields, and files with a type.
fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, filename, data) in parts {
        let mut head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"");
        if let Some(filename) = filename {
            write!(head, "; filename=\"{filename}\"\r\nContent-Type: a/b").unwrap();
        }
        body.extend(head.as_bytes());
        body.extend(b"\r\n\r\n");
        body.extend(*data);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    body
}

/// The fault that an error holds.
fn fault<F: Fault>(error: &io::Error) -> At<F> {
    let inner = error.get_ref().expect("it holds a fault");
    *inner.downcast_ref().expect("it holds this kind of fault")
}

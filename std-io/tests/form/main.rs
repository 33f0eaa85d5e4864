//! `Form`: what it writes against what others write, however it is taken, and
//! when readers and writers do their worst.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;
mod encoders;
mod example;
mod heads;
mod hostile;
mod replay;
mod spool;
mod taken;
mod werkzeug;

use std::io::{Read, Write};
use tempfile::NamedTempFile;
use tidegate_std_io::{Boundary, Form, FormBody};

fn boundary() -> Boundary {
    Boundary::new("b").unwrap()
}

fn form<'a>() -> Form<'a> {
    Form::with_boundary(boundary())
}

/// All of it, as one write after the other gives it.
fn written(mut body: FormBody<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let announced = body.content_length();
    let sent = body.write_to(&mut bytes).unwrap();
    assert_eq!(sent, bytes.len() as u64);
    assert!(announced.is_none_or(|announced| announced == sent));
    bytes
}

/// Reads it byte by byte until what was read ends like this, and gives all of it.
fn read_until(body: &mut FormBody<'_>, end: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end.as_bytes()) {
        let mut byte = [0];
        body.read_exact(&mut byte).unwrap();
        bytes.extend(byte);
    }
    bytes
}

/// A file that is removed again.
fn file(content: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    file.write_all(content.as_ref()).unwrap();
    file
}

//! Bodies, and what their errors say.

use std::fmt::Write as _;
use std::io;
use tidegate_core::{At, Fault};

pub(crate) const TYPE: &[u8] = b"multipart/form-data; boundary=b";
pub(crate) const URLENCODED: &[u8] = b"application/x-www-form-urlencoded";

/// A form of fields, and files with a type.
pub(crate) fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
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
pub(crate) fn fault<F: Fault>(error: &io::Error) -> At<F> {
    let inner = error.get_ref().expect("it holds a fault");
    *inner.downcast_ref().expect("it holds this kind of fault")
}

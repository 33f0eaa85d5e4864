//! One line at a time on stderr.

use std::fmt::Arguments;
use std::io::{self, Write};

/// Unlike `eprintln!` it does not panic where nobody reads stderr.
pub(crate) fn line(text: Arguments<'_>) {
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

//! Prints what a crate has in public, an item a line, of the file of JSON that rustdoc
//! has written.

#![forbid(unsafe_code)]

use public_api::{Builder, Result};
use std::io::{Write, stdout};

fn main() -> Result<()> {
    let json = std::env::args_os()
        .nth(1)
        .expect("usage: tidegate-api FILE.json");
    // What every type has, or has not by its fields, is no decision of ours but where
    // `tests/` says so: the list would be three times as long.
    let api = Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(false)
        .build()?;
    let mut out = stdout().lock();
    for item in api.items() {
        writeln!(out, "{item}")?;
    }
    Ok(())
}

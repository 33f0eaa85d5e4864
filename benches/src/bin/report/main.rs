//! Writes what criterion measured last as `benches/RESULTS.md`, with plots.
//!
//! ```text
//! cargo run --release -p tidegate-benches --bin report                  # the file
//! cargo run --release -p tidegate-benches --bin report -- --print       # to the terminal
//! cargo run --release -p tidegate-benches --bin report -- --print bstr  # and beside one engine
//! ```
//!
//! Rows are medians, which a busy neighbour disturbs least. What was not measured
//! is left out and named. Rows of engines that are gone stay in criterion's
//! directory until somebody removes it.

#![forbid(unsafe_code)]

mod group;
mod machine;
mod memory;
mod peers;
mod plot;
mod plots;
mod print;
mod record;
mod results;
mod rooms;
mod table;

use group::Group;
use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use tidegate_benches::{criterion_directory, facts};

fn main() -> Result<(), Box<dyn Error>> {
    let groups = Group::all_of(record::all_in(&criterion_directory())?);
    let mut args = env::args().skip(1);
    if args.next().as_deref() == Some("--print") {
        let beside = args.next();
        let mut out = io::stdout().lock();
        for group in &groups {
            print::print(&mut out, group, beside.as_deref())?;
        }
        return Ok(out.flush()?);
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let facts = facts("decode")?.map_or_else(Vec::new, |facts| memory::Case::all_of(&facts));
    let plots = plots::draw(&groups, &facts, &here.join("plots"))?;
    results::write(&here.join("RESULTS.md"), &groups, &facts, &plots)?;
    Ok(())
}

//! Prints what criterion measured last as ratios, a table per group.
//!
//! ```text
//! cargo run --release -p tidegate-benches --bin ratios            # to the best peer
//! cargo run --release -p tidegate-benches --bin ratios -- bstr    # to one engine
//! ```
//!
//! A ratio of 2 is twice as fast. Rows are medians, which a busy neighbour
//! disturbs least. Rows of engines that are gone stay in criterion's directory
//! until somebody removes it.

#![forbid(unsafe_code)]

mod record;
mod table;

use record::Record;
use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use table::Against;

fn main() -> Result<(), Box<dyn Error>> {
    let against = env::args()
        .nth(1)
        .map_or(Against::BestPeer, Against::Engine);
    let mut groups = BTreeMap::<_, Vec<Record>>::new();
    for record in record::all_in(&criterion_directory())? {
        let group = groups.entry(in_order(&record.group)).or_default();
        group.push(record);
    }
    let mut out = io::stdout().lock();
    for records in groups.into_values() {
        table::print(&mut out, records, &against)?;
    }
    Ok(out.flush()?)
}

/// Where criterion writes to, by the same variables.
fn criterion_directory() -> PathBuf {
    if let Some(home) = env::var_os("CRITERION_HOME") {
        return home.into();
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    target.join("criterion")
}

/// 8, 40, 100: the names of groups, with their numbers sorted as numbers.
fn in_order(group: &str) -> Vec<(usize, String)> {
    let number = |part: &str| part.parse().unwrap_or(usize::MAX);
    group
        .split('/')
        .map(|part| (number(part), part.to_owned()))
        .collect()
}

//! A group as a table for the terminal, fastest first.

use crate::group::Group;
use std::io::{self, Write};

/// Ratios are to the engine of this name, or else to the best peer.
pub(crate) fn print(out: &mut impl Write, group: &Group, beside: Option<&str>) -> io::Result<()> {
    let reference = match beside {
        Some(engine) => group.engine(engine),
        // Where ours are alone they stand beside each other.
        None => group
            .best_peer()
            .or_else(|| group.best_limit())
            .or(group.records.first()),
    };
    let name = reference.map_or("-", |record| &record.engine);
    let title = &group.name;
    writeln!(out, "\n{title:32}{:>10}{:>10}  x {name}", "ns each", "MB/s")?;
    for record in &group.records {
        let ratio = reference.map(|reference| record.times(reference));
        writeln!(
            out,
            "  {:6} {:23}{:>10}{:>10}  {}",
            record.side,
            record.engine,
            cell(record.each(), 2),
            cell(record.gigabytes().map(|rate| rate * 1e3), 0),
            cell(ratio, 2),
        )?;
    }
    Ok(())
}

fn cell(figure: Option<f64>, digits: usize) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.digits$}"))
}

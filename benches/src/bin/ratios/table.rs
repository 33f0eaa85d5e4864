//! The table of one group, fastest first.

use crate::record::Record;
use std::io::{self, Write};

/// What the ratios are to.
#[derive(Debug)]
pub(crate) enum Against {
    BestPeer,
    Engine(String),
}

impl Against {
    fn is_met_by(&self, record: &Record) -> bool {
        match self {
            Self::BestPeer => record.side == "peer",
            Self::Engine(name) => record.engine == *name,
        }
    }
}

pub(crate) fn print(
    out: &mut impl Write,
    mut records: Vec<Record>,
    against: &Against,
) -> io::Result<()> {
    records.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
    let reference = records.iter().find(|record| against.is_met_by(record));
    let reference = match against {
        // Where there is no peer, ours stand beside each other.
        Against::BestPeer => reference.or(records.first()),
        Against::Engine(_) => reference,
    };

    let group = records.first().map_or("", |record| &record.group);
    let name = reference.map_or("-", |record| &record.engine);
    writeln!(out, "\n{group:32}{:>10}{:>10}  x {name}", "ns each", "MB/s")?;
    for record in &records {
        let each = record.elements.map(|count| record.nanoseconds / count);
        let rate = record.bytes.map(|bytes| bytes * 1e3 / record.nanoseconds);
        let ratio = reference.map(|reference| reference.cost() / record.cost());
        writeln!(
            out,
            "  {:6} {:23}{:>10}{:>10}  {}",
            record.side,
            record.engine,
            cell(each, 2),
            cell(rate, 0),
            cell(ratio, 2),
        )?;
    }
    Ok(())
}

fn cell(figure: Option<f64>, digits: usize) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.digits$}"))
}

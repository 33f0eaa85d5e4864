//! The table of one group, fastest first.

use crate::record::Record;
use std::io::{self, Write};

/// What the ratios are to.
#[derive(Debug)]
pub(crate) enum Against {
    /// Or the best limit, where there is no peer.
    BestPeer,
    Engine(String),
}

impl Against {
    fn find_in<'a>(&self, fastest_first: &'a [Record]) -> Option<&'a Record> {
        let find = |is: &dyn Fn(&Record) -> bool| fastest_first.iter().find(|&record| is(record));
        match self {
            // Where ours are alone they stand beside each other.
            Self::BestPeer => find(&|record| record.side == "peer")
                .or_else(|| find(&|record| record.side == "limit"))
                .or(fastest_first.first()),
            Self::Engine(name) => find(&|record| record.engine == *name),
        }
    }
}

pub(crate) fn print(
    out: &mut impl Write,
    mut records: Vec<Record>,
    against: &Against,
) -> io::Result<()> {
    records.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
    let reference = against.find_in(&records);

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

//! Tables of the report, in Markdown.

use crate::group::Group;
use crate::memory::Case;
use crate::record::Record;
use std::fmt::Write;

/// A row for each of ours in each group.
pub(crate) fn ours(groups: &[&Group]) -> String {
    let mut table = String::from(
        "| input | ours | ns each | GB/s | best peer | its GB/s | vs best peer | of limit |\n\
         |---|---|--:|--:|---|--:|--:|--:|\n",
    );
    for group in groups {
        let peer = group.best_peer();
        for ours in group.ours() {
            let _ = writeln!(
                table,
                "| {} | `{}` | {} | {} | {} | {} | {} | {} |",
                group.input(),
                ours.engine,
                each(ours),
                rate(ours),
                peer.map_or_else(none, |peer| format!("`{}`", peer.engine)),
                peer.map_or_else(none, rate),
                peer.map_or_else(none, |peer| ratio(ours.times(peer))),
                of_limit(group, ours),
            );
        }
    }
    table
}

/// A row for everybody in each group.
pub(crate) fn all(groups: &[&Group]) -> String {
    let mut table = String::from(
        "| input | engine | | ns each | GB/s | vs best peer | of limit |\n\
         |---|---|---|--:|--:|--:|--:|\n",
    );
    for group in groups {
        let peer = group.best_peer();
        for record in &group.records {
            let _ = writeln!(
                table,
                "| {} | `{}` | {} | {} | {} | {} | {} |",
                group.input(),
                record.engine,
                record.side,
                each(record),
                rate(record),
                peer.map_or_else(none, |peer| plain_ratio(record.times(peer))),
                of_limit(group, record),
            );
        }
    }
    table
}

/// What a file costs whoever sends it, the least first.
pub(crate) fn cpu(group: &Group) -> String {
    let mut table = String::from(
        "| engine | | CPU s per GiB | vs best peer | of limit |\n|---|---|--:|--:|--:|\n",
    );
    let peer = group.best_peer();
    for record in &group.records {
        let ratio = match &*record.side {
            "ours" => ratio,
            _ => plain_ratio,
        };
        let _ = writeln!(
            table,
            "| `{}` | {} | {} | {} | {} |",
            record.engine,
            record.side,
            figure(record.seconds_for_gibibyte()),
            peer.map_or_else(none, |peer| ratio(record.times(peer))),
            of_limit(group, record),
        );
    }
    table
}

/// How much everybody keeps, and the limit is nothing.
pub(crate) fn memory(cases: &[Case]) -> String {
    let mut table = String::from(
        "| body | engine | | peak, bytes | allocations | vs best peer | of limit |\n\
         |---|---|---|--:|--:|--:|--:|\n",
    );
    for case in cases {
        let best = case.best_peer();
        for peak in &case.peaks {
            let vs = best.map_or_else(none, |best| match (best.bytes, peak.bytes) {
                (_, 0.0) => "keeps nothing".to_owned(),
                (best, its) if peak.side == "ours" => ratio(best / its),
                (best, its) => plain_ratio(best / its),
            });
            let _ = writeln!(
                table,
                "| {} | `{}` | {} | {} | {} | {vs} | - |",
                case.name, peak.engine, peak.side, peak.bytes, peak.times,
            );
        }
    }
    table
}

/// `1.23x`, with a word where it is less than once.
fn ratio(times: f64) -> String {
    match is_lost(times) {
        true => format!("**{} lost**", plain_ratio(times)),
        false => plain_ratio(times),
    }
}

/// Whether that is to be read as less than 1.00x.
pub(crate) fn is_lost(times: f64) -> bool {
    times < 0.995
}

pub(crate) fn plain_ratio(times: f64) -> String {
    format!("{times:.2}x")
}

fn of_limit(group: &Group, record: &Record) -> String {
    let limit = group.best_limit().filter(|_| record.side != "limit");
    limit.map_or_else(none, |limit| per_cent(record.times(limit)))
}

/// Who does not even look at the bytes is not to be held to a copy of them.
pub(crate) fn per_cent(share: f64) -> String {
    match share {
        ..10.0 => format!("{:.0}%", share * 100.0),
        _ => ">1000%".to_owned(),
    }
}

fn each(record: &Record) -> String {
    record.each().map_or_else(none, |each| format!("{each:.1}"))
}

fn rate(record: &Record) -> String {
    figure(record.gigabytes())
}

/// To three digits or so.
fn figure(figure: Option<f64>) -> String {
    figure.map_or_else(none, |figure| match figure {
        ..0.01 => format!("{figure:.4}"),
        ..1.0 => format!("{figure:.3}"),
        ..10.0 => format!("{figure:.2}"),
        ..100.0 => format!("{figure:.1}"),
        _ => format!("{figure:.0}"),
    })
}

fn none() -> String {
    "-".to_owned()
}

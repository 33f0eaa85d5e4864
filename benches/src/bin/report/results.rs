//! `benches/RESULTS.md`.

use crate::group::Group;
use crate::memory::Case;
use crate::plots::Drawn;
use crate::rooms::{ROOMS, Room};
use crate::table::{is_lost, per_cent, plain_ratio};
use crate::{machine, peers, table};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

pub(crate) fn write(
    path: &Path,
    groups: &[Group],
    facts: &[Case],
    plots: &[Drawn],
) -> Result<(), Box<dyn Error>> {
    let mut out = String::new();
    head(&mut out, groups)?;
    missing(&mut out, groups, facts, plots)?;
    lost(&mut out, groups)?;
    for plot in plots.iter().filter(|plot| plot.is_drawn) {
        let Drawn { file, title, .. } = plot;
        write!(out, "## {title}\n\n![{title}](plots/{file})\n\n")?;
    }
    for room in ROOMS {
        section(&mut out, room, groups)?;
    }
    for group in groups.iter().filter(|group| group.is_of_cpu()) {
        let name = &group.name;
        write!(out, "## Processor time per GiB: {name}\n\n")?;
        writeln!(out, "{}", table::cpu(group))?;
    }
    if !facts.is_empty() {
        out += "## Memory while a body is taken apart\n\n`cargo bench --bench decode_facts`. Of the \
                heap, beside the body.\n\n";
        out += &table::memory(facts);
    }
    Ok(fs::write(path, out)?)
}

fn head(out: &mut String, groups: &[Group]) -> Result<(), Box<dyn Error>> {
    let measured = groups.iter().flat_map(|group| &group.records);
    let measured = measured.map(|record| record.measured);
    let (from, to) = (measured.clone().min(), measured.max());
    write!(
        out,
        "# Results\n\n\
         Written by `cargo run --release -p tidegate-benches --bin report` from what\n\
         `cargo bench` measured last; each room says which bench is its own.\n\n\
         | | |\n|---|---|\n\
         | measured | {} to {} |\n\
         | processor | {} |\n\
         | compiler | {} |\n\
         | profile | `bench` of `Cargo.toml`: `lto = \"thin\"`, `codegen-units = 1` |\n\
         | peers | {} |\n\n",
        date(from),
        date(to),
        machine::processor(),
        machine::rustc(),
        peers::versions()?.join(", "),
    )?;
    *out += "`vs best peer` is how many times as fast as the fastest peer that gives the right \
             answer: all\nthat is timed was held to one answer before. `of limit` is the share of \
             what the bare copy or\nsearch of the same bytes reaches, which does less than the job; \
             through a buffer it is the copy and\nthe fastest scan of a slice, one after the other. \
             Figures are medians of one run on one machine:\ncompare those of one input, and no \
             others. What each path takes in instructions, and on every\nmachine, stands in \
             [counts.txt](counts.txt).\n\n";
    Ok(())
}

fn date(time: Option<SystemTime>) -> String {
    time.map_or_else(
        || "never".to_owned(),
        |time| {
            // `Sat, 21 Nov 2026 17:30:11 GMT`, without its seconds.
            let date = httpdate::fmt_http_date(time);
            format!("{} UTC", &date[5..22])
        },
    )
}

fn missing(
    out: &mut String,
    groups: &[Group],
    facts: &[Case],
    plots: &[Drawn],
) -> Result<(), Box<dyn Error>> {
    let mut missing = Vec::new();
    for room in ROOMS {
        if !groups.iter().any(|group| group.room() == room.name) {
            missing.push(format!("`cargo bench --bench {}`", room.bench));
        }
    }
    if facts.is_empty() {
        missing.push("`cargo bench --bench decode_facts`".to_owned());
    }
    for plot in plots.iter().filter(|plot| !plot.missing.is_empty()) {
        let groups = plot.missing.join(", ");
        missing.push(format!("for `plots/{}`: {groups}", plot.file));
    }
    if !missing.is_empty() {
        *out += "**Not measured, and so not below:**\n\n";
        for what in missing {
            writeln!(out, "- {what}")?;
        }
        *out += "\n";
    }
    Ok(())
}

/// What anybody would look for first.
fn lost(out: &mut String, groups: &[Group]) -> Result<(), Box<dyn Error>> {
    let mut rows = 0;
    let mut lost = Vec::new();
    for group in groups {
        for (ours, peer) in group.ours().zip(std::iter::repeat(group.best_peer())) {
            let Some(peer) = peer else { continue };
            rows += 1;
            let times = ours.times(peer);
            if is_lost(times) {
                lost.push((times, group, ours, peer));
            }
        }
    }
    lost.sort_by(|a, b| a.0.total_cmp(&b.0));
    if rows == 0 {
        return Ok(());
    }
    *out += "## Where we lose\n\n";
    let count = lost.len();
    if count == 0 {
        writeln!(
            out,
            "Nowhere: each of {rows} rows of ours is at 1.00x of the best peer or above.\n"
        )?;
        return Ok(());
    }
    writeln!(
        out,
        "In {count} of {rows} rows of ours that have a peer.\n\n\
         | input | ours | best peer | vs best peer | of limit |\n|---|---|---|--:|--:|"
    )?;
    for (times, group, ours, peer) in lost {
        let limit = group.best_limit();
        let of_limit = limit.map_or_else(|| "-".to_owned(), |limit| per_cent(ours.times(limit)));
        writeln!(
            out,
            "| {} | `{}` | `{}` | {} | {of_limit} |",
            group.name,
            ours.engine,
            peer.engine,
            plain_ratio(times),
        )?;
    }
    *out += "\n";
    Ok(())
}

fn section(out: &mut String, room: &Room, groups: &[Group]) -> Result<(), Box<dyn Error>> {
    let groups: Vec<_> = groups
        .iter()
        .filter(|group| group.room() == room.name && !group.is_of_cpu())
        .collect();
    if groups.is_empty() {
        return Ok(());
    }
    let Room {
        bench,
        title,
        about,
        ..
    } = room;
    write!(
        out,
        "## {title}\n\n`cargo bench --bench {bench}`. {about}\n\n{}\n\
         <details><summary>everybody</summary>\n\n{}\n</details>\n\n",
        table::ours(&groups),
        table::all(&groups),
    )?;
    Ok(())
}

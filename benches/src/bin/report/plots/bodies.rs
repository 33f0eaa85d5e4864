//! Multipart bodies, each a row.

use super::{LEGEND, Svg, is_of, sorted};
use crate::group::Group;
use crate::plot::{By, Dots, card, legend, looks};

pub(super) const TITLE: &str = "Multipart bodies, kind and hostile, in reads of 64 KiB";

/// The bodies that there always are, those that are kind first.
const BODIES: &[&str] = &[
    "upload",
    "text",
    "random",
    "cr",
    "lf",
    "crlf",
    "dashes",
    "near",
    "half",
    "aa-dashes",
    "aa-near",
    "aa-half",
    "cut",
    "early",
    "late",
    "mixed",
    "blocks",
    "alternating",
];

pub(super) fn draw(groups: &[Group]) -> Svg {
    let body = |group: &Group| {
        let body = group.name.strip_prefix("decode/")?.strip_suffix("/64k")?;
        // It is no file, and a byte of it is no byte of a file.
        (body != "fields").then(|| body.to_owned())
    };
    let mut found: Vec<_> = groups
        .iter()
        .filter_map(|group| Some((body(group)?, group)))
        .collect();
    let place = |body: &str| BODIES.iter().position(|known| *known == body);
    found.sort_by_key(|(body, _)| place(body).unwrap_or(BODIES.len()));
    let missing = BODIES
        .iter()
        .filter(|known| !found.iter().any(|(body, _)| body == *known))
        .map(|known| format!("decode/{known}/64k"))
        .collect();
    if found.is_empty() {
        return Ok((None, missing));
    }
    let shown = found.iter().flat_map(|(_, group)| &group.records);
    let shown = shown.filter(|record| record.side != "ours" || record.engine == "multipart");
    let looks = looks(sorted(shown, &[]));
    let rows = found.iter().map(|(body, group)| {
        let dots = looks.iter().filter_map(|look| {
            let record = group.records.iter().find(|record| is_of(look, record))?;
            Some((look, record.gigabytes()?))
        });
        (body.clone(), dots.collect())
    });
    let dots = Dots {
        across: "GB/s of processor time: further right is faster",
        rows: rows.collect(),
    };
    let size = (980, 110 + 27 * found.len() as u32);
    let svg = card(size, TITLE, |area| {
        let (chart, names) = area.split_horizontally(size.0 as i32 - LEGEND);
        dots.draw(&chart)?;
        legend(&names, &looks, By::Dot)
    })?;
    Ok((Some(svg), missing))
}

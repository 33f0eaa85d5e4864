//! Throughput over a length.

use super::{LEGEND, Svg, is_of, sorted};
use crate::group::Group;
use crate::plot::{Area, By, Lines, Look, card, legend, looks};
use crate::record::Record;
use std::error::Error;

/// Lines over a length: a panel for each source.
pub(super) struct Over {
    pub(super) file: &'static str,
    pub(super) title: &'static str,
    across: &'static str,
    lengths: &'static [f64],
    panels: &'static [Panel],
    /// Which of ours are shown: all of them would hide the peers.
    ours: &'static [&'static str],
}

pub(super) struct Panel {
    title: &'static str,
    /// What its groups are called, but for the length, which stands for `*`.
    groups: &'static str,
}

pub(super) const OVER: [Over; 4] = [
    Over {
        file: "lines.svg",
        title: "Lines: throughput over their length",
        across: "mean length of a line",
        lengths: &[8.0, 40.0, 100.0, 1000.0, 65536.0],
        panels: &[
            Panel {
                title: "from a slice",
                groups: "line/slice/*",
            },
            Panel {
                title: "through a buffer of 64 KiB",
                groups: "line/buffered/*",
            },
        ],
        ours: &["for_each_line", "next_line"],
    },
    Over {
        file: "chunks.svg",
        title: "Chunks: throughput over their length, through a buffer of 64 KiB",
        across: "mean length of a chunk",
        lengths: &[64.0, 1024.0, 65536.0],
        panels: &[
            Panel {
                title: "separator of 2 bytes",
                groups: "chunk/buffered/2/*",
            },
            Panel {
                title: "separator of 40 bytes",
                groups: "chunk/buffered/40/*",
            },
        ],
        ours: &["for_each_chunk", "next_chunk"],
    },
    Over {
        file: "reads.svg",
        title: "An upload of text fields and a table: throughput over the size of a read",
        across: "size of a read",
        lengths: &[1024.0, 8192.0, 16384.0, 65536.0, 262144.0],
        panels: &[Panel {
            title: "",
            groups: "decode/upload/*",
        }],
        ours: &["feed", "multipart", "frames"],
    },
    Over {
        file: "transfer.svg",
        title: "Chunked bodies: throughput over the size of a chunk",
        across: "size of a chunk",
        lengths: &[16.0, 1024.0, 8192.0, 65536.0],
        panels: &[
            Panel {
                title: "read from a slice",
                groups: "transfer/slice/*",
            },
            Panel {
                title: "written to memory",
                groups: "transfer/to-memory/*",
            },
        ],
        ours: &["fill_buf", "read", "ChunkedWriter"],
    },
];

impl Over {
    pub(super) fn draw(&self, groups: &[Group]) -> Svg {
        let mut missing = Vec::new();
        let mut panels = Vec::new();
        for panel in self.panels {
            let mut found = Vec::new();
            for &length in self.lengths {
                let names = names(panel.groups, length as usize);
                match groups.iter().find(|group| names.contains(&group.name)) {
                    Some(group) => found.push((length, group)),
                    None => missing.push(names[0].clone()),
                }
            }
            if !found.is_empty() {
                panels.push((panel, found));
            }
        }
        if panels.is_empty() {
            return Ok((None, missing));
        }
        let shown = panels
            .iter()
            .flat_map(|(_, found)| found)
            .flat_map(|(_, group)| self.shown(group));
        let looks = looks(sorted(shown, self.ours));
        let width = 380 * panels.len().max(2) as u32 + LEGEND as u32;
        let svg = card((width, 430), self.title, |area| {
            let (charts, names) = area.split_horizontally(width as i32 - LEGEND);
            for (area, (panel, found)) in charts.split_evenly((1, panels.len())).iter().zip(&panels)
            {
                self.panel(area, panel, found, &looks)?;
            }
            legend(&names, &looks, By::Line)
        })?;
        Ok((Some(svg), missing))
    }

    fn panel(
        &self,
        area: &Area<'_>,
        panel: &Panel,
        found: &[(f64, &Group)],
        looks: &[Look],
    ) -> Result<(), Box<dyn Error>> {
        let lines = looks.iter().filter_map(|look| {
            let points = found.iter().filter_map(|(length, group)| {
                let record = self.shown(group).find(|record| is_of(look, record))?;
                Some((*length, record.gigabytes()?))
            });
            let points: Vec<_> = points.collect();
            (!points.is_empty()).then_some((look, points))
        });
        let lengths: Vec<_> = found.iter().map(|&(length, _)| length).collect();
        let lines = Lines {
            title: panel.title,
            across: self.across,
            ticks: &lengths,
            lines: lines.collect(),
        };
        lines.draw(area)
    }

    fn shown<'g>(&self, group: &'g Group) -> impl Iterator<Item = &'g Record> {
        let ours = self.ours;
        group
            .records
            .iter()
            .filter(move |record| record.side != "ours" || ours.contains(&&*record.engine))
    }
}

/// What a group may be called: with the length as a number, or as `64k`.
fn names(pattern: &str, length: usize) -> [String; 2] {
    let short = format!("{}k", length >> 10);
    [length.to_string(), short].map(|length| pattern.replace('*', &length))
}

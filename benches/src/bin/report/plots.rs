//! Which plots there are, and what is in them.

use crate::group::Group;
use crate::memory::Case;
use crate::plot::{Area, Bars, By, Dots, Lines, Look, card, legend, looks};
use crate::record::Record;
use std::error::Error;
use std::fs;
use std::path::Path;

/// What became of a plot.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
    pub(crate) is_drawn: bool,
    /// Groups that are to be in it, and were not measured.
    pub(crate) missing: Vec<String>,
}

/// Lines over a length: a panel for each source.
struct Over {
    file: &'static str,
    title: &'static str,
    across: &'static str,
    lengths: &'static [f64],
    panels: &'static [Panel],
    /// Which of ours are shown: all of them would hide the peers.
    ours: &'static [&'static str],
}

struct Panel {
    title: &'static str,
    /// What its groups are called, but for the length, which stands for `*`.
    groups: &'static str,
}

const OVER: [Over; 4] = [
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

const CPU: &str = "file/send-cpu";
const MEMORY: &str = "64 MiB by 64k";

/// Draws what there is to be drawn, into this directory.
pub(crate) fn draw(
    groups: &[Group],
    facts: &[Case],
    directory: &Path,
) -> Result<Vec<Drawn>, Box<dyn Error>> {
    fs::create_dir_all(directory)?;
    let mut drawn = Vec::new();
    let mut keep = |file, title, svg: Option<String>, missing| -> Result<(), Box<dyn Error>> {
        let is_drawn = svg.is_some();
        match svg {
            Some(svg) => fs::write(directory.join(file), svg)?,
            // An old one would be taken for a new one.
            None => drop(fs::remove_file(directory.join(file))),
        }
        drawn.push(Drawn {
            file,
            title,
            is_drawn,
            missing,
        });
        Ok(())
    };
    for over in &OVER {
        let (svg, missing) = over.draw(groups)?;
        keep(over.file, over.title, svg, missing)?;
    }
    let (svg, missing) = bodies(groups)?;
    keep("bodies.svg", BODIES_TITLE, svg, missing)?;
    let cpu = groups.iter().find(|group| group.name == CPU);
    let missing = cpu.is_none().then(|| CPU.to_owned());
    keep(
        "cpu.svg",
        CPU_TITLE,
        cpu.map(cpu_bars).transpose()?,
        Vec::from_iter(missing),
    )?;
    let memory = facts.iter().find(|case| case.name == MEMORY);
    let missing = memory.is_none().then(|| "`decode_facts`".to_owned());
    keep(
        "memory.svg",
        MEMORY_TITLE,
        memory.map(memory_bars).transpose()?,
        Vec::from_iter(missing),
    )?;
    Ok(drawn)
}

type Svg = Result<(Option<String>, Vec<String>), Box<dyn Error>>;

const LEGEND: i32 = 215;

impl Over {
    fn draw(&self, groups: &[Group]) -> Svg {
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

fn is_of(look: &Look, record: &Record) -> bool {
    look.side == record.side && look.engine == called(record)
}

/// Who needs a larger buffer for the longest lines is still the same.
fn called(record: &Record) -> &str {
    record.engine.trim_end_matches("_128k")
}

/// By name, so that who has which colour does not depend on who is how fast; ours
/// in the order they are named in.
fn sorted<'r>(records: impl Iterator<Item = &'r Record>, ours: &[&str]) -> Vec<(String, String)> {
    let mut engines: Vec<_> = records
        .map(|record| (record.side.clone(), called(record).to_owned()))
        .collect();
    engines.sort_by_key(|(side, engine)| {
        let place = ours.iter().position(|name| name == engine);
        (side.clone(), place, engine.clone())
    });
    engines
}

const BODIES_TITLE: &str = "Multipart bodies, kind and hostile, in reads of 64 KiB";

fn bodies(groups: &[Group]) -> Svg {
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
    let svg = card(size, BODIES_TITLE, |area| {
        let (chart, names) = area.split_horizontally(size.0 as i32 - LEGEND);
        dots.draw(&chart)?;
        legend(&names, &looks, By::Dot)
    })?;
    Ok((Some(svg), missing))
}

const CPU_TITLE: &str = "A file to a socket: processor time for each GiB served";

fn cpu_bars(group: &Group) -> Result<String, Box<dyn Error>> {
    let records = group.records.iter();
    let bars = records.filter_map(|record| {
        let engine = (record.side.clone(), record.engine.clone());
        let look = looks([engine]).pop()?;
        Some((look, record.seconds_for_gibibyte()?))
    });
    let bars = Bars {
        across: "seconds of the sender's processor time, less is better",
        log_from: None,
        bars: bars.collect(),
        label: |seconds| format!("{seconds:.2} s"),
    };
    card((860, bars.height()), CPU_TITLE, |area| bars.draw(area))
}

const MEMORY_TITLE: &str = "Memory kept at most while a body of 64 MiB is taken apart";

fn memory_bars(case: &Case) -> Result<String, Box<dyn Error>> {
    let bars = case.peaks.iter().filter_map(|peak| {
        let look = looks([(peak.side.clone(), peak.engine.clone())]).pop()?;
        Some((look, peak.bytes))
    });
    let bars = Bars {
        across: "bytes of the heap beside the body, on a logarithmic scale, less is better",
        log_from: Some(100.0),
        bars: bars.collect(),
        label: |bytes| match bytes {
            ..1024.0 => format!("{bytes} B"),
            ..1_048_576.0 => format!("{:.1} KiB", bytes / 1024.0),
            _ => format!("{:.1} MiB", bytes / 1_048_576.0),
        },
    };
    card((860, bars.height()), MEMORY_TITLE, |area| bars.draw(area))
}

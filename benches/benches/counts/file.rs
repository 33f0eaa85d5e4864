//! The file with the counts: a line for each path, to be read by people, and
//! compared with the last one.

use crate::tools::Tools;
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io;
use std::path::PathBuf;

#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) tools: Tools,
    pub(crate) rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) instructions: u64,
    pub(crate) items: u64,
    /// What an item is.
    pub(crate) per: String,
    /// Why it grew to this.
    pub(crate) reason: String,
}

const HEAD: &str = "\
# Instructions of the hot paths, as callgrind counts them. Written by
#     cargo bench --bench counts -- --update
# which benches/benches/counts.rs explains, and held by .ci/run to 3%.
";

const TOOLS: &str = "# By: ";

impl Counts {
    /// Those of the file; none where there is no file yet.
    pub(crate) fn kept() -> Result<Self, String> {
        let text = fs::read_to_string(place()).unwrap_or_default();
        let tools = text.lines().find_map(|line| line.strip_prefix(TOOLS));
        let tools = tools.into_iter().flat_map(|tools| tools.split(", "));
        let rows = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| {
                Row::read(line).ok_or_else(|| format!("counts.txt has no such row: {line}"))
            });
        Ok(Self {
            tools: Tools(tools.map(str::to_owned).collect()),
            rows: rows.collect::<Result<_, _>>()?,
        })
    }

    pub(crate) fn keep(&self) -> io::Result<()> {
        fs::write(place(), self.to_string())
    }

    pub(crate) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}

fn place() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("counts.txt")
}

impl Row {
    pub(crate) fn each(&self) -> f64 {
        self.instructions as f64 / self.items as f64
    }

    fn read(line: &str) -> Option<Self> {
        let (line, reason) = line.split_once(';').unwrap_or((line, ""));
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let instructions = words.next()?.parse().ok()?;
        let items = words.next()?.parse().ok()?;
        let per = words.next()?.to_owned();
        let reason = reason.trim().to_owned();
        Some(Self {
            name,
            instructions,
            items,
            per,
            reason,
        })
    }
}

impl Display for Counts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{HEAD}{TOOLS}{}\n#\n", self.tools)?;
        writeln!(
            f,
            "#{:45}{:>12}{:>8} {:6}{:>10} ; why it grew",
            " path", "counted", "items", "of", "each"
        )?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            instructions,
            items,
            per,
            reason,
        } = self;
        let each = self.each();
        write!(
            f,
            "{name:46}{instructions:>12}{items:>8} {per:6}{each:>10.2}"
        )?;
        match &**reason {
            "" => Ok(()),
            reason => write!(f, " ; {reason}"),
        }
    }
}

//! What changed, and whether that may be.

use crate::file::{Counts, Row};
use std::fmt::{self, Display, Formatter};

/// How much more, or less, is still the same.
const MARGIN: f64 = 0.03;
/// And where the tools are others.
const WIDE_MARGIN: f64 = 0.25;

/// The counts of now beside those of the file.
#[derive(Debug)]
pub(crate) struct Report<'c> {
    before: &'c Counts,
    now: &'c Counts,
    /// Whether every path was counted.
    is_whole: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Same,
    Grew,
    Shrank,
    New,
}

impl<'c> Report<'c> {
    pub(crate) const fn of(before: &'c Counts, now: &'c Counts, is_whole: bool) -> Self {
        Self {
            before,
            now,
            is_whole,
        }
    }

    /// Whether somebody has to do something.
    pub(crate) fn has_failed(&self) -> bool {
        let failing = [Verdict::Grew, Verdict::New];
        let fails = |row| failing.contains(&self.verdict(row, self.margin()));
        self.now.rows.iter().any(fails) || !self.gone().is_empty()
    }

    /// What is to be in the file from now on. Rows that are the same stay as they
    /// are, so that what grows by little and little comes to light too.
    pub(crate) fn updated(&self, reason: Option<&str>) -> Result<Counts, String> {
        if !self.is_whole {
            return Err("a part of the paths is not to become the file".to_owned());
        }
        let other_tools = format!("by {}", self.now.tools);
        let same_tools = self.has_same_tools();
        // Other tools are a reason.
        let reason = reason.or((!same_tools).then_some(&*other_tools));
        let mut rows = Vec::new();
        for row in &self.now.rows {
            let reason = match (self.verdict(row, MARGIN), self.before.row(&row.name)) {
                (Verdict::Same, Some(before)) if same_tools => {
                    rows.push(before.clone());
                    continue;
                }
                (Verdict::Same, Some(before)) => &before.reason,
                (Verdict::Grew, _) => reason.ok_or_else(|| {
                    format!(
                        "{} grew: --reason \"why\" is to stand in the file",
                        row.name
                    )
                })?,
                // What it once grew by is history.
                _ => "",
            };
            rows.push(Row {
                reason: reason.to_owned(),
                ..row.clone()
            });
        }
        Ok(Counts {
            tools: self.now.tools.clone(),
            rows,
        })
    }

    fn has_same_tools(&self) -> bool {
        self.before.tools == self.now.tools
    }

    fn margin(&self) -> f64 {
        if self.has_same_tools() {
            MARGIN
        } else {
            WIDE_MARGIN
        }
    }

    fn verdict(&self, row: &Row, margin: f64) -> Verdict {
        match self.before.row(&row.name) {
            None => Verdict::New,
            Some(before) => match row.each() / before.each() - 1.0 {
                more if more > margin => Verdict::Grew,
                more if more < -margin => Verdict::Shrank,
                _ => Verdict::Same,
            },
        }
    }

    /// Rows of paths that are no more.
    fn gone(&self) -> Vec<&str> {
        let rows = self.before.rows.iter().filter(|_| self.is_whole);
        let gone = rows.filter(|row| self.now.row(&row.name).is_none());
        gone.map(|row| &*row.name).collect()
    }
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for row in &self.now.rows {
            let verdict = self.verdict(row, self.margin());
            let change = self
                .before
                .row(&row.name)
                .map_or_else(String::new, |before| {
                    let more = row.each() / before.each() - 1.0;
                    format!("{:+.1}%", more * 100.0)
                });
            let word = match verdict {
                Verdict::Same => "",
                Verdict::Grew => "GREW",
                Verdict::Shrank => "shrank",
                Verdict::New => "NEW",
            };
            writeln!(
                f,
                "{:48}{:>11.2} a {:9}{change:>9}  {word}",
                row.name,
                row.each(),
                row.per
            )?;
        }
        self.gone()
            .iter()
            .try_for_each(|name| writeln!(f, "{name:48}{:>34}", "GONE"))?;
        self.advise(f)
    }
}

impl Report<'_> {
    fn advise(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let how = "cargo bench --bench counts -- --update";
        let Counts { tools, rows } = self.before;
        if !rows.is_empty() && !self.has_same_tools() {
            writeln!(
                f,
                "\nbenches/counts.txt is by\n    {tools}\nand this is by\n    {}\n\
                 so that a path may grow by {:.0}% here. To hold them to {:.0}% again, on a \
                 commit that changes nothing else:\n    {how}",
                self.now.tools,
                WIDE_MARGIN * 100.0,
                MARGIN * 100.0,
            )?;
        }
        if self.has_failed() {
            writeln!(
                f,
                "\nWhat is in capitals is not as benches/counts.txt has it. If it is meant to be \
                 so:\n    {how} --reason \"why\""
            )?;
        } else if self.has_shrunk() {
            writeln!(
                f,
                "\nSome take less than benches/counts.txt says. To hold them to that:\n    {how}"
            )?;
        }
        Ok(())
    }

    fn has_shrunk(&self) -> bool {
        let shrank = |row| self.verdict(row, self.margin()) == Verdict::Shrank;
        self.now.rows.iter().any(shrank)
    }
}

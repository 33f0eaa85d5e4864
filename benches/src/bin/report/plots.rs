//! Which plots there are, and what is in them.

mod bars;
mod bodies;
mod over;

use crate::group::Group;
use crate::memory::Case;
use crate::plot::Look;
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
    for over in &over::OVER {
        let (svg, missing) = over.draw(groups)?;
        keep(over.file, over.title, svg, missing)?;
    }
    let (svg, missing) = bodies::draw(groups)?;
    keep("bodies.svg", bodies::TITLE, svg, missing)?;
    let cpu = groups.iter().find(|group| group.name == bars::CPU);
    let missing = cpu.is_none().then(|| bars::CPU.to_owned());
    keep(
        "cpu.svg",
        bars::CPU_TITLE,
        cpu.map(bars::cpu).transpose()?,
        Vec::from_iter(missing),
    )?;
    let memory = facts.iter().find(|case| case.name == bars::MEMORY);
    let missing = memory.is_none().then(|| "`decode_facts`".to_owned());
    keep(
        "memory.svg",
        bars::MEMORY_TITLE,
        memory.map(bars::memory).transpose()?,
        Vec::from_iter(missing),
    )?;
    Ok(drawn)
}

type Svg = Result<(Option<String>, Vec<String>), Box<dyn Error>>;

const LEGEND: i32 = 215;

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

//! What criterion wrote down about one row.

use serde_json::Value;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) group: String,
    pub(crate) side: String,
    pub(crate) engine: String,
    /// The median of one run over all of the input.
    pub(crate) nanoseconds: f64,
    /// Lines, reads: what the input holds, where that was said.
    pub(crate) elements: Option<f64>,
    pub(crate) bytes: Option<f64>,
    pub(crate) measured: SystemTime,
}

impl Record {
    /// What rows of inputs that differ in length can be compared by.
    pub(crate) fn cost(&self) -> f64 {
        self.nanoseconds / self.elements.or(self.bytes).unwrap_or(1.0)
    }

    /// How many times as fast it is as another.
    pub(crate) fn times(&self, other: &Self) -> f64 {
        other.cost() / self.cost()
    }

    /// Nanoseconds for each line, field or read.
    pub(crate) fn each(&self) -> Option<f64> {
        self.elements.map(|elements| self.nanoseconds / elements)
    }

    /// 10^9 bytes a second.
    pub(crate) fn gigabytes(&self) -> Option<f64> {
        self.bytes.map(|bytes| bytes / self.nanoseconds)
    }

    /// Where processor time was measured: seconds for 2^30 bytes.
    pub(crate) fn seconds_for_gibibyte(&self) -> Option<f64> {
        let bytes = self.bytes?;
        Some(self.nanoseconds / bytes * (1_u64 << 30) as f64 / 1e9)
    }
}

/// The latest measurement of every row below the directory.
pub(crate) fn all_in(directory: &Path) -> Result<Vec<Record>, Box<dyn Error>> {
    let mut records = Vec::new();
    collect(directory, &mut records)
        .map_err(|error| format!("{}: {error}; has `cargo bench` run?", directory.display()))?;
    Ok(records)
}

fn collect(directory: &Path, records: &mut Vec<Record>) -> Result<(), Box<dyn Error>> {
    let latest = directory.join("new");
    if latest.join("benchmark.json").exists() {
        records.extend(read(&latest)?);
        return Ok(());
    }
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, records)?;
        }
    }
    Ok(())
}

/// `None` for a row which is not named as the harness names its rows.
fn read(directory: &Path) -> Result<Option<Record>, Box<dyn Error>> {
    let json = |name| -> Result<Value, Box<dyn Error>> {
        Ok(serde_json::from_slice(&fs::read(directory.join(name))?)?)
    };
    let measured = fs::metadata(directory.join("estimates.json"))?.modified()?;
    let benchmark = json("benchmark.json")?;
    let estimates = json("estimates.json")?;
    let text = |key| benchmark[key].as_str().map(str::to_owned);
    let throughput = &benchmark["throughput"];
    let both = &throughput["ElementsAndBytes"];
    let amount = |one, of_both| throughput[one].as_f64().or(both[of_both].as_f64());
    Ok((|| {
        Some(Record {
            group: text("group_id")?,
            side: text("function_id")?,
            engine: text("value_str")?,
            nanoseconds: estimates["median"]["point_estimate"].as_f64()?,
            elements: amount("Elements", "elements"),
            bytes: amount("Bytes", "bytes"),
            measured,
        })
    })())
}

//! The rows of one group: one input, and everybody who was given it.

use crate::record::Record;
use std::collections::BTreeMap;

/// What the sum of two rows is called.
const COPY_AND_SCAN: &str = "copy + scan";

#[derive(Debug)]
pub(crate) struct Group {
    /// `line/slice/8`.
    pub(crate) name: String,
    /// Fastest first, but for what was added up.
    pub(crate) records: Vec<Record>,
}

impl Group {
    /// All groups, in the order people would write them down in.
    pub(crate) fn all_of(records: Vec<Record>) -> Vec<Self> {
        let mut groups = BTreeMap::<_, Vec<Record>>::new();
        for record in records {
            let group = groups.entry(in_order(&record.group)).or_default();
            group.push(record);
        }
        let group = |mut records: Vec<Record>| {
            records.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
            let name = records.first().map(|record| record.group.clone());
            Self {
                name: name.unwrap_or_default(),
                records,
            }
        };
        let mut groups: Vec<_> = groups.into_values().map(group).collect();
        let limits: Vec<_> = groups.iter().map(|it| it.copy_and_scan(&groups)).collect();
        for (group, limit) in groups.iter_mut().zip(limits) {
            group.records.extend(limit);
        }
        groups
    }

    /// What comes through a buffer is copied and then scanned: the bare copy, and
    /// whatever was the fastest over a slice of the same input.
    fn copy_and_scan(&self, groups: &[Self]) -> Option<Record> {
        let slice = self.name.replace("/buffered/", "/slice/");
        let slice = groups
            .iter()
            .find(|it| it.name == slice && it.name != self.name)?;
        let (copy, scan) = (self.engine("copy")?, slice.records.first()?);
        let mut both = copy.clone();
        both.engine = COPY_AND_SCAN.to_owned();
        both.nanoseconds += scan.nanoseconds;
        Some(both)
    }

    pub(crate) fn room(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// What is behind the room.
    pub(crate) fn input(&self) -> &str {
        self.name
            .split_once('/')
            .map_or(&self.name, |(_, input)| input)
    }

    /// Whether it is processor time that was measured.
    pub(crate) fn is_of_cpu(&self) -> bool {
        self.name.split('/').any(|part| part.ends_with("-cpu"))
    }

    pub(crate) fn ours(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.side == "ours")
    }

    pub(crate) fn best_peer(&self) -> Option<&Record> {
        self.records.iter().find(|record| record.side == "peer")
    }

    /// The fastest, or the one that is nearest to the job.
    pub(crate) fn best_limit(&self) -> Option<&Record> {
        let mut limits = self.records.iter().filter(|record| record.side == "limit");
        self.engine(COPY_AND_SCAN).or_else(|| limits.next())
    }

    pub(crate) fn engine(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.engine == name)
    }
}

/// 8, 40, 100: the names of groups, with their numbers sorted as numbers.
fn in_order(group: &str) -> Vec<(usize, String)> {
    let number = |part: &str| {
        let (digits, factor) = match part.strip_suffix('k') {
            Some(digits) => (digits, 1024),
            None => (part, 1),
        };
        digits
            .parse()
            .map_or(usize::MAX, |number: usize| number * factor)
    };
    group
        .split('/')
        .map(|part| (number(part), part.to_owned()))
        .collect()
}

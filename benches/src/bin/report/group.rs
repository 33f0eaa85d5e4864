//! The rows of one group: one input, and everybody who was given it.

use crate::record::Record;
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct Group {
    /// `line/slice/8`.
    pub(crate) name: String,
    /// Fastest first.
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
        groups.into_values().map(group).collect()
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

    pub(crate) fn best_limit(&self) -> Option<&Record> {
        self.records.iter().find(|record| record.side == "limit")
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

//! The rules between a server and an application: each is broken by a case of its
//! own, and by nothing that is right.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod docs;
mod input;
mod output;
mod request;
mod response;
mod right;

use std::cell::RefCell;
use std::collections::BTreeSet;
use tidegate_core::validate::{Rule, Violation};

/// What is reported, as `side rule place`.
#[derive(Default)]
struct Told(RefCell<Vec<(Rule, String)>>);

impl Told {
    fn tell(&self, violation: Violation<&[u8]>) {
        let text = format!(
            "{} {:?} {}",
            violation.side, violation.rule, violation.place
        );
        assert_eq!(violation.into_owned().to_string(), violation.to_string());
        self.0.borrow_mut().push((violation.rule, text));
    }

    fn lines(&self) -> Vec<String> {
        let told = self.0.take();
        told.into_iter().map(|(_, text)| text).collect()
    }
}

fn lines_of(work: impl FnOnce(&mut dyn FnMut(Violation<&[u8]>))) -> Vec<String> {
    let told = Told::default();
    work(&mut |violation| told.tell(violation));
    told.lines()
}

/// No rule stands in the list that nothing breaks.
#[test]
fn each_rule_is_broken_by_a_case() {
    let told = [
        request::lines(),
        request::environ_lines(),
        input::lines(),
        response::lines(),
        output::lines(),
    ];
    let broken: BTreeSet<String> = told
        .iter()
        .flatten()
        .map(|line| line.split(' ').nth(1).unwrap().to_owned())
        .collect();
    let all: BTreeSet<String> = Rule::ALL.map(|rule| format!("{rule:?}")).into();
    assert_eq!(all.len(), Rule::ALL.len());
    assert_eq!(broken, all);
}

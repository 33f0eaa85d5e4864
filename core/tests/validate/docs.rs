//! What the documentation says of the rules is what they say.

use tidegate_core::validate::{Rule, Severity};

#[test]
fn the_table_has_each_rule_in_its_order() {
    let text = include_str!("../../src/validate.rs");
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("//! | [`"))
        .collect();
    assert_eq!(rows.len(), Rule::ALL.len());
    for (row, rule) in rows.iter().zip(Rule::ALL) {
        assert!(
            row.starts_with(&format!("//! | [`{rule:?}`](Rule::{rule:?}): ")),
            "{row}"
        );
        assert!(row.contains(&format!(" | {} | ", rule.source())), "{row}");
        let is_warning = row.ends_with("| warning |");
        assert_eq!(is_warning, rule.severity() == Severity::Warning, "{row}");
    }
}

#[test]
fn a_rule_says_what_is_wrong_in_a_line_of_its_own() {
    let mut says: Vec<String> = Rule::ALL.iter().map(Rule::to_string).collect();
    assert!(
        says.iter()
            .all(|text| !text.ends_with('.') && !text.contains('\n'))
    );
    says.sort();
    says.dedup();
    assert_eq!(says.len(), Rule::ALL.len());
}

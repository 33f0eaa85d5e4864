//! Bodies of requests.

use crate::lines_of;
use tidegate_core::validate::InputCheck;

type Lines = &'static [&'static str];

/// `ask`, so many bytes, `end`, `fail`, and `a/b` for `a` bytes consumed of `b`.
#[rustfmt::skip]
const CASES: &[(Option<u64>, &str, Lines)] = &[
    (Some(5), "ask 2 ask 3 ask end", &[]),
    (Some(5), "ask 2", &[]),
    (None, "ask 2 ask 0 ask 7 ask end", &[]),
    (Some(0), "ask end", &[]),
    (Some(5), "ask 2 ask fail", &[]),
    (Some(5), "ask 2/3 ask 3/3 ask end", &[]),
    (Some(5), "ask 6", &["server InputTooLong at byte 6 of 5 of the input"]),
    (Some(5), "ask 5 ask 1 ask 1", &["server InputTooLong at byte 6 of 5 of the input"]),
    (Some(5), "ask 4 ask end", &["server InputTooShort at byte 4 of 5 of the input"]),
    (Some(5), "ask 5 ask end ask 1", &["server InputAfterEnd at byte 6 of 5 of the input"]),
    (None, "ask 2 ask end ask end ask ask ask ask ask ask ask", &[]),
    (None, "ask 2 ask end ask end ask ask ask ask ask ask ask ask ask", &["application ReadPastEnd at byte 2 of the input"]),
    (None, "ask fail ask fail ask 1", &["application ReadAfterFailure at byte 0 of the input"]),
    (Some(5), "ask 4/3 ask 2/2 ask end", &["application Overconsumed at byte 0 of 5 of the input"]),
];

pub(crate) fn lines() -> Vec<String> {
    let told = CASES.iter().flat_map(|(_, _, told)| told.iter());
    told.map(|&line| line.to_owned()).collect()
}

#[test]
fn an_input_breaks_these_rules() {
    for &(announced, script, expected) in CASES {
        let told = lines_of(|report| {
            let mut check = InputCheck::new(announced);
            for word in script.split(' ') {
                match (word, word.split_once('/')) {
                    ("ask", _) => check.asked(report),
                    ("end", _) => check.ended(report),
                    ("fail", _) => check.failed(),
                    (_, Some((bytes, shown))) => {
                        check.consumed(bytes.parse().unwrap(), shown.parse().unwrap(), report);
                    }
                    (bytes, None) => check.came(bytes.parse().unwrap(), report),
                }
            }
        });
        assert_eq!(told, expected, "{announced:?} {script}");
    }
}

//! reqwest, which writes `name*` alone for a name that it escapes: browsers and
//! RFC 7578 have no such parameter, and we see no name there.

use super::super::{Change, Client, Rule, Which};
use super::{CARRIAGE_RETURN, CONTROL, LINE_FEED, NO_BODY, client};
use crate::check::Sent;

pub(super) const REQWEST: Client = client(
    "reqwest",
    |which, name| match which {
        Which::Name => name.to_owned(),
        Which::FileName => name.chars().map(escaped).collect(),
    },
    &[
        NO_BODY,
        Rule {
            name: "name* with separators",
            reason: "it does not escape all that has to be in quotes",
            change: Change::Refuse(
                |sent| {
                    let mut names = starred(sent).map(|name| name.split(';').next());
                    names.any(|name| name.is_some_and(|name| name.contains(SEPARATORS)))
                },
                "a parameter has a byte that may only be in quotes",
            ),
        },
        Rule {
            name: "name* with a semicolon",
            reason: "it does not escape it, and another parameter seems to begin",
            change: Change::Refuse(
                |sent| {
                    let mut names = starred(sent).flat_map(|name| name.split(';').skip(1));
                    names.any(|parameter| !parameter.contains('='))
                },
                "a parameter has no equals sign behind its name",
            ),
        },
        Rule {
            name: "name*",
            reason: "it is no name to us",
            change: Change::Refuse(
                |sent| starred(sent).next().is_some(),
                "a part of a form has no name",
            ),
        },
        LINE_FEED,
        CARRIAGE_RETURN,
        CONTROL,
    ],
);

/// What it leaves in a `name*` of those that are in no token.
const SEPARATORS: [char; 8] = ['\\', ':', ',', '[', ']', '@', '(', ')'];

/// The names that it escapes as if they were segments of a path.
fn starred<'f>(sent: &Sent<'f>) -> impl Iterator<Item = &'f str> {
    let is_escaped = |c: char| !c.is_ascii() || c.is_ascii_control() || " \"<>`#?{}/%".contains(c);
    let names = sent.form.parts.iter().map(|part| part.name.as_str());
    names.filter(move |name| name.contains(is_escaped))
}

fn escaped(c: char) -> String {
    match c {
        '\\' | '"' | '\r' | '\n' => format!("\\{c}"),
        _ => c.to_string(),
    }
}

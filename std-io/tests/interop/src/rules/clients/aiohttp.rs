//! aiohttp, which quotes names as mail does, and file names as URLs do.

use super::super::{Change, Client, Rule, Which};
use super::{client, is_control};

pub(super) const AIOHTTP: Client = client(
    "aiohttp",
    |which, name| match which {
        Which::Name => name.chars().map(in_mail).collect(),
        Which::FileName => name.bytes().map(in_url).collect(),
    },
    &[
        Rule {
            name: "control characters",
            reason: "it refuses them",
            change: Change::Refuse(
                |sent| {
                    let given =
                        |part: &crate::form::Part| [Some(part.name.clone()), part.filename.clone()];
                    let mut names = sent.form.parts.iter().flat_map(given).flatten();
                    names.any(|name| name.contains(|c| is_control(c) || matches!(c, '\r' | '\n')))
                },
                "ValueError: Forbidden control character",
            ),
        },
        Rule {
            name: "a name that is not ASCII",
            reason: "it writes `name*` alone, and then an assertion of its own finds no name",
            change: Change::Refuse(
                |sent| sent.form.parts.iter().any(|part| !part.name.is_ascii()),
                "AssertionError",
            ),
        },
        Rule {
            name: "the type of a field",
            reason: "it gives one to each",
            change: Change::Parts(|_, mut parts| {
                for part in parts.iter_mut().filter(|part| part.filename.is_none()) {
                    part.content_type = Some("text/plain; charset=utf-8".to_owned());
                }
                parts
            }),
        },
    ],
);

/// Blanks get a backslash too, which stays.
fn in_mail(c: char) -> String {
    match c {
        ' ' | '\t' | '"' | '\\' => format!("\\{c}"),
        _ => c.to_string(),
    }
}

fn in_url(byte: u8) -> String {
    match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

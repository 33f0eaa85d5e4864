//! ureq, which writes names as they are: what is in one may end its quotes, and
//! the head. Where that makes another form, nobody can tell it from one that was
//! meant.

use super::super::{Change, Client, Rule};
use super::{CARRIAGE_RETURN, CONTROL, LINE_FEED, client};
use crate::check::Sent;
use crate::form;
use crate::work::Part;

pub(super) const UREQ: Client = client(
    "ureq",
    |_, name| name.to_owned(),
    &[
        Rule {
            name: "an empty form",
            reason: "it spins, and sends no byte of it",
            change: Change::Refuse(
                |sent| sent.form.parts.is_empty(),
                "it does not come to an end",
            ),
        },
        LINE_FEED,
        CARRIAGE_RETURN,
        Rule {
            name: "CR LF",
            reason: "the line ends before its quote",
            change: Change::Refuse(
                |sent| {
                    let mut names = sent.names();
                    names.any(|name| name.contains("\r\n") && closed(&name).is_none())
                },
                "the quote of a parameter is not closed",
            ),
        },
        Rule {
            name: "a quote",
            reason: "it ends the name, and what is behind it is no parameter",
            change: Change::Refuse(
                |sent| any_closed(sent, |rest| !rest.starts_with([';', '\r'])),
                "a header value has no semicolon where one has to be",
            ),
        },
        Rule {
            name: "a file name that gives a name",
            reason: "the part has two then",
            change: Change::Refuse(
                |sent| any_closed(sent, |rest| rest.starts_with("; name=")),
                "a parameter is there twice",
            ),
        },
        Rule {
            name: "a name that gives a file name",
            reason: "the field is a file then",
            change: Change::Parts(|sent, mut parts| {
                for (part, sent) in parts.iter_mut().zip(&sent.form.parts) {
                    if let Some((name, filename)) = sent.name.split_once("\"; filename=\"") {
                        part.name = Some(name.to_owned());
                        part.filename = Some(filename.to_owned());
                    }
                }
                parts
            }),
        },
        Rule {
            name: "a quote and CR LF",
            reason: "what is behind them belongs to the head, or to the content",
            change: Change::Parts(|sent, parts| {
                let parts = parts.into_iter().zip(&sent.form.parts);
                parts
                    .map(|(part, sent)| torn(sent).unwrap_or(part))
                    .collect()
            }),
        },
        CONTROL,
    ],
);

fn any_closed(sent: &Sent<'_>, is: fn(&str) -> bool) -> bool {
    sent.names().any(|name| closed(&name).is_some_and(is))
}

/// What is behind the first quote of a name without a backslash in front of it.
fn closed(name: &str) -> Option<&str> {
    let is_quote = |&(at, _): &(usize, &str)| !name[..at].ends_with('\\');
    let (at, quote) = name.match_indices('"').find(is_quote)?;
    Some(&name[at + quote.len()..])
}

/// What arrives of a part whose last name ends its line of the head.
fn torn(part: &form::Part) -> Option<Part> {
    let name = part.filename.as_ref().unwrap_or(&part.name);
    let (kept, behind) = name.split_once("\"\r\n")?;
    let content_type = part.content_type.as_ref();
    let content_type = content_type.map_or_else(String::new, |it| format!("{TYPE}{it}\r\n"));
    let content = String::from_utf8(part.content.bytes()).ok()?;
    let written = format!("\r\n{behind}\"\r\n{content_type}\r\n{content}");
    let (fields, content) = written.split_once("\r\n\r\n")?;
    let content_type = fields.lines().find_map(|field| field.strip_prefix(TYPE));
    let (name, filename) = match part.filename {
        Some(_) => (part.name.as_str(), Some(kept)),
        None => (kept, None),
    };
    let [name, filename, content_type] =
        [Some(name), filename, content_type].map(|it| it.map(str::to_owned));
    Some(Part::new(name, filename, content_type, content.as_bytes()))
}

const TYPE: &str = "Content-Type: ";

//! The bodies: of the example `encode_form`, and of core's `Encoder` with each
//! of its escapings.

pub(crate) mod example;

use crate::form::Form;
use crate::rules::{Client, Which};
use crate::work::Work;
use example::Example;
use std::error::Error;
use std::io;
use std::path::Path;
use tidegate_core::{Boundary, Encoder, Escaping, PartHead};

/// The values of the cases come as near to it as they may.
const BOUNDARY: &str = "tidegate";

/// Who wrote a body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Writer {
    /// `encode_form`, which escapes as browsers do.
    Example,
    Encoder(Escaping),
    /// Somebody else.
    Client(&'static Client),
}

impl Writer {
    pub(crate) const OURS: [Self; 4] = [
        Self::Example,
        Self::Encoder(Escaping::Browser),
        Self::Encoder(Escaping::Percent),
        Self::Encoder(Escaping::Backslash),
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Example => "encode_form",
            Self::Encoder(Escaping::Percent) => "percent",
            Self::Encoder(Escaping::Backslash) => "backslash",
            Self::Encoder(_) => "browser",
            Self::Client(client) => client.peer.name,
        }
    }

    /// What it must write between the quotes.
    pub(crate) fn quoted(self, which: Which, name: &str) -> String {
        let name = match self {
            Self::Client(client) => return (client.quote)(which, name),
            Self::Encoder(Escaping::Percent) => return name.bytes().map(percent).collect(),
            Self::Encoder(Escaping::Backslash) => name.replace('\\', r"\\").replace('"', r#"\""#),
            _ => name.replace('"', "%22"),
        };
        name.replace('\r', "%0D").replace('\n', "%0A")
    }

    /// The name that this is for somebody who undoes backslashes if the writer
    /// wrote them, and nothing else.
    pub(crate) fn unquoted(self, quoted: &str) -> String {
        match self {
            Self::Encoder(Escaping::Backslash) => unescape(quoted, |_| true),
            // What our decoder undoes.
            Self::Client(_) => unescape(quoted, |c| matches!(c, '\\' | '"')),
            _ => quoted.to_owned(),
        }
    }
}

/// Drops the backslashes in front of such characters. The next one is never
/// itself the start of an escape.
pub(crate) fn unescape(quoted: &str, is_escaped: fn(char) -> bool) -> String {
    let mut name = String::new();
    let mut rest = quoted.chars();
    while let Some(c) = rest.next() {
        match rest
            .clone()
            .next()
            .filter(|&next| c == '\\' && is_escaped(next))
        {
            Some(escaped) => {
                name.push(escaped);
                rest.next();
            }
            None => name.push(c),
        }
    }
    name
}

/// RFC 7578 section 2, beside core's own.
fn percent(byte: u8) -> String {
    match byte {
        b'"' | b'%' | b'\\' => format!("%{byte:02X}"),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

/// Writes all bodies.
pub(crate) fn run(work: &Work, forms: &[Form], example: &Path) -> Result<(), Box<dyn Error>> {
    let mut index = Vec::new();
    let example = Example::new(work, example);
    for form in forms {
        for writer in Writer::OURS {
            let (body, content_type) = match writer {
                // An argument ends the name at its first `=`.
                Writer::Example if form.parts.iter().any(|part| part.name.contains('=')) => {
                    continue;
                }
                Writer::Example => example.encode(form)?,
                Writer::Encoder(escaping) => by_encoder(form, escaping)?,
                Writer::Client(_) => continue,
            };
            index.push(work.save(writer.name(), &form.case, &body, content_type)?);
        }
    }
    work.save_index(&index)?;
    println!("{} bodies of {} forms", index.len(), forms.len());
    Ok(())
}

fn by_encoder(form: &Form, escaping: Escaping) -> io::Result<(Vec<u8>, String)> {
    let boundary = Boundary::new(BOUNDARY)?;
    let mut encoder = Encoder::new(boundary);
    let mut body = Vec::new();
    for part in &form.parts {
        let mut head = PartHead::form_data(&part.name).escaping(escaping);
        if let Some(filename) = &part.filename {
            head = head.filename(filename);
        }
        if let Some(content_type) = &part.content_type {
            head = head.content_type(content_type)?;
        }
        body.extend(encoder.part(head).pieces().flatten());
        body.extend(part.content.bytes());
    }
    body.extend(encoder.end().pieces().concat());
    let content_type = format!("multipart/form-data; {}", boundary.parameter());
    Ok((body, content_type))
}

//! The bodies: of the example `encode_form`, and of core's `Encoder` with each
//! of its escapings.

use crate::form::{Form, Part};
use crate::work::Work;
use std::error::Error;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;
use tidegate_core::{Boundary, Encoder, Escaping, PartHead};

/// The values of the cases come as near to it as they may.
const BOUNDARY: &str = "tidegate";

/// Who wrote a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// `encode_form`, which escapes as browsers do.
    Example,
    Encoder(Escaping),
}

impl Writer {
    pub(crate) const ALL: [Self; 4] = [
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
        }
    }

    /// What it must write between the quotes.
    pub(crate) fn quoted(self, name: &str) -> String {
        let name = match self {
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
    for form in forms {
        for writer in Writer::ALL {
            let (body, content_type) = match writer {
                Writer::Example if !fits_arguments(form) => continue,
                Writer::Example => by_example(work, form, example)?,
                Writer::Encoder(escaping) => by_encoder(form, escaping)?,
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

/// Fails unless what it says on stderr is true of what it wrote, and the body is
/// the Encoder's but for the boundary.
fn by_example(
    work: &Work,
    form: &Form,
    example: &Path,
) -> Result<(Vec<u8>, String), Box<dyn Error>> {
    let mut command = Command::new(example);
    for (n, part) in form.parts.iter().enumerate() {
        command.arg(argument(work, &format!("{}.{n}", form.case), part)?);
    }
    let output = command.output()?;
    let said = String::from_utf8(output.stderr)?;
    let (content_type, length) = said
        .strip_prefix("Content-Type: ")
        .and_then(|said| said.strip_suffix('\n')?.split_once("\nContent-Length: "))
        .filter(|_| output.status.success())
        .ok_or_else(|| format!("{}: {} and said {said:?}", form.case, output.status))?;
    if length.parse() != Ok(output.stdout.len()) {
        return Err(format!(
            "{}: {} bytes, and it said {length}",
            form.case,
            output.stdout.len()
        )
        .into());
    }
    let (_, boundary) = content_type
        .split_once("; boundary=")
        .ok_or_else(|| format!("{content_type:?} has no boundary"))?;
    let (expected, _) = by_encoder(form, Escaping::Browser)?;
    if between(&output.stdout, boundary) != between(&expected, BOUNDARY) {
        return Err(format!("{}: the example and the Encoder differ", form.case).into());
    }
    Ok((output.stdout, content_type.to_owned()))
}

/// The body without its delimiters: what is between them.
fn between(body: &[u8], boundary: &str) -> Vec<Vec<u8>> {
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    let body = [b"\r\n", body].concat();
    let mut rest = body.as_slice();
    let mut pieces = Vec::new();
    while let Some(at) = find(rest, &delimiter) {
        pieces.push(rest[..at].to_vec());
        rest = &rest[at + delimiter.len()..];
    }
    pieces.push(rest.to_vec());
    pieces
}

fn find(body: &[u8], delimiter: &[u8]) -> Option<usize> {
    // A CR is rare enough, but for the bodies that are made of them.
    let mut from = 0;
    loop {
        let at = from + body[from..].iter().position(|&byte| byte == b'\r')?;
        if body[at..].starts_with(delimiter) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// An argument ends the name at its first `=`.
fn fits_arguments(form: &Form) -> bool {
    form.parts.iter().all(|part| !part.name.contains('='))
}

/// A part in the form of curl's `-F`.
pub(crate) fn argument(work: &Work, id: &str, part: &Part) -> io::Result<OsString> {
    let name = &part.name;
    if let (Some(value), None) = (as_argument(part), &part.filename) {
        return Ok(format!("{name}={value}").into());
    }
    let path = work.save_content(id, &part.content.bytes())?;
    let path = path.display();
    Ok(match (&part.filename, &part.content_type) {
        (None, _) => format!("{name}=<{path}"),
        (Some(filename), None) => format!("{name}=@{path};filename={}", in_quotes(filename)),
        (Some(filename), Some(content_type)) => {
            format!(
                "{name}=@{path};type={content_type};filename={}",
                in_quotes(filename)
            )
        }
    }
    .into())
}

/// A value that means itself as an argument.
fn as_argument(part: &Part) -> Option<String> {
    let value = String::from_utf8(part.content.bytes()).ok()?;
    let means_itself = !value.starts_with(['@', '<', '"']) && !value.contains([';', '\0']);
    (means_itself && value.len() < 1024).then_some(value)
}

fn in_quotes(filename: &str) -> String {
    let escaped = filename.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

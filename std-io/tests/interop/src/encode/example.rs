//! The example, run as a user runs it.

use super::{BOUNDARY, by_encoder};
use crate::form::{Form, Part};
use crate::work::Work;
use memchr::memmem;
use std::error::Error;
use std::io;
use std::path::Path;
use std::process::Command;
use tidegate_core::Escaping;

#[derive(Debug)]
pub(super) struct Example<'w> {
    work: &'w Work,
    program: &'w Path,
}

impl<'w> Example<'w> {
    pub(super) const fn new(work: &'w Work, program: &'w Path) -> Self {
        Self { work, program }
    }

    /// The body and its type. Fails unless what it says on stderr is true of what
    /// it wrote, and that is the Encoder's but for the boundary, with and without
    /// `--form-escape`.
    pub(super) fn encode(&self, form: &Form) -> Result<(Vec<u8>, String), Box<dyn Error>> {
        self.checked(form, Escaping::Backslash, &["--form-escape"])?;
        self.checked(form, Escaping::Browser, &[])
    }

    fn checked(
        &self,
        form: &Form,
        escaping: Escaping,
        flags: &[&str],
    ) -> Result<(Vec<u8>, String), Box<dyn Error>> {
        let mut command = Command::new(self.program);
        command.args(flags);
        for (n, part) in form.parts.iter().enumerate() {
            let id = format!("{}.{n}", form.case);
            command.args(arguments(self.work, &id, part)?);
        }
        let output = command.output()?;
        let wrong = |what: &str| format!("encode_form, {:?}: {what}", form.case);
        let said = String::from_utf8(output.stderr)?;
        let (content_type, length) = said
            .strip_prefix("Content-Type: ")
            .and_then(|said| said.strip_suffix('\n')?.split_once("\nContent-Length: "))
            .filter(|_| output.status.success())
            .ok_or_else(|| wrong(&format!("{}, and it said {said:?}", output.status)))?;
        let body = output.stdout;
        if length.parse() != Ok(body.len()) {
            return Err(wrong(&format!("{} bytes, and it said {length}", body.len())).into());
        }
        let (_, boundary) = content_type
            .split_once("; boundary=")
            .ok_or_else(|| wrong(&format!("{content_type:?} has no boundary")))?;
        let (expected, _) = by_encoder(form, escaping)?;
        if between(&body, boundary) != between(&expected, BOUNDARY) {
            return Err(wrong("its body is not the Encoder's").into());
        }
        Ok((body, content_type.to_owned()))
    }
}

/// A part in curl's notation.
pub(crate) fn arguments(work: &Work, id: &str, part: &Part) -> io::Result<[String; 2]> {
    let name = &part.name;
    if let (Some(value), None) = (as_argument(part), &part.filename) {
        return Ok(["--form-string".to_owned(), format!("{name}={value}")]);
    }
    let path = work.save_content(id, &part.content.bytes())?;
    let path = path.display();
    let mut argument = match &part.filename {
        None => format!("{name}=<{path}"),
        Some(filename) => {
            let filename = filename.replace('\\', "\\\\").replace('"', "\\\"");
            format!("{name}=@{path};filename=\"{filename}\"")
        }
    };
    if let Some(content_type) = &part.content_type {
        argument += ";type=";
        argument += content_type;
    }
    Ok(["--form".to_owned(), argument])
}

fn as_argument(part: &Part) -> Option<String> {
    let value = String::from_utf8(part.content.bytes()).ok()?;
    (value.len() < 1024 && !value.contains('\0')).then_some(value)
}

/// What is between the delimiters of a body, and around them.
fn between(body: &[u8], boundary: &str) -> Vec<Vec<u8>> {
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    let body = [b"\r\n", body].concat();
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in memmem::find_iter(&body, &delimiter) {
        pieces.push(body[from..at].to_vec());
        from = at + delimiter.len();
    }
    pieces.push(body[from..].to_vec());
    pieces
}

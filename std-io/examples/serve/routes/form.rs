//! `POST /form`: a whole form, multipart or urlencoded, read to its end before
//! anything is answered.

use super::media::{self, Unfit};
use crate::answer::Answer;
use crate::part;
use crate::site::Site;
use http::request::Parts;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::io;
use tidegate_std_io::gateway::Input;
use tidegate_std_io::{FormData, FormEntry, FormOptions, FormSink, FormType, Spill};

const ACCEPTED: &str = "multipart/form-data, application/x-www-form-urlencoded";

/// How long all fields may be together: they are in memory, and in the answer.
const FIELDS: u64 = 1 << 20;

/// How many files a form may have. Each is read again for its line of the answer.
const FILES: usize = 100;

pub(super) fn form(request: &Parts, body: &mut Input, _: &Site) -> io::Result<Answer> {
    let content_type = match content_type(request) {
        Ok(content_type) => content_type,
        Err(unfit) => return Ok(unfit.answer(ACCEPTED)),
    };
    let form = FormOptions::new()
        .decoder(|decoder| decoder.max_fields_len(FIELDS).max_files(FILES))
        .spill(Spill::new().max_in_memory(FIELDS).memory(FIELDS))
        .choose(|head| match head.is_file() {
            true => FormSink::Disk,
            false => FormSink::Memory,
        })
        .read(body, content_type)?;
    answer(&form)
}

fn content_type(request: &Parts) -> Result<&[u8], Unfit> {
    let content_type = media::content_type(request)?;
    FormType::parse(content_type)?;
    Ok(content_type)
}

fn answer(form: &FormData) -> io::Result<Answer> {
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    for entry in form {
        match entry.is_file() {
            true => files.push(file(entry)?),
            false => fields.push(field(entry)),
        }
    }
    let (fields, files) = (fields.join(","), files.join(","));
    Ok(Answer::json(format!(
        r#"{{"fields":[{fields}],"files":[{files}]}}"#
    )))
}

fn field(entry: &FormEntry) -> String {
    let text = |bytes| Value::from(String::from_utf8_lossy(bytes));
    let name = text(entry.name());
    let value = entry.as_bytes().map_or(Value::Null, text);
    format!(r#"{{"name":{name},"value":{value}}}"#)
}

/// As `POST /upload` says it, but of a file that is there as a whole.
fn file(entry: &FormEntry) -> io::Result<String> {
    let mut hash = Sha256::new();
    let length = io::copy(&mut entry.reader(), &mut hash)?;
    let names = [Some(entry.name()), entry.filename(), entry.content_type()];
    let names = names.map(|bytes| bytes.map(String::from_utf8_lossy));
    Ok(part::describe(names, length, hash))
}

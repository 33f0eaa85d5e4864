//! A file, or what of it a request asks for.

use crate::answer::{Answer, http_date};
use http::header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::request::Parts;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tidegate_std_io::gateway::Output;
use tidegate_std_io::{
    ContentRange, ETag, FileAnswer, FileAt, FileFacts, FileWrapper, MultiRange, random_boundary,
};

/// All that is said of the file, and all that is sent, comes from this one
/// handle: whatever takes its place in the directory meanwhile.
pub(super) fn answer(request: &Parts, file: File, path: &Path) -> io::Result<Answer> {
    let metadata = file.metadata()?;
    let size = metadata.len();
    let modified = metadata.modified()?;
    let facts = facts(size, modified);
    let content_type = content_type(path);
    let part = |file| FileWrapper::new(FileAt::new(file));
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let answer = match FileAnswer::of(request.method.as_str(), headers, &facts, date) {
        FileAnswer::Whole => {
            Answer::new(200, part(file).exact(size)).with(CONTENT_TYPE, content_type)
        }
        FileAnswer::Part(range) => Answer::new(206, part(file).range(range)?)
            .with(CONTENT_TYPE, content_type)
            .with(CONTENT_RANGE, range.content_range(size).to_string()),
        FileAnswer::Parts(ranges) => {
            let boundary = random_boundary()?;
            let parts = MultiRange::new(Arc::new(file), size, &ranges, &content_type, boundary)?;
            let content_type = parts.content_type();
            Answer::new(206, parts).with(CONTENT_TYPE, content_type)
        }
        FileAnswer::NotModified => Answer::new(304, Output::empty()),
        FileAnswer::PreconditionFailed => {
            let why = "412 Precondition Failed: it is not the file you think it is\n";
            return Ok(Answer::text(412, why));
        }
        FileAnswer::RangeNotSatisfiable => {
            let why = format!("416 Range Not Satisfiable: the file has {size} bytes\n");
            let range = ContentRange::unsatisfied(size).to_string();
            return Ok(Answer::text(416, why).with(CONTENT_RANGE, range));
        }
    };
    let answer = answer
        .with(ACCEPT_RANGES, "bytes")
        .with(ETAG, facts.etag.as_str());
    Ok(match http_date(modified).filter(|_| facts.is_settled) {
        Some(date) => answer.with(LAST_MODIFIED, date),
        None => answer,
    })
}

fn facts(size: u64, modified: SystemTime) -> FileFacts {
    let since = modified.duration_since(SystemTime::UNIX_EPOCH);
    // A time before 1970 is somebody's joke, but no other file may have its tag:
    // such times are counted down from the end of all.
    let for_tag = since
        .clone()
        .unwrap_or_else(|before| Duration::MAX.saturating_sub(before.duration()));
    // Within the same second it may be written to again, and keep its date. One
    // from the future is not a second old either.
    let is_settled = SystemTime::now()
        .duration_since(modified)
        .is_ok_and(|age| age >= Duration::from_secs(1));
    FileFacts {
        size,
        etag: ETag::of_file(size, for_tag),
        modified: Some(since.unwrap_or_default().as_secs()),
        is_settled,
    }
}

fn date(value: &[u8]) -> Option<u64> {
    let date = httpdate::parse_http_date(str::from_utf8(value).ok()?).ok()?;
    // As with a file: what is before 1970 is before all files.
    let since = date.duration_since(SystemTime::UNIX_EPOCH);
    Some(since.unwrap_or_default().as_secs())
}

/// As the name says. Text is UTF-8 these days; said of another it is wrong, but
/// left unsaid browsers take UTF-8 for something else.
fn content_type(path: &Path) -> String {
    match mime_guess::from_path(path).first_raw() {
        Some(text) if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        Some(other) => other.to_owned(),
        None => "application/octet-stream".to_owned(),
    }
}

//! A directory, as a page of links.

use super::path::{Wanted, encode, is_name};
use super::root::Root;
use crate::answer::{Answer, http_date};
use http::header::CONTENT_SECURITY_POLICY;
use std::ffi::OsString;
use std::fmt::Write;
use std::fs::{DirEntry, ReadDir};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// A directory may have any number of entries, and a page is made in memory:
/// some that it has are shown, in order, and the page says that there are more.
const MAX_ENTRIES: usize = 10_000;

/// In bytes, about. Ten thousand names of a usual length take half of it.
const MAX_PAGE: usize = 4 << 20;

/// In the order of the page: directories first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    is_file: bool,
    name: OsString,
    size: u64,
    modified: Option<SystemTime>,
}

pub(super) fn answer(root: &Root, wanted: &Wanted, entries: ReadDir) -> io::Result<Answer> {
    let mut shown = Vec::new();
    let mut has_more = false;
    for entry in entries {
        // What is gone or cannot be read is not shown.
        if let Ok(Some(entry)) = look_at(root, &wanted.path, &entry?) {
            has_more = shown.len() == MAX_ENTRIES;
            if has_more {
                break;
            }
            shown.push(entry);
        }
    }
    shown.sort_unstable();
    let page = page(wanted, &shown, has_more).map_err(io::Error::other)?;
    // There is nothing on it that runs, or that comes from elsewhere.
    Ok(Answer::html(page).with(CONTENT_SECURITY_POLICY, "default-src 'none'"))
}

/// An entry, if a request for it would find it.
fn look_at(root: &Root, directory: &Path, entry: &DirEntry) -> io::Result<Option<Entry>> {
    let name = entry.file_name();
    if !is_name(name.as_encoded_bytes()) {
        return Ok(None);
    }
    let mut metadata = entry.metadata()?;
    if metadata.is_symlink() {
        let Some(target) = root.resolve(&directory.join(&name)) else {
            return Ok(None);
        };
        metadata = target.symlink_metadata()?;
    }
    Ok((metadata.is_file() || metadata.is_dir()).then(|| Entry {
        is_file: metadata.is_file(),
        name,
        size: metadata.len(),
        modified: metadata.modified().ok(),
    }))
}

fn page(wanted: &Wanted, entries: &[Entry], mut has_more: bool) -> Result<String, std::fmt::Error> {
    let title = escape(&format!("/{}", wanted.path.display()));
    let mut page = format!(
        "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n\
         <table>\n<tr><th align=\"left\">Name<th align=\"right\">Bytes<th align=\"left\">Modified\n"
    );
    if !wanted.path.as_os_str().is_empty() {
        page += "<tr><td><a href=\"../\">../</a>\n";
    }
    for Entry {
        is_file,
        name,
        size,
        modified,
    } in entries
    {
        if page.len() > MAX_PAGE {
            has_more = true;
            break;
        }
        let slash = if *is_file { "" } else { "/" };
        let link = encode(name);
        let name = escape(&name.to_string_lossy());
        write!(page, "<tr><td><a href=\"{link}{slash}\">{name}{slash}</a>")?;
        match is_file {
            true => write!(page, "<td align=\"right\">{size}")?,
            false => page += "<td>",
        }
        let modified = modified.and_then(http_date).unwrap_or_default();
        writeln!(page, "<td>{modified}")?;
    }
    page += "</table>\n";
    if has_more {
        page += "<p>and more, which are not shown\n";
    }
    Ok(page)
}

/// Text as it stands in HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            _ => escaped.push(char),
        }
    }
    escaped
}

//! `GET /files/...`: what lies below `--root DIR`.
//!
//! Whatever is not shown is 404, for one reason as for any other, so that nobody
//! learns what there is. That is: what is not there or may not be read, names
//! that [`path`] refuses, what lies outside the root, and what is neither a file
//! nor a directory.

mod file;
mod index;
mod path;
mod root;

pub(crate) use root::Root;

use crate::answer::Answer;
use crate::site::Site;
use http::header::{LOCATION, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use path::Wanted;
use root::Found;
use std::io;
use tidegate_std_io::gateway::{Input, Output};

pub(super) fn files(request: &Parts, _: &mut Input, site: &Site) -> io::Result<Answer> {
    let Some(root) = &site.root else {
        return Ok(not_found("start serve with --root DIR to show files"));
    };
    let Some(wanted) = Wanted::of(request.uri.path()) else {
        return Ok(not_found("no such file"));
    };
    let answer = match (root.find(&wanted.path)?, wanted.with_slash) {
        (Some(Found::File(file)), false) => file::answer(request, file, &wanted.path)?,
        (Some(Found::Directory(entries)), true) => index::answer(root, &wanted, entries)?,
        (Some(Found::Directory(_)), false) => {
            // Or the links of the page would lead to its siblings.
            Answer::new(301, Output::empty()).with(LOCATION, wanted.url() + "/")
        }
        (None, _) | (Some(Found::File(_)), true) => return Ok(not_found("no such file")),
    };
    // A file is what its name says, and never what a browser makes of its bytes.
    Ok(answer.with(X_CONTENT_TYPE_OPTIONS, "nosniff"))
}

fn not_found(why: &str) -> Answer {
    Answer::text(404, format!("404 Not Found: {why}\n"))
}

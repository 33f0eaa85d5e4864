//! A form, whose files go to disk as they arrive.

use crate::Site;
use crate::refusal::Refusal;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use futures::StreamExt;
use std::fmt::Write;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::{NamedTempFile, TempPath};
use tidegate_async_io::body::LimitedStream;
use tidegate_async_io::core::safe_file_name;
use tidegate_async_io::{BodyData, Frames, Holds, InFrames, Multipart, Part};
use tokio::fs::File;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The longest form.
const MAX: u64 = 16 << 30;

/// The longest that all fields may be together, as against files: they are in
/// memory until they are answered.
const MAX_FIELDS: u64 = 64 << 10;

/// How much of a form that is refused is read and dropped, and for how long.
const MAX_PASSED: usize = 16 << 20;
const LINGER: Duration = Duration::from_secs(2);

pub(crate) async fn upload(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    body: Body,
) -> Result<String, Refusal> {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.map_or(&b""[..], |value| value.as_bytes());
    let body: LimitedStream<_> = LimitedStream::at_most(Frames::of_body(body), MAX);
    let mut form = Multipart::for_type(body, content_type)?;
    let answer = save(&mut form, &site).await;
    if answer.is_err() {
        let (rest, _) = form.into_inner().into_inner().into_parts();
        // As long as it does not take too long.
        let _ = timeout(LINGER, pass(rest)).await;
    }
    Ok(answer?)
}

/// A client that is still sending when the connection is closed sees no answer.
async fn pass(mut rest: BodyData<Body>) {
    let mut left = MAX_PASSED;
    while left > 0
        && let Some(Ok(data)) = rest.next().await
    {
        left = left.saturating_sub(data.len());
    }
}

/// A line for each part, once all of them are there.
async fn save(
    form: &mut Multipart<LimitedStream<Body>, InFrames>,
    site: &Site,
) -> io::Result<String> {
    let mut answer = String::new();
    let mut left = MAX_FIELDS;
    let mut unnamed = Vec::new();
    while let Some(part) = form.next_part().await? {
        let name = part
            .name()
            .map_or("".into(), |name| name.to_str_lossy().into_owned());
        let filename = part.filename().map(|name| name.to_str_lossy().into_owned());
        let line = match filename {
            // Browsers send that for a field where no file was chosen.
            Some(filename) if filename.is_empty() => format!("{name:?} has no file"),
            Some(filename) => {
                let filename = safe_file_name(&filename);
                let len = keep(part, site.save.as_deref(), &filename, &mut unnamed).await?;
                format!("{name:?} is a file {filename:?} of {len} bytes")
            }
            None => {
                let text = part.text(left).await?;
                left -= text.len() as u64;
                format!("{name:?} is {text:?}")
            }
        };
        let _ = writeln!(answer, "{line}");
    }
    let named = spawn_blocking(move || name_all(unnamed));
    named.await.map_err(io::Error::other)??;
    Ok(answer)
}

/// A file that has no name yet, and that which it is to get. It goes where this goes.
type Unnamed = (TempPath, PathBuf);

/// The file on its way to disk, how many bytes it has, and what is to be named.
async fn keep(
    mut part: Part<impl Holds<Kind = InFrames>>,
    directory: Option<&Path>,
    filename: &str,
    unnamed: &mut Vec<Unnamed>,
) -> io::Result<u64> {
    let Some(directory) = directory.map(Path::to_owned) else {
        return part.copy_to(&mut tokio::io::sink()).await;
    };
    let path = directory.join(filename);
    let made = spawn_blocking(move || NamedTempFile::new_in(directory));
    let (file, temporary) = made.await.map_err(io::Error::other)??.into_parts();
    let len = part.copy_to(&mut File::from_std(file)).await?;
    unnamed.push((temporary, path));
    Ok(len)
}

/// Files get their names once the form is all there, and all of them or none:
/// nothing is left of an upload that was broken off or refused, so that it can be
/// sent again.
fn name_all(unnamed: Vec<Unnamed>) -> io::Result<()> {
    let mut named = Vec::new();
    for (temporary, path) in unnamed {
        if let Err(failed) = temporary.persist_noclobber(&path) {
            for path in named {
                let _ = fs::remove_file(path);
            }
            return Err(match failed.error.kind() {
                ErrorKind::AlreadyExists => {
                    io::Error::new(ErrorKind::AlreadyExists, "there is one of this name")
                }
                _ => failed.error,
            });
        }
        named.push(path);
    }
    Ok(())
}

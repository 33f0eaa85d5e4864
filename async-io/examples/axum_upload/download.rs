//! A file, or what of it a request asks for.

use crate::Site;
use crate::refusal::Refusal;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, header};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::SystemTime;
use tidegate_async_io::core::{ContentRange, ETag, FileAnswer, FileFacts, safe_file_name};
use tidegate_async_io::random_boundary;
use tidegate_async_io::tokio::FileWrapper;
use tidegate_std_io::MultiRange;
use tokio::task::spawn_blocking;

pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response<Body>, Refusal> {
    let directory = site.save.as_ref().filter(|_| safe_file_name(&name) == name);
    let path = directory
        .ok_or(io::Error::from(ErrorKind::NotFound))?
        .join(name);
    let opened = spawn_blocking(move || {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        match metadata.is_file() {
            true => Ok((file, metadata.len(), metadata.modified()?)),
            false => Err(io::Error::from(ErrorKind::NotFound)),
        }
    });
    let (file, size, modified) = opened.await.map_err(io::Error::other)??;
    let since = modified.duration_since(SystemTime::UNIX_EPOCH);
    let facts = FileFacts {
        size,
        etag: ETag::of_file(size, since.unwrap_or_default()),
        modified: None,
        is_settled: false,
    };
    let fields = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()));
    let answer = FileAnswer::of(method.as_str(), fields, &facts, |_| None);
    let response = Response::builder()
        .status(answer.http_status())
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, facts.etag.as_str());
    // Bodies that say their size, which is the Content-Length.
    let response = match answer {
        FileAnswer::Whole => response.body(Body::new(FileWrapper::new(file).exact(size))),
        FileAnswer::Part(range) => response
            .header(header::CONTENT_RANGE, range.content_range(size).to_string())
            .body(Body::new(FileWrapper::new(file).range(range)?)),
        FileAnswer::Parts(ranges) => {
            let octets = "application/octet-stream";
            let boundary = random_boundary()?;
            let parts = MultiRange::new(Arc::new(file), size, &ranges, octets, boundary)?;
            let len = parts.content_length();
            response
                .header(header::CONTENT_TYPE, parts.content_type())
                .body(Body::new(FileWrapper::new(parts).exact(len)))
        }
        FileAnswer::NotModified | FileAnswer::PreconditionFailed => response.body(Body::empty()),
        FileAnswer::RangeNotSatisfiable => response
            .header(
                header::CONTENT_RANGE,
                ContentRange::unsatisfied(size).to_string(),
            )
            .body(Body::empty()),
    };
    Ok(response.map_err(io::Error::other)?)
}

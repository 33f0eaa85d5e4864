//! Forms as their bytes: what a client would take care not to send as well.

use crate::client::{Answer, chunked_head, request};
use serde_json::Value;
use sha2::{Digest, Sha256};

#[derive(Default)]
pub(crate) struct Form(Vec<u8>);

impl Form {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn raw(mut self, head: &[u8], content: &[u8]) -> Self {
        for bytes in [b"--b\r\n", head, b"\r\n\r\n", content, b"\r\n"] {
            self.0.extend_from_slice(bytes);
        }
        self
    }

    pub(crate) fn field(self, name: &str, value: &str) -> Self {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"");
        self.raw(head.as_bytes(), value.as_bytes())
    }

    pub(crate) fn file(
        self,
        name: &str,
        filename: &str,
        content_type: &str,
        content: &[u8],
    ) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\n\
             Content-Type: {content_type}"
        );
        self.raw(head.as_bytes(), content)
    }

    /// A file that nothing is said of but its name.
    pub(crate) fn named(self, filename: &str, content: &[u8]) -> Self {
        self.file("file", filename, "application/octet-stream", content)
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        [&self.0[..], b"--b--\r\n"].concat()
    }

    pub(crate) fn request(&self) -> Vec<u8> {
        multipart("form-data", &self.body())
    }

    pub(super) fn request_with(&self, headers: &str) -> Vec<u8> {
        with(&self.body(), "form-data", headers)
    }

    pub(super) fn chunked(&self, size: usize) -> Vec<u8> {
        let body = crate::client::chunked("/upload", &self.body(), size);
        let head = chunked_head("/upload").len() - 2;
        let content_type = &b"Content-Type: multipart/form-data; boundary=b\r\n"[..];
        [&body[..head], content_type, &body[head..]].concat()
    }
}

/// A whole `POST /upload` with this body.
pub(super) fn multipart(kind: &str, body: &[u8]) -> Vec<u8> {
    with(body, kind, "")
}

fn with(body: &[u8], kind: &str, headers: &str) -> Vec<u8> {
    let head = promise(kind, body.len() as u64, headers);
    [&head, body].concat()
}

/// The head of a `POST /upload` with so long a body.
pub(super) fn promise(kind: &str, length: u64, headers: &str) -> Vec<u8> {
    let headers = format!(
        "{headers}Content-Type: multipart/{kind}; boundary=b\r\nContent-Length: {length}\r\n"
    );
    request("POST", "/upload", &headers)
}

/// What was said to have arrived.
pub(super) fn sent(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.content).unwrap()
}

pub(crate) fn sha256(content: &[u8]) -> String {
    format!("{:x}", Sha256::digest(content))
}

//! Requests, and what they are rightly answered.

use crate::noise::Noise;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A whole POST.
pub(crate) fn post(target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = format!("Content-Length: {}\r\n{headers}", body.len());
    [&head(target, &length)[..], body].concat()
}

/// The head of a POST, with these headers, each with its line end.
pub(crate) fn head(target: &str, headers: &str) -> Vec<u8> {
    format!("POST {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n").into_bytes()
}

/// In chunks of all sizes.
pub(crate) fn chunked(target: &str, headers: &str, body: &[u8], noise: &mut Noise) -> Vec<u8> {
    let headers = format!("Transfer-Encoding: chunked\r\n{headers}");
    let mut request = head(target, &headers);
    let mut rest = body;
    while !rest.is_empty() {
        let most = *noise.one_of(&[1, 16, 1000, 20_000]);
        let (chunk, behind) = rest.split_at(rest.len().min(1 + noise.below(most)));
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
        rest = behind;
    }
    request.extend_from_slice(b"0\r\n\r\n");
    request
}

/// What `/lines` says of a text, counted as simply as can be.
pub(crate) fn lines_of(text: &[u8]) -> Value {
    let (mut lf, mut crlf, mut cr, mut longest, mut len) = (0, 0, 0, 0, 0_usize);
    for (at, byte) in text.iter().enumerate() {
        let ending = match byte {
            b'\n' if at > 0 && text[at - 1] == b'\r' => continue,
            b'\n' => &mut lf,
            b'\r' if text.get(at + 1) == Some(&b'\n') => &mut crlf,
            b'\r' => &mut cr,
            _ => {
                len += 1;
                longest = longest.max(len);
                continue;
            }
        };
        *ending += 1;
        len = 0;
    }
    let unterminated = u64::from(len > 0);
    json!({
        "lines": lf + crlf + cr + unterminated, "bytes": text.len(), "longest": longest,
        "lf": lf, "crlf": crlf, "cr": cr, "unterminated": unterminated,
    })
}

pub(crate) const FORM: &str = "Content-Type: multipart/form-data; boundary=tide-gate\r\n";

/// A form with a field and some files, and what `/upload` says of it.
pub(crate) fn form(noise: &mut Noise) -> (Vec<u8>, Value) {
    let mut body = Vec::new();
    let mut parts = Vec::new();
    for number in 0..1 + noise.below(4) {
        let len = *noise.one_of(&[0, 1, 300, 10_000, 100_000]);
        // With what looks like a boundary, and is none, here and there.
        let mut content = noise.bytes(len);
        if noise.below(2) == 0 {
            content.extend_from_slice(b"\r\n--tide-gat\r\n--tide-gate ");
            content.truncate(content.len() - 13 - noise.below(10));
        }
        let name = format!("file{number}");
        body.extend_from_slice(
            format!(
                "--tide-gate\r\nContent-Disposition: form-data; name=\"{name}\"; \
                 filename=\"{name}.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(&content);
        body.extend_from_slice(b"\r\n");
        parts.push(json!({
            "name": name, "filename": format!("{name}.bin"),
            "content_type": "application/octet-stream",
            "length": content.len(), "sha256": sha256(&content),
        }));
    }
    body.extend_from_slice(b"--tide-gate--\r\n");
    (body, Value::from(parts))
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

//! What a body holds, found in the plainest way.

use memchr::memmem;

/// Names and values, in order. The boundary is what the body begins with.
///
/// # Panics
///
/// If it is no multipart body.
pub(crate) fn parts(body: &[u8]) -> Vec<(&[u8], &[u8])> {
    // `multipart` writes the line end that belongs to a delimiter there as well.
    let body = body.strip_prefix(b"\r\n").unwrap_or(body);
    let line = until(body, b"\r\n").0;
    let delimiter = [b"\r\n", line].concat();
    let delimiter = memmem::Finder::new(&delimiter);
    let mut rest = &body[line.len()..];
    let mut parts = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let (head, behind) = until(part, b"\r\n\r\n");
        let end = delimiter.find(behind).expect("a part has an end");
        let name = until(until(head, b" name=\"").1, b"\"").0;
        parts.push((name, &behind[..end]));
        rest = &behind[end + delimiter.needle().len()..];
    }
    // Not assert_eq, which would print it.
    assert!(
        rest.trim_ascii_end() == b"--",
        "the last delimiter is another one"
    );
    parts
}

fn until<'b>(bytes: &'b [u8], what: &[u8]) -> (&'b [u8], &'b [u8]) {
    let at = memmem::find(bytes, what).expect("it is there");
    (&bytes[..at], &bytes[at + what.len()..])
}

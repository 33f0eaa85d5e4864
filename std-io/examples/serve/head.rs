//! The bytes of a request's head, and none of what comes behind it.

use crate::refusal::Refusal;
use std::io::{BufRead, ErrorKind};
use tidegate_std_io::{Ending, LimitedStream, LineEnds, LineIter, LineScanner};

/// The longest head, in bytes, with the empty line at its end.
const MAX: u64 = 64 << 10;

/// Waits for the first byte of a head, and says whether there is one.
///
/// Some clients send an empty line behind the body of a POST. That one begins
/// nothing yet: who sends it is idle, and not slow with its next request.
pub(crate) fn begins(reader: &mut impl BufRead) -> bool {
    let mut skipped = false;
    loop {
        match reader.fill_buf() {
            Ok([]) => return false,
            Ok([b'\r', b'\n', ..]) if !skipped => {
                skipped = true;
                reader.consume(2);
            }
            Ok(_) => return true,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
}

/// A head with the empty line that ends it, or `None` if the connection ends
/// before one begins.
///
/// It is read as lines under a limit: linear however it is cut, and the reader
/// is left at the first byte behind it.
pub(crate) fn read(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>, Refusal> {
    let scanner = LineScanner::new()
        .ends(LineEnds::Lf)
        .max_len(usize::try_from(MAX).unwrap_or(usize::MAX));
    let mut lines = LineIter::with_scanner(LimitedStream::at_most(reader, MAX), scanner);
    let mut head = Vec::new();
    let error = loop {
        let line = match lines.next_line() {
            Some(Ok(line)) => line,
            Some(Err(error)) => break error,
            None if head.is_empty() => return Ok(None),
            None => return Err(Refusal::bad("the head was cut short")),
        };
        match (line.text(), line.ending()) {
            (_, Ending::None) => return Err(Refusal::bad("the head was cut short")),
            // Empty lines before a request are no part of it (RFC 9112, 2.2).
            (b"\r", _) if head.is_empty() => {}
            (b"\r", _) => {
                head.extend_from_slice(line.bytes());
                return Ok(Some(head));
            }
            ([.., b'\r'], _) => head.extend_from_slice(line.bytes()),
            // A bare LF may be taken for CRLF, or not. Whoever sits in front of
            // us may see it otherwise, so: not.
            _ => return Err(Refusal::bad("a line of the head does not end with CRLF")),
        }
    };
    match error.kind() {
        ErrorKind::FileTooLarge => {
            let why = format!("the head is longer than {MAX} bytes");
            Err(Refusal::new(431, why))
        }
        _ => Err(error.into()),
    }
}

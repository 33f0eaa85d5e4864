//! Chunked bodies as hyper reads them, and their size lines as httparse does, but
//! for the differences that are known.

/// One list for the check over sockets, which says why each stays, and for this.
#[path = "../../benches/benches/differential/rules.rs"]
#[allow(dead_code, reason = "the check over sockets prints them")]
mod rules;
/// The same for httparse.
#[path = "../../std-io/tests/transfer/httparse.rs"]
#[allow(dead_code, reason = "the test tries every short line")]
mod size_lines;

use crate::wire;
use rules::{Verdict, judge};
use std::io::{BufRead, Read};
use tidegate_core::{At, ChunkedFault};
use tidegate_std_io::{BodyKind, InputLimits, input_stream};

const HEAD: &[u8] = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

/// What somebody made of a body.
#[derive(Debug)]
pub(crate) struct Reading<F> {
    content: Vec<u8>,
    end: Result<End, F>,
}

/// The end of a body that was accepted.
#[derive(Debug, PartialEq)]
struct End {
    /// Names in lower case, and sorted: hyper keeps them in a map.
    trailers: Vec<(Vec<u8>, Vec<u8>)>,
    /// What follows the body on the connection.
    rest: Vec<u8>,
}

fn ours(body: &[u8]) -> Reading<ChunkedFault> {
    let mut connection = body;
    let limits = InputLimits::new().unlimited();
    let mut stream = input_stream(&mut connection, BodyKind::Chunked, limits).unwrap();
    let mut content = Vec::new();
    let end = stream.read_to_end(&mut content);
    let field = |(name, value): (&[u8], &[u8])| (name.to_ascii_lowercase(), value.to_vec());
    let mut trailers: Vec<_> = stream.trailers().map(field).collect();
    trailers.sort();
    assert_eq!(stream.may_reuse_connection(), end.is_ok());
    assert!(end.is_err() || stream.fill_buf().unwrap().is_empty());
    drop(stream);
    let end = match end {
        Ok(_) => Ok(End {
            trailers,
            rest: connection.to_vec(),
        }),
        Err(error) => {
            let at: &At<ChunkedFault> = error.get_ref().unwrap().downcast_ref().unwrap();
            Err(at.fault)
        }
    };
    Reading { content, end }
}

fn hypers(body: &[u8]) -> Reading<String> {
    let (content, end) = wire::read(&[HEAD, body].concat());
    let end = match end {
        Some((trailers, rest)) => Ok(End { trailers, rest }),
        None => Err("hyper refuses it".to_owned()),
    };
    Reading { content, end }
}

/// The name of the difference, if there is one. An error is what differs without a
/// reason.
pub fn from_hyper(body: &[u8]) -> Result<Option<&'static str>, String> {
    let (ours, hyper) = (ours(body), hypers(body));
    match judge(&ours, &hyper) {
        Verdict::Agree => Ok(None),
        Verdict::Known(rule) => Ok(Some(rule.name)),
        Verdict::Unknown => Err(format!("{ours:?}, {hyper:?}")),
    }
}

/// Holds a size line, with whatever follows it, to httparse.
///
/// # Panics
///
/// If they differ without a reason.
pub fn check_with_httparse(line: &[u8]) {
    // A longer one is refused, which httparse leaves to its caller.
    let _ = size_lines::judge(&line[..line.len().min(4 << 10)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Each difference is met, and so are bodies without any.
    #[test]
    fn each_difference_is_one() {
        let trailers = |count: usize, len: usize| {
            let line = format!("X: {}\r\n", "x".repeat(len));
            format!("0\r\n{}\r\n", line.repeat(count))
        };
        let extension = format!("1;a={}\r\nx\r\n0\r\n\r\n", "x".repeat(5000));
        let mut met = BTreeSet::new();
        for (body, differs) in [
            ("5\r\nhello\r\n0\r\n\r\nGET /", false),
            ("5;a=b\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n", false),
            ("5\r\nhel", false),
            ("5\nhello", false),
            ("+5\r\nhello", false),
            ("5 \r\nhello\r\n0\r\n\r\n", true),
            ("00000000000000005\r\nhello\r\n0\r\n\r\n", true),
            ("5;=\r\nhello\r\n0\r\n\r\n", true),
            (&extension, true),
            ("0\r\n\n\r\n\r\n", true),
            (&trailers(10, 900), true),
            (&trailers(65, 1), true),
        ] {
            let difference = from_hyper(body.as_bytes()).unwrap();
            assert_eq!(difference.is_some(), differs, "{body:.80}");
            met.extend(difference);
        }
        assert_eq!(met.len(), rules::ALL.len(), "{met:?}");
    }
}

//! The bytes of a request's head, and none of what comes behind it.

use super::HeadFault;
use bytes::Bytes;
use std::io::{self, BufRead, ErrorKind};

/// The longest head, in bytes, with the empty line at its end.
const MAX: usize = 64 << 10;

/// Why there is no head.
#[derive(Debug)]
pub(super) enum NoHead {
    Fault(HeadFault),
    /// The connection failed, or the client is too slow.
    Connection(io::Error),
}

impl From<HeadFault> for NoHead {
    fn from(fault: HeadFault) -> Self {
        Self::Fault(fault)
    }
}

/// Waits for the first byte of a head, and says whether there is one.
///
/// Some clients send an empty line behind the body of a POST. That one begins
/// nothing yet: who sends it is idle, and not slow with its next request.
pub(super) fn begins(reader: &mut impl BufRead) -> bool {
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
/// before one begins. The reader is left at the first byte behind it.
pub(super) fn read(reader: &mut impl BufRead) -> Result<Option<Bytes>, NoHead> {
    let mut head = Gathered::default();
    loop {
        let window = match reader.fill_buf() {
            Ok(window) => window,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(NoHead::Connection(error)),
        };
        if window.is_empty() {
            return match head.kept.is_empty() {
                true => Ok(None),
                false => Err(HeadFault::CutShort.into()),
            };
        }
        let len = window.len();
        let taken = head.take(window)?;
        match taken {
            None => reader.consume(len),
            Some(Taken { head: None, len }) => reader.consume(len),
            Some(Taken { head, len }) => {
                reader.consume(len);
                return Ok(head);
            }
        }
    }
}

/// What came of a head that straddles reads.
#[derive(Default)]
struct Gathered {
    kept: Vec<u8>,
    /// Where its last line begins.
    line: usize,
    /// How many bytes of empty lines were before it, which are no part of it
    /// (RFC 9112 section 2.2).
    skipped: usize,
}

/// What ended within a window.
struct Taken {
    /// `None` of an empty line before a head.
    head: Option<Bytes>,
    /// How many bytes of the window that were.
    len: usize,
}

impl Gathered {
    /// Takes what belongs to the head, and keeps it if its end is not there.
    fn take(&mut self, window: &[u8]) -> Result<Option<Taken>, HeadFault> {
        let before = self.kept.len();
        // A head that comes in one piece is not put together.
        let is_first = self.kept.is_empty();
        let bytes = match is_first {
            true => window,
            false => {
                self.kept.extend_from_slice(window);
                &self.kept
            }
        };
        let may_have = MAX - self.skipped;
        let looked_at = &bytes[..bytes.len().min(may_have)];
        let Some(end) = find_end(looked_at, before, &mut self.line)? else {
            if bytes.len() > may_have {
                return Err(HeadFault::TooLong { limit: MAX });
            }
            if is_first {
                self.kept.extend_from_slice(window);
            }
            return Ok(None);
        };
        let is_empty_line = end == EMPTY_LINE.len();
        let head = (!is_empty_line).then(|| Bytes::copy_from_slice(&bytes[..end]));
        if is_empty_line {
            self.skipped += end;
            self.kept.clear();
            self.line = 0;
        }
        Ok(Some(Taken {
            head,
            len: end - before,
        }))
    }
}

const EMPTY_LINE: &[u8] = b"\r\n";

/// Where the first empty line ends, of bytes which have no line end before
/// `from` that was not looked at; `line` is where the last line begins.
fn find_end(bytes: &[u8], from: usize, line: &mut usize) -> Result<Option<usize>, HeadFault> {
    let mut from = from;
    while let Some(at) = bytes[from..].iter().position(|&byte| byte == b'\n') {
        let end = from + at + 1;
        match &bytes[*line..end] {
            EMPTY_LINE => return Ok(Some(end)),
            [.., b'\r', b'\n'] => {}
            // It may be taken for CRLF, or not. Whoever sits in front of us may
            // see it otherwise, so: not.
            _ => return Err(HeadFault::BareLf),
        }
        *line = end;
        from = end;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::{HeadFault, MAX, NoHead, read};
    use std::io::{BufRead, BufReader, Read};

    /// Lends so many bytes at first, and then so many.
    struct Split<'b>(&'b [u8], usize);

    impl Read for Split<'_> {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let some = self.0.len().min(self.1);
            let read = (&self.0[..some]).read(buf)?;
            self.0 = &self.0[read..];
            self.1 = usize::MAX;
            Ok(read)
        }
    }

    fn outcome(bytes: &[u8], cut: usize) -> (Result<Option<Vec<u8>>, HeadFault>, Vec<u8>) {
        let mut reader = BufReader::with_capacity(1 << 17, Split(bytes, cut));
        let head = match read(&mut reader) {
            Ok(head) => Ok(head.map(Vec::from)),
            Err(NoHead::Fault(fault)) => Err(fault),
            Err(NoHead::Connection(error)) => panic!("{error}"),
        };
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).unwrap();
        (head, rest)
    }

    #[test]
    fn the_same_at_every_cut() {
        let whole = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        for (before, head, behind) in [
            ("", Ok(Some(&whole[..])), "body"),
            ("\r\n", Ok(Some(whole)), "\r\n"),
            ("\r\n\r\n\r\n", Ok(Some(whole)), ""),
            ("\n", Err(HeadFault::BareLf), ""),
            ("GET / HTTP/1.1\n", Err(HeadFault::BareLf), ""),
            ("a\r\n\n", Err(HeadFault::BareLf), ""),
        ] {
            let all = [before.as_bytes(), whole, behind.as_bytes()].concat();
            for cut in 1..=all.len() {
                let (found, rest) = outcome(&all, cut);
                let head = head.map(|head| head.map(<[u8]>::to_vec));
                assert_eq!(found, head, "{before:?} {cut}");
                if head.is_ok() {
                    assert_eq!(rest, behind.as_bytes(), "{before:?} {cut}");
                }
            }
        }
    }

    #[test]
    fn its_ends() {
        assert_eq!(outcome(b"", 1).0, Ok(None));
        assert_eq!(outcome(b"\r\n\r\n", 1).0, Ok(None));
        for cut_short in [&b"\r"[..], b"G", b"GET / HTTP/1.1\r\n", b"a\r\n\r"] {
            for cut in 1..=cut_short.len() {
                assert_eq!(outcome(cut_short, cut).0, Err(HeadFault::CutShort));
            }
        }
    }

    #[test]
    fn the_longest() {
        let of_length = |len: usize| [&vec![b'a'; len - 4][..], b"\r\n\r\n"].concat();
        let too_long = HeadFault::TooLong { limit: MAX };
        for cut in [1, 100, MAX - 1, MAX, MAX + 1] {
            let exact = of_length(MAX);
            assert_eq!(outcome(&exact, cut).0, Ok(Some(exact.clone())));
            assert_eq!(outcome(&of_length(MAX + 1), cut).0, Err(too_long));
            // Empty lines count too.
            let behind_a_line = [b"\r\n", &of_length(MAX - 1)[..]].concat();
            assert_eq!(outcome(&behind_a_line, cut).0, Err(too_long));
            let nothing_else = b"\r\n".repeat(MAX);
            assert_eq!(outcome(&nothing_else, cut).0, Err(too_long));
        }
    }

    /// However small the pieces: each byte is looked at once.
    #[test]
    fn byte_by_byte_is_linear() {
        let head = [&vec![b'a'; MAX - 4][..], b"\r\n\r\n"].concat();
        let mut reader = BufReader::with_capacity(1, &head[..]);
        assert_eq!(read(&mut reader).unwrap().unwrap(), head);
        assert!(reader.fill_buf().unwrap().is_empty());
    }
}

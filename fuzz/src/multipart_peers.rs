//! Forms as multer reads them, on which axum, rocket and warp stand, but for the
//! differences that are known.

use crate::multipart::{BOUNDARIES, Rules, Token, boundary, decode};
use bytes::Bytes;
use futures_core::Stream;
use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tidegate_core::DecodeFault;

/// Where we differ from multer, and why that stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Different {
    /// The line of a delimiter, or of a head, is refused that others read
    /// otherwise: what multer takes there is a way to smuggle a part.
    LinesAreStrict,
    /// A field that says twice, or not at all, what the part is.
    OneDisposition,
    /// multer has no limits but one on the fields of a head.
    Limits,
    /// What stands in front of the first delimiter, or behind the last, is looked
    /// at: there multer finds a delimiter in the middle of a line, and nothing
    /// behind the last is wrong.
    AroundIsLookedAt,
    /// A part without a blank line is empty (RFC 2046 section 5.1.1): multer takes
    /// the next delimiter, and what follows it, for its head or refuses it.
    EmptyPart,
    /// multer finds `name=` in any part of the field, undoes other escapes, and has no
    /// name that is not UTF-8.
    ParametersAreParsed,
}

use Different::*;

/// A name, a file name, and data.
type Part = (Option<String>, Option<String>, Vec<u8>);
/// The same, of which nothing has to be UTF-8.
type OurPart = (Option<Vec<u8>>, Option<Vec<u8>>, Vec<u8>);

/// All of it in one piece.
struct Whole(Option<Bytes>);

impl Stream for Whole {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// The parts, and the error if it refuses the body.
fn multers(body: &[u8], boundary: &str) -> (Vec<Part>, Option<multer::Error>) {
    let body = Whole(Some(Bytes::copy_from_slice(body)));
    let mut form = multer::Multipart::new(body, boundary);
    let mut parts = Vec::new();
    let refused = loop {
        let next = async {
            let Some(field) = form.next_field().await? else {
                return Ok(None);
            };
            let name = field.name().map(str::to_owned);
            let filename = field.file_name().map(str::to_owned);
            Ok(Some((name, filename, field.bytes().await?.to_vec())))
        };
        match settled(next) {
            Ok(Some(part)) => parts.push(part),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    (parts, refused)
}

/// All that it waits for is there.
fn settled<T>(future: impl Future<Output = T>) -> T {
    let mut cx = Context::from_waker(Waker::noop());
    let mut future = pin!(future);
    for _ in 0..100_000 {
        if let Poll::Ready(done) = future.as_mut().poll(&mut cx) {
            return done;
        }
    }
    panic!("multer does not get on");
}

/// How multer differs, if it does. An error is what differs without a reason.
pub fn from_multer(body: &[u8], at: usize) -> Result<Option<Different>, String> {
    let at = BOUNDARIES[at % BOUNDARIES.len()];
    let answer = decode(&Rules::form(boundary(at)), body);
    let (theirs, refused) = multers(body, at);
    let unknown = || {
        let (body, fault) = (body.escape_ascii(), answer.fault);
        let theirs = theirs
            .iter()
            .map(|(name, filename, data)| (name, filename, data.escape_ascii().to_string()));
        let theirs: Vec<_> = theirs.collect();
        Err(format!("{body}: {fault:?}, {theirs:?}, {refused:?}"))
    };
    let dashed = [b"--", at.as_bytes()].concat();
    let first = position(body, &dashed);
    // The model finds the first at the start of a line.
    let lines = [b"\r\n", &dashed[..]].concat();
    let around = match first {
        Some(0) | None => false,
        Some(first) => position(body, &lines) != Some(first.saturating_sub(2)),
    };
    let mut empty = false;
    let mut odd = false;
    let mut ours = Vec::<OurPart>::new();
    for token in &answer.tokens {
        match token {
            Token::Head(head) => {
                empty |= !head.bytes.ends_with(b"\r\n\r\n") && !head.bytes.ends_with(b"\r\n");
                odd |= !is_plain(&head.fields);
                ours.push((head.name.clone(), head.filename.clone(), Vec::new()));
            }
            Token::Data(data) => ours.last_mut().unwrap().2.extend(data),
            Token::End | Token::Preamble(_) | Token::Epilogue(_) => {}
        }
    }
    empty |= body
        .windows(2 + lines.len())
        .any(|here| here.starts_with(b"\r\n") && here[2..] == lines[..]);
    match (answer.fault, &refused) {
        // The last part may be cut off.
        (Some(_), Some(_)) => Ok(None),
        (None, None) => {
            let same = |(ours, theirs): (&OurPart, &Part)| {
                ours.0.as_deref() == theirs.0.as_deref().map(str::as_bytes)
                    && ours.1.as_deref() == theirs.1.as_deref().map(str::as_bytes)
                    && ours.2 == theirs.2
            };
            if ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same) {
                return Ok(None);
            }
            match () {
                () if around => Ok(Some(AroundIsLookedAt)),
                () if odd
                    && ours
                        .iter()
                        .map(|it| &it.2)
                        .eq(theirs.iter().map(|it| &it.2)) =>
                {
                    Ok(Some(ParametersAreParsed))
                }
                () if empty => Ok(Some(EmptyPart)),
                () => unknown(),
            }
        }
        (None, Some(_)) if around => Ok(Some(AroundIsLookedAt)),
        (None, Some(_)) if empty => Ok(Some(EmptyPart)),
        (None, Some(_)) => unknown(),
        (Some(_), None) if around || half_a_line_break(body, &dashed) => Ok(Some(AroundIsLookedAt)),
        (Some((_, fault)), None) => stricter(fault).map_or_else(unknown, |why| Ok(Some(why))),
    }
}

/// What we refuse alone.
fn stricter(fault: DecodeFault) -> Option<Different> {
    use DecodeFault as F;
    Some(match fault {
        F::MalformedDelimiter
        | F::BareLf
        | F::BareCr
        | F::MalformedField
        | F::ForbiddenByte
        | F::Folded => LinesAreStrict,
        F::NoDisposition
        | F::DuplicateDisposition
        | F::DuplicateContentType
        | F::NotFormData
        | F::Disposition(_)
        | F::NoName => OneDisposition,
        F::Truncated => return None,
        _ => Limits,
    })
}

/// Fields that leave no doubt: a name and a file name in quotes, of ASCII without
/// escapes.
fn is_plain(fields: &[(Vec<u8>, Vec<u8>)]) -> bool {
    let [(name, value)] = fields else {
        return false;
    };
    let Some(value) = value.strip_prefix(b"form-data; name=\"") else {
        return false;
    };
    let Some(value) = value.strip_suffix(b"\"") else {
        return false;
    };
    let filename = b"\"; filename=\"";
    let texts = match position(value, filename) {
        Some(at) => [&value[..at], &value[at + filename.len()..]],
        None => [value, b""],
    };
    name.eq_ignore_ascii_case(b"Content-Disposition")
        && texts
            .concat()
            .iter()
            .all(|&byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\') || byte == b' ')
        && !texts.concat().windows(4).any(|here| here == b"name")
}

/// The body ends in the line of the last delimiter.
fn half_a_line_break(body: &[u8], dashed: &[u8]) -> bool {
    let last = [dashed, b"--"].concat();
    let at = body.windows(last.len()).rposition(|here| here == last);
    at.is_some_and(|at| {
        let behind = &body[at + last.len()..];
        behind.iter().all(|byte| b" \t\r".contains(byte))
    })
}

fn position(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|here| here == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Each difference is met, and so are forms without any.
    #[test]
    fn each_difference_is_one() {
        let part = |head: &str| format!("--x\r\n{head}\r\n\r\none\r\n--x--\r\n");
        let form =
            |parameters: &str| part(&format!("Content-Disposition: form-data; {parameters}"));
        let long = format!("name=\"{}\"", "n".repeat(5000));
        let mut met = BTreeSet::new();
        for (body, expected) in [
            (form("name=\"a\""), None),
            (form("name=\"a\"; filename=\"f\""), None),
            (form("name=\"a\"\r\nContent-Type: a/b"), None),
            (form("name=\"a\"")[..40].to_owned(), None),
            (form("name=\"a\"\nA: b"), Some(LinesAreStrict)),
            (form("name=\"a\"").replace("x\r", "xy\r"), None),
            (part("A: b"), Some(OneDisposition)),
            (form(&long), Some(Limits)),
            (
                format!("text {}", form("name=\"a\"")),
                Some(AroundIsLookedAt),
            ),
            (
                form("name=\"a\"").trim_end_matches('\n').to_owned(),
                Some(AroundIsLookedAt),
            ),
            (
                form("name=\"a\"").replace("one\r\n--x-", "--x-"),
                Some(EmptyPart),
            ),
            (form("name=\"a\\\\b\""), Some(ParametersAreParsed)),
            (
                form("name=\"a\"; note=\"x; filename=evil\""),
                Some(ParametersAreParsed),
            ),
        ] {
            let difference = from_multer(body.as_bytes(), 0);
            assert_eq!(difference, Ok(expected), "{body:.200}");
            met.extend(expected);
        }
        assert_eq!(met.len(), 6, "{met:?}");
    }
}

//! What others say of the same bytes, and where we differ from them on purpose.

use crate::model::{Answer, Limits};
use crate::vectors::{Message, bytes, rows};
use crate::{check, check_quickly, decoder};
use serde_json::Value;
use std::collections::BTreeSet;
use tidegate_core::{BodyKind, BodyKindFault, ChunkedFault, Event, Fault, Feed, HttpVersion};

/// What we make of a message or of a body.
#[derive(Clone, Debug, PartialEq)]
enum Ours {
    Kind(BodyKindFault),
    /// At this offset of the body.
    Body(u64, ChunkedFault),
    /// The data, and what follows the body.
    Whole(Vec<u8>, Vec<u8>),
}

impl Ours {
    fn is_refused(&self) -> bool {
        matches!(self, Self::Kind(_) | Self::Body(..)) && !self.is_cut()
    }

    /// The input ends before the body does.
    fn is_cut(&self) -> bool {
        matches!(self, Self::Body(_, ChunkedFault::Truncated))
    }
}

fn of_body(body: &[u8]) -> Ours {
    // Long ones are long in one way only: they need not be cut everywhere.
    let answer = match body.len() < 1000 {
        true => check(Limits::DEFAULT, body),
        false => check_quickly(Limits::DEFAULT, body),
    };
    of_answer(answer, body)
}

fn of_answer(answer: Answer, body: &[u8]) -> Ours {
    match answer.end {
        Ok(used) => Ours::Whole(answer.data, body[used..].to_vec()),
        Err((offset, fault)) => Ours::Body(offset, fault),
    }
}

fn of_message(message: &[u8]) -> Ours {
    let Message {
        start,
        headers,
        body,
    } = Message::parse(message);
    let start = String::from_utf8(start).unwrap();
    let version = match start.contains("HTTP/1.0") {
        true => HttpVersion::Http10,
        false => HttpVersion::Http11,
    };
    let kind = match start.strip_prefix("HTTP/1.1 ") {
        Some(status) => {
            let status = status[..3].parse().unwrap();
            BodyKind::of_response(version, "GET", status, headers)
        }
        None => BodyKind::of_request(version, headers),
    };
    let content = |len: usize| match body.len() < len {
        true => Ours::Body(body.len() as u64, ChunkedFault::Truncated),
        false => Ours::Whole(body[..len].to_vec(), body[len..].to_vec()),
    };
    match kind {
        Err(fault) => Ours::Kind(fault),
        Ok(BodyKind::Chunked) => of_body(&body),
        Ok(BodyKind::Empty) => content(0),
        Ok(BodyKind::Length(length)) => content(usize::try_from(length).unwrap()),
        Ok(BodyKind::UntilClose) => content(body.len()),
    }
}

/// What the decoder makes of a size line: the size, which is where it first
/// minds what the data are followed by. Up to 128 MiB, and `None` for more.
fn of_line(line: &[u8]) -> Result<Option<u64>, (u64, ChunkedFault)> {
    let mut feed = Feed::new(decoder(Limits::DEFAULT), Vec::new()).unwrap();
    let mut rest = line;
    let end = line.windows(2).position(|pair| pair == b"\r\n");
    let offset = end.map_or(line.len(), |end| end + 2) as u64;
    let fault = loop {
        let is_end = end.is_none();
        match feed.offer(rest, is_end) {
            Err(at) => break (at.offset, at.fault),
            Ok(offer) => match offer.event {
                Event::Done => unreachable!("a line is no body"),
                Event::More => break (offset, ChunkedFault::UnterminatedData),
                Event::Found(_) => rest = &rest[offer.taken..],
            },
        }
    };
    if fault.1 != ChunkedFault::UnterminatedData {
        return Err(fault);
    }
    let mut feed = Feed::new(decoder(Limits::DEFAULT), Vec::new()).unwrap();
    feed.offer(&line[..offset as usize], false).unwrap();
    let block = vec![0; 1 << 16];
    for _ in 0..1 << 11 {
        let mut rest = &block[..];
        while !rest.is_empty() {
            match feed.offer(rest, false) {
                Ok(offer) => rest = &rest[offer.taken..],
                // Of no data, what is no trailer is minded in its place.
                Err(at) => return Ok(Some(at.offset - offset)),
            }
        }
    }
    Ok(None)
}

/// Asserts that the rows which differ are those that are listed.
#[derive(Debug, Default)]
struct Differences(BTreeSet<String>);

impl Differences {
    fn check(&mut self, id: &str, agrees: bool) {
        if !agrees {
            self.0.insert(id.to_owned());
        }
    }

    fn are(self, listed: &[(&str, Reason)]) {
        let listed: BTreeSet<String> = listed.iter().map(|(id, _)| (*id).to_owned()).collect();
        assert_eq!(self.0, listed);
    }
}

/// Why we differ. Each of them is a choice, and the stricter one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reason {
    /// Blanks at the end of a size line have no place in the grammar, and not
    /// everybody skips them.
    TrailingBlank,
    /// An extension has a name, which is a token, and no blanks within.
    ExtensionGrammar,
    /// A trailer has a name and a colon.
    TrailerGrammar,
    /// Nobody here undoes another coding than `chunked`.
    OnlyChunked,
    /// A response whose last coding is not `chunked` lasts until the close, says
    /// the RFC; and a client that does not know the coding can do nothing with
    /// it.
    CodingOfResponse,
    /// It is recorded with a leniency of llhttp switched on.
    Lenient,
    /// Told to read heads alone, llhttp takes a head for a message without its
    /// body.
    BodySkipped,
    /// The bytes of a head are the parser's to refuse.
    Head,
}
use Reason::*;

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

/// A row of Go, h11, hyper or httparse: a body or a size line, and its outcome.
fn agrees(row: &Value) -> bool {
    let expect = &row["expect"];
    if let Some(size) = expect.get("size") {
        let input = row.get("line").or(row.get("body")).unwrap();
        return match (of_line(&bytes(input)), size.as_str()) {
            (Ok(Some(ours)), Some(size)) => ours == size.parse::<u64>().unwrap(),
            (Ok(None), Some(size)) => size.parse::<u64>().unwrap() > 1 << 27,
            (Err((_, fault)), None) => {
                let cut = ["/partial", "UnexpectedEof"].contains(&error(expect).as_str());
                (fault == ChunkedFault::Truncated) == cut
            }
            _ => false,
        };
    }
    let body = bytes(row.get("body").or(row.get("line")).unwrap());
    let answer = check(Limits::DEFAULT, &body);
    if let Some(trailers) = expect.get("trailers") {
        let trailers = trailers.as_array().unwrap().iter();
        let trailers: Vec<_> = trailers
            .map(|field| (bytes(&field[0]), bytes(&field[1])))
            .collect();
        if answer.end.is_ok() && answer.trailers != trailers {
            return false;
        }
    }
    match (expect["status"].as_str().unwrap(), of_answer(answer, &body)) {
        ("complete", Ours::Whole(data, behind)) => {
            data == bytes(&expect["data"]) && behind.is_empty()
        }
        ("incomplete", ours) => ours.is_cut(),
        ("error", ours) => ours.is_refused(),
        _ => false,
    }
}

fn error(expect: &Value) -> String {
    let error = expect.get("error").and_then(Value::as_str);
    let status = expect.get("status").and_then(Value::as_str);
    match (error, status) {
        (Some(error), _) => error.to_owned(),
        (None, status) => format!("/{}", status.unwrap_or_default()),
    }
}

fn differ(json: &str, count: usize, listed: &[(&str, Reason)]) {
    let rows = rows(json);
    assert_eq!(rows.len(), count);
    let mut differences = Differences::default();
    for row in &rows {
        differences.check(id(row), agrees(row));
    }
    differences.are(listed);
}

#[test]
fn go() {
    differ(include_str!("../data/chunked/go.json"), 39, &[]);
}

#[test]
fn h11() {
    let listed = [("08", TrailingBlank)];
    differ(include_str!("../data/chunked/h11.json"), 12, &listed);
}

#[test]
fn hyper() {
    let listed = [
        ("size-Ff   \\r\\n", TrailingBlank),
        ("size-a;ext name=value\\r\\n", ExtensionGrammar),
        ("size-1;;;  ;\\r\\n", ExtensionGrammar),
        ("size-3   ;\\r\\n", ExtensionGrammar),
        ("size-3   ;   \\r\\n", ExtensionGrammar),
        // Malformed before it is cut, these two.
        ("err-1;no CRLF", ExtensionGrammar),
        ("trailer-missing-lf", TrailerGrammar),
    ];
    differ(include_str!("../data/chunked/hyper.json"), 33, &listed);
}

#[test]
fn httparse() {
    let listed = [
        ("3735AB1;foo bar*\\r\\n", ExtensionGrammar),
        ("3735ab1 ; baz \\r\\n", TrailingBlank),
    ];
    differ(include_str!("../data/chunked/httparse.json"), 13, &listed);
}

/// Every status there is a refusal; that is ours too.
#[test]
fn nginx() {
    let rows = rows(include_str!("../data/chunked/nginx.json"));
    assert_eq!(rows.len(), 6);
    for row in &rows {
        let ours = of_message(&bytes(&row["message"]));
        assert!([400, 501].contains(&row["expect"]["status"].as_u64().unwrap()));
        assert!(ours.is_refused(), "{}: {ours:?}", id(row));
    }
}

#[test]
fn llhttp() {
    let rows = rows(include_str!("../data/chunked/llhttp.json"));
    assert_eq!(rows.len(), 59);
    let mut differences = Differences::default();
    for row in &rows {
        let ours = of_message(&bytes(&row["message"]));
        let expect = &row["expect"];
        let agrees = match (
            expect["error"].as_str(),
            expect["complete"].as_bool().unwrap(),
        ) {
            (Some(_), _) => ours.is_refused(),
            (None, true) => match &ours {
                Ours::Whole(data, _) if expect["body"].is_string() => {
                    *data == bytes(&expect["body"])
                }
                ours => matches!(ours, Ours::Whole(..)),
            },
            // It waits for more, or for the close.
            (None, false) => {
                ours.is_cut() || matches!(&ours, Ours::Whole(_, behind) if behind.is_empty())
            }
        };
        differences.check(id(row), agrees);
    }
    let listed = [
        (
            "request/transfer-encoding/POST with `chunked` as last transfer-encoding",
            OnlyChunked,
        ),
        (
            "request/transfer-encoding/POST with `chunked` as last transfer-encoding (multiple headers)",
            OnlyChunked,
        ),
        (
            "response/transfer-encoding/`chunked` before other transfer-encoding",
            CodingOfResponse,
        ),
        (
            "response/transfer-encoding/`chunkedchunked` transfer-encoding does not enable chunked enconding",
            CodingOfResponse,
        ),
        (
            "response/transfer-encoding/multiple transfer-encoding where chunked is not the last one",
            CodingOfResponse,
        ),
        (
            "response/transfer-encoding/Invalid OBS fold after chunked value",
            Lenient,
        ),
        (
            "request/transfer-encoding/POST with `Transfer-Encoding` and `Content-Length` (lenient)",
            Lenient,
        ),
        (
            "request/transfer-encoding/POST with `chunked` and duplicate transfer-encoding (lenient)",
            Lenient,
        ),
        (
            "request/transfer-encoding/POST with `chunked` before other transfer-coding (lenient)",
            Lenient,
        ),
        (
            "request/transfer-encoding/Space after chunk header (lenient)",
            Lenient,
        ),
        (
            "request/content-length/No error on simultaneous `Content-Length` and `Transfer-Encoding: identity` (lenient)",
            Lenient,
        ),
        (
            "request/content-length/Missing CRLF-CRLF before body (lenient)",
            Lenient,
        ),
        ("request/content-length/Missing CRLF-CRLF before body", Head),
        (
            "request/content-length/`Content-Length` with CR instead of dash",
            Head,
        ),
        (
            "request/content-length/Content-Length reset when no body is received",
            BodySkipped,
        ),
        (
            "response/content-length/Content-Length reset when no body is received",
            BodySkipped,
        ),
    ];
    for row in &rows {
        let lenient = listed
            .iter()
            .any(|&(listed, reason)| listed == id(row) && reason == Lenient);
        assert!(!lenient || row["lenient"].as_bool().unwrap(), "{}", id(row));
    }
    differences.are(&listed);
}

/// Where the probe has an opinion it is ours. Where it has none, this is what we
/// do.
#[test]
fn http11probe() {
    use BodyKindFault::*;
    use ChunkedFault::*;
    let whole = |data: &[u8]| Ours::Whole(data.to_vec(), Vec::new());
    let ours = [
        ("SMUG-CL-TE-BOTH", Ours::Kind(LengthAndCoding)),
        ("SMUG-TE-XCHUNKED", Ours::Kind(UnknownCoding)),
        ("SMUG-TE-TRAILING-SPACE", Ours::Kind(LengthAndCoding)),
        ("SMUG-CLTE-PIPELINE", Ours::Kind(LengthAndCoding)),
        ("SMUG-TECL-PIPELINE", Ours::Kind(LengthAndCoding)),
        ("SMUG-TE-DOUBLE-CHUNKED", Ours::Kind(ChunkedTwice)),
        ("SMUG-TE-CASE-MISMATCH", Ours::Kind(LengthAndCoding)),
        ("SMUG-TE-LEADING-COMMA", Ours::Kind(EmptyCoding)),
        ("SMUG-CHUNK-EXT-LF", Ours::Body(2, BareLf)),
        ("SMUG-CHUNK-LF-TERM", Ours::Body(8, UnterminatedData)),
        ("SMUG-CHUNK-LF-TRAILER", Ours::Body(13, BareLf)),
        // Another field, with an underscore.
        ("SMUG-TRANSFER_ENCODING", whole(b"hello")),
        ("SMUG-CHUNKED-WITH-PARAMS", Ours::Kind(UnknownCoding)),
        // Trailers are handed over apart from headers, and frame nothing.
        ("SMUG-TRAILER-CL", whole(b"hello")),
        ("SMUG-TRAILER-TE", whole(b"hello")),
        ("SMUG-TRAILER-HOST", whole(b"hello")),
        ("SMUG-TRAILER-AUTH", whole(b"hello")),
        ("SMUG-TE-OBS-FOLD", Ours::Kind(UnknownCoding)),
        ("SMUG-TE-TRAILING-COMMA", Ours::Kind(EmptyCoding)),
        ("SMUG-TE-TAB-BEFORE-VALUE", Ours::Kind(LengthAndCoding)),
        ("SMUG-TRAILER-CONTENT-TYPE", whole(b"hello")),
        ("COMP-CHUNKED-BODY", whole(b"hello")),
        ("COMP-CHUNKED-MULTI", whole(b"hello world")),
        ("COMP-CHUNKED-NO-FINAL", Ours::Body(10, Truncated)),
        ("COMP-CHUNKED-EXTENSION", whole(b"hello")),
        ("COMP-CHUNKED-TRAILER-VALID", whole(b"hello")),
        ("COMP-CHUNKED-HEX-UPPERCASE", whole(b"helloworld")),
        (
            "MAL-CHUNK-EXT-64K",
            Ours::Body(4096, SizeLineTooLong { max: 4096 }),
        ),
    ];
    let rows = rows(include_str!("../data/chunked/http11probe.json"));
    assert_eq!(rows.len(), 48);
    let mut open = Vec::new();
    for row in &rows {
        let message = String::from_utf8(bytes(&row["message"])).unwrap();
        let found = of_message(
            message
                .replace("{longExt}", &"a".repeat(1 << 16))
                .as_bytes(),
        );
        match (
            row["expect"]["refuse"].as_bool(),
            row["expect"]["accept"].as_bool(),
        ) {
            // Some are cut off where their control character was.
            (Some(true), _) => assert!(found.is_refused() || found.is_cut(), "{}", id(row)),
            (_, Some(true)) => assert!(matches!(found, Ours::Whole(..)), "{}", id(row)),
            _ => open.push((id(row), found)),
        }
    }
    assert_eq!(open, ours);
}

/// The recipes of a text, of a run, and of a sequence over and over.
fn cook(body: &Value) -> Vec<u8> {
    let items = body.as_array().unwrap().iter();
    items
        .flat_map(|item| match item.get("rep") {
            None => bytes(item),
            Some(text) => bytes(text).repeat(item["n"].as_u64().unwrap() as usize),
        })
        .collect()
}

#[test]
fn threats() {
    use ChunkedFault::*;
    let faults = [
        ("overflow-64", 16, SizeTooLong),
        ("size-max", 21, Truncated),
        ("size-max-1", 21, Truncated),
        ("leading-zeros-endless", 16, SizeTooLong),
        ("bad-terminator", 6, UnterminatedData),
        ("bad-terminator-cr", 7, UnterminatedData),
        ("bare-lf-size", 1, BareLf),
        ("bare-lf-ext", 2, BareLf),
        ("bare-cr-ext", 4, BareCr),
        ("ext-quoted-crlf", 5, MalformedExtension),
        ("bare-lf-data-end", 8, UnterminatedData),
        ("spill", 8, UnterminatedData),
        ("hex-prefix", 1, MalformedSize),
        ("plus", 0, MalformedSize),
        ("minus", 0, MalformedSize),
        ("underscore", 1, MalformedSize),
        ("leading-space", 0, MalformedSize),
        ("empty-size", 0, EmptySize),
        ("trailing-space", 2, TrailingBlank),
        (
            "ext-flood-per-chunk",
            17357,
            ExtensionsTooLong { max: 16384 },
        ),
        ("ext-line-endless", 4096, SizeLineTooLong { max: 4096 }),
        ("trailers-endless", 387, TooManyTrailers { max: 64 }),
        ("trailer-lf", 13, BareLf),
        ("eof-in-data", 6, Truncated),
        ("eof-after-data", 10, Truncated),
        ("eof-after-last-size", 13, Truncated),
    ];
    let rows = rows(include_str!("../data/chunked/threats.json"));
    assert_eq!(rows.len(), 28);
    let mut refused = Vec::new();
    for row in &rows {
        let body = cook(&row["body"]);
        match (row["expect"]["outcome"].as_str().unwrap(), of_body(&body)) {
            ("ok", Ours::Whole(data, behind)) => {
                assert_eq!(Some(data.len() as u64), row["expect"]["length"].as_u64());
                let leftover = row["expect"].get("leftover").map(bytes);
                assert_eq!(behind, leftover.unwrap_or_default(), "{}", id(row));
            }
            ("error", Ours::Body(offset, fault)) => {
                assert!([400, 413].contains(&fault.class().http_status()));
                refused.push((id(row), offset, fault));
            }
            (wanted, ours) => panic!("{}: {wanted}, and not {ours:?}", id(row)),
        }
    }
    assert_eq!(refused, faults);
}

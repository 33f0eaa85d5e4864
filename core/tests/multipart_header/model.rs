//! Header values with parameters, with all of the value in hand: slow, and
//! obviously right. First the quotes are found, then the value is cut at each `;`
//! outside them, then each piece is read.
#![allow(unreachable_pub, reason = "the fuzz targets are held to it too")]

use std::ops::Range;
use tidegate_core::{Boundary, BoundaryFault, MultipartTypeFault, ParameterFault};

/// A value taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// One token, or two.
    pub first: Vec<Vec<u8>>,
    pub parameters: Vec<Parameter>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: Vec<u8>,
    /// As it was sent.
    pub raw: Vec<u8>,
    pub quoted: bool,
    /// Where `raw` begins.
    pub at: usize,
}

impl Parameter {
    pub fn is(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// What it stands for.
    pub fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut bytes = self.raw.iter().peekable();
        while let Some(&byte) = bytes.next() {
            match (byte, bytes.peek()) {
                (b'\\', Some(&&escaped @ (b'"' | b'\\'))) if self.quoted => {
                    text.push(escaped);
                    bytes.next();
                }
                _ => text.push(byte),
            }
        }
        text
    }
}

pub type Answer<T, F = ParameterFault> = Result<T, (usize, F)>;

pub fn disposition(value: &[u8]) -> Answer<Parsed> {
    parse(value, 1)
}

/// The value, and its boundary.
pub fn multipart_type(value: &[u8]) -> Answer<(Parsed, Boundary), MultipartTypeFault> {
    let parsed = parse(value, 2).map_err(|(at, it)| (at, MultipartTypeFault::Parameter(it)))?;
    if !parsed.first[0].eq_ignore_ascii_case(b"multipart") {
        return Err((blanks(value, 0), MultipartTypeFault::NotMultipart));
    }
    let Some(given) = parsed.parameters.iter().find(|it| it.is(b"boundary")) else {
        return Err((value.len(), MultipartTypeFault::NoBoundary));
    };
    let boundary = Boundary::new(&given.raw).map_err(|fault| {
        let within = match fault {
            BoundaryFault::Forbidden { offset } => offset,
            _ => 0,
        };
        (given.at + within, MultipartTypeFault::Boundary(fault))
    })?;
    Ok((parsed, boundary))
}

fn parse(value: &[u8], tokens: usize) -> Answer<Parsed> {
    if value.len() > 1 << 20 {
        return Err((1 << 20, ParameterFault::TooLong));
    }
    let quotes = quotes(value);
    let mut pieces = pieces(value, &quotes).into_iter();
    let mut parsed = Parsed {
        first: first(value, pieces.next().unwrap(), tokens)?,
        parameters: Vec::new(),
    };
    for piece in pieces {
        let start = blanks(value, piece.start).min(piece.end);
        if start == piece.end {
            continue;
        }
        let (parameter, end) = parameter(value, start..piece.end, &quotes)?;
        if parsed.parameters.iter().any(|it| it.is(&parameter.name)) {
            return Err((start, ParameterFault::Duplicate));
        }
        if parsed.parameters.len() == 16 {
            return Err((start, ParameterFault::TooMany));
        }
        parsed.parameters.push(parameter);
        nothing_behind(value, end..piece.end)?;
    }
    Ok(parsed)
}

fn first(value: &[u8], piece: Range<usize>, tokens: usize) -> Answer<Vec<Vec<u8>>> {
    let mut first = Vec::new();
    let mut at = blanks(value, 0).min(piece.end);
    for n in 0..tokens {
        if n > 0 {
            match value.get(at) {
                Some(b'/') => at += 1,
                _ => return refuse(value, at, ParameterFault::MalformedKind),
            }
        }
        let end = token(value, at);
        if end == at {
            return refuse(value, at, ParameterFault::MalformedKind);
        }
        first.push(value[at..end].to_vec());
        at = end;
    }
    nothing_behind(value, at..piece.end)?;
    Ok(first)
}

/// The parameter, and where it ends.
fn parameter(value: &[u8], at: Range<usize>, quotes: &[Quotes]) -> Answer<(Parameter, usize)> {
    let name = at.start..token(value, at.start);
    if name.is_empty() {
        return refuse(value, at.start, ParameterFault::MalformedName);
    }
    let equals = blanks(value, name.end);
    if value.get(equals) != Some(&b'=') {
        return refuse(value, equals, ParameterFault::NoEqualsSign);
    }
    let start = blanks(value, equals + 1);
    let parameter = |raw: Range<usize>, quoted| Parameter {
        name: value[name.clone()].to_vec(),
        at: raw.start,
        raw: value[raw].to_vec(),
        quoted,
    };
    if let Some(quotes) = quotes.iter().find(|it| it.open == start) {
        let end = quotes.close.unwrap_or(value.len());
        if let Some(control) = value[start..end].iter().position(|&byte| is_control(byte)) {
            return refuse(value, start + control, ParameterFault::ControlByte);
        }
        return match quotes.close {
            Some(close) => Ok((parameter(start + 1..close, true), close + 1)),
            None => Err((start, ParameterFault::UnclosedQuote)),
        };
    }
    let end = token(value, start);
    match value.get(end) {
        None | Some(b';') if end == start => refuse(value, end, ParameterFault::NoValue),
        None | Some(b';') => Ok((parameter(start..end, false), end)),
        Some(b' ' | b'\t' | b'\r' | b'\n') if end > start => {
            Ok((parameter(start..end, false), end))
        }
        Some(_) => refuse(value, end, ParameterFault::UnquotedByte),
    }
}

struct Quotes {
    open: usize,
    close: Option<usize>,
}

fn quotes(value: &[u8]) -> Vec<Quotes> {
    let mut quotes = Vec::new();
    let mut at = 0;
    while let Some(open) = (at..value.len()).find(|&at| value[at] == b'"') {
        let close = closing(value, open);
        quotes.push(Quotes { open, close });
        at = close.map_or(value.len(), |close| close + 1);
    }
    quotes
}

fn closing(value: &[u8], open: usize) -> Option<usize> {
    let mut escaped_quotes = 0;
    let mut at = open + 1;
    while at < value.len() {
        match (value[at], value.get(at + 1)) {
            (b'"', _) => return Some(at),
            (b'\\', Some(b'"')) => {
                if escaped_quotes == 0 && blanks(value, at + 2) == value.len() {
                    return Some(at + 1);
                }
                escaped_quotes += 1;
                at += 2;
            }
            (b'\\', Some(b'\\')) => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// What is between the semicolons that are not between quotes.
fn pieces(value: &[u8], quotes: &[Quotes]) -> Vec<Range<usize>> {
    let is_inside = |at: usize| {
        let mut quotes = quotes.iter();
        quotes.any(|it| it.open <= at && it.close.is_none_or(|close| at <= close))
    };
    let ends = (0..value.len()).filter(|&at| value[at] == b';' && !is_inside(at));
    let mut start = 0;
    let mut pieces = Vec::new();
    for end in ends.chain([value.len()]) {
        pieces.push(start..end);
        start = end + 1;
    }
    pieces
}

fn nothing_behind(value: &[u8], at: Range<usize>) -> Answer<()> {
    match blanks(value, at.start) {
        behind if behind < at.end => refuse(value, behind, ParameterFault::NoSemicolon),
        _ => Ok(()),
    }
}

/// Behind the blanks that begin there.
fn blanks(value: &[u8], at: usize) -> usize {
    let is_blank = |at: &usize| matches!(value[*at], b' ' | b'\t');
    at + (at..value.len()).take_while(is_blank).count()
}

/// Behind the token that begins there.
fn token(value: &[u8], at: usize) -> usize {
    let is_token_byte =
        |at: &usize| value[*at].is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&value[*at]);
    at + (at..value.len()).take_while(is_token_byte).count()
}

fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

fn refuse<T>(value: &[u8], at: usize, fault: ParameterFault) -> Answer<T> {
    let fault = match value.get(at) {
        Some(b'\r' | b'\n') => ParameterFault::LineBreak,
        Some(&byte) if is_control(byte) => ParameterFault::ControlByte,
        _ => fault,
    };
    Err((at, fault))
}

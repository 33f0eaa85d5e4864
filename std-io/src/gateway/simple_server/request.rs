//! What the head of a request says.

use super::{HeadFault, authority};
use bytes::Bytes;
use http::header::{CONNECTION, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Uri, Version};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use std::fmt::{self, Write};
use std::mem::MaybeUninit;

/// More of them are refused.
const MAX_HEADERS: usize = 100;

/// How many characters of a method or a path are logged.
const MAX_SHOWN: usize = 200;

/// What was asked for, as far as it was understood: for a log, to which a client
/// must not add lines, nor long ones.
///
/// It is shown as the method and the path, with escapes for what is no plain
/// text, and cut off where they are long.
#[derive(Clone, Debug)]
pub struct Asked {
    method: Method,
    target: Bytes,
}

impl Asked {
    /// The method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The target, as it was sent.
    pub fn target(&self) -> &[u8] {
        &self.target
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shorten(f, self.method.as_str())?;
        f.write_char(' ')?;
        let target = String::from_utf8_lossy(&self.target);
        shorten(f, split_target(&target).1)
    }
}

fn shorten(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut escaped = text.escape_debug();
    for char in escaped.by_ref().take(MAX_SHOWN) {
        f.write_char(char)?;
    }
    match escaped.next() {
        None => Ok(()),
        Some(_) => f.write_str("..."),
    }
}

/// A head that is no request, and what of it was understood.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) fault: HeadFault,
    pub(super) asked: Option<(Asked, Box<Parts>)>,
}

impl From<HeadFault> for Refused {
    fn from(fault: HeadFault) -> Self {
        let asked = None;
        Self { fault, asked }
    }
}

/// The request that a head, with its empty line, asks for.
pub(super) fn parse(head: &Bytes) -> Result<(Asked, Parts), Box<Refused>> {
    let mut fields = [const { MaybeUninit::uninit() }; MAX_HEADERS];
    let (asked, mut parts, fields) = split(head, &mut fields).map_err(Refused::from)?;
    let target = split_target(str::from_utf8(&asked.target).unwrap_or_default());
    let checked =
        check_target(&parts.method, &asked.target, target.0).and_then(|()| uri_of(&asked.target));
    parts.headers = headers_of(head, fields).map_err(Refused::from)?;
    let checked = checked.and_then(|uri| {
        parts.uri = uri;
        check_host(parts.version, &parts.headers)
    });
    match checked {
        Ok(()) => Ok((asked, parts)),
        Err(fault) => {
            let asked = Some((asked, Box::new(parts)));
            Err(Box::new(Refused { fault, asked }))
        }
    }
}

/// By the grammar alone.
fn split<'h>(
    head: &'h Bytes,
    fields: &'h mut [MaybeUninit<httparse::Header<'h>>],
) -> Result<(Asked, Parts, &'h [httparse::Header<'h>]), HeadFault> {
    let mut parsed = httparse::Request::new(&mut []);
    let status = parsed
        .parse_with_uninit_headers(head, fields)
        .map_err(|error| match error {
            httparse::Error::TooManyHeaders => HeadFault::TooManyFields { limit: MAX_HEADERS },
            error => HeadFault::Malformed(error),
        })?;
    let is_whole = status == httparse::Status::Complete(head.len());
    let (Some(method), Some(target), Some(version), true) =
        (parsed.method, parsed.path, parsed.version, is_whole)
    else {
        // It ends where it should not.
        return Err(HeadFault::Malformed(httparse::Error::NewLine));
    };
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = Method::from_bytes(method.as_bytes())
        .map_err(|_| HeadFault::Malformed(httparse::Error::Token))?;
    parts.version = match version {
        0 => Version::HTTP_10,
        _ => Version::HTTP_11,
    };
    let asked = Asked {
        method: parts.method.clone(),
        target: head.slice_ref(target.as_bytes()),
    };
    Ok((asked, parts, parsed.headers))
}

/// What no URL has unescaped, and some clients send nevertheless.
const UNESCAPED: &AsciiSet = &CONTROLS
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

fn uri_of(target: &Bytes) -> Result<Uri, HeadFault> {
    let uri = Uri::from_maybe_shared(target.clone());
    uri.or_else(|_| percent_encode(target, UNESCAPED).to_string().parse())
        .map_err(|_| HeadFault::Target)
}

/// Their values stay where the head is.
fn headers_of(head: &Bytes, fields: &[httparse::Header<'_>]) -> Result<HeaderMap, HeadFault> {
    let malformed = HeadFault::Malformed;
    let mut headers = HeaderMap::with_capacity(fields.len());
    for field in fields {
        let name = HeaderName::from_bytes(field.name.as_bytes())
            .map_err(|_| malformed(httparse::Error::HeaderName))?;
        let value = HeaderValue::from_maybe_shared(head.slice_ref(field.value))
            .map_err(|_| malformed(httparse::Error::HeaderValue))?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// The four forms of RFC 9112 section 3.2, of which two belong to a method.
fn check_target(method: &Method, target: &[u8], authority: Option<&str>) -> Result<(), HeadFault> {
    let is_valid = match (method, authority) {
        (&Method::CONNECT, _) => authority::is_with_port(target),
        (_, Some(authority)) => authority::has_host(authority.as_bytes()),
        (&Method::OPTIONS, None) if target == b"*" => true,
        (_, None) => target.starts_with(b"/"),
    };
    match is_valid && !target.contains(&b'#') {
        true => Ok(()),
        false => Err(HeadFault::Target),
    }
}

/// RFC 9112 section 3.2. A proxy in front may choose a server by it, so that
/// nothing may stand there which could be read in two ways.
fn check_host(version: Version, headers: &HeaderMap) -> Result<(), HeadFault> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next(), version) {
        (None, _, Version::HTTP_10) => Ok(()),
        (None, _, _) => Err(HeadFault::NoHost),
        (Some(host), None, _) if authority::is_valid(host.as_bytes().trim_ascii()) => Ok(()),
        (Some(_), None, _) => Err(HeadFault::Host),
        _ => Err(HeadFault::Hosts),
    }
}

/// The client wants to send another request behind this one.
pub(super) fn keep_alive(parts: &Parts) -> bool {
    let lists = |member| lists(&parts.headers, &CONNECTION, member);
    match parts.version {
        Version::HTTP_10 => lists("keep-alive") && !lists("close"),
        _ => !lists("close"),
    }
}

/// The client sends its body when it is told to.
pub(super) fn expects_continue(parts: &Parts) -> bool {
    parts.version == Version::HTTP_11 && lists(&parts.headers, &EXPECT, "100-continue")
}

/// A field whose value is a comma-separated list has this member.
fn lists(headers: &HeaderMap, name: &HeaderName, member: &str) -> bool {
    let values = headers.get_all(name).iter();
    values
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .any(|listed| listed.trim_ascii().eq_ignore_ascii_case(member.as_bytes()))
}

/// The path of `/path?query` or `http://host/path?query`, behind what stands for
/// the host of the latter.
fn split_target(target: &str) -> (Option<&str>, &str) {
    let (authority, target) = match target.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            (Some(authority), rest)
        }
        _ => (None, target),
    };
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    (authority, if path.is_empty() { "/" } else { path })
}

//! What the head of a request says.

use crate::authority;
use crate::refusal::Refusal;
use std::fmt::{self, Write};
use tidegate_std_io::HttpVersion;

/// More of them are refused.
pub(crate) const MAX_HEADERS: usize = 100;

/// How many characters of a method or a path are logged.
const MAX_SHOWN: usize = 200;

pub(crate) struct Request<'h> {
    pub(crate) method: &'h str,
    /// As it was sent, percent signs and all.
    pub(crate) path: &'h str,
    /// What is behind the `?`, if there is one.
    pub(crate) query: Option<&'h str>,
    version: HttpVersion,
    headers: &'h [httparse::Header<'h>],
}

impl<'h> Request<'h> {
    pub(crate) fn parse(
        head: &'h [u8],
        headers: &'h mut [httparse::Header<'h>],
    ) -> Result<Self, Refusal> {
        let mut parsed = httparse::Request::new(headers);
        match parsed.parse(head) {
            Ok(httparse::Status::Complete(length)) if length == head.len() => {}
            Ok(_) => return Err(Refusal::bad("the head ends where it should not")),
            Err(httparse::Error::TooManyHeaders) => {
                let reason = format!("a head has more than {MAX_HEADERS} headers");
                return Err(Refusal::new(431, reason));
            }
            Err(error) => return Err(Refusal::bad(format!("malformed head: {error}"))),
        }
        let (Some(method), Some(target), Some(version)) =
            (parsed.method, parsed.path, parsed.version)
        else {
            return Err(Refusal::bad("the head is not whole"));
        };
        let (authority, (path, query)) = split_target(target);
        let request = Self {
            method,
            path,
            query,
            version: match version {
                0 => HttpVersion::Http10,
                _ => HttpVersion::Http11,
            },
            headers: parsed.headers,
        };
        request
            .check_target(target, authority)
            .and_then(|()| request.check_host())
            .map_err(|refusal| refusal.of(&request))?;
        Ok(request)
    }

    /// Name and value of all headers.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'h str, &'h [u8])> {
        self.headers
            .iter()
            .map(|header| (header.name, header.value))
    }

    /// The values of all headers of this name.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        self.headers()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn version(&self) -> HttpVersion {
        self.version
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// The client wants to send another request behind this one.
    pub(crate) fn keep_alive(&self) -> bool {
        match self.version {
            HttpVersion::Http10 => {
                self.lists("connection", "keep-alive") && !self.lists("connection", "close")
            }
            HttpVersion::Http11 => !self.lists("connection", "close"),
        }
    }

    /// The client sends its body when it is told to.
    pub(crate) fn expects_continue(&self) -> bool {
        self.version == HttpVersion::Http11 && self.lists("expect", "100-continue")
    }

    /// A header whose value is a comma-separated list has this member.
    fn lists(&self, name: &str, member: &str) -> bool {
        self.values(name)
            .flat_map(|value| value.split(|&byte| byte == b','))
            .any(|listed| listed.trim_ascii().eq_ignore_ascii_case(member.as_bytes()))
    }

    /// RFC 9112 section 3.2. A proxy in front may choose a server by it, so
    /// that nothing may stand there which could be read in two ways.
    fn check_host(&self) -> Result<(), Refusal> {
        let mut hosts = self.values("host");
        match (hosts.next(), hosts.next(), self.version) {
            (None, _, HttpVersion::Http10) => Ok(()),
            (None, _, HttpVersion::Http11) => Err(Refusal::bad("there is no Host header")),
            (Some(host), None, _) if authority::is_valid(host.trim_ascii()) => Ok(()),
            (Some(_), None, _) => Err(Refusal::bad("the Host header is invalid")),
            _ => Err(Refusal::bad("there is more than one Host header")),
        }
    }

    /// The four forms of RFC 9112 section 3.2, of which two belong to a method.
    fn check_target(&self, target: &str, authority: Option<&str>) -> Result<(), Refusal> {
        let is_valid = match (self.method, authority) {
            ("CONNECT", _) => authority::is_with_port(target.as_bytes()),
            (_, Some(authority)) => authority::has_host(authority.as_bytes()),
            ("OPTIONS", None) if target == "*" => true,
            (_, None) => target.starts_with('/'),
        };
        match is_valid && !target.contains('#') {
            true => Ok(()),
            false => Err(Refusal::bad("the target is invalid")),
        }
    }
}

/// For the log, to which a client must not add lines, nor long ones.
impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shorten(f, self.method)?;
        f.write_char(' ')?;
        shorten(f, self.path)
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

/// The path and the query of `/path?query` or `http://host/path?query`, behind
/// what stands for the host of the latter.
fn split_target(target: &str) -> (Option<&str>, (&str, Option<&str>)) {
    let (authority, target) = match target.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            (Some(authority), rest)
        }
        _ => (None, target),
    };
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let path = if path.is_empty() { "/" } else { path };
    (authority, (path, query))
}

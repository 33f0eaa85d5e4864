//! What the head of a request says.

use crate::refusal::Refusal;
use std::fmt;
use tidegate_std_io::HttpVersion;

/// More of them are refused.
pub(crate) const MAX_HEADERS: usize = 100;

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
        let (path, query) = split_target(target);
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
            .check_host()
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
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
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

    /// RFC 9112 section 3.2.
    fn check_host(&self) -> Result<(), Refusal> {
        match (self.values("host").count(), self.version) {
            (1, _) | (0, HttpVersion::Http10) => Ok(()),
            (0, HttpVersion::Http11) => Err(Refusal::bad("there is no Host header")),
            _ => Err(Refusal::bad("there is more than one Host header")),
        }
    }
}

impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path.escape_debug())
    }
}

/// The path and the query of `/path?query` or `http://host/path?query`.
fn split_target(target: &str) -> (&str, Option<&str>) {
    let target = match target.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            &rest[rest.find(['/', '?']).unwrap_or(rest.len())..]
        }
        _ => target,
    };
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    (if path.is_empty() { "/" } else { path }, query)
}

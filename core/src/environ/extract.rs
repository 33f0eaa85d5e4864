use super::escape::unescape;
use super::host::split_port;
use super::resolve::{Decoded, Resolved, Segment, Segments};
use super::variables::value;
use super::{Environ, Host, HostFault, HostRules, Scheme, host, scheme};
use crate::{Fault, FaultClass};
use core::fmt::{self, Write};
use core::iter::FusedIterator;
use core::net::Ipv6Addr;
use core::str;

/// What `PATH_INFO` a URL would come to, if it was asked of the application that
/// these variables are for.
///
/// The URL may be absolute, a path from the root of the server, or relative to
/// the application; a URI or an IRI. What comes out is an IRI: escapes of
/// characters that need none are undone, and those which are not UTF-8 or mean
/// something stay, `%2F` for example. Its query and fragment are left out.
///
/// ```
/// use tidegate_core::environ::{HostRules, extract_path_info};
///
/// let variables = [("HTTP_HOST", "example.org"), ("SCRIPT_NAME", "/app")];
/// let extract = |url| extract_path_info(&variables, &HostRules::new(), url, true);
/// assert_eq!(extract("https://example.org/app/caf%C3%A9?x")?.to_string(), "/café");
/// assert_eq!(extract("hello")?.to_string(), "/hello");
/// assert!(extract("/application").is_err());
/// # Ok::<(), tidegate_core::environ::ExtractFault>(())
/// ```
///
/// # Errors
///
/// See [`extract_path_info_of_base`]. [`ExtractFault::Host`] if the variables name
/// no host that the rules trust.
pub fn extract_path_info<'u, E: Environ + ?Sized>(
    environ: &'u E,
    rules: &HostRules<'_>,
    url: &'u str,
    collapse_http_schemes: bool,
) -> Result<ExtractedPath<'u>, ExtractFault> {
    let root = value(environ, "SCRIPT_NAME");
    let base = Location {
        scheme: scheme(environ),
        authority: Authority::of(host(environ, rules)?),
        above: directory(root).map(Segment::Plain),
        name: b"",
    };
    base.extract(url, collapse_http_schemes)
}

/// The same for the application at this URL, which may be an IRI too.
///
/// With `collapse_http_schemes`, what is at `http` is what is at `https`, each
/// with its own port.
///
/// ```
/// use tidegate_core::environ::{ExtractFault, extract_path_info_of_base};
///
/// let extract = |url, collapse| extract_path_info_of_base("http://example.org/app/", url, collapse);
/// assert_eq!(extract("https://example.org/app/hello", true)?.to_string(), "/hello");
/// let fault = extract("https://example.org/app/hello", false).unwrap_err();
/// assert_eq!(fault, ExtractFault::OtherScheme);
/// assert_eq!(extract("https://example.org/app", true)?.to_string(), "/");
/// # Ok::<(), ExtractFault>(())
/// ```
///
/// # Limits
///
/// In front of a `..` there are at most 64 segments, not counting those that one
/// has taken away.
///
/// # Errors
///
/// Why it is no path of the application, where Werkzeug answers `None`. A prefix
/// ends where a segment ends, so that `/application` is not below `/app`, as it
/// is there. Letter case of hosts does not count; that
/// `bücher.example` and `xn--bcher-kva.example` are one, nobody here knows.
pub fn extract_path_info_of_base<'u>(
    base: &'u str,
    url: &'u str,
    collapse_http_schemes: bool,
) -> Result<ExtractedPath<'u>, ExtractFault> {
    let base = Reference::parse(base)?;
    let scheme = base.scheme.ok_or(ExtractFault::NotHttp)?;
    let authority = base.authority.ok_or(ExtractFault::Malformed)?;
    let path = base.path.strip_prefix(b"/").unwrap_or(base.path);
    let slash = path.iter().rposition(|&byte| byte == b'/');
    let base = Location {
        scheme,
        authority: Authority::parse(authority, scheme)?,
        above: slash.map(|at| Segment::Escaped(&path[..at])),
        name: &path[slash.map_or(0, |at| at + 1)..],
    };
    base.extract(url, collapse_http_schemes)
}

/// Where an application is.
struct Location<'u> {
    scheme: Scheme,
    authority: Authority<'u>,
    /// The path, without the slash in front of it and without its last segment,
    /// to which others are not relative.
    above: Option<Segment<'u>>,
    name: &'u [u8],
}

impl<'u> Location<'u> {
    fn extract(self, url: &'u str, collapse: bool) -> Result<ExtractedPath<'u>, ExtractFault> {
        let url = Reference::parse(url)?;
        let scheme = url.scheme.unwrap_or(self.scheme);
        for scheme in [scheme, self.scheme] {
            if !matches!(scheme, Scheme::Http | Scheme::Https) {
                return Err(ExtractFault::NotHttp);
            }
        }
        if scheme != self.scheme && !collapse {
            return Err(ExtractFault::OtherScheme);
        }
        if let Some(authority) = url.authority
            && Authority::parse(authority, scheme)? != self.authority
        {
            return Err(ExtractFault::OtherHost);
        }
        let root = Segments::new(self.above, self.name);
        let segments = match url.path {
            [] if url.authority.is_some() => Segments::new(None, b""),
            [] => root.clone(),
            [b'/', path @ ..] => Segments::new(None, path),
            path => Segments::new(self.above, path),
        };
        let resolve = |segments| Resolved::new(segments).ok_or(ExtractFault::TooDeep);
        below(resolve(root)?, resolve(segments)?)
    }
}

/// What is left of the segments behind those of the root.
fn below<'u>(
    root: Resolved<'u>,
    mut segments: Resolved<'u>,
) -> Result<ExtractedPath<'u>, ExtractFault> {
    // Empty ones at the end of the root do not count.
    let mut empty = 0;
    for segment in root {
        if segment.is_empty() {
            empty += 1;
            continue;
        }
        let skipped = core::iter::repeat_n(Segment::Plain(b""), empty);
        for expected in skipped.chain([segment]) {
            let found = segments.next().ok_or(ExtractFault::Outside)?;
            if !found.decoded().eq(expected.decoded()) {
                return Err(ExtractFault::Outside);
            }
        }
        empty = 0;
    }
    let first = segments.find(|segment| !segment.is_empty());
    Ok(ExtractedPath {
        bytes: PathBytes {
            slash: true,
            segment: Iri::new(first.unwrap_or(Segment::Plain(b""))),
            rest: segments,
        },
    })
}

/// What is relative to a directory is relative to all of it.
fn directory(path: &[u8]) -> Option<&[u8]> {
    let path = path.strip_prefix(b"/").unwrap_or(path);
    let end = path.iter().rposition(|&byte| byte != b'/')?;
    Some(&path[..=end])
}

/// The parts of a URL, or of what is relative to one (RFC 3986 section 4.1).
struct Reference<'u> {
    scheme: Option<Scheme>,
    authority: Option<&'u [u8]>,
    path: &'u [u8],
}

impl<'u> Reference<'u> {
    fn parse(url: &'u str) -> Result<Self, ExtractFault> {
        if url.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(ExtractFault::Malformed);
        }
        let end = url.find(['?', '#']).unwrap_or(url.len());
        let url = &url.as_bytes()[..end];
        let (scheme, url) = match split_scheme(url) {
            Some((scheme, rest)) => {
                let scheme = Scheme::of(scheme).ok_or(ExtractFault::NotHttp)?;
                (Some(scheme), rest)
            }
            None => (None, url),
        };
        let (authority, path) = match url {
            [b'/', b'/', rest @ ..] => {
                let slash = rest.iter().position(|&byte| byte == b'/');
                let (authority, path) = rest.split_at(slash.unwrap_or(rest.len()));
                (Some(authority), path)
            }
            // Readers differ in what `http:path` is relative to.
            _ if scheme.is_some() => return Err(ExtractFault::Malformed),
            path => (None, path),
        };
        Ok(Self {
            scheme,
            authority,
            path,
        })
    }
}

fn split_scheme(url: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = url.iter().position(|&byte| byte == b':')?;
    let (scheme, rest) = (&url[..len], &url[len + 1..]);
    let is_scheme = scheme.first()?.is_ascii_alphabetic()
        && scheme
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
    is_scheme.then_some((scheme, rest))
}

/// A host of a URL and its port, unless that goes without saying.
struct Authority<'u> {
    host: &'u [u8],
    ipv6: Option<Ipv6Addr>,
    port: Option<u16>,
}

impl<'u> Authority<'u> {
    fn of(host: Host<'u>) -> Self {
        Self {
            host: host.name().as_bytes(),
            ipv6: host.ipv6(),
            port: host.port(),
        }
    }

    fn parse(authority: &'u [u8], scheme: Scheme) -> Result<Self, ExtractFault> {
        let mut parts = authority.rsplitn(2, |&byte| byte == b'@');
        let host = parts.next().unwrap_or_default();
        let user = parts.next().unwrap_or_default();
        let is_doubtful = |byte: &u8| b"@\\ ".contains(byte);
        if user.iter().chain(host).any(is_doubtful) {
            return Err(ExtractFault::Malformed);
        }
        let (host, port) = split_port(host);
        let port = match port {
            None | Some([]) => None,
            Some(digits) => Some(parse_port(digits).ok_or(ExtractFault::Malformed)?),
        };
        let ipv6 = match host {
            [] => return Err(ExtractFault::Malformed),
            [b'[', address @ .., b']'] => {
                let address = str::from_utf8(address).ok();
                let address = address.and_then(|address| address.parse().ok());
                Some(address.ok_or(ExtractFault::Malformed)?)
            }
            _ => None,
        };
        Ok(Self {
            host,
            ipv6,
            port: port.filter(|&port| port != scheme.default_port()),
        })
    }
}

fn parse_port(digits: &[u8]) -> Option<u16> {
    match digits {
        [b'0'..=b'9', ..] => str::from_utf8(digits).ok()?.parse().ok(),
        _ => None,
    }
}

impl PartialEq for Authority<'_> {
    fn eq(&self, other: &Self) -> bool {
        let fold = |host| Decoded::new(host).map(|byte: u8| byte.to_ascii_lowercase());
        let same_host = match (self.ipv6, other.ipv6) {
            (None, None) => fold(self.host).eq(fold(other.host)),
            (ours, theirs) => ours == theirs,
        };
        same_host && self.port == other.port
    }
}

/// The path that a URL is of an application: made by [`extract_path_info`].
///
/// It begins with one slash, and is shown as the IRI it is.
#[derive(Clone, Debug)]
pub struct ExtractedPath<'u> {
    bytes: PathBytes<'u>,
}

impl<'u> ExtractedPath<'u> {
    /// All of it, as UTF-8.
    pub fn bytes(&self) -> PathBytes<'u> {
        self.bytes.clone()
    }
}

impl PartialEq<str> for ExtractedPath<'_> {
    fn eq(&self, other: &str) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl fmt::Display for ExtractedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.bytes();
        while let Some(first) = bytes.next() {
            let mut char = [first, 0, 0, 0];
            let len = utf8_len(first);
            for place in &mut char[1..len] {
                *place = bytes.next().unwrap_or_default();
            }
            match str::from_utf8(&char[..len]) {
                Ok(char) => f.write_str(char)?,
                Err(_) => f.write_char(char::REPLACEMENT_CHARACTER)?,
            }
        }
        Ok(())
    }
}

const fn utf8_len(first: u8) -> usize {
    match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    }
}

/// The bytes of an [`ExtractedPath`].
#[derive(Clone, Debug)]
pub struct PathBytes<'u> {
    /// One is due in front of the segment.
    slash: bool,
    segment: Iri<'u>,
    rest: Resolved<'u>,
}

impl Iterator for PathBytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if core::mem::take(&mut self.slash) {
            return Some(b'/');
        }
        self.segment.next().or_else(|| {
            self.segment = Iri::new(self.rest.next()?);
            Some(b'/')
        })
    }
}

impl FusedIterator for PathBytes<'_> {}

/// A segment without the escapes that it does not need (RFC 3987 section 3.2).
#[derive(Clone, Debug)]
struct Iri<'u> {
    segment: Segment<'u>,
    /// Of a character whose escapes were undone, what is still to come.
    char: [u8; 4],
    left: usize,
}

impl<'u> Iri<'u> {
    const fn new(segment: Segment<'u>) -> Self {
        Self {
            segment,
            char: [0; 4],
            left: 0,
        }
    }
}

impl Iterator for Iri<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.left > 0 {
            self.left -= 1;
            return Some(self.char[3 - self.left]);
        }
        let (Segment::Plain(rest) | Segment::Escaped(rest)) = &mut self.segment;
        if let Some((char, len)) = unescaped_char(rest) {
            *rest = &rest[3 * len..];
            // Put at the end, so that what is left ends there.
            self.char[4 - len..].copy_from_slice(&char[..len]);
            self.left = len;
            return self.next();
        }
        let byte = *rest.first()?;
        *rest = &rest[1..];
        Some(byte)
    }
}

/// The character that escapes at the front stand for, if it needs none.
fn unescaped_char(bytes: &[u8]) -> Option<([u8; 4], usize)> {
    let first = unescape(bytes)?;
    let is_unreserved = first.is_ascii_alphanumeric() || b"-._~".contains(&first);
    if first.is_ascii() && !is_unreserved {
        return None;
    }
    let mut char = [first, 0, 0, 0];
    let len = utf8_len(first);
    for (i, place) in char.iter_mut().enumerate().take(len).skip(1) {
        *place = unescape(bytes.get(3 * i..)?)?;
    }
    str::from_utf8(&char[..len]).ok()?;
    Some((char, len))
}

/// Why a URL is no path of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExtractFault {
    /// One of the two is no URL, or one that readers take apart in different
    /// ways.
    Malformed,
    /// One of the two is of another scheme than `http` and `https`, or the base
    /// of none.
    NotHttp,
    /// One is `http` and the other `https`, and that was to count.
    OtherScheme,
    /// They are of different hosts or ports.
    OtherHost,
    /// The path is not below that of the application.
    Outside,
    /// More than 64 segments are in front of a `..`.
    TooDeep,
    /// The variables name no host that is trusted.
    Host(HostFault),
}

impl ExtractFault {
    /// The status code an HTTP server answers with: 400.
    pub fn http_status(&self) -> u16 {
        self.class().http_status()
    }
}

impl Fault for ExtractFault {
    fn class(&self) -> FaultClass {
        FaultClass::Malformed
    }
}

impl From<HostFault> for ExtractFault {
    fn from(fault: HostFault) -> Self {
        Self::Host(fault)
    }
}

impl fmt::Display for ExtractFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the URL is malformed",
            Self::NotHttp => "the URL is not of http or https",
            Self::OtherScheme => "the URL is of another scheme",
            Self::OtherHost => "the URL is of another host or port",
            Self::Outside => "the path is not below that of the application",
            Self::TooDeep => "more than 64 segments are in front of a `..`",
            Self::Host(fault) => return fault.fmt(f),
        })
    }
}

impl core::error::Error for ExtractFault {}

#[cfg(feature = "std")]
impl From<ExtractFault> for std::io::Error {
    fn from(fault: ExtractFault) -> Self {
        Self::new(fault.class().into(), fault)
    }
}

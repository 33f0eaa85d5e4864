mod path;
mod reference;

pub use path::{ExtractedPath, PathBytes};

use super::resolve::{Resolved, Segment, Segments};
use super::variables::value;
use super::{Environ, HostFault, HostRules, Scheme, host, scheme};
use crate::{Fault, FaultClass};
use core::fmt;
use reference::{Authority, Reference};

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
        let skipped = core::iter::repeat_n(Segment::EMPTY, empty);
        for expected in skipped.chain([segment]) {
            let found = segments.next().ok_or(ExtractFault::Outside)?;
            if !found.decoded().eq(expected.decoded()) {
                return Err(ExtractFault::Outside);
            }
        }
        empty = 0;
    }
    let first = segments.find(|segment| !segment.is_empty());
    Ok(ExtractedPath::new(first, segments))
}

/// What is relative to a directory is relative to all of it.
fn directory(path: &[u8]) -> Option<&[u8]> {
    let path = path.strip_prefix(b"/").unwrap_or(path);
    let end = path.iter().rposition(|&byte| byte != b'/')?;
    Some(&path[..=end])
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

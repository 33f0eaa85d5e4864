use super::escape::{Escaped, Plain};
use super::path::trim_end;
use super::variables::value;
use super::{Environ, Host, HostFault, HostRules, Scheme, host, query_string, scheme};
use core::fmt;

/// A URL of a request, in pieces: ASCII, percent-encoded.
///
/// Made by [`application_uri`], [`request_uri`] and [`current_url`].
#[derive(Clone, Copy, Debug)]
pub struct Url<'e> {
    scheme: Scheme,
    host: Host<'e>,
    root: Path<'e>,
    path: Path<'e>,
    query: Option<Escaped<'e>>,
}

/// A part of the path, and the slash in front of it, unless it has one.
#[derive(Clone, Copy, Debug)]
struct Path<'e> {
    slash: &'static str,
    text: Escaped<'e>,
}

impl<'e> Path<'e> {
    /// Nothing stays nothing; anything else begins with a slash, or it would be
    /// a part of the host.
    fn new(text: &'e [u8], plain: Plain) -> Self {
        let slash = if matches!(text, [] | [b'/', ..]) {
            ""
        } else {
            "/"
        };
        let text = Escaped::new(text, plain);
        Self { slash, text }
    }

    /// With one slash in front, however many there are.
    fn below(text: &'e [u8], plain: Plain) -> Self {
        let start = text.iter().position(|&byte| byte != b'/');
        let text = Escaped::new(&text[start.unwrap_or(text.len())..], plain);
        Self { slash: "/", text }
    }

    fn pieces(self) -> impl Iterator<Item = &'e str> + Clone {
        [self.slash].into_iter().chain(self.text)
    }
}

impl<'e> Url<'e> {
    /// The scheme.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host.
    pub const fn host(&self) -> Host<'e> {
        self.host
    }

    /// All of it, one piece after the other, none of them empty.
    pub fn pieces(&self) -> impl Iterator<Item = &'e str> + Clone + use<'e> {
        let query = self.query.map(|query| ["?"].into_iter().chain(query));
        [self.scheme.as_str(), "://"]
            .into_iter()
            .chain(self.host.pieces())
            .chain(self.root.pieces())
            .chain(self.path.pieces())
            .chain(query.into_iter().flatten())
            .filter(|piece| !piece.is_empty())
    }
}

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| f.write_str(piece))
    }
}

/// The URL of the application: without `PATH_INFO` and the query (PEP 3333, "URL
/// Reconstruction").
///
/// ```
/// use tidegate_core::environ::{HostRules, application_uri};
///
/// let variables = [("HTTP_HOST", "example.org"), ("SCRIPT_NAME", "/a b"), ("PATH_INFO", "/c")];
/// let url = application_uri(&variables, &HostRules::new())?;
/// assert_eq!(url.to_string(), "http://example.org/a%20b");
/// # Ok::<(), tidegate_core::environ::HostFault>(())
/// ```
///
/// # Errors
///
/// As [`host()`]. `wsgiref` writes down whatever the Host header field says.
pub fn application_uri<'e, E: Environ + ?Sized>(
    environ: &'e E,
    rules: &HostRules<'_>,
) -> Result<Url<'e>, HostFault> {
    let root = Path::new(value(environ, "SCRIPT_NAME"), Plain::ScriptName);
    let path = match value(environ, "SCRIPT_NAME") {
        [] => Path::below(b"", Plain::PathInfo),
        _ => Path::new(b"", Plain::PathInfo),
    };
    url(environ, rules, root, path, false)
}

/// The URL that was asked for, with the query or without (PEP 3333, "URL
/// Reconstruction").
///
/// # Errors
///
/// As [`host()`].
pub fn request_uri<'e, E: Environ + ?Sized>(
    environ: &'e E,
    include_query: bool,
    rules: &HostRules<'_>,
) -> Result<Url<'e>, HostFault> {
    let root = Path::new(value(environ, "SCRIPT_NAME"), Plain::ScriptName);
    let path_info = value(environ, "PATH_INFO");
    let path = match (value(environ, "SCRIPT_NAME"), path_info) {
        ([], []) => Path::below(path_info, Plain::PathInfo),
        _ => Path::new(path_info, Plain::PathInfo),
    };
    url(environ, rules, root, path, include_query)
}

/// How much of a URL [`current_url`] gives.
///
/// Complete by definition: Werkzeug's flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UrlPart {
    /// All of it.
    Full,
    /// Without the query (`strip_querystring`).
    WithoutQuery,
    /// That of the application, with a slash at its end (`root_only`).
    Root,
    /// That of the host, with a slash at its end (`host_only`).
    Host,
}

/// The URL that was asked for, or the part of it that is wanted.
///
/// Werkzeug's. It escapes less than [`request_uri`], only what may not be in a
/// path (RFC 3986 section 3.3), and has one slash between the path of the
/// application and what is behind it.
///
/// Werkzeug leaves `%` alone, as if the variables had escapes in them. They have
/// none: it is escaped here, or a path that was `%2541` would come out as
/// `%41`. And what it gives is an IRI; this is a URI.
///
/// ```
/// use tidegate_core::environ::{HostRules, UrlPart, current_url};
///
/// let variables = [
///     ("HTTP_HOST", "localhost"),
///     ("SCRIPT_NAME", "/script"),
///     ("PATH_INFO", "/"),
///     ("QUERY_STRING", "param=foo"),
/// ];
/// let url = |part| current_url(&variables, part, &HostRules::new()).unwrap().to_string();
/// assert_eq!(url(UrlPart::Full), "http://localhost/script/?param=foo");
/// assert_eq!(url(UrlPart::WithoutQuery), "http://localhost/script/");
/// assert_eq!(url(UrlPart::Root), "http://localhost/script/");
/// assert_eq!(url(UrlPart::Host), "http://localhost/");
/// ```
///
/// # Errors
///
/// As [`host()`].
#[doc(alias = "get_current_url")]
pub fn current_url<'e, E: Environ + ?Sized>(
    environ: &'e E,
    part: UrlPart,
    rules: &HostRules<'_>,
) -> Result<Url<'e>, HostFault> {
    let root: &[u8] = match part {
        UrlPart::Host => b"",
        _ => trim_end(value(environ, "SCRIPT_NAME")),
    };
    let path: &[u8] = match part {
        UrlPart::Full | UrlPart::WithoutQuery => value(environ, "PATH_INFO"),
        UrlPart::Root | UrlPart::Host => b"",
    };
    let root = Path::new(root, Plain::Path);
    let path = Path::below(path, Plain::Path);
    url(environ, rules, root, path, part == UrlPart::Full)
}

/// The path that was asked for, of the application and behind it, and the query:
/// what stands in a request line, in pieces. It is never empty.
///
/// ```
/// use tidegate_core::environ::path_and_query;
///
/// let variables = [("SCRIPT_NAME", "/a b"), ("PATH_INFO", "//c"), ("QUERY_STRING", "d")];
/// assert_eq!(path_and_query(&variables).collect::<String>(), "/a%20b//c?d");
/// ```
pub fn path_and_query<E: Environ + ?Sized>(
    environ: &E,
) -> impl Iterator<Item = &str> + Clone + use<'_, E> {
    let root = value(environ, "SCRIPT_NAME");
    let path = match (root, value(environ, "PATH_INFO")) {
        ([], []) => Path::below(b"", Plain::Path),
        (_, path) => Path::new(path, Plain::Path),
    };
    let query = Some(query_string(environ)).filter(|query| !query.is_empty());
    Path::new(root, Plain::Path)
        .pieces()
        .chain(path.pieces())
        .chain(
            query
                .into_iter()
                .flat_map(|query| ["?"].into_iter().chain(query)),
        )
        .filter(|piece| !piece.is_empty())
}

fn url<'e, E: Environ + ?Sized>(
    environ: &'e E,
    rules: &HostRules<'_>,
    root: Path<'e>,
    path: Path<'e>,
    include_query: bool,
) -> Result<Url<'e>, HostFault> {
    let query = Some(query_string(environ)).filter(|query| include_query && !query.is_empty());
    Ok(Url {
        scheme: scheme(environ),
        host: host(environ, rules)?,
        root,
        path,
        query,
    })
}

//! A request of variables, and the variables of a request.

use super::{ConnectionInfo, RequestFault, Variables};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Uri, Version};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use tidegate_core::environ::{Environ, VariableName, path_and_query};

/// What these variables ask for.
pub(super) fn parts_of(variables: &Variables) -> Result<Parts, RequestFault> {
    let value = |name| variables.var(name).unwrap_or_default();
    let method = Method::from_bytes(value("REQUEST_METHOD")).map_err(|_| RequestFault::Method)?;
    let target: String = path_and_query(variables).collect();
    let uri = Uri::try_from(target).map_err(|_| RequestFault::Target)?;
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = method;
    parts.uri = uri;
    parts.version = match value("SERVER_PROTOCOL") {
        b"HTTP/0.9" | b"HTTP/1.0" => Version::HTTP_10,
        b"HTTP/2" | b"HTTP/2.0" => Version::HTTP_2,
        b"HTTP/3" | b"HTTP/3.0" => Version::HTTP_3,
        _ => Version::HTTP_11,
    };
    for (name, value) in variables.iter() {
        let Some(name) = header_name(name, value)? else {
            continue;
        };
        let value = HeaderValue::from_bytes(value).map_err(|_| RequestFault::Header)?;
        let appended = parts.headers.try_append(name, value);
        appended.map_err(|_| RequestFault::Headers)?;
    }
    Ok(parts)
}

/// The header field that a variable was.
fn header_name(variable: &str, value: &[u8]) -> Result<Option<HeaderName>, RequestFault> {
    match (variable, value) {
        // RFC 3875 has them set to nothing where there is no body.
        ("CONTENT_TYPE" | "CONTENT_LENGTH", b"") => Ok(None),
        ("CONTENT_TYPE", _) => Ok(Some(CONTENT_TYPE)),
        ("CONTENT_LENGTH", _) => Ok(Some(CONTENT_LENGTH)),
        // No name of a header: some servers set them beside the others.
        ("HTTP_CONTENT_TYPE" | "HTTP_CONTENT_LENGTH" | "HTTP_PROXY", _) => Ok(None),
        _ => variable.strip_prefix("HTTP_").map_or(Ok(None), |name| {
            let name = name.to_ascii_lowercase().replace('_', "-");
            let name = HeaderName::try_from(name).map_err(|_| RequestFault::Header)?;
            Ok(Some(name))
        }),
    }
}

/// The variables of an `http` request: those a gateway put into its extensions,
/// or else what CGI would make of it (RFC 3875 section 4.1).
///
/// Derived ones are `REQUEST_METHOD`, `SCRIPT_NAME` (nothing), `PATH_INFO`,
/// `QUERY_STRING`, `SERVER_PROTOCOL`, `wsgi.url_scheme` if the target says one,
/// and those of the headers, of which there is no `HTTP_PROXY` and none with an
/// underscore in its name; see [`VariableName`].
///
/// It is made and not implemented for `Parts`, since a path whose escapes are
/// undone has to be kept somewhere.
///
/// ```
/// use http::Request;
/// use tidegate_std_io::core::environ::{Environ, HostRules, current_url, UrlPart};
/// use tidegate_std_io::gateway::RequestEnviron;
///
/// let request = Request::get("/caf%C3%A9?x").header("Host", "example.org").body(())?;
/// let environ = RequestEnviron::new(&request);
/// assert_eq!(environ.var("PATH_INFO"), Some("/café".as_bytes()));
/// let url = current_url(&environ, UrlPart::Full, &HostRules::new()).unwrap();
/// assert_eq!(url.to_string(), "http://example.org/caf%C3%A9?x");
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug)]
pub struct RequestEnviron<'r> {
    from: From<'r>,
}

#[derive(Debug)]
enum From<'r> {
    Variables(&'r Variables),
    Request(Derived<'r>),
}

#[derive(Debug)]
struct Derived<'r> {
    method: &'r Method,
    uri: &'r Uri,
    version: Version,
    headers: &'r HeaderMap,
    path_info: Cow<'r, [u8]>,
    /// Values of the headers that are there more than once.
    joined: Vec<(&'r HeaderName, Vec<u8>)>,
    connection: Option<&'r ConnectionInfo>,
}

impl<'r> RequestEnviron<'r> {
    /// Those of this request.
    pub fn new<B>(request: &'r Request<B>) -> Self {
        match request.extensions().get() {
            Some(variables) => Self::of_variables(variables),
            None => Self::derived(
                request.method(),
                request.uri(),
                request.version(),
                request.headers(),
                request.extensions().get(),
            ),
        }
    }

    /// Those of a request that was taken apart.
    pub fn of_parts(parts: &'r Parts) -> Self {
        match parts.extensions.get() {
            Some(variables) => Self::of_variables(variables),
            None => Self::derived(
                &parts.method,
                &parts.uri,
                parts.version,
                &parts.headers,
                parts.extensions.get(),
            ),
        }
    }

    const fn of_variables(variables: &'r Variables) -> Self {
        let from = From::Variables(variables);
        Self { from }
    }

    fn derived(
        method: &'r Method,
        uri: &'r Uri,
        version: Version,
        headers: &'r HeaderMap,
        connection: Option<&'r ConnectionInfo>,
    ) -> Self {
        let repeated = headers
            .keys()
            .filter(|name| headers.get_all(*name).iter().nth(1).is_some());
        let joined = repeated.map(|name| (name, join(name, headers))).collect();
        let from = From::Request(Derived {
            method,
            uri,
            version,
            headers,
            path_info: percent_decode_str(uri.path()).into(),
            joined,
            connection,
        });
        Self { from }
    }

    /// All of them: as a gateway has them, or derived.
    pub fn variables(&self) -> Cow<'_, Variables> {
        match &self.from {
            From::Variables(variables) => Cow::Borrowed(variables),
            From::Request(derived) => Cow::Owned(derived.to_variables()),
        }
    }

    /// All of them, kept.
    pub fn to_variables(&self) -> Variables {
        self.variables().into_owned()
    }
}

impl Environ for RequestEnviron<'_> {
    fn var(&self, name: &str) -> Option<&[u8]> {
        match &self.from {
            From::Variables(variables) => variables.var(name),
            From::Request(derived) => derived.var(name),
        }
    }
}

const DERIVED: [&str; 6] = [
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "SERVER_PROTOCOL",
    "wsgi.url_scheme",
];

impl Derived<'_> {
    fn var(&self, name: &str) -> Option<&[u8]> {
        Some(match name {
            "REQUEST_METHOD" => self.method.as_str().as_bytes(),
            "SCRIPT_NAME" => b"",
            "PATH_INFO" => &self.path_info,
            "QUERY_STRING" => self.uri.query().unwrap_or_default().as_bytes(),
            "SERVER_PROTOCOL" => match self.version {
                Version::HTTP_09 => b"HTTP/0.9",
                Version::HTTP_10 => b"HTTP/1.0",
                Version::HTTP_2 => b"HTTP/2.0",
                Version::HTTP_3 => b"HTTP/3.0",
                _ => b"HTTP/1.1",
            },
            "wsgi.url_scheme" => self.uri.scheme_str()?.as_bytes(),
            "HTTP_HOST" => match self.header("HTTP_HOST") {
                // That of the target goes first (RFC 9112 section 3.2.2).
                host if self.uri.authority().is_none() => host?,
                _ => host_of(self.uri.authority()?.as_str()),
            },
            name => match self.connection.and_then(|info| info.var(name)) {
                Some(value) => value,
                None => self.header(name)?,
            },
        })
    }

    fn header(&self, variable: &str) -> Option<&[u8]> {
        let mut names = self.headers.keys();
        let is_named = |name: &&HeaderName| {
            VariableName::of_header(name.as_str()).is_ok_and(|name| name == *variable)
        };
        let name = names.find(is_named)?;
        match self.joined.iter().find(|(other, _)| *other == name) {
            Some((_, joined)) => Some(joined),
            None => self.headers.get(name).map(HeaderValue::as_bytes),
        }
    }

    fn to_variables(&self) -> Variables {
        let of_headers = self.headers.keys().filter_map(|name| {
            let name = VariableName::of_header(name.as_str()).ok()?;
            Some(name.to_string())
        });
        let names = DERIVED.map(str::to_owned).into_iter().chain(of_headers);
        let pairs = names.filter_map(|name| {
            let value = self.var(&name)?.to_vec();
            Some((name, value))
        });
        let of_connection = self
            .connection
            .into_iter()
            .flat_map(|info| info.variables());
        let mut variables: Variables = of_connection.collect();
        variables.extend(pairs);
        variables
    }
}

/// Without who asks.
fn host_of(authority: &str) -> &[u8] {
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.as_bytes()
}

/// One value that means the same (RFC 9110 section 5.3, RFC 6265 section 4.2.1).
fn join(name: &HeaderName, headers: &HeaderMap) -> Vec<u8> {
    let between: &[u8] = match name.as_str() {
        "cookie" => b"; ",
        _ => b", ",
    };
    let values: Vec<&[u8]> = headers
        .get_all(name)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    values.join(between)
}

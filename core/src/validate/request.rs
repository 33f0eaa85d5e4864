use super::fields::{Known, Report, Seen, check_bytes};
use super::target::{has_odd_bytes, is_host};
use super::{Place, Rule, Side, Violation};
use crate::environ::{Environ, Scheme, content_length, is_hop_by_hop};
use crate::field::{is_token, trim_blanks};
use crate::{BodyKind, BodyKindFault, HttpVersion};

/// The head of a request, as an application gets it.
///
/// [`check`](Self::check) it before the application is called, and with it the
/// [variables](Self::check_environ), if there are some. What a response depends
/// on, [`ResponseCheck`](super::ResponseCheck) takes from here.
///
/// The fields are pairs of name and value as any parser has them; an
/// `http::HeaderMap` will do by reference.
///
/// ```
/// use tidegate_core::validate::{RequestHead, Rule};
///
/// let request = RequestHead::new("GET", "/", [("Content-Length", "+5")]);
/// let mut rules = Vec::new();
/// request.check(&mut |violation| rules.push(violation.rule));
/// assert_eq!(rules, [Rule::Host, Rule::Framing]);
/// ```
///
/// It allocates nothing.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct RequestHead<'r, H> {
    method: &'r [u8],
    path: &'r [u8],
    headers: H,
    query: Option<&'r [u8]>,
    scheme: Option<&'r [u8]>,
    authority: Option<&'r [u8]>,
    version: Option<HttpVersion>,
    server_name: bool,
    coding_undone: bool,
}

impl<'r, H> RequestHead<'r, H> {
    /// Of HTTP/1.1, with this method and path.
    pub fn new<T: AsRef<[u8]> + ?Sized>(method: &'r T, path: &'r T, headers: H) -> Self {
        Self {
            method: method.as_ref(),
            path: path.as_ref(),
            headers,
            query: None,
            scheme: None,
            authority: None,
            version: Some(HttpVersion::Http11),
            server_name: false,
            coding_undone: false,
        }
    }

    /// What stands behind the `?` of the target.
    pub fn query<T: AsRef<[u8]> + ?Sized>(mut self, query: Option<&'r T>) -> Self {
        self.query = query.map(AsRef::as_ref);
        self
    }

    /// What stands in front of the colon of the target.
    pub fn scheme<T: AsRef<[u8]> + ?Sized>(mut self, scheme: Option<&'r T>) -> Self {
        self.scheme = scheme.map(AsRef::as_ref);
        self
    }

    /// The host of the target, which counts more than a Host field.
    pub fn authority<T: AsRef<[u8]> + ?Sized>(mut self, authority: Option<&'r T>) -> Self {
        self.authority = authority.map(AsRef::as_ref);
        self
    }

    /// The version. `None` for HTTP/2 and later ones, which frame their messages
    /// otherwise, and have no fields of the connection.
    pub const fn version(mut self, version: Option<HttpVersion>) -> Self {
        self.version = version;
        self
    }

    /// What a gateway says beside the request: `SERVER_NAME` stands for a host,
    /// and a server of CGI (`GATEWAY_INTERFACE`) has undone the transfer coding
    /// (RFC 3875 section 4.2), whatever of it is still among the fields.
    pub fn gateway<E: Environ + ?Sized>(mut self, environ: &E) -> Self {
        self.server_name = environ.var("SERVER_NAME").is_some_and(|it| !it.is_empty());
        self.coding_undone = environ.var("GATEWAY_INTERFACE").is_some();
        self
    }

    pub(super) fn is_method(&self, method: &str) -> bool {
        self.method == method.as_bytes()
    }

    pub(super) const fn http_version(&self) -> Option<HttpVersion> {
        self.version
    }
}

impl<N, V, H> RequestHead<'_, H>
where
    N: AsRef<[u8]>,
    V: AsRef<[u8]>,
    H: IntoIterator<Item = (N, V)> + Clone,
{
    /// Reports what is wrong with it, each rule at each place.
    pub fn check(&self, report: Report<'_>) {
        self.check_method(report);
        self.check_target(report);
        self.check_host(report);
        self.check_fields(report);
        if self.framing().is_err() {
            tell(
                Rule::Framing,
                Place::RequestField(b"content-length"),
                report,
            );
        }
    }

    /// Reports what is wrong with the variables of the request, on their own and
    /// beside it.
    pub fn check_environ<E: Environ + ?Sized>(&self, environ: &E, report: Report<'_>) {
        let mut tell = |rule, name| tell(rule, Place::Variable(name), report);
        let value = |name| environ.var(name).unwrap_or_default();
        let is_set = |name: &&str| environ.var(name).is_some();

        let method = value("REQUEST_METHOD");
        if !is_token(method) {
            tell(Rule::Method, "REQUEST_METHOD");
        } else if method != self.method {
            tell(Rule::Disagreement, "REQUEST_METHOD");
        }
        let scheme = environ.var("wsgi.url_scheme");
        if scheme.is_some_and(|scheme| Scheme::of(scheme).is_none()) {
            tell(Rule::Scheme, "wsgi.url_scheme");
        }
        match value("SCRIPT_NAME") {
            [] if !is_set(&"PATH_INFO") => tell(Rule::NoPath, "PATH_INFO"),
            [] | [b'/', _, ..] => {}
            _ => tell(Rule::ScriptName, "SCRIPT_NAME"),
        }
        match value("PATH_INFO") {
            [] | [b'/', ..] => {}
            b"*" if self.is_method("OPTIONS") => {}
            _ => tell(Rule::PathInfo, "PATH_INFO"),
        }
        if !is_set(&"QUERY_STRING") {
            tell(Rule::NoQuery, "QUERY_STRING");
        }
        match content_length(&[("CONTENT_LENGTH", value("CONTENT_LENGTH"))]) {
            Err(_) => tell(Rule::Framing, "CONTENT_LENGTH"),
            Ok(length) => {
                let said = self.framing().map(BodyKind::content_length);
                if said.is_ok_and(|said| said != length) {
                    tell(Rule::Disagreement, "CONTENT_LENGTH");
                }
            }
        }
        for name in ["HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"]
            .iter()
            .filter(|name| is_set(name))
        {
            tell(Rule::HttpContent, name);
        }
        if is_set(&"HTTP_PROXY") {
            tell(Rule::HttpProxy, "HTTP_PROXY");
        }
        let port = value("SERVER_PORT");
        if is_set(&"SERVER_PORT") && !is_port(port) {
            tell(Rule::ServerPort, "SERVER_PORT");
        }
        if is_set(&"GATEWAY_INTERFACE") {
            let needed = ["SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL"];
            for name in needed.iter().filter(|name| !is_set(name)) {
                tell(Rule::MissingVariable, name);
            }
        }
    }

    /// How the body is delimited.
    ///
    /// # Errors
    ///
    /// That of [`BodyKind::of_request`].
    pub fn framing(&self) -> Result<BodyKind, BodyKindFault> {
        let has_codings = self.version.is_some() && !self.coding_undone;
        let fields = self.headers.clone().into_iter();
        let fields = fields.filter(|(name, _)| {
            has_codings || !name.as_ref().eq_ignore_ascii_case(b"transfer-encoding")
        });
        BodyKind::of_request(self.version.unwrap_or(HttpVersion::Http11), fields)
    }

    pub(super) fn seen(&self) -> Seen {
        Seen::of(self.headers.clone())
    }

    fn check_method(&self, report: Report<'_>) {
        const KNOWN: [&str; 9] = [
            "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
        ];
        if !is_token(self.method) {
            tell(Rule::Method, Place::Method, report);
        } else if !KNOWN.iter().any(|known| self.is_method(known)) {
            tell(Rule::UnknownMethod, Place::Method, report);
        }
    }

    fn check_target(&self, report: Report<'_>) {
        let is_one = match self.path {
            // That of HTTP/2 may have a path as well (RFC 8441).
            path if self.is_method("CONNECT") => {
                self.authority.is_some() && (path.is_empty() || self.version.is_none())
            }
            b"*" => self.is_method("OPTIONS"),
            path => path.starts_with(b"/"),
        };
        if !is_one {
            tell(Rule::Target, Place::Target, report);
        }
        if has_odd_bytes(self.path) || self.query.is_some_and(has_odd_bytes) {
            tell(Rule::TargetBytes, Place::Target, report);
        }
        if self
            .scheme
            .is_some_and(|scheme| Scheme::of(scheme).is_none())
        {
            tell(Rule::Scheme, Place::Target, report);
        }
    }

    fn check_host(&self, report: Report<'_>) {
        let fields = self.headers.clone().into_iter();
        let mut hosts = fields.filter(|(name, _)| name.as_ref().eq_ignore_ascii_case(b"host"));
        let is_good = match (hosts.next(), hosts.next()) {
            (Some((_, host)), None) => is_host(trim_blanks(host.as_ref())),
            (Some(_), Some(_)) => false,
            // HTTP/1.0 knows of no Host, and HTTP/2 has the authority.
            (None, _) => {
                self.version != Some(HttpVersion::Http11)
                    || self.server_name
                    // Somebody took it from the target, which had it in this place.
                    || self.authority.is_some()
            }
        };
        if !is_good {
            tell(Rule::Host, Place::RequestField(b"host"), report);
        }
    }

    fn check_fields(&self, report: Report<'_>) {
        for (name, value) in self.headers.clone() {
            let (name, value) = (name.as_ref(), value.as_ref());
            let place = Place::RequestField(name);
            check_bytes(Side::Server, place, name, value, report);
            if self.version.is_none() && is_of_connection(name, value) {
                tell(Rule::HopByHop, place, report);
            }
        }
    }
}

/// What no message of HTTP/2 has (RFC 9113 section 8.2.2).
pub(super) fn is_of_connection(name: &[u8], value: &[u8]) -> bool {
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    match is_hop_by_hop(name) {
        true if is("te") => !trim_blanks(value).eq_ignore_ascii_case(b"trailers"),
        hop => {
            hop && Known::of(name) != Some(Known::Trailer)
                && !is("proxy-authenticate")
                && !is("proxy-authorization")
        }
    }
}

fn is_port(port: &[u8]) -> bool {
    let port = str::from_utf8(port).ok();
    let digits = port.filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    digits.is_some_and(|digits| digits.parse::<u16>().is_ok())
}

fn tell(rule: Rule, place: Place<&[u8]>, report: Report<'_>) {
    let side = Side::Server;
    report(Violation { side, rule, place });
}

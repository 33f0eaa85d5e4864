use super::base::Base;
use cookie_store::CookieStore;
use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use std::error::Error;
use std::fmt::{self, Write};
use std::io;
use std::time::{Duration, SystemTime};
use url::Url;

/// A cookie to be [set](super::Client::set_cookie) in a client, as a server would
/// set it.
///
/// ```
/// use std::time::Duration;
/// use tidegate_std_io::gateway::testing::SetCookie;
///
/// let cookie = SetCookie::new("session", "abc")
///     .path("/shop")
///     .max_age(Duration::from_secs(60))
///     .secure(true)
///     .http_only(true);
/// assert_eq!(cookie.to_string(), "session=abc; Path=/shop; Max-Age=60; Secure; HttpOnly");
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SetCookie {
    key: String,
    value: String,
    path: String,
    domain: Option<String>,
    max_age: Option<Duration>,
    expires: Option<SystemTime>,
    secure: bool,
    http_only: bool,
}

impl SetCookie {
    /// A cookie of the session, for all paths of its server.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
            path: "/".to_owned(),
            domain: None,
            max_age: None,
            expires: None,
            secure: false,
            http_only: false,
        }
    }

    /// For this path and those below it.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// For this host and those below it, among which the server must be.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// For so long, in seconds. This goes before [`expires`](Self::expires).
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Until then. A time before 1970 or behind the year 9999 is taken for the
    /// nearest one that a date can say.
    pub fn expires(mut self, expires: SystemTime) -> Self {
        self.expires = Some(expires);
        self
    }

    /// Over HTTPS alone, and to this machine.
    pub fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Not for scripts of a page: of these there are none here.
    #[doc(alias = "httponly")]
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// # Errors
    ///
    /// If it would not arrive as it is.
    fn check(&self) -> Result<(), CookieFault> {
        let breaks = |text: &str| {
            text.trim() != text || text.contains(|char: char| char.is_control() || char == ';')
        };
        if self.key.is_empty() || breaks(&self.key) || self.key.contains('=') {
            return Err(CookieFault::Key);
        }
        if breaks(&self.value) {
            return Err(CookieFault::Value);
        }
        let domain = self.domain.as_deref().unwrap_or_default();
        if breaks(&self.path) || !self.path.starts_with('/') || breaks(domain) {
            return Err(CookieFault::Scope);
        }
        Ok(())
    }
}

impl From<(&str, &str)> for SetCookie {
    fn from((key, value): (&str, &str)) -> Self {
        Self::new(key, value)
    }
}

/// The value of a Set-Cookie header field.
impl fmt::Display for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}; Path={}", self.key, self.value, self.path)?;
        if let Some(domain) = &self.domain {
            write!(f, "; Domain={domain}")?;
        }
        if let Some(max_age) = self.max_age {
            write!(f, "; Max-Age={}", max_age.as_secs())?;
        }
        if let Some(expires) = self.expires {
            // The last second of 9999.
            let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
            let expires = expires.clamp(SystemTime::UNIX_EPOCH, last);
            write!(f, "; Expires={}", httpdate::fmt_http_date(expires))?;
        }
        if self.secure {
            f.write_str("; Secure")?;
        }
        if self.http_only {
            f.write_str("; HttpOnly")?;
        }
        Ok(())
    }
}

/// Why a cookie was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CookieFault {
    /// The client has no cookies.
    Disabled,
    /// The name of the server is none.
    Server,
    /// Its key has a character that none may have, or is empty.
    Key,
    /// Its value has a control character or a semicolon, or begins or ends with a
    /// blank.
    Value,
    /// Its path does not begin with a slash, or its domain is none.
    Scope,
    /// Its domain is not that of the server.
    Domain,
}

impl fmt::Display for CookieFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disabled => "this client has no cookies",
            Self::Server => "the server of a cookie is none",
            Self::Key => "the key of a cookie is none",
            Self::Value => "the value of a cookie would not arrive as it is",
            Self::Scope => "the path or the domain of a cookie is none",
            Self::Domain => "the domain of a cookie is not that of its server",
        })
    }
}

impl Error for CookieFault {}

impl From<CookieFault> for io::Error {
    fn from(fault: CookieFault) -> Self {
        Self::new(io::ErrorKind::InvalidInput, fault)
    }
}

/// The cookies of a client.
#[derive(Debug, Default)]
pub(super) struct Jar {
    store: CookieStore,
    /// There is none: nobody need be asked.
    is_empty: bool,
}

impl Jar {
    pub(super) fn new() -> Self {
        Self {
            store: CookieStore::default(),
            is_empty: true,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Those for this URL, each by its key.
    pub(super) fn matches(&self, url: &Url) -> Vec<(&str, &str)> {
        let mut cookies = self.store.matches(url);
        // Whoever takes the first of two gets the one that is nearer (RFC 6265
        // section 5.4).
        cookies.sort_by_key(|cookie| (usize::MAX - cookie.path.len(), cookie.name().to_owned()));
        let pairs = cookies.into_iter();
        pairs.map(|cookie| cookie.name_value()).collect()
    }

    /// The Cookie header field of a request which has these fields, whose own
    /// cookies go first. `None` if nothing is added to them.
    pub(super) fn header(&self, url: &Url, headers: &HeaderMap) -> Option<HeaderValue> {
        // One takes the place of all (RFC 9113 section 8.2.3).
        let own = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
        let own = own.collect::<Vec<_>>().join(&b"; "[..]);
        let mut value = own.clone();
        let has = |key: &str| {
            let mut pairs = own.split(|&byte| byte == b';');
            pairs.any(|pair| {
                let key_of_pair = pair.split(|&byte| byte == b'=').next();
                key_of_pair.is_some_and(|own| own.trim_ascii() == key.as_bytes())
            })
        };
        let mut changed = false;
        for (key, text) in self.matches(url) {
            if has(key) {
                continue;
            }
            changed = true;
            if !value.is_empty() {
                value.extend(b"; ");
            }
            value.extend(key.bytes());
            value.push(b'=');
            value.extend(text.bytes());
        }
        changed.then(|| HeaderValue::from_bytes(&value).ok())?
    }

    /// Those that a response to a request for this URL sets. What no browser
    /// would keep is not kept.
    pub(super) fn learn(&mut self, url: &Url, headers: &HeaderMap) {
        for value in headers.get_all(SET_COOKIE) {
            if let Ok(text) = std::str::from_utf8(value.as_bytes()) {
                let _ = self.store.parse(text, url);
                self.is_empty = false;
            }
        }
    }

    pub(super) fn set(&mut self, server: &str, cookie: &SetCookie) -> Result<(), CookieFault> {
        cookie.check()?;
        let url = url_of(server, cookie)?;
        self.is_empty = false;
        match self.store.parse(&cookie.to_string(), &url) {
            // What is over is deleted.
            Ok(_) | Err(cookie_store::CookieError::Expired) => Ok(()),
            Err(cookie_store::CookieError::DomainMismatch) => Err(CookieFault::Domain),
            Err(_) => Err(CookieFault::Scope),
        }
    }
}

/// Of a server that a secure cookie may come from.
fn url_of(server: &str, cookie: &SetCookie) -> Result<Url, CookieFault> {
    let mut url = String::from("https://");
    let _ = write!(url, "{server}");
    let base = Base::parse(&url).map_err(|_| CookieFault::Server)?;
    // The path of a cookie is its own.
    if !base.root.is_empty() {
        return Err(CookieFault::Server);
    }
    url.push_str(&cookie.path);
    Url::parse(&url).map_err(|_| CookieFault::Server)
}

use super::Environ;
use super::variables::value;
use core::fmt;

/// How a request came: the first word of its URL.
///
/// Complete by definition: what is served over CGI-style variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `http`
    Http,
    /// `https`
    Https,
    /// `ws`: a WebSocket.
    Ws,
    /// `wss`: a WebSocket over TLS.
    Wss,
}

impl Scheme {
    /// The scheme of this name, in any letter case (RFC 3986 section 3.1).
    pub fn of(name: &[u8]) -> Option<Self> {
        let all = [Self::Http, Self::Https, Self::Ws, Self::Wss];
        let mut all = all.into_iter();
        all.find(|scheme| name.eq_ignore_ascii_case(scheme.as_str().as_bytes()))
    }

    /// As it stands in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Ws => "ws",
            Self::Wss => "wss",
        }
    }

    /// The port which a URL does not say (RFC 9110 section 4.2, RFC 6455
    /// section 3).
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http | Self::Ws => 80,
            Self::Https | Self::Wss => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `https` if `HTTPS` is `on`, `yes` or `1`, as servers of CGI set it, and
/// otherwise `http`.
///
/// ```
/// use tidegate_core::environ::{Scheme, guess_scheme};
///
/// assert_eq!(guess_scheme(&[("HTTPS", "on")]), Scheme::Https);
/// assert_eq!(guess_scheme(&[("HTTPS", "off")]), Scheme::Http);
/// ```
pub fn guess_scheme<E: Environ + ?Sized>(environ: &E) -> Scheme {
    let https = value(environ, "HTTPS");
    let says_so = |yes: &&[u8]| https.eq_ignore_ascii_case(yes);
    match [&b"on"[..], b"yes", b"1"].iter().any(says_so) {
        true => Scheme::Https,
        false => Scheme::Http,
    }
}

/// The scheme that `wsgi.url_scheme` names, where a gateway knows it, and
/// otherwise what [`guess_scheme`] says.
///
/// ```
/// use tidegate_core::environ::{Scheme, scheme};
///
/// assert_eq!(scheme(&[("wsgi.url_scheme", "wss")]), Scheme::Wss);
/// ```
#[doc(alias = "wsgi.url_scheme")]
pub fn scheme<E: Environ + ?Sized>(environ: &E) -> Scheme {
    Scheme::of(value(environ, "wsgi.url_scheme")).unwrap_or_else(|| guess_scheme(environ))
}

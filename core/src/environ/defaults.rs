use super::{Environ, Scheme, scheme};

/// These variables, and where one is missing what a test may do with.
///
/// It is a view: nothing that is set is replaced. With `alloc`,
/// `EnvironMut::set_testing_defaults` writes it down.
///
/// | name | value |
/// |---|---|
/// | `SERVER_NAME` | `127.0.0.1` |
/// | `SERVER_PROTOCOL` | `HTTP/1.0` |
/// | `HTTP_HOST` | the `SERVER_NAME` |
/// | `REQUEST_METHOD` | `GET` |
/// | `SCRIPT_NAME`, `PATH_INFO` | nothing and `/`, if neither is set |
/// | `wsgi.url_scheme` | as [`guess_scheme`](super::guess_scheme) says |
/// | `SERVER_PORT` | `80` or `443`, as `wsgi.url_scheme` is `http` or `https` |
///
/// ```
/// use tidegate_core::environ::{Environ, HostRules, request_uri, testing_defaults};
///
/// let variables = [("HTTPS", "on"), ("SERVER_NAME", "example.org")];
/// let variables = testing_defaults(&variables);
/// assert_eq!(variables.var("REQUEST_METHOD"), Some(&b"GET"[..]));
/// let url = request_uri(&variables, true, &HostRules::new())?;
/// assert_eq!(url.to_string(), "https://example.org/");
/// # Ok::<(), tidegate_core::environ::HostFault>(())
/// ```
#[doc(alias = "setup_testing_defaults")]
pub fn testing_defaults<E: Environ + ?Sized>(environ: &E) -> TestingDefaults<'_, E> {
    TestingDefaults { environ }
}

/// Variables with defaults, made by [`testing_defaults`].
#[derive(Debug)]
pub struct TestingDefaults<'e, E: ?Sized> {
    environ: &'e E,
}

impl<E: Environ + ?Sized> TestingDefaults<'_, E> {
    /// The names that are not set, and what they are here.
    pub fn missing(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        NAMES
            .iter()
            .filter_map(|&name| match self.environ.var(name) {
                Some(_) => None,
                None => Some((name, self.default(name)?)),
            })
    }

    fn default(&self, name: &str) -> Option<&[u8]> {
        let is_missing = |name| self.environ.var(name).is_none();
        Some(match name {
            "SERVER_NAME" => b"127.0.0.1",
            "SERVER_PROTOCOL" => b"HTTP/1.0",
            "HTTP_HOST" => self.var("SERVER_NAME")?,
            "REQUEST_METHOD" => b"GET",
            "SCRIPT_NAME" if is_missing("PATH_INFO") => b"",
            "PATH_INFO" if is_missing("SCRIPT_NAME") => b"/",
            "wsgi.url_scheme" => scheme(self.environ).as_str().as_bytes(),
            "SERVER_PORT" => match self.var("wsgi.url_scheme").and_then(Scheme::of)? {
                Scheme::Http => b"80",
                Scheme::Https => b"443",
                Scheme::Ws | Scheme::Wss => return None,
            },
            _ => return None,
        })
    }
}

const NAMES: [&str; 8] = [
    "SERVER_NAME",
    "SERVER_PROTOCOL",
    "HTTP_HOST",
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "PATH_INFO",
    "wsgi.url_scheme",
    "SERVER_PORT",
];

impl<E: Environ + ?Sized> Environ for TestingDefaults<'_, E> {
    fn var(&self, name: &str) -> Option<&[u8]> {
        self.environ.var(name).or_else(|| self.default(name))
    }
}

use std::collections::BTreeMap;
use std::ffi::OsString;
use tidegate_core::environ::{Environ, EnvironMut};

/// The variables of a request, as a gateway has them: what Python calls
/// `environ`.
///
/// A handler of variables puts them into the extensions of the request. Where
/// there were none, [`RequestEnviron`](super::RequestEnviron) derives them from
/// the request.
///
/// ```
/// use tidegate_std_io::core::environ::Environ;
/// use tidegate_std_io::gateway::Variables;
///
/// let variables: Variables = [("PATH_INFO", "/a"), ("SERVER_NAME", "example.org")].into_iter().collect();
/// assert_eq!(variables.var("PATH_INFO"), Some(&b"/a"[..]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, Vec<u8>>);

impl Variables {
    /// None.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.insert(name.into(), value.into());
    }

    /// Sets a variable that is not set.
    pub fn set_default(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.entry(name.into()).or_insert_with(|| value.into());
    }

    /// Removes a variable, if it is set.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (&name[..], &value[..]))
    }
}

impl Environ for Variables {
    fn var(&self, name: &str) -> Option<&[u8]> {
        self.0.var(name)
    }
}

impl EnvironMut for Variables {
    fn var_mut(&mut self, name: &str) -> &mut Vec<u8> {
        self.0.var_mut(name)
    }
}

impl<N: Into<String>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut variables = Self::new();
        variables.extend(pairs);
        variables
    }
}

impl<N: Into<String>, V: Into<Vec<u8>>> Extend<(N, V)> for Variables {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.set(name, value);
        }
    }
}

/// The environment of the process, as bytes: what a server of CGI describes a
/// request by.
///
/// Without `HTTP_PROXY` where there is a request: that is what a client wrote
/// into a `Proxy` header, and what programs take for the proxy to use ("httpoxy",
/// CVE-2016-5385). Names that are not UTF-8 are left out. Where the system's
/// strings are no bytes (Windows), values are their UTF-8, with U+FFFD for what
/// has none.
pub fn read_environ() -> Variables {
    of_pairs(std::env::vars_os())
}

fn of_pairs(pairs: impl Iterator<Item = (OsString, OsString)>) -> Variables {
    let pairs = pairs.filter_map(|(name, value)| Some((name.into_string().ok()?, bytes(value))));
    let mut variables: Variables = pairs.collect();
    if variables.var("REQUEST_METHOD").is_some() {
        variables.remove("HTTP_PROXY");
    }
    variables
}

#[cfg(unix)]
fn bytes(value: OsString) -> Vec<u8> {
    std::os::unix::ffi::OsStringExt::into_vec(value)
}

#[cfg(not(unix))]
fn bytes(value: OsString) -> Vec<u8> {
    value.to_string_lossy().into_owned().into_bytes()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::{Variables, of_pairs};
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    fn read(pairs: &[(&[u8], &[u8])]) -> Variables {
        let os = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        of_pairs(pairs.iter().map(|(name, value)| (os(name), os(value))))
    }

    #[test]
    fn values_are_bytes_and_a_proxy_is_no_header() {
        let pairs: &[(&[u8], &[u8])] = &[
            (b"PATH_INFO", b"/\xFF"),
            (b"HTTP_PROXY", b"http://evil"),
            (b"\xFF", b"x"),
        ];
        let outside = [("PATH_INFO", &b"/\xFF"[..]), ("HTTP_PROXY", b"http://evil")];
        assert_eq!(read(pairs), outside.into_iter().collect());
        let request = [pairs, &[(b"REQUEST_METHOD", b"GET")]].concat();
        let inside = [("PATH_INFO", &b"/\xFF"[..]), ("REQUEST_METHOD", b"GET")];
        assert_eq!(read(&request), inside.into_iter().collect());
    }
}

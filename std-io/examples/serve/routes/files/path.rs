//! From the path of a request to the path of a file, and back.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// All but the unreserved characters of RFC 3986. A name that is written so is
/// a name to every reader: no separator, no scheme, no markup.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a request asks for.
pub(super) struct Wanted {
    /// Below the root; made of names alone.
    pub(super) path: PathBuf,
    /// It ends with a slash, as that of a directory should.
    pub(super) with_slash: bool,
}

impl Wanted {
    /// What `/files...` asks for. `None` if one of its segments is not a
    /// [name](is_name).
    ///
    /// The segments are told apart before they are decoded, and decoded once: a
    /// slash that comes out of `%2f` separates nothing, and `%252e` is a name
    /// with a percent sign in it.
    pub(super) fn of(path: &str) -> Option<Self> {
        let below = path.strip_prefix("/files")?;
        let Some(names) = below.strip_prefix('/') else {
            return below.is_empty().then(|| Self {
                path: PathBuf::new(),
                with_slash: false,
            });
        };
        let (names, with_slash) = match names.strip_suffix('/') {
            _ if names.is_empty() => return Some(Self::root()),
            Some(names) => (names, true),
            None => (names, false),
        };
        let names = names.split('/').map(|name| {
            let name = Cow::from(percent_decode_str(name));
            is_name(&name).then(|| os_string(&name)).flatten()
        });
        Some(Self {
            path: names.collect::<Option<_>>()?,
            with_slash,
        })
    }

    fn root() -> Self {
        Self {
            path: PathBuf::new(),
            with_slash: true,
        }
    }

    /// Where it is on this server, without a slash at the end.
    pub(super) fn url(&self) -> String {
        let mut url = String::from("/files");
        for name in &self.path {
            url.push('/');
            url.push_str(&encode(name));
        }
        url
    }
}

/// Whether something is the name of a file that may be shown.
///
/// Nothing is that can be taken for a path, by any system (`a/b`, `..`, `a\b`,
/// `C:` there). Hidden files are not for others, by an old convention: a name
/// with a dot in front may hold a password, or the history of all files. Control
/// characters make trouble wherever such a name is shown.
pub(super) fn is_name(name: &[u8]) -> bool {
    let is_odd = |&byte: &u8| byte.is_ascii_control() || matches!(byte, b'/' | b'\\');
    let is_drive = cfg!(windows) && name.contains(&b':');
    !name.is_empty() && !name.starts_with(b".") && !name.iter().any(is_odd) && !is_drive
}

/// A name as it stands in a link.
pub(super) fn encode(name: &OsStr) -> String {
    percent_encode(name.as_encoded_bytes(), RESERVED).to_string()
}

#[cfg(unix)]
fn os_string(name: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(name.to_vec()))
}

#[cfg(not(unix))]
fn os_string(name: &[u8]) -> Option<OsString> {
    std::str::from_utf8(name).ok().map(OsString::from)
}

use super::path::{Form, trim_end};
use super::variables::value;
use super::{Environ, PathPieces, PathStep};

/// Moves a name from `PATH_INFO` to `SCRIPT_NAME`, normalising both: how an
/// application walks down a tree of objects. `None` if `PATH_INFO` is empty.
///
/// `wsgiref`'s. [`pop_path_info`](super::pop_path_info) keeps every byte of the
/// path; this one
///
/// - drops the empty segments of `PATH_INFO` and those that are `.`, unless they
///   are the last;
/// - takes a name off `SCRIPT_NAME` for a `..`, which is the name then;
/// - has no name (`segment()` is `None`) where `.` alone was left.
///
/// Of `/` the name is empty, and a slash is appended, as there.
///
/// `wsgiref` normalises all of `SCRIPT_NAME` each time; here it is taken to be
/// normal, as it is if a server and this function made it, and only slashes at
/// its end are dropped. A path without its first slash is read as if it had
/// one.
///
/// ```
/// use tidegate_core::environ::shift_path_info;
///
/// let variables = [("SCRIPT_NAME", "/foo"), ("PATH_INFO", "//bar/./baz//")];
/// let step = shift_path_info(&variables).unwrap();
/// assert_eq!(step.segment(), Some(&b"bar"[..]));
/// assert_eq!(step.script_name().collect::<Vec<_>>().concat(), b"/foo/bar");
/// assert_eq!(step.path_info().collect::<Vec<_>>().concat(), b"/baz/");
/// ```
pub fn shift_path_info<E: Environ + ?Sized>(environ: &E) -> Option<PathStep<'_>> {
    let path = value(environ, "PATH_INFO");
    if path.is_empty() {
        return None;
    }
    let (name, rest) = take_name(path.strip_prefix(b"/").unwrap_or(path));
    let above = trim_end(value(environ, "SCRIPT_NAME"));
    Some(PathStep {
        segment: Some(name).filter(|&name| name != b"."),
        script_name: match name {
            b"." => [above, b"", b""],
            b".." => [parent(above), b"", b""],
            name => [above, b"/", name],
        },
        path_info: PathPieces {
            rest,
            form: Form::Normal,
        },
    })
}

/// The first segment that is a name, or the last. The rest begins with a slash,
/// if there is any.
fn take_name(mut path: &[u8]) -> (&[u8], &[u8]) {
    loop {
        let len = path.iter().position(|&byte| byte == b'/');
        let (name, rest) = path.split_at(len.unwrap_or(path.len()));
        match (name, rest) {
            (b"" | b".", [_, behind @ ..]) => path = behind,
            found => return found,
        }
    }
}

fn parent(path: &[u8]) -> &[u8] {
    let slash = path.iter().rposition(|&byte| byte == b'/');
    trim_end(&path[..slash.unwrap_or(0)])
}

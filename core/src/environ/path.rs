use super::variables::value;
use super::{Environ, Text};
use core::iter::FusedIterator;

/// Where the application is: the part of the path in front of `PATH_INFO`.
///
/// ```
/// use tidegate_core::environ::script_name;
///
/// assert_eq!(script_name(&[("SCRIPT_NAME", "/app")]), "/app");
/// assert!(script_name(&[("PATH_INFO", "/")]).is_empty());
/// ```
#[doc(alias = "get_script_name")]
pub fn script_name<E: Environ + ?Sized>(environ: &E) -> Text<'_> {
    Text::new(value(environ, "SCRIPT_NAME"))
}

/// What is asked of the application: the part of the path behind `SCRIPT_NAME`,
/// with its escapes undone by the server.
///
/// An escaped slash is a slash in it, and an escaped NUL a NUL. Nothing keeps
/// `..` out of it either.
#[doc(alias = "get_path_info")]
pub fn path_info<E: Environ + ?Sized>(environ: &E) -> Text<'_> {
    Text::new(value(environ, "PATH_INFO"))
}

/// The next segment of `PATH_INFO`, or `None` if there is none but slashes.
///
/// Werkzeug says that it answers `None` where nothing is left, and answers with
/// nothing. It is `None` here for `/` too, of which [`pop_path_info`] makes a
/// segment of nothing.
///
/// ```
/// use tidegate_core::environ::peek_path_info;
///
/// assert_eq!(peek_path_info(&[("PATH_INFO", "/a/b")]), Some(&b"a"[..]));
/// assert_eq!(peek_path_info(&[("PATH_INFO", "/")]), None);
/// ```
pub fn peek_path_info<E: Environ + ?Sized>(environ: &E) -> Option<&[u8]> {
    let path = value(environ, "PATH_INFO");
    let start = path.iter().position(|&byte| byte != b'/')?;
    path[start..].split(|&byte| byte == b'/').next()
}

/// Takes the next segment of `PATH_INFO`, and appends it to `SCRIPT_NAME`: how an
/// application hands a request on to one below it. `None` if `PATH_INFO` is
/// empty.
///
/// Werkzeug's. The slashes in front of the segment are moved with it, however
/// many, so that both together stay the path that was asked for. Of `/` the
/// segment is empty, which tells `/x/` from `/x`. `.` and `..` are segments as
/// any other; [`shift_path_info`](super::shift_path_info) does without the
/// former.
///
/// ```
/// use tidegate_core::environ::pop_path_info;
///
/// let variables = [("SCRIPT_NAME", "/foo"), ("PATH_INFO", "/a//b")];
/// let step = pop_path_info(&variables).unwrap();
/// assert_eq!(step.segment(), Some(&b"a"[..]));
/// assert_eq!(step.script_name().collect::<Vec<_>>().concat(), b"/foo/a");
/// assert_eq!(step.path_info().collect::<Vec<_>>().concat(), b"//b");
/// ```
pub fn pop_path_info<E: Environ + ?Sized>(environ: &E) -> Option<PathStep<'_>> {
    let path = value(environ, "PATH_INFO");
    if path.is_empty() {
        return None;
    }
    let is_slash = |byte: &u8| *byte == b'/';
    let slashes = path.iter().take_while(|byte| is_slash(byte)).count();
    let len = path[slashes..].iter().position(is_slash);
    let (moved, rest) = path.split_at(len.map_or(path.len(), |len| slashes + len));
    Some(PathStep {
        segment: Some(&moved[slashes..]),
        script_name: [value(environ, "SCRIPT_NAME"), moved, b""],
        path_info: PathPieces {
            rest,
            form: Form::AsItIs,
        },
    })
}

/// A step from one application to one below it: what both variables are behind
/// it.
///
/// Made by [`pop_path_info`] and [`shift_path_info`](super::shift_path_info).
#[derive(Clone, Copy, Debug)]
pub struct PathStep<'e> {
    pub(super) segment: Option<&'e [u8]>,
    pub(super) script_name: [&'e [u8]; 3],
    pub(super) path_info: PathPieces<'e>,
}

impl<'e> PathStep<'e> {
    /// The segment that was taken. It is empty where the path ended in a slash,
    /// and `None` where `shift_path_info` found nothing but dots.
    pub const fn segment(&self) -> Option<&'e [u8]> {
        self.segment
    }

    /// `SCRIPT_NAME` behind the step, in pieces.
    pub fn script_name(&self) -> impl Iterator<Item = &'e [u8]> + Clone + use<'e> {
        let pieces = self.script_name.into_iter();
        pieces.filter(|piece| !piece.is_empty())
    }

    /// `PATH_INFO` behind the step, in pieces.
    pub const fn path_info(&self) -> PathPieces<'e> {
        self.path_info
    }
}

/// What a step leaves of `PATH_INFO`, in pieces.
#[derive(Clone, Copy, Debug)]
pub struct PathPieces<'e> {
    pub(super) rest: &'e [u8],
    pub(super) form: Form,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    AsItIs,
    /// Without its empty segments and dots, but for the last one. It is empty or
    /// begins with a slash.
    Normal,
}

impl<'e> Iterator for PathPieces<'e> {
    type Item = &'e [u8];

    fn next(&mut self) -> Option<&'e [u8]> {
        loop {
            let len = match (self.rest, self.form) {
                ([], _) => return None,
                (rest, Form::AsItIs) => rest.len(),
                ([_, rest @ ..], Form::Normal) => {
                    let len = rest.iter().position(|&byte| byte == b'/');
                    1 + len.unwrap_or(rest.len())
                }
            };
            let piece;
            (piece, self.rest) = self.rest.split_at(len);
            if self.rest.is_empty() || !matches!(piece, b"/" | b"/.") {
                return Some(piece);
            }
        }
    }
}

impl FusedIterator for PathPieces<'_> {}

/// Without the slashes at its end.
pub(super) fn trim_end(mut path: &[u8]) -> &[u8] {
    while let [front @ .., b'/'] = path {
        path = front;
    }
    path
}

//! The head of a part: what kind it is, its name, and its other fields.

use super::escape::{Escaped, Escaping, Rule};
use crate::field::{is_token, is_value_byte};
use core::fmt;

/// The head of a part of a multipart body.
///
/// Whatever a name holds, it can neither end its quotes nor begin a line for a
/// reader that follows the escaping; one that takes `\` for an escape, as old
/// ones do, is told otherwise by [`Escaping::Browser`], which leaves it alone as
/// browsers do. What cannot be escaped is refused when the head is made, so that
/// writing it cannot fail. For a form with a reader and a length use `Form` of an adapter
/// crate.
///
/// ```
/// use tidegate_core::{PartFault, PartHead};
///
/// let head = PartHead::form_data("avatar").filename("a\"b.png").content_type("image/png")?;
/// assert_eq!(
///     head.pieces().collect::<Vec<_>>().concat(),
///     b"Content-Disposition: form-data; name=\"avatar\"; filename=\"a%22b.png\"\r\n\
///       Content-Type: image/png\r\n\r\n"
/// );
/// let injected = PartHead::form_data("a").content_type("text/plain\r\nX-Evil: 1");
/// assert_eq!(injected.unwrap_err(), PartFault::MalformedValue);
/// # Ok::<(), PartFault>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct PartHead<'p> {
    disposition: Option<Disposition<'p>>,
    escaping: Escaping,
    content_type: Option<&'p [u8]>,
    fields: &'p [(&'p [u8], &'p [u8])],
}

#[derive(Clone, Copy, Debug)]
struct Disposition<'p> {
    /// A token.
    kind: &'p [u8],
    name: Option<&'p [u8]>,
    filename: Option<&'p [u8]>,
    /// The file name a second time, in a way that says its charset.
    extended: bool,
}

const FORM_DATA: &[u8] = b"form-data";

impl<'p> PartHead<'p> {
    /// A part of a form (RFC 7578 section 4.2). The name is UTF-8, or whatever
    /// the other side takes it for.
    pub const fn form_data(name: &'p str) -> Self {
        Self {
            disposition: Some(Disposition {
                kind: FORM_DATA,
                name: Some(name.as_bytes()),
                filename: None,
                extended: false,
            }),
            ..Self::bare()
        }
    }

    /// A part without a Content-Disposition: of `mixed`, `related` (RFC 2387),
    /// `byteranges`, `x-mixed-replace`.
    pub const fn bare() -> Self {
        Self {
            disposition: None,
            escaping: Escaping::Browser,
            content_type: None,
            fields: &[],
        }
    }

    /// A part with another Content-Disposition, as `attachment` or `inline` (RFC
    /// 2183).
    ///
    /// # Errors
    ///
    /// [`PartFault::MalformedName`] if that is no token.
    pub fn disposition(kind: &'p str) -> Result<Self, PartFault> {
        if !is_token(kind.as_bytes()) {
            return Err(PartFault::MalformedName);
        }
        Ok(Self {
            disposition: Some(Disposition {
                kind: kind.as_bytes(),
                name: None,
                filename: None,
                extended: false,
            }),
            ..Self::bare()
        })
    }

    /// The name of the file that the part is. A bare part stays bare.
    pub const fn filename(mut self, filename: &'p str) -> Self {
        if let Some(disposition) = &mut self.disposition {
            disposition.filename = Some(filename.as_bytes());
        }
        self
    }

    /// Adds `filename*` beside `filename` (RFC 8187), for readers of mail.
    ///
    /// # Errors
    ///
    /// [`PartFault::ExtendedInForm`]: RFC 7578 section 4.2 forbids it in forms,
    /// where one reader takes the one name and another the other.
    pub fn extended_filename(mut self) -> Result<Self, PartFault> {
        match &mut self.disposition {
            Some(disposition) if disposition.kind.eq_ignore_ascii_case(FORM_DATA) => {
                return Err(PartFault::ExtendedInForm);
            }
            Some(disposition) => disposition.extended = true,
            None => {}
        }
        Ok(self)
    }

    /// How the names are written.
    pub const fn escaping(mut self, escaping: Escaping) -> Self {
        self.escaping = escaping;
        self
    }

    /// The media type of the part.
    ///
    /// # Errors
    ///
    /// [`PartFault::MalformedValue`] if it holds a line break or another control
    /// character.
    pub fn content_type(mut self, media_type: &'p str) -> Result<Self, PartFault> {
        check_value(media_type.as_bytes())?;
        self.content_type = Some(media_type.as_bytes());
        Ok(self)
    }

    /// More fields, as pairs of name and value.
    ///
    /// # Errors
    ///
    /// [`PartFault`], for a name that is no token, a value that breaks its line,
    /// or a field that the head writes itself.
    pub fn fields(mut self, fields: &'p [(&'p [u8], &'p [u8])]) -> Result<Self, PartFault> {
        for (name, value) in fields {
            if !is_token(name) {
                return Err(PartFault::MalformedName);
            }
            check_value(value)?;
            let own: [&[u8]; 2] = [b"content-disposition", b"content-type"];
            if own.iter().any(|own| name.eq_ignore_ascii_case(own)) {
                return Err(PartFault::OwnField);
            }
        }
        self.fields = fields;
        Ok(self)
    }

    /// The head as pieces to be written, with the empty line behind it.
    pub const fn pieces(&self) -> HeadPieces<'p> {
        HeadPieces {
            head: *self,
            next: Next::Disposition,
            value: None,
        }
    }
}

/// The head of a part: an iterator of pieces to write.
#[derive(Clone, Debug)]
pub struct HeadPieces<'p> {
    head: PartHead<'p>,
    next: Next,
    /// The name that is being written.
    value: Option<Escaped<'p>>,
}

/// What is written next, if there is any of it.
#[derive(Clone, Copy, Debug)]
enum Next {
    Disposition,
    Kind,
    Name,
    NameEnd,
    Filename,
    FilenameEnd,
    ExtendedFilename,
    DispositionEnd,
    ContentType,
    ContentTypeValue,
    ContentTypeEnd,
    /// A quarter of a field: its name, the colon, its value, the line end.
    Field(usize),
    Over,
}

impl<'p> HeadPieces<'p> {
    /// The piece at this place, which may be none, and the place behind it.
    fn at(&mut self, place: Next) -> (Option<&'p [u8]>, Next) {
        let head = self.head;
        match place {
            Next::Disposition if head.disposition.is_none() => (None, Next::ContentType),
            Next::Disposition => (Some(b"Content-Disposition: "), Next::Kind),
            Next::Kind => (head.disposition.map(|it| it.kind), Next::Name),
            Next::Name => match head.disposition.and_then(|it| it.name) {
                Some(name) => self.quote(b"; name=\"", name, Next::NameEnd),
                None => (None, Next::Filename),
            },
            Next::NameEnd => (Some(b"\""), Next::Filename),
            Next::Filename => match head.disposition.and_then(|it| it.filename) {
                Some(filename) => self.quote(b"; filename=\"", filename, Next::FilenameEnd),
                None => (None, Next::DispositionEnd),
            },
            Next::FilenameEnd => (Some(b"\""), Next::ExtendedFilename),
            Next::ExtendedFilename => match head.disposition {
                Some(it) if it.extended => {
                    let filename = it.filename.unwrap_or_default();
                    self.value = Some(Escaped::new(filename, Rule::Extended));
                    (Some(b"; filename*=UTF-8''"), Next::DispositionEnd)
                }
                _ => (None, Next::DispositionEnd),
            },
            Next::DispositionEnd => (Some(LINE_END), Next::ContentType),
            Next::ContentType if head.content_type.is_none() => (None, Next::Field(0)),
            Next::ContentType => (Some(b"Content-Type: "), Next::ContentTypeValue),
            Next::ContentTypeValue => (head.content_type, Next::ContentTypeEnd),
            Next::ContentTypeEnd => (Some(LINE_END), Next::Field(0)),
            Next::Field(n) => match head.fields.get(n / 4) {
                Some((name, value)) => {
                    let quarter = [*name, b": ", *value, LINE_END][n % 4];
                    (Some(quarter), Next::Field(n + 1))
                }
                None => (Some(LINE_END), Next::Over),
            },
            Next::Over => (None, Next::Over),
        }
    }

    fn quote(
        &mut self,
        before: &'static [u8],
        value: &'p [u8],
        behind: Next,
    ) -> (Option<&'p [u8]>, Next) {
        let rule = Rule::Quoted(self.head.escaping);
        self.value = Some(Escaped::new(value, rule));
        (Some(before), behind)
    }
}

impl<'p> Iterator for HeadPieces<'p> {
    type Item = &'p [u8];

    fn next(&mut self) -> Option<&'p [u8]> {
        if let Some(piece) = self.value.as_mut().and_then(Iterator::next) {
            return Some(piece);
        }
        self.value = None;
        loop {
            let (piece, next) = self.at(self.next);
            self.next = next;
            match (piece, next) {
                (Some(piece), _) => return Some(piece),
                (None, Next::Over) => return None,
                (None, _) => {}
            }
        }
    }
}

const LINE_END: &[u8] = b"\r\n";

fn check_value(value: &[u8]) -> Result<(), PartFault> {
    match value.iter().all(|&byte| is_value_byte(byte)) {
        true => Ok(()),
        false => Err(PartFault::MalformedValue),
    }
}

/// Why the head of a part is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PartFault {
    /// The name of a field, or a disposition, is no token.
    MalformedName,
    /// The value of a field has a line break or another control character.
    MalformedValue,
    /// A field that the head writes itself.
    OwnField,
    /// A `filename*` in a form.
    ExtendedInForm,
}

impl fmt::Display for PartFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedName => "the name of a field of a part is no token",
            Self::MalformedValue => "the value of a field of a part has a control character",
            Self::OwnField => "a field of a part is written by its head already",
            Self::ExtendedInForm => "a part of a form has no filename*",
        })
    }
}

impl core::error::Error for PartFault {}

#[cfg(feature = "std")]
impl From<PartFault> for std::io::Error {
    fn from(fault: PartFault) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, fault)
    }
}

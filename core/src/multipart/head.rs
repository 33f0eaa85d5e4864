//! The head of a part: what kind it is, its name, and its other fields.

use super::escape::{Escaped, Escaping, Rule};
use crate::field::{is_token, is_value_byte};
use core::fmt;
use core::iter::FusedIterator;

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
    kind: Kind<'p>,
    filename: Option<&'p [u8]>,
    /// The file name a second time, in a way that says its charset.
    extended: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind<'p> {
    /// `form-data`, with a name.
    Form(&'p [u8]),
    /// A token.
    Other(&'p [u8]),
}

impl<'p> PartHead<'p> {
    /// A part of a form (RFC 7578 section 4.2). The name is UTF-8, or whatever
    /// the other side takes it for.
    pub const fn form_data(name: &'p str) -> Self {
        Self {
            disposition: Some(Disposition {
                kind: Kind::Form(name.as_bytes()),
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
                kind: Kind::Other(kind.as_bytes()),
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
            Some(disposition) if disposition.kind.is_form() => {
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
    #[inline]
    pub const fn pieces(&self) -> HeadPieces<'p> {
        self.pieces_from(Place::Lead)
    }

    /// It begins with [`FORM_LEAD`].
    #[inline]
    pub(super) const fn has_form_lead(&self) -> bool {
        matches!(
            self.disposition,
            Some(Disposition {
                kind: Kind::Form(_),
                ..
            })
        )
    }

    /// The pieces, but for a [`FORM_LEAD`].
    #[inline]
    pub(super) const fn pieces_behind_form_lead(&self) -> HeadPieces<'p> {
        match self.has_form_lead() {
            true => self.pieces_from(Place::Kind),
            false => self.pieces_from(Place::Lead),
        }
    }

    #[inline]
    const fn pieces_from(&self, place: Place) -> HeadPieces<'p> {
        HeadPieces {
            head: *self,
            place,
            value: None,
        }
    }
}

impl Kind<'_> {
    fn is_form(self) -> bool {
        match self {
            Self::Form(_) => true,
            Self::Other(kind) => kind.eq_ignore_ascii_case(b"form-data"),
        }
    }
}

/// The head of a part: an iterator of pieces to write.
///
/// Where all of them are wanted at once, `for_each` and `fold` are several times
/// as fast as `next`.
#[derive(Clone, Debug)]
pub struct HeadPieces<'p> {
    head: PartHead<'p>,
    /// The first place that has not been looked at.
    place: Place,
    /// The name that is being written.
    value: Option<Escaped<'p>>,
}

/// The places of a head, in order. At each there is something to write, or
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Place {
    Lead,
    Kind,
    Filename,
    FilenameValue,
    Extended,
    ExtendedValue,
    DispositionEnd,
    ContentType,
    ContentTypeValue,
    ContentTypeEnd,
    /// A quarter of a field: its name, the colon, its value, the line end.
    Field(usize),
    End,
    Over,
}

/// What is written at one place.
enum Text<'p> {
    Plain(&'p [u8]),
    Escaped(Escaped<'p>),
}

impl<'p> PartHead<'p> {
    /// What is written at this place: all there is to know about the form of a
    /// head.
    ///
    /// What always stands together is one text, so that few have to be written.
    /// Inlined, because where the place is known so is most of the answer.
    #[inline(always)]
    fn text_at(&self, place: Place) -> Option<Text<'p>> {
        let plain: &[u8] = match place {
            Place::Lead => match self.disposition?.kind {
                Kind::Form(_) => FORM_LEAD,
                Kind::Other(_) => b"Content-Disposition: ",
            },
            Place::Kind => match self.disposition?.kind {
                Kind::Form(name) => return Some(self.quoted(name)),
                Kind::Other(kind) => kind,
            },
            Place::Filename => match (self.disposition?.kind, self.disposition?.filename?) {
                (Kind::Form(_), _) => b"\"; filename=\"",
                (Kind::Other(_), _) => b"; filename=\"",
            },
            Place::FilenameValue => return Some(self.quoted(self.disposition?.filename?)),
            Place::Extended => self
                .disposition?
                .extended()
                .map(|_| b"\"; filename*=UTF-8''")?,
            Place::ExtendedValue => {
                let filename = self.disposition?.extended()?;
                return Some(Text::Escaped(Escaped::new(filename, Rule::Extended)));
            }
            Place::DispositionEnd => match self.disposition?.ends_in_quotes() {
                true if self.is_one_line() => NAME_END,
                true => b"\"\r\n",
                false => LINE_END,
            },
            Place::ContentType => self.content_type.map(|_| b"Content-Type: ")?,
            Place::ContentTypeValue => self.content_type?,
            Place::ContentTypeEnd => self.content_type.map(|_| LINE_END)?,
            Place::Field(n) => {
                let (name, value) = self.fields.get(n / 4)?;
                [name, &b": "[..], value, LINE_END][n % 4]
            }
            // Written with the line.
            Place::End if self.is_one_line() => return None,
            Place::End => LINE_END,
            Place::Over => return None,
        };
        Some(Text::Plain(plain))
    }

    #[inline(always)]
    fn place_behind(&self, place: Place) -> Place {
        match place {
            Place::Lead => Place::Kind,
            Place::Kind => Place::Filename,
            Place::Filename => Place::FilenameValue,
            Place::FilenameValue => Place::Extended,
            Place::Extended => Place::ExtendedValue,
            Place::ExtendedValue => Place::DispositionEnd,
            Place::DispositionEnd => Place::ContentType,
            Place::ContentType => Place::ContentTypeValue,
            Place::ContentTypeValue => Place::ContentTypeEnd,
            Place::ContentTypeEnd => Place::Field(0),
            Place::Field(n) if n / 4 < self.fields.len() => Place::Field(n + 1),
            Place::Field(_) => Place::End,
            Place::End | Place::Over => Place::Over,
        }
    }

    /// A Content-Disposition that ends in quotes, and nothing else.
    #[inline(always)]
    fn is_one_line(&self) -> bool {
        let quoted = self.disposition.is_some_and(Disposition::ends_in_quotes);
        quoted && self.content_type.is_none() && self.fields.is_empty()
    }

    fn quoted(&self, value: &'p [u8]) -> Text<'p> {
        Text::Escaped(Escaped::new(value, Rule::Quoted(self.escaping)))
    }
}

impl<'p> Disposition<'p> {
    fn extended(self) -> Option<&'p [u8]> {
        self.filename.filter(|_| self.extended)
    }

    fn ends_in_quotes(self) -> bool {
        match self.kind {
            Kind::Form(_) => true,
            Kind::Other(_) => self.filename.is_some() && !self.extended,
        }
    }
}

impl<'p> Iterator for HeadPieces<'p> {
    type Item = &'p [u8];

    fn next(&mut self) -> Option<&'p [u8]> {
        loop {
            if let Some(piece) = self.value.as_mut().and_then(Iterator::next) {
                return Some(piece);
            }
            self.value = None;
            let place = self.place;
            self.place = self.head.place_behind(place);
            match self.head.text_at(place) {
                Some(Text::Plain(piece)) => return Some(piece),
                Some(Text::Escaped(value)) => self.value = Some(value),
                None if place == Place::Over => return None,
                None => {}
            }
        }
    }

    #[inline]
    fn fold<B, F: FnMut(B, &'p [u8]) -> B>(self, init: B, mut f: F) -> B {
        let mut sum = match &self.value {
            Some(value) => value.clone().fold(init, &mut f),
            None => init,
        };
        // Line by line, so that the compiler knows the place in each.
        sum = self.fold_at(Place::Lead, sum, &mut f);
        sum = self.fold_at(Place::Kind, sum, &mut f);
        sum = self.fold_at(Place::Filename, sum, &mut f);
        sum = self.fold_at(Place::FilenameValue, sum, &mut f);
        sum = self.fold_at(Place::Extended, sum, &mut f);
        sum = self.fold_at(Place::ExtendedValue, sum, &mut f);
        sum = self.fold_at(Place::DispositionEnd, sum, &mut f);
        sum = self.fold_at(Place::ContentType, sum, &mut f);
        sum = self.fold_at(Place::ContentTypeValue, sum, &mut f);
        sum = self.fold_at(Place::ContentTypeEnd, sum, &mut f);
        for n in 0..4 * self.head.fields.len() {
            sum = self.fold_at(Place::Field(n), sum, &mut f);
        }
        self.fold_at(Place::End, sum, &mut f)
    }
}

impl<'p> HeadPieces<'p> {
    #[inline(always)]
    fn fold_at<B>(&self, place: Place, sum: B, f: &mut impl FnMut(B, &'p [u8]) -> B) -> B {
        if place < self.place {
            return sum;
        }
        match self.head.text_at(place) {
            Some(Text::Plain(piece)) => f(sum, piece),
            Some(Text::Escaped(value)) => value.fold(sum, f),
            None => sum,
        }
    }
}

impl FusedIterator for HeadPieces<'_> {}

/// What the head of a part of a form begins with, up to its name.
pub(super) const FORM_LEAD: &[u8] = b"Content-Disposition: form-data; name=\"";

/// What stands behind the name if that is all there is to the head.
pub(super) const NAME_END: &[u8; 5] = b"\"\r\n\r\n";

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

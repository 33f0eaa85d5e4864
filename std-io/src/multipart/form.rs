use super::body::Source;
use super::{FormError, FormProgress, FormValue, PartBody, path, random_boundary};
use crate::drive;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use tidegate_core::{Assembly, Boundary, FormFault, InMemory, MultipartKind, PartFault, PartHead};

/// A form on its way out: fields, files and readers as one body of the type
/// `multipart/form-data` (RFC 7578), whose exact length is known before its
/// first byte if those of the parts are.
///
/// | to | use |
/// |---|---|
/// | write it to a connection | [`write_to`](Self::write_to), [`send_to`](Self::send_to) where files may be sent by the system |
/// | hand it to somebody who reads | it is a `Read` |
/// | have it whole in memory | [`encode_multipart`](super::encode_multipart) |
/// | write a head and a body yourself | [`Encoder`](tidegate_core::Encoder) |
///
/// ```
/// use tidegate_std_io::{Form, PartHead};
///
/// let mut form = Form::new()?;
/// form.text("title", "Tide")
///     .bytes("data", vec![0; 100_000])
///     .reader_with_len("log", &b"all is well"[..], 11)
///     .part(PartHead::form_data("a").filename("a.json").content_type("application/json")?, "{}");
/// let length = form.content_length();
/// let mut head = format!("Content-Type: {}\r\n", form.content_type());
/// let mut body = Vec::new();
/// form.write_to(&mut body)?;
/// assert_eq!(length, Some(body.len() as u64));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Names that cannot be written as they are are escaped as all browsers do, or
/// as [`PartHead::escaping`] says. What a browser does before that, it does not:
/// line ends in names and values stay what they are, where a `<form>` makes them
/// CRLF (WHATWG HTML, "constructing the entry list").
///
/// # Limits
///
/// None on parts. They take no allocation of their own but for boxes around
/// readers. Up to 512 bytes of a value are copied; what is larger is kept as it
/// is. A block of 64 KiB is there if anything must be read.
///
/// # Errors
///
/// Those of the readers and files, and [`FormError`], which names the part: of
/// the kind `UnexpectedEof` if a part is shorter than promised, `InvalidData` if
/// it is longer. After any but `Interrupted`, `WouldBlock` and `TimedOut` of a
/// reader it is an error for good, and nothing more is sent, the last delimiter
/// least of all: no other end takes it for whole.
///
/// # Panics
///
/// If a part is added behind the first byte that was read or written.
pub struct Form<'a> {
    pub(super) parts: Assembly<Source<'a>>,
    pub(super) kind: MultipartKind,
    pub(super) boundary_is_given: bool,
    /// For what must be read: 0 bytes as long as there is no such part.
    pub(super) block: Vec<u8>,
    /// What of the block was read and not sent.
    pub(super) unsent: Range<usize>,
    /// Once the first byte was asked for.
    pub(super) sending: Option<Sending>,
    pub(super) progress: Option<Box<Report<'a>>>,
}

pub(super) struct Sending {
    total: Option<u64>,
}

pub(super) type Report<'a> = dyn FnMut(FormProgress) + Send + 'a;

const BLOCK_SIZE: usize = 64 << 10;

/// To copy so many bytes costs less than to keep and write a piece of its own.
const SMALL: usize = 512;

impl<'a> Form<'a> {
    /// An empty form with a [random boundary](random_boundary).
    ///
    /// # Errors
    ///
    /// If the system has no randomness to give, which it has once it is up.
    pub fn new() -> io::Result<Self> {
        Ok(Self::of(random_boundary()?, false))
    }

    /// An empty form with this boundary. That it occurs in no part that lies in
    /// memory is [checked](Self::check_boundary) before the first byte; that it
    /// does not in a file or a reader, the caller knows.
    pub fn with_boundary(boundary: Boundary) -> Self {
        Self::of(boundary, true)
    }

    fn of(boundary: Boundary, boundary_is_given: bool) -> Self {
        Self {
            boundary_is_given,
            ..Self::around(Assembly::new(boundary))
        }
    }

    pub(super) fn around(parts: Assembly<Source<'a>>) -> Self {
        Self {
            parts,
            kind: MultipartKind::FormData,
            boundary_is_given: false,
            block: Vec::new(),
            unsent: 0..0,
            sending: None,
            progress: None,
        }
    }

    /// Makes it a multipart body of another kind, whose parts are added by
    /// [`part`](Self::part).
    pub fn kind(&mut self, kind: MultipartKind) -> &mut Self {
        self.kind = kind;
        self
    }

    /// Adds a field.
    ///
    /// Like all that add a part it cannot be called [behind the first
    /// byte](Self#panics).
    #[inline]
    pub fn text(&mut self, name: &str, value: impl Into<Cow<'a, str>>) -> &mut Self {
        let value = value.into();
        if value.len() <= SMALL {
            self.parts.field(name, value.as_bytes());
            return self;
        }
        self.part(PartHead::form_data(name), value)
    }

    /// Adds a field of any bytes.
    #[inline]
    pub fn bytes(&mut self, name: &str, value: impl Into<PartBody<'a>>) -> &mut Self {
        self.part(PartHead::form_data(name), value)
    }

    /// Adds a field whose value is all that a reader gives. The length of the
    /// form is not known then, unless it is [spooled](Self#method.spool).
    pub fn reader(&mut self, name: &str, reader: impl Read + Send + 'a) -> &mut Self {
        self.part(PartHead::form_data(name), PartBody::reader(reader))
    }

    /// The same of a reader that ends after so many bytes; see
    /// [`PartBody::len`].
    pub fn reader_with_len(
        &mut self,
        name: &str,
        reader: impl Read + Send + 'a,
        len: u64,
    ) -> &mut Self {
        self.part(PartHead::form_data(name), PartBody::reader(reader).len(len))
    }

    /// Adds a file, under its own name and with the media type that belongs to
    /// its extension (with the feature `mime_guess`), or
    /// `application/octet-stream`.
    ///
    /// # Errors
    ///
    /// Those of [`PartBody::open`].
    pub fn file(&mut self, name: &str, path: impl AsRef<Path>) -> io::Result<&mut Self> {
        let path = path.as_ref();
        let body = PartBody::open(path)?;
        let filename = path::file_name(path);
        let head = PartHead::form_data(name).filename(&filename);
        let head = head.content_type(path::media_type(&filename))?;
        Ok(self.part(head, body))
    }

    /// Adds a field with a file name, a media type, or fields of its own.
    ///
    /// # Errors
    ///
    /// [`PartFault`] for what would break the head; then nothing is added.
    pub fn value(
        &mut self,
        name: &str,
        value: impl Into<FormValue<'a>>,
    ) -> Result<&mut Self, PartFault> {
        value.into().add_to(self, name)?;
        Ok(self)
    }

    /// Adds fields.
    ///
    /// # Errors
    ///
    /// Those of [`value`](Self::value); then those before it are added.
    pub fn values<N: AsRef<str>, V: Into<FormValue<'a>>>(
        &mut self,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> Result<&mut Self, PartFault> {
        for (name, value) in values {
            self.value(name.as_ref(), value)?;
        }
        Ok(self)
    }

    /// Adds a part with any head and body: the way to parts of all
    /// [kinds](Self::kind).
    pub fn part(&mut self, head: PartHead<'_>, body: impl Into<PartBody<'a>>) -> &mut Self {
        let PartBody { source, length } = body.into();
        match source.in_memory() {
            Some(bytes) if bytes.len() <= SMALL => self.parts.copied(head, bytes),
            Some(_) => self.parts.part(head, source, length),
            None => {
                self.block.resize(BLOCK_SIZE, 0);
                self.parts.part(head, source, length);
            }
        }
        self
    }

    /// Calls back whenever some of it was sent or read: not for every part, and
    /// more than once for a long one.
    pub fn on_progress(&mut self, report: impl FnMut(FormProgress) + Send + 'a) -> &mut Self {
        self.progress = Some(Box::new(report));
        self
    }

    /// The boundary between its parts.
    pub const fn boundary(&self) -> &Boundary {
        self.parts.boundary()
    }

    /// The value of the Content-Type header.
    pub fn content_type(&self) -> String {
        let boundary = self.boundary().parameter();
        format!("{}; {boundary}", self.kind.media_type())
    }

    /// How many bytes are still to come: the value of the Content-Length header,
    /// before the first. `None` if that is not known, or more than 64 bits hold.
    pub fn content_length(&self) -> Option<u64> {
        let left = self.parts.remaining()?;
        left.checked_add(self.unsent.len() as u64)
    }

    /// Looks for the boundary in all that lies in memory, where it must not
    /// occur with its two dashes in front, wherever: there are readers that find
    /// it within a line.
    ///
    /// Of a random one that is as likely as to guess it, so this is asked for
    /// only of one that was [given](Self::with_boundary).
    ///
    /// # Errors
    ///
    /// [`FormFault::BoundaryInPart`].
    pub fn check_boundary(&self) -> Result<(), FormError> {
        let checked = self.parts.check_boundary();
        checked.map_err(|fault| self.error(fault))
    }

    /// What is due before the first byte.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        if self.sending.is_none() {
            if self.boundary_is_given {
                self.check_boundary()?;
            }
            let total = self.content_length();
            self.sending = Some(Sending { total });
        }
        Ok(())
    }

    pub(super) fn report(&mut self) {
        if let (Some(report), Some(sending)) = (&mut self.progress, &self.sending) {
            report(FormProgress {
                part: self.parts.part_at(),
                sent: self.parts.position() - self.unsent.len() as u64,
                total: sending.total,
            });
        }
    }

    pub(super) fn error(&self, fault: FormFault) -> FormError {
        FormError::new(fault, &self.parts)
    }

    /// A reader that failed may say its end next, and a part that was cut off
    /// there would look whole.
    #[cold]
    pub(super) fn give_up(&mut self, error: io::Error) -> io::Error {
        if !drive::may_go_on(&error) {
            let part = self.parts.part_at();
            self.parts.fail(part);
        }
        error
    }
}

impl fmt::Debug for Form<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("kind", &self.kind)
            .field("boundary", self.boundary())
            .field("parts", &self.parts.parts())
            .field("position", &self.parts.position())
            .finish_non_exhaustive()
    }
}

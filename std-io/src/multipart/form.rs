use super::part::Source;
use super::{FormBody, FormValue, PartBody, path, random_boundary};
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use tidegate_core::{
    Assembly, Boundary, FormError, FormProgress, InMemory, MultipartKind, PartFault, PartHead,
};

/// A form to be sent: fields, files and readers as one body of the type
/// `multipart/form-data` (RFC 7578), whose exact length is known before its
/// first byte if those of the parts are.
///
/// [`finish`](Self::finish) makes the [`FormBody`] of it, which is written or
/// read. To have it whole in memory use
/// [`encode_multipart`](super::encode_multipart), to write parts one by one
/// [`Encoder`](tidegate_core::Encoder).
///
/// ```
/// use tidegate_std_io::{Form, PartHead};
///
/// let mut form = Form::new()?;
/// form.text("title", "Tide")
///     .bytes("data", vec![0; 100_000])
///     .reader_with_len("log", &b"all is well"[..], 11)
///     .part(PartHead::form_data("a").filename("a.json").content_type("application/json")?, "{}");
/// let mut body = form.finish()?;
/// let head = format!(
///     "Content-Type: {}\r\nContent-Length: {}\r\n",
///     body.content_type(),
///     body.content_length().unwrap(),
/// );
/// # let length = body.content_length();
/// let mut connection = Vec::new();
/// body.write_to(&mut connection)?;
/// # assert_eq!(length, Some(connection.len() as u64));
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
pub struct Form<'a> {
    pub(super) parts: Assembly<Source<'a>>,
    pub(super) kind: MultipartKind,
    boundary_is_given: bool,
    /// For what must be read: 0 bytes as long as there is no such part.
    pub(super) block: Vec<u8>,
    pub(super) progress: Option<Box<Report<'a>>>,
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
    /// memory is [checked](Self::check_boundary) at the end; that it
    /// does not in a file or a reader, the caller knows.
    pub fn with_boundary(boundary: Boundary) -> Self {
        Self::of(boundary, true)
    }

    fn of(boundary: Boundary, boundary_is_given: bool) -> Self {
        Self {
            parts: Assembly::new(boundary),
            kind: MultipartKind::FormData,
            boundary_is_given,
            block: Vec::new(),
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
    /// [`PartBody::with_len`].
    pub fn reader_with_len(
        &mut self,
        name: &str,
        reader: impl Read + Send + 'a,
        len: u64,
    ) -> &mut Self {
        self.part(
            PartHead::form_data(name),
            PartBody::reader(reader).with_len(len),
        )
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
    /// more than once for a long one. Should it panic, nothing more is sent.
    pub fn on_progress(&mut self, report: impl FnMut(FormProgress) + Send + 'a) -> &mut Self {
        self.progress = Some(Box::new(report));
        self
    }

    /// The boundary between its parts.
    pub const fn boundary(&self) -> &Boundary {
        self.parts.boundary()
    }

    /// How many bytes it will have. `None` if that is not known, or more than 64
    /// bits hold.
    pub fn content_length(&self) -> Option<u64> {
        self.parts.remaining()
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
    /// [`FormFault::BoundaryInPart`](tidegate_core::FormFault::BoundaryInPart).
    pub fn check_boundary(&self) -> Result<(), FormError> {
        let checked = self.parts.check_boundary();
        checked.map_err(|fault| self.parts.error(fault))
    }

    /// The body, complete.
    ///
    /// # Errors
    ///
    /// [`FormFault::BoundaryInPart`] for a boundary that was given;
    /// [`FormFault::TooLong`].
    ///
    /// [`FormFault::BoundaryInPart`]: tidegate_core::FormFault::BoundaryInPart
    /// [`FormFault::TooLong`]: tidegate_core::FormFault::TooLong
    pub fn finish(mut self) -> Result<FormBody<'a>, FormError> {
        if self.boundary_is_given {
            self.check_boundary()?;
        }
        let closed = self.parts.close();
        closed.map_err(|fault| self.parts.error(fault))?;
        Ok(FormBody::of(self))
    }
}

impl fmt::Debug for Form<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("kind", &self.kind)
            .field("boundary", self.boundary())
            .field("parts", &self.parts.parts())
            .finish_non_exhaustive()
    }
}

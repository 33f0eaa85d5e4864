//! Forms on their way out.

#[cfg(any(feature = "futures-io", feature = "tokio"))]
mod blocks;
mod body;
#[cfg(feature = "http-body")]
mod http;
mod part_body;

pub use body::FormBody;
pub use part_body::PartBody;

use crate::lone::Lone;
use part_body::Origin;
use std::borrow::Cow;
use std::fmt;
use std::io;
use tidegate_core::{
    Assembly, Boundary, FormError, FormProgress, InMemory, MultipartKind, PartHead,
};

/// A form to be sent: fields, readers and streams as one body of the type
/// `multipart/form-data` (RFC 7578), whose exact length is known before its
/// first byte if those of the parts are.
///
/// [`finish`](Self::finish) makes the [`FormBody`] of it, which is a stream, a
/// reader, and a body for hyper, axum and reqwest. To write parts one by one use
/// [`Encoder`](tidegate_core::Encoder).
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # futures::executor::block_on(async {
/// use tidegate_async_io::core::PartHead;
/// use tidegate_async_io::{Form, PartBody};
/// use tokio::io::AsyncReadExt;
///
/// let mut form = Form::new()?;
/// let log = PartBody::tokio_reader(&b"all is well"[..]).with_len(11);
/// form.text("title", "Tide")
///     .bytes("data", vec![0; 100_000])
///     .part(PartHead::form_data("log").filename("a.log"), log);
/// let mut body = form.finish()?;
/// let head = format!(
///     "Content-Type: {}\r\nContent-Length: {}\r\n",
///     body.content_type(),
///     body.content_length().unwrap(),
/// );
/// # let length = body.content_length();
/// let mut connection = Vec::new();
/// body.read_to_end(&mut connection).await?;
/// # assert_eq!(length, Some(connection.len() as u64));
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
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
/// is, and shared when it is sent.
pub struct Form {
    parts: Assembly<Origin>,
    kind: MultipartKind,
    boundary_is_given: bool,
    progress: Option<Lone<Box<Report>>>,
}

type Report = dyn FnMut(FormProgress) + Send;

/// To copy so many bytes costs less than to keep and send a piece of its own.
const SMALL: usize = 512;

/// A boundary that nobody can guess: 128 bits from the system.
///
/// # Errors
///
/// If the system has no randomness to give, which it has once it is up.
pub fn random_boundary() -> io::Result<Boundary> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(Boundary::from_random(random))
}

impl Form {
    /// An empty form with a [random boundary](random_boundary).
    ///
    /// # Errors
    ///
    /// If the system has no randomness to give, which it has once it is up.
    pub fn new() -> io::Result<Self> {
        Ok(Self::of(random_boundary()?, false))
    }

    /// An empty form with this boundary. That it occurs in no part that lies in
    /// memory is [checked](Self::check_boundary) at the end; that it does not in a
    /// reader, the caller knows.
    pub fn with_boundary(boundary: Boundary) -> Self {
        Self::of(boundary, true)
    }

    fn of(boundary: Boundary, boundary_is_given: bool) -> Self {
        Self {
            parts: Assembly::new(boundary),
            kind: MultipartKind::FormData,
            boundary_is_given,
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
    pub fn text(&mut self, name: &str, value: impl Into<Cow<'static, str>>) -> &mut Self {
        let value = value.into();
        if value.len() <= SMALL {
            self.parts.field(name, value.as_bytes());
            return self;
        }
        self.part(PartHead::form_data(name), value)
    }

    /// Adds a field of any bytes, or whatever a [`PartBody`] may be made of.
    pub fn bytes(&mut self, name: &str, value: impl Into<PartBody>) -> &mut Self {
        self.part(PartHead::form_data(name), value)
    }

    /// Adds a part with any head and body: the way to file names, media types and
    /// parts of all [kinds](Self::kind).
    pub fn part(&mut self, head: PartHead<'_>, body: impl Into<PartBody>) -> &mut Self {
        let PartBody { origin, length } = body.into();
        match origin.in_memory() {
            Some(bytes) if bytes.len() <= SMALL => self.parts.copied(head, bytes),
            _ => self.parts.part(head, origin, length),
        }
        self
    }

    /// Adds a file, under its own name and as `application/octet-stream`. It is
    /// sent as long as it is now, and read on the threads of tokio.
    ///
    /// # Errors
    ///
    /// Those of [`FileWrapper::open`](crate::FileWrapper::open).
    ///
    /// # Cancel safety
    ///
    /// Nothing is added before it is done.
    #[cfg(feature = "tokio-fs")]
    pub async fn file(
        &mut self,
        name: &str,
        path: impl AsRef<std::path::Path>,
    ) -> io::Result<&mut Self> {
        self.open::<crate::TokioIo>(name, path.as_ref()).await
    }

    /// The same, read on the threads of the crate `blocking`.
    ///
    /// # Errors
    ///
    /// Those of [`FileWrapper::open`](crate::FileWrapper::open).
    ///
    /// # Cancel safety
    ///
    /// Nothing is added before it is done.
    #[cfg(feature = "smol-fs")]
    pub async fn futures_file(
        &mut self,
        name: &str,
        path: impl AsRef<std::path::Path>,
    ) -> io::Result<&mut Self> {
        self.open::<crate::FuturesIo>(name, path.as_ref()).await
    }

    /// Calls back for each frame, or each time a reader of it took some: when it
    /// was handed over, and not when it has arrived. Should it panic, nothing more
    /// is sent.
    pub fn on_progress(&mut self, report: impl FnMut(FormProgress) + Send + 'static) -> &mut Self {
        self.progress = Some(Lone::new(Box::new(report)));
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
    pub fn finish(mut self) -> Result<FormBody, FormError> {
        if self.boundary_is_given {
            self.check_boundary()?;
        }
        let closed = self.parts.close();
        closed.map_err(|fault| self.parts.error(fault))?;
        Ok(FormBody::of(self))
    }

    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    async fn open<K: crate::Threads>(
        &mut self,
        name: &str,
        path: &std::path::Path,
    ) -> io::Result<&mut Self> {
        // Where it lies is nobody's business.
        let filename = path.file_name().unwrap_or_default().to_string_lossy();
        let head = PartHead::form_data(name)
            .filename(&filename)
            .content_type("application/octet-stream")?;
        let file = crate::FileWrapper::<_, K>::open(path).await?;
        Ok(self.part(head, PartBody::file(file)))
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("kind", &self.kind)
            .field("boundary", self.boundary())
            .field("parts", &self.parts.parts())
            .finish_non_exhaustive()
    }
}

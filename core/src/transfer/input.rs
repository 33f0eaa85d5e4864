use super::{BodyKind, ChunkedDecoder};
use crate::{At, Limit, LimitFault};

/// The longest body, unless somebody says otherwise.
const DEFAULT_MAX: u64 = 16 << 20;

/// What a server lets into a body, and what it makes of one that says nothing.
///
/// [`framing`](Self::framing) turns a [`BodyKind`] into meters and machines;
/// `input_stream` of an adapter crate puts them around a reader.
///
/// ```
/// use tidegate_core::{BodyKind, InputFraming, InputLimits, Limit, LimitFault};
///
/// let limits = InputLimits::new().max_length(1000);
/// let framing = limits.framing(BodyKind::Length(1000))?;
/// assert!(matches!(framing, InputFraming::Plain(limit) if limit == Limit::exact(1000)));
///
/// let at = limits.framing(BodyKind::Length(1001)).unwrap_err();
/// assert_eq!(at.http_status(), 413); // before a byte of it is read
/// # Ok::<(), tidegate_core::At<LimitFault>>(())
/// ```
///
/// # Limits
///
/// The body is at most 16 MiB, counted in bytes of content: the framing of a
/// chunked one is bounded by the [`ChunkedDecoder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct InputLimits {
    max: u64,
    decoder: ChunkedDecoder,
    safe_fallback: bool,
    terminated: bool,
}

/// How a body is read.
///
/// Complete by definition.
#[derive(Clone, Debug)]
pub enum InputFraming {
    /// The bytes of the connection, as far as the limit goes.
    Plain(Limit),
    /// What the decoder makes of the bytes of the connection, as far as the
    /// limit goes.
    Chunked(Limit, ChunkedDecoder),
}

impl InputLimits {
    /// At most 16 MiB, and a body that announces nothing is empty.
    pub const fn new() -> Self {
        Self {
            max: DEFAULT_MAX,
            decoder: ChunkedDecoder::new(),
            safe_fallback: true,
            terminated: false,
        }
    }

    /// The longest body, in bytes of content, inclusive.
    #[doc(alias = "max_content_length")]
    pub const fn max_length(mut self, max: u64) -> Self {
        self.max = max;
        self
    }

    /// Lets a body be as long as it likes: only for input you trust.
    pub const fn unlimited(self) -> Self {
        self.max_length(u64::MAX)
    }

    /// The decoder of chunked bodies, for other limits on their framing.
    pub const fn decoder(mut self, decoder: ChunkedDecoder) -> Self {
        self.decoder = decoder;
        self
    }

    /// Whether a request that announces neither a length nor a coding has an
    /// empty body, as it has in HTTP. On by default.
    ///
    /// Without it such a body is all that comes until the reader ends, which on
    /// a connection that is kept open is never: for other sources only, and for
    /// requests only, since a response that has no body is empty too.
    pub const fn safe_fallback(mut self, safe: bool) -> Self {
        self.safe_fallback = safe;
        self
    }

    /// The reader ends where the body ends, whatever the headers say: a gateway
    /// has undone the framing (`wsgi.input_terminated`). Off by default.
    ///
    /// An announced length is still refused if it is too large.
    #[doc(alias = "wsgi.input_terminated")]
    pub const fn input_terminated(mut self, terminated: bool) -> Self {
        self.terminated = terminated;
        self
    }

    /// How to read a body of this kind.
    ///
    /// # Errors
    ///
    /// [`LimitFault::TooLarge`] at offset 0 for an announced length above the
    /// maximum: nothing of it need be read.
    pub fn framing(&self, kind: BodyKind) -> Result<InputFraming, At<LimitFault>> {
        if let BodyKind::Length(length) = kind
            && length > self.max
        {
            let fault = LimitFault::TooLarge { limit: self.max };
            return Err(At { offset: 0, fault });
        }
        let until_end = Limit::at_most(self.max);
        Ok(match kind {
            _ if self.terminated => InputFraming::Plain(until_end),
            BodyKind::Length(length) => InputFraming::Plain(Limit::exact(length)),
            BodyKind::Chunked => InputFraming::Chunked(until_end, self.decoder.clone()),
            BodyKind::Empty if self.safe_fallback => InputFraming::Plain(Limit::exact(0)),
            BodyKind::Empty | BodyKind::UntilClose => InputFraming::Plain(until_end),
        })
    }
}

impl Default for InputLimits {
    fn default() -> Self {
        Self::new()
    }
}

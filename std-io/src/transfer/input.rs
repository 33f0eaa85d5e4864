use super::chunked::ChunkedReader;
use crate::{Budget, Drained, LimitedStream};
use std::fmt;
use std::io::{self, BufRead, Read};
use tidegate_core::{At, BodyKind, InputFraming, InputLimits, KeptTrailers, LimitFault};

/// The body of a message as a reader that is always safe: it ends where the
/// body ends, fails if the body is cut short or too long, and undoes the
/// chunked coding.
///
/// Short for [`InputStream::new`], under a name near Werkzeug's.
///
/// ```
/// use std::io::Read;
/// use tidegate_std_io::{BodyKind, HttpVersion, InputLimits, input_stream};
///
/// let mut connection = &b"5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n"[..];
/// let headers = [("Transfer-Encoding", "chunked")];
/// let kind = BodyKind::of_request(HttpVersion::Http11, headers)?;
/// let mut body = input_stream(&mut connection, kind, InputLimits::new())?;
/// let mut content = String::new();
/// body.read_to_string(&mut content)?;
/// assert_eq!(content, "hello");
/// assert!(body.may_reuse_connection());
/// drop(body); // what was read is consumed now, and nothing else
/// assert_eq!(connection, b"GET / HTTP/1.1\r\n"); // the next request
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// See [`InputStream::new`].
#[doc(alias = "get_input_stream")]
pub fn input_stream<R: BufRead>(
    reader: R,
    kind: BodyKind,
    limits: InputLimits,
) -> Result<InputStream<R>, At<LimitFault>> {
    InputStream::new(reader, kind, limits)
}

/// The body of an HTTP/1.1 message.
///
/// Made by [`input_stream`] of a buffered connection, the [`BodyKind`] that the
/// headers say, and the limits of the server. Read it as any reader; as a
/// `BufRead` it lends the content from the connection's own buffer, also of a
/// chunked body. Use [`LimitedStream`] instead where there is a length and no
/// HTTP.
///
/// # Limits
///
/// [`InputLimits`]: 16 MiB of content unless it says otherwise, inclusive. Of a
/// chunked body the framing is bounded too, by
/// [`ChunkedDecoder`](crate::ChunkedDecoder); its trailers are kept, up to 8 KiB.
///
/// # Errors
///
/// Each comes after all content that is good, and again on every later read:
///
/// | what | kind | holds |
/// |---|---|---|
/// | the body ends early | `UnexpectedEof` | `At<LimitFault>`, `At<ChunkedFault>` |
/// | it is longer than the maximum | `FileTooLarge` | `At<LimitFault>` |
/// | its framing is broken | `InvalidData` | `At<ChunkedFault>` |
/// | its framing is too long | `FileTooLarge` | `At<ChunkedFault>` |
/// | the connection shows less than before | `Other` | |
///
/// The offset of a `ChunkedFault` counts the framing, that of a `LimitFault`
/// does not. Errors of the reader are passed on, and reading may go on after
/// them.
///
/// # End of input
///
/// That of the body, whatever follows it. Of a chunked body the trailers have
/// been read then.
///
/// # Reads past the end
///
/// No. A body that lasts until the connection is closed is looked at one byte
/// past its maximum.
pub struct InputStream<R: BufRead> {
    stream: LimitedStream<Content<R>>,
}

/// What the limit counts.
#[expect(
    clippy::large_enum_variant,
    reason = "a body is read without an allocation"
)]
enum Content<R: BufRead> {
    /// The bytes of the connection.
    Plain(R),
    Chunked(ChunkedReader<R>),
}

impl<R: BufRead> InputStream<R> {
    /// The body of this kind, read from here on.
    ///
    /// # Errors
    ///
    /// [`LimitFault::TooLarge`] if it announces to be longer than allowed. The
    /// reader is dropped, so hand over a `&mut` of it: the connection is still
    /// needed for the answer.
    pub fn new(reader: R, kind: BodyKind, limits: InputLimits) -> Result<Self, At<LimitFault>> {
        let (content, limit) = match limits.framing(kind)? {
            InputFraming::Plain(limit) => (Content::Plain(reader), limit),
            InputFraming::Chunked(limit, decoder) => {
                let reader = ChunkedReader::new(reader, decoder);
                (Content::Chunked(reader), limit)
            }
        };
        let stream = LimitedStream::new(content, limit);
        Ok(Self { stream })
    }

    /// How many bytes of content were handed out.
    #[doc(alias = "tell")]
    pub fn position(&self) -> u64 {
        self.stream.position()
    }

    /// The length that was announced, or the most there may be.
    pub fn limit(&self) -> u64 {
        self.stream.limit()
    }

    /// How many bytes of content may still come. Of a chunked body nobody knows
    /// more than that.
    pub fn remaining(&self) -> u64 {
        self.stream.remaining()
    }

    /// The trailer fields of a chunked body, as pairs of name and value, once it
    /// is read to its end. Never treat them as headers: a client may write
    /// `Content-Length` or `Authorization` here (RFC 9110 section 6.5.1).
    pub fn trailers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let trailers = match self.stream.get_ref() {
            Content::Plain(_) => None,
            Content::Chunked(reader) => reader.is_done().then(|| reader.trailers()),
        };
        trailers.into_iter().flat_map(KeptTrailers::iter)
    }

    /// Whether the next byte of the connection is that of the next message: the
    /// body was read to its end, and has one.
    ///
    /// `false` as long as some of it is unread ([`drain`](Self::drain) it, or
    /// close), after an error, and always for a body that lasts until the
    /// connection is closed.
    pub fn may_reuse_connection(&self) -> bool {
        match self.stream.get_ref() {
            Content::Plain(_) => self.stream.may_reuse_connection(),
            Content::Chunked(reader) => reader.is_done(),
        }
    }

    /// Reads the rest and drops it, as far as the budget goes; see
    /// [`LimitedStream::drain`].
    ///
    /// # Errors
    ///
    /// Those of [the type](Self#errors); `Interrupted` is retried.
    #[doc(alias = "exhaust")]
    pub fn drain(&mut self, budget: Budget) -> io::Result<Drained> {
        let drained = self.stream.drain(budget)?;
        let chunked = matches!(self.stream.get_ref(), Content::Chunked(_));
        match drained {
            // Whether that was all of it only another look can tell.
            Drained::OutOfBytes(bytes) if chunked && self.fill_buf()?.is_empty() => {
                Ok(Drained::All(bytes))
            }
            drained => Ok(drained),
        }
    }

    /// The connection. What was handed out may not be consumed of it yet.
    pub fn get_ref(&self) -> &R {
        match self.stream.get_ref() {
            Content::Plain(reader) => reader,
            Content::Chunked(reader) => reader.get_ref(),
        }
    }

    /// The connection, to set another [pace](crate::PacedReader::set_pace) for
    /// example. Look at it, and read nothing: what is read here is missing from
    /// the body, which then takes what follows it, framing and the next message
    /// too, for content.
    ///
    /// ```
    /// use std::io::{BufRead, Read};
    /// use tidegate_std_io::{BodyKind, InputLimits, input_stream};
    ///
    /// let connection = &b"5\r\nhello\r\n0\r\n\r\n"[..];
    /// let mut body = input_stream(connection, BodyKind::Chunked, InputLimits::new())?;
    /// body.read_exact(&mut [0; 2])?;
    /// assert!(body.get_mut().fill_buf()?.starts_with(b"llo\r\n"));
    /// let mut rest = String::new();
    /// body.read_to_string(&mut rest)?;
    /// assert_eq!(rest, "llo");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn get_mut(&mut self) -> &mut R {
        match self.stream.get_mut() {
            Content::Plain(reader) => reader,
            Content::Chunked(reader) => reader.get_mut(),
        }
    }

    /// The connection. What is unread of the body is still in it, but for the
    /// start of a trailer line that straddles two reads, which is lost; what
    /// follows the body is all there.
    pub fn into_inner(self) -> R {
        match self.stream.into_inner() {
            Content::Plain(reader) => reader,
            Content::Chunked(reader) => reader.into_inner(),
        }
    }
}

impl<R: BufRead> Read for Content<R> {
    #[inline]
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.read(buf),
            Self::Chunked(reader) => reader.read(buf),
        }
    }
}

impl<R: BufRead> BufRead for Content<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(reader) => reader.fill_buf(),
            Self::Chunked(reader) => reader.fill_buf(),
        }
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        match self {
            Self::Plain(reader) => reader.consume(amount),
            Self::Chunked(reader) => reader.consume(amount),
        }
    }
}

impl<R: BufRead> Read for InputStream<R> {
    #[inline]
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buf)
    }
}

impl<R: BufRead> BufRead for InputStream<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.stream.fill_buf()
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.stream.consume(amount);
    }
}

impl<R: BufRead + fmt::Debug> fmt::Debug for InputStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputStream")
            .field("reader", self.get_ref())
            .field("limit", &self.limit())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

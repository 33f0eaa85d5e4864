use super::{Baton, Multipart, Target, copy};
use crate::reader::Room;
use crate::source::{AnySource, Source};
use bytes::Bytes;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::task::{Context, Poll, ready};
use tidegate_core::{At, Decoder, Head, MultipartType, MultipartTypeFault, ParameterValue};

/// A part of a multipart body: its head, and its data.
///
/// It is a reader of the kind that the body's source is: `AsyncBufRead` and
/// `AsyncRead`. Over frames it is a `Stream` of `Bytes` that share those, and a
/// reader of both kinds.
///
/// That of [`Multipart::next_part`] borrows the body, so that only one can be open
/// at a time. That of [`OwnedMultipart`](crate::OwnedMultipart) holds it, and can
/// be moved into another task. What is not read of either is passed over when the
/// next one is asked for.
///
/// ```
/// # #[cfg(feature = "futures-io")]
/// # futures::executor::block_on(async {
/// use futures::AsyncBufReadExt;
/// use tidegate_async_io::futures::Multipart;
///
/// let body = &b"--b\r\nContent-Disposition: form-data; name=\"log\"; filename=\"l\"\r\n\r\n\
///     one\ntwo\r\n--b--"[..];
/// let mut multipart = Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
/// let mut part = multipart.next_part().await?.expect("there is one");
/// let mut first = String::new();
/// part.read_line(&mut first).await?;
/// assert_eq!(first, "one\n");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # End of input
///
/// The reader is at its end where the part is, and only if its delimiter was
/// there: a body that is cut short is an error, as `At<DecodeFault>`.
///
/// # Cancel safety
///
/// What was read of a part with a method that is not cancel-safe, and says so, is
/// lost with its future, and nothing else is: the body goes on to the next part.
pub struct Part<H> {
    held: H,
}

/// What has the body that a part is of: `&mut Multipart`, or a [`Baton`].
///
/// Sealed: it is implemented for these two.
pub trait Holds: Unpin + sealed::Sealed {
    /// Where the body comes from.
    type Source: Source<Self::Kind>;
    /// Of which kind that is.
    type Kind;

    #[doc(hidden)]
    fn body(&self) -> &Multipart<Self::Source, Self::Kind>;

    #[doc(hidden)]
    fn body_mut(&mut self) -> &mut Multipart<Self::Source, Self::Kind>;
}

mod sealed {
    #[expect(unnameable_types, reason = "that is what it is for")]
    pub trait Sealed {}
}

impl<R: Source<K>, K> sealed::Sealed for &mut Multipart<R, K> {}

impl<R: Source<K>, K> Holds for &mut Multipart<R, K> {
    type Source = R;
    type Kind = K;

    #[inline]
    fn body(&self) -> &Multipart<R, K> {
        self
    }

    #[inline]
    fn body_mut(&mut self) -> &mut Multipart<R, K> {
        self
    }
}

impl<R: Source<K>, K> sealed::Sealed for Baton<R, K> {}

impl<R: Source<K>, K> Holds for Baton<R, K> {
    type Source = R;
    type Kind = K;

    #[inline]
    fn body(&self) -> &Multipart<R, K> {
        self.get()
    }

    #[inline]
    fn body_mut(&mut self) -> &mut Multipart<R, K> {
        self.get_mut()
    }
}

impl<H: Holds> Part<H> {
    pub(super) const fn new(held: H) -> Self {
        Self { held }
    }

    /// The head.
    pub fn head(&self) -> Head<'_> {
        let body = self.held.body();
        body.layout.head(&body.head)
    }

    /// The name of the field. A part of a form has one, which may be empty.
    pub fn name(&self) -> Option<ParameterValue<'_>> {
        self.head().name()
    }

    /// The name of the file, as the sender wrote it: never a path to write to.
    pub fn filename(&self) -> Option<ParameterValue<'_>> {
        self.head().filename()
    }

    /// It has a file name, be it an empty one: browsers send that for a field
    /// where no file was chosen.
    pub fn is_file(&self) -> bool {
        self.head().is_file()
    }

    /// The media type, as it was sent.
    pub fn content_type(&self) -> Option<ParameterValue<'_>> {
        self.head().content_type()
    }

    /// Where in the body the reading is, in bytes from its start.
    pub fn position(&self) -> u64 {
        self.held.body().position()
    }

    /// Lets so many more bytes of data come, if that is fewer than otherwise. The
    /// byte behind them is [`DecodeFault::PartTooLong`](tidegate_core::DecodeFault).
    pub fn limit(&mut self, max: u64) {
        self.held.body_mut().limit_part(max);
    }

    /// The next data of the part, `None` at its end: of a frame what is there of
    /// it, shared and not copied; of another source a copy of its buffer.
    ///
    /// # Errors
    ///
    /// Those of [the body](Multipart#errors).
    ///
    /// # Cancel safety
    ///
    /// Nothing is taken before it is handed out.
    pub async fn next_data(&mut self) -> Option<io::Result<Bytes>> {
        poll_fn(|cx| self.poll_data(cx)).await
    }

    /// The rest of the data, of which there may be `max` bytes. Those that lie in
    /// one frame share it.
    ///
    /// # Errors
    ///
    /// If there are more, and those of [the body](Multipart#errors).
    ///
    /// # Cancel safety
    ///
    /// It is not: what was read of the part is lost with the future.
    pub async fn bytes(mut self, max: u64) -> io::Result<Bytes> {
        self.limit(max);
        let first = self.next_data().await.unwrap_or_else(|| Ok(Bytes::new()))?;
        let mut all = Vec::new();
        poll_fn(|cx| self.poll_rest(cx, &first, &mut all)).await?;
        let all = match all.is_empty() {
            true => first,
            false => all.into(),
        };
        #[cfg(feature = "encoding_rs")]
        self.held.body_mut().heed(&all);
        Ok(all)
    }

    /// The rest of the data as text in UTF-8, of which there may be `max` bytes. For
    /// what says that it is in another charset there is `decoded_text`, with the
    /// feature `encoding_rs`.
    ///
    /// # Errors
    ///
    /// `InvalidData` with a `FromUtf8Error` if it is something else; the rest as
    /// [`bytes`](Self::bytes).
    ///
    /// # Cancel safety
    ///
    /// As [`bytes`](Self::bytes).
    pub async fn text(self, max: u64) -> io::Result<String> {
        String::from_utf8(self.bytes(max).await?.into())
            .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
    }

    /// The rest of the data as text, of which there may be `max` bytes before it is
    /// decoded: three times as many come out at most.
    ///
    /// The rules are those of the blocking
    /// [`decoded_text`](tidegate_std_io::Part::decoded_text): the charset is what the
    /// Content-Type of the part says, or else what a field named `_charset_` said
    /// that was read before as a whole, or else UTF-8.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")]
    /// # futures::executor::block_on(async {
    /// use tidegate_async_io::tokio::Multipart;
    ///
    /// let body = &b"--b\r\nContent-Disposition: form-data; name=\"price\"\r\n\
    ///     Content-Type: text/plain; charset=windows-1252\r\n\r\n\
    ///     10 \x80\r\n--b--"[..];
    /// let mut form = Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
    /// let price = form.next_part().await?.expect("there is one");
    /// assert_eq!(price.decoded_text(100).await?, "10 €");
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// `At<CharsetFault>` for a label that nobody knows, and for data that are none in
    /// their charset; `At<ParameterFault>` for a Content-Type that cannot be taken
    /// apart. The rest as [`bytes`](Self::bytes).
    ///
    /// # Cancel safety
    ///
    /// As [`bytes`](Self::bytes).
    #[cfg(feature = "encoding_rs")]
    pub async fn decoded_text(self, max: u64) -> io::Result<String> {
        let charset = self.held.body().charset;
        let charset = charset.of_part(&self.head(), self.position())?;
        charset.decode(self.bytes(max).await?)
    }

    /// Writes the rest of the data straight from the source's buffer, flushes, and
    /// says how much that was. The writer is one of the kind that the source is;
    /// over frames, one of tokio.
    ///
    /// # Errors
    ///
    /// Those of the writer, and of [the body](Multipart#errors).
    ///
    /// # Cancel safety
    ///
    /// What was written is taken, and nothing else: a later call goes on behind it,
    /// and counts what it writes itself.
    pub async fn copy_to<W: Target<H::Kind> + ?Sized>(
        &mut self,
        writer: &mut W,
    ) -> io::Result<u64> {
        copy::copy(self, writer).await
    }

    /// The parts of the multipart body that this one is (RFC 2046 section 5.1), with
    /// the same limits. They are counted anew, so those of this body multiply.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")]
    /// # futures::executor::block_on(async {
    /// use tidegate_async_io::tokio::Multipart;
    ///
    /// let body = &b"--a\r\nContent-Disposition: form-data; name=\"files\"\r\n\
    ///     Content-Type: multipart/mixed; boundary=b\r\n\r\n\
    ///     --b\r\nContent-Disposition: file; filename=\"f\"\r\n\r\ndata\r\n--b--\r\n\
    ///     --a--"[..];
    /// let form = Multipart::for_type(body, b"multipart/form-data; boundary=a")?;
    /// let mut form = form.max_depth(1);
    /// let mut files = form.next_part().await?.expect("there is one").nested()?;
    /// let file = files.next_part().await?.expect("there is one");
    /// assert_eq!(file.filename().unwrap(), "f");
    /// assert_eq!(file.text(100).await?, "data");
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeFault::TooDeep`](tidegate_core::DecodeFault) if no body may lie this
    /// deep, see [`Multipart::max_depth`]; and a [`MultipartTypeFault`] if it is
    /// none. The offset of a fault within counts from where the reading of this part
    /// is.
    pub fn nested(self) -> io::Result<Multipart<Self, H::Kind>>
    where
        Self: Source<H::Kind>,
    {
        let decoder = self.nested_decoder()?;
        Ok(Multipart::new(self, decoder))
    }

    /// The same with one type for all depths, for a function that calls itself.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn nested_dyn(&mut self) -> io::Result<Multipart<AnySource<'_, H::Kind>, H::Kind>>
    where
        Self: Source<H::Kind> + Send,
    {
        let decoder = self.nested_decoder()?;
        Ok(Multipart::new(AnySource::new(self), decoder))
    }

    fn nested_decoder(&self) -> io::Result<Decoder> {
        let Some(content_type) = self.content_type() else {
            let fault = MultipartTypeFault::NotMultipart;
            return Err(At { offset: 0, fault }.into());
        };
        let multipart = MultipartType::parse(content_type.as_raw())?;
        let nested = self.held.body().drive.machine().nested(&multipart);
        let offset = self.position();
        Ok(nested.map_err(|fault| At { offset, fault })?)
    }

    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let data = loop {
            match ready!(self.poll_window(cx)) {
                Ok(data) => break data,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        };
        let len = data.len();
        if len == 0 {
            return Poll::Ready(None);
        }
        if let Some(shared) = self.split_data(len) {
            return Poll::Ready(Some(Ok(shared)));
        }
        // There is no frame to share.
        let copied = ready!(self.poll_window(cx)).map(Bytes::copy_from_slice);
        if let Ok(data) = &copied {
            self.take(data.len());
        }
        Poll::Ready(Some(copied))
    }

    /// Collects what follows the first data, and those with it, if there is more.
    fn poll_rest(
        &mut self,
        cx: &mut Context<'_>,
        first: &[u8],
        all: &mut Vec<u8>,
    ) -> Poll<io::Result<()>> {
        loop {
            let data = match ready!(self.poll_window(cx)) {
                Ok([]) => return Poll::Ready(Ok(())),
                Ok(data) => data,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Poll::Ready(Err(error)),
            };
            if all.is_empty() {
                all.extend_from_slice(first);
            }
            all.extend_from_slice(data);
            let len = data.len();
            self.take(len);
        }
    }

    pub(crate) fn split_data(&mut self, len: usize) -> Option<Bytes> {
        self.held.body_mut().split(len)
    }

    pub(crate) fn share_data(&self, start: usize, len: usize) -> Option<Bytes> {
        self.held.body().share(start, len)
    }
}

impl<H: Holds> Room for Part<H> {
    #[inline]
    fn poll_window(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.held.body_mut().poll_data(cx)
    }

    #[inline]
    fn take(&mut self, amount: usize) {
        self.held.body_mut().consume(amount);
    }
}

impl<H: Holds> fmt::Debug for Part<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

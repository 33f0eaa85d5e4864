use super::Multipart;
use crate::multipart::write::retried;
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use tidegate_core::{At, Decoder, Head, MultipartType, MultipartTypeFault, ParameterValue};

/// A part of a multipart body: its head, and its data as a reader.
///
/// It borrows the body, so that only one can be open at a time. What is not read
/// of it is passed over when the next one is asked for.
///
/// ```compile_fail,E0499
/// # let body = &b""[..];
/// # let mut multipart =
/// #     tidegate_std_io::Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
/// let first = multipart.next_part()?;
/// let second = multipart.next_part()?; // two are open at once
/// drop(first);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// ```
/// use std::io::BufRead;
/// use tidegate_std_io::Multipart;
///
/// let body = &b"--b\r\nContent-Disposition: form-data; name=\"log\"; filename=\"l\"\r\n\r\n\
///     one\ntwo\r\n--b--"[..];
/// let mut multipart = Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
/// let part = multipart.next_part()?.expect("there is one");
/// assert_eq!(part.lines().count(), 2);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # End of input
///
/// The reader is at its end where the part is, and only if its delimiter was
/// there: a body that is cut short is an error, as `At<DecodeFault>`.
pub struct Part<'m, R: BufRead> {
    pub(super) multipart: &'m mut Multipart<R>,
}

impl<'m, R: BufRead> Part<'m, R> {
    pub(super) fn new(multipart: &'m mut Multipart<R>) -> Self {
        Self { multipart }
    }

    /// The head.
    pub fn head(&self) -> Head<'_> {
        self.multipart.layout().head(self.multipart.head())
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
        self.multipart.position()
    }

    /// Lets so many more bytes of data come, if that is fewer than otherwise. The
    /// byte behind them is [`DecodeFault::PartTooLong`](tidegate_core::DecodeFault).
    pub fn limit(&mut self, max: u64) {
        self.multipart.limit_part(max);
    }

    /// The rest of the data, of which there may be `max` bytes.
    ///
    /// # Errors
    ///
    /// If there are more, and those of [the body](Multipart#errors). What was read
    /// until then is lost, also where the reader may go on: use
    /// [`copy_to`](Self::copy_to) with one that is not blocking.
    pub fn bytes(mut self, max: u64) -> io::Result<Vec<u8>> {
        self.limit(max);
        let mut bytes = Vec::new();
        self.copy_to(&mut bytes)?;
        #[cfg(feature = "encoding_rs")]
        self.heed(&bytes);
        Ok(bytes)
    }

    /// The rest of the data as text in UTF-8, of which there may be `max` bytes. For
    /// what says that it is in another charset there is `decoded_text`, with the
    /// feature `encoding_rs`.
    ///
    /// # Errors
    ///
    /// `InvalidData` with a `FromUtf8Error` if it is something else; the rest as
    /// [`bytes`](Self::bytes).
    pub fn text(self, max: u64) -> io::Result<String> {
        String::from_utf8(self.bytes(max)?)
            .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
    }

    /// Writes the rest of the data straight from the reader's buffer, and says how
    /// much that was.
    ///
    /// # Errors
    ///
    /// Those of the writer, and of [the body](Multipart#errors). What the writer took
    /// is consumed, so that it is not written again where the writer may go on, as
    /// after `WouldBlock`: call it again.
    pub fn copy_to(&mut self, writer: &mut (impl Write + ?Sized)) -> io::Result<u64> {
        let mut copied = 0;
        loop {
            let data = match self.fill_buf() {
                Ok([]) => return Ok(copied),
                Ok(data) => data,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let written = retried(data.len(), || writer.write(data))?;
            copied += written as u64;
            self.consume(written);
        }
    }

    /// Hands the rest of the data to `see`, piece by piece, and says how much that
    /// was.
    #[cfg(feature = "form-data")]
    pub(in crate::multipart) fn visit(
        &mut self,
        mut see: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<u64> {
        let mut seen = 0;
        loop {
            let data = match self.fill_buf() {
                Ok(data) => data,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if data.is_empty() {
                return Ok(seen);
            }
            see(data)?;
            let len = data.len();
            seen += len as u64;
            self.consume(len);
        }
    }

    /// The parts of the multipart body that this one is (RFC 2046 section 5.1), with
    /// the same limits. They are counted anew, so those of this body multiply.
    ///
    /// ```
    /// use tidegate_std_io::Multipart;
    ///
    /// let body = &b"--a\r\nContent-Disposition: form-data; name=\"files\"\r\n\
    ///     Content-Type: multipart/mixed; boundary=b\r\n\r\n\
    ///     --b\r\nContent-Disposition: file; filename=\"f\"\r\n\r\ndata\r\n--b--\r\n\
    ///     --a--"[..];
    /// let form = Multipart::for_type(body, b"multipart/form-data; boundary=a")?;
    /// let mut form = form.max_depth(1);
    /// let mut files = form.next_part()?.expect("there is one").nested()?;
    /// let file = files.next_part()?.expect("there is one");
    /// assert_eq!(file.filename().unwrap(), "f");
    /// assert_eq!(file.text(100)?, "data");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeFault::TooDeep`](tidegate_core::DecodeFault) if no body may lie this
    /// deep, see [`Multipart::max_depth`]; and a [`MultipartTypeFault`] if it is
    /// none. The offset of a fault within counts from where the reading of this part
    /// is.
    pub fn nested(self) -> io::Result<Multipart<Self>> {
        let decoder = self.nested_decoder()?;
        Ok(Multipart::new(self, decoder))
    }

    /// The same with one type for all depths, for a function that calls itself.
    ///
    /// ```
    /// use std::io::{self, BufRead};
    /// use tidegate_std_io::Multipart;
    ///
    /// fn count<R: BufRead>(multipart: &mut Multipart<R>) -> io::Result<usize> {
    ///     let mut files = 0;
    ///     while let Some(mut part) = multipart.next_part()? {
    ///         let content_type = part.content_type();
    ///         files += match content_type.is_some_and(|it| it.as_raw().starts_with(b"multipart/")) {
    ///             true => count(&mut part.nested_dyn()?)?,
    ///             false => 1,
    ///         };
    ///     }
    ///     Ok(files)
    /// }
    /// # let body = &b"--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
    /// #     --b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\n--a--"[..];
    /// # let mixed = Multipart::for_type(body, b"multipart/mixed; boundary=a")?;
    /// # assert_eq!(count(&mut mixed.max_depth(1))?, 2);
    /// # Ok::<(), io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As there.
    pub fn nested_dyn(&mut self) -> io::Result<Multipart<&mut dyn BufRead>> {
        let decoder = self.nested_decoder()?;
        Ok(Multipart::new(self, decoder))
    }

    fn nested_decoder(&self) -> io::Result<Decoder> {
        let Some(content_type) = self.content_type() else {
            let fault = MultipartTypeFault::NotMultipart;
            return Err(At { offset: 0, fault }.into());
        };
        let multipart = MultipartType::parse(content_type.as_raw())?;
        let nested = self.multipart.decoder().nested(&multipart);
        let offset = self.position();
        Ok(nested.map_err(|fault| At { offset, fault })?)
    }
}

impl<R: BufRead> Read for Part<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buf)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Part<'_, R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.multipart.data()
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.multipart.consume(amount);
    }
}

impl<R: BufRead> fmt::Debug for Part<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

use super::Multipart;
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use tidegate_core::{At, Decoder, Head, MultipartType, MultipartTypeFault, ParameterValue};

/// A part of a multipart body: its head, and its data as a reader.
///
/// It borrows the body, so that only one can be open at a time. What is not read
/// of it is passed over when the next one is asked for.
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
    multipart: &'m mut Multipart<R>,
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
    /// If there are more, and those of [the body](Multipart#errors).
    pub fn bytes(mut self, max: u64) -> io::Result<Vec<u8>> {
        self.limit(max);
        let mut bytes = Vec::new();
        self.copy_to(&mut bytes)?;
        Ok(bytes)
    }

    /// The rest of the data as text in UTF-8, of which there may be `max` bytes.
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
    /// Those of the writer, and of [the body](Multipart#errors).
    pub fn copy_to(&mut self, writer: &mut (impl Write + ?Sized)) -> io::Result<u64> {
        let mut copied = 0;
        loop {
            let data = self.fill_buf()?;
            if data.is_empty() {
                return Ok(copied);
            }
            writer.write_all(data)?;
            let len = data.len();
            copied += len as u64;
            self.consume(len);
        }
    }

    /// The parts of the multipart body that this one is (RFC 2046 section 5.1).
    /// Its limits are counted anew, so those of this body multiply.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if nothing may lie within this body, see
    /// [`Multipart::max_depth`]; and a [`MultipartTypeFault`] if it is none.
    pub fn nested(self) -> io::Result<Multipart<Self>> {
        let Some(depth) = self.multipart.depth().checked_sub(1) else {
            let kind = ErrorKind::InvalidInput;
            return Err(io::Error::new(kind, "multipart bodies are nested too deep"));
        };
        let decoder = match self.content_type() {
            Some(content_type) => Decoder::for_type(&MultipartType::parse(content_type.as_raw())?),
            None => {
                let fault = MultipartTypeFault::NotMultipart;
                return Err(At { offset: 0, fault }.into());
            }
        };
        Ok(Multipart::new(self, decoder).max_depth(depth))
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

#[cfg(feature = "encoding_rs")]
mod charset;
mod part;

#[cfg(feature = "encoding_rs")]
pub use charset::{CharsetFault, FormCharset, TextCharset};
pub use part::Part;

use crate::drive::Drive;
use std::fmt;
use std::io::{self, BufRead};
use tidegate_core::{At, Decoded, Decoder, HeadLayout, MultipartType, MultipartTypeFault, Unread};

/// The parts of a multipart body, one after the other, as they arrive.
///
/// Nothing is kept but the head of the part being read: data are lent from the
/// reader's own buffer. For a whole form in memory and on disk, in whatever order
/// its fields come, collect them; without a reader use
/// [`Decoder`] itself.
///
/// ```
/// use tidegate_std_io::Multipart;
///
/// let body = &b"--b\r\n\
///     Content-Disposition: form-data; name=\"title\"\r\n\r\n\
///     Tide\r\n--b\r\n\
///     Content-Disposition: form-data; name=\"photo\"; filename=\"gate.jpg\"\r\n\
///     Content-Type: image/jpeg\r\n\r\n\
///     ...\r\n--b--\r\n"[..];
/// let mut multipart = Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
/// let mut file = Vec::new();
/// while let Some(mut part) = multipart.next_part()? {
///     if part.is_file() {
///         assert_eq!(part.content_type().unwrap(), "image/jpeg");
///         part.copy_to(&mut file)?;
///     } else if part.name().unwrap() == "title" {
///         assert_eq!(part.text(1024)?, "Tide");
///     }
/// }
/// assert_eq!(file, b"...");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// Those of the [`Decoder`](Decoder#limits), which [`new`](Self::new) takes with
/// other ones. How long the body is as a whole is for a
/// [`LimitedStream`](crate::LimitedStream) under it. Memory: the longest head
/// twice, whatever is sent.
///
/// # Errors
///
/// A fault of the body, as `At<DecodeFault>` within the `io::Error`, sticks: no
/// call says after it that the body or a part is over. What was handed out before
/// stays good. Errors of the reader are passed on; `Interrupted` is retried,
/// and behind `WouldBlock` and `TimedOut` it goes on where it was.
///
/// # End of input
///
/// [`next_part`](Self::next_part) says `None` once the body is read to its end:
/// that of the reader, since what follows the last delimiter is a part of the body
/// (the epilogue). So a body on a connection must be limited to its length.
pub struct Multipart<R: BufRead> {
    drive: Drive<R, Decoder>,
    /// The bytes of the head of the part being read, and what is where in them.
    head: Vec<u8>,
    layout: HeadLayout,
    unread: Unread,
    behind: Behind,
    #[cfg(feature = "encoding_rs")]
    charset: FormCharset,
}

/// What is behind the data that were found.
#[derive(Clone, Copy, Debug)]
enum Behind {
    /// It must be looked for.
    Unknown,
    /// It was looked for, and the reader failed: a look at it that comes to
    /// nothing may be all that it lets through until it fails again.
    Sought,
    /// The end of the part.
    End,
}

impl<R: BufRead> Multipart<R> {
    /// Reads a body with the boundary and the limits of the decoder.
    pub fn new(reader: R, decoder: Decoder) -> Self {
        Self {
            drive: Drive::new(reader, decoder),
            head: Vec::new(),
            layout: HeadLayout::default(),
            unread: Unread::NONE,
            behind: Behind::End,
            #[cfg(feature = "encoding_rs")]
            charset: FormCharset::default(),
        }
    }

    /// Reads a body with this Content-Type, of whichever kind of multipart.
    ///
    /// # Errors
    ///
    /// [`MultipartTypeFault`], if it is of another type or has no boundary that
    /// is one.
    pub fn for_type(reader: R, content_type: &[u8]) -> Result<Self, At<MultipartTypeFault>> {
        let multipart = MultipartType::parse(content_type)?;
        Ok(Self::new(reader, Decoder::for_type(&multipart)))
    }

    /// How many bodies may lie within this one, one in the other; see
    /// [`Part::nested`]. None, if this is not said.
    #[must_use]
    pub fn max_depth(mut self, max: usize) -> Self {
        let decoder = self.drive.machine_mut();
        *decoder = decoder.clone().max_depth(max);
        self
    }

    /// Goes on to the next part, past what was not read of the one before.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    pub fn next_part(&mut self) -> io::Result<Option<Part<'_, R>>> {
        self.pass()?;
        (self.unread, self.behind) = (Unread::NONE, Behind::End);
        let Self {
            drive,
            head: bytes,
            layout,
            ..
        } = self;
        loop {
            let taken = drive.take(|token| match token {
                Decoded::Head(head) => {
                    *layout = head.layout();
                    bytes.clear();
                    bytes.extend_from_slice(head.as_bytes());
                    true
                }
                _ => false,
            })?;
            match taken {
                Some((true, _)) => break,
                Some((false, _)) => {}
                None => return Ok(None),
            }
        }
        self.behind = Behind::Unknown;
        Ok(Some(Part::new(self)))
    }

    /// The reader. It is where the reading is.
    pub fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    /// The reader. What is read from it is missing here.
    pub fn get_mut(&mut self) -> &mut R {
        // If it fails, they are passed over later.
        let _ = self.pass();
        self.drive.reader_mut()
    }

    /// The reader, where the reading is. Data of a part that were not read are
    /// still in it, unless they straddled two reads.
    pub fn into_inner(self) -> R {
        self.drive.into_parts().0
    }

    /// Nobody can read the data any more that lie in the reader: the machine has
    /// seen them, and goes on behind them.
    fn pass(&mut self) -> io::Result<()> {
        if !self.unread.is_empty() && !self.unread.is_carried() {
            self.drive.skip(self.unread.len())?;
            self.unread = Unread::NONE;
        }
        Ok(())
    }

    pub(super) fn layout(&self) -> HeadLayout {
        self.layout
    }

    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    pub(super) fn decoder(&self) -> &Decoder {
        self.drive.machine()
    }

    pub(super) fn limit_part(&mut self, max: u64) {
        self.unread.limit(self.drive.machine_mut(), max);
    }

    pub(super) fn position(&self) -> u64 {
        self.drive.machine().position() - self.unread.len() as u64
    }

    /// Data of the part, or nothing at its end.
    #[inline]
    pub(super) fn data(&mut self) -> io::Result<&[u8]> {
        if self.unread.is_empty() {
            match self.behind {
                Behind::Unknown => self.find_data()?,
                Behind::Sought => self.find_data_slowly()?,
                Behind::End => {}
            }
        }
        match self.unread.is_carried() {
            true => Ok(self.unread.of(self.drive.carried())),
            false => self.drive.front(self.unread.len()),
        }
    }

    #[inline]
    pub(super) fn consume(&mut self, amount: usize) {
        self.unread.consume(amount);
        if !self.unread.is_carried() {
            self.drive.owe(amount);
        }
    }

    #[inline]
    fn find_data(&mut self) -> io::Result<()> {
        match self.drive.take_in_place(data_len) {
            Some(Some(len)) => {
                self.drive.keep(len);
                self.unread = Unread::in_front(len);
            }
            Some(None) => self.end_part(),
            None => self.find_data_slowly()?,
        }
        Ok(())
    }

    #[inline(never)]
    fn find_data_slowly(&mut self) -> io::Result<()> {
        self.behind = Behind::Sought;
        match self.drive.take(data_len)? {
            Some((Some(len), is_front)) => {
                self.behind = Behind::Unknown;
                self.unread = match is_front {
                    true => Unread::in_front(len),
                    false => Unread::carried(len),
                };
                if is_front {
                    self.drive.keep(len);
                }
            }
            Some((None, _)) | None => self.end_part(),
        }
        Ok(())
    }

    const fn end_part(&mut self) {
        (self.unread, self.behind) = (Unread::NONE, Behind::End);
    }
}

/// How many bytes of data there are, or that the part is over. Within a part
/// nothing else comes.
fn data_len(token: Decoded<'_>) -> Option<usize> {
    match token {
        Decoded::Data(data) => Some(data.len()),
        _ => None,
    }
}

impl<R: BufRead + fmt::Debug> fmt::Debug for Multipart<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multipart")
            .field("reader", self.get_ref())
            .field("decoder", self.drive.machine())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "encoding_rs")]
mod charset;
mod part;

#[cfg(feature = "encoding_rs")]
pub use charset::CharsetFault;
pub use part::Part;

use crate::drive::Drive;
use std::fmt;
use std::io::{self, BufRead};
use tidegate_core::{At, Decoded, Decoder, HeadLayout, MultipartType, MultipartTypeFault};

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
    here: Here,
    #[cfg(feature = "encoding_rs")]
    charset: charset::FormCharset,
}

/// Where the data are that come next.
#[derive(Clone, Copy, Debug)]
enum Here {
    /// They must be looked for.
    Unknown,
    /// They were looked for, and the reader failed: a look at it that comes to
    /// nothing may be all that it lets through until it fails again.
    Sought,
    /// So many of them are at the front of the reader.
    Reader(usize),
    /// In the carry, from `start` to `end`; `start < end`.
    Carry { start: usize, end: usize },
    /// There are none: the part is over.
    Over,
}

impl<R: BufRead> Multipart<R> {
    /// Reads a body with the boundary and the limits of the decoder.
    pub fn new(reader: R, decoder: Decoder) -> Self {
        Self {
            drive: Drive::new(reader, decoder),
            head: Vec::new(),
            layout: HeadLayout::default(),
            here: Here::Over,
            #[cfg(feature = "encoding_rs")]
            charset: charset::FormCharset::default(),
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
        self.here = Here::Over;
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
        self.here = Here::Unknown;
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
        if let Here::Reader(len) = self.here {
            self.drive.skip(len)?;
            self.here = Here::Unknown;
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
        let unread = self.unread();
        let machine = self.drive.machine_mut();
        let allowed = machine.limit_part_behind(unread, max);
        self.here = match self.here {
            Here::Reader(_) | Here::Carry { .. } if allowed == 0 => Here::Unknown,
            Here::Reader(_) => Here::Reader(allowed),
            Here::Carry { start, .. } => Here::Carry {
                start,
                end: start + allowed,
            },
            here @ (Here::Unknown | Here::Sought | Here::Over) => here,
        };
    }

    pub(super) fn position(&self) -> u64 {
        self.drive.machine().position() - self.unread() as u64
    }

    /// How many bytes of data were found and are not consumed.
    const fn unread(&self) -> usize {
        match self.here {
            Here::Reader(len) => len,
            Here::Carry { start, end } => end - start,
            Here::Unknown | Here::Sought | Here::Over => 0,
        }
    }

    /// Data of the part, or nothing at its end.
    #[inline]
    pub(super) fn data(&mut self) -> io::Result<&[u8]> {
        match self.here {
            Here::Unknown => self.find_data()?,
            Here::Sought => self.find_data_slowly()?,
            _ => {}
        }
        match self.here {
            Here::Reader(len) => self.drive.front(len),
            Here::Carry { start, end } => Ok(&self.drive.carried()[start..end]),
            Here::Unknown | Here::Sought | Here::Over => Ok(&[]),
        }
    }

    #[inline]
    pub(super) fn consume(&mut self, amount: usize) {
        if amount == 0 {
            return;
        }
        #[expect(clippy::expect_used, reason = "a broken contract of the caller")]
        let left = self
            .unread()
            .checked_sub(amount)
            .expect("no more is consumed than was shown");
        if let Here::Reader(_) = self.here {
            self.drive.owe(amount);
        }
        self.here = match self.here {
            _ if left == 0 => Here::Unknown,
            Here::Carry { end, .. } => Here::Carry {
                start: end - left,
                end,
            },
            _ => Here::Reader(left),
        };
    }

    #[inline]
    fn find_data(&mut self) -> io::Result<()> {
        match self.drive.take_in_place(data_len) {
            Some(Some(len)) => {
                self.drive.keep(len);
                self.here = Here::Reader(len);
            }
            Some(None) => self.here = Here::Over,
            None => self.find_data_slowly()?,
        }
        Ok(())
    }

    #[inline(never)]
    fn find_data_slowly(&mut self) -> io::Result<()> {
        self.here = Here::Sought;
        self.here = match self.drive.take(data_len)? {
            Some((Some(len), true)) => {
                self.drive.keep(len);
                Here::Reader(len)
            }
            Some((Some(len), false)) => Here::Carry { start: 0, end: len },
            Some((None, _)) | None => Here::Over,
        };
        Ok(())
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

mod part;

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
    /// How many bodies may lie within this one.
    depth: usize,
}

/// Where the data are that come next.
#[derive(Clone, Copy, Debug)]
enum Here {
    /// They must be looked for.
    Unknown,
    /// So many of them are at the front of the reader.
    Reader(usize),
    /// In the carry, behind so many that were read.
    Carry(usize),
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
            depth: 0,
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
    pub const fn max_depth(mut self, max: usize) -> Self {
        self.depth = max;
        self
    }

    /// Goes on to the next part, past what was not read of the one before.
    ///
    /// # Errors
    ///
    /// See [the type](Self#errors).
    pub fn next_part(&mut self) -> io::Result<Option<Part<'_, R>>> {
        self.settle();
        loop {
            match self.drive.next() {
                Some(Ok(Decoded::Head(head))) => {
                    self.layout = head.layout();
                    self.head.clear();
                    self.head.extend_from_slice(head.as_bytes());
                    self.here = Here::Unknown;
                    return Ok(Some(Part::new(self)));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(None),
            }
        }
    }

    /// The reader. It is where the reading is.
    pub fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    /// The reader. What is read from it is missing here.
    pub fn get_mut(&mut self) -> &mut R {
        self.settle();
        self.drive.reader_mut()
    }

    /// The reader, with all that was handed out consumed.
    pub fn into_inner(mut self) -> R {
        self.settle();
        self.drive.into_parts().0
    }

    /// Data that lie in the reader are done with.
    fn settle(&mut self) {
        if let Here::Reader(len) = self.here {
            self.here = Here::Unknown;
            self.drive.owe(len);
        }
    }

    pub(super) fn layout(&self) -> HeadLayout {
        self.layout
    }

    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn limit_part(&mut self, max: u64) {
        // What lies here is allowed already.
        let left = max.saturating_sub(self.unread());
        self.drive.machine_mut().limit_part(left);
    }

    pub(super) fn position(&self) -> u64 {
        self.drive.machine().position() - self.unread()
    }

    /// How many bytes of data were found and are not consumed.
    fn unread(&self) -> u64 {
        match self.here {
            Here::Reader(len) => len as u64,
            Here::Carry(read) => (self.drive.carried().len() - read) as u64,
            Here::Unknown | Here::Over => 0,
        }
    }

    /// Data of the part, or nothing at its end.
    #[inline]
    pub(super) fn data(&mut self) -> io::Result<&[u8]> {
        if let Here::Unknown = self.here {
            self.find_data()?;
        }
        match self.here {
            Here::Reader(len) => self.drive.front(len),
            Here::Carry(read) => Ok(&self.drive.carried()[read..]),
            Here::Unknown | Here::Over => Ok(&[]),
        }
    }

    #[inline]
    pub(super) fn consume(&mut self, amount: usize) {
        if amount == 0 {
            return;
        }
        let (here, left) = match self.here {
            Here::Reader(len) => {
                self.drive.owe(amount.min(len));
                (
                    Here::Reader(len.wrapping_sub(amount)),
                    len.checked_sub(amount),
                )
            }
            Here::Carry(read) => {
                let here = self.drive.carried().len() - read;
                (Here::Carry(read + amount), here.checked_sub(amount))
            }
            Here::Unknown | Here::Over => (self.here, None),
        };
        #[expect(clippy::expect_used, reason = "a broken contract of the caller")]
        let left = left.expect("no more is consumed than was shown");
        self.here = if left == 0 { Here::Unknown } else { here };
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
        let len = match self.drive.next() {
            Some(token) => data_len(token?),
            None => None,
        };
        self.here = match len {
            Some(_) if !self.drive.carried().is_empty() => Here::Carry(0),
            Some(len) => {
                self.drive.keep(len);
                Here::Reader(len)
            }
            None => Here::Over,
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

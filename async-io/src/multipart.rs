//! Multipart bodies on their way in.

mod baton;
mod copy;
mod form;
#[cfg(all(feature = "form-data", any(feature = "tokio-fs", feature = "smol-fs")))]
mod form_data;
mod part;

pub use baton::{Baton, OwnedMultipart};
pub use copy::Target;
pub use form::{Form, FormBody, PartBody, random_boundary};
#[cfg(all(feature = "form-data", any(feature = "tokio-fs", feature = "smol-fs")))]
pub use form_data::{FormData, FormEntry, FormOptions, FormReader, FormSink, FormSource};
pub use part::{Holds, Part};

use crate::drive::Drive;
use crate::source::Source;
use bytes::Bytes;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, Waker, ready};
use tidegate_core::{At, Decoded, Decoder, HeadLayout, MultipartType, MultipartTypeFault, Unread};

/// The parts of a multipart body, one after the other, as they arrive.
///
/// Nothing is kept but the head of the part being read: data are lent from the
/// source's own buffer, and shared with its frames where it has some. Parts that
/// go to other tasks are those of [`into_owned`](Self::into_owned). A whole form, in
/// whatever order its fields come, is `FormData`, with the feature `form-data`.
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # futures::executor::block_on(async {
/// use tidegate_async_io::tokio::Multipart;
///
/// let body = &b"--b\r\n\
///     Content-Disposition: form-data; name=\"title\"\r\n\r\n\
///     Tide\r\n--b\r\n\
///     Content-Disposition: form-data; name=\"photo\"; filename=\"gate.jpg\"\r\n\
///     Content-Type: image/jpeg\r\n\r\n\
///     ...\r\n--b--\r\n"[..];
/// let mut multipart = Multipart::for_type(body, b"multipart/form-data; boundary=b")?;
/// let mut file = Vec::new();
/// while let Some(mut part) = multipart.next_part().await? {
///     if part.is_file() {
///         assert_eq!(part.content_type().unwrap(), "image/jpeg");
///         part.copy_to(&mut file).await?;
///     } else if part.name().unwrap() == "title" {
///         assert_eq!(part.text(1024).await?, "Tide");
///     }
/// }
/// assert_eq!(file, b"...");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
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
/// stays good. Errors of the source are passed on; `Interrupted` is retried, and
/// behind `WouldBlock` and `TimedOut` it goes on where it was.
///
/// # End of input
///
/// [`next_part`](Self::next_part) says `None` once the body is read to its end:
/// that of the source, since what follows the last delimiter is a part of the body
/// (the epilogue). So a body on a connection must be limited to its length.
///
/// # Cancel safety
///
/// Each method says it for itself. What was found so far is here, and not in the
/// future, so that nothing of the body is lost, whichever is dropped.
pub struct Multipart<R: Source<K>, K> {
    drive: Drive<R, K, Decoder>,
    /// The bytes of the head of the part being read, and what is where in them.
    head: Vec<u8>,
    layout: HeadLayout,
    unread: Unread,
    behind: Behind,
    /// The last data that straddled two frames and were more than [`BEGINNING`].
    straddling: Bytes,
    #[cfg(feature = "encoding_rs")]
    charset: tidegate_std_io::FormCharset,
}

/// Data that straddle two frames look like a delimiter, and most only so far: they
/// take no memory of their own.
const BEGINNING: &[u8] = b"\r\n--";

/// What is behind the data that were found.
#[derive(Clone, Copy, Debug)]
enum Behind {
    /// It must be looked for.
    Unknown,
    /// The end of the part.
    End,
}

impl<R: Source<K>, K> Multipart<R, K> {
    /// Reads a body with the boundary and the limits of the decoder.
    pub fn new(source: R, decoder: Decoder) -> Self {
        Self {
            drive: Drive::new(source, decoder),
            head: Vec::new(),
            layout: HeadLayout::default(),
            unread: Unread::NONE,
            behind: Behind::End,
            straddling: Bytes::new(),
            #[cfg(feature = "encoding_rs")]
            charset: tidegate_std_io::FormCharset::default(),
        }
    }

    /// Reads a body with this Content-Type, of whichever kind of multipart.
    ///
    /// # Errors
    ///
    /// [`MultipartTypeFault`], if it is of another type or has no boundary that
    /// is one.
    pub fn for_type(source: R, content_type: &[u8]) -> Result<Self, At<MultipartTypeFault>> {
        let multipart = MultipartType::parse(content_type)?;
        Ok(Self::new(source, Decoder::for_type(&multipart)))
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
    ///
    /// # Cancel safety
    ///
    /// A later call finds the part that this one would have found.
    pub async fn next_part(&mut self) -> io::Result<Option<Part<&mut Self>>> {
        let found = poll_fn(|cx| self.poll_next_part(cx)).await?;
        Ok(found.then(|| Part::new(self)))
    }

    /// The same with parts that own what they need, so that they can be moved into
    /// another task.
    pub fn into_owned(self) -> OwnedMultipart<R, K> {
        OwnedMultipart::new(self)
    }

    /// The source. What was handed out may not be consumed of it yet.
    pub fn get_ref(&self) -> &R {
        self.drive.reader()
    }

    /// The source. What is read from it is missing here.
    pub fn get_mut(&mut self) -> &mut R {
        // If it fails, they are passed over later.
        let _ = self.poll_pass(&mut Context::from_waker(Waker::noop()));
        self.drive.reader_mut()
    }

    /// The source, where the reading is. Data of a part that were not read are
    /// still in it, unless they straddled two reads.
    pub fn into_inner(self) -> R {
        self.drive.into_parts().0
    }

    /// Whether there is one more.
    fn poll_next_part(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        ready!(self.poll_pass(cx))?;
        (self.unread, self.behind) = (Unread::NONE, Behind::End);
        let Self {
            drive,
            head: bytes,
            layout,
            ..
        } = self;
        loop {
            let taken = ready!(drive.poll_take(cx, |token| match token {
                Decoded::Head(head) => {
                    *layout = head.layout();
                    bytes.clear();
                    bytes.extend_from_slice(head.as_bytes());
                    true
                }
                _ => false,
            }))?;
            match taken {
                Some((true, _)) => break,
                Some((false, _)) => {}
                None => return Poll::Ready(Ok(false)),
            }
        }
        self.behind = Behind::Unknown;
        Poll::Ready(Ok(true))
    }

    /// Nobody can read the data any more that lie in the source: the machine has
    /// seen them, and goes on behind them.
    fn poll_pass(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.unread.is_carried() {
            ready!(self.drive.poll_skip(cx, self.unread.len()))?;
        }
        self.unread = Unread::NONE;
        Poll::Ready(Ok(()))
    }

    fn limit_part(&mut self, max: u64) {
        self.unread.limit(self.drive.machine_mut(), max);
    }

    /// The part was read as a whole.
    #[cfg(feature = "encoding_rs")]
    fn heed(&mut self, data: &[u8]) {
        self.charset.heed(&self.layout.head(&self.head), data);
    }

    fn position(&self) -> u64 {
        self.drive.machine().position() - self.unread.len() as u64
    }

    /// Data of the part, or nothing at its end.
    #[inline]
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        if self.unread.is_empty() {
            ready!(self.poll_find_data(cx))?;
        }
        match self.unread.is_carried() {
            true => Poll::Ready(Ok(self.unread.of(self.drive.carried()))),
            false => self.drive.poll_front(cx, self.unread.len()),
        }
    }

    /// Within a part nothing comes but data and its end.
    #[inline]
    fn poll_find_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Behind::End = self.behind {
            return Poll::Ready(Ok(()));
        }
        let taken = ready!(self.drive.poll_take(cx, |token| match token {
            Decoded::Data(data) => Some(data.len()),
            _ => None,
        }))?;
        self.unread = match taken {
            Some((Some(len), true)) => {
                self.drive.keep(len);
                Unread::in_front(len)
            }
            Some((Some(len), false)) => Unread::carried(len),
            Some((None, _)) | None => {
                self.behind = Behind::End;
                Unread::NONE
            }
        };
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.unread.consume(amount);
        if !self.unread.is_carried() {
            self.drive.owe(amount);
        }
    }

    /// Bytes of the data that are shown, shared with the frame they lie in. `None`
    /// if the source has no frames.
    fn share(&self, start: usize, len: usize) -> Option<Bytes> {
        match self.unread.is_carried() {
            true => {
                let data = self.unread.of(self.drive.carried());
                Some(Bytes::copy_from_slice(&data[start..start + len]))
            }
            false => self.drive.share(start, len),
        }
    }

    /// The same from the first that is shown, which are consumed with that.
    fn split(&mut self, len: usize) -> Option<Bytes> {
        let shared = match self.unread.is_carried() {
            true => {
                let data = &self.unread.of(self.drive.carried())[..len];
                if data.iter().eq(BEGINNING.iter().take(len)) {
                    Bytes::from_static(&BEGINNING[..len])
                } else {
                    if !self.straddling.starts_with(data) {
                        self.straddling = Bytes::copy_from_slice(data);
                    }
                    self.straddling.slice(..len)
                }
            }
            false => self.drive.split(len)?,
        };
        self.unread.consume(len);
        Some(shared)
    }
}

impl<R: Source<K> + fmt::Debug, K> fmt::Debug for Multipart<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multipart")
            .field("source", self.get_ref())
            .field("decoder", self.drive.machine())
            .finish_non_exhaustive()
    }
}

use super::part_body::Origin;
use super::{Form, Report};
use crate::lone::Lone;
use crate::reader::Room;
use crate::source::Source;
use bytes::{Buf, Bytes};
use std::fmt;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context, Poll, ready};
use tidegate_core::{Assembly, Boundary, FormProgress, MultipartKind, Turn};

/// The body of a [`Form`] on its way out.
///
/// | to | use |
/// |---|---|
/// | send it with hyper, axum, reqwest | it is a `Body` (feature `http-body`), and says its exact size |
/// | send it as frames | it is a `Stream` of `Bytes` |
/// | write it to a connection | it is an `AsyncBufRead` of both kinds, for `copy_buf` |
///
/// These may take turns: each goes on where the other was. What lies in memory is
/// shared and not copied; what is read is not read before it is asked for.
///
/// # Errors
///
/// Those of the readers, and [`FormError`](tidegate_core::FormError), which names
/// the part: of the kind `UnexpectedEof` if a part is shorter than promised,
/// `InvalidData` if it is longer. After any of them it is an error for good, and
/// nothing more is sent, the last delimiter least of all: no other end takes it for
/// whole.
///
/// # End of input
///
/// Once it is sent nothing more comes.
///
/// # Cancel safety
///
/// Nothing is taken that is not handed out.
pub struct FormBody {
    parts: Assembly<Origin>,
    kind: MultipartKind,
    /// What was made ready and not sent.
    frame: Bytes,
    total: Option<u64>,
    progress: Option<Lone<Box<Report>>>,
}

/// So much is asked for of a source at once.
const AT_ONCE: usize = usize::MAX;

impl FormBody {
    pub(super) fn of(form: Form) -> Self {
        Self {
            total: form.parts.remaining(),
            parts: form.parts,
            kind: form.kind,
            frame: Bytes::new(),
            progress: form.progress,
        }
    }

    /// The boundary between its parts.
    pub const fn boundary(&self) -> &Boundary {
        self.parts.boundary()
    }

    /// The value of the Content-Type header.
    pub fn content_type(&self) -> String {
        let boundary = self.boundary().parameter();
        format!("{}; {boundary}", self.kind.media_type())
    }

    /// How many bytes are still to come: the value of the Content-Length header,
    /// before the first. `None` if that is not known.
    pub fn content_length(&self) -> Option<u64> {
        let left = self.parts.remaining()?;
        left.checked_add(self.frame.len() as u64)
    }

    /// How many bytes were sent.
    pub fn position(&self) -> u64 {
        self.parts.position() - self.frame.len() as u64
    }

    /// The last byte was sent, and nothing went wrong.
    #[cfg(feature = "http-body")]
    pub(super) fn is_sent(&self) -> bool {
        self.content_length() == Some(0) && self.parts.failure().is_none()
    }

    /// The next frame, whole.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let len = ready!(self.poll_window(cx))?.len();
        if len == 0 {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(Ok(self.split_frame(len))))
    }

    pub(crate) fn slice(&self, start: usize, len: usize) -> Bytes {
        self.frame.slice(start..start + len)
    }

    pub(crate) fn split_frame(&mut self, len: usize) -> Bytes {
        let split = self.frame.split_to(len);
        if len > 0 {
            self.report();
        }
        split
    }

    /// What is sent next, or nothing at the end.
    fn poll_next_frame(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        loop {
            let recorded = match self.parts.turn(AT_ONCE) {
                Ok(Turn::Done) => return Poll::Ready(Ok(Bytes::new())),
                Ok(Turn::Ready(bytes)) => {
                    let len = bytes.len();
                    return Poll::Ready(Ok(self.share_ready(len)));
                }
                Ok(Turn::Read(Origin::Source(source), most)) => {
                    let source = source.get_mut();
                    match ready!(source.poll_fill_buf(cx)) {
                        Ok([]) => self.parts.record(0),
                        Ok(window) => {
                            let len = window.len().min(most);
                            let frame = split(source, len);
                            self.record(len)?;
                            return Poll::Ready(Ok(frame));
                        }
                        Err(error) => return Poll::Ready(Err(self.give_up(error))),
                    }
                }
                Ok(Turn::Probe(Origin::Source(source))) => {
                    match ready!(source.get_mut().poll_fill_buf(cx)) {
                        Ok(window) => {
                            let more = usize::from(!window.is_empty());
                            self.parts.record(more)
                        }
                        Err(error) => return Poll::Ready(Err(self.give_up(error))),
                    }
                }
                // What lies in memory is never read.
                Ok(Turn::Read(Origin::Bytes(_), _) | Turn::Probe(Origin::Bytes(_))) => {
                    return Poll::Ready(Err(ErrorKind::Unsupported.into()));
                }
                Err(fault) => Err(fault),
            };
            recorded.map_err(|fault| self.parts.error(fault))?;
        }
    }

    /// So many bytes that lie ready: of a body they are all that are left.
    fn share_ready(&mut self, len: usize) -> Bytes {
        let frame = match self.parts.body_at() {
            Some(Origin::Bytes(bytes)) => bytes.slice(bytes.len() - len..),
            _ => Bytes::copy_from_slice(self.parts.slices().next().unwrap_or_default()),
        };
        self.parts.advance(frame.len());
        frame
    }

    fn record(&mut self, read: usize) -> io::Result<()> {
        let recorded = self.parts.record(read);
        Ok(recorded.map_err(|fault| self.parts.error(fault))?)
    }

    /// A source that failed may say its end next, and a part that was cut off
    /// there would look whole.
    #[cold]
    fn give_up(&mut self, error: io::Error) -> io::Error {
        self.parts.fail(self.parts.part_at());
        error
    }

    fn report(&mut self) {
        let sent = self.position();
        let Some(report) = &mut self.progress else {
            return;
        };
        let part = self.parts.part_at();
        let progress = FormProgress {
            part,
            sent,
            total: self.total,
        };
        let report = report.get_mut();
        // What was just taken never gets to whoever asked for it.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| report(progress))) {
            self.frame = Bytes::new();
            self.parts.fail(part);
            resume_unwind(panic);
        }
    }
}

/// So many bytes of what the source shows. All of these have frames.
fn split(source: &mut Box<dyn Source<crate::InFrames> + Send>, len: usize) -> Bytes {
    source.split(len).unwrap_or_default()
}

impl Room for FormBody {
    fn poll_window(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        if self.frame.is_empty() {
            self.frame = ready!(self.poll_next_frame(cx))?;
        }
        Poll::Ready(Ok(&self.frame))
    }

    fn take(&mut self, amount: usize) {
        self.frame.advance(amount);
        if amount > 0 {
            self.report();
        }
    }
}

impl fmt::Debug for FormBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormBody")
            .field("kind", &self.kind)
            .field("boundary", self.boundary())
            .field("parts", &self.parts.parts())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

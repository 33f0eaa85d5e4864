use super::Form;
use super::form::Report;
use super::part::Source;
use crate::drive;
use std::fmt;
use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tidegate_core::{Assembly, Boundary, FormError, FormFault, FormProgress, MultipartKind};

/// The body of a [`Form`] on its way out.
///
/// | to | use |
/// |---|---|
/// | write it to a connection | [`write_to`](Self::write_to), [`send_to`](Self::send_to) where files may be sent by the system |
/// | hand it to somebody who reads | it is a `Read` |
/// | send it again | [`rewind`](Self::rewind), [`try_clone`](Self::try_clone) |
///
/// These may take turns: each goes on where the other was.
///
/// # Errors
///
/// Those of the readers and files, and [`FormError`], which names the part: of
/// the kind `UnexpectedEof` if a part is shorter than promised, `InvalidData` if
/// it is longer. After any but `Interrupted`, `WouldBlock` and `TimedOut` of a
/// reader it is an error for good, and nothing more is sent, the last delimiter
/// least of all: no other end takes it for whole.
///
/// # End of input
///
/// Once it is sent nothing more comes, until it is rewound.
pub struct FormBody<'a> {
    pub(super) parts: Assembly<Source<'a>>,
    pub(super) kind: MultipartKind,
    /// For what must be read.
    pub(super) block: Vec<u8>,
    /// What of the block was read and not sent.
    pub(super) unsent: Range<usize>,
    pub(super) total: Option<u64>,
    pub(super) progress: Option<Box<Report<'a>>>,
}

impl<'a> FormBody<'a> {
    pub(super) fn of(form: Form<'a>) -> Self {
        Self {
            total: form.parts.remaining(),
            parts: form.parts,
            kind: form.kind,
            block: form.block,
            unsent: 0..0,
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
        left.checked_add(self.unsent.len() as u64)
    }

    /// How many bytes were sent.
    pub fn position(&self) -> u64 {
        self.parts.position() - self.unsent.len() as u64
    }

    pub(super) fn report(&mut self) {
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
        // What was just read never gets to whoever asked for it.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| report(progress))) {
            self.parts.fail(part);
            resume_unwind(panic);
        }
    }

    #[cold]
    pub(super) fn error(&self, fault: FormFault) -> FormError {
        self.parts.error(fault)
    }

    /// A reader that failed may say its end next, and a part that was cut off
    /// there would look whole.
    #[cold]
    pub(super) fn give_up(&mut self, error: io::Error) -> io::Error {
        if !drive::may_go_on(&error) {
            let part = self.parts.part_at();
            self.parts.fail(part);
        }
        error
    }
}

impl fmt::Debug for FormBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormBody")
            .field("kind", &self.kind)
            .field("boundary", self.boundary())
            .field("parts", &self.parts.parts())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

use super::watch::Watch;
use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tidegate_core::validate::{OutputCheck, OwnedViolation};

pin_project! {
    /// The body of a response that is held to the rules, or none in its place; see
    /// [`ValidatorLayer`](super::ValidatorLayer).
    ///
    /// # Errors
    ///
    /// Those of the body, unchanged, and an
    /// [`OwnedViolation`](tidegate_core::validate::OwnedViolation) in place of the
    /// frame that is one, or of the end. It comes again.
    ///
    /// # Cancel safety
    ///
    /// That of the body.
    #[derive(Debug)]
    #[must_use]
    pub struct ValidatedBody<B> {
        #[pin]
        body: Option<B>,
        seen: Option<Seen>,
    }
}

/// What is found about a body, which is closed when this is dropped.
#[derive(Debug)]
struct Seen {
    check: OutputCheck,
    watch: Watch,
    /// Nothing behind it is handed out.
    violation: Option<OwnedViolation>,
}

impl<B> ValidatedBody<B> {
    pub(super) const fn empty() -> Self {
        Self {
            body: None,
            seen: None,
        }
    }
}

impl<B: Body> ValidatedBody<B> {
    pub(super) fn new(body: B, check: OutputCheck, watch: Watch) -> Self {
        let mut seen = Seen {
            check,
            watch,
            violation: None,
        };
        // Nobody may ask for the end of what says that it is there.
        if body.is_end_stream() {
            seen.end();
        }
        Self {
            body: Some(body),
            seen: Some(seen),
        }
    }
}

impl<B> Body for ValidatedBody<B>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    type Data = B::Data;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, Self::Error>>> {
        let this = self.project();
        let (Some(mut body), Some(seen)) = (this.body.as_pin_mut(), this.seen) else {
            return Poll::Ready(None);
        };
        if let Some(violation) = &seen.violation {
            return Poll::Ready(Some(Err(violation.clone().into())));
        }
        let frame = ready!(body.as_mut().poll_frame(cx));
        seen.asked();
        match &frame {
            Some(Ok(frame)) => {
                seen.frame(frame);
                if body.is_end_stream() {
                    seen.end();
                }
            }
            Some(Err(_)) => seen.check.fail(),
            None => seen.end(),
        }
        Poll::Ready(match &seen.violation {
            Some(violation) => Some(Err(violation.clone().into())),
            None => frame.map(|frame| frame.map_err(Into::into)),
        })
    }

    fn is_end_stream(&self) -> bool {
        let is_broken = |seen: &Seen| seen.violation.is_some();
        match &self.body {
            Some(body) => body.is_end_stream() && !self.seen.as_ref().is_some_and(is_broken),
            None => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        let none = || SizeHint::with_exact(0);
        self.body.as_ref().map_or_else(none, Body::size_hint)
    }
}

impl Seen {
    fn asked(&mut self) {
        let noted = self.watch.note(|report| self.check.asked(report));
        self.keep(noted);
    }

    fn frame(&mut self, frame: &Frame<impl Buf>) {
        let noted = self.watch.note(|report| {
            if let Some(data) = frame.data_ref() {
                self.check.piece(data.remaining() as u64, report);
            } else if let Some(trailers) = frame.trailers_ref() {
                self.check.trailers(trailers, report);
            }
        });
        self.keep(noted);
    }

    fn end(&mut self) {
        let noted = self.watch.note(|report| self.check.end(report));
        self.keep(noted);
    }

    fn keep(&mut self, noted: Result<(), OwnedViolation>) {
        self.violation = self.violation.take().or(noted.err());
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        // The server, or the violation, has ended it.
        if self.violation.is_some() {
            self.check.fail();
        }
        // There is nobody to be given an error.
        let _ = self.watch.note(|report| self.check.close(report));
    }
}

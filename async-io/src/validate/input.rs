use super::watch::Watch;
use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tidegate_core::validate::{InputCheck, OwnedViolation};

pin_project! {
    /// The body of a request that is held to the rules; see
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
    pub struct ValidatedInput<B> {
        #[pin]
        body: B,
        check: InputCheck,
        watch: Watch,
        // Nothing behind it is handed out.
        violation: Option<OwnedViolation>,
    }
}

impl<B> ValidatedInput<B> {
    pub(super) const fn new(body: B, check: InputCheck, watch: Watch) -> Self {
        Self {
            body,
            check,
            watch,
            violation: None,
        }
    }

    /// The body.
    pub const fn get_ref(&self) -> &B {
        &self.body
    }

    /// The body, of which nothing more is watched.
    pub fn into_inner(self) -> B {
        self.body
    }
}

impl<B> Body for ValidatedInput<B>
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
        if let Some(violation) = this.violation {
            return Poll::Ready(Some(Err(violation.clone().into())));
        }
        let frame = ready!(this.body.poll_frame(cx));
        let check = this.check;
        let noted = this.watch.note(|report| {
            check.asked(report);
            match &frame {
                Some(Ok(frame)) => {
                    let bytes = frame.data_ref().map_or(0, Buf::remaining);
                    check.came(bytes as u64, report);
                }
                Some(Err(_)) => check.failed(),
                None => check.ended(report),
            }
        });
        *this.violation = noted.err();
        Poll::Ready(match &this.violation {
            Some(violation) => Some(Err(violation.clone().into())),
            None => frame.map(|frame| frame.map_err(Into::into)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.violation.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

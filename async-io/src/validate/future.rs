use super::ValidatedBody;
use super::watch::Watch;
use http::{Response, StatusCode};
use http_body::Body;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tidegate_core::validate::{OwnedViolation, ResponseCheck};

pin_project! {
    /// The answer of a [`Validator`](super::Validator).
    ///
    /// # Cancel safety
    ///
    /// That of the service: to drop it is to drop the service's own.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ValidatorFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = Projected]
    enum State<F> {
        Answering {
            #[pin]
            future: F,
            check: ResponseCheck,
            watch: Watch,
        },
        /// There until it is polled.
        Refused { violation: Option<OwnedViolation> },
    }
}

impl<F> ValidatorFuture<F> {
    pub(super) const fn new(future: F, check: ResponseCheck, watch: Watch) -> Self {
        let state = State::Answering {
            future,
            check,
            watch,
        };
        Self { state }
    }

    /// The request is none that a service is called for.
    pub(super) const fn refused(violation: OwnedViolation) -> Self {
        let violation = Some(violation);
        Self {
            state: State::Refused { violation },
        }
    }
}

impl<F, B, E> Future for ValidatorFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<ValidatedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok(match self.project().state.project() {
            Projected::Answering {
                future,
                check,
                watch,
            } => judge(ready!(future.poll(cx))?, *check, watch),
            #[expect(clippy::expect_used, reason = "a future is polled to its end once")]
            Projected::Refused { violation } => {
                refusal(violation.take().expect("polled behind its end"))
            }
        }))
    }
}

fn judge<B: Body>(
    response: Response<B>,
    check: ResponseCheck,
    watch: &Watch,
) -> Response<ValidatedBody<B>> {
    let (parts, body) = response.into_parts();
    let judged = watch.note(|report| {
        let mut check = check.head(parts.status.as_u16(), &parts.headers, report);
        let size = body.size_hint();
        check.size(size.lower(), size.upper(), report);
        check
    });
    match judged {
        Ok(check) => Response::from_parts(parts, ValidatedBody::new(body, check, watch.clone())),
        Err(violation) => refusal(violation),
    }
}

/// What takes the place of a response that is none.
fn refusal<B>(violation: OwnedViolation) -> Response<ValidatedBody<B>> {
    let mut response = Response::new(ValidatedBody::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.extensions_mut().insert(violation);
    response
}

use super::ResponseBody;
use crate::InputStream;
use crate::gateway::failure::catch;
use crate::gateway::handler::answering::in_its_place;
use crate::gateway::head::{Head, Manner};
use crate::gateway::{Application, ErrorStream, Failure, HandlerOptions, Input, Output};
use http::header::HeaderMap;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use std::io::BufRead;
use tidegate_core::BodyKind;

/// Runs an application for one request, and gives what it answers: status,
/// headers and body.
///
/// Its head is what a handler would send, without what a server adds: it is
/// checked, it says the length where that is known, and so it is known when the
/// first byte of the body is there. Until then the application runs. Buffered it
/// runs to the end, and is closed; otherwise that is left to the
/// [`ResponseBody`].
///
/// ```
/// use http::{Request, StatusCode};
/// use tidegate_std_io::gateway::testing::{RequestBuilder, run_app};
/// use tidegate_std_io::gateway::Input;
///
/// let app = |request: Request<Input>| format!("you asked for {}\n", request.uri());
/// let (status, headers, body) = run_app(&app, RequestBuilder::new("/x").request()?, false).unwrap();
/// assert_eq!(status, StatusCode::OK);
/// assert_eq!(headers["content-length"], "17");
/// assert_eq!(body.text()?, "you asked for /x\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Limits
///
/// Buffered 64 MiB.
///
/// # Errors
///
/// The [`Failure`] of the application, and of what it answers if that is no
/// response, or, buffered, not to its end. One for which the request is to blame
/// is answered, as a handler answers it: with 400, 408 or 413. A panic goes on.
#[doc(alias = "run_wsgi_app")]
pub fn run_app(
    app: &(impl Application + ?Sized),
    request: Request<Input>,
    buffered: bool,
) -> Result<(StatusCode, HeaderMap, ResponseBody), Failure> {
    let (parts, input) = request.into_parts();
    let running = Running {
        options: &HandlerOptions::new(),
        as_handler: false,
        buffered,
    };
    let response = running.run(app, parts, Ok(Reading::Given(input)))?;
    let (parts, body) = response.into_parts();
    Ok((parts.status, parts.headers, body))
}

/// How an application is run.
pub(super) struct Running<'r> {
    pub(super) options: &'r HandlerOptions,
    /// Whatever goes wrong is answered, and logged.
    pub(super) as_handler: bool,
    pub(super) buffered: bool,
}

/// What the application reads.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
pub(super) enum Reading {
    Given(Input),
    Stream(InputStream<Box<dyn BufRead + Send>>, BodyKind),
}

/// What went wrong, and whether it can still be answered.
enum Broken {
    Unsent(Failure),
    CutShort(Failure),
}

impl Running<'_> {
    pub(super) fn run(
        &self,
        app: &(impl Application + ?Sized),
        parts: Parts,
        reading: Result<Reading, Failure>,
    ) -> Result<Response<ResponseBody>, Failure> {
        let manner = Manner::new(Some(&parts), self.options);
        let errors = parts.extensions.get::<ErrorStream>().cloned();
        let call = |input| {
            let call = || app.answer(Request::from_parts(parts, input));
            match self.as_handler {
                true => catch(call).and_then(|response| response),
                false => call(),
            }
        };
        let response = match reading {
            Err(failure) => Err(failure),
            Ok(Reading::Given(input)) => call(input),
            Ok(Reading::Stream(stream, kind)) => {
                let (input, home) = Input::lend(stream);
                call(input).map_err(|failure| match home.take() {
                    Some(stream) => failure.of_stream(&stream, kind),
                    None => failure,
                })
            }
        };
        let begun = response.map_err(Broken::Unsent);
        let failure = match begun.and_then(|response| self.begin(response, &manner)) {
            Ok(response) => return Ok(response),
            Err(Broken::CutShort(failure)) => return Err(failure),
            Err(Broken::Unsent(failure)) => failure,
        };
        let begin = |page| {
            let begun = self.begin(page, &manner);
            begun.map_err(|broken| match broken {
                Broken::Unsent(failure) | Broken::CutShort(failure) => failure,
            })
        };
        if self.as_handler {
            let mut errors = errors.unwrap_or_else(ErrorStream::stderr);
            in_its_place(&failure, self.options, &mut errors, begin).ok_or(failure)
        } else if failure.status().is_some() {
            begin(self.options.error_page(&failure))
        } else {
            Err(failure)
        }
    }

    /// Reads as far as the head is not known: to the first byte, or the end.
    fn begin(
        &self,
        response: Response<Output>,
        manner: &Manner,
    ) -> Result<Response<ResponseBody>, Broken> {
        let (parts, output) = response.into_parts();
        let mut head = match Head::new(parts, &output, manner.clone()) {
            Ok(head) => head,
            Err(fault) => {
                let close = || output.close(0, false);
                match self.as_handler {
                    true => catch(close).map_err(Broken::Unsent)?,
                    false => close(),
                }
                return Err(Broken::Unsent(fault.into()));
            }
        };
        let body = match head.has_no_body() {
            true => Ok(ResponseBody::nothing(output)),
            false => ResponseBody::of(output, head.promised()),
        };
        let mut body = body.map_err(|error| Broken::Unsent(error.into()))?;
        body.catches = self.as_handler;
        let first = body.fill_buf();
        let is_empty = first
            .map_err(|error| Broken::Unsent(error.into()))?
            .is_empty();
        head.settle(is_empty);
        if self.buffered {
            body.buffer()
                .map_err(|error| Broken::CutShort(error.into()))?;
        }
        Ok(Response::from_parts(head.into_parts(), body))
    }
}

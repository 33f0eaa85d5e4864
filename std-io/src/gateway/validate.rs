//! Both sides of an application held to the rules.

mod input;
mod output;
mod watch;

pub(super) use input::WatchedInput;
pub(super) use output::{Watched, Watching};
pub(super) use watch::Watch;

use super::{Application, ErrorStream, Failure, Input, Output, Variables};
use http::request::Parts;
use http::{HeaderMap, Request, Response, Version};
use std::fmt;
use std::io::Write;
use std::sync::Arc;
use tidegate_core::HttpVersion;
use tidegate_core::validate::{InputCheck, OwnedViolation, RequestHead, ResponseCheck};

/// Holds an application, and whoever calls it, to the rules of
/// [`validate`](tidegate_core::validate): `wsgiref.validate`'s `validator`.
///
/// For tests of an application, a server or middleware, and for a look at what
/// somebody else's does. It is an application itself, and changes nothing of what
/// is right.
///
/// ```
/// use http::{Request, Response};
/// use tidegate_std_io::gateway::{Application, Input, validator};
///
/// let broken = |_: Request<Input>| Response::builder().header("Connection", "close").body("x");
/// let request = Request::get("/").header("Host", "example.org").body(Input::empty())?;
/// let failure = validator(broken).report(|_| {}).answer(request).unwrap_err();
/// assert_eq!(
///     failure.to_string(),
///     "a field is the server's to send, in the field \"connection\" of the response (HopByHop)",
/// );
/// # Ok::<(), http::Error>(())
/// ```
///
/// Of the rules in that table it cannot see broken what the types of `http` and
/// of this crate rule out: [`FieldName`], [`FieldValue`], the rules of trailers,
/// and those of the end and the close of a body, which [`Output`] keeps.
///
/// # Errors
///
/// A violation is an error with an [`OwnedViolation`] in it. That of a request,
/// or of the head of a response, is a [`Failure`], and so an error page; one
/// within a body is an error of [`Input`], or cuts the response short. What comes
/// too late for that, and a warning, is [reported](Validator::report) and no more.
///
/// [`FieldName`]: tidegate_core::validate::Rule::FieldName
/// [`FieldValue`]: tidegate_core::validate::Rule::FieldValue
#[doc(alias = "wsgiref.validate")]
pub fn validator<A: Application>(app: A) -> Validator<A> {
    Validator {
        app,
        sink: None,
        enforces: true,
    }
}

/// An application between two sides that are held to the rules: see
/// [`validator`].
#[derive(Clone)]
#[must_use]
pub struct Validator<A> {
    app: A,
    sink: Option<Sink>,
    enforces: bool,
}

pub(super) type Sink = Arc<dyn Fn(&OwnedViolation) + Send + Sync>;

impl<A> Validator<A> {
    /// Where violations and warnings are told, each once, when it is found. Unless
    /// it is set: as lines that begin with `validator:`, on the [`ErrorStream`] of
    /// the request, or on the standard error if it has none.
    pub fn report(mut self, sink: impl Fn(&OwnedViolation) + Send + Sync + 'static) -> Self {
        self.sink = Some(Arc::new(sink));
        self
    }

    /// Violations too are told and no more: the response is what it is.
    pub const fn report_only(mut self) -> Self {
        self.enforces = false;
        self
    }

    /// The application.
    pub const fn get_ref(&self) -> &A {
        &self.app
    }

    fn watch(&self, parts: &Parts) -> Watch {
        let errors = || {
            parts
                .extensions
                .get()
                .cloned()
                .unwrap_or_else(ErrorStream::stderr)
        };
        let sink = self.sink.clone().unwrap_or_else(|| lines_on(errors()));
        Watch::new(sink, self.enforces)
    }
}

fn lines_on(errors: ErrorStream) -> Sink {
    Arc::new(move |violation| {
        // Nobody hears of an error of the log.
        let _ = errors.clone().write_all(line_of(violation).as_bytes());
    })
}

fn line_of(violation: &OwnedViolation) -> String {
    let severity = violation.rule.severity();
    format!(
        "validator: {severity} of the {}: {violation}\n",
        violation.side
    )
}

impl<A: Application> Application for Validator<A> {
    fn answer(&self, request: Request<Input>) -> Result<Response<Output>, Failure> {
        let (parts, input) = request.into_parts();
        let watch = self.watch(&parts);
        let head = head_of(&parts);
        head.check(&mut |violation| watch.tell(violation));
        if let Some(variables) = parts.extensions.get::<Variables>() {
            head.check_environ(variables, &mut |violation| watch.tell(violation));
        }
        watch.verdict()?;
        let check = ResponseCheck::new(&head);
        let announced = head.framing().ok().and_then(|kind| kind.content_length());
        let input = input.watched(InputCheck::new(announced), watch.clone());

        let response = self.app.answer(Request::from_parts(parts, input))?;
        let (parts, output) = response.into_parts();
        let status = parts.status.as_u16();
        let mut report =
            |violation: tidegate_core::validate::Violation<&[u8]>| watch.tell(violation);
        let mut check = check.head(status, &parts.headers, &mut report);
        if let Some(length) = output.length() {
            check.size(length, Some(length), &mut report);
        }
        watch.verdict()?;
        let output = output.watched(Watched::new(check, watch));
        Ok(Response::from_parts(parts, output))
    }
}

fn head_of(parts: &Parts) -> RequestHead<'_, &HeaderMap> {
    let uri = &parts.uri;
    let head = RequestHead::new(parts.method.as_str(), uri.path(), &parts.headers)
        .query(uri.query())
        .scheme(uri.scheme_str())
        .authority(uri.authority().map(http::uri::Authority::as_str))
        .version(match parts.version {
            Version::HTTP_09 | Version::HTTP_10 => Some(HttpVersion::Http10),
            Version::HTTP_11 => Some(HttpVersion::Http11),
            _ => None,
        });
    match parts.extensions.get::<Variables>() {
        Some(variables) => head.gateway(variables),
        None => head,
    }
}

impl<A: fmt::Debug> fmt::Debug for Validator<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validator")
            .field("app", &self.app)
            .field("enforces", &self.enforces)
            .finish_non_exhaustive()
    }
}

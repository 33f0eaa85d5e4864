use super::watch::Watch;
use super::{ValidatedBody, ValidatedInput, ValidatorFuture};
use http::request::Parts;
use http::{HeaderMap, Request, Response, Version};
use http_body::Body;
use std::task::{Context, Poll};
use tidegate_core::HttpVersion;
use tidegate_core::validate::{InputCheck, OwnedViolation, RequestHead, ResponseCheck};
use tower_layer::Layer;
use tower_service::Service;

/// Holds a service, and the server around it, to the rules of
/// [`validate`](tidegate_core::validate): what `wsgiref.validate` is for WSGI, for
/// axum, hyper, tonic, and whatever else answers an `http::Request` by an
/// `http::Response` of a [`Body`].
///
/// For tests of a service or of middleware, and with
/// [`report_only`](Self::report_only) for a look at what a running one does. It
/// changes nothing of what is right.
///
/// ```
/// # ::tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use axum::Router;
/// use axum::routing::get;
/// use http::{Request, StatusCode};
/// use tidegate_async_io::ValidatorLayer;
/// use tidegate_async_io::core::validate::{OwnedViolation, Rule};
/// use tower_layer::Layer;
/// use tower_service::Service;
///
/// let broken = get(|| async { ([("content-length", "5")], "Hello World") });
/// let site = Router::new().route("/", broken);
/// let mut site = ValidatorLayer::new().report(|_| {}).layer(site);
/// let request = Request::get("/").header("host", "example.org").body(axum::body::Body::empty())?;
/// let response = site.call(request).await?;
/// assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
/// let violation = response.extensions().get::<OwnedViolation>().unwrap();
/// assert_eq!(violation.rule, Rule::OtherLength);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// The service shares its connection with the server, as it does under hyper:
/// Connection, Upgrade and Trailer are its own to send where HTTP has them.
///
/// Put it around everything else that makes or changes responses, and so around a
/// whole `Router` of axum, as above: what `Router::layer` goes around is not
/// finished there, and lacks an Allow or a Content-Length. `axum::serve` takes the
/// whole as `Router::new().fallback_service(layer.layer(site))`. Of the rules in that
/// table it cannot see broken those of variables, of which there are none, and
/// what the types of `http` rule out.
///
/// # Errors
///
/// A violation in a request, or in the head of a response, is answered with an
/// empty 500, in whose extensions is the [`OwnedViolation`]; in the first case
/// the service is not called. One within a body is an error of the
/// [`ValidatedBody`], or of the [`ValidatedInput`]. What comes too late for that,
/// and a warning, is [reported](Self::report) and no more.
///
/// Errors of the service and of its bodies pass unchanged.
#[derive(Clone, Debug)]
#[must_use]
#[doc(alias = "wsgiref.validate")]
pub struct ValidatorLayer {
    watch: Watch,
}

impl ValidatorLayer {
    /// Tells on the standard error, in lines that begin with `validator:`.
    pub fn new() -> Self {
        Self {
            watch: Watch::on_stderr(),
        }
    }

    /// Where violations and warnings are told instead, when they are found.
    pub fn report(mut self, sink: impl Fn(&OwnedViolation) + Send + Sync + 'static) -> Self {
        self.watch.set_sink(sink);
        self
    }

    /// Violations too are told and no more: the response is what it is.
    pub const fn report_only(mut self) -> Self {
        self.watch.enforces = false;
        self
    }
}

impl Default for ValidatorLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for ValidatorLayer {
    type Service = Validator<S>;

    fn layer(&self, inner: S) -> Validator<S> {
        Validator {
            inner,
            watch: self.watch.clone(),
        }
    }
}

/// A service that is held to the rules: see [`ValidatorLayer`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Validator<S> {
    inner: S,
    watch: Watch,
}

impl<S> Validator<S> {
    /// The service.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }
}

impl<S, Q, B> Service<Request<Q>> for Validator<S>
where
    S: Service<Request<ValidatedInput<Q>>, Response = Response<B>>,
    B: Body,
{
    type Response = Response<ValidatedBody<B>>;
    type Error = S::Error;
    type Future = ValidatorFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Q>) -> ValidatorFuture<S::Future> {
        let (parts, body) = request.into_parts();
        let head = head_of(&parts);
        if let Err(violation) = self.watch.note(|report| head.check(report)) {
            return ValidatorFuture::refused(violation);
        }
        let check = ResponseCheck::new(&head).shares_connection();
        let announced = head.framing().ok().and_then(|kind| kind.content_length());
        let input = ValidatedInput::new(body, InputCheck::new(announced), self.watch.clone());
        let future = self.inner.call(Request::from_parts(parts, input));
        ValidatorFuture::new(future, check, self.watch.clone())
    }
}

fn head_of(parts: &Parts) -> RequestHead<'_, &HeaderMap> {
    let uri = &parts.uri;
    RequestHead::new(parts.method.as_str(), uri.path(), &parts.headers)
        .query(uri.query())
        .scheme(uri.scheme_str())
        .authority(uri.authority().map(http::uri::Authority::as_str))
        .version(match parts.version {
            Version::HTTP_09 | Version::HTTP_10 => Some(HttpVersion::Http10),
            Version::HTTP_11 => Some(HttpVersion::Http11),
            _ => None,
        })
}

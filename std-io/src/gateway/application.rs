use super::{Failure, Headers, Input, Output};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};

/// What answers requests: any function from a request to what
/// [becomes a response](IntoResponse).
///
/// The same application runs under every handler: CGI, a connection, a test. What
/// is not part of an HTTP request is in its extensions:
/// [`Variables`](super::Variables), where a gateway had some,
/// [`Flags`](super::Flags) and the [`ErrorStream`](super::ErrorStream).
///
/// Middleware is a function from an application to one.
///
/// ```
/// use http::{Request, StatusCode};
/// use tidegate_std_io::gateway::{Application, Input};
///
/// fn hello(request: Request<Input>) -> String {
///     format!("{} says hello\n", request.uri().path())
/// }
///
/// fn only_get(app: impl Application) -> impl Application {
///     move |request: Request<Input>| match request.method().as_str() {
///         "GET" | "HEAD" => app.answer(request),
///         _ => Ok(http::Response::builder().status(405).body("no\n".into())?),
///     }
/// }
///
/// let response = only_get(hello).answer(Request::put("/x").body(Input::empty())?).unwrap();
/// assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
/// # Ok::<(), http::Error>(())
/// ```
///
/// # Errors
///
/// A [`Failure`] becomes an error page, and a line in the log. So does a panic:
/// the handler lives.
pub trait Application {
    /// Answers one request.
    ///
    /// # Errors
    ///
    /// Whatever kept it from that.
    fn answer(&self, request: Request<Input>) -> Result<Response<Output>, Failure>;
}

impl<F: Fn(Request<Input>) -> R, R: IntoResponse> Application for F {
    fn answer(&self, request: Request<Input>) -> Result<Response<Output>, Failure> {
        self(request).into_response()
    }
}

/// What can be answered with: Werkzeug's `responder`.
///
/// | of | comes |
/// |---|---|
/// | text | 200, `text/plain; charset=utf-8` |
/// | bytes, an [`Output`] | 200 |
/// | a `StatusCode` | that, without a body |
/// | a status and any of these | the same with that status |
/// | [`Headers`] and any of these | the same with these fields, in place of others of their names |
/// | an `http::Response` of a body | that |
/// | a `Result` | that, or a [`Failure`] |
pub trait IntoResponse {
    /// The response.
    ///
    /// # Errors
    ///
    /// If it is none.
    fn into_response(self) -> Result<Response<Output>, Failure>;
}

impl<B: Into<Output>> IntoResponse for Response<B> {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        Ok(self.map(Into::into))
    }
}

impl<T: IntoResponse, E: Into<Failure>> IntoResponse for Result<T, E> {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        self.map_err(Into::into)?.into_response()
    }
}

impl<T: IntoResponse> IntoResponse for (StatusCode, T) {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        let mut response = self.1.into_response()?;
        *response.status_mut() = self.0;
        Ok(response)
    }
}

impl<T: IntoResponse> IntoResponse for (Headers, T) {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        let mut response = self.1.into_response()?;
        self.0.replace_in(response.headers_mut())?;
        Ok(response)
    }
}

impl<T: IntoResponse> IntoResponse for (StatusCode, Headers, T) {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        (self.0, (self.1, self.2)).into_response()
    }
}

impl IntoResponse for StatusCode {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        (self, Output::empty()).into_response()
    }
}

impl IntoResponse for Output {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        Ok(Response::new(self))
    }
}

impl IntoResponse for Bytes {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        Output::from(self).into_response()
    }
}

impl IntoResponse for Vec<u8> {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        Output::from(self).into_response()
    }
}

impl IntoResponse for &'static [u8] {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        Output::from(self).into_response()
    }
}

impl IntoResponse for String {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        Ok(text(self.into()))
    }
}

impl IntoResponse for &'static str {
    fn into_response(self) -> Result<Response<Output>, Failure> {
        Ok(text(self.into()))
    }
}

fn text(text: Output) -> Response<Output> {
    let mut response = Response::new(text);
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}

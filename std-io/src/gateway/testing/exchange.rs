use super::ResponseBody;
use super::plan::Plan;
use bytes::Bytes;
use http::header::{HeaderMap, HeaderValue};
use http::{Request, Response, StatusCode};
use std::io;

/// A request, and what an application answered.
#[derive(Debug)]
pub struct Exchange {
    pub(super) plan: Plan,
    pub(super) cookie: Option<HeaderValue>,
    /// The response.
    pub response: Response<ResponseBody>,
    /// The redirects that led here, from the first on.
    pub history: Vec<Hop>,
}

/// A redirect that was followed.
#[derive(Debug)]
pub struct Hop {
    /// The URL that was asked for.
    pub url: String,
    /// What it was answered with, without the body, which was read to its end.
    pub response: Response<()>,
}

impl Exchange {
    /// The request as the application got it, without its body.
    pub fn request(&self) -> Request<()> {
        // It was one before.
        let parts = self.plan.parts(self.cookie.as_ref());
        parts.map_or_else(
            |_| Request::new(()),
            |(parts, _)| Request::from_parts(parts, ()),
        )
    }

    /// The URL that was asked for.
    pub fn url(&self) -> String {
        self.plan.url().map_or_else(String::new, Into::into)
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The header fields of the response.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The body of the response.
    ///
    /// # Errors
    ///
    /// As [`ResponseBody::bytes`].
    pub fn bytes(self) -> io::Result<Bytes> {
        self.response.into_body().bytes()
    }

    /// The body of the response, as text.
    ///
    /// # Errors
    ///
    /// As [`ResponseBody::text`].
    pub fn text(self) -> io::Result<String> {
        self.response.into_body().text()
    }
}

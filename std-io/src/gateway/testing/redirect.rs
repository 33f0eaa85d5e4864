//! Where a response sends its client.

use super::ClientError;
use super::base::Base;
use super::body::Body;
use super::plan::Plan;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION,
    CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderValue, LOCATION, PROXY_AUTHORIZATION,
    TRANSFER_ENCODING,
};
use http::{Method, StatusCode, Uri};
use std::borrow::Cow;
use tidegate_core::environ::{Escaped, host_is_trusted};
use url::Url;

/// Which redirects are followed.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) subdomains: bool,
    pub(super) allowed: Vec<String>,
    pub(super) most: usize,
}

/// Browsers follow so many (WHATWG Fetch, "HTTP-redirect fetch").
const MOST: usize = 20;

impl Rules {
    pub(super) const fn new() -> Self {
        Self {
            subdomains: false,
            allowed: Vec::new(),
            most: MOST,
        }
    }

    /// Whether an application that was asked under one of these hosts answers for
    /// this one too.
    fn allow(&self, host: &str, homes: [&str; 2]) -> bool {
        host_is_trusted(host, &homes)
            || !self.allowed.is_empty() && host_is_trusted(host, &self.allowed)
            || self.subdomains && host_is_trusted(host, &homes.map(|home| format!(".{home}")))
    }
}

/// Where this response redirects to, unless it does not.
pub(super) fn location(status: StatusCode, headers: &HeaderMap) -> Option<&HeaderValue> {
    let redirects = matches!(status.as_u16(), 301 | 302 | 303 | 305 | 307 | 308);
    redirects.then(|| headers.get(LOCATION)).flatten()
}

impl Plan {
    /// The host that is asked, without its port: a Host header field of the
    /// request's own goes before the base URL.
    pub(super) fn host(&self) -> String {
        let url = self.url();
        let named = url.as_ref().and_then(Url::host_str);
        named.unwrap_or_else(|| self.base.server_name()).to_owned()
    }

    /// Turns this request into the one that a response to it asks for (RFC 9110
    /// section 15.4). `home` is the host that was asked first.
    pub(super) fn redirect(
        self,
        status: StatusCode,
        location: &HeaderValue,
        rules: &Rules,
        home: &str,
    ) -> Result<(Self, Url), ClientError> {
        let unknown = || ClientError::Location {
            location: location.as_bytes().to_vec(),
        };
        let from = self.url().ok_or_else(unknown)?;
        let text = std::str::from_utf8(location.as_bytes()).map_err(|_| unknown())?;
        let to = from.join(text).map_err(|_| unknown())?;
        let base = Base::of_url(&to).map_err(|_| unknown())?;
        if !rules.allow(base.server_name(), [&self.host(), home]) {
            let url = to.into();
            return Err(ClientError::ExternalRedirect { url });
        }
        let keeps = matches!(status.as_u16(), 307 | 308);
        if keeps && matches!(self.body, Body::Spent) {
            return Err(ClientError::NotReplayable { status });
        }
        let here = Base::of_url(&from).map_err(|_| unknown())?;
        let moves = base.host != here.host || base.scheme != here.scheme;
        Ok((self.to(base, &to, keeps, moves).ok_or_else(unknown)?, to))
    }

    fn to(mut self, base: Base, url: &Url, keeps: bool, moves: bool) -> Option<Self> {
        let mut target: String = Escaped::of_iri(url.path()).collect();
        if let Some(query) = url.query() {
            target.push('?');
            target.extend(Escaped::of_iri(query));
        }
        self.target = Uri::try_from(target).ok()?;
        let host = HeaderValue::try_from(&*base.host).ok()?;
        self.headers.insert(HOST, host);
        if moves {
            // What was meant for one host is none of another's business.
            for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE] {
                self.headers.remove(name);
            }
        }
        // The application stays where it is, unless this is not below it.
        let root = std::mem::take(&mut self.base.root);
        let below = url.path().strip_prefix(&*root);
        let is_below = below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.base = Base {
            root: if is_below { root } else { Cow::Borrowed("") },
            ..base
        };
        if !keeps {
            if self.method != Method::HEAD {
                self.method = Method::GET;
            }
            self.body = Body::Empty;
            self.framing = None;
            for name in [
                CONTENT_TYPE,
                CONTENT_LENGTH,
                CONTENT_ENCODING,
                CONTENT_LANGUAGE,
                CONTENT_LOCATION,
                TRANSFER_ENCODING,
            ] {
                self.headers.remove(name);
            }
        }
        self.forget_variables();
        Some(self)
    }
}

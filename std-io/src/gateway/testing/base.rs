use super::BaseUrlFault;
use std::borrow::Cow;
use tidegate_core::environ::{Host, Scheme};
use url::Url;

/// Where an application is: scheme, host and the path in front of its own.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub(super) scheme: Scheme,
    /// With the port, unless it is that of the scheme.
    pub(super) host: Cow<'static, str>,
    /// `SCRIPT_NAME`, percent-encoded; without a slash at its end.
    pub(super) root: Cow<'static, str>,
}

impl Base {
    /// `http://localhost/`.
    pub(super) const fn local() -> Self {
        Self {
            scheme: Scheme::Http,
            host: Cow::Borrowed("localhost"),
            root: Cow::Borrowed(""),
        }
    }

    /// The scheme and host of a URL, in front of nothing.
    pub(super) fn of_url(url: &Url) -> Result<Self, BaseUrlFault> {
        let scheme = Scheme::of(url.scheme().as_bytes()).ok_or(BaseUrlFault::Scheme)?;
        let name = url.host_str().ok_or(BaseUrlFault::Malformed)?;
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        let root = Cow::Borrowed("");
        Ok(Self {
            scheme,
            host: host.into(),
            root,
        })
    }

    pub(super) fn parse(url: &str) -> Result<Self, BaseUrlFault> {
        let url = Url::parse(url).map_err(|_| BaseUrlFault::Malformed)?;
        let base = Self::of_url(&url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlFault::User);
        }
        if url.query().is_some() {
            return Err(BaseUrlFault::Query);
        }
        if url.fragment().is_some() {
            return Err(BaseUrlFault::Fragment);
        }
        let root = url.path().trim_end_matches('/').to_owned();
        Ok(Self {
            root: root.into(),
            ..base
        })
    }

    /// `SERVER_NAME`: of an address of IPv6 with its brackets (RFC 3875 section
    /// 4.1.14).
    pub(super) fn server_name(&self) -> &str {
        match self.host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => name,
            _ => &self.host,
        }
    }

    /// `SERVER_PORT`.
    pub(super) fn server_port(&self) -> u16 {
        let port = Host::parse(&*self.host).ok().and_then(|host| host.port());
        port.unwrap_or(self.scheme.default_port())
    }
}

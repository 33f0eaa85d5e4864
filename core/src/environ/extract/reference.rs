//! The parts of a URL.

use super::ExtractFault;
use crate::environ::host::split_port;
use crate::environ::resolve::Decoded;
use crate::environ::{Host, Scheme};
use core::net::Ipv6Addr;
use core::str;

/// The parts of a URL, or of what is relative to one (RFC 3986 section 4.1).
pub(super) struct Reference<'u> {
    pub(super) scheme: Option<Scheme>,
    pub(super) authority: Option<&'u [u8]>,
    pub(super) path: &'u [u8],
}

impl<'u> Reference<'u> {
    pub(super) fn parse(url: &'u str) -> Result<Self, ExtractFault> {
        if url.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(ExtractFault::Malformed);
        }
        let end = url.find(['?', '#']).unwrap_or(url.len());
        let url = &url.as_bytes()[..end];
        let (scheme, url) = match split_scheme(url) {
            Some((scheme, rest)) => {
                let scheme = Scheme::of(scheme).ok_or(ExtractFault::NotHttp)?;
                (Some(scheme), rest)
            }
            None => (None, url),
        };
        let (authority, path) = match url {
            [b'/', b'/', rest @ ..] => {
                let slash = rest.iter().position(|&byte| byte == b'/');
                let (authority, path) = rest.split_at(slash.unwrap_or(rest.len()));
                (Some(authority), path)
            }
            // Readers differ in what `http:path` is relative to.
            _ if scheme.is_some() => return Err(ExtractFault::Malformed),
            path => (None, path),
        };
        Ok(Self {
            scheme,
            authority,
            path,
        })
    }
}

fn split_scheme(url: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = url.iter().position(|&byte| byte == b':')?;
    let (scheme, rest) = (&url[..len], &url[len + 1..]);
    let is_scheme = scheme.first()?.is_ascii_alphabetic()
        && scheme
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
    is_scheme.then_some((scheme, rest))
}

/// A host of a URL and its port, unless that goes without saying.
pub(super) struct Authority<'u> {
    host: &'u [u8],
    ipv6: Option<Ipv6Addr>,
    port: Option<u16>,
}

impl<'u> Authority<'u> {
    pub(super) fn of(host: Host<'u>) -> Self {
        Self {
            host: host.name().as_bytes(),
            ipv6: host.ipv6(),
            port: host.port(),
        }
    }

    pub(super) fn parse(authority: &'u [u8], scheme: Scheme) -> Result<Self, ExtractFault> {
        let mut parts = authority.rsplitn(2, |&byte| byte == b'@');
        let host = parts.next().unwrap_or_default();
        let user = parts.next().unwrap_or_default();
        let is_doubtful = |byte: &u8| b"@\\ ".contains(byte);
        if user.iter().chain(host).any(is_doubtful) {
            return Err(ExtractFault::Malformed);
        }
        let (host, port) = split_port(host);
        let port = match port {
            None | Some([]) => None,
            Some(digits) => Some(parse_port(digits).ok_or(ExtractFault::Malformed)?),
        };
        let ipv6 = match host {
            [] => return Err(ExtractFault::Malformed),
            [b'[', address @ .., b']'] => {
                let address = str::from_utf8(address).ok();
                let address = address.and_then(|address| address.parse().ok());
                Some(address.ok_or(ExtractFault::Malformed)?)
            }
            _ => None,
        };
        Ok(Self {
            host,
            ipv6,
            port: port.filter(|&port| port != scheme.default_port()),
        })
    }
}

fn parse_port(digits: &[u8]) -> Option<u16> {
    match digits {
        [b'0'..=b'9', ..] => str::from_utf8(digits).ok()?.parse().ok(),
        _ => None,
    }
}

impl PartialEq for Authority<'_> {
    fn eq(&self, other: &Self) -> bool {
        let fold = |host| Decoded::new(host).map(|byte: u8| byte.to_ascii_lowercase());
        let same_host = match (self.ipv6, other.ipv6) {
            (None, None) => fold(self.host).eq(fold(other.host)),
            (ours, theirs) => ours == theirs,
        };
        same_host && self.port == other.port
    }
}

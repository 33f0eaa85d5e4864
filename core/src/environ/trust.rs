use super::host::split_port;
use super::variables::value;
use super::{Environ, Host, HostFault, scheme};
use crate::field::trim_blanks;
use core::net::Ipv6Addr;
use core::str;

/// Which hosts a request may be for, and who says what it was for.
///
/// Without more, any host that is well formed, as the Host header field says:
/// what a client writes there then stands in URLs that others get to see. So
/// name your hosts wherever a URL is made of it.
///
/// ```
/// use tidegate_core::environ::{HostFault, HostRules, host};
///
/// let rules = HostRules::new().trusted(&["example.org", ".example.net"]).forwarded_hops(1);
/// let variables = [
///     ("HTTP_HOST", "10.0.0.7"),
///     ("HTTP_X_FORWARDED_HOST", "evil.org, shop.example.net"),
/// ];
/// assert_eq!(host(&variables, &rules)?.name(), "shop.example.net");
///
/// let fault = host(&[("HTTP_HOST", "evil.org")], &rules).unwrap_err();
/// assert_eq!((fault, fault.http_status()), (HostFault::Untrusted, 400));
/// # Ok::<(), HostFault>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct HostRules<'r> {
    trusted: &'r [&'r str],
    hops: usize,
}

impl<'r> HostRules<'r> {
    /// Any host, and `X-Forwarded-Host` is not looked at.
    pub const fn new() -> Self {
        Self {
            trusted: &[],
            hops: 0,
        }
    }

    /// Only these hosts, as [`host_is_trusted`] compares them. Of none all are
    /// trusted.
    #[doc(alias = "trusted_hosts")]
    pub const fn trusted(mut self, trusted: &'r [&'r str]) -> Self {
        self.trusted = trusted;
        self
    }

    /// So many proxies in front of the server are ours and append to
    /// `X-Forwarded-Host`: the host is the one that the first of them saw, which
    /// is so many values from the end. Those before it the client may have
    /// written.
    ///
    /// With fewer values than that, none of them counts.
    #[doc(alias = "x_host")]
    pub const fn forwarded_hops(mut self, hops: usize) -> Self {
        self.hops = hops;
        self
    }
}

/// The host that a request is for, with its port unless that goes without
/// saying.
///
/// What [`HostRules`] lets proxies say, or else the Host header field, or else
/// `SERVER_NAME` and `SERVER_PORT`. The port of the scheme, of which
/// [`scheme`] knows, is left out.
///
/// # Errors
///
/// [`HostFault`], to be answered with 400. Werkzeug answers with nothing where
/// the host is missing or malformed and no list is given; here that is an error
/// as well.
#[doc(alias = "get_host")]
pub fn host<'e, E: Environ + ?Sized>(
    environ: &'e E,
    rules: &HostRules<'_>,
) -> Result<Host<'e>, HostFault> {
    let sent = forwarded(value(environ, "HTTP_X_FORWARDED_HOST"), rules.hops)
        .unwrap_or_else(|| value(environ, "HTTP_HOST"));
    let host = match sent {
        [] => Host::of_server(value(environ, "SERVER_NAME"), value(environ, "SERVER_PORT")),
        sent => Host::parse(sent),
    };
    let host = host?.without_default_port(scheme(environ));
    match is_trusted(host, rules.trusted) {
        true => Ok(host),
        false => Err(HostFault::Untrusted),
    }
}

fn forwarded(list: &[u8], hops: usize) -> Option<&[u8]> {
    let mut values = list.rsplit(|&byte| byte == b',').map(trim_blanks);
    let value = values.nth(hops.checked_sub(1)?)?;
    (!value.is_empty()).then_some(value)
}

/// Whether a host, as a Host header field names it, is in a list of trusted
/// ones. Of an empty list all are that are well formed; see [`Host::parse`].
///
/// An entry that begins with a dot is that host and all that end in it. Ports do
/// not count, nor does letter case. Addresses of IPv6 stand in brackets, and are
/// the same however they are written. A dot at the end is a part of the name. An
/// entry that is no host, such as `.`, trusts none.
///
/// Entries are compared as they are: write `xn--bcher-kva.example` for
/// `bücher.example`, which is how a host is sent. With the feature `idna`
/// `trusted_entry` does that, once and not at each request: it takes tables, and
/// memory.
///
/// ```
/// use tidegate_core::environ::host_is_trusted;
///
/// assert!(host_is_trusted("shop.example.org:8080", &[".example.org"]));
/// assert!(!host_is_trusted("badexample.org", &[".example.org"]));
/// assert!(host_is_trusted("[0:0::1]", &["[::1]"]));
/// ```
pub fn host_is_trusted<T: AsRef<[u8]>>(host: impl AsRef<[u8]>, trusted: &[T]) -> bool {
    Host::parse(&host).is_ok_and(|host| is_trusted(host, trusted))
}

fn is_trusted<T: AsRef<[u8]>>(host: Host<'_>, trusted: &[T]) -> bool {
    trusted.is_empty()
        || trusted
            .iter()
            .any(|entry| Entry::of(entry.as_ref()).trusts(host))
}

/// One of those that are trusted.
enum Entry<'t> {
    Name(&'t [u8]),
    /// All that end in a dot and this.
    Below(&'t [u8]),
    Address(Ipv6Addr),
    Nothing,
}

impl<'t> Entry<'t> {
    fn of(entry: &'t [u8]) -> Self {
        match split_port(entry).0 {
            [] | [b'.'] => Self::Nothing,
            [b'.', name @ ..] => Self::Below(name),
            [b'[', address @ .., b']'] => {
                let address = str::from_utf8(address).ok();
                let address = address.and_then(|address| address.parse().ok());
                address.map_or(Self::Nothing, Self::Address)
            }
            name => Self::Name(name),
        }
    }

    fn trusts(&self, host: Host<'_>) -> bool {
        let name = host.name().as_bytes();
        match (self, host.ipv6()) {
            (Self::Address(entry), Some(address)) => *entry == address,
            (Self::Name(entry), None) => name.eq_ignore_ascii_case(entry),
            (Self::Below(entry), None) => match name.len().checked_sub(entry.len()) {
                Some(0) => name.eq_ignore_ascii_case(entry),
                Some(at) => name[at - 1] == b'.' && name[at..].eq_ignore_ascii_case(entry),
                None => false,
            },
            (Self::Nothing | Self::Address(_), None) => false,
            (Self::Nothing | Self::Name(_) | Self::Below(_), Some(_)) => false,
        }
    }
}

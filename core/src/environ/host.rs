use super::Scheme;
use crate::{Fault, FaultClass};
use core::fmt;
use core::net::Ipv6Addr;
use core::str;

/// A host, and perhaps a port: what a Host header field says (RFC 9110 section
/// 7.2).
///
/// Only what a request of HTTP needs: a name of letters, digits, dots and dashes,
/// an address of IPv4, which looks the same, or one of IPv6 in brackets. That is
/// less than RFC 3986 section 3.2.2 allows, and so nothing that two readers may
/// take apart in two ways, such as `example.org:80@evil.org`.
///
/// ```
/// use tidegate_core::environ::{Host, HostFault};
///
/// let host = Host::parse("[::1]:8080")?;
/// assert_eq!((host.name(), host.port()), ("::1", Some(8080)));
/// assert_eq!(host.to_string(), "[::1]:8080");
/// assert_eq!(Host::parse("example.org:80@evil.org"), Err(HostFault::Port));
/// # Ok::<(), HostFault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Host<'h> {
    /// All ASCII, and without the brackets.
    name: &'h str,
    ipv6: bool,
    /// From 1 to 65535, without a zero in front.
    port: Option<&'h str>,
}

impl<'h> Host<'h> {
    /// The host that a Host header field names. No blanks may be around it.
    ///
    /// # Errors
    ///
    /// [`HostFault::Missing`] for nothing, and where it is none
    /// [`Malformed`](HostFault::Malformed), [`Address`](HostFault::Address) or
    /// [`Port`](HostFault::Port).
    pub fn parse<T: AsRef<[u8]> + ?Sized>(host: &'h T) -> Result<Self, HostFault> {
        let (name, port) = split_port(host.as_ref());
        let host = Self::without_port(name)?;
        let port = port.map(parse_port).transpose()?;
        Ok(Self { port, ..host })
    }

    /// That of a server, which says its name and its port apart, and an address
    /// of IPv6 without brackets.
    pub(super) fn of_server(name: &'h [u8], port: &'h [u8]) -> Result<Self, HostFault> {
        let host = match name {
            [first, ..] if *first != b'[' && name.contains(&b':') => Self::of_ipv6(name)?,
            _ => Self::without_port(name)?,
        };
        let port = match port {
            [] => None,
            port => Some(parse_port(port)?),
        };
        Ok(Self { port, ..host })
    }

    fn without_port(name: &'h [u8]) -> Result<Self, HostFault> {
        let is_plain = |byte: &u8| matches!(byte, b'.' | b'-') || byte.is_ascii_alphanumeric();
        match (name, str::from_utf8(name)) {
            ([], _) => Err(HostFault::Missing),
            ([b'[', address @ .., b']'], _) => Self::of_ipv6(address),
            (bytes, Ok(name)) if bytes.iter().all(is_plain) => Ok(Self {
                name,
                ipv6: false,
                port: None,
            }),
            _ => Err(HostFault::Malformed),
        }
    }

    fn of_ipv6(address: &'h [u8]) -> Result<Self, HostFault> {
        let name = str::from_utf8(address).map_err(|_| HostFault::Address)?;
        let _: Ipv6Addr = name.parse().map_err(|_| HostFault::Address)?;
        Ok(Self {
            name,
            ipv6: true,
            port: None,
        })
    }

    /// The name or the address, in the letter case it was sent in, without
    /// brackets.
    pub const fn name(&self) -> &'h str {
        self.name
    }

    /// The address, if it is one of IPv6.
    pub fn ipv6(&self) -> Option<Ipv6Addr> {
        self.name.parse().ok().filter(|_| self.ipv6)
    }

    /// The port, if there is one.
    pub fn port(&self) -> Option<u16> {
        self.port?.parse().ok()
    }

    /// The same without a port that goes without saying.
    #[must_use]
    pub fn without_default_port(self, scheme: Scheme) -> Self {
        match self.port() {
            Some(port) if port == scheme.default_port() => Self { port: None, ..self },
            _ => self,
        }
    }

    /// As it stands in a URL, in pieces.
    pub fn pieces(&self) -> impl Iterator<Item = &'h str> + Clone + use<'h> {
        let brackets = if self.ipv6 { ["[", "]"] } else { ["", ""] };
        let port = self.port.map_or(["", ""], |port| [":", port]);
        let pieces = [brackets[0], self.name, brackets[1], port[0], port[1]];
        pieces.into_iter().filter(|piece| !piece.is_empty())
    }
}

/// The port, behind its colon, which is not one of an address.
pub(super) fn split_port(host: &[u8]) -> (&[u8], Option<&[u8]>) {
    let address = match host {
        [b'[', ..] => host.iter().position(|&byte| byte == b']').unwrap_or(0),
        _ => 0,
    };
    match host[address..].iter().position(|&byte| byte == b':') {
        Some(colon) => {
            let (name, port) = host.split_at(address + colon);
            (name, Some(&port[1..]))
        }
        None => (host, None),
    }
}

fn parse_port(port: &[u8]) -> Result<&str, HostFault> {
    let text = str::from_utf8(port).map_err(|_| HostFault::Port)?;
    match (port, text.parse::<u16>()) {
        ([b'1'..=b'9', ..], Ok(_)) => Ok(text),
        _ => Err(HostFault::Port),
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| f.write_str(piece))
    }
}

/// Why a request is for no host, or for none of ours.
///
/// All of them are [`FaultClass::Malformed`], and so 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostFault {
    /// Neither the request nor the server names one.
    Missing,
    /// It has a byte that no host has.
    Malformed,
    /// What is in brackets is no address of IPv6.
    Address,
    /// The port is no number from 1 to 65535, or has a zero in front.
    Port,
    /// It is none of those that are trusted.
    Untrusted,
    /// It is no name of DNS: a part of it is empty, too long, or of characters that
    /// no name has (UTS #46).
    Name,
}

impl HostFault {
    /// The status code an HTTP server answers with: 400.
    pub fn http_status(&self) -> u16 {
        self.class().http_status()
    }
}

impl Fault for HostFault {
    fn class(&self) -> FaultClass {
        FaultClass::Malformed
    }
}

impl fmt::Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is no host",
            Self::Malformed => "the host has a byte that no host has",
            Self::Address => "the host is no address of IPv6",
            Self::Port => "the port of the host is none",
            Self::Untrusted => "the host is not trusted",
            Self::Name => "the host is no name of DNS",
        })
    }
}

impl core::error::Error for HostFault {}

#[cfg(feature = "std")]
impl From<HostFault> for std::io::Error {
    fn from(fault: HostFault) -> Self {
        Self::new(fault.class().into(), fault)
    }
}

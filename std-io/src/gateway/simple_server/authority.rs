//! `host:port`, as a Host header and some targets name it (RFC 9110 section
//! 7.2, RFC 3986 section 3.2.2).

use std::net::Ipv6Addr;

/// A host, which may be empty, and perhaps a port.
pub(super) fn is_valid(text: &[u8]) -> bool {
    let (host, port) = split(text);
    let is_host = match host {
        [b'[', address @ .., b']'] => {
            str::from_utf8(address).is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok())
        }
        _ => is_name(host),
    };
    is_host && (port.is_empty() || port[1..].iter().all(u8::is_ascii_digit))
}

/// As it has to be in an address of `http`.
pub(super) fn has_host(text: &[u8]) -> bool {
    is_valid(text) && !split(text).0.is_empty()
}

/// As CONNECT needs it.
pub(super) fn is_with_port(text: &[u8]) -> bool {
    has_host(text) && split(text).1.len() > 1
}

/// The host, and the port with its colon. An address of IPv6 has colons too.
fn split(text: &[u8]) -> (&[u8], &[u8]) {
    let address = text
        .iter()
        .position(|&byte| byte == b']')
        .map_or(0, |at| at + 1);
    let colon = text[address..].iter().position(|&byte| byte == b':');
    text.split_at(colon.map_or(text.len(), |at| address + at))
}

/// Also an address of IPv4. After each `%` come two digits.
fn is_name(text: &[u8]) -> bool {
    let is_plain = |&byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte);
    let mut parts = text.split(|&byte| byte == b'%');
    parts.next().is_some_and(|part| part.iter().all(is_plain))
        && parts.all(|part| match part {
            [high, low, rest @ ..] => {
                high.is_ascii_hexdigit() && low.is_ascii_hexdigit() && rest.iter().all(is_plain)
            }
            _ => false,
        })
}

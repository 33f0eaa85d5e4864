//! The bytes of a target and of a host (RFC 3986).

/// Whether a path or a query has a byte that no URI has, or a `%` without two
/// digits.
pub(super) fn has_odd_bytes(text: &[u8]) -> bool {
    let is_allowed = |byte: u8| is_name_byte(byte) || matches!(byte, b':' | b'@' | b'/' | b'?');
    !has_only(text, is_allowed)
}

/// `uri-host [ ":" port ]`. The host may be nothing, as that of a target that has
/// none.
pub(super) fn is_host(host: &[u8]) -> bool {
    let (name, port) = match host {
        [b'[', rest @ ..] => {
            let end = rest.iter().position(|&byte| byte == b']');
            let Some((address, behind)) = end.map(|end| rest.split_at(end)) else {
                return false;
            };
            if !is_address(address) {
                return false;
            }
            (&b""[..], &behind[1..])
        }
        _ => {
            let colon = host.iter().position(|&byte| byte == b':');
            host.split_at(colon.unwrap_or(host.len()))
        }
    };
    let is_port = |port: &[u8]| port.iter().all(u8::is_ascii_digit);
    has_only(name, is_name_byte)
        && match port {
            [] => true,
            [b':', port @ ..] => is_port(port),
            _ => false,
        }
}

/// One of IPv6, or of a version that is still to come.
fn is_address(address: &[u8]) -> bool {
    match address {
        [b'v' | b'V', rest @ ..] => {
            let is_allowed = |byte: &u8| is_name_byte(*byte) && *byte != b'%' || *byte == b':';
            rest.first().is_some_and(u8::is_ascii_hexdigit)
                && rest.contains(&b'.')
                && rest.iter().all(is_allowed)
        }
        _ => {
            let text = str::from_utf8(address).ok();
            text.is_some_and(|text| text.parse::<core::net::Ipv6Addr>().is_ok())
        }
    }
}

/// What names in a URI have: `unreserved` and `sub-delims`, and the `%` of an
/// escape.
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%')
        || matches!(byte, b'!' | b'$' | b'&'..=b',' | b';' | b'=')
}

fn has_only(text: &[u8], is_allowed: impl Fn(u8) -> bool) -> bool {
    let is_escape = |at: usize| {
        let digits = text.get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let mut bytes = text.iter().enumerate();
    bytes.all(|(at, &byte)| is_allowed(byte) && (byte != b'%' || is_escape(at)))
}

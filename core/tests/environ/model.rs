//! What variables mean, as the rules read, with all of it in hand: slow, and
//! obviously right.
#![allow(unreachable_pub, reason = "the fuzz targets are held to it too")]

use std::net::Ipv6Addr;
use tidegate_core::environ::{ExtractFault, HostFault};

pub type Bytes = Vec<u8>;

/// A host in lower case, an address of IPv6 as itself, and the port.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    pub name: Result<String, Ipv6Addr>,
    pub port: Option<u16>,
}

pub fn host(text: &[u8]) -> Result<Host, HostFault> {
    if text.is_empty() {
        return Err(HostFault::Missing);
    }
    let text = chars(text);
    let (name, port) = split_port(&text);
    let name = host_name(name)?;
    let port = match port {
        None => None,
        Some(digits) => Some(port_number(digits).ok_or(HostFault::Port)?),
    };
    Ok(Host { name, port })
}

/// One of each byte.
pub fn chars(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

pub fn host_name(name: &str) -> Result<Result<String, Ipv6Addr>, HostFault> {
    let address = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = address {
        return Ok(Err(address.parse().map_err(|_| HostFault::Address)?));
    }
    let is_plain = |char: char| char.is_ascii_alphanumeric() || char == '.' || char == '-';
    match name {
        "" => Err(HostFault::Missing),
        name if !name.chars().all(is_plain) => Err(HostFault::Malformed),
        name => Ok(Ok(name.to_ascii_lowercase())),
    }
}

/// Of an address the colons are no port's.
fn split_port(host: &str) -> (&str, Option<&str>) {
    let start = match host.find(']') {
        Some(at) if host.starts_with('[') => at,
        _ => 0,
    };
    match host[start..].split_once(':') {
        Some((_, port)) => (&host[..host.len() - port.len() - 1], Some(port)),
        None => (host, None),
    }
}

pub fn port_number(digits: &str) -> Option<u16> {
    let number = digits.parse().ok()?;
    (number > 0 && digits == u16::to_string(&number)).then_some(number)
}

pub fn host_is_trusted(text: &[u8], trusted: &[&str]) -> bool {
    let Ok(host) = host(text) else {
        return false;
    };
    trusted.is_empty() || trusted.iter().any(|entry| trusts(entry, &host))
}

pub fn trusts(entry: &str, host: &Host) -> bool {
    let entry = split_port(entry).0.to_ascii_lowercase();
    if entry.starts_with('[') && entry.ends_with(']') && entry.len() > 1 {
        let address = entry[1..entry.len() - 1].parse::<Ipv6Addr>();
        return host.name.is_err() && address.ok() == host.name.as_ref().err().copied();
    }
    let Ok(name) = &host.name else {
        return false;
    };
    match entry.strip_prefix('.') {
        Some("") => false,
        Some(below) => name == below || name.ends_with(&entry),
        None => *name == entry && !entry.is_empty(),
    }
}

/// Segment, SCRIPT_NAME and PATH_INFO behind it.
pub type Step = (Option<Bytes>, Bytes, Bytes);

pub fn pop_path_info(script_name: &[u8], path_info: &[u8]) -> Option<Step> {
    let mut script_name = script_name.to_vec();
    let mut rest = path_info.to_vec();
    if rest.is_empty() {
        return None;
    }
    while rest.first() == Some(&b'/') {
        script_name.push(rest.remove(0));
    }
    let mut segment = Vec::new();
    while rest.first().is_some_and(|&byte| byte != b'/') {
        segment.push(rest.remove(0));
    }
    script_name.extend(&segment);
    Some((Some(segment), script_name, rest))
}

pub fn peek_path_info(path_info: &[u8]) -> Option<Bytes> {
    let mut segments = path_info.split(|&byte| byte == b'/');
    segments
        .find(|segment| !segment.is_empty())
        .map(<[u8]>::to_vec)
}

pub fn shift_path_info(script_name: &[u8], path_info: &[u8]) -> Option<Step> {
    if path_info.is_empty() {
        return None;
    }
    let path = path_info.strip_prefix(b"/").unwrap_or(path_info);
    let mut parts: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    let last = parts.pop().unwrap();
    parts.retain(|part| !matches!(*part, b"" | b"."));
    parts.push(last);
    let name = parts.remove(0);
    let rest = parts.iter().flat_map(|part| [b"/", *part].concat());
    let mut above: Vec<&[u8]> = script_name.split(|&byte| byte == b'/').collect();
    while above.len() > 1 && above.last() == Some(&&b""[..]) {
        above.pop();
    }
    match name {
        b"." => {}
        b".." => {
            above.pop();
            while above.len() > 1 && above.last() == Some(&&b""[..]) {
                above.pop();
            }
        }
        name => above.push(name),
    }
    let segment = (name != b".").then(|| name.to_vec());
    Some((segment, above.join(&b'/'), rest.collect()))
}

/// With all but these, letters and digits escaped.
pub fn escape(bytes: &[u8], plain: &str) -> String {
    let escape = |&byte: &u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte if plain.as_bytes().contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    bytes.iter().map(escape).collect()
}

pub const SCRIPT_NAME: &str = "-._~/";
pub const PATH_INFO: &str = "-._~/;=,";
pub const PATH: &str = "-._~/;=,!$&'()*+:@";
pub const QUERY: &str = "-._~/;=,!$&'()*+:@?%";

/// The path that a URL is of an application.
pub fn extract_path_info(base: &str, url: &str, collapse: bool) -> Result<String, ExtractFault> {
    let (base_scheme, base_authority, base_path) = split_url(base)?;
    let base_scheme = base_scheme.ok_or(ExtractFault::NotHttp)?;
    let base_authority = base_authority.ok_or(ExtractFault::Malformed)?;
    let base_authority = authority(&base_authority, &base_scheme)?;
    let (scheme, url_authority, path) = split_url(url)?;
    let scheme = scheme.unwrap_or_else(|| base_scheme.clone());
    if [&scheme, &base_scheme]
        .iter()
        .any(|it| it.starts_with("ws"))
    {
        return Err(ExtractFault::NotHttp);
    }
    if scheme != base_scheme && !collapse {
        return Err(ExtractFault::OtherScheme);
    }
    let is_absolute = url_authority.is_some();
    if let Some(other) = url_authority
        && authority(&other, &scheme)? != base_authority
    {
        return Err(ExtractFault::OtherHost);
    }
    let base_path = match &base_path[..] {
        "" => "/".to_owned(),
        path => path.to_owned(),
    };
    let joined = match &path[..] {
        "" if is_absolute => "/".to_owned(),
        "" => base_path.clone(),
        path if path.starts_with('/') => path.to_owned(),
        path => format!("{}/{path}", base_path.rsplit_once('/').unwrap().0),
    };
    let mut root = resolve(&base_path)?;
    let segments = resolve(&joined)?;
    while root.last().is_some_and(String::is_empty) {
        root.pop();
    }
    let decoded = |segments: &[String]| -> Vec<Bytes> {
        segments.iter().map(|segment| unescape(segment)).collect()
    };
    if segments.len() < root.len() || decoded(&root) != decoded(&segments[..root.len()]) {
        return Err(ExtractFault::Outside);
    }
    let rest: Vec<String> = segments[root.len()..].iter().map(|it| iri(it)).collect();
    Ok(format!("/{}", rest.join("/").trim_start_matches('/')))
}

type Parts = (Option<String>, Option<String>, String);

fn split_url(url: &str) -> Result<Parts, ExtractFault> {
    if url.chars().any(|char| char.is_ascii_control()) {
        return Err(ExtractFault::Malformed);
    }
    let url = url.split(['?', '#']).next().unwrap();
    let is_scheme = |text: &str| {
        text.starts_with(|char: char| char.is_ascii_alphabetic())
            && text
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
    };
    let (scheme, rest) = match url.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme.to_ascii_lowercase()), rest),
        _ => (None, url),
    };
    if let Some(scheme) = &scheme
        && !["http", "https", "ws", "wss"].contains(&&scheme[..])
    {
        return Err(ExtractFault::NotHttp);
    }
    match (&scheme, rest.strip_prefix("//")) {
        (_, Some(rest)) => {
            let at = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(at);
            Ok((scheme, Some(authority.to_owned()), path.to_owned()))
        }
        (Some(_), None) => Err(ExtractFault::Malformed),
        (None, None) => Ok((None, None, rest.to_owned())),
    }
}

/// The host, folded, or its address, and the port that has to be said.
type Authority = (Result<Bytes, Ipv6Addr>, Option<u16>);

fn authority(text: &str, scheme: &str) -> Result<Authority, ExtractFault> {
    let malformed = ExtractFault::Malformed;
    if text.matches('@').count() > 1 || text.contains(['\\', ' ']) {
        return Err(malformed);
    }
    let host = text.rsplit('@').next().unwrap();
    let (host, port) = split_port(host);
    let port = match port {
        None | Some("") => None,
        Some(port) if port.starts_with('+') => return Err(malformed),
        Some(port) => Some(port.parse().map_err(|_| malformed)?),
    };
    let host = match host {
        "" => return Err(malformed),
        host if host.starts_with('[') && host.ends_with(']') && host.len() > 1 => {
            Err(host[1..host.len() - 1].parse().map_err(|_| malformed)?)
        }
        host => Ok(unescape(host).to_ascii_lowercase()),
    };
    let default = if scheme == "https" || scheme == "wss" {
        443
    } else {
        80
    };
    Ok((host, port.filter(|&port| port != default)))
}

/// With a stack.
fn resolve(path: &str) -> Result<Vec<String>, ExtractFault> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut stack = Vec::new();
    let mut deepest = 0;
    let mut ends_in_dots = false;
    for segment in path.split('/') {
        match &unescape(segment)[..] {
            b"." => ends_in_dots = true,
            b".." => {
                stack.pop();
                // Only the last counts.
                deepest = stack.len();
                ends_in_dots = true;
            }
            _ => {
                stack.push(segment.to_owned());
                ends_in_dots = false;
            }
        }
    }
    if ends_in_dots {
        stack.push(String::new());
    }
    match deepest {
        0..=64 => Ok(stack),
        _ => Err(ExtractFault::TooDeep),
    }
}

fn unescape(text: &str) -> Bytes {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes
            .get(at..at + 3)
            .filter(|escape| escape[0] == b'%' && escape[1..].iter().all(u8::is_ascii_hexdigit));
        match escape {
            Some(escape) => {
                let digits = std::str::from_utf8(&escape[1..]).unwrap();
                out.push(u8::from_str_radix(digits, 16).unwrap());
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

/// Tries every character that escapes at each place may stand for.
fn iri(segment: &str) -> String {
    let mut out = String::new();
    let mut rest = segment;
    while let Some(first) = rest.chars().next() {
        let found = (1..=4).find_map(|len| {
            let escapes = rest.get(..3 * len)?;
            let bytes = unescape(escapes);
            let begins = |escape: &[u8]| escape[0] == b'%';
            if bytes.len() != len || !escapes.as_bytes().chunks(3).all(begins) {
                return None;
            }
            let text = String::from_utf8(bytes).ok()?;
            let char = text.chars().next().filter(|char| char.len_utf8() == len)?;
            let is_plain =
                char.is_ascii_alphanumeric() || "-._~".contains(char) || !char.is_ascii();
            is_plain.then_some((char, 3 * len))
        });
        let (char, len) = found.unwrap_or((first, first.len_utf8()));
        out.push(char);
        rest = &rest[len..];
    }
    out
}

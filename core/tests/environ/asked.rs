//! Which host a request is for, what its header fields are called and how long its
//! body is: a model, and ours beside it.
#![allow(unreachable_pub, reason = "the fuzz targets use it too")]

use super::check::check_parts;
use super::model::{self, Host};
use tidegate_core::environ::{
    HostFault, HostRules, VariableFault, VariableName, content_length, host,
};

/// What a request and its server say of the host, and who is believed.
#[derive(Debug)]
pub struct Asked<'a> {
    pub forwarded: &'a [u8],
    pub host: &'a [u8],
    pub server_name: &'a [u8],
    pub server_port: &'a [u8],
    pub scheme: &'static str,
    pub hops: usize,
    pub trusted: &'a [&'a str],
}

pub const SCHEMES: [&str; 4] = ["http", "https", "ws", "wss"];

impl Asked<'_> {
    pub fn check(&self) {
        let variables = [
            ("HTTP_X_FORWARDED_HOST", self.forwarded),
            ("HTTP_HOST", self.host),
            ("SERVER_NAME", self.server_name),
            ("SERVER_PORT", self.server_port),
            ("wsgi.url_scheme", self.scheme.as_bytes()),
        ];
        let rules = HostRules::new()
            .trusted(self.trusted)
            .forwarded_hops(self.hops);
        match (host(&variables, &rules), self.model()) {
            (Ok(ours), Ok(model)) => check_parts(ours, &model),
            (ours, model) => assert_eq!(ours.map(drop), model.map(drop), "{self:?}"),
        }
    }

    fn model(&self) -> Result<Host, HostFault> {
        let forwarded = model::chars(self.forwarded);
        let values: Vec<&str> = forwarded
            .split(',')
            .map(|it| it.trim_matches([' ', '\t']))
            .collect();
        let said = match self.hops {
            hops @ 1.. if hops <= values.len() => values[values.len() - hops],
            _ => "",
        };
        let said: Vec<u8> = said.chars().map(|char| char as u8).collect();
        let mut host = match (&said[..], self.host) {
            ([], []) => self.server()?,
            ([], host) => model::host(host)?,
            (said, _) => model::host(said)?,
        };
        let default = if self.scheme.ends_with('s') && self.scheme != "ws" {
            443
        } else {
            80
        };
        host.port = host.port.filter(|&port| port != default);
        let is_trusted =
            self.trusted.is_empty() || self.trusted.iter().any(|entry| model::trusts(entry, &host));
        match is_trusted {
            true => Ok(host),
            false => Err(HostFault::Untrusted),
        }
    }

    /// Its port stands apart, so that a colon is one of an address.
    fn server(&self) -> Result<Host, HostFault> {
        let name = model::chars(self.server_name);
        let name = match name.contains(':') && !name.starts_with('[') {
            true => model::host_name(&format!("[{name}]"))?,
            false => model::host_name(&name)?,
        };
        let port = match &model::chars(self.server_port)[..] {
            "" => None,
            port => Some(model::port_number(port).ok_or(HostFault::Port)?),
        };
        Ok(Host { name, port })
    }
}

pub fn check_header_name(name: &[u8]) {
    let ours = VariableName::of_header(name).map(|name| name.to_string());
    assert_eq!(ours, variable_name(name), "{}", name.escape_ascii());
}

fn variable_name(header: &[u8]) -> Result<String, VariableFault> {
    let header = model::chars(header);
    let is_token = |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char);
    if header.is_empty() || !header.chars().all(is_token) {
        return Err(VariableFault::NotAToken);
    }
    if header.contains('_') {
        return Err(VariableFault::Underscore);
    }
    let name = header.to_ascii_uppercase().replace('-', "_");
    match &name[..] {
        "PROXY" => Err(VariableFault::Proxy),
        "CONTENT_TYPE" | "CONTENT_LENGTH" => Ok(name),
        _ => Ok(format!("HTTP_{name}")),
    }
}

/// Digits, and blanks around them: nothing else is a length.
pub fn check_length(value: &[u8]) {
    let text = model::chars(value);
    let digits = text.trim_matches([' ', '\t']);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let expected = match value {
        [] => Some(None),
        _ if is_number => digits.parse::<u64>().ok().map(Some),
        _ => None,
    };
    let ours = content_length(&[("CONTENT_LENGTH", value)]);
    assert_eq!(ours.ok(), expected, "{}", value.escape_ascii());
}

use super::host::split_port;
use super::{Host, HostFault};
use alloc::string::String;
use core::str;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// An entry for a list of trusted hosts, in ASCII: how a client sends a host.
///
/// [`host_is_trusted`](super::host_is_trusted) compares entries as they are, and
/// allocates nothing. So one that is written in other letters trusts nobody, until
/// this has encoded it: once, when the list is made. What trusts nobody in any case
/// is an error here.
///
/// As browsers encode names (UTS #46, not transitional). Werkzeug uses Python's
/// older codec, to which `straße.example` is `strasse.example`; to browsers it is
/// another name, and may be another's.
///
/// ```
/// use tidegate_core::environ::{HostFault, HostRules, host, trusted_entry};
///
/// let configured = ["bücher.example", ".Example.org"];
/// let entries = configured.map(trusted_entry).into_iter().collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(entries, ["xn--bcher-kva.example", ".example.org"]);
///
/// let trusted: Vec<&str> = entries.iter().map(String::as_str).collect();
/// let rules = HostRules::new().trusted(&trusted);
/// assert!(host(&[("HTTP_HOST", "xn--bcher-kva.example")], &rules).is_ok());
/// # Ok::<(), HostFault>(())
/// ```
///
/// # Errors
///
/// [`HostFault`]: of an address, a port or a character what [`Host::parse`] says,
/// and [`Name`](HostFault::Name) if it is no name of DNS. Do not merely leave such
/// an entry out: of an empty list all hosts are trusted.
pub fn trusted_entry(entry: &str) -> Result<String, HostFault> {
    let (dot, host) = match entry.strip_prefix('.') {
        Some(host) => (".", host),
        None => ("", entry),
    };
    if host.starts_with('[') {
        Host::parse(host)?;
        // Below an address there is nothing.
        return match dot {
            "" => Ok(entry.into()),
            _ => Err(HostFault::Name),
        };
    }
    let (name, port) = split_port(host.as_bytes());
    if name.is_empty() {
        return Err(HostFault::Missing);
    }
    let name = Uts46::new().to_ascii(
        name,
        AsciiDenyList::STD3,
        Hyphens::Allow,
        DnsLength::VerifyAllowRootDot,
    );
    let mut entry = String::from(dot);
    entry += &name.map_err(|_| HostFault::Name)?;
    if let Some(port) = port {
        entry.push(':');
        entry += str::from_utf8(port).map_err(|_| HostFault::Port)?;
    }
    Host::parse(&entry[dot.len()..])?;
    Ok(entry)
}

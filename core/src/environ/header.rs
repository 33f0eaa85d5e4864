use crate::Fault;
use crate::FaultClass;
use crate::field::is_token;
use core::fmt::{self, Write};

/// Whether a header field is between two neighbours on the way alone, and not
/// passed on: Connection, Keep-Alive, Proxy-Authenticate, Proxy-Authorization,
/// Proxy-Connection, TE, Trailer, Transfer-Encoding and Upgrade, in any letter
/// case.
///
/// Those of RFC 2616 section 13.5.1, which `wsgiref` has, with its misspelt
/// `Trailers`, and of RFC 9110 section 7.6.1.
///
/// ```
/// use tidegate_core::environ::is_hop_by_hop;
///
/// assert!(is_hop_by_hop("Transfer-Encoding"));
/// assert!(!is_hop_by_hop("Content-Length"));
/// ```
pub fn is_hop_by_hop(name: impl AsRef<[u8]>) -> bool {
    const NAMES: [&str; 10] = [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "trailers",
        "transfer-encoding",
        "upgrade",
    ];
    let name = name.as_ref();
    NAMES
        .iter()
        .any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}

/// The name of the variable that a header field becomes (RFC 3875 section
/// 4.1.18): `HTTP_` and its name in capitals, with `_` for `-`.
///
/// ```
/// use tidegate_core::environ::{VariableFault, VariableName};
///
/// let name = VariableName::of_header("Accept-Language")?;
/// assert_eq!(name.to_string(), "HTTP_ACCEPT_LANGUAGE");
/// assert!(name == *"HTTP_ACCEPT_LANGUAGE");
/// assert_eq!(VariableName::of_header("Content-Type")?.to_string(), "CONTENT_TYPE");
/// assert_eq!(VariableName::of_header("Proxy").unwrap_err(), VariableFault::Proxy);
/// # Ok::<(), VariableFault>(())
/// ```
#[derive(Clone, Copy)]
pub struct VariableName<'h> {
    header: &'h [u8],
}

impl<'h> VariableName<'h> {
    /// That of this header field.
    ///
    /// # Errors
    ///
    /// [`VariableFault`]. Leave [`Proxy`](VariableFault::Proxy) out; the others
    /// are to be answered with 400.
    pub fn of_header<N: AsRef<[u8]> + ?Sized>(name: &'h N) -> Result<Self, VariableFault> {
        let header = name.as_ref();
        if !is_token(header) {
            Err(VariableFault::NotAToken)
        } else if header.contains(&b'_') {
            Err(VariableFault::Underscore)
        } else if header.eq_ignore_ascii_case(b"proxy") {
            Err(VariableFault::Proxy)
        } else {
            Ok(Self { header })
        }
    }

    /// The name, byte by byte: all of it ASCII.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + Clone + use<'h> {
        let is_without = [&b"content-type"[..], b"content-length"]
            .iter()
            .any(|other| self.header.eq_ignore_ascii_case(other));
        let prefix: &[u8] = if is_without { b"" } else { b"HTTP_" };
        let name = self.header.iter().map(|byte| match byte {
            b'-' => b'_',
            byte => byte.to_ascii_uppercase(),
        });
        prefix.iter().copied().chain(name)
    }
}

impl PartialEq<str> for VariableName<'_> {
    fn eq(&self, other: &str) -> bool {
        self.bytes().eq(other.bytes())
    }
}

impl fmt::Display for VariableName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes()
            .try_for_each(|byte| f.write_char(char::from(byte)))
    }
}

impl fmt::Debug for VariableName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a header field becomes no variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VariableFault {
    /// It has a byte that no name of a field has, or none at all.
    NotAToken,
    /// It has an underscore: `X_User` would pass for the `X-User` that a proxy in
    /// front may have set, and is not what the proxy removes.
    Underscore,
    /// `Proxy`, which would become `HTTP_PROXY`: what programs take for the
    /// address of the proxy to use (CVE-2016-5385 and its kin, "httpoxy").
    Proxy,
}

impl VariableFault {
    /// The status code an HTTP server answers with: 400.
    pub fn http_status(&self) -> u16 {
        self.class().http_status()
    }
}

impl Fault for VariableFault {
    fn class(&self) -> FaultClass {
        FaultClass::Malformed
    }
}

impl fmt::Display for VariableFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAToken => "the name of a header field is no token",
            Self::Underscore => "the name of a header field has an underscore",
            Self::Proxy => "a Proxy header field is no variable",
        })
    }
}

impl core::error::Error for VariableFault {}

#[cfg(feature = "std")]
impl From<VariableFault> for std::io::Error {
    fn from(fault: VariableFault) -> Self {
        Self::new(fault.class().into(), fault)
    }
}

use super::Rule;
#[cfg(feature = "alloc")]
use super::Severity;
#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::fmt;

/// Who broke a rule, which, and where.
///
/// The name of a field is lent; with `alloc`, [`into_owned`](Self::into_owned)
/// keeps it, and makes an error of it that can travel.
///
/// ```
/// use tidegate_core::validate::{RequestHead, ResponseCheck};
///
/// let request = RequestHead::new("GET", "/", [("Host", "example.org")]);
/// let mut found = None;
/// ResponseCheck::new(&request).head(200, [("Connection", "close")], &mut |it| found = Some(it.to_string()));
/// assert_eq!(
///     found.as_deref(),
///     Some("a field is the server's to send, in the field \"Connection\" of the response (HopByHop)"),
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Violation<N> {
    /// Who has to mend it.
    pub side: Side,
    /// The rule.
    pub rule: Rule,
    /// Where it was broken.
    pub place: Place<N>,
}

/// The two sides of a gateway.
///
/// Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Whoever calls the application: a server, a handler, or middleware around
    /// it.
    Server,
    /// Whoever answers.
    Application,
}

/// Where a rule was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place<N> {
    /// The method of the request.
    Method,
    /// The target of the request.
    Target,
    /// This variable.
    Variable(&'static str),
    /// This field of the request, which may be the one that is missing.
    RequestField(N),
    /// The body of the request.
    Input {
        /// How many bytes of it lie before.
        at: u64,
        /// The announced length.
        of: Option<u64>,
    },
    /// The status, which is this.
    Status(u16),
    /// This field of the response, which may be the one that is missing.
    Field(N),
    /// The body of the response.
    Body {
        /// How many bytes of it lie before.
        at: u64,
        /// The promised length.
        of: Option<u64>,
    },
    /// This trailer field of the response.
    Trailer(N),
}

/// One that keeps the name of its field.
#[cfg(feature = "alloc")]
pub type OwnedViolation = Violation<Box<[u8]>>;

#[cfg(feature = "alloc")]
impl<N: AsRef<[u8]>> Violation<N> {
    /// The same with a name of its own.
    pub fn into_owned(self) -> OwnedViolation {
        let owned = |name: N| Box::from(name.as_ref());
        Violation {
            side: self.side,
            rule: self.rule,
            place: match self.place {
                Place::Method => Place::Method,
                Place::Target => Place::Target,
                Place::Variable(name) => Place::Variable(name),
                Place::RequestField(name) => Place::RequestField(owned(name)),
                Place::Input { at, of } => Place::Input { at, of },
                Place::Status(status) => Place::Status(status),
                Place::Field(name) => Place::Field(owned(name)),
                Place::Body { at, of } => Place::Body { at, of },
                Place::Trailer(name) => Place::Trailer(owned(name)),
            },
        }
    }

    /// Whether it is against the rules, and not only questionable.
    pub fn is_violation(&self) -> bool {
        self.rule.severity() == Severity::Violation
    }
}

impl<N: AsRef<[u8]>> fmt::Display for Violation<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} ({:?})", self.rule, self.place, self.rule)
    }
}

impl<N: AsRef<[u8]>> fmt::Display for Place<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("in the method of the request"),
            Self::Target => f.write_str("in the target of the request"),
            Self::Variable(name) => write!(f, "in the variable {name}"),
            Self::RequestField(name) => write_field(f, name, "field", "request"),
            Self::Input { at, of } => write_byte(f, *at, *of, "input"),
            Self::Status(status) => write!(f, "with the status {status}"),
            Self::Field(name) => write_field(f, name, "field", "response"),
            Self::Body { at, of } => write_byte(f, *at, *of, "body"),
            Self::Trailer(name) => write_field(f, name, "trailer", "response"),
        }
    }
}

/// A name may be anything: none breaks out of its line.
fn write_field<N: AsRef<[u8]>>(
    f: &mut fmt::Formatter<'_>,
    name: &N,
    kind: &str,
    message: &str,
) -> fmt::Result {
    let name = name.as_ref().escape_ascii();
    write!(f, "in the {kind} \"{name}\" of the {message}")
}

fn write_byte(f: &mut fmt::Formatter<'_>, at: u64, of: Option<u64>, stream: &str) -> fmt::Result {
    match of {
        Some(of) => write!(f, "at byte {at} of {of} of the {stream}"),
        None => write!(f, "at byte {at} of the {stream}"),
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server => "server",
            Self::Application => "application",
        })
    }
}

impl<N: AsRef<[u8]> + fmt::Debug> core::error::Error for Violation<N> {}

#[cfg(feature = "std")]
impl From<OwnedViolation> for std::io::Error {
    fn from(violation: OwnedViolation) -> Self {
        Self::new(std::io::ErrorKind::InvalidData, violation)
    }
}

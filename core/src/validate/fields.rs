//! What holds for any field, and which fields there are.

use super::{Place, Rule, Side, Violation};
use crate::field::{is_token, is_value_byte, trim_blanks};

/// Where violations are told, each as it is found.
pub type Report<'r> = &'r mut dyn FnMut(Violation<&[u8]>);

/// The bytes of one field, which is at this place.
pub(super) fn check_bytes(
    side: Side,
    place: Place<&[u8]>,
    name: &[u8],
    value: &[u8],
    report: Report<'_>,
) {
    let mut tell = |rule| report(Violation { side, rule, place });
    if !is_token(name) {
        tell(Rule::FieldName);
    } else if !is_plain(name) {
        tell(Rule::NameStyle);
    }
    if !value.iter().all(|&byte| is_value_byte(byte)) {
        tell(Rule::FieldValue);
    } else if trim_blanks(value).len() < value.len() || !value.is_ascii() {
        tell(Rule::ValueStyle);
    }
}

fn is_plain(name: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(is_plain)
        && name.last() != Some(&b'-')
}

/// The fields that some rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Age,
    Allow,
    Connection,
    ContentLength,
    ContentLocation,
    ContentRange,
    ContentType,
    Date,
    ETag,
    Expires,
    Host,
    IfModifiedSince,
    IfNoneMatch,
    LastModified,
    Location,
    ProxyAuthenticate,
    Range,
    RetryAfter,
    Server,
    Status,
    Trailer,
    Upgrade,
    WwwAuthenticate,
}

impl Known {
    #[rustfmt::skip]
    const NAMES: [(Self, &'static str); 23] = [
        (Self::Age, "age"),
        (Self::Allow, "allow"),
        (Self::Connection, "connection"),
        (Self::ContentLength, "content-length"),
        (Self::ContentLocation, "content-location"),
        (Self::ContentRange, "content-range"),
        (Self::ContentType, "content-type"),
        (Self::Date, "date"),
        (Self::ETag, "etag"),
        (Self::Expires, "expires"),
        (Self::Host, "host"),
        (Self::IfModifiedSince, "if-modified-since"),
        (Self::IfNoneMatch, "if-none-match"),
        (Self::LastModified, "last-modified"),
        (Self::Location, "location"),
        (Self::ProxyAuthenticate, "proxy-authenticate"),
        (Self::Range, "range"),
        (Self::RetryAfter, "retry-after"),
        (Self::Server, "server"),
        (Self::Status, "status"),
        (Self::Trailer, "trailer"),
        (Self::Upgrade, "upgrade"),
        (Self::WwwAuthenticate, "www-authenticate"),
    ];

    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        let known = names.find(|(_, other)| name.eq_ignore_ascii_case(other.as_bytes()));
        known.map(|(known, _)| *known)
    }

    pub(super) fn name(self) -> &'static [u8] {
        let mut names = Self::NAMES.iter();
        let known = names.find(|(known, _)| *known == self);
        known.map_or(b"", |(_, name)| name.as_bytes())
    }

    /// It is no list, so that two of it say two things. Content-Length has a rule
    /// of its own.
    pub(super) const fn has_one_value(self) -> bool {
        match self {
            Self::Age
            | Self::ContentLocation
            | Self::ContentRange
            | Self::ContentType
            | Self::Date
            | Self::ETag
            | Self::Expires
            | Self::LastModified
            | Self::Location
            | Self::RetryAfter
            | Self::Server => true,
            Self::Allow
            | Self::Connection
            | Self::ContentLength
            | Self::Host
            | Self::IfModifiedSince
            | Self::IfNoneMatch
            | Self::ProxyAuthenticate
            | Self::Range
            | Self::Status
            | Self::Trailer
            | Self::Upgrade
            | Self::WwwAuthenticate => false,
        }
    }
}

/// Which of them a head has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen(u32);

impl Seen {
    pub(super) fn of<N: AsRef<[u8]>, V>(fields: impl IntoIterator<Item = (N, V)>) -> Self {
        let known = fields.into_iter();
        let known = known.filter_map(|(name, _)| Known::of(name.as_ref()));
        known.fold(Self::default(), |seen, known| {
            Self(seen.0 | Self::bit(known))
        })
    }

    /// Whether it was there before.
    pub(super) const fn insert(&mut self, known: Known) -> bool {
        let was_there = self.has(known);
        self.0 |= Self::bit(known);
        was_there
    }

    pub(super) const fn has(self, known: Known) -> bool {
        self.0 & Self::bit(known) != 0
    }

    const fn bit(known: Known) -> u32 {
        1 << known as u32
    }
}

/// Whether a list of tokens has this one, in any letter case.
pub(super) fn lists(value: &[u8], token: &str) -> bool {
    let mut tokens = value.split(|&byte| byte == b',').map(trim_blanks);
    tokens.any(|other| other.eq_ignore_ascii_case(token.as_bytes()))
}

/// `[W/]"..."`
pub(super) fn is_etag(value: &[u8]) -> bool {
    let opaque = value.strip_prefix(b"W/").unwrap_or(value);
    let is_inside = |byte: &u8| matches!(byte, b'!' | b'#'..=b'~' | 0x80..);
    match opaque {
        [b'"', inside @ .., b'"'] => inside.iter().all(is_inside),
        _ => false,
    }
}

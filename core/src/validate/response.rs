use super::fields::{Known, Report, Seen, check_bytes, is_etag, lists};
use super::output::{Allowed, OutputCheck};
use super::{Place, RequestHead, Rule, Side, Violation};
use crate::environ::is_hop_by_hop;
use crate::field::trim_blanks;
use crate::{BodyKind, HttpVersion, MediaType};

/// The response of an application to one request: its head, its body, and what
/// the server does with it.
///
/// Say what happens, in its order; it says which rules that breaks. The
/// [head](Self::head) gives the check of the body.
///
/// ```
/// use tidegate_core::validate::{RequestHead, ResponseCheck, Rule};
///
/// let mut rules = Vec::new();
/// let mut report = |violation: tidegate_core::validate::Violation<&[u8]>| rules.push(violation.rule);
/// let request = RequestHead::new("GET", "/", [("Host", "example.org")]);
/// let headers = [("Content-Type", "text/plain"), ("Content-Length", "3")];
/// let mut body = ResponseCheck::new(&request).head(200, headers, &mut report);
/// body.piece(2, &mut report);
/// body.piece(2, &mut report);
/// body.end(&mut report);
/// body.close(&mut report);
/// assert_eq!(rules, [Rule::TooLong]);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ResponseCheck {
    method: Method,
    version: Option<HttpVersion>,
    asks_for_range: bool,
    has_condition: bool,
    shares_connection: bool,
}

/// What of the method a response depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Get,
    Head,
    Connect,
    Other,
}

impl ResponseCheck {
    /// Of the response to this request.
    pub fn new<N, V, H>(request: &RequestHead<'_, H>) -> Self
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
        H: IntoIterator<Item = (N, V)> + Clone,
    {
        let seen = request.seen();
        let methods = [
            (Method::Get, "GET"),
            (Method::Head, "HEAD"),
            (Method::Connect, "CONNECT"),
        ];
        let mut methods = methods.into_iter();
        let method = methods.find(|(_, name)| request.is_method(name));
        Self {
            method: method.map_or(Method::Other, |(method, _)| method),
            version: request.http_version(),
            asks_for_range: seen.has(Known::Range),
            has_condition: seen.has(Known::IfNoneMatch) || seen.has(Known::IfModifiedSince),
            shares_connection: false,
        }
    }

    /// The application may speak of the connection, as one under hyper does to
    /// upgrade it or to announce trailers. That of a gateway may not.
    pub const fn shares_connection(mut self) -> Self {
        self.shares_connection = true;
        self
    }

    /// The application has answered with this head; reports what is wrong with
    /// it, each rule at each place.
    pub fn head<N, V, H>(self, status: u16, headers: H, report: Report<'_>) -> OutputCheck
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
        H: IntoIterator<Item = (N, V)> + Clone,
    {
        let lengths = headers.clone().into_iter();
        let lengths =
            lengths.filter(|(name, _)| Known::of(name.as_ref()) == Some(Known::ContentLength));
        let length =
            BodyKind::of_request(HttpVersion::Http11, lengths).map(BodyKind::content_length);
        if length.is_err() {
            tell(Rule::ContentLength, field(Known::ContentLength), report);
        }
        let length = length.ok().flatten();
        let head = Head::of(self, status, headers, report);
        head.check_status(report);
        head.check_needs(report);
        let has_none = self.has_no_body(status);
        if length.is_some_and(|length| length > 0) && self.has_no_length(status) {
            tell(Rule::LengthForbidden, field(Known::ContentLength), report);
        }
        if head.seen.has(Known::ContentType) && has_none {
            tell(Rule::TypeUnneeded, field(Known::ContentType), report);
        }
        OutputCheck::new(
            match self.method {
                Method::Head => Allowed::ForHead,
                _ if has_none => Allowed::Nothing,
                _ => Allowed::Body,
            },
            length,
            head.seen.has(Known::ContentType),
            // In HTTP/2 they come announced or not.
            self.version.is_none() || head.seen.has(Known::Trailer),
        )
    }

    /// RFC 9110 sections 6.4.1 and 15.3.6.
    fn has_no_body(self, status: u16) -> bool {
        matches!(status, 100..=199 | 204 | 205 | 304) || self.is_tunnel(status)
    }

    fn has_no_length(self, status: u16) -> bool {
        matches!(status, 100..=199 | 204 | 205) || self.is_tunnel(status)
    }

    fn is_tunnel(self, status: u16) -> bool {
        self.method == Method::Connect && matches!(status, 200..=299)
    }
}

/// What is known of a head once all of its fields were seen.
struct Head {
    check: ResponseCheck,
    status: u16,
    seen: Seen,
    /// Connection lists `upgrade`.
    upgrades: bool,
    /// Content-Type is that of several ranges.
    is_multipart: bool,
}

impl Head {
    fn of<N, V>(
        check: ResponseCheck,
        status: u16,
        headers: impl IntoIterator<Item = (N, V)>,
        report: Report<'_>,
    ) -> Self
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let mut head = Self {
            check,
            status,
            seen: Seen::default(),
            upgrades: false,
            is_multipart: false,
        };
        for (name, value) in headers {
            head.field(name.as_ref(), value.as_ref(), report);
        }
        head
    }

    fn field(&mut self, name: &[u8], value: &[u8], report: Report<'_>) {
        let place = Place::Field(name);
        check_bytes(Side::Application, place, name, value, report);
        if let Some(rule) = self.of_connection(name, value) {
            tell(rule, place, report);
        }
        let Some(known) = Known::of(name) else {
            return;
        };
        if self.seen.insert(known) && known.has_one_value() {
            tell(Rule::RepeatedField, place, report);
        }
        let value = trim_blanks(value);
        match known {
            Known::Connection => self.upgrades |= lists(value, "upgrade"),
            Known::ContentType => match MediaType::parse(value) {
                Ok(of) => self.is_multipart = of.kind().eq_ignore_ascii_case("multipart"),
                Err(_) => tell(Rule::ContentType, place, report),
            },
            Known::ETag if !is_etag(value) => tell(Rule::ETag, place, report),
            Known::Status => tell(Rule::StatusField, place, report),
            _ => {}
        }
    }

    /// What is wrong with a field that is not passed on, if it is one.
    fn of_connection(&self, name: &[u8], value: &[u8]) -> Option<Rule> {
        if !is_hop_by_hop(name) {
            return None;
        }
        let may_be_there = self.check.shares_connection
            && match (Known::of(name), self.check.version) {
                (Some(Known::Trailer), _) => true,
                (Some(Known::ProxyAuthenticate), _) => self.status == 407,
                (Some(Known::Connection | Known::Upgrade), version) => version.is_some(),
                _ => false,
            };
        let is_only_upgrade = || trim_blanks(value).eq_ignore_ascii_case(b"upgrade");
        match Known::of(name) {
            _ if !may_be_there => Some(Rule::HopByHop),
            Some(Known::Connection) if !is_only_upgrade() => Some(Rule::ConnectionOption),
            _ => None,
        }
    }

    fn check_status(&self, report: Report<'_>) {
        let Self { check, status, .. } = *self;
        let may_switch = check.shares_connection && check.version == Some(HttpVersion::Http11);
        let is_asked_for = match status {
            206 | 416 => check.asks_for_range,
            304 => check.has_condition && matches!(check.method, Method::Get | Method::Head),
            _ => true,
        };
        let rule = match status {
            101 if may_switch => return,
            100..=199 => Rule::Interim,
            200..=599 if is_asked_for => return,
            200..=599 => Rule::Unasked,
            _ => Rule::Status,
        };
        tell(rule, Place::Status(status), report);
    }

    fn check_needs(&self, report: Report<'_>) {
        let shares = self.check.shares_connection;
        let required = match self.status {
            101 | 426 if shares => Some(Known::Upgrade),
            206 if !self.is_multipart => Some(Known::ContentRange),
            401 => Some(Known::WwwAuthenticate),
            405 => Some(Known::Allow),
            407 if shares => Some(Known::ProxyAuthenticate),
            _ => None,
        };
        let advised = match self.status {
            301 | 302 | 303 | 307 | 308 => Some(Known::Location),
            416 => Some(Known::ContentRange),
            _ => None,
        };
        for (needed, rule) in [
            (required, Rule::RequiredField),
            (advised, Rule::AdvisedField),
        ] {
            if let Some(needed) = needed.filter(|needed| !self.seen.has(*needed)) {
                tell(rule, field(needed), report);
            }
        }
        if shares && self.seen.has(Known::Upgrade) && !self.upgrades && self.check.version.is_some()
        {
            tell(Rule::RequiredField, field(Known::Connection), report);
        }
    }
}

fn field(known: Known) -> Place<&'static [u8]> {
    Place::Field(known.name())
}

fn tell(rule: Rule, place: Place<&[u8]>, report: Report<'_>) {
    let side = Side::Application;
    report(Violation { side, rule, place });
}

//! Why a request is not answered by a route. The connection ends with it.

use crate::answer::{Answer, Manner, reason};
use crate::request::Request;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, ErrorKind};
use tidegate_std_io::{At, PaceFault, fault_class};

pub(crate) struct Refusal {
    status: u16,
    why: Cow<'static, str>,
    /// The request, as far as it was understood.
    request: Option<String>,
    with_content: bool,
}

impl Refusal {
    pub(crate) fn new(status: u16, why: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            why: why.into(),
            request: None,
            with_content: true,
        }
    }

    /// 400: the client broke a rule of HTTP.
    pub(crate) fn bad(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, why)
    }

    /// The request that is refused.
    pub(crate) fn of(mut self, request: &Request<'_>) -> Self {
        self.request = Some(request.to_string());
        self.with_content = !request.is_head();
        self
    }

    /// Puts what matters before the reason.
    pub(crate) fn because(mut self, what: &str) -> Self {
        self.why = format!("{what}: {}", self.why).into();
        self
    }

    pub(crate) fn answer(&self) -> Answer {
        Answer::text(
            self.status,
            format!("{} {}: {}\n", self.status, reason(self.status), self.why),
        )
    }

    pub(crate) fn manner(&self) -> Manner {
        Manner::last(self.with_content)
    }
}

/// The faults of tidegate travel in an `io::Error`, and know their status. What
/// else fails is the connection, or our own fault.
impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        // Its offset counts from wherever the patience with a request began.
        let slow = error.get_ref().and_then(|cause| cause.downcast_ref());
        if let Some(At::<PaceFault> { fault, .. }) = slow {
            return Self::new(408, fault.to_string());
        }
        let status = match (fault_class(&error), error.kind()) {
            (Some(class), _) => class.http_status(),
            (None, ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => 400,
            (None, ErrorKind::BrokenPipe) => 400,
            (None, ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => 507,
            (None, _) => 500,
        };
        Self::new(status, error.to_string())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.request.as_deref().unwrap_or("-");
        write!(f, "{request}: {} {}", self.status, self.why)
    }
}

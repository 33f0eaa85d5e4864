use super::fields::{Report, check_bytes};
use super::{Place, Rule, Side, Violation};
use crate::transfer::is_no_trailer;

/// The body of a response between an application that gives it and a server that
/// sends it; see [`ResponseCheck`](super::ResponseCheck), whose head it has.
///
/// It copies nothing and allocates nothing.
#[derive(Clone, Debug)]
pub struct OutputCheck {
    allowed: Allowed,
    state: State,
    sent: u64,
    /// It is promised to have at least so many bytes, and at most so many.
    least: u64,
    most: Option<u64>,
    has_type: bool,
    announces_trailers: bool,
}

/// What of a body there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    Body,
    /// It says how long it would be.
    ForHead,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Data, trailers or the end may come.
    Open,
    Trailed,
    Ended,
    Failed,
    /// The server could not send a piece.
    Refused,
    /// And more was written all the same.
    Ignored,
    Closed,
}

impl OutputCheck {
    pub(super) fn new(
        allowed: Allowed,
        length: Option<u64>,
        has_type: bool,
        announces_trailers: bool,
    ) -> Self {
        Self {
            allowed,
            state: State::Open,
            sent: 0,
            least: length.unwrap_or(0),
            most: length,
            has_type,
            announces_trailers,
        }
    }

    /// The application says that its body has at least so many bytes, and at most
    /// so many. For before the first piece.
    pub fn size(&mut self, least: u64, most: Option<u64>, report: Report<'_>) {
        match self.allowed {
            Allowed::ForHead => {}
            Allowed::Nothing if least > 0 => {
                self.tell(Side::Application, Rule::BodyForbidden, report);
            }
            Allowed::Nothing => {}
            Allowed::Body => match self.most {
                None => (self.least, self.most) = (least, most),
                Some(promised) if promised < least || most.is_some_and(|most| most < promised) => {
                    let has = most.filter(|most| *most < promised).unwrap_or(least);
                    self.tell_at(has, Side::Application, Rule::OtherLength, report);
                }
                Some(_) => {}
            },
        }
    }

    /// The server asks for more.
    pub fn asked(&mut self, report: Report<'_>) {
        match self.state {
            State::Open | State::Trailed | State::Refused | State::Ignored => {}
            State::Ended | State::Failed => self.tell(Side::Server, Rule::AskedAfterEnd, report),
            State::Closed => self.tell(Side::Server, Rule::AfterClose, report),
        }
    }

    /// A piece of so many bytes comes from the application, to be sent.
    pub fn piece(&mut self, bytes: u64, report: Report<'_>) {
        if bytes == 0 {
            return;
        }
        let before = self.sent;
        let most = self.most.unwrap_or(u64::MAX);
        self.sent = before.saturating_add(bytes);
        let (side, rule) = match (self.state, self.allowed) {
            (State::Open, Allowed::Body) if before <= most && self.sent > most => {
                (Side::Application, Rule::TooLong)
            }
            (State::Open, Allowed::Body) if before == 0 && !self.has_type => {
                (Side::Application, Rule::TypeMissing)
            }
            (State::Open, Allowed::Body) => return,
            (State::Open, _) if before > 0 => return,
            (State::Open, Allowed::ForHead) => (Side::Server, Rule::BodyForHead),
            (State::Open, Allowed::Nothing) => (Side::Application, Rule::BodyForbidden),
            (State::Trailed, _) => (Side::Application, Rule::AfterTrailers),
            (State::Ended | State::Failed, _) => (Side::Application, Rule::AfterEnd),
            (State::Refused, _) => {
                self.state = State::Ignored;
                (Side::Application, Rule::WriteAfterFailure)
            }
            (State::Ignored, _) => return,
            (State::Closed, _) => (Side::Server, Rule::AfterClose),
        };
        self.tell_at(before, side, rule, report);
    }

    /// Trailers come from the application.
    pub fn trailers<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &mut self,
        fields: impl IntoIterator<Item = (N, V)>,
        report: Report<'_>,
    ) {
        match self.state {
            State::Open => {
                self.state = State::Trailed;
                self.expect_least(report);
            }
            State::Trailed => self.tell(Side::Application, Rule::AfterTrailers, report),
            State::Ended | State::Failed | State::Refused | State::Ignored => {
                self.tell(Side::Application, Rule::AfterEnd, report);
            }
            State::Closed => self.tell(Side::Server, Rule::AfterClose, report),
        }
        for (name, value) in fields {
            let (name, value) = (name.as_ref(), value.as_ref());
            let (side, place) = (Side::Application, Place::Trailer(name));
            check_bytes(side, place, name, value, report);
            let rule = match is_no_trailer(name) {
                true => Rule::TrailerField,
                false if self.announces_trailers => continue,
                false => Rule::TrailerUnannounced,
            };
            report(Violation { side, rule, place });
        }
    }

    /// The body is at its end.
    pub fn end(&mut self, report: Report<'_>) {
        match self.state {
            State::Open => {
                self.state = State::Ended;
                self.expect_least(report);
            }
            State::Trailed => self.state = State::Ended,
            State::Ended | State::Failed | State::Refused | State::Ignored | State::Closed => {}
        }
    }

    /// The body failed, which breaks no rule.
    pub fn fail(&mut self) {
        if matches!(self.state, State::Open | State::Trailed) {
            self.state = State::Failed;
        }
    }

    /// The server could not send a piece, and the application was told: it is to
    /// stop.
    pub fn refuse(&mut self) {
        if self.state == State::Open {
            self.state = State::Refused;
        }
    }

    /// The server is done with the body.
    ///
    /// Whoever stops at the promised length, or at the trailers, without asking for
    /// the end has had it all.
    pub fn close(&mut self, report: Report<'_>) {
        let had_all = self.allowed != Allowed::Body || self.most == Some(self.sent);
        match self.state {
            State::Open if !had_all => {
                self.tell(Side::Server, Rule::Abandoned, report);
            }
            State::Open
            | State::Trailed
            | State::Ended
            | State::Failed
            | State::Refused
            | State::Ignored => {}
            State::Closed => self.tell(Side::Server, Rule::ClosedTwice, report),
        }
        self.state = State::Closed;
    }

    fn expect_least(&self, report: Report<'_>) {
        if self.allowed == Allowed::Body && self.sent < self.least {
            self.tell(Side::Application, Rule::TooShort, report);
        }
    }

    fn tell(&self, side: Side, rule: Rule, report: Report<'_>) {
        self.tell_at(self.sent, side, rule, report);
    }

    fn tell_at(&self, at: u64, side: Side, rule: Rule, report: Report<'_>) {
        let place = Place::Body { at, of: self.most };
        report(Violation { side, rule, place });
    }
}

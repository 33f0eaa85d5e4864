use super::fields::Report;
use super::{Place, Rule, Side, Violation};

/// The body of a request between a server that gives it and an application that
/// reads it.
///
/// Say what happens, in its order; it says which rules that breaks. It copies
/// nothing and allocates nothing.
///
/// ```
/// use tidegate_core::validate::{InputCheck, Rule};
///
/// let mut rules = Vec::new();
/// let mut report = |violation: tidegate_core::validate::Violation<&[u8]>| rules.push(violation.rule);
/// let mut input = InputCheck::new(Some(5));
/// input.asked(&mut report);
/// input.came(3, &mut report);
/// input.asked(&mut report);
/// input.ended(&mut report);
/// assert_eq!(rules, [Rule::InputTooShort]);
/// ```
#[derive(Clone, Debug)]
pub struct InputCheck {
    announced: Option<u64>,
    came: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// And was asked for more so often.
    Ended(u8),
    Failed,
    /// And was read on all the same.
    Ignored,
}

/// How often somebody may ask behind the end. `BufRead::lines` asks twice, and so
/// may each layer of readers; whoever goes on does not know an end from a pause.
const PATIENCE: u8 = 8;

impl InputCheck {
    /// Of this length, if one was announced.
    pub const fn new(announced: Option<u64>) -> Self {
        Self {
            announced,
            came: 0,
            state: State::Open,
        }
    }

    /// The application asks for more.
    pub fn asked(&mut self, report: Report<'_>) {
        let rule = match &mut self.state {
            State::Open | State::Ignored => return,
            State::Ended(asked) => {
                let before = *asked;
                *asked = before.saturating_add(1);
                if before != PATIENCE {
                    return;
                }
                Rule::ReadPastEnd
            }
            state @ State::Failed => {
                *state = State::Ignored;
                Rule::ReadAfterFailure
            }
        };
        self.tell(Side::Application, rule, report);
    }

    /// So many bytes were handed out.
    pub fn came(&mut self, bytes: u64, report: Report<'_>) {
        if bytes == 0 {
            return;
        }
        let before = self.came;
        self.came = before.saturating_add(bytes);
        if matches!(self.state, State::Ended(_)) {
            self.tell(Side::Server, Rule::InputAfterEnd, report);
        } else if let Some(announced) = self.announced
            && before <= announced
            && self.came > announced
        {
            self.tell(Side::Server, Rule::InputTooLong, report);
        }
    }

    /// The application has consumed so many bytes of those it was shown.
    pub fn consumed(&mut self, bytes: usize, shown: usize, report: Report<'_>) {
        if bytes > shown {
            self.tell(Side::Application, Rule::Overconsumed, report);
        }
        self.came(bytes.min(shown) as u64, report);
    }

    /// The application was told of the end.
    pub fn ended(&mut self, report: Report<'_>) {
        if self.state != State::Open {
            return;
        }
        self.state = State::Ended(0);
        if self
            .announced
            .is_some_and(|announced| self.came < announced)
        {
            self.tell(Side::Server, Rule::InputTooShort, report);
        }
    }

    /// The application was given an error that comes again.
    pub fn failed(&mut self) {
        if self.state != State::Ignored {
            self.state = State::Failed;
        }
    }

    fn tell(&self, side: Side, rule: Rule, report: Report<'_>) {
        let place = Place::Input {
            at: self.came,
            of: self.announced,
        };
        report(Violation { side, rule, place });
    }
}

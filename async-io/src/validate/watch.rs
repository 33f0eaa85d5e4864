use std::fmt;
use std::sync::Arc;
use tidegate_core::validate::{OwnedViolation, Violation};

/// Where violations and warnings are told, and what becomes of a violation.
#[derive(Clone)]
pub(super) struct Watch {
    sink: Sink,
    pub(super) enforces: bool,
}

type Sink = Arc<dyn Fn(&OwnedViolation) + Send + Sync>;

impl Watch {
    pub(super) fn on_stderr() -> Self {
        let line = |violation: &OwnedViolation| {
            let (severity, side) = (violation.rule.severity(), violation.side);
            eprintln!("validator: {severity} of the {side}: {violation}");
        };
        Self {
            sink: Arc::new(line),
            enforces: true,
        }
    }

    pub(super) fn set_sink(&mut self, sink: impl Fn(&OwnedViolation) + Send + Sync + 'static) {
        self.sink = Arc::new(sink);
    }

    /// Tells what the check finds.
    ///
    /// # Errors
    ///
    /// The first violation, if it is more than told.
    pub(super) fn note<T>(
        &self,
        check: impl FnOnce(&mut dyn FnMut(Violation<&[u8]>)) -> T,
    ) -> Result<T, OwnedViolation> {
        let mut first = None;
        let noted = check(&mut |violation| {
            let violation = violation.into_owned();
            (self.sink)(&violation);
            if self.enforces && violation.is_violation() {
                first.get_or_insert(violation);
            }
        });
        first.map_or(Ok(noted), Err)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("enforces", &self.enforces)
            .finish_non_exhaustive()
    }
}

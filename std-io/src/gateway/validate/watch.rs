use super::Sink;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tidegate_core::validate::{OwnedViolation, Violation};

/// What is found about one request, wherever it is found: clones find it
/// together.
#[derive(Clone)]
pub(in super::super) struct Watch(Arc<Inner>);

struct Inner {
    sink: Sink,
    enforces: bool,
    /// The first violation. Those behind it may be its consequences.
    first: Mutex<Option<OwnedViolation>>,
}

impl Watch {
    pub(super) fn new(sink: Sink, enforces: bool) -> Self {
        let first = Mutex::new(None);
        Self(Arc::new(Inner {
            sink,
            enforces,
            first,
        }))
    }

    pub(super) fn tell(&self, violation: Violation<&[u8]>) {
        let violation = violation.into_owned();
        (self.0.sink)(&violation);
        if self.0.enforces && violation.is_violation() {
            self.first().get_or_insert(violation);
        }
    }

    /// # Errors
    ///
    /// The first violation, from when it was found on.
    pub(super) fn verdict(&self) -> Result<(), OwnedViolation> {
        self.first().clone().map_or(Ok(()), Err)
    }

    fn first(&self) -> std::sync::MutexGuard<'_, Option<OwnedViolation>> {
        self.0.first.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").field(&*self.first()).finish()
    }
}

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// What is only ever reached by a `&mut`, which makes it `Sync` whatever it is:
/// clients of HTTP want that of bodies, and it is too much to ask of readers.
///
/// It is never locked.
pub(crate) struct Lone<T>(Mutex<T>);

impl<T> Lone<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    #[cfg(any(feature = "tokio-fs", feature = "smol-fs"))]
    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for Lone<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

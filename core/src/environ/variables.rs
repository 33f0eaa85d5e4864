#[cfg(feature = "alloc")]
use super::{PathStep, pop_path_info, shift_path_info, testing_defaults};
#[cfg(feature = "alloc")]
use alloc::{borrow::ToOwned, collections::BTreeMap, string::String, vec::Vec};
#[cfg(feature = "alloc")]
use core::borrow::Borrow;

/// What holds the variables of a request: a map, or a list of pairs.
///
/// A name is compared byte by byte, as in an environment of Unix; in a list of
/// pairs the first of a name counts, as it does for `getenv`. For variables of
/// your own it is one method; with `alloc`, `EnvironMut` changes them too.
///
/// ```
/// use tidegate_core::environ::{Environ, path_info};
///
/// struct Request<'r> {
///     path: &'r str,
/// }
///
/// impl Environ for Request<'_> {
///     fn var(&self, name: &str) -> Option<&[u8]> {
///         (name == "PATH_INFO").then_some(self.path.as_bytes())
///     }
/// }
///
/// assert_eq!(path_info(&Request { path: "/a/b" }).as_bytes(), b"/a/b");
/// ```
pub trait Environ {
    /// The value of this variable, if it is set: to nothing, perhaps.
    fn var(&self, name: &str) -> Option<&[u8]>;
}

impl<E: Environ + ?Sized> Environ for &E {
    fn var(&self, name: &str) -> Option<&[u8]> {
        (**self).var(name)
    }
}

impl<E: Environ + ?Sized> Environ for &mut E {
    fn var(&self, name: &str) -> Option<&[u8]> {
        (**self).var(name)
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Environ for [(N, V)] {
    fn var(&self, name: &str) -> Option<&[u8]> {
        let mut pairs = self.iter();
        let pair = pairs.find(|(other, _)| other.as_ref() == name.as_bytes());
        pair.map(|(_, value)| value.as_ref())
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>, const LEN: usize> Environ for [(N, V); LEN] {
    fn var(&self, name: &str) -> Option<&[u8]> {
        self.as_slice().var(name)
    }
}

#[cfg(feature = "alloc")]
impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Environ for Vec<(N, V)> {
    fn var(&self, name: &str) -> Option<&[u8]> {
        self.as_slice().var(name)
    }
}

#[cfg(feature = "alloc")]
impl<N: Borrow<str> + Ord, V: AsRef<[u8]>> Environ for BTreeMap<N, V> {
    fn var(&self, name: &str) -> Option<&[u8]> {
        self.get(name).map(AsRef::as_ref)
    }
}

#[cfg(feature = "std")]
impl<N, V, S> Environ for std::collections::HashMap<N, V, S>
where
    N: Borrow<str> + Eq + core::hash::Hash,
    V: AsRef<[u8]>,
    S: core::hash::BuildHasher,
{
    fn var(&self, name: &str) -> Option<&[u8]> {
        self.get(name).map(AsRef::as_ref)
    }
}

/// Variables that can be changed: those of a request that goes on to another
/// application.
///
/// ```
/// use std::collections::BTreeMap;
/// use tidegate_core::environ::{Environ, EnvironMut};
///
/// let mut variables = BTreeMap::<String, Vec<u8>>::new();
/// variables.var_mut("SCRIPT_NAME").extend(b"/foo");
/// variables.var_mut("PATH_INFO").extend(b"/a/b");
/// assert_eq!(variables.pop_path_info(), Some(&b"a"[..]));
/// assert_eq!(variables.var("SCRIPT_NAME"), Some(&b"/foo/a"[..]));
/// assert_eq!(variables.var("PATH_INFO"), Some(&b"/b"[..]));
/// ```
#[cfg(feature = "alloc")]
pub trait EnvironMut: Environ {
    /// The value of this variable, which is set to nothing if it was not set.
    fn var_mut(&mut self, name: &str) -> &mut Vec<u8>;

    /// Takes the next segment of `PATH_INFO`, and appends it to `SCRIPT_NAME`;
    /// see [`pop_path_info`].
    fn pop_path_info(&mut self) -> Option<&[u8]> {
        let step = pop_path_info(self)?;
        let len = step.segment()?.len();
        let script_name = Changed::by(&step).set(self);
        // The segment is the end of it now.
        script_name.get(script_name.len() - len..)
    }

    /// Moves a name from `PATH_INFO` to `SCRIPT_NAME`; see [`shift_path_info`].
    fn shift_path_info(&mut self) -> Option<Vec<u8>> {
        let step = shift_path_info(self)?;
        let name = step.segment().map(<[u8]>::to_vec);
        Changed::by(&step).set(self);
        name
    }

    /// Sets what [`testing_defaults`] would say, and nothing that is set.
    fn set_testing_defaults(&mut self) {
        let missing: Vec<(&str, Vec<u8>)> = testing_defaults(self)
            .missing()
            .map(|(name, value)| (name, value.to_vec()))
            .collect();
        for (name, value) in missing {
            *self.var_mut(name) = value;
        }
    }
}

/// What a step makes of both variables, no longer lent from them.
#[cfg(feature = "alloc")]
struct Changed {
    script_name: Vec<u8>,
    path_info: Vec<u8>,
}

#[cfg(feature = "alloc")]
impl Changed {
    fn by(step: &PathStep<'_>) -> Self {
        Self {
            script_name: step.script_name().flatten().copied().collect(),
            path_info: step.path_info().flatten().copied().collect(),
        }
    }

    /// The new SCRIPT_NAME.
    fn set(self, environ: &mut (impl EnvironMut + ?Sized)) -> &[u8] {
        *environ.var_mut("PATH_INFO") = self.path_info;
        let script_name = environ.var_mut("SCRIPT_NAME");
        *script_name = self.script_name;
        script_name
    }
}

#[cfg(feature = "alloc")]
impl EnvironMut for BTreeMap<String, Vec<u8>> {
    fn var_mut(&mut self, name: &str) -> &mut Vec<u8> {
        self.entry(name.to_owned()).or_default()
    }
}

#[cfg(feature = "std")]
impl<S: core::hash::BuildHasher> EnvironMut for std::collections::HashMap<String, Vec<u8>, S> {
    fn var_mut(&mut self, name: &str) -> &mut Vec<u8> {
        self.entry(name.to_owned()).or_default()
    }
}

#[cfg(feature = "alloc")]
impl EnvironMut for Vec<(String, Vec<u8>)> {
    fn var_mut(&mut self, name: &str) -> &mut Vec<u8> {
        let at = self.iter().position(|(other, _)| other == name);
        let at = at.unwrap_or_else(|| {
            self.push((name.to_owned(), Vec::new()));
            self.len() - 1
        });
        &mut self[at].1
    }
}

/// A variable, which is nothing if it is not set.
pub(super) fn value<'e, E: Environ + ?Sized>(environ: &'e E, name: &str) -> &'e [u8] {
    environ.var(name).unwrap_or_default()
}

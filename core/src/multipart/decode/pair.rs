//! The fastest search for two bytes at a distance that there is here. Each
//! machine has a type of its own in memchr; `memmem` would choose between them,
//! but borrows its needle, and making it anew for every read costs more than to
//! search a read of 8 KiB.

use memchr::arch::all::packedpair;

#[cfg(target_arch = "aarch64")]
use memchr::arch::aarch64::neon::packedpair as wide;
#[cfg(target_arch = "x86_64")]
use memchr::arch::x86_64::{avx2::packedpair as widest, sse2::packedpair as wide};

/// Finds where the two rarest bytes of a needle are as far apart as in it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pair {
    #[cfg(target_arch = "x86_64")]
    Widest(widest::Finder),
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    Wide(wide::Finder),
    Anywhere(packedpair::Finder),
    /// The needle is too short to have a pair.
    None,
}

impl Pair {
    pub(super) fn new(needle: &[u8]) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(finder) = widest::Finder::new(needle) {
            return Self::Widest(finder);
        }
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        if let Some(finder) = wide::Finder::new(needle) {
            return Self::Wide(finder);
        }
        packedpair::Finder::new(needle).map_or(Self::None, Self::Anywhere)
    }

    /// The first place where the needle may begin. `Err` says that the bytes are
    /// too few to look at.
    #[inline]
    pub(super) fn find(&self, bytes: &[u8]) -> Result<Option<usize>, TooFew> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Widest(finder) if bytes.len() >= finder.min_haystack_len() => {
                Ok(finder.find_prefilter(bytes))
            }
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
            Self::Wide(finder) if bytes.len() >= finder.min_haystack_len() => {
                Ok(finder.find_prefilter(bytes))
            }
            Self::Anywhere(finder) => Ok(finder.find_prefilter(bytes)),
            _ => Err(TooFew),
        }
    }
}

pub(super) struct TooFew;

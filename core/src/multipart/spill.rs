use crate::{Fault, FaultClass};
use core::fmt;

/// Where the values of a form are kept: in memory as long as they are small and
/// there is room, and on disk then. One budget for each, over the whole form.
///
/// It decides and keeps nothing: `Collector` (`alloc`) is this around buffers, and
/// `FormData` of an adapter crate that with a temporary file.
///
/// ```
/// use tidegate_core::{Keep, Spill, Stored};
///
/// let mut spill = Spill::new().max_in_memory(8).memory(10).disk(100);
/// let mut first = Stored::new();
/// assert_eq!(spill.store(&mut first, 6)?, Keep::InMemory);
/// assert_eq!(spill.store(&mut first, 6)?, Keep::OnDisk); // all 12 of them
/// let mut second = Stored::new();
/// assert_eq!(spill.store(&mut second, 8)?, Keep::InMemory); // there is room again
/// assert!(spill.store(&mut first, 89).is_err());
/// # Ok::<(), tidegate_core::SpillFault>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Spill {
    max_in_memory: u64,
    memory: Budget,
    disk: Budget,
}

#[derive(Clone, Copy, Debug)]
struct Budget {
    max: u64,
    /// `used <= max`, except where it was lowered behind that.
    used: u64,
}

/// How much of a value is kept, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    len: u64,
    keep: Keep,
}

/// Where a value is kept, from its first byte on. Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keep {
    /// In memory.
    InMemory,
    /// On disk, for good.
    OnDisk,
}

impl Spill {
    /// 500 KiB of each value in memory, 16 MiB of all of them, and 1 GiB on disk.
    pub const fn new() -> Self {
        Self {
            max_in_memory: 500 << 10,
            memory: Budget::new(16 << 20),
            disk: Budget::new(1 << 30),
        }
    }

    /// How long a value may be that is kept in memory, in bytes.
    pub const fn max_in_memory(mut self, max: u64) -> Self {
        self.max_in_memory = max;
        self
    }

    /// How much all values in memory may be together, in bytes.
    pub const fn memory(mut self, max: u64) -> Self {
        self.memory.max = max;
        self
    }

    /// How much all values on disk may be together, in bytes.
    pub const fn disk(mut self, max: u64) -> Self {
        self.disk.max = max;
        self
    }

    /// Makes room for so many more bytes of a value. Where it is to be kept on
    /// disk and was in memory until now, all of it moves.
    ///
    /// # Errors
    ///
    /// [`SpillFault`], if there is room nowhere. The value is as it was then.
    pub fn store(&mut self, value: &mut Stored, more: u64) -> Result<Keep, SpillFault> {
        let is_small = value
            .len
            .checked_add(more)
            .is_some_and(|len| len <= self.max_in_memory);
        if is_small && let Ok(keep) = self.store_in_memory(value, more) {
            return Ok(keep);
        }
        self.store_on_disk(value, more)
    }

    /// The same for a value that has to be in memory.
    ///
    /// # Errors
    ///
    /// [`SpillFault`], if there is no room in it, or the value is on disk already.
    /// The value is as it was then.
    pub fn store_in_memory(&mut self, value: &mut Stored, more: u64) -> Result<Keep, SpillFault> {
        let full = SpillFault::MemoryFull {
            max: self.memory.max,
        };
        let len = value.len.checked_add(more).ok_or(full)?;
        if value.keep == Keep::OnDisk || !self.memory.take(more) {
            return Err(full);
        }
        value.len = len;
        Ok(value.keep)
    }

    /// The same for a value that has to be on disk.
    ///
    /// # Errors
    ///
    /// [`SpillFault`], if there is no room on it. The value is as it was then.
    pub fn store_on_disk(&mut self, value: &mut Stored, more: u64) -> Result<Keep, SpillFault> {
        let full = SpillFault::DiskFull { max: self.disk.max };
        let len = value.len.checked_add(more).ok_or(full)?;
        let moved = match value.keep {
            Keep::InMemory => value.len,
            Keep::OnDisk => 0,
        };
        // No more than `len`.
        if !self.disk.take(moved + more) {
            return Err(full);
        }
        self.memory.used = self.memory.used.saturating_sub(moved);
        *value = Stored {
            len,
            keep: Keep::OnDisk,
        };
        Ok(value.keep)
    }
}

impl Default for Spill {
    fn default() -> Self {
        Self::new()
    }
}

impl Budget {
    const fn new(max: u64) -> Self {
        Self { max, used: 0 }
    }

    /// Takes so many bytes, if they are there.
    fn take(&mut self, bytes: u64) -> bool {
        match self.used.checked_add(bytes) {
            Some(used) if used <= self.max => {
                self.used = used;
                true
            }
            _ => false,
        }
    }
}

impl Stored {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            len: 0,
            keep: Keep::InMemory,
        }
    }

    /// How many bytes.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where they are.
    pub const fn keep(&self) -> Keep {
        self.keep
    }
}

impl Default for Stored {
    fn default() -> Self {
        Self::new()
    }
}

/// There is no room for a value of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpillFault {
    /// Neither in memory nor on disk.
    DiskFull {
        /// How many bytes may be on disk.
        max: u64,
    },
    /// Not in memory, where it has to be.
    MemoryFull {
        /// How many bytes may be in memory.
        max: u64,
    },
}

impl Fault for SpillFault {
    fn class(&self) -> FaultClass {
        FaultClass::TooLarge
    }
}

impl fmt::Display for SpillFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DiskFull { max } => {
                write!(
                    f,
                    "the values of a form are more than the {max} bytes allowed on disk"
                )
            }
            Self::MemoryFull { max } => {
                write!(
                    f,
                    "the values of a form are more than the {max} bytes allowed in memory"
                )
            }
        }
    }
}

impl core::error::Error for SpillFault {}

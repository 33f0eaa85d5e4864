use super::ByteRange;
use crate::{At, Fault, FaultClass, Limit, LimitFault, Plan};
use core::fmt;

/// Counts down the blocks of a file: skip to the first byte, read blocks, done.
///
/// A meter, not a reader: [`plan`](Self::plan) says what to do next,
/// [`skipped`](Self::skipped) and [`record`](Self::record) take what was done.
/// `FileWrapper` of an adapter crate is this around a file.
///
/// ```
/// use tidegate_core::{BlockPlan, Blocks, ByteRange, FileFault};
///
/// let mut blocks = Blocks::of_range(ByteRange::new(100, 10).unwrap(), 8);
/// assert_eq!(blocks.plan()?, BlockPlan::Skip(100)); // or seek
/// blocks.skipped(100)?;
/// assert_eq!(blocks.plan()?, BlockPlan::Read(8));
/// blocks.record(8)?;
/// assert_eq!(blocks.plan()?, BlockPlan::Read(2));
/// let shrunk = blocks.record(0).unwrap_err(); // the file was cut meanwhile
/// assert_eq!(shrunk.fault, FileFault::Truncated { expected: 10, sent: 8 });
/// # Ok::<(), tidegate_core::At<FileFault>>(())
/// ```
///
/// # Limits
///
/// A block holds at most so many bytes as it was made with; of 0 there is none.
///
/// # Errors
///
/// [`FileFault::Truncated`] if a length was promised and the file is shorter,
/// at the place in the file. It comes again on every later call. Without a
/// promise the end of the file is the end.
#[derive(Clone, Debug)]
#[must_use]
pub struct Blocks {
    block_size: usize,
    start: u64,
    skip: u64,
    limit: Limit,
    is_promised: bool,
}

/// What to do next.
///
/// Complete by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockPlan {
    /// Go so many bytes ahead, by seeking or by reading.
    Skip(u64),
    /// Read a block of at most so many bytes, which is at least 1.
    Read(usize),
    /// Nothing: all of it was read.
    End,
}

impl Blocks {
    /// All that the file has, from where it stands.
    pub const fn until_end(block_size: usize) -> Self {
        Self {
            block_size,
            start: 0,
            skip: 0,
            limit: Limit::at_most(u64::MAX),
            is_promised: false,
        }
    }

    /// Exactly so many bytes, from where the file stands.
    pub const fn exact(len: u64, block_size: usize) -> Self {
        Self {
            block_size,
            start: 0,
            skip: 0,
            limit: Limit::exact(len),
            is_promised: true,
        }
    }

    /// These bytes, of a file that stands at its start.
    pub const fn of_range(range: ByteRange, block_size: usize) -> Self {
        Self {
            block_size,
            start: range.start(),
            skip: range.start(),
            limit: Limit::exact(range.len()),
            is_promised: true,
        }
    }

    /// What to do next.
    ///
    /// # Errors
    ///
    /// The fault that was found, again.
    #[inline]
    pub fn plan(&self) -> Result<BlockPlan, At<FileFault>> {
        self.plan_up_to(self.block_size)
    }

    /// The same for somebody who reads blocks of another size now and then: the
    /// system, when it copies a file by itself.
    ///
    /// # Errors
    ///
    /// The fault that was found, again.
    #[inline]
    pub fn plan_up_to(&self, most: usize) -> Result<BlockPlan, At<FileFault>> {
        if self.skip > 0 && !self.limit.is_exhausted() {
            return Ok(BlockPlan::Skip(self.skip));
        }
        // One at least, since of none a limit says nothing, not even a fault.
        match self.limit.plan(most.max(1)) {
            Ok(Plan::Read(_)) if most == 0 || self.block_size == 0 => Ok(BlockPlan::End),
            Ok(Plan::Read(most)) => Ok(BlockPlan::Read(most)),
            Ok(Plan::End | Plan::Probe) => Ok(BlockPlan::End),
            Err(at) => Err(self.truncated(at)),
        }
    }

    /// Takes note of what was skipped: so many bytes, or 0 for the end of the
    /// file.
    ///
    /// # Errors
    ///
    /// [`FileFault::Truncated`] if the file ends before the range begins.
    ///
    /// # Panics
    ///
    /// If more was skipped than was planned.
    pub fn skipped(&mut self, bytes: u64) -> Result<(), At<FileFault>> {
        assert!(bytes <= self.skip, "{bytes} bytes skipped of {}", self.skip);
        self.skip -= bytes;
        match bytes {
            0 => self.record(0),
            _ => Ok(()),
        }
    }

    /// Takes note of what was read: so many bytes, or 0 for the end of the file.
    ///
    /// # Errors
    ///
    /// [`FileFault::Truncated`] if more was promised.
    ///
    /// # Panics
    ///
    /// If more was read than was planned.
    #[inline]
    pub fn record(&mut self, read: usize) -> Result<(), At<FileFault>> {
        match self.limit.record(read) {
            Ok(()) => Ok(()),
            Err(at) => Err(self.truncated(at)),
        }
    }

    /// How many bytes a block has at most.
    pub const fn block_size(&self) -> usize {
        self.block_size
    }

    /// How many bytes were read.
    pub const fn position(&self) -> u64 {
        self.limit.position()
    }

    /// How many bytes are still to be read, if that was promised.
    pub const fn remaining(&self) -> Option<u64> {
        match self.is_promised {
            true => Some(self.limit.remaining()),
            false => None,
        }
    }

    #[cold]
    fn truncated(&self, at: At<LimitFault>) -> At<FileFault> {
        At {
            offset: self.start - self.skip + at.offset,
            fault: FileFault::Truncated {
                expected: self.limit.max(),
                sent: self.limit.position(),
            },
        }
    }
}

/// What can be wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileFault {
    /// It is shorter than was promised to whoever gets it: it was cut after its
    /// size was asked for.
    Truncated {
        /// The promised length in bytes.
        expected: u64,
        /// How many bytes there were.
        sent: u64,
    },
}

impl Fault for FileFault {
    fn class(&self) -> FaultClass {
        FaultClass::Truncated
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Truncated { expected, sent } = self;
        write!(f, "the file ended after {sent} of {expected} bytes")
    }
}

impl core::error::Error for FileFault {}

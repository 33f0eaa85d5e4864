//! A way to do a room's job, as the harness sees it.

use crate::Answer;

/// One way to do the job, behind a function that all ways have in common.
///
/// Where bytes are not all there is to a job, `I` is the rest as well.
#[derive(Debug)]
pub struct Engine<I: ?Sized = [u8]> {
    /// Whose it is.
    pub side: Side,
    /// What it is called in the reports.
    pub name: &'static str,
    /// What it hands out, and so which answer is the right one.
    pub gives: Gives,
    /// Does the job once.
    pub run: fn(&I) -> Answer,
}

/// Whose an engine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// tidegate's.
    Ours,
    /// What our users would otherwise use.
    Peer,
    /// Nobody's: the bare search or the bare copy, which does less than the job.
    Limit,
}

/// What an engine hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Pieces with what ends them.
    Whole,
    /// Pieces without what ends them.
    Texts,
    /// No pieces, only the number of bytes.
    Bytes,
}

impl Side {
    /// As it stands in the name of a row.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Peer => "peer",
            Self::Limit => "limit",
        }
    }
}

impl<I: ?Sized> Engine<I> {
    /// One of tidegate's, that hands out whole pieces.
    pub const fn ours(name: &'static str, run: fn(&I) -> Answer) -> Self {
        Self::new(Side::Ours, name, run)
    }

    /// A peer that hands out whole pieces.
    pub const fn peer(name: &'static str, run: fn(&I) -> Answer) -> Self {
        Self::new(Side::Peer, name, run)
    }

    /// A limit that finds whole pieces.
    pub const fn limit(name: &'static str, run: fn(&I) -> Answer) -> Self {
        Self::new(Side::Limit, name, run)
    }

    const fn new(side: Side, name: &'static str, run: fn(&I) -> Answer) -> Self {
        Self {
            side,
            name,
            gives: Gives::Whole,
            run,
        }
    }

    /// The same, handing out something else.
    #[must_use]
    pub const fn giving(mut self, gives: Gives) -> Self {
        self.gives = gives;
        self
    }
}

// Derived, these would ask the same of `I`.
impl<I: ?Sized> Clone for Engine<I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I: ?Sized> Copy for Engine<I> {}

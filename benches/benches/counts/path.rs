//! A hot path, and how it is run so that callgrind sees it alone.

use std::borrow::Borrow;
use std::fmt::{self, Debug, Formatter};
use std::hint::black_box;
use tidegate_benches::Answer;

/// What is counted, under a name that does not change.
pub(crate) struct Path {
    pub(crate) name: String,
    pub(crate) per: Per,
    prepare: Box<dyn Fn() -> Job + Sync>,
}

/// What there are many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    /// A line, a chunk, a field.
    Piece(&'static str),
    Byte,
}

/// How something is done: an engine of ours.
pub(crate) type Run<I> = fn(&I) -> Answer;

/// Something to do, and what must come of it.
pub(crate) struct Job {
    expected: Answer,
    run: Box<dyn Fn() -> Answer>,
}

impl Path {
    pub(crate) fn new(
        name: impl Into<String>,
        per: Per,
        prepare: impl Fn() -> Job + Sync + 'static,
    ) -> Self {
        let name = name.into();
        let prepare = Box::new(prepare);
        Self { name, per, prepare }
    }

    /// Prepares it, runs it twice, and says how many items there were.
    ///
    /// # Panics
    ///
    /// If the answer is wrong.
    pub(crate) fn run(&self) {
        let Job { expected, run } = (self.prepare)();
        // The first run asks the system for memory, and memchr the processor for
        // what it can do.
        for answer in [run(), counted_by_callgrind(&*run)] {
            assert_eq!(answer, expected, "{}", self.name);
        }
        let items = match self.per {
            Per::Piece(_) => expected.pieces,
            Per::Byte => expected.bytes,
        };
        println!("{ITEMS}{items}");
    }
}

/// What stands before the number of items.
pub(crate) const ITEMS: &str = "items: ";

/// Callgrind counts from where this is entered to where it is left.
#[inline(never)]
fn counted_by_callgrind(run: &dyn Fn() -> Answer) -> Answer {
    black_box(run())
}

/// How callgrind is told.
pub(crate) const COUNTED: &str = "*counted_by_callgrind*";

impl Job {
    pub(crate) fn new(expected: Answer, run: impl Fn() -> Answer + 'static) -> Self {
        let run = Box::new(run);
        Self { expected, run }
    }

    /// Something done with this.
    pub(crate) fn over<I: ?Sized + 'static>(
        input: impl Borrow<I> + 'static,
        expected: Answer,
        run: Run<I>,
    ) -> Self {
        Self::new(expected, move || run(black_box(input.borrow())))
    }
}

impl Per {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Piece(name) => name,
            Self::Byte => "byte",
        }
    }
}

impl Debug for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Path").field("name", &self.name).finish()
    }
}

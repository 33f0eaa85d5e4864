//! What every kind of async source gives of an input, beside what the blocking
//! crate gives of it.

/// One source that is pending in between for the tests and for these.
#[path = "../../async-io/tests/common/mod.rs"]
mod common;
#[path = "../../async-io/tests/equal/kinds.rs"]
mod kinds;
#[path = "../../async-io/tests/equal/machine.rs"]
mod machine;

pub use kinds::{
    Arrival, Limit, chunks_are_equal, limits_are_equal, lines_are_equal, parts_are_equal,
};

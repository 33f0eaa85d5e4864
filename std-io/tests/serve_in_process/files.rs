//! `/files/`: the tests of the sockets, as they are, but for those of targets that
//! a builder does not make.

#[path = "../serve/files/index.rs"]
mod index;
#[path = "../serve/files/ranges.rs"]
mod ranges;
#[path = "../serve/files/tree.rs"]
pub(crate) mod tree;

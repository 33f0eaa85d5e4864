//! `GET /files/...`: which bytes, of which files, and of no others.

mod changes;
mod conditions;
mod curl;
mod index;
mod paths;
mod ranges;
mod tree;

pub(crate) use tree::Tree;

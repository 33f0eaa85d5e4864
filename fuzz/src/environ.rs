//! What variables mean, with all of it in hand: slow, and obviously right.

/// One model for the tests and for these, and one way to compare.
#[path = "../../core/tests/environ/asked.rs"]
mod asked;
#[path = "../../core/tests/environ/check.rs"]
mod check;
#[path = "../../core/tests/environ/model.rs"]
mod model;

pub use asked::{Asked, SCHEMES, check_header_name, check_length};
pub use check::{check_extract, check_extract_of_environ, check_host, check_path, check_urls};

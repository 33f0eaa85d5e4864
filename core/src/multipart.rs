//! Multipart bodies (RFC 2046 section 5.1).

mod boundary;

pub use boundary::{Boundary, BoundaryFault, BoundaryParameter};
